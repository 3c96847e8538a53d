/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/packed.h"

#include "base/checked.h"
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/inflate.h"
#include "reader/packed_image.h"

#include <bzlib.h>
#include <libdeflate.h>
#include <lzma.h>
#include <zstd.h>

enum { AT_ONCE = 1 << 30 }; /* bytes given to decoders that count in 32 bits */

/* False when the budget is used up. */
static bool spend(struct packed_trial *trial, uint64_t made)
{
	trial->budget -= made < trial->budget ? made : trial->budget;
	if (!visit_passed(trial->visit, made))
		trial->budget = 0;
	return trial->budget > 0;
}

/* Where a stream broke counts when so much came out of it that it was one. */
static void note_broken(struct packed_trial *trial, bool broke, uint64_t made, size_t used)
{
	trial->broken_at = broke && !trial->unfinished && made >= PACKED_NO_CHANCE ? used : 0;
}

/* Both wrappings of deflate: zlib checks their sums. */
static size_t inflated_length(struct bytes from, int window_bits, struct packed_trial *trial)
{
	z_stream z = {0};
	struct bytes left = from;
	if (inflateInit2(&z, window_bits) != Z_OK) {
		trial->unfinished = true;
		return 0;
	}
	int status = Z_OK;
	while (status == Z_OK) {
		size_t made;
		status = inflate_step(&z, &left, trial->room, PACKED_ROOM, &made);
		if (!spend(trial, made))
			break;
	}
	size_t used = from.len - left.len;
	trial->unfinished = status == Z_OK || status == Z_MEM_ERROR;
	note_broken(trial, status != Z_STREAM_END, z.total_out, used);
	(void)inflateEnd(&z);
	return status == Z_STREAM_END ? used : 0;
}

static size_t xz_length(struct bytes from, struct packed_trial *trial)
{
	lzma_stream xz = LZMA_STREAM_INIT;
	lzma_ret status = lzma_stream_decoder(&xz, LIMIT_XZ_MEMORY, 0);
	xz.next_in = from.ptr;
	xz.avail_in = from.len;
	while (status == LZMA_OK) {
		xz.next_out = trial->room;
		xz.avail_out = PACKED_ROOM;
		status = lzma_code(&xz, LZMA_RUN);
		if (!spend(trial, PACKED_ROOM - xz.avail_out))
			break;
	}
	trial->unfinished =
		status == LZMA_OK || status == LZMA_MEM_ERROR || status == LZMA_MEMLIMIT_ERROR;
	size_t used = from.len - xz.avail_in;
	note_broken(trial, status != LZMA_STREAM_END, xz.total_out, used);
	lzma_end(&xz);
	return status == LZMA_STREAM_END ? used : 0;
}

/* libbz2 promises not to write to its input, but does not say so in its types. */
static size_t bzip2_length(struct bytes from, struct packed_trial *trial)
{
	bz_stream stream = {0};
	size_t used = 0;
	int status = BZ2_bzDecompressInit(&stream, 0, 0);
	for (bool moved = true; moved && status == BZ_OK;) {
		struct bytes input = bytes_slice(from, used, AT_ONCE);
		union {
			const uint8_t *constant;
			char *input;
		} where = {.constant = input.ptr};
		stream.next_in = where.input;
		stream.avail_in = (unsigned)input.len;
		stream.next_out = (char *)trial->room;
		stream.avail_out = PACKED_ROOM;
		status = BZ2_bzDecompress(&stream);
		size_t eaten = input.len - stream.avail_in, made = PACKED_ROOM - stream.avail_out;
		used += eaten;
		moved = eaten + made > 0 && spend(trial, made);
	}
	trial->unfinished = status == BZ_MEM_ERROR || (status == BZ_OK && trial->budget == 0);
	note_broken(trial, status != BZ_STREAM_END,
	            (uint64_t)stream.total_out_hi32 << 32 | stream.total_out_lo32, used);
	(void)BZ2_bzDecompressEnd(&stream);
	return status == BZ_STREAM_END ? used : 0;
}

