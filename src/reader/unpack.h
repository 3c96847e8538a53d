/* SPDX-License-Identifier: Apache-2.0 */
/* One compressed run inside a format that is not itself about compression (a section, a table):
 * unpacked into a child. Whole compressed files have readers of their own. */
#ifndef READER_UNPACK_H
#define READER_UNPACK_H

#include "core/reader.h"

enum unpack_method { UNPACK_ZLIB, UNPACK_ZSTD, UNPACK_XZ };

/* Unpacks `packed` as the child `name`; `expected` is its declared size or 0. When it is damaged or
 * over a limit the child holds what could be unpacked, and the gap is recorded with it: false then.
 * Bytes after the end of the compressed data become a child of their own. */
bool unpack_child(struct visit *visit, enum unpack_method method, struct bytes name,
                  struct bytes packed, uint64_t expected);

#endif
