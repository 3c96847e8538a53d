/* SPDX-License-Identifier: Apache-2.0 */
/* cab: Microsoft cabinets, by libarchive; [MS-CAB]. (InstallShield's cabinets are another format.)
 */
#include "base/cursor.h"
#include "reader/pump.h"
#include "reader/rest.h"
#include "reader/through_libarchive.h"

#include <archive.h>

extern const struct reader reader_cab;

enum {
	FLAG_PREVIOUS = 1,
	FLAG_NEXT = 2,
	FLAG_RESERVE = 4,
	HEADER_LEAST = 36, /* bytes of a header without what flags announce */
};

struct cabinet {
	uint64_t size;
	uint16_t flags;
	struct bytes reserve; /* of the header: where a signature is announced */
	uint32_t files_at;
	uint16_t folders, files;
	uint8_t folder_reserve, block_reserve;
	size_t folders_at;
};

static bool read_header(struct bytes body, struct cabinet *out)
{
	struct cursor c = cursor_over(body);
	*out = (struct cabinet){0};
	cursor_skip(&c, 8); /* signature */
	out->size = cursor_u32le(&c);
	cursor_seek(&c, 16);
	out->files_at = cursor_u32le(&c);
	cursor_seek(&c, 26);
	out->folders = cursor_u16le(&c);
	out->files = cursor_u16le(&c);
	out->flags = cursor_u16le(&c);
	cursor_skip(&c, 4); /* set, number in the set */
	if (out->flags & FLAG_RESERVE) {
		uint16_t len = cursor_u16le(&c);
		out->folder_reserve = cursor_u8(&c);
		out->block_reserve = cursor_u8(&c);
		out->reserve = cursor_take(&c, len);
	}
	unsigned names = (out->flags & FLAG_PREVIOUS ? 2 : 0) + (out->flags & FLAG_NEXT ? 2 : 0);
	while (names-- > 0) /* of the neighbours, and of the media they are on */
		(void)cursor_until(&c, '\0');
	out->folders_at = c.at;
	return cursor_ok(&c);
}

/* Cabinets with odd values in the reserved field have been seen; text that begins so has none. */
static bool recognise_cab(const struct sight *sight)
{
	struct cursor c = cursor_over(sight->head);
	cursor_skip(&c, 4);
	uint32_t reserved = cursor_u32le(&c);
	cursor_seek(&c, 24);
	uint16_t version = cursor_u16le(&c);
	return reserved == 0 || (cursor_ok(&c) && version == 0x0103);
}

/* CFDATA, [MS-CAB] 2.5: the blocks of one folder stand behind one another. */
static void add_blocks(struct rest *rest, const struct cabinet *cabinet, struct bytes body,
                       uint64_t at, uint16_t count)
{
	struct cursor c = cursor_over(body);
	cursor_seek(&c, at);
	for (uint16_t i = 0; i < count; i++) {
		cursor_skip(&c, 4); /* checksum */
		uint16_t packed = cursor_u16le(&c);
		cursor_skip(&c, 2 + (uint64_t)cabinet->block_reserve + packed);
	}
	if (cursor_ok(&c))
		rest_add(rest, at, c.at - at);
}

/* Hands over what is neither header, folder, file nor block. Where blocks are damaged the members
 * have told so. */
static void hand_over_holes(struct visit *visit, const struct cabinet *cabinet, struct bytes body)
{
	struct rest rest;
	rest_init(&rest, visit, (size_t)cabinet->folders + 3);
	struct cursor c = cursor_over(body);
	cursor_seek(&c, cabinet->folders_at);
	for (uint16_t i = 0; i < cabinet->folders && cursor_ok(&c); i++) {
		uint32_t at = cursor_u32le(&c);
		uint16_t count = cursor_u16le(&c);
		cursor_skip(&c, 2 + (uint64_t)cabinet->folder_reserve);
		add_blocks(&rest, cabinet, body, at, count);
	}
	rest_add(&rest, 0, c.at);
	cursor_seek(&c, cabinet->files_at);
	for (uint16_t i = 0; i < cabinet->files && cursor_ok(&c); i++) {
		cursor_skip(&c, 16);
		(void)cursor_until(&c, '\0');
	}
	if (!cursor_ok(&c))
		return;
	rest_add(&rest, cabinet->files_at, c.at - cabinet->files_at);
	uint64_t end = cabinet->size < body.len ? cabinet->size : body.len;
	rest_add(&rest, end, 1); /* so that what lies behind the last block is a hole, too */
	rest_hand_over_holes(&rest, visit, bytes_slice(body, 0, (size_t)end));
}

static enum read_result read_cab(struct visit *visit, struct bytes body)
{
	struct cabinet cabinet;
	if (!read_header(body, &cabinet)) {
		visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD, "truncated cabinet header");
		return READ_PARTLY;
	}
	if (cabinet.size < HEADER_LEAST) {
		visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD, "damaged cabinet header");
		return READ_PARTLY;
	}
	bool alone = (cabinet.flags & (FLAG_PREVIOUS | FLAG_NEXT)) == 0;
	if (!alone)
		visit_closed(visit, BYTES("other cabinets of the set"), 0, CLASS_UNREAD,
		             "part of a multi-volume archive");
	struct member_summary members =
		visit_members(visit, body, archive_read_support_format_cab, false, NULL);
	visit_unless_zero(visit, BYTES("header reserve"), cabinet.reserve);
	if (members.whole)
		hand_over_holes(visit, &cabinet, body);
	if (cabinet.size < body.len)
		visit_trailing(visit, body, (size_t)cabinet.size);
	return members.whole && alone ? READ_WHOLE : READ_PARTLY;
}

const struct reader reader_cab = {
	.name = "cab",
	.magic = {(const uint8_t *)"MSCF", 4},
	.recognise = recognise_cab,
	.read = read_cab,
	.understood = CLASS_READ,
	.container = true,
};
