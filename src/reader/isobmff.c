/* SPDX-License-Identifier: Apache-2.0 */
/* The ISO base media file format and QuickTime: MP4, MOV, M4A, HEIC, AVIF, JPEG 2000 (ISO/IEC
 * 14496-12, 15444-1). Boxes are walked at the top level to the end, so that nothing hides behind
 * the last or in one of unknown purpose. */
#include "base/cursor.h"
#include "reader/rest.h"

extern const struct reader reader_isobmff;

/* Boxes that a file may begin with; files of the QuickTime of old have no ftyp. */
static const char first_types[] = "ftypstypmoovmdatwidepnotjP  ";
static const char media_types[] = "ftypstypmoovmoofmdatwidepnotjP  metasidxssixmfrapdinprftPICT"
				  "emsgidatjp2hjp2cjpchjplpbloctierprfl";
/* Inside moov and udta: what players need, and text. */
static const char inner_types[] = "mvhdtrakiodsmetamvexmdrapsshcmovnamecprthnti";

static bool is_among(const char *types, struct bytes type)
{
	for (size_t i = 0; types[i] != '\0' && type.len == 4; i += 4)
		if (memcmp(types + i, type.ptr, 4) == 0)
			return true;
	return false;
}

static bool is_isobmff(const struct sight *sight)
{
	struct cursor c = cursor_over(sight->head);
	uint32_t size = cursor_u32be(&c);
	return is_among(first_types, cursor_take(&c, 4)) && (size >= 8 || size == 1 || size == 0);
}

static bool is_type(struct bytes type)
{
	for (size_t i = 0; i < type.len; i++)
		if (type.ptr[i] != 0xa9 && (type.ptr[i] < ' ' || type.ptr[i] > '~'))
			return false;
	return type.len == 4;
}

enum { DEPTH = 2 }; /* udta in moov */

/* The boxes of moov and of udta. One of no known purpose is handed over; a private one begins with
 * its UUID. */
static void read_data(struct visit *visit, const char *known, struct bytes type, struct bytes data,
                      unsigned depth)
{
	bool inner = bytes_equal(type, BYTES("moov")) || bytes_equal(type, BYTES("udta"));
	if (bytes_equal(type, BYTES("uuid")))
		rest_hand_over_part(visit, type, bytes_from(data, 16));
	else if (depth == DEPTH || (!inner && !is_among(known, type)))
		rest_hand_over_part(visit, type, data);
	struct cursor c = cursor_over(data);
	while (inner && depth < DEPTH && cursor_left(&c) >= 8) {
		size_t at = c.at;
		uint32_t size = cursor_u32be(&c);
		struct bytes inner_type = cursor_take(&c, 4);
		struct bytes box = cursor_take(&c, size < 8 ? UINT64_MAX : size - 8);
		if (!cursor_ok(&c) || !is_type(inner_type)) {
			rest_hand_over_part(visit, BYTES("boxes"), bytes_from(data, at));
			return;
		}
		read_data(visit, inner_types, inner_type, box, depth + 1);
	}
}

static enum read_result read_isobmff(struct visit *visit, struct bytes body)
{
	struct sight as_sight = {.head = body, .size = body.len};
	struct cursor c = cursor_over(body);
	if (!is_isobmff(&as_sight))
		return READ_NOT_MINE;
	while (cursor_left(&c) >= 8) {
		size_t box_at = c.at, header = 8;
		uint64_t size = cursor_u32be(&c);
		struct bytes type = cursor_take(&c, 4);
		if (size == 1) {
			size = cursor_u64be(&c);
			header = 16;
		} else if (size == 0) {
			size = body.len - box_at; /* to the end */
		}
		if (!is_type(type) || size < header) {
			cursor_seek(&c, box_at);
			break; /* not a box: something was appended */
		}
		struct bytes data = cursor_take(&c, size - header);
		if (!cursor_ok(&c))
			return rest_damaged(visit, body, box_at, "media file cut short");
		read_data(visit, media_types, type, data, 0);
	}
	(void)rest_hand_over(visit, body, c.at, BYTES("trailing data"));
	return READ_WHOLE;
}

const struct reader reader_isobmff = {
	.name = "isobmff",
	.recognise = is_isobmff,
	.read = read_isobmff,
	.understood = CLASS_INERT,
};
