/* SPDX-License-Identifier: Apache-2.0 */
/* The three wrappings of LZMA (.xz, .lzma, .lz) are unpacked alike; only how a stream begins
 * differs. */
#ifndef READER_LZMA_STREAM_H
#define READER_LZMA_STREAM_H

#include "reader/pump.h"

#include <lzma.h>

/* `begin` makes ready for one stream, with LIMIT_XZ_MEMORY as its limit. Unpacks the stream that
 * begins the object, and those that `is_stream` sees after it, into one child; what follows them is
 * a child too. */
enum read_result lzma_stream_read(struct visit *visit, struct bytes body, struct bytes name,
                                  lzma_ret (*begin)(lzma_stream *stream),
                                  bool (*is_stream)(struct bytes body, size_t at));

#endif
