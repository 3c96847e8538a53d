/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fatbin: GPU programs inside a host program, in its sections .nv_fatbin and __nv_relfatbin (CUDA's
 * fatbinary_section.h for the outer header; the entries are not documented, and were read off files
 * of CUDA 9 to 13). Several fat binaries follow one another in a section; each holds programs for
 * several GPUs, as ELF or as assembler text, plain or as one LZ4 block or zstd frame.
 */
#include "reader/fatbin.h"

#include "base/cursor.h"
#include "core/limits.h"
#include "reader/pump.h"
#include "reader/rest.h"
#include "reader/unpack.h"

#include <limits.h>
#include <lz4.h>

extern const struct reader reader_fatbin;

enum {
	HEADER = 16,
	ENTRY_LEAST = 64,
	KIND_PTX = 1,
	FLAG_LZ4 = 0x2000,
	FLAG_ZSTD = 0x8000,
};

struct entry {
	uint16_t kind;
	uint64_t flags, plain_size;
	struct bytes header;  /* what it has behind the fields that are known */
	struct bytes payload; /* with what aligns the next entry */
	uint32_t packed_size;
};

static struct entry read_entry(struct cursor *c)
{
	struct entry entry = {0};
	size_t from = c->at;
	entry.kind = cursor_u16le(c);
	cursor_skip(c, 2);
	uint32_t header_size = cursor_u32le(c);
	uint64_t size = cursor_u64le(c);
	entry.packed_size = cursor_u32le(c);
	cursor_skip(c, 20); /* names, versions, the GPU */
	entry.flags = cursor_u64le(c);
	cursor_skip(c, 8);
	entry.plain_size = cursor_u64le(c);
	if (header_size < ENTRY_LEAST)
		cursor_fail(c);
	size_t known = c->at;
	cursor_seek(c, (uint64_t)from + header_size);
	entry.header = bytes_slice(c->all, known, c->at - known);
	entry.payload = cursor_take(c, size);
	return entry;
}

static bool unpack_lz4(struct visit *visit, struct bytes name, struct bytes packed, uint64_t size)
{
	struct pump pump = pump_start(visit, name, size);
	if (size == 0 || size > INT_MAX || packed.len > INT_MAX)
		return pump_end(&pump, CLASS_UNREAD, "damaged fat binary entry") == READ_WHOLE;
	uint8_t *room = pump_room_at_once(&pump, (size_t)size);
	int made = room ? LZ4_decompress_safe((const char *)packed.ptr, (char *)room,
	                                      (int)packed.len, (int)size)
	                : 0;
	if (made > 0)
		pump_made(&pump, (size_t)made);
	const char *why = !room                    ? "no room left to unpack"
	                  : (uint64_t)made != size ? "damaged LZ4 block"
	                                           : NULL;
	visit_unpacked(visit, packed);
	return pump_end(&pump, CLASS_UNREAD, why) == READ_WHOLE;
}

static bool visit_entry(struct visit *visit, const struct entry *entry)
{
	struct bytes name = entry->kind == KIND_PTX ? BYTES("ptx") : BYTES("cubin");
	struct bytes packed = bytes_slice(entry->payload, 0, entry->packed_size);
	struct bytes behind = bytes_from(entry->payload, packed.len);
	rest_hand_over_part(visit, BYTES("header"), entry->header);
	if ((entry->flags & (FLAG_ZSTD | FLAG_LZ4)) && behind.len >= LIMIT_HOLE)
		(void)rest_hand_over(visit, behind, 0, BYTES("data between parts"));
	if (entry->flags & FLAG_ZSTD)
		return unpack_child(visit, UNPACK_ZSTD, name, packed, entry->plain_size);
	if (entry->flags & FLAG_LZ4)
		return unpack_lz4(visit, name, packed, entry->plain_size);
	visit_child(visit, name, entry->payload);
	return true;
}

/* One fat binary; false when it is damaged. */
static bool read_binary(struct visit *visit, struct cursor *c, bool *whole)
{
	cursor_skip(c, 6); /* magic and version */
	uint16_t header_size = cursor_u16le(c);
	uint64_t size = cursor_u64le(c);
	if (header_size < HEADER)
		cursor_fail(c);
	rest_hand_over_part(visit, BYTES("header"), cursor_take(c, header_size - HEADER));
	struct bytes entries = cursor_take(c, size);
	if (!cursor_ok(c))
		return false;
	struct cursor inside = cursor_over(entries);
	while (cursor_left(&inside) > 0) {
		struct entry entry = read_entry(&inside);
		if (!cursor_ok(&inside))
			return false;
		*whole &= visit_entry(visit, &entry);
	}
	return true;
}

static bool is_fatbin(struct cursor c)
{
	uint32_t magic = cursor_u32le(&c);
	uint16_t version = cursor_u16le(&c);
	return cursor_ok(&c) && magic == 0xba55ed50U && version == 1;
}

bool fatbin_is(struct bytes data)
{
	return data.len >= HEADER && is_fatbin(cursor_over(data));
}

bool fatbin_read(struct visit *visit, struct bytes data, uint64_t offset)
{
	struct cursor c = cursor_over(data);
	bool whole = true;
	while (is_fatbin(c)) {
		size_t from = c.at;
		if (!read_binary(visit, &c, &whole)) {
			visit_gap(visit, (struct span){offset + from, data.len - from},
			          CLASS_UNREAD, "damaged fat binary");
			return false;
		}
		cursor_seek(&c, padding_end(data, c.at));
	}
	(void)rest_hand_over(visit, data, c.at, BYTES("trailing data"));
	return whole;
}

static enum read_result read_fatbin(struct visit *visit, struct bytes body)
{
	if (!fatbin_is(body))
		return READ_NOT_MINE;
	return fatbin_read(visit, body, 0) ? READ_WHOLE : READ_PARTLY;
}

const struct reader reader_fatbin = {
	.name = "fatbin",
	.magic = {(const uint8_t *)"\x50\xed\x55\xba", 4},
	.read = read_fatbin,
	.understood = CLASS_READ,
	.container = true,
};
