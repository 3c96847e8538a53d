/* SPDX-License-Identifier: Apache-2.0 */
/* TrueType and OpenType fonts and collections (OpenType 1.9, "Font File"). Glyphs are not looked
 * into; the manufacturer is stated, and what is in no table is handed over. */
#include "base/cursor.h"
#include "reader/font_names.h"
#include "reader/font_tables.h"
#include "reader/rest.h"

extern const struct reader reader_sfnt;

enum { FONTS_MOST = 256, TABLES_MOST = 4096 };

struct sfnt {
	struct visit *visit;
	struct bytes body;
	struct rest rest;
	uint64_t handed_over; /* bytes of tables that were looked at */
	const char *damage;
	uint64_t damage_at;
};

/* The weak magic of TrueType (00 01 00 00) is confirmed by the first table's tag and place. */
static bool has_tables(struct bytes head, uint64_t size)
{
	struct cursor c = cursor_over(head);
	uint32_t kind = cursor_u32be(&c);
	uint16_t count = cursor_u16be(&c);
	cursor_skip(&c, 6);
	struct bytes tag = cursor_take(&c, 4);
	cursor_skip(&c, 4);
	uint32_t offset = cursor_u32be(&c);
	const uint32_t kinds[] = {0x00010000, 0x4f54544f, 0x74727565,
	                          0x74797031}; /* OTTO true typ1 */
	bool known = kind == kinds[0] || kind == kinds[1] || kind == kinds[2] || kind == kinds[3];
	if (!cursor_ok(&c) || !known || count == 0 || count > 512 || offset > size || offset < 12)
		return false;
	for (size_t i = 0; i < tag.len; i++)
		if (tag.ptr[i] < ' ' || tag.ptr[i] > '~')
			return false;
	return true;
}

static bool is_sfnt(const struct sight *sight)
{
	return bytes_start_with(sight->head, BYTES("ttcf\0")) ||
	       has_tables(sight->head, sight->size);
}

static void note_damage(struct sfnt *s, uint64_t at, const char *reason)
{
	if (s->damage)
		return;
	s->damage = reason;
	s->damage_at = at;
}

/* Whether `table` was met before, as fonts of a collection have some in common. */
static bool is_met(const struct sfnt *s, struct span table)
{
	for (size_t i = 0; i < s->rest.count; i++)
		if (s->rest.parts[i].offset == table.offset &&
		    s->rest.parts[i].length == table.length)
			return true;
	return false;
}

static void read_table(struct sfnt *s, struct bytes tag, struct bytes table, struct span at)
{
	if (bytes_equal(tag, BYTES("name"))) {
		if (!font_names_read(s->visit, table, at, false))
			note_damage(s, at.offset, "too many names of a font's manufacturer");
	}
	if (table.len > s->body.len - s->handed_over) {
		note_damage(s, at.offset, "font tables overlap");
		return;
	}
	s->handed_over += table.len;
	font_table_read(s->visit, tag, table);
}

static void read_font(struct sfnt *s, uint64_t at)
{
	struct cursor c = cursor_over(s->body);
	cursor_seek(&c, at);
	cursor_skip(&c, 4);
	uint16_t count = cursor_u16be(&c);
	cursor_skip(&c, 6); /* for binary search */
	rest_add(&s->rest, at, 12 + (uint64_t)count * 16);
	for (uint16_t i = 0; i < count && s->rest.count < s->rest.room; i++) {
		struct bytes tag = cursor_take(&c, 4);
		cursor_skip(&c, 4); /* checksum */
		uint32_t offset = cursor_u32be(&c), length = cursor_u32be(&c);
		struct cursor t = cursor_over(s->body);
		cursor_seek(&t, offset);
		struct bytes table = cursor_take(&t, length);
		if (!cursor_ok(&c) || !cursor_ok(&t)) {
			note_damage(s, cursor_ok(&c) ? offset : at,
			            "a font table lies outside the file");
			if (!cursor_ok(&c))
				return;
		}
		struct span span = {offset, ((uint64_t)length + 3) & ~(uint64_t)3}; /* padded */
		if (cursor_ok(&t) && !is_met(s, span))
			read_table(s, tag, table, (struct span){offset, length});
		rest_add(&s->rest, span.offset, span.length);
	}
	if (!cursor_ok(&c))
		note_damage(s, at, "damaged font directory");
}

static void read_collection(struct sfnt *s)
{
	struct cursor c = cursor_over(s->body);
	cursor_skip(&c, 4);
	uint16_t version = cursor_u16be(&c);
	cursor_skip(&c, 2);
	uint32_t count = cursor_u32be(&c);
	if (count > FONTS_MOST)
		note_damage(s, 0, "too many fonts in a collection");
	for (uint32_t i = 0; i < count && i < FONTS_MOST && cursor_ok(&c); i++) {
		uint32_t at = cursor_u32be(&c);
		if (cursor_ok(&c))
			read_font(s, at);
	}
	if (!cursor_ok(&c))
		note_damage(s, 0, "damaged font collection");
	rest_add(&s->rest, 0, c.at + (version >= 2 ? 12 : 0)); /* with its signature's place */
	if (version < 2)
		return;
	cursor_skip(&c, 4); /* DSIG */
	uint32_t length = cursor_u32be(&c), offset = cursor_u32be(&c);
	struct bytes signatures = bytes_slice(bytes_from(s->body, offset), 0, length);
	if (length > 0)
		read_table(s, BYTES("DSIG"), signatures, (struct span){offset, length});
	rest_add(&s->rest, offset, length);
}

static enum read_result read_sfnt(struct visit *visit, struct bytes body)
{
	struct sfnt s = {.visit = visit, .body = body};
	bool collection = bytes_start_with(body, BYTES("ttcf\0"));
	if (!collection && !has_tables(body, body.len))
		return READ_NOT_MINE;
	rest_init(&s.rest, visit, TABLES_MOST);
	if (collection)
		read_collection(&s);
	else
		read_font(&s, 0);
	if (s.rest.count == s.rest.room)
		note_damage(&s, 0, "too many font tables");
	rest_hand_over_holes(&s.rest, visit, body);
	(void)rest_hand_over(visit, body, rest_end(&s.rest), BYTES("trailing data"));
	return s.damage ? rest_damaged(visit, body, s.damage_at, s.damage) : READ_WHOLE;
}

const struct reader reader_sfnt = {
	.name = "sfnt",
	.recognise = is_sfnt,
	.read = read_sfnt,
	.understood = CLASS_INERT,
};
