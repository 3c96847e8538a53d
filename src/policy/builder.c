/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builder.h"

#include "base/checked.h"
#include "policy/pack.h"

#include <openssl/evp.h>
#include <stdlib.h>

enum { TEXT_MOST = 32 << 20, STRINGS_MOST = 4 << 20, ROWS_MOST = 1 << 20, SLOTS_FIRST = 1024 };

void builder_init(struct builder *b)
{
	*b = (struct builder){0};
	buffer_init(&b->text, TEXT_MOST);
	(void)builder_text(b, (struct bytes){0}); /* string 0: a failure shows as b->bad */
}

void builder_finish(struct builder *b)
{
	buffer_finish(&b->text);
	free(b->string_ends);
	free(b->slots);
	for (size_t i = 0; i < TABLE_COUNT; i++)
		free(b->tables[i].cells);
	*b = (struct builder){0};
}

struct bytes builder_string(const struct builder *b, uint32_t index)
{
	if (index >= b->string_count)
		return (struct bytes){0};
	uint32_t start = index > 0 ? b->string_ends[index - 1] : 0;
	return bytes_slice(buffer_bytes(&b->text), start, b->string_ends[index] - start);
}

/* Room for `want` items of `each` bytes; the new memory is zeroed. */
static void *grow(void *items, size_t *room, size_t want, size_t each)
{
	if (want <= *room)
		return items;
	size_t more = *room > 0 ? *room * 2 : 64;
	if (more < want)
		more = want;
	size_t size;
	if (ckd_mul(&size, more, each))
		return NULL;
	uint8_t *larger = realloc(items, size);
	if (!larger)
		return NULL;
	memset(larger + *room * each, 0, (more - *room) * each);
	*room = more;
	return larger;
}

static size_t slot_of(const struct builder *b, struct bytes text)
{
	size_t slot = format_hash(FORMAT_HASH_START, text) & (b->slot_count - 1);
	while (b->slots[slot] != 0 && !bytes_equal(builder_string(b, b->slots[slot] - 1), text))
		slot = (slot + 1) & (b->slot_count - 1);
	return slot;
}

static bool grow_slots(struct builder *b)
{
	if (b->string_count * 2 < b->slot_count)
		return true;
	size_t count = b->slot_count > 0 ? b->slot_count * 2 : SLOTS_FIRST;
	uint32_t *slots = calloc(count, sizeof *slots);
	if (!slots)
		return false;
	free(b->slots);
	b->slots = slots;
	b->slot_count = count;
	for (size_t i = 0; i < b->string_count; i++)
		b->slots[slot_of(b, builder_string(b, (uint32_t)i))] = (uint32_t)i + 1;
	return true;
}

uint32_t builder_text(struct builder *b, struct bytes text)
{
	if (b->bad || b->string_count >= STRINGS_MOST || !grow_slots(b)) {
		b->bad = true;
		return 0;
	}
	size_t slot = slot_of(b, text);
	if (b->slots[slot] != 0)
		return b->slots[slot] - 1;
	uint32_t *ends = grow(b->string_ends, &b->string_room, b->string_count + 1, sizeof *ends);
	if (ends)
		b->string_ends = ends;
	buffer_put(&b->text, text);
	if (!ends || !buffer_ok(&b->text)) {
		b->bad = true;
		return 0;
	}
	ends[b->string_count++] = (uint32_t)b->text.len;
	b->slots[slot] = (uint32_t)b->string_count;
	return (uint32_t)b->string_count - 1;
}

uint32_t *builder_row(struct builder *b, enum table table)
{
	struct builder_table *t = &b->tables[table];
	size_t columns;
	(void)format_columns(table, &columns); /* only the count is wanted */
	uint32_t *cells = t->rows < ROWS_MOST
	                          ? grow(t->cells, &t->room, t->rows + 1, columns * sizeof *cells)
	                          : NULL;
	if (!cells) {
		b->bad = true;
		memset(b->spare, 0, sizeof b->spare);
		return b->spare;
	}
	t->cells = cells;
	return cells + columns * t->rows++;
}

uint32_t *builder_row_at(const struct builder *b, enum table table, size_t index)
{
	size_t columns;
	(void)format_columns(table, &columns);
	return b->tables[table].cells + columns * index;
}

size_t builder_rows(const struct builder *b, enum table table)
{
	return b->tables[table].rows;
}

struct mark_place {
	uint32_t kind;
	struct bytes id;
	uint32_t cells[MARK_COLUMNS];
};

static int compare_marks(const void *left, const void *right)
{
	const struct mark_place *a = left, *b = right;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return bytes_compare(a->id, b->id);
}

void builder_sort_marks(struct builder *b)
{
	size_t count = builder_rows(b, TABLE_MARK);
	struct mark_place *places = count > 0 ? calloc(count, sizeof *places) : NULL;
	if (!places) {
		b->bad = b->bad || count > 0;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const uint32_t *row = builder_row_at(b, TABLE_MARK, i);
		places[i].kind = row[MARK_KIND];
		places[i].id = builder_string(b, row[MARK_ID]);
		memcpy(places[i].cells, row, sizeof places[i].cells);
	}
	qsort(places, count, sizeof *places, compare_marks);
	for (size_t i = 0; i < count; i++)
		memcpy(builder_row_at(b, TABLE_MARK, i), places[i].cells, sizeof places[i].cells);
	free(places);
}

