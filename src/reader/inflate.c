/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/inflate.h"

enum { AT_ONCE = 1 << 30 };

int inflate_step(z_stream *z, struct bytes *left, uint8_t *room, size_t size, size_t *made)
{
	struct bytes given = bytes_slice(*left, 0, AT_ONCE);
	uInt room_size = size < AT_ONCE ? (uInt)size : AT_ONCE;
	z->next_in = given.ptr;
	z->avail_in = (uInt)given.len;
	z->next_out = room;
	z->avail_out = room_size;
	int status = inflate(z, Z_NO_FLUSH);
	*left = bytes_from(*left, given.len - z->avail_in);
	*made = room_size - z->avail_out;
	return status;
}
