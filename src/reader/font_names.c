/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/font_names.h"

#include "base/cursor.h"
#include "base/text.h"

enum {
	MANUFACTURER = 8,
	MACINTOSH = 1,
	NAME_MOST = 512,
	NAMES_MOST = 256 /* one a language, of which there are 200 */
};

/* Macintosh names are taken as they are: the ASCII part of MacRoman; all others are UTF-16. */
static void state_name(struct visit *visit, uint16_t platform, struct bytes text, struct span proof)
{
	struct bytes value = bytes_slice(text, 0, NAME_MOST);
	uint8_t utf8[NAME_MOST / 2 * 3 + 3];
	if (platform != MACINTOSH)
		value = (struct bytes){utf8, text_from_utf16(value, true, utf8)};
	visit_fact(visit, FACT_PACKAGE_VENDOR, value, proof);
}

/* OpenType 1.9, "name - Naming Table". */
bool font_names_read(struct visit *visit, struct bytes table, struct span at, bool unpacked)
{
	struct cursor c = cursor_over(table);
	cursor_skip(&c, 2);
	uint16_t count = cursor_u16be(&c), strings_at = cursor_u16be(&c);
	size_t stated = 0;
	for (uint16_t i = 0; i < count && cursor_ok(&c); i++) {
		uint16_t platform = cursor_u16be(&c);
		cursor_skip(&c, 4); /* encoding, language */
		uint16_t kind = cursor_u16be(&c), length = cursor_u16be(&c);
		uint16_t offset = cursor_u16be(&c);
		struct cursor text = cursor_over(table);
		cursor_seek(&text, (uint64_t)strings_at + offset);
		struct bytes name = cursor_take(&text, length);
		if (kind != MANUFACTURER || !cursor_ok(&text) || !cursor_ok(&c))
			continue;
		if (stated++ == NAMES_MOST)
			return false;
		struct span proof = {at.offset + strings_at + offset, length};
		state_name(visit, platform, name, unpacked ? at : proof);
	}
	return true;
}
