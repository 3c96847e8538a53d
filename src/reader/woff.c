/* SPDX-License-Identifier: Apache-2.0 */
/* Web fonts, WOFF 1.0 and 2.0 (W3C). The manufacturer is read out of the packed name table; other
 * tables are unpacked and looked at as in fonts that are not packed; the metadata and private
 * blocks, and what is in no block, are handed over. */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/brotli_feed.h"
#include "reader/font_names.h"
#include "reader/font_tables.h"
#include "reader/rest.h"
#include "reader/unpack.h"

#include <zlib.h>

extern const struct reader reader_woff;

enum { BLOCKS_MOST = 600, TABLES_MOST = 512, STEP = 8 * 1024 };

struct woff {
	struct visit *visit;
	struct bytes body;
	struct rest rest;
	bool second, is_collection, partly;
	uint64_t unpacked; /* bytes of tables, as they are in the file */
	uint16_t tables;
	uint32_t length, packed_size;
	struct span metadata, private_data;
	uint32_t metadata_size;
};

static bool is_woff(const struct sight *sight)
{
	return bytes_start_with(sight->head, BYTES("wOFF")) ||
	       bytes_start_with(sight->head, BYTES("wOF2"));
}

static struct bytes block(const struct woff *w, struct span span)
{
	struct cursor c = cursor_over(w->body);
	cursor_seek(&c, span.offset);
	return cursor_take(&c, span.length);
}

static struct span take_span(struct cursor *c)
{
	struct span span = {.offset = cursor_u32be(c)};
	span.length = cursor_u32be(c);
	return span;
}

static void read_header(struct woff *w, struct cursor *c)
{
	cursor_skip(c, 4);
	w->is_collection = bytes_equal(cursor_take(c, 4), BYTES("ttcf"));
	w->length = cursor_u32be(c);
	w->tables = cursor_u16be(c);
	cursor_skip(c, 2 + 4); /* reserved, size when unpacked */
	if (w->second)
		w->packed_size = cursor_u32be(c);
	cursor_skip(c, 4); /* version */
	w->metadata = take_span(c);
	w->metadata_size = cursor_u32be(c);
	w->private_data = take_span(c);
}

/* A name table in zlib; one that is stored has equal sizes. */
static void read_names(struct woff *w, struct span packed, uint32_t size)
{
	struct bytes table = block(w, packed);
	if (table.len > 0 && packed.length < size && size <= LIMIT_FONT_NAMES) {
		uint8_t *plain = visit_alloc(w->visit, 1, size);
		uLongf length = size;
		bool whole = uncompress(plain, &length, table.ptr, (uLong)table.len) == Z_OK;
		table = (struct bytes){plain, whole ? length : 0};
	}
	if (table.len == 0) {
		visit_gap(w->visit,
		          (struct span){packed.offset < w->body.len ? packed.offset : 0, 0},
		          CLASS_UNREAD, "the font's names cannot be unpacked");
		w->partly = true;
		return;
	}
	if (!font_names_read(w->visit, table, packed, packed.length < size)) {
		visit_gap(w->visit, packed, CLASS_UNREAD,
		          "too many names of a font's manufacturer");
		w->partly = true;
	}
}

/* Glyphs stay packed. What is in a table besides must be long to be worth a look. */
static void read_table_1(struct woff *w, struct bytes tag, struct span packed, uint32_t size)
{
	struct bytes table = block(w, packed);
	w->unpacked += table.len;
	if (w->unpacked > w->body.len) {
		visit_gap(w->visit, (struct span){0, 0}, CLASS_UNREAD, "font tables overlap");
		w->partly = true;
	} else if (packed.length == size) {
		font_table_read(w->visit, tag, table);
	} else if (!font_table_is_glyphs(tag) && table.len > 0 && size >= LIMIT_PRIVATE_PART) {
		w->partly |= !unpack_child(w->visit, UNPACK_ZLIB, tag, table, size);
	} else if (!font_table_is_glyphs(tag)) {
		rest_hand_over_part(w->visit, tag, table);
	}
}

static void read_tables_1(struct woff *w, struct cursor *c)
{
	for (uint16_t i = 0; i < w->tables && cursor_ok(c) && !w->partly; i++) {
		struct bytes tag = cursor_take(c, 4);
		struct span packed = take_span(c);
		uint32_t size = cursor_u32be(c);
		cursor_skip(c, 4); /* checksum */
		if (!cursor_ok(c))
			return;
		rest_add(&w->rest, packed.offset, packed.length);
		if (bytes_equal(tag, BYTES("name")))
			read_names(w, packed, size);
		if (!w->partly)
			read_table_1(w, tag, packed, size);
	}
}

