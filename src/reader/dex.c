/* SPDX-License-Identifier: Apache-2.0 */
/* dex: compiled Android code, https://source.android.com/docs/core/runtime/dex-format, with the
 * containers of version 41 (several headers, one data section) and compact dex. The classes that
 * are defined in it are stated, not those it refers to. */
#include "base/cursor.h"
#include "core/reader.h"
#include "reader/mutf8.h"
#include "reader/rest.h"

extern const struct reader reader_dex;

enum {
	HEADER_LENGTH = 0x70,
	CONTAINER_HEADER_LENGTH = 0x78,
	CLASS_LENGTH = 32,
	NAME_MOST = 64 * 1024, /* a string's length has 16 bits in most tools */
	BIG_ENDIAN_TAG = 0x78563412,
};

struct dex {
	struct visit *visit;
	struct bytes body;
	uint8_t *room;
	uint64_t names_left;   /* bytes: the names of all classes lie in the file once */
	uint64_t classes_left; /* and so do their tables */
	const char *reason;    /* the first thing that was wrong */
	struct span reason_at;
};

struct header {
	uint64_t at, size;
	uint64_t base;         /* offsets count from here: the header, or the container's start */
	uint64_t strings_base; /* offsets of string data count from here */
	uint64_t container;    /* bytes of the whole container */
	uint32_t string_count, strings_at, type_count, types_at, class_count, classes_at;
};

static bool recognise_dex(const struct sight *sight)
{
	struct cursor c = cursor_over(sight->head);
	struct bytes magic = cursor_take(&c, 4), version = cursor_take(&c, 4);
	return cursor_ok(&c) &&
	       (bytes_equal(magic, BYTES("dex\n")) || bytes_equal(magic, BYTES("cdex"))) &&
	       version.ptr[0] == '0' && version.ptr[3] == 0;
}

static void doubt(struct dex *dex, struct span at, const char *reason)
{
	if (dex->reason)
		return;
	dex->reason = reason;
	dex->reason_at = at.offset < dex->body.len ? at : (struct span){dex->body.len, 0};
}

static bool read_header(const struct dex *dex, uint64_t at, struct header *out)
{
	struct cursor c = cursor_over(dex->body);
	cursor_seek(&c, at);
	struct bytes magic = cursor_take(&c, 4), version = cursor_take(&c, 4);
	bool is_compact = bytes_equal(magic, BYTES("cdex"));
	bool has_container = !is_compact && bytes_compare(version, BYTES("041\0")) >= 0;
	cursor_skip(&c, 4 + 20); /* checksum, signature */
	struct header header = {.at = at, .base = at, .size = cursor_u32le(&c)};
	cursor_skip(&c, 4);
	uint32_t order = cursor_u32le(&c);
	cursor_skip(&c, 3 * 4); /* link, map */
	header.string_count = cursor_u32le(&c);
	header.strings_at = cursor_u32le(&c);
	header.type_count = cursor_u32le(&c);
	header.types_at = cursor_u32le(&c);
	cursor_skip(&c, 6 * 4); /* prototypes, fields, methods */
	header.class_count = cursor_u32le(&c);
	header.classes_at = cursor_u32le(&c);
	cursor_skip(&c, 4);
	uint32_t data_at = cursor_u32le(&c);
	header.container = header.size;
	if (has_container) {
		header.container = cursor_u32le(&c);
		header.base = 0;
	}
	header.strings_base = is_compact ? header.base + data_at : header.base;
	*out = header;
	return (is_compact || bytes_equal(magic, BYTES("dex\n"))) && order != BIG_ENDIAN_TAG &&
	       header.size >= HEADER_LENGTH && cursor_ok(&c);
}

/* The 32 bits at entry `index` of a table of `count`, or a failed cursor. */
static uint32_t table_entry(struct cursor *c, uint64_t table_at, uint64_t index, uint32_t count)
{
	if (index >= count)
		cursor_fail(c);
	cursor_seek(c, table_at + index * 4);
	return cursor_u32le(c);
}

