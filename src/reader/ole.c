/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ole: compound files: every stream is a child. Of Windows Installer packages (msi, msp, mst) also
 * the summary and the Property table are read; see "Summary Information Stream" and "Property
 * Table" in Microsoft's documentation, [MS-OLEPS] for property sets, and Wine's dlls/msi/string.c
 * and table.c for how tables are stored.
 */
#include "base/cursor.h"
#include "base/text.h"
#include "core/limits.h"
#include "reader/compound.h"
#include "reader/rest.h"

extern const struct reader reader_ole;

enum {
	SUMMARY_MOST = 64 * 1024, /* a summary is a few hundred bytes */
	SUMMARY_PROPERTIES_MOST = 64,
	VALUE_MOST = 2048,
	PROPERTY_ROWS_MOST = 4096, /* the largest packages have some 300 */
	TYPE_STRING = 30,          /* [MS-OLEPS] VT_LPSTR */
	TYPE_WIDE_STRING = 31,     /* VT_LPWSTR */
	SUMMARY_CODE_PAGE = 1,
	SUMMARY_AUTHOR = 4,
	SUMMARY_REVISION = 9,
};

/* Streams that are more than bytes. `size` 0: not there. */
struct package {
	struct visit *visit;
	struct stream summary, pool, data, property;
	bool is_installer;
};

static const struct {
	uint32_t id;
	const char *name;
} summary_names[] = {
	{2, "Title"},
	{3, "Subject"},
	{SUMMARY_AUTHOR, "Author"},
	{5, "Keywords"},
	{6, "Comments"},
	{SUMMARY_REVISION, "Revision number"},
	{7, "Template"},
	{18, "Creating application"},
};

enum { SUMMARY_NAME_COUNT = sizeof summary_names / sizeof summary_names[0] };

/* Windows code pages 1251 and 1252 where they differ from Latin-1 in names. */
static uint32_t from_code_page(uint8_t byte, uint32_t code_page)
{
	static const uint16_t quotes[] = {0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014};
	if (byte >= 0x91 && byte <= 0x97)
		return quotes[byte - 0x91];
	if (code_page != 1251)
		return byte;
	if (byte >= 0xC0)
		return 0x0410 + (uint32_t)byte - 0xC0;
	if (byte == 0xA8 || byte == 0xB8)
		return byte == 0xA8 ? 0x0401 : 0x0451;
	return byte == 0xB9 ? 0x2116 : byte;
}

static struct bytes to_utf8(struct visit *visit, struct bytes text, uint32_t code_page)
{
	if (text_is_utf8(text))
		return text;
	uint8_t *out = visit_alloc(visit, text.len * 3 + 4, 1);
	size_t length = 0;
	for (size_t i = 0; i < text.len; i++)
		length += text_put_utf8(from_code_page(text.ptr[i], code_page), out + length);
	return (struct bytes){out, length};
}

static struct bytes joined(struct visit *visit, struct bytes name, struct bytes value)
{
	uint8_t *out = visit_alloc(visit, name.len + 1 + value.len, 1);
	memcpy(out, name.ptr, name.len);
	out[name.len] = '=';
	if (value.len > 0)
		memcpy(out + name.len + 1, value.ptr, value.len);
	return (struct bytes){out, name.len + 1 + value.len};
}

struct summary_property {
	uint32_t id, type;
	uint64_t at; /* of the value's bytes in the stream */
	struct bytes value;
};

/* Property `index` of the section at `section`. */
static struct summary_property summary_property(struct bytes set, uint32_t section, uint32_t index)
{
	struct summary_property property = {0};
	struct cursor c = cursor_over(set);
	cursor_seek(&c, (uint64_t)section + 8 + (uint64_t)index * 8);
	property.id = cursor_u32le(&c);
	cursor_seek(&c, (uint64_t)section + cursor_u32le(&c));
	property.type = cursor_u32le(&c);
	if (property.id == SUMMARY_CODE_PAGE) {
		property.at = c.at;
		property.value = cursor_take(&c, 2);
		return property;
	}
	uint64_t length = cursor_u32le(&c);
	if (property.type != TYPE_STRING && property.type != TYPE_WIDE_STRING)
		length = 0;
	property.at = c.at;
	property.value = cursor_take(&c, property.type == TYPE_WIDE_STRING ? length * 2 : length);
	return property;
}

static uint32_t summary_code_page(struct bytes set, uint32_t section, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct summary_property property = summary_property(set, section, i);
		struct cursor c = cursor_over(property.value);
		if (property.id == SUMMARY_CODE_PAGE)
			return cursor_u16le(&c);
	}
	return 0;
}

