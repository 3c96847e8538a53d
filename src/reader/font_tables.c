/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/font_tables.h"

#include "base/cursor.h"
#include "reader/rest.h"

bool font_table_is_glyphs(struct bytes tag)
{
	static const char known[] = "glyflocaCFF CFF2EBDTCBDTbdatsbixgvarVARC";
	for (size_t i = 0; i + 4 < sizeof known && tag.len == 4; i += 4)
		if (memcmp(known + i, tag.ptr, 4) == 0)
			return true;
	return false;
}

/* OpenType 1.9, "DSIG - Digital Signature Table": a list of blocks, each with a CMS message. False
 * when they are not where they should be. */
static bool read_signatures(struct visit *visit, struct bytes table)
{
	struct cursor c = cursor_over(table);
	cursor_skip(&c, 4);
	uint16_t count = cursor_u16be(&c);
	cursor_skip(&c, 2);
	uint64_t end = 8 + 12 * (uint64_t)count;
	for (uint16_t i = 0; i < count; i++) {
		cursor_skip(&c, 8); /* format, length */
		struct cursor block = cursor_over(table);
		uint32_t at = cursor_u32be(&c);
		cursor_seek(&block, at);
		cursor_skip(&block, 4);
		struct bytes message = cursor_take(&block, cursor_u32be(&block));
		if (!cursor_ok(&c) || !cursor_ok(&block) || at < end)
			return false;
		end = block.at; /* they follow one another */
		if (message.len > 0)
			visit_child(visit, BYTES("signature"), message);
	}
	return rest_is_padding(bytes_from(table, (size_t)end));
}

void font_table_read(struct visit *visit, struct bytes tag, struct bytes table)
{
	if (bytes_equal(tag, BYTES("DSIG")) && read_signatures(visit, table))
		return;
	if (!font_table_is_glyphs(tag))
		rest_hand_over_part(visit, tag, table);
	else if (rest_begins_like_a_file(table))
		visit_child(visit, tag, table);
}