/* Block by block, by their sizes (RFC 8878, 3.1.1). */
static size_t zstd_length(struct bytes from, struct packed_trial *trial)
{
	enum { RATIO = 4 }; /* of those that do not say how much they hold */
	size_t used = ZSTD_findFrameCompressedSize(from.ptr, from.len);
	if (ZSTD_isError(used))
		return 0;
	unsigned long long plain = ZSTD_getFrameContentSize(from.ptr, from.len);
	if (plain >= ZSTD_CONTENTSIZE_ERROR)
		plain = (unsigned long long)used * RATIO;
	return spend(trial, plain) ? used : 0;
}

/* Likewise; LZ4 Frame Format 1.6.4. */
static size_t lz4_length(struct bytes from)
{
	enum { BLOCK_SUM = 1 << 4, SIZE = 1 << 3, SUM = 1 << 2, DICTIONARY = 1 };
	struct cursor c = cursor_over(from);
	cursor_skip(&c, 4); /* magic */
	uint8_t flags = cursor_u8(&c);
	cursor_skip(&c, 1); /* block sizes */
	cursor_skip(&c, flags & SIZE ? 8 : 0);
	cursor_skip(&c, flags & DICTIONARY ? 4 : 0);
	cursor_skip(&c, 1); /* the header's sum */
	for (uint32_t size; cursor_ok(&c) && (size = cursor_u32le(&c)) != 0;)
		cursor_skip(&c, (size & 0x7fffffff) + (flags & BLOCK_SUM ? UINT64_C(4) : 0));
	cursor_skip(&c, flags & SUM ? 4 : 0);
	return cursor_ok(&c) && flags >> 6 == 1 ? c.at : 0;
}

/* The start header has a sum of its own; 7zFormat.txt. */
static size_t sevenzip_length(struct bytes from)
{
	struct cursor c = cursor_over(from);
	cursor_skip(&c, 8); /* signature, version */
	uint32_t sum = cursor_u32le(&c);
	struct bytes start = bytes_slice(from, c.at, 20);
	uint64_t end = cursor_u64le(&c), size = cursor_u64le(&c);
	(void)cursor_u32le(&c);
	bool whole = cursor_ok(&c) && libdeflate_crc32(0, start.ptr, start.len) == sum &&
	             !ckd_add(&end, end, size) && !ckd_add(&end, end, c.at) && end <= from.len;
	return whole ? (size_t)end : 0;
}

/* [MS-CAB] 2.1. */
static size_t cab_length(struct bytes from)
{
	struct cursor c = cursor_over(from);
	cursor_skip(&c, 4);
	uint32_t reserved = cursor_u32le(&c);
	uint32_t size = cursor_u32le(&c);
	reserved |= cursor_u32le(&c);
	uint32_t files_at = cursor_u32le(&c);
	reserved |= cursor_u32le(&c);
	uint16_t version = cursor_u16le(&c);
	bool fits = cursor_ok(&c) && reserved == 0 && version == 0x0103 && files_at < size &&
	            size <= from.len;
	return fits ? size : 0;
}

/* What their heads tell: that costs nothing. */
static size_t image_length(enum packed_kind kind, struct bytes from)
{
	switch (kind) {
	case PACKED_SQUASHFS:
		return packed_squashfs_length(from);
	case PACKED_CRAMFS:
		return packed_cramfs_length(from);
	case PACKED_UBI:
		return packed_ubi_length(from);
	default:
		return packed_jffs2_length(from);
	}
}

size_t packed_length(enum packed_kind kind, struct bytes from, struct packed_trial *trial)
{
	trial->unfinished = false;
	trial->broken_at = 0;
	if (kind >= PACKED_SQUASHFS)
		return image_length(kind, from);
	if (!spend(trial, PACKED_COST))
		return 0;
	switch (kind) {
	case PACKED_GZIP:
		return inflated_length(from, MAX_WBITS + 16, trial);
	case PACKED_ZLIB:
		return inflated_length(from, MAX_WBITS, trial);
	case PACKED_XZ:
		return xz_length(from, trial);
	case PACKED_ZSTD:
		return zstd_length(from, trial);
	case PACKED_BZIP2:
		return bzip2_length(from, trial);
	case PACKED_LZ4:
		return lz4_length(from);
	case PACKED_SEVENZIP:
		return sevenzip_length(from);
	case PACKED_CAB:
		return cab_length(from);
	default:
		break;
	}
	return 0;
}
