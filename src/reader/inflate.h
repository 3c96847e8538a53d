/* SPDX-License-Identifier: Apache-2.0 */
/* One step of zlib's inflate, for readers that unpack piece by piece into room of their own: zlib
 * counts what it is given in 32 bits, and here an object may be larger. */
#ifndef READER_INFLATE_H
#define READER_INFLATE_H

#include "base/bytes.h"

#define ZLIB_CONST /* input that stays as it is */
#include <zlib.h>

/* Unpacks from *left, which moves on behind what was used, into `room` of `size` bytes, and counts
 * them in *made. Returns zlib's status: Z_OK as long as there is more, Z_STREAM_END, or an error.
 */
int inflate_step(z_stream *z, struct bytes *left, uint8_t *room, size_t size, size_t *made);

#endif
