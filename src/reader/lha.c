/* SPDX-License-Identifier: Apache-2.0 */
/* lha: LHA and LZH archives, by libarchive. */
#include "base/cursor.h"
#include "reader/pump.h"
#include "reader/through_libarchive.h"

#include <archive.h>

extern const struct reader reader_lha;

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
	return cursor_ok(&c) && len >= 22 && sum == expected;
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
