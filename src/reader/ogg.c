/* SPDX-License-Identifier: Apache-2.0 */
/* Ogg media (RFC 3533): Vorbis, Opus, Theora. Walked page by page to the end, so that nothing hides
 * behind the last; nothing is decoded. */
#include "base/cursor.h"
#include "reader/rest.h"

extern const struct reader reader_ogg;

static bool is_page(struct bytes body, size_t at)
{
	return bytes_start_with(bytes_from(body, at), BYTES("OggS\0"));
}

static void skip_page(struct cursor *c)
{
	cursor_skip(c, 4 + 1 + 1 + 8 + 4 + 4 +
	                       4); /* magic, version, flags, place, stream, number, CRC */
	struct bytes lengths = cursor_take(c, cursor_u8(c));
	uint64_t payload = 0;
	for (size_t i = 0; i < lengths.len; i++)
		payload += lengths.ptr[i];
	cursor_skip(c, payload);
}

static enum read_result read_ogg(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	if (!is_page(body, 0))
		return READ_NOT_MINE;
	while (is_page(body, c.at)) {
		size_t page_at = c.at;
		skip_page(&c);
		if (!cursor_ok(&c))
			return rest_damaged(visit, body, page_at, "Ogg page cut short");
	}
	(void)rest_hand_over(visit, body, c.at, BYTES("trailing data"));
	return READ_WHOLE;
}

const struct reader reader_ogg = {
	.name = "ogg",
	.magic = {(const uint8_t *)"OggS", 5},
	.read = read_ogg,
	.understood = CLASS_INERT,
};
