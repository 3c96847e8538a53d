/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/packed_image.h"

#include "base/cursor.h"
#include "reader/endian.h"

#include <libdeflate.h>

enum { BLOCK_LEAST = 12, BLOCK_MOST = 20 }; /* logarithms of squashfs's block sizes */

static size_t at_most(uint64_t length, struct bytes from)
{
	return length < from.len ? (size_t)length : from.len;
}

/* The superblock of squashfs 4, and what those of 1 to 3 share: version and block size.
 * https://dr-emann.github.io/squashfs/ */
size_t packed_squashfs_length(struct bytes from)
{
	enum { SUPERBLOCK = 96 };
	bool big = bytes_start_with(from, BYTES("sqsh"));
	struct cursor c = cursor_over(from);
	cursor_seek(&c, 12);
	uint32_t block = endian_u32(&c, big);
	cursor_skip(&c, 4 + 2);
	uint16_t logarithm = endian_u16(&c, big);
	cursor_seek(&c, 28);
	uint16_t major = endian_u16(&c, big);
	cursor_skip(&c, 2 + 2);
	uint16_t old_logarithm = endian_u16(&c, big);
	cursor_seek(&c, 40);
	uint64_t length = endian_u64(&c, big);
	if (!cursor_ok(&c) || major < 1 || major > 4)
		return 0;
	if (major < 4)
		return old_logarithm >= BLOCK_LEAST && old_logarithm <= BLOCK_MOST ? from.len : 0;
	bool fits = logarithm >= BLOCK_LEAST && logarithm <= BLOCK_MOST &&
	            block == UINT32_C(1) << logarithm && length >= SUPERBLOCK;
	return fits ? at_most(length, from) : 0;
}

/* Linux, include/uapi/linux/cramfs_fs.h. */
size_t packed_cramfs_length(struct bytes from)
{
	enum { SUPERBLOCK = 76 };
	bool big = bytes_start_with(from, BYTES("\x28"));
	struct cursor c = cursor_over(from);
	cursor_skip(&c, 4);
	uint32_t length = endian_u32(&c, big);
	cursor_seek(&c, 16);
	bool fits = bytes_equal(cursor_take(&c, 16), BYTES("Compressed ROMFS"));
	return cursor_ok(&c) && fits && length >= SUPERBLOCK ? at_most(length, from) : 0;
}

/* The first erase block's header, and all blocks behind it. Linux, drivers/mtd/ubi/ubi-media.h:
 * a CRC32 without the last inversion. */
size_t packed_ubi_length(struct bytes from)
{
	enum { HEADER = 60 };
	struct cursor c = cursor_over(from);
	struct bytes header = cursor_take(&c, HEADER);
	uint32_t sum = cursor_u32be(&c);
	return cursor_ok(&c) && sum == ~libdeflate_crc32(0, header.ptr, header.len) ? from.len : 0;
}

/* The first node, and all that are behind it. Linux, include/uapi/linux/jffs2.h: a CRC32 without
 * either inversion. */
size_t packed_jffs2_length(struct bytes from)
{
	enum { HEADER = 8 };
	bool big = bytes_start_with(from, BYTES("\x19"));
	struct cursor c = cursor_over(from);
	struct bytes header = cursor_take(&c, HEADER);
	uint32_t sum = endian_u32(&c, big);
	return cursor_ok(&c) && sum == ~libdeflate_crc32(UINT32_MAX, header.ptr, header.len)
	               ? from.len
	               : 0;
}
