/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Apple property lists, as XML and binary ("bplist00"; CoreFoundation, CFBinaryPList.c): what a
 * bundle, a launchd job or an installer's receipt is called. Data inside is handed over. Written
 * here because libplist hides where a value lies.
 */
#include "base/cursor.h"
#include "base/text.h"
#include "core/normal.h"
#include "reader/decode64.h"
#include "reader/rest.h"
#include "reader/xml_walk.h"

extern const struct reader reader_plist;

enum plist_key {
	BUNDLE_IDENTIFIER,
	BUNDLE_VERSION,
	LABEL,
	PROGRAM,
	PROGRAM_ARGUMENTS,
	BUNDLE_PROGRAM,
	PACKAGE_IDENTIFIER,
	PACKAGE_VERSION,
	KEY_COUNT
};

static const char *const key_names[KEY_COUNT] = {
	[BUNDLE_IDENTIFIER] = "CFBundleIdentifier",
	[BUNDLE_VERSION] = "CFBundleShortVersionString",
	[LABEL] = "Label",
	[PROGRAM] = "Program",
	[PROGRAM_ARGUMENTS] = "ProgramArguments",
	[BUNDLE_PROGRAM] = "BundleProgram",
	[PACKAGE_IDENTIFIER] = "PackageIdentifier",
	[PACKAGE_VERSION] = "PackageVersion",
};

/* A <data> element, or a data object. */
struct data {
	struct data *next;
	struct bytes name;
	struct span span;
};

struct plist {
	struct visit *visit;
	struct bytes body;
	struct {
		bool is_there;
		struct bytes text; /* empty when it is no string */
		struct span span;
	} values[KEY_COUNT]; /* of the outermost dictionary; of equal keys the first counts */
	struct bytes key;    /* the last one of the outermost dictionary */
	struct data *data, **data_end;
};

static bool is_binary(struct bytes body)
{
	return bytes_start_with(body, BYTES("bplist0"));
}

/* A script that writes a property list is none. */
static bool is_xml(struct bytes head)
{
	static const char *const beginnings[] = {"<?xml", "<!DOCTYPE plist", "<plist"};
	if (bytes_start_with(head, BYTES("\xef\xbb\xbf")))
		head = bytes_from(head, 3);
	if (bytes_start_with(head, BYTES("\xff\xfe<")) ||
	    bytes_start_with(head, BYTES("\xfe\xff\0<")))
		return xml_begins_with(head, "plist");
	for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
		if (bytes_start_with(bytes_trim(bytes_slice(head, 0, 64)), bytes_of(beginnings[i])))
			return xml_begins_with(head, "plist");
	return false;
}

static bool is_plist(const struct sight *sight)
{
	return is_binary(sight->head) || is_xml(sight->head);
}

static struct bytes keep(struct plist *p, struct bytes text)
{
	uint8_t *copy = visit_alloc(p->visit, text.len + 1, 1);
	if (text.len > 0)
		memcpy(copy, text.ptr, text.len);
	return (struct bytes){copy, text.len};
}

static void put(struct plist *p, struct bytes key, struct bytes text, struct span span)
{
	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (p->values[i].is_there || !bytes_equal(key, bytes_of(key_names[i])))
			continue;
		p->values[i].is_there = true;
		p->values[i].text = keep(p, text);
		p->values[i].span = span;
	}
}

static void state(struct plist *p, enum fact_kind kind, enum plist_key key)
{
	if (p->values[key].is_there)
		visit_fact(p->visit, kind, p->values[key].text, p->values[key].span);
}

/* Receipts are the installer's database of what it installed: one file a package. */
static bool is_receipt(const struct sight *sight)
{
	return bytes_find(sight->path, BYTES("receipts/")) != SIZE_MAX ||
	       bytes_find(sight->path, BYTES("Receipts/")) != SIZE_MAX;
}

static void state_all(struct plist *p)
{
	bool runs = p->values[PROGRAM].is_there || p->values[PROGRAM_ARGUMENTS].is_there ||
	            p->values[BUNDLE_PROGRAM].is_there;
	state(p, FACT_BUNDLE_ID, BUNDLE_IDENTIFIER);
	state(p, FACT_BUNDLE_VERSION, BUNDLE_VERSION);
	if (runs)
		state(p, FACT_UNIT_NAME, LABEL);
	if (is_receipt(visit_sight(p->visit)))
		state(p, FACT_PACKAGE_INSTALLED, PACKAGE_IDENTIFIER);
	state(p, FACT_PACKAGE_VERSION, PACKAGE_VERSION);
}