static struct bytes summary_text(struct visit *visit, const struct summary_property *property,
                                 uint32_t code_page)
{
	struct bytes raw = bytes_slice(property->value, 0, VALUE_MOST);
	if (property->type == TYPE_STRING)
		return to_utf8(visit, bytes_trim_end(raw, '\0'), code_page);
	uint8_t *text = visit_alloc(visit, raw.len * 3 / 2 + 1, 1);
	size_t length = text_from_utf16(raw, false, text);
	return bytes_trim_end((struct bytes){text, length}, '\0');
}

/* [MS-OLEPS] 2.21: header, one or two sections, each a list of properties. */
static void read_summary(struct package *p)
{
	struct bytes set = stream_bytes(&p->summary, SUMMARY_MOST);
	struct cursor c = cursor_over(set);
	cursor_seek(&c, 28 + 16);
	uint32_t section = cursor_u32le(&c);
	cursor_seek(&c, (uint64_t)section + 4);
	uint32_t count = cursor_u32le(&c);
	if (count > SUMMARY_PROPERTIES_MOST)
		count = SUMMARY_PROPERTIES_MOST;
	uint32_t code_page = summary_code_page(set, section, count);
	for (uint32_t i = 0; i < count; i++) {
		struct summary_property property = summary_property(set, section, i);
		const char *name = NULL;
		for (size_t k = 0; k < SUMMARY_NAME_COUNT; k++)
			if (summary_names[k].id == property.id)
				name = summary_names[k].name;
		struct bytes value = summary_text(p->visit, &property, code_page);
		if (!name || value.len == 0)
			continue;
		struct span span = stream_span(&p->summary, property.at, property.value.len);
		visit_fact(p->visit, FACT_MSI_PROPERTY, joined(p->visit, bytes_of(name), value),
		           span);
		if (property.id == SUMMARY_AUTHOR)
			visit_fact(p->visit, FACT_PACKAGE_VENDOR, value, span);
	}
}

/* Strings are numbered from 1; the pool says how long each is, the data stream holds them one after
 * the other. */
struct strings {
	struct bytes data;
	uint32_t code_page;
	size_t reference_width, count;
	struct span *places; /* in the data stream */
};

static bool read_strings(struct package *p, struct strings *strings)
{
	struct cursor c = cursor_over(stream_bytes(&p->pool, LIMIT_MSI_STRINGS));
	uint32_t head = cursor_u32le(&c);
	*strings = (struct strings){.data = stream_bytes(&p->data, LIMIT_MSI_STRINGS),
	                            .code_page = head & 0xFFFF,
	                            .reference_width = head & 0x80000000 ? 3 : 2};
	strings->places = visit_alloc(p->visit, cursor_left(&c) / 4 + 2, sizeof(struct span));
	uint64_t at = 0;
	while (cursor_left(&c) >= 4) {
		uint64_t length = cursor_u16le(&c);
		uint32_t uses = cursor_u16le(&c);
		if (length == 0 && uses > 0) {
			/* Longer than 64 KiB: the upper half stood in place of the uses. */
			length = (uint64_t)uses << 16 | cursor_u16le(&c);
			cursor_skip(&c, 2);
		}
		strings->places[++strings->count] = (struct span){at, length};
		at += length;
	}
	return cursor_ok(&c) && p->pool.is_whole && p->data.is_whole &&
	       p->pool.size <= LIMIT_MSI_STRINGS && at <= strings->data.len;
}

static struct span place_of(const struct strings *strings, struct cursor *c)
{
	struct bytes digits = cursor_take(c, strings->reference_width);
	size_t number = 0;
	for (size_t i = digits.len; i > 0; i--)
		number = number << 8 | digits.ptr[i - 1];
	return number >= 1 && number <= strings->count ? strings->places[number] : (struct span){0};
}

static struct bytes string_at(struct package *p, const struct strings *strings, struct span place)
{
	uint64_t length = place.length < VALUE_MOST ? place.length : VALUE_MOST;
	if (place.offset > strings->data.len)
		return (struct bytes){0};
	return to_utf8(p->visit, bytes_slice(strings->data, (size_t)place.offset, (size_t)length),
	               strings->code_page);
}

