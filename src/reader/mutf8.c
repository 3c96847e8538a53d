/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/mutf8.h"

#include "base/cursor.h"
#include "base/text.h"

/* One UTF-16 unit of one to three bytes; malformed bytes stand for themselves. */
static uint32_t take_unit(struct cursor *c)
{
	uint32_t first = cursor_u8(c);
	if (first >= 0xc0 && first < 0xe0 && cursor_left(c) >= 1)
		return (first & 0x1f) << 6 | (cursor_u8(c) & 0x3fU);
	if (first >= 0xe0 && first < 0xf0 && cursor_left(c) >= 2) {
		uint32_t second = cursor_u8(c) & 0x3fU;
		return (first & 0x0f) << 12 | second << 6 | (cursor_u8(c) & 0x3fU);
	}
	return first;
}

static uint32_t take_code_point(struct cursor *c)
{
	uint32_t unit = take_unit(c);
	if (unit < 0xd800 || unit > 0xdfff)
		return unit;
	struct cursor ahead = *c;
	uint32_t low = unit < 0xdc00 && cursor_left(c) > 0 ? take_unit(&ahead) : 0;
	if (low < 0xdc00 || low > 0xdfff)
		return 0xfffd;
	*c = ahead;
	return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

struct bytes mutf8_to_utf8(struct bytes text, uint8_t *room)
{
	if (text_is_utf8(text))
		return text;
	struct cursor c = cursor_over(text);
	size_t length = 0;
	while (cursor_left(&c) > 0 && length + 4 <= MUTF8_ROOM)
		length += text_put_utf8(take_code_point(&c), room + length);
	return (struct bytes){room, length};
}
