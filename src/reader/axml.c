/* SPDX-License-Identifier: Apache-2.0 */
/* axml: Android's binary XML (AOSP frameworks/base libs/androidfw ResourceTypes.h), for the
 * manifest of a package. As lenient as Android: the first chunk's type is not looked at, unknown
 * chunks are passed over, attributes are known by their resource and not by a name that can be
 * removed, and counts that only mislead other tools are cut to what is there. */
#include "base/cursor.h"
#include "base/text.h"
#include "core/reader.h"
#include "reader/android_component.h"
#include "reader/rest.h"

extern const struct reader reader_axml;

enum {
	CHUNK_POOL = 0x0001,
	CHUNK_XML = 0x0003,
	CHUNK_NODES = 0x0100, /* to 0x017f */
	CHUNK_RESOURCES = 0x0180,
	CHUNK_ELEMENT = 0x0102,
	CHUNK_HEADER = 8,
	NODE_HEADER = 16,
	ATTRIBUTE_LENGTH = 20,
	POOL_UTF8 = 1 << 8,
	TYPE_STRING = 0x03,
	ATTR_NAME = 0x01010003,
	ATTR_VERSION_NAME = 0x0101021c,
	ATTR_TARGET_ACTIVITY = 0x01010202,
	NO_STRING = -1,
	UNITS_MOST = ANDROID_NAME_MOST / 3, /* UTF-16 units of a string that are looked at */
};

struct chunk {
	uint64_t at, end;
	uint16_t type, header;
};

struct string {
	uint8_t room[ANDROID_NAME_MOST];
	struct bytes text;
	struct span span;
};

struct document {
	struct visit *visit;
	struct bytes body;
	struct chunk pool, resources;
	struct string name, value, package;
};

/* Android does not mind another type in the first chunk of a manifest. Elsewhere the four bytes of
 * type and header length are little to go by, so the size must fit too. */
static bool recognise_axml(const struct sight *sight)
{
	struct cursor c = cursor_over(sight->head);
	bool is_xml = cursor_u16le(&c) == CHUNK_XML;
	bool has_header = cursor_u16le(&c) == CHUNK_HEADER;
	uint32_t size = cursor_u32le(&c);
	if (!has_header || !cursor_ok(&c))
		return false;
	if (bytes_equal(sight->name, BYTES("AndroidManifest.xml")))
		return is_xml || !sight->is_text;
	return is_xml && (size == sight->size || bytes_end_with(sight->name, BYTES(".xml")));
}

/* A chunk may be longer than what is left: then it is cut, and is_cut set. */
static bool read_chunk(struct bytes body, uint64_t at, struct chunk *out, bool *is_cut)
{
	struct cursor c = cursor_over(body);
	cursor_seek(&c, at);
	struct chunk chunk = {.at = at, .type = cursor_u16le(&c), .header = cursor_u16le(&c)};
	uint32_t size = cursor_u32le(&c);
	if (!cursor_ok(&c) || size < CHUNK_HEADER)
		return false;
	*is_cut = size > body.len - at;
	chunk.end = *is_cut ? body.len : at + size;
	*out = chunk;
	return true;
}

static struct cursor chunk_cursor(const struct document *d, const struct chunk *chunk, uint64_t at)
{
	struct cursor c = cursor_over(bytes_slice(d->body, 0, (size_t)chunk->end));
	cursor_seek(&c, chunk->at + at);
	return c;
}

/* A length of one or two bytes (UTF-8), or of one or two 16-bit units (UTF-16). */
static uint32_t take_length(struct cursor *c, bool is_utf8)
{
	uint32_t unit = is_utf8 ? cursor_u8(c) : cursor_u16le(c);
	if (is_utf8)
		return (unit & 0x80) != 0 ? (unit & 0x7f) << 8 | cursor_u8(c) : unit;
	return (unit & 0x8000) != 0 ? (unit & 0x7fff) << 16 | cursor_u16le(c) : unit;
}

/* The string of that index; empty when there is none. */
static bool read_string(const struct document *d, uint32_t index, struct string *out)
{
	out->text = (struct bytes){0};
	struct cursor c = chunk_cursor(d, &d->pool, CHUNK_HEADER);
	cursor_skip(&c, 4 + 4); /* counts of strings and of styles */
	bool is_utf8 = (cursor_u32le(&c) & POOL_UTF8) != 0;
	uint32_t strings_at = cursor_u32le(&c);
	if (d->pool.end == 0 || index == (uint32_t)NO_STRING || !cursor_ok(&c))
		return false;
	c = chunk_cursor(d, &d->pool, d->pool.header + (uint64_t)index * 4);
	uint32_t offset = cursor_u32le(&c);
	if (!cursor_ok(&c))
		return false;
	c = chunk_cursor(d, &d->pool, (uint64_t)strings_at + offset);
	uint32_t length = take_length(&c, is_utf8);
	if (is_utf8)
		length = take_length(&c, true); /* the first one counts UTF-16 units */
	out->span = (struct span){c.at, is_utf8 ? length : (uint64_t)length * 2};
	struct bytes data = cursor_take(&c, out->span.length);
	if (!cursor_ok(&c))
		return false;
	if (is_utf8) {
		out->text = bytes_slice(data, 0, ANDROID_NAME_MOST);
		return true;
	}
	out->text.len = text_from_utf16(bytes_slice(data, 0, UNITS_MOST * 2), false, out->room);
	out->text.ptr = out->room;
	return true;
}