/* The Brotli stream of tables, or of the metadata. */
struct stream {
	struct woff *w;
	struct brotli_feed feed;
	uint64_t made;
	bool stopped; /* by a limit */
};

/* Unpacks the next `size` bytes: into the spool or to `out`, when they are not NULL. False when
 * there are fewer, or at a limit. */
static bool pull(struct stream *s, uint64_t size, struct spool *spool, uint8_t *out)
{
	uint8_t passed[STEP];
	while (size > 0 && !s->stopped) {
		size_t room = size < STEP ? (size_t)size : STEP;
		size_t made = brotli_pull(&s->feed, out ? out : passed, room);
		s->made += made;
		s->stopped = s->made > LIMIT_FONT || !visit_passed(s->w->visit, made);
		if (spool && !spool_write(spool, (struct bytes){passed, made}))
			s->stopped = true;
		size -= made;
		out = out ? out + made : NULL;
		if (made < room)
			break;
	}
	return size == 0 && !s->stopped;
}

static bool is_whole(const struct stream *s)
{
	return s->feed.ended && !s->stopped && !brotli_passed_over(&s->feed);
}

/* WOFF2 4.1, UIntBase128: 7 bits a byte, most significant first. */
static uint32_t take_base128(struct cursor *c)
{
	uint32_t value = 0;
	for (int i = 0; i < 5; i++) {
		uint8_t byte = cursor_u8(c);
		if (value >> 25 != 0)
			break;
		value = value << 7 | (byte & 0x7f);
		if (!(byte & 0x80))
			return value;
	}
	cursor_fail(c);
	return 0;
}

/* WOFF2 6.1, 255UInt16. */
static uint16_t take_255(struct cursor *c)
{
	uint8_t code = cursor_u8(c);
	if (code == 253)
		return cursor_u16be(c);
	if (code == 254)
		return (uint16_t)(506 + cursor_u8(c));
	return code == 255 ? (uint16_t)(253 + cursor_u8(c)) : code;
}

/* WOFF2 4.2: which tables are in which font of a collection. */
static void skip_collection(struct cursor *c)
{
	cursor_skip(c, 4); /* version */
	for (uint16_t fonts = take_255(c); fonts > 0 && cursor_ok(c); fonts--) {
		uint16_t count = take_255(c);
		cursor_skip(c, 4); /* flavor */
		for (; count > 0 && cursor_ok(c); count--)
			(void)take_255(c);
	}
}

struct table {
	struct bytes tag;
	uint32_t size; /* in the stream */
};

/* WOFF2 4.1. Glyphs (10, 11) are transformed unless their version is 3, others unless it is 0. */
static struct table take_table(struct cursor *c)
{
	static const char tags[] =
		"cmapheadhheahmtxmaxpnameOS/2postcvt fpgmglyflocaprepCFF VORGEBDTEBLCgasphdmxkern"
		"LTSHPCLTVDMXvheavmtxBASEGDEFGPOSGSUBEBSCJSTFMATHCBDTCBLCCOLRCPALSVG sbixacntavar"
		"bdatblocbslncvarfdscfeatfmtxfvargvarhstyjustlcarmortmorxopbdproptrakZapfSilfGlat"
		"GlocFeatSill";
	enum { GLYF = 10, LOCA = 11, OTHER_TAG = 63 };
	uint8_t flags = cursor_u8(c);
	unsigned number = flags & 63, version = flags >> 6;
	struct table table = {.tag = bytes_slice(bytes_of(tags), (size_t)number * 4, 4)};
	if (number == OTHER_TAG)
		table.tag = cursor_take(c, 4);
	table.size = take_base128(c);
	bool glyphs = number == GLYF || number == LOCA;
	if (glyphs ? version != 3 : version != 0)
		table.size = take_base128(c);
	return table;
}

static bool read_table_2(struct stream *s, const struct table *table, struct span packed)
{
	struct visit *visit = s->w->visit;
	if (bytes_equal(table->tag, BYTES("name"))) {
		if (table->size > LIMIT_FONT_NAMES)
			return false;
		uint8_t *plain = visit_alloc(visit, 1, table->size);
		struct bytes names = {plain, table->size};
		if (!pull(s, table->size, NULL, plain))
			return false;
		rest_hand_over_part(visit, table->tag, names);
		return font_names_read(visit, names, packed, true);
	}
	if (font_table_is_glyphs(table->tag) || table->size < LIMIT_PRIVATE_PART)
		return pull(s, table->size, NULL, NULL);
	struct spool *spool = visit_spool(visit, table->tag, table->size);
	bool whole = pull(s, table->size, spool, NULL);
	spool_end(spool, whole ? NULL : "damaged brotli stream");
	return whole;
}

