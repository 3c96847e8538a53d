/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/brotli_feed.h"

enum {
	PIECE = 256,
	RUN_LEAST = 512,
	TABLES_MOST = 64 << 10, /* libraries, fonts and texts have up to 24 KiB of them */
	TABLES_SHARE = 16,      /* and long streams one part in a hundred */
};

struct brotli_feed brotli_begin(struct bytes packed)
{
	return (struct brotli_feed){.state = BrotliDecoderCreateInstance(NULL, NULL, NULL),
	                            .in = packed};
}

void brotli_end(struct brotli_feed *feed)
{
	BrotliDecoderDestroyInstance(feed->state);
}

static void count(struct brotli_feed *feed, size_t used, size_t made)
{
	feed->used += used;
	feed->run += used;
	if (made == 0)
		return;
	if (feed->run >= RUN_LEAST)
		feed->silent += feed->run;
	feed->run = 0;
}

size_t brotli_pull(struct brotli_feed *feed, uint8_t *out, size_t len)
{
	size_t left = len;
	feed->failed |= !feed->state;
	while (left > 0 && !feed->ended && !feed->failed) {
		if (feed->piece.len == 0) {
			feed->piece = bytes_slice(feed->in, 0, PIECE);
			feed->in = bytes_from(feed->in, feed->piece.len);
		}
		const uint8_t *next = feed->piece.ptr;
		size_t next_left = feed->piece.len, before = left;
		BrotliDecoderResult result = BrotliDecoderDecompressStream(
			feed->state, &next_left, &next, &left, &out, NULL);
		size_t used = feed->piece.len - next_left;
		feed->piece = bytes_from(feed->piece, used);
		count(feed, used, before - left);
		feed->ended = result == BROTLI_DECODER_RESULT_SUCCESS;
		feed->failed = result == BROTLI_DECODER_RESULT_ERROR ||
		               (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT &&
		                feed->piece.len + feed->in.len == 0);
	}
	return len - left;
}

struct bytes brotli_rest(const struct brotli_feed *feed)
{
	/* One run of memory: `piece` lies before `in`. */
	struct bytes rest = feed->piece.len > 0 ? feed->piece : feed->in;
	rest.len = feed->piece.len + feed->in.len;
	return rest;
}

bool brotli_passed_over(const struct brotli_feed *feed)
{
	uint64_t silent = feed->silent + (feed->run >= RUN_LEAST ? feed->run : 0);
	return silent > TABLES_MOST + feed->used / TABLES_SHARE;
}
