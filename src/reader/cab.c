/* SPDX-License-Identifier: Apache-2.0 */
/* cab: Microsoft cabinets, by libarchive; [MS-CAB]. (InstallShield's cabinets are another format.)
 */
#include "base/cursor.h"
#include "reader/pump.h"
#include "reader/through_libarchive.h"

#include <archive.h>

extern const struct reader reader_cab;

enum { FLAG_PREVIOUS = 1, FLAG_NEXT = 2, FLAG_RESERVE = 4 };

struct cabinet {
	uint64_t size;
	uint16_t flags;
	struct bytes reserve; /* of the header: where a signature is announced */
};

static bool read_header(struct bytes body, struct cabinet *out)
{
	struct cursor c = cursor_over(body);
	*out = (struct cabinet){0};
	cursor_skip(&c, 8); /* signature */
	out->size = cursor_u32le(&c);
	cursor_seek(&c, 30);
	out->flags = cursor_u16le(&c);
	cursor_skip(&c, 4); /* set, number in the set */
	if (out->flags & FLAG_RESERVE) {
		uint16_t len = cursor_u16le(&c);
		cursor_skip(&c, 2);
		out->reserve = cursor_take(&c, len);
	}
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

static enum read_result read_cab(struct visit *visit, struct bytes body)
{
	struct cabinet cabinet;
	if (!read_header(body, &cabinet)) {
		visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD, "truncated cabinet header");
		return READ_PARTLY;
	}
	bool alone = (cabinet.flags & (FLAG_PREVIOUS | FLAG_NEXT)) == 0;
	if (!alone)
		visit_closed(visit, BYTES("other cabinets of the set"), 0, CLASS_UNREAD,
		             "part of a multi-volume archive");
	struct member_summary members =
		visit_members(visit, body, archive_read_support_format_cab, false, NULL);
	visit_unless_zero(visit, BYTES("header reserve"), cabinet.reserve);
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
