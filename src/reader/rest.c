/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/rest.h"

#include "base/checked.h"
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/endian.h"

#include <libdeflate.h>
#include <stdlib.h>

bool rest_is_padding(struct bytes run)
{
	return run.len == 0 || memcmp(run.ptr, bytes_from(run, 1).ptr, run.len - 1) == 0;
}

bool rest_hand_over(struct visit *visit, struct bytes body, uint64_t at, struct bytes name)
{
	if (at >= body.len)
		return false;
	struct bytes left = bytes_from(body, (size_t)at);
	if (rest_is_padding(left))
		return false;
	visit_child(visit, name, left);
	return true;
}

void rest_hand_over_part(struct visit *visit, struct bytes name, struct bytes part)
{
	if (part.len >= LIMIT_PRIVATE_PART && !rest_is_padding(part))
		visit_child(visit, name, part);
}

static bool is_dense(struct bytes block)
{
	size_t odd = 0;
	for (size_t i = 0; i < block.len; i++) {
		uint8_t c = block.ptr[i];
		odd += c >= 0x7f || (c < ' ' && (c < '\t' || c > '\r'));
	}
	return odd > block.len / 8;
}

bool rest_looks_binary(struct bytes run)
{
	enum { BLOCK = 512 };
	for (size_t at = 0; at < run.len; at += BLOCK) {
		struct bytes block = bytes_slice(run, at, BLOCK);
		if (block.len >= LIMIT_HOLE && is_dense(block))
			return true;
	}
	return false;
}

bool rest_is_exif(struct bytes data)
{
	enum { EXIF_MOST = 128 << 10 };
	return data.len <= EXIF_MOST &&
	       (bytes_start_with(data, BYTES("II*\0")) || bytes_start_with(data, BYTES("MM\0*")));
}

enum read_result rest_damaged(struct visit *visit, struct bytes body, uint64_t at,
                              const char *reason)
{
	visit_gap(visit, (struct span){at < body.len ? at : 0, 0}, CLASS_UNREAD, reason);
	return READ_PARTLY;
}

/* A program that handles a format holds its magic as a constant; what follows tells them apart. */
static bool is_elf_header(struct bytes data)
{
	enum { HEADER_32 = 52, HEADER_64 = 64 };
	struct cursor c = cursor_over(data);
	cursor_skip(&c, 4);
	bool wide = cursor_u8(&c) == 2, big = cursor_u8(&c) == 2;
	cursor_seek(&c, 20);
	uint32_t version = endian_u32(&c, big);
	cursor_seek(&c, wide ? HEADER_64 - 12 : HEADER_32 - 12);
	uint16_t size = endian_u16(&c, big);
	return cursor_ok(&c) && version == 1 && size == (wide ? HEADER_64 : HEADER_32);
}

/* The .xz file format, 2.1.1: the flags are guarded by a CRC32. */
static bool is_xz_header(struct bytes data)
{
	struct cursor c = cursor_over(data);
	cursor_skip(&c, 6);
	struct bytes flags = cursor_take(&c, 2);
	uint32_t crc = cursor_u32le(&c);
	return cursor_ok(&c) && crc == libdeflate_crc32(0, flags.ptr, flags.len);
}

bool rest_begins_like_a_file(struct bytes data)
{
	static const struct bytes magics[] = {
		{(const uint8_t *)"\x1f\x8b\x08", 3},       /* gzip */
		{(const uint8_t *)"\x28\xb5\x2f\xfd", 4},   /* zstd */
		{(const uint8_t *)"BZh", 3},                /* bzip2 */
		{(const uint8_t *)"\x04\x22\x4d\x18", 4},   /* lz4 */
		{(const uint8_t *)"\x02\x21\x4c\x18", 4},   /* lz4 of the kernel */
		{(const uint8_t *)"PK\3\4", 4},             /* zip */
		{(const uint8_t *)"7z\xbc\xaf\x27\x1c", 6}, /* 7z */
		{(const uint8_t *)"070701", 6},             /* cpio: the kernel's initramfs */
		{(const uint8_t *)"hsqs", 4},               /* squashfs */
		{(const uint8_t *)"xar!", 4},               /* bitcode in Mach-O */
		{(const uint8_t *)"BC\xc0\xde", 4},         /* the same, one by one */
		{(const uint8_t *)"\xde\xc0\x17\x0b", 4},   /* in its wrapper */
		{(const uint8_t *)"\x50\xed\x55\xba\1\0\x10\0", 8}, /* CUDA fat binary */
	};
	if (data.len < LIMIT_HOLE)
		return false;
	if (bytes_start_with(data, BYTES("\177ELF")))
		return is_elf_header(data);
	if (bytes_start_with(data, BYTES("\xfd\x37zXZ\0")))
		return is_xz_header(data);
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
		if (bytes_start_with(data, magics[i]))
			return true;
	return false;
}

void rest_init(struct rest *rest, struct visit *visit, size_t most)
{
	*rest = (struct rest){.parts = visit_alloc(visit, most + 1, sizeof *rest->parts),
	                      .room = most};
}

void rest_add(struct rest *rest, uint64_t offset, uint64_t length)
{
	uint64_t end;
	if (length == 0 || rest->count == rest->room || ckd_add(&end, offset, length))
		return;
	rest->parts[rest->count++] = (struct span){offset, length};
}

uint64_t rest_end(const struct rest *rest)
{
	uint64_t end = 0;
	for (size_t i = 0; i < rest->count; i++) {
		uint64_t part_end = rest->parts[i].offset + rest->parts[i].length;
		end = part_end > end ? part_end : end;
	}
	return end;
}

static int by_offset(const void *left, const void *right)
{
	const struct span *a = left, *b = right;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

void rest_hand_over_holes(struct rest *rest, struct visit *visit, struct bytes body)
{
	qsort(rest->parts, rest->count, sizeof *rest->parts, by_offset);
	uint64_t end = 0;
	for (size_t i = 0; i < rest->count && rest->parts[i].offset <= body.len; i++) {
		struct span part = rest->parts[i];
		if (part.offset > end && part.offset - end >= LIMIT_HOLE) {
			struct bytes hole =
				bytes_slice(body, (size_t)end, (size_t)(part.offset - end));
			if (!rest_is_padding(hole))
				visit_child(visit, BYTES("data between parts"), hole);
		}
		if (part.offset + part.length > end)
			end = part.offset + part.length;
	}
}