static void skip_uleb128(struct cursor *c)
{
	for (unsigned i = 0; i < 5 && (cursor_u8(c) & 0x80) != 0; i++) {
	}
}

/* The descriptor "Lcom/example/Name;" of class `index` gives "com/example/Name". */
static void read_class(struct dex *dex, const struct header *header, uint32_t index)
{
	struct cursor c = cursor_over(dex->body);
	uint64_t class_at = header->base + header->classes_at + (uint64_t)index * CLASS_LENGTH;
	cursor_seek(&c, class_at);
	uint32_t type = cursor_u32le(&c);
	uint32_t string =
		table_entry(&c, header->base + header->types_at, type, header->type_count);
	uint32_t text_at =
		table_entry(&c, header->base + header->strings_at, string, header->string_count);
	cursor_seek(&c, header->strings_base + text_at);
	skip_uleb128(&c); /* its length in UTF-16 */
	uint64_t at = c.at;
	c.all = bytes_slice(c.all, 0, c.at + NAME_MOST);
	struct bytes name = cursor_until(&c, 0);
	uint64_t cost = cursor_ok(&c) ? name.len : c.all.len - c.at; /* what was searched */
	bool affordable = cost <= dex->names_left;
	dex->names_left -= affordable ? cost : dex->names_left;
	if (!cursor_ok(&c) || !affordable || name.len < 3 || name.ptr[0] != 'L' ||
	    name.ptr[name.len - 1] != ';') {
		doubt(dex, (struct span){class_at, CLASS_LENGTH}, "damaged dex class table");
		return;
	}
	name = bytes_slice(name, 1, name.len - 2);
	visit_fact(dex->visit, FACT_JAVA_CLASS, mutf8_to_utf8(name, dex->room),
	           (struct span){at + 1, name.len});
}

static void read_classes(struct dex *dex, const struct header *header)
{
	struct cursor c = cursor_over(dex->body);
	cursor_seek(&c, header->base + header->classes_at);
	uint64_t whole = cursor_left(&c) / CLASS_LENGTH;
	uint64_t count = header->class_count < whole ? header->class_count : whole;
	if (count < header->class_count)
		doubt(dex, (struct span){header->at, 0}, "the dex file ends early");
	if (count > dex->classes_left) {
		doubt(dex, (struct span){header->at, 0}, "dex class tables overlap");
		count = dex->classes_left;
	}
	dex->classes_left -= count;
	for (uint32_t i = 0; i < count; i++) {
		if (dex->names_left == 0) {
			doubt(dex, (struct span){header->at, 0}, "dex class tables overlap");
			break;
		}
		read_class(dex, header, i);
	}
}

static enum read_result read_dex(struct visit *visit, struct bytes body)
{
	struct dex dex = {.visit = visit,
	                  .body = body,
	                  .room = visit_alloc(visit, MUTF8_ROOM, 1),
	                  .names_left = body.len,
	                  .classes_left = body.len / CLASS_LENGTH};
	struct header header;
	uint64_t at = 0, end = 0;
	for (bool more = true; more;) {
		if (!read_header(&dex, at, &header)) {
			doubt(&dex, (struct span){at, 0}, "damaged dex header");
			break;
		}
		read_classes(&dex, &header);
		at += header.size;
		end = header.base + header.container;
		end = end > at ? end : at;
		more = header.container > header.size && at + CONTAINER_HEADER_LENGTH <= end &&
		       at < body.len;
	}
	if (end > body.len)
		doubt(&dex, (struct span){body.len, 0}, "the dex file ends early");
	if (end > 0) /* else the first header was damaged, and the rest is the whole */
		(void)rest_hand_over(visit, body, end, BYTES("trailing data"));
	if (!dex.reason)
		return READ_WHOLE;
	visit_gap(visit, dex.reason_at, CLASS_UNREAD, dex.reason);
	return READ_PARTLY;
}

const struct reader reader_dex = {
	.name = "dex",
	.recognise = recognise_dex,
	.read = read_dex,
	.understood = CLASS_READ,
};
