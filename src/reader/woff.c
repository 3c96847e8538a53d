/* SPDX-License-Identifier: Apache-2.0 */
/* Web fonts, WOFF 1.0 and 2.0 (W3C). The manufacturer is read out of the packed name table; the
 * metadata and private blocks, and what is in no block, are handed over. */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/font_names.h"
#include "reader/rest.h"
#include "reader/unpack.h"

#include <brotli/decode.h>
#include <zlib.h>

extern const struct reader reader_woff;

enum { HEADER_1 = 44, HEADER_2 = 48, BLOCKS_MOST = 600, TABLES_MOST = 512 };

struct woff {
	struct visit *visit;
	struct bytes body;
	struct rest rest;
	bool second, partly;
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
	cursor_skip(c, 4 + 4); /* magic, flavor */
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
	font_names_read(w->visit, table, packed, packed.length < size);
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
	}
}

static void *allocate(void *visit, size_t size)
{
	return visit_alloc(visit, 1, size);
}

static void release(void *visit, void *memory)
{
	(void)visit, (void)memory; /* the visit's memory goes as a whole */
}

/* Unpacks a Brotli stream up to the end of the part `wanted` and keeps that part; empty when the
 * stream is damaged before. */
static struct bytes unpack_brotli(struct woff *w, struct bytes packed, struct span wanted)
{
	enum { STEP = 32 * 1024 };
	BrotliDecoderState *brotli = BrotliDecoderCreateInstance(allocate, release, w->visit);
	uint8_t *part = visit_alloc(w->visit, (size_t)wanted.length + 1, 1);
	uint8_t *passed = visit_alloc(w->visit, STEP, 1);
	const uint8_t *in = packed.ptr;
	size_t in_left = packed.len, part_left = (size_t)wanted.length;
	uint64_t before = wanted.offset;
	BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
	while (brotli && before > 0 && result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
		uint8_t *out = passed;
		size_t room = before < STEP ? (size_t)before : STEP, left = room;
		result = BrotliDecoderDecompressStream(brotli, &in_left, &in, &left, &out, NULL);
		before -= room - left;
	}
	uint8_t *out = part;
	if (brotli && before == 0)
		(void)BrotliDecoderDecompressStream(brotli, &in_left, &in, &part_left, &out, NULL);
	BrotliDecoderDestroyInstance(brotli);
	return (struct bytes){part, part_left == 0 ? (size_t)wanted.length : 0};
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

/* WOFF2 4.1: all tables stand in one Brotli stream, in the order of the directory. Glyphs (10, 11)
 * are transformed unless their version is 3, others unless it is 0. */
static void read_tables_2(struct woff *w, struct cursor *c)
{
	enum { NAME = 5, GLYF = 10, LOCA = 11, OTHER_TAG = 63 };
	uint64_t at = 0, name_at = 0, name_size = 0;
	for (uint16_t i = 0; i < w->tables; i++) {
		uint8_t flags = cursor_u8(c);
		unsigned tag = flags & 63, version = flags >> 6;
		bool is_name = tag == NAME;
		if (tag == OTHER_TAG)
			is_name = bytes_equal(cursor_take(c, 4), BYTES("name"));
		uint32_t size = take_base128(c);
		bool glyphs = tag == GLYF || tag == LOCA;
		if (glyphs ? version != 3 : version != 0)
			size = take_base128(c);
		if (is_name) {
			name_at = at;
			name_size = size;
		}
		at += size;
	}
	struct span packed = {c->at, w->packed_size};
	struct bytes data = block(w, packed);
	if (!cursor_ok(c) || data.len == 0)
		cursor_fail(c);
	if (!cursor_ok(c) || name_size == 0)
		return;
	rest_add(&w->rest, packed.offset, packed.length);
	struct bytes plain = {0};
	if (name_size <= LIMIT_FONT_NAMES)
		plain = unpack_brotli(w, data, (struct span){name_at, name_size});
	if (plain.len > 0) {
		font_names_read(w->visit, plain, packed, true);
		return;
	}
	visit_gap(w->visit, packed, CLASS_UNREAD, "the font's names cannot be unpacked");
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
	struct bytes plain = {0};
	if (w->metadata_size <= LIMIT_FONT_NAMES)
		plain = unpack_brotli(w, data, (struct span){0, w->metadata_size});
	if (plain.len > 0) {
		visit_child(w->visit, name, plain);
		return;
	}
	visit_closed(w->visit, name, data.len, CLASS_OPAQUE,
	             "the font's metadata cannot be unpacked");
	w->partly = true;
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
