/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/pack.h"

#include "base/cursor.h"
#include "base/text.h"
#include "policy/format.h"

#include <stdlib.h>

enum { DATABASES_MOST = FACT_KIND_COUNT + 2 };

struct database {
	uint32_t detail;
	uint64_t fingerprint;
	struct bytes data;
};

struct pack {
	struct bytes data, string_ends, text;
	size_t string_count;
	struct bytes tables[TABLE_COUNT];
	size_t rows[TABLE_COUNT];
	struct database databases[DATABASES_MOST];
	size_t database_count;
	size_t first_mark[FACT_KIND_COUNT + 1]; /* of each kind; the last is their count */
	uint32_t *by_id;                        /* marks in the order of their ids */
	char digest[sizeof "sha256:" + 2 * (size_t)PACK_DIGEST];
};

static uint32_t number_at(struct bytes numbers, size_t index)
{
	struct cursor c = cursor_over(numbers);
	cursor_seek(&c, (uint64_t)index * 4);
	return cursor_u32le(&c);
}

static uint32_t cell(const struct pack *pack, enum table table, size_t row, size_t column)
{
	size_t columns;
	(void)format_columns(table, &columns); /* only the count is wanted */
	return number_at(pack->tables[table], row * columns + column);
}

static struct bytes string_at(const struct pack *pack, uint32_t index)
{
	uint32_t start = index > 0 ? number_at(pack->string_ends, index - 1) : 0;
	return bytes_slice(pack->text, start, number_at(pack->string_ends, index) - start);
}

static struct bytes text(const struct pack *pack, enum table table, size_t row, size_t column)
{
	return string_at(pack, cell(pack, table, row, column));
}

static bool take_strings(struct pack *pack, struct bytes section)
{
	struct cursor c = cursor_over(section);
	pack->string_count = cursor_fits(&c, cursor_u32le(&c), 4);
	pack->string_ends = cursor_take(&c, (uint64_t)pack->string_count * 4);
	pack->text = cursor_take(&c, cursor_left(&c));
	uint32_t last = 0;
	for (size_t i = 0; i < pack->string_count; i++) {
		uint32_t end = number_at(pack->string_ends, i);
		if (end < last)
			return false;
		last = end;
	}
	return cursor_ok(&c) && pack->string_count > 0 && last == pack->text.len;
}

static bool take_database(struct pack *pack, struct database database)
{
	if (pack->database_count == DATABASES_MOST)
		return false;
	pack->databases[pack->database_count++] = database;
	return true;
}

static bool take_section(struct pack *pack, struct cursor *directory)
{
	uint32_t kind = cursor_u32le(directory), detail = cursor_u32le(directory);
	uint64_t offset = cursor_u64le(directory), size = cursor_u64le(directory);
	uint64_t fingerprint = cursor_u64le(directory);
	struct cursor c = cursor_over(pack->data);
	cursor_seek(&c, offset);
	struct bytes section = cursor_take(&c, size);
	if (!cursor_ok(directory) || !cursor_ok(&c))
		return false;
	if (kind == SECTION_STRINGS)
		return take_strings(pack, section);
	if (kind == SECTION_DATABASE)
		return take_database(pack, (struct database){detail, fingerprint, section});
	if (kind >= TABLE_COUNT)
		return false;
	size_t columns;
	(void)format_columns((enum table)kind, &columns);
	pack->tables[kind] = section;
	pack->rows[kind] = section.len / 4 / columns;
	return section.len == pack->rows[kind] * columns * 4;
}

static bool cell_fits(const struct pack *pack, const struct column *column, uint32_t value)
{
	switch (column->type) {
	case COLUMN_NUMBER:
		return true;
	case COLUMN_TEXT:
		return value < pack->string_count;
	case COLUMN_ENUM:
		return value < column->bound;
	case COLUMN_ROW:
		return value < pack->rows[column->bound];
	case COLUMN_ROW_OR_NONE:
		return value == PACK_NONE || value < pack->rows[column->bound];
	}
	return false;
}

static bool table_fits(const struct pack *pack, enum table table)
{
	size_t columns;
	const struct column *column = format_columns(table, &columns);
	for (size_t i = 0; i < pack->rows[table] * columns; i++)
		if (!cell_fits(pack, &column[i % columns], number_at(pack->tables[table], i)))
			return false;
	return true;
}

