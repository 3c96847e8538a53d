/* SPDX-License-Identifier: Apache-2.0 */
/* JPEG pictures (ITU-T T.81, annex B): marker by marker to the end of the image, so that nothing
 * hides behind it. Nothing is decoded. */
#include "base/cursor.h"
#include "reader/rest.h"

extern const struct reader reader_jpeg;

enum { SOI = 0xd8, EOI = 0xd9, SOS = 0xda, APP0 = 0xe0, APP15 = 0xef, COM = 0xfe };

static bool stands_alone(uint8_t marker)
{
	return marker == 0x01 || (marker >= 0xd0 && marker <= SOI);
}

/* Metadata that holds small pictures and tables, which look random: Exif, which is a TIFF, Adobe's
 * resources, and colour profiles (ICC.1, annex B.4: its first part has "acsp" at 36). */
static bool is_known_metadata(struct bytes data)
{
	static const struct {
		struct bytes head;
		size_t at;
		struct bytes then;
	} known[] = {
		{{(const uint8_t *)"Exif\0", 5}, 6, {(const uint8_t *)"II*\0", 4}},
		{{(const uint8_t *)"Exif\0", 5}, 6, {(const uint8_t *)"MM\0*", 4}},
		{{(const uint8_t *)"Photoshop 3.0\0", 14}, 14, {(const uint8_t *)"8BIM", 4}},
		{{(const uint8_t *)"ICC_PROFILE\0\1", 13}, 50, {(const uint8_t *)"acsp", 4}},
		{{(const uint8_t *)"JFXX\0\x10\xff\xd8", 8}, 0, {(const uint8_t *)"JFXX", 4}},
	};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (bytes_start_with(data, known[i].head) &&
		    bytes_start_with(bytes_from(data, known[i].at), known[i].then))
			return true;
	bool later_part = bytes_start_with(data, BYTES("ICC_PROFILE\0")) && data.len > 14 &&
	                  data.ptr[12] > 1 && data.ptr[12] <= data.ptr[13];
	return later_part && !rest_begins_like_a_file(bytes_from(data, 14));
}

/* Moves to the marker that ends the entropy-coded data: 0xff, not stuffed and not a restart. */
static void skip_scan(struct cursor *c)
{
	while (cursor_ok(c)) {
		(void)cursor_until(c, 0xff);
		uint8_t next = cursor_u8(c);
		while (next == 0xff)
			next = cursor_u8(c); /* fill bytes */
		if (next != 0 && !(next >= 0xd0 && next <= 0xd7)) {
			if (cursor_ok(c))
				cursor_seek(c, c->at - 2);
			return;
		}
	}
}

static uint8_t next_marker(struct cursor *c)
{
	if (cursor_u8(c) != 0xff)
		cursor_fail(c);
	uint8_t marker = cursor_u8(c);
	while (marker == 0xff)
		marker = cursor_u8(c);
	return marker;
}

static enum read_result read_jpeg(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	if (!bytes_equal(cursor_take(&c, 3), BYTES("\xff\xd8\xff")))
		return READ_NOT_MINE;
	cursor_seek(&c, 2);
	for (;;) {
		size_t marker_at = c.at;
		uint8_t marker = next_marker(&c);
		if (cursor_ok(&c) && marker == EOI)
			break;
		if (cursor_ok(&c) && stands_alone(marker))
			continue;
		uint16_t length = cursor_u16be(&c);
		struct bytes data = length < 2 ? (struct bytes){0} : cursor_take(&c, length - 2u);
		if (length < 2)
			cursor_fail(&c);
		if (marker == SOS)
			skip_scan(&c);
		if (!cursor_ok(&c))
			return rest_damaged(visit, body, marker_at,
			                    marker == SOS ? "JPEG scan without an end"
			                                  : "damaged JPEG marker");
		bool metadata = (marker >= APP0 && marker <= APP15) || marker == COM;
		if (metadata && !is_known_metadata(data))
			rest_hand_over_part(visit, BYTES("metadata"), data);
	}
	(void)rest_hand_over(visit, body, c.at, BYTES("trailing data"));
	return READ_WHOLE;
}

const struct reader reader_jpeg = {
	.name = "jpeg",
	.magic = {(const uint8_t *)"\xff\xd8\xff", 3},
	.read = read_jpeg,
	.understood = CLASS_INERT,
};