static bool digest_part(EVP_MD_CTX *context, struct bytes part)
{
	uint8_t length[8];
	for (size_t i = 0; i < sizeof length; i++)
		length[i] = (uint8_t)((uint64_t)part.len >> (8 * i));
	return EVP_DigestUpdate(context, length, sizeof length) == 1 &&
	       EVP_DigestUpdate(context, part.ptr, part.len) == 1;
}

static bool digest_cell(EVP_MD_CTX *context, const struct builder *b, const struct column *column,
                        uint32_t cell)
{
	uint8_t number[4] = {(uint8_t)cell, (uint8_t)(cell >> 8), (uint8_t)(cell >> 16),
	                     (uint8_t)(cell >> 24)};
	struct bytes value = column->type == COLUMN_TEXT ? builder_string(b, cell)
	                                                 : (struct bytes){number, sizeof number};
	return digest_part(context, bytes_of(column->name)) && digest_part(context, value);
}

static bool digest_table(EVP_MD_CTX *context, const struct builder *b, enum table table)
{
	size_t columns;
	const struct column *column = format_columns(table, &columns);
	for (size_t row = 0; row < builder_rows(b, table); row++) {
		if (!digest_part(context, bytes_of(format_table_name(table))))
			return false;
		for (size_t i = 0; i < columns; i++)
			if (!digest_cell(context, b, &column[i], builder_row_at(b, table, row)[i]))
				return false;
	}
	return true;
}

/* SHA-256 over every row: the table's name, then each column's name and content, all with their
 * lengths. Neither string numbers nor offsets nor databases enter it. */
static bool digest_policies(const struct builder *b, uint8_t out[PACK_DIGEST])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
	for (enum table table = 0; done && table < TABLE_COUNT; table++)
		done = digest_table(context, b, table);
	done = done && EVP_DigestFinal_ex(context, out, NULL) == 1;
	EVP_MD_CTX_free(context);
	return done;
}

static void put_padding(struct buffer *out)
{
	while (buffer_ok(out) && out->len % PACK_ALIGN != 0)
		buffer_put_u8(out, 0);
}

static void put_strings(const struct builder *b, struct buffer *out)
{
	buffer_put_u32le(out, (uint32_t)b->string_count);
	for (size_t i = 0; i < b->string_count; i++)
		buffer_put_u32le(out, b->string_ends[i]);
	buffer_put(out, buffer_bytes(&b->text));
}

static void put_table(const struct builder *b, enum table table, struct buffer *out)
{
	size_t columns;
	(void)format_columns(table, &columns);
	for (size_t i = 0; i < builder_rows(b, table) * columns; i++)
		buffer_put_u32le(out, b->tables[table].cells[i]);
}

struct entry {
	uint32_t kind, detail;
	uint64_t offset, size, fingerprint;
};

/* Section number `index`: the strings, the tables, the databases. */
static struct entry put_section(const struct builder *b, const struct builder_database *databases,
                                size_t index, struct buffer *out)
{
	put_padding(out);
	struct entry entry = {.offset = out->len};
	if (index == 0) {
		entry.kind = SECTION_STRINGS;
		put_strings(b, out);
	} else if (index <= TABLE_COUNT) {
		entry.kind = (uint32_t)index - 1;
		put_table(b, (enum table)(index - 1), out);
	} else {
		const struct builder_database *database = &databases[index - 1 - TABLE_COUNT];
		entry.kind = SECTION_DATABASE;
		entry.detail = database->detail;
		entry.fingerprint = database->fingerprint;
		buffer_put(out, database->data);
	}
	entry.size = out->len - entry.offset;
	return entry;
}

static void put_entry(struct buffer *out, struct entry entry)
{
	buffer_put_u32le(out, entry.kind);
	buffer_put_u32le(out, entry.detail);
	buffer_put_u64le(out, entry.offset);
	buffer_put_u64le(out, entry.size);
	buffer_put_u64le(out, entry.fingerprint);
}

static void put_header(const struct builder *b, size_t sections, struct buffer *out)
{
	uint8_t digest[PACK_DIGEST] = {0};
	if (!digest_policies(b, digest))
		out->bad = true;
	buffer_put(out, PACK_MAGIC);
	buffer_put_u32le(out, PACK_VERSION);
	buffer_put_u32le(out, (uint32_t)sections);
	buffer_put_u64le(out, 0);
	for (size_t i = 0; i < PACK_DIGEST; i++)
		buffer_put_u8(out, 0);
	buffer_put(out, (struct bytes){digest, sizeof digest});
	for (size_t i = 0; i < sections * PACK_ENTRY; i++)
		buffer_put_u8(out, 0);
}

enum debar_status builder_write(struct builder *b, const struct builder_database *databases,
                                size_t count, struct buffer *out, struct debar_error *error)
{
	size_t sections = 1 + TABLE_COUNT + count;
	struct buffer directory;
	buffer_init(&directory, sections * PACK_ENTRY);
	put_header(b, sections, out);
	for (size_t i = 0; i < sections; i++)
		put_entry(&directory, put_section(b, databases, i, out));
	enum debar_status status = DEBAR_OK;
	if (b->bad || !buffer_ok(out) || !buffer_ok(&directory)) {
		status = error_set(error, DEBAR_NO_MEMORY, 0, "the policies do not fit in memory");
		goto out;
	}
	memcpy(out->data + PACK_HEADER, directory.data, directory.len);
	if (!format_seal(out->data, out->len))
		status = error_set(error, DEBAR_NO_MEMORY, 0, "the pack's checksum failed");
out:
	buffer_finish(&directory);
	return status;
}