/* False when the marks are not ordered by kind. */
static bool find_kinds(struct pack *pack)
{
	size_t kind = 0;
	for (size_t row = 0; row < pack->rows[TABLE_MARK]; row++) {
		size_t next = cell(pack, TABLE_MARK, row, MARK_KIND);
		if (row > 0 && next < cell(pack, TABLE_MARK, row - 1, MARK_KIND))
			return false;
		while (kind <= next)
			pack->first_mark[kind++] = row;
	}
	while (kind <= FACT_KIND_COUNT)
		pack->first_mark[kind++] = pack->rows[TABLE_MARK];
	return true;
}

static bool take_sections(struct pack *pack)
{
	struct cursor c = cursor_over(pack->data);
	cursor_seek(&c, 12);
	uint32_t sections = cursor_u32le(&c);
	cursor_seek(&c, PACK_HEADER);
	for (uint64_t left = cursor_fits(&c, sections, PACK_ENTRY); left > 0; left--)
		if (!take_section(pack, &c))
			return false;
	if (!cursor_ok(&c))
		return false;
	for (enum table table = 0; table < TABLE_COUNT; table++)
		if (!table_fits(pack, table))
			return false;
	return find_kinds(pack);
}

struct named {
	struct bytes id;
	uint32_t index;
};

