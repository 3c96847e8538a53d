/* SPDX-License-Identifier: Apache-2.0 */
/* Colour profiles (ICC.1:2022, section 7): tables of numbers that may look random. Alone, or out of
 * a picture. What is long and no such table, and what no tag accounts for, is handed over. */
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

/* Section 10: a type, and four zeros. Curves, and tables from colours to colours. */
static bool is_table(struct bytes element)
{
	static const char types[] = "curvmft1mft2mAB mBA mpet";
	if (!bytes_equal(bytes_slice(element, 4, 4), BYTES("\0\0\0\0")))
		return false;
	for (size_t i = 0; i + 4 < sizeof types; i += 4)
		if (memcmp(types + i, element.ptr, 4) == 0)
			return true;
	return false;
}

/* Curves are often one for all three colours. */
static bool is_met(const struct rest *rest, uint64_t offset, uint64_t length)
{
	for (size_t i = 0; i < rest->count; i++)
		if (rest->parts[i].offset == offset && rest->parts[i].length == length)
			return true;
	return false;
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
	uint64_t handed_over = 0;
	for (uint64_t i = 0; i < count; i++) {
		struct bytes name = cursor_take(&c, 4);
		uint64_t offset = cursor_u32be(&c), length = cursor_u32be(&c);
		struct bytes element = bytes_slice(body, (size_t)offset, (size_t)length);
		bool is_new = !is_met(&rest, offset, length) && !is_table(element);
		handed_over += is_new ? length : 0;
		if (offset + length > size || handed_over > body.len)
			return rest_damaged(visit, body, HEADER, "damaged colour profile");
		if (is_new)
			rest_hand_over_part(visit, name, element);
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
