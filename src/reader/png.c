/* SPDX-License-Identifier: Apache-2.0 */
/* PNG and APNG pictures (PNG specification, third edition). Walked chunk by chunk to the end, so
 * that nothing hides behind one; pixels are not decoded. */
#include "base/cursor.h"
#include "reader/rest.h"
#include "reader/unpack.h"

extern const struct reader reader_png;

static const struct bytes signature = {(const uint8_t *)"\x89PNG\r\n\x1a\n", 8};

/* Frames of an animation begin with their number. */
static bool is_pixels(struct bytes type)
{
	return bytes_equal(type, BYTES("IDAT")) || bytes_equal(type, BYTES("fdAT"));
}

/* Hands over text that is long, or plainly something else. */
static void hand_over_text(struct visit *visit, struct bytes keyword, struct bytes text)
{
	if (rest_begins_like_a_file(text))
		visit_child(visit, keyword, text);
	else
		rest_hand_over_part(visit, keyword, text);
}

/* "keyword\0", then text in Latin-1. */
static void read_text(struct visit *visit, struct bytes data)
{
	struct cursor c = cursor_over(data);
	struct bytes keyword = cursor_until(&c, '\0');
	hand_over_text(visit, cursor_ok(&c) ? keyword : BYTES("tEXt"), bytes_from(data, c.at));
}

/* "keyword\0" method, then a zlib stream. */
static bool read_packed_text(struct visit *visit, struct bytes data)
{
	struct cursor c = cursor_over(data);
	struct bytes keyword = cursor_until(&c, '\0');
	uint8_t method = cursor_u8(&c);
	if (!cursor_ok(&c) || method != 0) {
		visit_child(visit, BYTES("zTXt"), data);
		return true;
	}
	return unpack_child(visit, UNPACK_ZLIB, keyword, bytes_from(data, c.at), 0);
}

/* "keyword\0" packed? method "language\0" "keyword in that language\0", then text or a stream. */
static bool read_international_text(struct visit *visit, struct bytes data)
{
	struct cursor c = cursor_over(data);
	struct bytes keyword = cursor_until(&c, '\0');
	uint8_t packed = cursor_u8(&c), method = cursor_u8(&c);
	(void)cursor_until(&c, '\0');
	(void)cursor_until(&c, '\0');
	if (!cursor_ok(&c) || method != 0) {
		visit_child(visit, BYTES("iTXt"), data);
		return true;
	}
	if (packed)
		return unpack_child(visit, UNPACK_ZLIB, keyword, bytes_from(data, c.at), 0);
	hand_over_text(visit, keyword, bytes_from(data, c.at));
	return true;
}

/* "name\0" method, then a profile (ICC.1) in a zlib stream. */
static bool read_profile(struct visit *visit, struct bytes data)
{
	struct cursor c = cursor_over(data);
	(void)cursor_until(&c, '\0');
	cursor_skip(&c, 1);
	struct bytes packed = cursor_take(&c, cursor_left(&c));
	return unpack_child(visit, UNPACK_ZLIB, BYTES("profile"), packed, 0);
}

/* All but pixels, whatever its type: those that are registered hold little. */
static bool read_chunk(struct visit *visit, struct bytes type, struct bytes data)
{
	if (bytes_equal(type, BYTES("iCCP")))
		return read_profile(visit, data);
	if (bytes_equal(type, BYTES("zTXt")))
		return read_packed_text(visit, data);
	if (bytes_equal(type, BYTES("iTXt")))
		return read_international_text(visit, data);
	if (bytes_equal(type, BYTES("tEXt")))
		read_text(visit, data);
	else if (!bytes_equal(type, BYTES("eXIf")) || !rest_is_exif(data))
		rest_hand_over_part(visit, type, data);
	return true;
}

static enum read_result read_png(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	bool whole = true;
	if (!bytes_equal(cursor_take(&c, signature.len), signature))
		return READ_NOT_MINE;
	for (;;) {
		size_t chunk_at = c.at;
		uint32_t length = cursor_u32be(&c);
		struct bytes type = cursor_take(&c, 4);
		struct bytes data = cursor_take(&c, length);
		cursor_skip(&c, 4); /* CRC */
		if (!cursor_ok(&c))
			return rest_damaged(visit, body, chunk_at, "damaged PNG chunk");
		if (bytes_equal(type, BYTES("IEND")))
			break;
		if (!is_pixels(type))
			whole &= read_chunk(visit, type, data);
	}
	(void)rest_hand_over(visit, body, c.at, BYTES("trailing data"));
	return whole ? READ_WHOLE : READ_PARTLY;
}

const struct reader reader_png = {
	.name = "png",
	.magic = {(const uint8_t *)"\x89PNG\r\n\x1a\n", 8},
	.read = read_png,
	.understood = CLASS_INERT,
};
