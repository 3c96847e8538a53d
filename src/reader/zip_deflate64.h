/* SPDX-License-Identifier: Apache-2.0 */
/* Deflate64 ("enhanced deflating", zip method 9): deflate with a window of 64 KiB, which no
 * packaged library unpacks. */
#ifndef READER_ZIP_DEFLATE64_H
#define READER_ZIP_DEFLATE64_H

#include "base/bytes.h"

enum { DEFLATE64_WINDOW = 64 * 1024 };

/* Unpacks `packed` through `window` (DEFLATE64_WINDOW bytes), calling `deliver` with how many bytes
 * at the start of the window are new; it returns false to stop. Says in `consumed` how far it came.
 * Returns NULL at the stream's own end, else the reason why it stopped. */
const char *zip_deflate64(struct bytes packed, uint8_t *window,
                          bool (*deliver)(void *context, size_t made), void *context,
                          uint64_t *consumed);

#endif
