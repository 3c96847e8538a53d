/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Brotli stream, piece by piece. The format has blocks of metadata (RFC 7932, 9.2) that a decoder
 * passes over without a word; they show by bytes that go in while nothing comes out.
 */
#ifndef READER_BROTLI_FEED_H
#define READER_BROTLI_FEED_H

#include "core/reader.h"

#include <brotli/decode.h>

struct brotli_feed {
	BrotliDecoderState *state; /* NULL: no memory. Not the visit's, which is given back with
	                              each child */
	struct bytes in, piece;
	uint64_t used, silent; /* bytes that went in, and those of them that nothing came of */
	uint64_t run;          /* of the latter, just now */
	bool ended, failed;
};

struct brotli_feed brotli_begin(struct bytes packed);
void brotli_end(struct brotli_feed *feed);

/* Unpacks up to `len` bytes to `out`. Fewer when the stream ends, is cut short or broken. */
size_t brotli_pull(struct brotli_feed *feed, uint8_t *out, size_t len);

/* What was not used; call it when the stream ended. */
struct bytes brotli_rest(const struct brotli_feed *feed);

/* True when more went in for nothing than the tables of codes that stand before packed data. */
bool brotli_passed_over(const struct brotli_feed *feed);

#endif
