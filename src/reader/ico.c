/* SPDX-License-Identifier: Apache-2.0 */
/* Windows icons and cursors: a directory of small pictures, each a PNG or a bitmap without its file
 * header (Microsoft, "Icons", 1995). What is in no picture is handed over. */
#include "base/cursor.h"
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

static bool is_bitmap(struct bytes picture)
{
	struct cursor c = cursor_over(picture);
	return cursor_u32le(&c) == 40; /* BITMAPINFOHEADER */
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
		if (is_bitmap(picture))
			continue;
		overlap |= picture.len > body.len - handed_over;
		if (overlap)
			break;
		handed_over += picture.len;
		visit_child(visit, (struct bytes){0}, picture); /* a PNG, or not a picture */
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