static int compare_named(const void *left, const void *right)
{
	const struct named *a = left, *b = right;
	int order = bytes_compare(a->id, b->id);
	return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

static bool index_marks(struct pack *pack)
{
	size_t count = pack->rows[TABLE_MARK];
	struct named *named = calloc(count + 1, sizeof *named);
	pack->by_id = calloc(count + 1, sizeof *pack->by_id);
	bool done = named && pack->by_id;
	for (size_t i = 0; done && i < count; i++)
		named[i] = (struct named){text(pack, TABLE_MARK, i, MARK_ID), (uint32_t)i};
	if (done)
		qsort(named, count, sizeof *named, compare_named);
	for (size_t i = 0; done && i < count; i++)
		pack->by_id[i] = named[i].index;
	free(named);
	return done;
}

static enum debar_status check_header(struct bytes data, struct debar_error *error)
{
	struct cursor c = cursor_over(data);
	struct bytes magic = cursor_take(&c, PACK_MAGIC.len);
	uint32_t version = cursor_u32le(&c);
	cursor_skip(&c, 4);
	uint64_t size = cursor_u64le(&c);
	cursor_seek(&c, PACK_HEADER);
	if (!cursor_ok(&c) || !bytes_equal(magic, PACK_MAGIC))
		return error_set(error, DEBAR_INVALID, 0, "not a policy pack");
	if (version != PACK_VERSION)
		return error_set(error, DEBAR_INVALID, PACK_MAGIC.len,
		                 "the policy pack has format %u; this debar reads format %u",
		                 (unsigned)version, (unsigned)PACK_VERSION);
	if (data.len > PACK_MOST)
		return error_set(error, DEBAR_INVALID, 0, "the policy pack is over %u MiB",
		                 (unsigned)PACK_MOST >> 20);
	if (size != data.len || !format_is_sealed(data))
		return error_set(error, DEBAR_INVALID, 0, "the policy pack is damaged");
	return DEBAR_OK;
}

enum debar_status pack_open(struct bytes data, struct pack **out, struct debar_error *error)
{
	enum debar_status status = check_header(data, error);
	if (status != DEBAR_OK)
		return status;
	struct pack *pack = calloc(1, sizeof *pack);
	if (!pack)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory for a policy pack");
	pack->data = data;
	memcpy(pack->digest, "sha256:", sizeof "sha256:");
	text_hex(bytes_slice(data, PACK_DIGEST_AT, PACK_DIGEST), pack->digest + 7);
	if (!take_sections(pack))
		status = error_set(error, DEBAR_INVALID, 0, "the policy pack is malformed");
	else if (!index_marks(pack))
		status = error_set(error, DEBAR_NO_MEMORY, 0, "no memory for a policy pack");
	if (status != DEBAR_OK) {
		pack_close(pack);
		return status;
	}
	*out = pack;
	return DEBAR_OK;
}

void pack_close(struct pack *pack)
{
	if (!pack)
		return;
	free(pack->by_id);
	free(pack);
}

struct bytes pack_bytes(const struct pack *pack)
{
	return pack->data;
}

const char *pack_digest(const struct pack *pack)
{
	return pack->digest;
}

size_t pack_mark_count(const struct pack *pack)
{
	return pack->rows[TABLE_MARK];
}

size_t pack_marks_of(const struct pack *pack, enum fact_kind kind, size_t *count)
{
	*count = pack->first_mark[kind + 1] - pack->first_mark[kind];
	return pack->first_mark[kind];
}

size_t pack_product_count(const struct pack *pack)
{
	return pack->rows[TABLE_PRODUCT];
}

size_t pack_vendor_count(const struct pack *pack)
{
	return pack->rows[TABLE_VENDOR];
}

size_t pack_directive_count(const struct pack *pack)
{
	return pack->rows[TABLE_DIRECTIVE];
}

size_t pack_entity_count(const struct pack *pack)
{
	return pack->rows[TABLE_ENTITY];
}

size_t pack_clause_count(const struct pack *pack)
{
	return pack->rows[TABLE_CLAUSE];
}

size_t pack_deadline_count(const struct pack *pack)
{
	return pack->rows[TABLE_DEADLINE];
}

size_t pack_exception_count(const struct pack *pack)
{
	return pack->rows[TABLE_EXCEPTION];
}

size_t pack_root_count(const struct pack *pack)
{
	return pack->rows[TABLE_ROOT];
}

struct mark pack_mark(const struct pack *pack, size_t index)
{
	const enum table t = TABLE_MARK;
	return (struct mark){
		.id = text(pack, t, index, MARK_ID),
		.kind = (enum fact_kind)cell(pack, t, index, MARK_KIND),
		.form = (enum match_form)cell(pack, t, index, MARK_FORM),
		.value = text(pack, t, index, MARK_VALUE),
		.vendor = cell(pack, t, index, MARK_VENDOR),
		.product = cell(pack, t, index, MARK_PRODUCT),
		.nexus = (enum nexus)cell(pack, t, index, MARK_NEXUS),
		.strength = (enum strength)cell(pack, t, index, MARK_STRENGTH),
		.confidence = (enum confidence)cell(pack, t, index, MARK_CONFIDENCE),
		.size = cell(pack, t, index, MARK_SIZE),
		.reach = cell(pack, t, index, MARK_REACH),
		.cloud = text(pack, t, index, MARK_CLOUD),
		.source = text(pack, t, index, MARK_SOURCE),
		.note = text(pack, t, index, MARK_NOTE),
	};
}

struct product pack_product(const struct pack *pack, size_t index)
{
	const enum table t = TABLE_PRODUCT;
	return (struct product){
		.id = text(pack, t, index, PRODUCT_ID),
		.name = text(pack, t, index, PRODUCT_NAME),
		.role = text(pack, t, index, PRODUCT_ROLE),
		.cloud = text(pack, t, index, PRODUCT_CLOUD),
		.note = text(pack, t, index, PRODUCT_NOTE),
		.vendor = cell(pack, t, index, PRODUCT_VENDOR),
		.reach = cell(pack, t, index, PRODUCT_REACH),
	};
}

struct vendor pack_vendor(const struct pack *pack, size_t index)
{
	const enum table t = TABLE_VENDOR;
	return (struct vendor){text(pack, t, index, VENDOR_ID), text(pack, t, index, VENDOR_NAME),
	                       text(pack, t, index, VENDOR_NOTE)};
}

struct entity pack_entity(const struct pack *pack, size_t index)
{
	const enum table t = TABLE_ENTITY;
	return (struct entity){
		.vendor = cell(pack, t, index, ENTITY_VENDOR),
		.name = text(pack, t, index, ENTITY_NAME),
		.relation = text(pack, t, index, ENTITY_RELATION),
		.from = text(pack, t, index, ENTITY_FROM),
		.to = text(pack, t, index, ENTITY_TO),
		.source = text(pack, t, index, ENTITY_SOURCE),
		.note = text(pack, t, index, ENTITY_NOTE),
		.confidence = (enum confidence)cell(pack, t, index, ENTITY_CONFIDENCE),
	};
}

/* Of several texts for one nexus the one without an end counts, else the last. */
static void fill_scope(const struct pack *pack, size_t index, struct directive *directive)
{
	bool open_ended[NEXUS_COUNT] = {false};
	for (size_t row = 0; row < pack->rows[TABLE_SCOPE]; row++) {
		size_t nexus = cell(pack, TABLE_SCOPE, row, SCOPE_NEXUS);
		if (cell(pack, TABLE_SCOPE, row, SCOPE_DIRECTIVE) != index || open_ended[nexus])
			continue;
		directive->scope[nexus] = (enum scope)cell(pack, TABLE_SCOPE, row, SCOPE_IS);
		directive->clause[nexus] = text(pack, TABLE_SCOPE, row, SCOPE_CLAUSE);
		open_ended[nexus] = text(pack, TABLE_SCOPE, row, SCOPE_TO).len == 0;
	}
}

struct directive pack_directive(const struct pack *pack, size_t index)
{
	const enum table t = TABLE_DIRECTIVE;
	struct directive directive = {
		.id = text(pack, t, index, DIRECTIVE_ID),
		.title = text(pack, t, index, DIRECTIVE_TITLE),
		.authority = text(pack, t, index, DIRECTIVE_AUTHORITY),
		.issued = text(pack, t, index, DIRECTIVE_ISSUED),
		.effective = text(pack, t, index, DIRECTIVE_EFFECTIVE),
		.status = text(pack, t, index, DIRECTIVE_STATUS),
		.applies_to = text(pack, t, index, DIRECTIVE_APPLIES_TO),
		.note = text(pack, t, index, DIRECTIVE_NOTE),
		.vendors = text(pack, t, index, DIRECTIVE_VENDORS),
		.products_named = text(pack, t, index, DIRECTIVE_PRODUCTS),
		.roles_out = text(pack, t, index, DIRECTIVE_ROLES_OUT),
		.roles_out_clause = text(pack, t, index, DIRECTIVE_ROLES_CLAUSE),
	};
	fill_scope(pack, index, &directive);
	return directive;
}

struct clause pack_clause(const struct pack *pack, size_t index)
{
	const enum table t = TABLE_CLAUSE;
	return (struct clause){
		.directive = cell(pack, t, index, CLAUSE_DIRECTIVE),
		.id = text(pack, t, index, CLAUSE_ID),
		.from = text(pack, t, index, CLAUSE_FROM),
		.to = text(pack, t, index, CLAUSE_TO),
		.text = text(pack, t, index, CLAUSE_TEXT),
		.source = text(pack, t, index, CLAUSE_SOURCE),
	};
}

struct deadline pack_deadline(const struct pack *pack, size_t index)
{
	const enum table t = TABLE_DEADLINE;
	return (struct deadline){
		.directive = cell(pack, t, index, DEADLINE_DIRECTIVE),
		.due = text(pack, t, index, DEADLINE_DUE),
		.date = text(pack, t, index, DEADLINE_DATE),
		.what = text(pack, t, index, DEADLINE_WHAT),
		.fields = text(pack, t, index, DEADLINE_FIELDS),
		.source = text(pack, t, index, DEADLINE_SOURCE),
	};
}

struct exception pack_exception(const struct pack *pack, size_t index)
{
	const enum table t = TABLE_EXCEPTION;
	return (struct exception){cell(pack, t, index, EXCEPTION_DIRECTIVE),
	                          text(pack, t, index, EXCEPTION_TEXT),
	                          text(pack, t, index, EXCEPTION_SOURCE)};
}

struct root pack_root(const struct pack *pack, size_t index)
{
	const enum table t = TABLE_ROOT;
	return (struct root){
		.name = text(pack, t, index, ROOT_NAME),
		.digest = text(pack, t, index, ROOT_DIGEST),
		.source = text(pack, t, index, ROOT_SOURCE),
		.certificate = text(pack, t, index, ROOT_CERTIFICATE),
		.subject = cell(pack, t, index, ROOT_SUBJECT),
	};
}

struct bytes pack_database(const struct pack *pack, uint32_t detail, uint64_t fingerprint)
{
	for (size_t i = 0; i < pack->database_count; i++)
		if (pack->databases[i].detail == detail &&
		    pack->databases[i].fingerprint == fingerprint)
			return pack->databases[i].data;
	return (struct bytes){0};
}

uint32_t pack_mark_named(const struct pack *pack, struct bytes id)
{
	size_t low = 0, high = pack->rows[TABLE_MARK];
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint32_t index = pack->by_id[middle];
		int order = bytes_compare(text(pack, TABLE_MARK, index, MARK_ID), id);
		if (order == 0)
			return index;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return PACK_NONE;
}