/* What comes out up to the end of the stream, if anything, and what stands behind it in its block.
 */
static bool read_to_the_end(struct stream *s, struct bytes name)
{
	uint8_t first;
	bool whole = true;
	if (pull(s, 1, NULL, &first)) {
		struct spool *spool = visit_spool(s->w->visit, name, 0);
		if (spool_write(spool, (struct bytes){&first, 1}))
			(void)pull(s, UINT64_MAX, spool, NULL);
		whole = is_whole(s);
		spool_end(spool, whole ? NULL : "damaged brotli stream");
	}
	whole = whole && is_whole(s);
	if (whole)
		(void)rest_hand_over(s->w->visit, brotli_rest(&s->feed), 0, BYTES("trailing data"));
	return whole;
}

/* All tables stand in one stream, in the order of the directory. */
static bool read_stream(struct woff *w, const struct table *tables, struct span packed)
{
	struct stream s = {.w = w, .feed = brotli_begin(block(w, packed))};
	bool whole = true;
	for (uint16_t i = 0; i < w->tables && whole; i++)
		whole = read_table_2(&s, &tables[i], packed);
	if (whole)
		whole = read_to_the_end(&s, BYTES("behind the tables"));
	brotli_end(&s.feed);
	return whole;
}

static void read_tables_2(struct woff *w, struct cursor *c)
{
	struct table *tables = visit_alloc(w->visit, w->tables, sizeof *tables);
	for (uint16_t i = 0; i < w->tables; i++)
		tables[i] = take_table(c);
	if (w->is_collection)
		skip_collection(c);
	struct span packed = {c->at, w->packed_size};
	if (!cursor_ok(c) || block(w, packed).len == 0) {
		cursor_fail(c);
		return;
	}
	rest_add(&w->rest, packed.offset, packed.length);
	if (read_stream(w, tables, packed))
		return;
	visit_gap(w->visit, packed, CLASS_UNREAD, "the font's tables cannot be unpacked");
	w->partly = true;
}

static void read_metadata(struct woff *w)
{
	struct bytes data = block(w, w->metadata);
	struct bytes name = BYTES("metadata.xml");
	rest_add(&w->rest, w->metadata.offset, w->metadata.length);
	if (data.len == 0)
		return;
	if (!w->second) {
		w->partly |= !unpack_child(w->visit, UNPACK_ZLIB, name, data, w->metadata_size);
		return;
	}
	struct stream s = {.w = w, .feed = brotli_begin(data)};
	if (!read_to_the_end(&s, name)) {
		visit_gap(w->visit, w->metadata, CLASS_UNREAD,
		          "the font's metadata cannot be unpacked");
		w->partly = true;
	}
	brotli_end(&s.feed);
}

static enum read_result read_woff(struct visit *visit, struct bytes body)
{
	struct woff w = {.visit = visit, .body = body};
	struct sight as_sight = {.head = body, .size = body.len};
	if (!is_woff(&as_sight))
		return READ_NOT_MINE;
	struct cursor c = cursor_over(body);
	w.second = bytes_start_with(body, BYTES("wOF2"));
	read_header(&w, &c);
	if (!cursor_ok(&c) || w.tables > TABLES_MOST || w.length > body.len)
		return rest_damaged(visit, body, 0, "damaged web font header");
	rest_init(&w.rest, visit, BLOCKS_MOST);
	if (w.second)
		read_tables_2(&w, &c);
	else
		read_tables_1(&w, &c);
	rest_add(&w.rest, 0, c.at);
	if (!cursor_ok(&c) && !w.partly)
		return rest_damaged(visit, body, 0, "damaged web font directory");
	read_metadata(&w);
	rest_add(&w.rest, w.private_data.offset, w.private_data.length);
	struct bytes private_data = block(&w, w.private_data);
	if (private_data.len > 0)
		visit_child(visit, BYTES("private data"), private_data);
	rest_hand_over_holes(&w.rest, visit, body);
	(void)rest_hand_over(visit, body, rest_end(&w.rest), BYTES("trailing data"));
	return w.partly ? READ_PARTLY : READ_WHOLE;
}

const struct reader reader_woff = {
	.name = "woff",
	.recognise = is_woff,
	.read = read_woff,
	.understood = CLASS_INERT,
};
