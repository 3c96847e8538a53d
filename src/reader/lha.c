/* SPDX-License-Identifier: Apache-2.0 */
/* lha: LHA and LZH archives, by libarchive. */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/pump.h"
#include "reader/rest.h"
#include "reader/through_libarchive.h"

#include <archive.h>

extern const struct reader reader_lha;

enum { HEADER_LEAST = 22 };

static bool is_method(struct bytes id)
{
	return id.len == 5 && id.ptr[0] == '-' && id.ptr[4] == '-' && id.ptr[1] == 'l' &&
	       (id.ptr[2] == 'h' || id.ptr[2] == 'z') &&
	       ((id.ptr[3] >= '0' && id.ptr[3] <= '9') || id.ptr[3] == 'd' || id.ptr[3] == 's');
}

/* Levels 0 and 1: one byte says the header's length, one the sum of its bytes. */
static bool sum_matches(struct bytes head)
{
	struct cursor c = cursor_over(head);
	uint8_t len = cursor_u8(&c);
	uint8_t expected = cursor_u8(&c);
	struct bytes summed = cursor_take(&c, len);
	uint8_t sum = 0;
	for (size_t i = 0; i < summed.len; i++)
		sum = (uint8_t)(sum + summed.ptr[i]);
	return cursor_ok(&c) && len >= HEADER_LEAST && sum == expected;
}

static bool begins_with_header(struct bytes head)
{
	struct cursor c = cursor_over(head);
	uint16_t first = cursor_u16le(&c);
	bool method = is_method(cursor_take(&c, 5));
	cursor_skip(&c, 13); /* sizes, time, attribute */
	uint8_t level = cursor_u8(&c);
	if (!cursor_ok(&c) || !method)
		return false;
	if (level == 2)
		return first >= 26;
	if (level == 3)
		return first == 4;
	return level < 2 && sum_matches(head);
}

static bool recognise_lha(const struct sight *sight)
{
	return begins_with_header(sight->head);
}

struct member {
	uint64_t header, packed, plain; /* bytes */
};

/* After the last field of a header of level 1 stand further ones, each with the next one's size at
 * its end; they count as packed bytes. */
static uint64_t extensions_length(struct cursor c)
{
	uint64_t length = 0;
	for (uint16_t size; (size = cursor_u16le(&c)) >= 2;) {
		length += size;
		cursor_skip(&c, size - 2u);
	}
	return length;
}

static struct member member_at(struct bytes body, size_t at)
{
	struct member m = {0};
	struct cursor c = cursor_over(bytes_from(body, at));
	m.header = cursor_u16le(&c);
	cursor_skip(&c, 5);
	m.packed = cursor_u32le(&c);
	m.plain = cursor_u32le(&c);
	cursor_skip(&c, 5);
	uint8_t level = cursor_u8(&c);
	if (level < 2)
		m.header = (m.header & 0xff) + 2;
	if (level == 1) {
		cursor_seek(&c, m.header - 2);
		uint64_t length = extensions_length(c);
		m.header += length;
		m.packed -= length < m.packed ? length : m.packed;
	} else if (level == 3) {
		cursor_seek(&c, 24);
		m.header = cursor_u32le(&c);
	}
	return m;
}

/* What libarchive passes over: long headers, and more packed bytes than a member can need. */
static void hand_over_unused(struct visit *visit, struct bytes body)
{
	for (size_t at = 0; begins_with_header(bytes_from(body, at));) {
		struct member m = member_at(body, at);
		if (m.header < HEADER_LEAST)
			return;
		rest_hand_over_part(visit, BYTES("header"),
		                    bytes_slice(body, at, (size_t)m.header));
		struct bytes packed = bytes_slice(body, at + (size_t)m.header, (size_t)m.packed);
		if (packed.len >= m.plain + LIMIT_PRIVATE_PART)
			rest_hand_over_part(visit, BYTES("packed bytes"), packed);
		at += (size_t)(m.header + m.packed);
	}
}

static enum read_result read_lha(struct visit *visit, struct bytes body)
{
	if (!begins_with_header(body))
		return READ_NOT_MINE;
	struct member_summary members =
		visit_members(visit, body, archive_read_support_format_lha, true, NULL);
	struct cursor end = cursor_over(body);
	cursor_seek(&end, members.consumed);
	if (members.whole && cursor_u8(&end) == 0) /* marks the end of the archive */
		members.consumed++;
	hand_over_unused(visit, body);
	if (members.whole && members.consumed < body.len)
		visit_trailing(visit, body, (size_t)members.consumed);
	return members.whole ? READ_WHOLE : READ_PARTLY;
}

const struct reader reader_lha = {
	.name = "lha",
	.recognise = recognise_lha,
	.read = read_lha,
	.understood = CLASS_READ,
	.container = true,
};
