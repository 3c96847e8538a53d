/* SPDX-License-Identifier: Apache-2.0 */
/* Colour profiles (ICC.1:2022, section 7): tables of numbers that may look random. Alone, or out of
 * a picture. What no tag accounts for is handed over. */
#include "base/cursor.h"
#include "reader/rest.h"

extern const struct reader reader_icc;

enum { HEADER = 128, TAG = 12, TAGS_MOST = 1024 };

static bool recognise_icc(const struct sight *sight)
{
	struct cursor c = cursor_over(sight->head);
	uint32_t size = cursor_u32be(&c);
	return size > HEADER && size <= sight->size;
}

static enum read_result read_icc(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	uint32_t size = cursor_u32be(&c);
	cursor_seek(&c, HEADER);
	uint64_t count = cursor_fits(&c, cursor_u32be(&c), TAG);
	if (!cursor_ok(&c) || count > TAGS_MOST)
		return rest_damaged(visit, body, HEADER, "damaged colour profile");
	struct rest rest;
	rest_init(&rest, visit, (size_t)count + 2);
	rest_add(&rest, 0, c.at + count * TAG);
	for (uint64_t i = 0; i < count; i++) {
		cursor_skip(&c, 4); /* signature */
		uint64_t offset = cursor_u32be(&c), length = cursor_u32be(&c);
		if (offset + length > size)
			return rest_damaged(visit, body, HEADER, "damaged colour profile");
		rest_add(&rest, offset, length);
	}
	rest_hand_over_holes(&rest, visit, body);
	(void)rest_hand_over(visit, body, rest_end(&rest), BYTES("trailing data"));
	return READ_WHOLE;
}

const struct reader reader_icc = {
	.name = "icc",
	.magic = {(const uint8_t *)"acsp", 4},
	.magic_offset = 36,
	.recognise = recognise_icc,
	.read = read_icc,
	.understood = CLASS_INERT,
};
