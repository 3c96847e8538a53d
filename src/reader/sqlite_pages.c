/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/sqlite_pages.h"

#include "core/limits.h"
#include "reader/fields.h"

enum { FILE_HEADER = 100, LEAF = 0x0D, INTERIOR = 0x05 };

struct page {
	struct bytes bytes;
	size_t header_at;
	uint8_t type;
	uint32_t cells;
};

/* Seven bits a byte, highest first; a ninth byte counts whole. */
static uint64_t take_variable(struct cursor *c)
{
	uint64_t value = 0;
	for (unsigned i = 0; i < 8; i++) {
		uint8_t byte = cursor_u8(c);
		value = value << 7 | (byte & 0x7F);
		if (byte < 0x80)
			return value;
	}
	return value << 8 | cursor_u8(c);
}

static bool take_page(struct sqlite_rows *rows, uint32_t number, struct bytes *out)
{
	struct cursor c = cursor_over(rows->all);
	if (number == 0 || rows->budget == 0)
		return false;
	rows->budget--;
	cursor_seek(&c, (uint64_t)(number - 1) * rows->page_size);
	*out = cursor_take(&c, rows->page_size);
	return cursor_ok(&c);
}

/* Like take_page, but again and again for the cells of one page: without cost. */
static bool look_at(struct sqlite_rows *rows, uint32_t number, struct page *page)
{
	rows->budget++;
	if (!take_page(rows, number, &page->bytes))
		return false;
	page->header_at = number == 1 ? FILE_HEADER : 0;
	struct cursor c = cursor_over(page->bytes);
	cursor_seek(&c, page->header_at);
	page->type = cursor_u8(&c);
	cursor_skip(&c, 2);
	page->cells = cursor_u16be(&c);
	return cursor_ok(&c) && (page->type == LEAF || page->type == INTERIOR);
}

static struct cursor cell_of(const struct page *page, uint32_t index)
{
	struct cursor c = cursor_over(page->bytes);
	cursor_seek(&c, page->header_at + (page->type == LEAF ? 8 : 12) + 2 * (size_t)index);
	cursor_seek(&c, cursor_u16be(&c));
	return c;
}

static void enter(struct sqlite_rows *rows, uint32_t number)
{
	struct bytes unused;
	if (rows->depth == SQLITE_DEPTH || !take_page(rows, number, &unused)) {
		rows->damaged = true;
		return;
	}
	rows->path[rows->depth++] = (struct sqlite_page){number, 0, 0};
}

/* An interior page has its cells' children, and then one more. */
static void enter_child(struct sqlite_rows *rows, const struct page *page)
{
	struct sqlite_page *here = &rows->path[rows->depth - 1];
	struct cursor c = cursor_over(page->bytes);
	if (here->next_cell < page->cells)
		c = cell_of(page, here->next_cell);
	else
		cursor_seek(&c, page->header_at + 8);
	here->next_cell++;
	enter(rows, cursor_u32be(&c));
}

static void make_room(struct sqlite_rows *rows, size_t size)
{
	if (size <= rows->room_size)
		return;
	rows->room_size = 2 * size;
	rows->room = visit_alloc(rows->visit, rows->room_size, 1);
}

/* Puts a spread record together: its first part, then a chain of pages. */
static bool gather(struct sqlite_rows *rows, struct bytes first, uint32_t next, uint64_t size,
                   struct bytes *out)
{
	if (size > LIMIT_SQLITE_RECORD || size > rows->all.len)
		return false;
	make_room(rows, (size_t)size);
	memcpy(rows->room, first.ptr, first.len);
	size_t done = first.len;
	while (done < size) {
		struct bytes page;
		if (!take_page(rows, next, &page))
			return false;
		struct cursor c = cursor_over(page);
		next = cursor_u32be(&c);
		size_t len = rows->usable - 4 < size - done ? rows->usable - 4 : size - done;
		struct bytes part = cursor_take(&c, len);
		if (part.len == 0)
			return false;
		memcpy(rows->room + done, part.ptr, part.len);
		done += part.len;
	}
	*out = (struct bytes){rows->room, (size_t)size};
	return true;
}

/* How much of a record of `size` stands in its leaf. */
static uint64_t local_size(const struct sqlite_rows *rows, uint64_t size)
{
	uint64_t usable = rows->usable, most = usable - 35;
	if (size <= most)
		return size;
	uint64_t least = (usable - 12) * 32 / 255 - 23;
	uint64_t wanted = least + (size - least) % (usable - 4);
	return wanted <= most ? wanted : least;
}