/* The resource that the attribute name at `index` of the pool stands for; 0 when none. */
static uint32_t resource_of(const struct document *d, uint32_t index)
{
	if (d->resources.end == 0)
		return 0;
	struct cursor c = chunk_cursor(d, &d->resources, d->resources.header + (uint64_t)index * 4);
	uint32_t resource = cursor_u32le(&c);
	return cursor_ok(&c) ? resource : 0;
}

static void state_manifest(struct document *d, uint32_t resource, uint32_t name, bool has_space)
{
	if (resource == ATTR_VERSION_NAME) {
		visit_fact(d->visit, FACT_ANDROID_VERSION, d->value.text, d->value.span);
	} else if (resource == 0 && !has_space && read_string(d, name, &d->name) &&
	           bytes_equal(d->name.text, BYTES("package"))) {
		visit_fact(d->visit, FACT_ANDROID_PACKAGE, d->value.text, d->value.span);
		if (d->value.text.len > 0 && d->package.text.len == 0) {
			memcpy(d->package.room, d->value.text.ptr, d->value.text.len);
			d->package.text = (struct bytes){d->package.room, d->value.text.len};
		}
	}
}

static void read_attribute(struct document *d, enum android_element element, struct cursor c)
{
	uint32_t space = cursor_u32le(&c), name = cursor_u32le(&c), raw = cursor_u32le(&c);
	cursor_skip(&c, 3);
	uint8_t type = cursor_u8(&c);
	uint32_t data = cursor_u32le(&c);
	uint32_t resource = resource_of(d, name);
	if (!read_string(d, type == TYPE_STRING ? data : raw, &d->value) || !cursor_ok(&c))
		return;
	if (element == ANDROID_MANIFEST) {
		state_manifest(d, resource, name, space != (uint32_t)NO_STRING);
		return;
	}
	bool is_class = resource == ATTR_NAME || resource == ATTR_TARGET_ACTIVITY;
	if (resource == 0 && d->resources.end == 0) /* no map: go by the name */
		is_class =
			read_string(d, name, &d->name) && bytes_equal(d->name.text, BYTES("name"));
	if (is_class)
		android_component_state(d->visit, element, d->package.text, d->value.text,
		                        d->value.span);
}

/* False when the element reaches out of its chunk. */
static bool read_element(struct document *d, const struct chunk *chunk)
{
	struct cursor c = chunk_cursor(d, chunk, chunk->header);
	uint64_t at = c.at;
	cursor_skip(&c, 4); /* namespace */
	uint32_t name = cursor_u32le(&c);
	uint16_t start = cursor_u16le(&c), each = cursor_u16le(&c), count = cursor_u16le(&c);
	if (!cursor_ok(&c) || chunk->header < NODE_HEADER)
		return false;
	enum android_element element = ANDROID_OTHER;
	if (read_string(d, name, &d->name))
		element = android_element_kind(d->name.text);
	if (element == ANDROID_OTHER)
		return true;
	cursor_seek(&c, at + start);
	if (each < ATTRIBUTE_LENGTH && count > 1)
		return false;
	for (uint16_t i = 0; i < count; i++) {
		struct cursor attribute = c;
		if (cursor_left(&c) < ATTRIBUTE_LENGTH)
			return false;
		read_attribute(d, element, attribute);
		if (i + 1 < count)
			cursor_skip(&c, each);
	}
	return cursor_ok(&c);
}

/* Goes through the chunks from `at`; says what was wrong and sets `at` to where. */
static const char *read_chunks(struct document *d, uint64_t *at)
{
	struct chunk chunk;
	const char *reason = NULL;
	bool is_cut = false, in_nodes = false;
	for (; *at + CHUNK_HEADER <= d->body.len; *at = chunk.end) {
		if (!read_chunk(d->body, *at, &chunk, &is_cut))
			return "damaged binary XML";
		in_nodes |= chunk.type >= CHUNK_NODES && chunk.type < CHUNK_RESOURCES;
		if (chunk.type == CHUNK_POOL &&
		    !in_nodes) /* the last one before the nodes counts */
			d->pool = chunk;
		else if (chunk.type == CHUNK_RESOURCES && !in_nodes)
			d->resources = chunk;
		else if (chunk.type == CHUNK_ELEMENT && !read_element(d, &chunk))
			reason = "damaged element in binary XML";
		if (is_cut)
			return "the binary XML ends early";
	}
	return reason;
}

static enum read_result read_axml(struct visit *visit, struct bytes body)
{
	struct document *d = visit_alloc(visit, 1, sizeof *d);
	struct chunk whole;
	bool is_cut;
	if (!read_chunk(body, 0, &whole, &is_cut))
		return READ_NOT_MINE;
	d->visit = visit;
	d->body = bytes_slice(body, 0, (size_t)whole.end);
	uint64_t at = whole.header < CHUNK_HEADER ? CHUNK_HEADER : whole.header;
	at = at < d->body.len ? at : d->body.len;
	const char *reason = read_chunks(d, &at);
	if (is_cut && !reason)
		reason = "the binary XML ends early";
	(void)rest_hand_over(visit, body, whole.end, BYTES("trailing data"));
	if (!reason)
		return READ_WHOLE;
	visit_gap(visit, (struct span){at, at < d->body.len ? d->body.len - at : 0}, CLASS_UNREAD,
	          reason);
	return READ_PARTLY;
}

const struct reader reader_axml = {
	.name = "axml",
	.recognise = recognise_axml,
	.read = read_axml,
	.understood = CLASS_READ,
};