/* The child is visited when the document is through: no parser waits for it. */
static void put_data(struct plist *p, struct bytes name, struct span span)
{
	struct data *data = visit_alloc(p->visit, 1, sizeof *data);
	*data = (struct data){.name = name, .span = span};
	*p->data_end = data;
	p->data_end = &data->next;
}

static void end_element(void *context, const struct xml_walk *walk,
                        const struct xml_element *element)
{
	struct plist *p = context;
	if (bytes_equal(element->name, BYTES("data")) && element->span.length >= LIMIT_HOLE)
		put_data(p, element->depth == 2 ? p->key : (struct bytes){0}, element->span);
	if (element->depth != 2 || !xml_name_is(walk, 1, "dict"))
		return;
	if (bytes_equal(element->name, BYTES("key")))
		p->key = keep(p, element->text);
	else if (bytes_equal(element->name, BYTES("string")))
		put(p, p->key, element->text, element->span);
	else
		put(p, p->key, (struct bytes){0}, element->span);
}

/* The base64 between "<data>" and "</data>"; blanks, and the zeros of UTF-16, are passed over. */
static void unpack_data(struct plist *p, const struct data *data)
{
	enum { STEP = 4096 };
	uint8_t plain[STEP / 4 * 3 + 3];
	struct decode64 state = {0};
	struct bytes element =
		bytes_slice(p->body, (size_t)data->span.offset, (size_t)data->span.length);
	struct cursor c = cursor_over(element);
	(void)cursor_until(&c, '>');
	struct bytes text = cursor_until(&c, '<');
	struct spool *spool = visit_spool(p->visit, data->name, text.len / 4 * 3);
	bool going = true;
	for (size_t at = 0; going && at < text.len && !state.ended; at += STEP) {
		size_t made = decode64_feed(&state, bytes_slice(text, at, STEP), plain);
		going = spool_write(spool, (struct bytes){plain, made});
	}
	spool_end(spool, NULL);
}

static enum read_result read_xml(struct plist *p)
{
	const struct xml_handler handler = {NULL, end_element, p};
	enum read_result result = xml_read(p->visit, p->body, &handler);
	state_all(p);
	for (const struct data *data = p->data; data; data = data->next)
		unpack_data(p, data);
	return result;
}

/* The binary form: objects, a table of their offsets, and a trailer that says where it is. */
struct binary {
	struct bytes body;
	uint64_t count, top, table;
	uint8_t offset_size, reference_size;
};

enum { TRAILER = 32, NULL_KIND = 0, DATA = 4, ASCII = 5, UTF16 = 6, DICTIONARY = 13 };

struct object {
	unsigned kind;       /* high half of the first byte; NULL_KIND when there is no object */
	uint64_t count;      /* bytes, letters or entries */
	uint64_t begins, at; /* of its first byte, of its content */
};

static uint64_t take_sized(struct cursor *c, unsigned size)
{
	struct bytes number = cursor_take(c, size);
	uint64_t value = 0;
	for (size_t i = 0; i < number.len; i++)
		value = value << 8 | number.ptr[i];
	return value;
}

static bool read_trailer(struct bytes body, struct binary *out)
{
	struct cursor c = cursor_over(body);
	*out = (struct binary){.body = body};
	if (body.len < TRAILER)
		return false;
	cursor_seek(&c, body.len - TRAILER);
	cursor_skip(&c, 6); /* unused, sort version */
	out->offset_size = cursor_u8(&c);
	out->reference_size = cursor_u8(&c);
	out->count = cursor_u64be(&c);
	out->top = cursor_u64be(&c);
	out->table = cursor_u64be(&c);
	if (out->offset_size < 1 || out->offset_size > 8 || out->reference_size < 1 ||
	    out->reference_size > 8 || out->table > body.len - TRAILER)
		return false;
	c = cursor_over(bytes_slice(body, 0, body.len - TRAILER));
	cursor_seek(&c, out->table);
	return cursor_fits(&c, out->count, out->offset_size) == out->count && cursor_ok(&c);
}

