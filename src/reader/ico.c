/* SPDX-License-Identifier: Apache-2.0 */
/* Windows icons and cursors: a directory of small pictures, each a PNG or a bitmap without its file
 * header (Microsoft, "Icons", 1995). What is in no picture is handed over. */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/rest.h"

extern const struct reader reader_ico;

enum { HEADER = 6, ENTRY = 16, PICTURES_MOST = 256 };

struct entry {
	uint64_t size, offset;
};

static struct entry next_entry(struct cursor *c)
{
	struct entry e;
	cursor_skip(c, 8); /* width, height, colours, reserved, planes, depth */
	e.size = cursor_u32le(c);
	e.offset = cursor_u32le(c);
	return e;
}

/* The magic is weak: every entry of the directory must lie behind it and in the object. */
static bool has_directory(struct bytes head, uint64_t size)
{
	struct cursor c = cursor_over(head);
	bool reserved = cursor_u16le(&c) == 0;
	uint16_t kind = cursor_u16le(&c), count = cursor_u16le(&c);
	if (!reserved || kind < 1 || kind > 2 || count == 0 || count > PICTURES_MOST)
		return false;
	for (uint16_t i = 0; i < count; i++) {
		struct entry e = next_entry(&c);
		if (!cursor_ok(&c) || e.size < 40 || e.offset < HEADER + ENTRY * (uint64_t)count ||
		    e.offset + e.size > size)
			return false;
	}
	return true;
}

static bool is_ico(const struct sight *sight)
{
	return has_directory(sight->head, sight->size);
}

/* Bytes of a bitmap: header, colours, pixels, and a mask of one bit a pixel; its height is that of
 * both. 0 when it is none. */
static uint64_t bitmap_length(struct bytes picture)
{
	enum { INFO_HEADER = 40, BIT_FIELDS = 3, SIDE_MOST = 1 << 16, DEPTH_MOST = 32 };
	struct cursor c = cursor_over(picture);
	uint32_t header = cursor_u32le(&c);
	uint64_t width = cursor_u32le(&c), rows = cursor_u32le(&c) / 2;
	cursor_skip(&c, 2); /* planes */
	uint16_t depth = cursor_u16le(&c);
	uint32_t packing = cursor_u32le(&c);
	cursor_skip(&c, 12); /* size, resolution */
	uint64_t colors = cursor_u32le(&c);
	if (!cursor_ok(&c) || header != INFO_HEADER || depth > DEPTH_MOST || width > SIDE_MOST ||
	    rows > SIDE_MOST || colors > 256)
		return 0;
	if (colors == 0 && depth <= 8)
		colors = (uint64_t)1 << depth;
	uint64_t row = (width * depth + 31) / 32 * 4 + (width + 31) / 32 * 4;
	return header + (packing == BIT_FIELDS ? 12 : 0) + colors * 4 + rows * row;
}

/* What is no bitmap: all of a picture, or what stands behind one. */
static struct bytes unknown_part(struct bytes picture)
{
	struct bytes behind = bytes_from(picture, (size_t)bitmap_length(picture));
	if (behind.len < picture.len && (behind.len < LIMIT_HOLE || rest_is_padding(behind)))
		return (struct bytes){0};
	return behind;
}

static enum read_result read_ico(struct visit *visit, struct bytes body)
{
	if (!has_directory(body, body.len))
		return READ_NOT_MINE;
	struct cursor c = cursor_over(body);
	cursor_seek(&c, 4);
	uint16_t count = cursor_u16le(&c);
	struct rest rest;
	uint64_t handed_over = 0;
	bool overlap = false;
	rest_init(&rest, visit, PICTURES_MOST + 1);
	rest_add(&rest, 0, HEADER + ENTRY * (uint64_t)count);
	for (uint16_t i = 0; i < count; i++) {
		struct entry e = next_entry(&c);
		struct bytes picture = bytes_slice(body, (size_t)e.offset, (size_t)e.size);
		rest_add(&rest, e.offset, e.size);
		struct bytes part = unknown_part(picture); /* a PNG, or not a picture */
		overlap |= part.len > body.len - handed_over;
		if (overlap)
			break;
		handed_over += part.len;
		if (part.len > 0)
			visit_child(visit, (struct bytes){0}, part);
	}
	rest_hand_over_holes(&rest, visit, body);
	(void)rest_hand_over(visit, body, rest_end(&rest), BYTES("trailing data"));
	return overlap ? rest_damaged(visit, body, 0, "icons overlap") : READ_WHOLE;
}

const struct reader reader_ico = {
	.name = "ico",
	.recognise = is_ico,
	.read = read_ico,
	.understood = CLASS_INERT,
};