/* Tables are stored by columns: all names, then all values. */
static bool read_properties(struct package *p)
{
	struct strings strings;
	bool whole = read_strings(p, &strings);
	struct bytes table = stream_bytes(&p->property, LIMIT_MSI_STRINGS);
	size_t rows = table.len / 2 / strings.reference_width;
	struct cursor names = cursor_over(table), values = cursor_over(table);
	cursor_seek(&values, rows * strings.reference_width);
	for (size_t i = 0; i < rows && i < PROPERTY_ROWS_MOST; i++) {
		struct bytes name = string_at(p, &strings, place_of(&strings, &names));
		struct span place = place_of(&strings, &values);
		struct bytes value = string_at(p, &strings, place);
		struct span span = stream_span(&p->data, place.offset, place.length);
		if (name.len == 0 || value.len == 0)
			continue;
		visit_fact(p->visit, FACT_MSI_PROPERTY, joined(p->visit, name, value), span);
		if (bytes_equal(name, BYTES("ProductCode")))
			visit_fact(p->visit, FACT_MSI_PRODUCT_CODE, value, span);
		else if (bytes_equal(name, BYTES("Manufacturer")))
			visit_fact(p->visit, FACT_PACKAGE_VENDOR, value, span);
		else if (bytes_equal(name, BYTES("ProductVersion")))
			visit_fact(p->visit, FACT_PACKAGE_VERSION, value, span);
	}
	return whole && p->property.is_whole && rows <= PROPERTY_ROWS_MOST;
}

static void remember(struct package *p, struct bytes name, const struct stream *stream)
{
	if (bytes_equal(name, BYTES("\5SummaryInformation")))
		p->summary = *stream;
	else if (bytes_equal(name, BYTES("!_StringPool")))
		p->pool = *stream;
	else if (bytes_equal(name, BYTES("!_StringData")))
		p->data = *stream;
	else if (bytes_equal(name, BYTES("!Property")))
		p->property = *stream;
}

static bool visit_stream(struct package *p, const struct compound_entry *entry,
                         const struct stream *stream)
{
	if (bytes_equal(entry->name, BYTES("EncryptedPackage"))) {
		visit_closed(p->visit, entry->name, entry->size, CLASS_OPAQUE,
		             "encrypted Office document");
		return false;
	}
	struct bytes run = stream_run(stream, 0, stream->size);
	if (stream->is_whole && run.len == stream->size) {
		visit_child(p->visit, entry->name, run);
		return true;
	}
	struct spool *spool = visit_spool(p->visit, entry->name, stream->size);
	uint64_t at = 0;
	bool room = true;
	while (room && (run = stream_run(stream, at, stream->size - at)).len > 0) {
		room = spool_write(spool, run);
		at += run.len;
	}
	spool_end(spool, stream->is_whole || !room ? NULL : "damaged chain of sectors");
	return stream->is_whole && room;
}

/* [MS-CFB] says nothing of classes; these are Windows Installer's package, patch and transform. */
static bool is_installer_class(struct bytes class_id)
{
	const struct bytes tail = BYTES("\x10\x0C\0\0\0\0\0\xC0\0\0\0\0\0\0\x46");
	return class_id.len == 16 && bytes_equal(bytes_from(class_id, 1), tail) &&
	       (class_id.ptr[0] == 0x84 || class_id.ptr[0] == 0x86 || class_id.ptr[0] == 0x82);
}

static bool visit_streams(struct package *p, struct compound *file)
{
	struct compound_entry entry;
	bool whole = true;
	for (size_t i = 0; i < file->entry_count; i++) {
		if (!compound_entry_at(file, i, &entry))
			continue;
		if (entry.type == COMPOUND_ROOT && is_installer_class(entry.class_id))
			p->is_installer = true;
		if (entry.type != COMPOUND_STREAM || entry.size == 0)
			continue;
		struct stream stream = compound_stream(file, &entry);
		remember(p, entry.name, &stream);
		whole &= visit_stream(p, &entry, &stream);
	}
	return whole;
}

static enum read_result read_ole(struct visit *visit, struct bytes body)
{
	struct compound file;
	struct package package = {.visit = visit};
	if (!compound_open(&file, visit, body))
		return READ_NOT_MINE;
	bool whole = visit_streams(&package, &file);
	package.is_installer |= package.pool.size > 0;
	if (package.is_installer && package.summary.size > 0)
		read_summary(&package);
	if (package.property.size > 0 && !read_properties(&package) && !file.reason)
		file.reason = "damaged Property table";
	struct bytes unused;
	for (size_t sector = 0; (unused = compound_unused(&file, &sector)).len > 0;)
		(void)rest_hand_over(visit, unused, 0, BYTES("unused sectors"));
	uint64_t length = file.entry_count > 0 ? 512 : 0; /* the header, or the whole file */
	if (file.reason)
		visit_gap(visit, (struct span){0, length}, CLASS_UNREAD, file.reason);
	return whole && !file.reason ? READ_WHOLE : READ_PARTLY;
}

const struct reader reader_ole = {
	.name = "ole",
	.magic = {(const uint8_t *)"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8},
	.read = read_ole,
	.understood = CLASS_READ,
	.container = true,
};
