/* SPDX-License-Identifier: Apache-2.0 */
/* rpmdb: the database of installed rpm packages, in the three forms that rpm has given it:
 * rpmdb.sqlite (since 4.16), Packages.db (SUSE's "ndb") and Packages (Berkeley DB, before). Each
 * holds one rpm header a package. Written here because librpm wants a file name and the libraries
 * write. */
#include "core/limits.h"
#include "reader/fields.h"
#include "reader/rpm_header.h"
#include "reader/sqlite_pages.h"

extern const struct reader reader_rpmdb;

enum database_form { NO_FORM, SQLITE, SQLITE_LOG, NDB, BERKELEY };

struct database {
	struct rpm_facts facts;
	struct bytes body;
	bool damaged;
};

enum { BERKELEY_MAGIC = 0x061561, BERKELEY_HASH_META = 8 };

static bool is_berkeley(struct bytes head)
{
	struct cursor c = cursor_over(head);
	cursor_seek(&c, 12);
	struct cursor other = c;
	bool magic = cursor_u32le(&c) == BERKELEY_MAGIC || cursor_u32be(&other) == BERKELEY_MAGIC;
	cursor_seek(&c, 25);
	return magic && cursor_u8(&c) == BERKELEY_HASH_META;
}

static enum database_form form_of(const struct sight *sight, struct bytes head)
{
	if (bytes_start_with(head, BYTES("RpmP")))
		return NDB;
	if (is_berkeley(head))
		return bytes_equal(sight->name, BYTES("Packages")) ? BERKELEY : NO_FORM;
	if (bytes_start_with(head, BYTES("SQLite format 3\0")))
		return bytes_equal(sight->name, BYTES("rpmdb.sqlite")) ? SQLITE : NO_FORM;
	if (bytes_equal(sight->name, BYTES("rpmdb.sqlite-wal")) && sight->size > 0)
		return SQLITE_LOG;
	return NO_FORM;
}

static bool recognise_rpmdb(const struct sight *sight)
{
	return form_of(sight, sight->head) != NO_FORM;
}

/* `span` proves the header when it does not lie in the object as it stands. */
static void read_header(struct database *database, struct bytes blob, bool in_place,
                        struct span span)
{
	struct rpm_header header;
	struct cursor c = cursor_over(blob);
	database->facts.object = in_place ? database->body : (struct bytes){0};
	database->facts.span = span;
	if (rpm_header_take(&c, &header) && rpm_header_facts(&database->facts, &header))
		return;
	database->damaged = true;
}

/* Packages(hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL) */
static void read_sqlite(struct visit *visit, struct database *database)
{
	struct sqlite_rows rows;
	if (sqlite_rows_of(visit, database->body, BYTES("Packages"), &rows)) {
		for (struct sqlite_row row; sqlite_next_row(&rows, &row);)
			read_header(database, sqlite_column(&row, 1).bytes, row.in_place, row.span);
	} else {
		database->damaged = true;
	}
	database->damaged |= rows.damaged;
}

static struct bytes ndb_blob(struct bytes body, uint64_t block, uint32_t package)
{
	struct cursor c = cursor_over(body);
	cursor_seek(&c, block * 16);
	bool named = bytes_equal(cursor_take(&c, 4), BYTES("BlbS"));
	bool same = cursor_u32le(&c) == package;
	cursor_skip(&c, 4); /* generation */
	struct bytes blob = cursor_take(&c, cursor_u32le(&c));
	return named && same && cursor_ok(&c) ? blob : (struct bytes){0};
}

/* rpm's lib/backend/ndb/rpmpkg.c: slots of 16 bytes in the first pages, the first two of which are
 * the header; blobs of 16-byte blocks behind them. */
static void read_ndb(struct database *database)
{
	struct cursor c = cursor_over(database->body);
	uint64_t covered = 0;
	cursor_seek(&c, 12);
	uint64_t size = (uint64_t)cursor_u32le(&c) * 4096;
	cursor_seek(&c, 0);
	struct cursor slots = cursor_over(cursor_take(&c, size));
	cursor_skip(&slots, 32);
	while (cursor_left(&slots) >= 16) {
		bool named = bytes_equal(cursor_take(&slots, 4), BYTES("Slot"));
		uint32_t package = cursor_u32le(&slots);
		uint32_t block = cursor_u32le(&slots);
		cursor_skip(&slots, 4); /* number of blocks */
		if (!named)
			database->damaged = true;
		if (!named || package == 0)
			continue;
		struct bytes blob = ndb_blob(database->body, block, package);
		covered += blob.len;
		if (covered > database->body.len) { /* blobs do not share bytes */
			database->damaged = true;
			return;
		}
		read_header(database, blob, true, (struct span){0, 0});
	}
	database->damaged |= !cursor_ok(&c) || !cursor_ok(&slots);
}

struct berkeley {
	struct database *database;
	uint32_t page_size;
	bool big_endian;
	uint64_t budget; /* overflow pages that may yet be read: each belongs to one value */
	uint8_t *room;   /* for values that are spread over pages */
	size_t room_size;
};

static uint32_t take_u32(const struct berkeley *file, struct cursor *c)
{
	return file->big_endian ? cursor_u32be(c) : cursor_u32le(c);
}

static uint16_t take_u16(const struct berkeley *file, struct cursor *c)
{
	return file->big_endian ? cursor_u16be(c) : cursor_u16le(c);
}

