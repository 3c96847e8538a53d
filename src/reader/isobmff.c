/* SPDX-License-Identifier: Apache-2.0 */
/* The ISO base media file format and QuickTime: MP4, MOV, M4A, HEIC, AVIF, JPEG 2000 (ISO/IEC
 * 14496-12, 15444-1). Boxes are walked at the top level to the end, so that nothing hides behind
 * the last or in one of unknown purpose. */
#include "base/cursor.h"
#include "reader/rest.h"

extern const struct reader reader_isobmff;

/* Boxes that a file may begin with; files of the QuickTime of old have no ftyp. */
static const char first_types[] = "ftypstypmoovmdatwidepnotjP  ";
static const char media_types[] = "ftypstypmoovmoofmdatwidepnotjP  metasidxssixmfrapdinprftudtaPICT"
				  "emsgidatjp2hjp2cjpchjplpbloctierprfluuid";

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
		if (!is_among(media_types, type))
			rest_hand_over_part(visit, type, data);
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