static bool read_row(struct sqlite_rows *rows, struct cursor c, struct sqlite_row *out)
{
	uint64_t size = take_variable(&c);
	out->id = take_variable(&c);
	uint64_t local = local_size(rows, size);
	out->record = cursor_take(&c, local);
	out->in_place = local == size;
	out->span = fields_span(rows->all, out->record);
	uint32_t next = out->in_place ? 0 : cursor_u32be(&c);
	if (!cursor_ok(&c))
		return false;
	return out->in_place || gather(rows, out->record, next, size, &out->record);
}

bool sqlite_next_row(struct sqlite_rows *rows, struct sqlite_row *out)
{
	while (rows->depth > 0) {
		struct page page;
		struct sqlite_page *here = &rows->path[rows->depth - 1];
		if (!look_at(rows, here->number, &page)) {
			rows->damaged = true;
			rows->depth--;
		} else if (here->next_cell >= page.cells + (page.type == INTERIOR)) {
			rows->depth--;
		} else if (page.type == INTERIOR) {
			enter_child(rows, &page);
		} else {
			bool whole = read_row(rows, cell_of(&page, here->next_cell++), out);
			here->used += out->span.length;
			if (whole && here->used <= rows->page_size)
				return true;
			rows->damaged = true;
			if (here->used > rows->page_size)
				rows->depth--;
		}
	}
	return false;
}

static bool begin(struct visit *visit, struct bytes file, struct sqlite_rows *out)
{
	*out = (struct sqlite_rows){.visit = visit, .all = file};
	struct cursor c = cursor_over(file);
	bool named = bytes_equal(cursor_take(&c, 16), BYTES("SQLite format 3\0"));
	out->page_size = cursor_u16be(&c);
	if (out->page_size == 1)
		out->page_size = 65536;
	cursor_skip(&c, 2);
	uint8_t reserved = cursor_u8(&c);
	bool sane = out->page_size >= 512 && (out->page_size & (out->page_size - 1)) == 0;
	if (!cursor_ok(&c) || !named || !sane || out->page_size - reserved < 480)
		return false;
	out->usable = out->page_size - reserved;
	out->budget = file.len / out->page_size + 1;
	return true;
}

/* The schema is a table too, at page 1: type, name, table, root page, SQL. */
bool sqlite_rows_of(struct visit *visit, struct bytes file, struct bytes table,
                    struct sqlite_rows *out)
{
	if (!begin(visit, file, out)) {
		out->damaged = true;
		return false;
	}
	enter(out, 1);
	for (struct sqlite_row row; sqlite_next_row(out, &row);) {
		struct sqlite_value root = sqlite_column(&row, 3);
		if (!bytes_equal(sqlite_column(&row, 0).bytes, BYTES("table")) ||
		    !bytes_equal_nocase(sqlite_column(&row, 1).bytes, table) || root.number <= 0 ||
		    root.number > UINT32_MAX)
			continue;
		out->depth = 0;
		out->damaged = false;
		out->budget = file.len / out->page_size + 1;
		enter(out, (uint32_t)root.number);
		return true;
	}
	return false;
}

static uint64_t size_of_type(uint64_t type)
{
	static const uint8_t sizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
	return type < 12 ? sizes[type] : (type - 12) / 2;
}

static int64_t number_from(struct bytes bytes, uint64_t type)
{
	if (bytes.len == 0)
		return type == 9;
	uint64_t value = bytes.ptr[0] & 0x80 ? UINT64_MAX : 0;
	for (size_t i = 0; i < bytes.len; i++)
		value = value << 8 | bytes.ptr[i];
	return (int64_t)value;
}

struct sqlite_value sqlite_column(const struct sqlite_row *row, unsigned number)
{
	struct sqlite_value value = {0};
	struct cursor data = cursor_over(row->record);
	uint64_t header_size = take_variable(&data);
	struct cursor types = cursor_over(bytes_slice(row->record, 0, (size_t)header_size));
	(void)take_variable(&types);
	cursor_seek(&data, header_size);
	uint64_t type = 0;
	for (unsigned i = 0; i < number; i++)
		cursor_skip(&data, size_of_type(take_variable(&types)));
	type = take_variable(&types);
	struct bytes bytes = cursor_take(&data, size_of_type(type));
	if (!cursor_ok(&types) || !cursor_ok(&data) || type == 0 || type == 10 || type == 11)
		return value;
	if (type == 7)
		return (struct sqlite_value){.kind = SQLITE_REAL};
	if (type >= 12)
		return (struct sqlite_value){.kind = type % 2 ? SQLITE_TEXT : SQLITE_BLOB,
		                             .bytes = bytes};
	return (struct sqlite_value){.kind = SQLITE_NUMBER, .number = number_from(bytes, type)};
}