static struct object object_at(const struct binary *b, uint64_t index)
{
	struct object object = {0};
	struct cursor c = cursor_over(b->body);
	if (index >= b->count)
		return object;
	cursor_seek(&c, b->table + index * b->offset_size);
	object.begins = take_sized(&c, b->offset_size);
	c = cursor_over(bytes_slice(b->body, 0, (size_t)b->table));
	cursor_seek(&c, object.begins);
	uint8_t marker = cursor_u8(&c);
	object.count = marker & 15;
	if (object.count == 15) { /* an integer object follows: 0x10, 0x11 … */
		uint8_t size = cursor_u8(&c);
		object.count = take_sized(&c, 1u << (size & 3));
	}
	object.at = c.at;
	object.kind = marker >> 4;
	return cursor_ok(&c) ? object : (struct object){0};
}

static struct bytes content(const struct binary *b, const struct object *object, size_t each)
{
	struct cursor c = cursor_over(bytes_slice(b->body, 0, (size_t)b->table));
	cursor_seek(&c, object->at);
	return cursor_take(&c, cursor_fits(&c, object->count, each) * each);
}

static struct bytes text_of(struct plist *p, const struct binary *b, const struct object *object)
{
	if (object->kind == ASCII)
		return content(b, object, 1);
	if (object->kind != UTF16)
		return (struct bytes){0};
	struct bytes utf16 = bytes_slice(content(b, object, 2), 0, NORMAL_MAX);
	uint8_t *utf8 = visit_alloc(p->visit, utf16.len / 2 + 1, 3);
	return (struct bytes){utf8, text_from_utf16(utf16, true, utf8)};
}

/* Keys are ASCII here: others are none of ours. */
static bool read_dictionary(struct plist *p, const struct binary *b, const struct object *top)
{
	struct cursor keys = cursor_over(bytes_slice(b->body, 0, (size_t)b->table));
	cursor_seek(&keys, top->at);
	uint64_t count = cursor_fits(&keys, top->count, 2 * (size_t)b->reference_size);
	struct cursor values = keys;
	cursor_skip(&values, count * b->reference_size);
	for (uint64_t i = 0; i < count; i++) {
		struct object key = object_at(b, take_sized(&keys, b->reference_size));
		struct object value = object_at(b, take_sized(&values, b->reference_size));
		struct bytes name = key.kind == ASCII ? content(b, &key, 1) : (struct bytes){0};
		bool known = false;
		for (size_t k = 0; k < KEY_COUNT; k++)
			known |=
				!p->values[k].is_there && bytes_equal(name, bytes_of(key_names[k]));
		if (!known)
			continue;
		struct bytes text = text_of(p, b, &value);
		uint64_t each = value.kind == UTF16 ? 2 : 1;
		struct span span = {value.at, text.len > 0 ? value.count * each : 0};
		put(p, name, bytes_slice(text, 0, NORMAL_MAX), span);
	}
	return cursor_ok(&keys) && cursor_ok(&values);
}

/* Data objects in the order of the table, which is that of the file: a table that goes back would
 * make one run of bytes many children. */
static bool hand_over_data(struct plist *p, const struct binary *b)
{
	uint64_t end = 0;
	for (uint64_t i = 0; i < b->count; i++) {
		struct object object = object_at(b, i);
		if (object.kind != DATA || object.count < LIMIT_HOLE)
			continue;
		struct bytes data = content(b, &object, 1);
		if (data.len == 0 || object.begins < end)
			return false;
		end = object.at + data.len;
		visit_child(p->visit, (struct bytes){0}, data);
	}
	return true;
}

static enum read_result read_binary(struct plist *p)
{
	struct binary b;
	if (!read_trailer(p->body, &b))
		return rest_damaged(p->visit, p->body, 0, "damaged binary property list");
	struct object top = object_at(&b, b.top);
	bool whole = top.kind != NULL_KIND || top.begins != 0;
	if (top.kind == DICTIONARY)
		whole &= read_dictionary(p, &b, &top);
	state_all(p);
	whole &= hand_over_data(p, &b);
	if (!whole)
		return rest_damaged(p->visit, p->body, 0, "damaged binary property list");
	return READ_WHOLE;
}

static enum read_result read_plist(struct visit *visit, struct bytes body)
{
	struct plist *p = visit_alloc(visit, 1, sizeof *p);
	p->visit = visit;
	p->body = body;
	p->data_end = &p->data;
	if (is_binary(body))
		return read_binary(p);
	return is_xml(body) ? read_xml(p) : READ_NOT_MINE;
}

const struct reader reader_plist = {
	.name = "plist",
	.recognise = is_plist,
	.read = read_plist,
	.understood = CLASS_READ,
};