static struct bytes page_of(const struct berkeley *file, uint32_t number)
{
	struct cursor c = cursor_over(file->database->body);
	cursor_seek(&c, (uint64_t)number * file->page_size);
	return cursor_take(&c, file->page_size);
}

/* Berkeley DB's dbinc/db_page.h: a value on pages of its own, chained. Page header: log position
 * (8), own number, previous, next (4 each), entries, bytes used (2 each), level, type, data. */
static struct bytes gather(struct berkeley *file, uint32_t number, uint32_t size)
{
	enum { OVERFLOW_PAGE = 7 };
	size_t done = 0;
	if (size > LIMIT_SQLITE_RECORD || size > file->database->body.len)
		return (struct bytes){0};
	if (size > file->room_size) {
		file->room_size = 2 * (size_t)size;
		file->room = visit_alloc(file->database->facts.visit, file->room_size, 1);
	}
	while (done < size && number != 0 && file->budget > 0) {
		file->budget--;
		struct cursor c = cursor_over(page_of(file, number));
		cursor_skip(&c, 16);
		number = take_u32(file, &c);
		cursor_skip(&c, 2);
		uint16_t used = take_u16(file, &c);
		cursor_skip(&c, 1);
		bool right = cursor_u8(&c) == OVERFLOW_PAGE;
		struct bytes part = cursor_take(&c, used < size - done ? used : size - done);
		if (!cursor_ok(&c) || !right)
			break;
		memcpy(file->room + done, part.ptr, part.len);
		done += part.len;
	}
	return (struct bytes){file->room, done == size ? done : 0};
}

/* An item of a hash page: here, or a reference to overflow pages. Keys are at even places; the
 * first record of the database counts packages and is 4 bytes long. */
static void read_berkeley_item(struct berkeley *file, struct bytes item)
{
	enum { ITEM_HERE = 1, ITEM_ON_PAGES = 3, LEAST_HEADER = 24 };
	struct cursor c = cursor_over(item);
	struct bytes body = file->database->body;
	uint8_t type = cursor_u8(&c);
	if (type == ITEM_HERE && cursor_left(&c) >= LEAST_HEADER)
		read_header(file->database, bytes_from(item, 1), true, (struct span){0, 0});
	if (type != ITEM_ON_PAGES)
		return;
	cursor_skip(&c, 3);
	uint32_t number = take_u32(file, &c);
	uint32_t size = take_u32(file, &c);
	struct bytes blob = cursor_ok(&c) ? gather(file, number, size) : (struct bytes){0};
	read_header(file->database, blob, false, fields_span(body, item));
}

static void read_berkeley_page(struct berkeley *file, struct bytes page)
{
	enum { HASH_UNSORTED = 2, HASH = 13, PAGE_HEADER = 26 };
	struct cursor c = cursor_over(page);
	cursor_skip(&c, 20);
	uint16_t entries = take_u16(file, &c);
	cursor_skip(&c, 3);
	uint8_t type = cursor_u8(&c);
	if (type != HASH && type != HASH_UNSORTED)
		return;
	size_t end = page.len; /* items lie from the end of the page downwards */
	for (uint16_t i = 0; i < entries; i++) {
		size_t at = take_u16(file, &c);
		if (!cursor_ok(&c) || at < PAGE_HEADER || at > end) {
			file->database->damaged = true;
			return;
		}
		if (i % 2 == 1)
			read_berkeley_item(file, bytes_slice(page, at, end - at));
		end = at;
	}
}

static void read_berkeley(struct database *database)
{
	struct berkeley file = {.database = database};
	struct cursor c = cursor_over(database->body);
	cursor_seek(&c, 12);
	file.big_endian = cursor_u32le(&c) != BERKELEY_MAGIC;
	cursor_skip(&c, 4); /* version */
	file.page_size = take_u32(&file, &c);
	bool encrypted = cursor_u8(&c) != 0;
	cursor_seek(&c, 32);
	uint64_t last = take_u32(&file, &c);
	if (!cursor_ok(&c) || encrypted || file.page_size < 512 || file.page_size > 65536) {
		database->damaged = true;
		return;
	}
	uint64_t pages = database->body.len / file.page_size;
	database->damaged |= last >= pages;
	file.budget = pages;
	for (uint64_t number = 1; number < pages && number <= last; number++)
		read_berkeley_page(&file, page_of(&file, (uint32_t)number));
}

static enum read_result read_rpmdb(struct visit *visit, struct bytes body)
{
	struct database database = {.facts = {.visit = visit, .name_kind = FACT_PACKAGE_INSTALLED},
	                            .body = body};
	const char *reason = "damaged package database";
	switch (form_of(visit_sight(visit), body)) {
	case SQLITE:
		read_sqlite(visit, &database);
		break;
	case NDB:
		read_ndb(&database);
		break;
	case BERKELEY:
		read_berkeley(&database);
		break;
	case SQLITE_LOG:
		database.damaged = true;
		reason = "changes that are not yet in the package database";
		break;
	case NO_FORM:
		return READ_NOT_MINE;
	}
	if (!database.damaged && !database.facts.damaged)
		return READ_WHOLE;
	visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD, reason);
	return READ_PARTLY;
}

const struct reader reader_rpmdb = {
	.name = "rpmdb",
	.recognise = recognise_rpmdb,
	.read = read_rpmdb,
	.understood = CLASS_READ,
};
