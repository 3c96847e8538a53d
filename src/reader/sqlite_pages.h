/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of one table of an SQLite database, in the order of the file's b-tree. Written here
 * because libsqlite wants a file name and a file system to write to. Format:
 *sqlite.org/fileformat2. What a write-ahead log beside the file adds is not seen. Names of tables
 *are compared as UTF-8.
 *
 *	struct sqlite_rows rows;
 *	if (sqlite_rows_of(visit, body, BYTES("Packages"), &rows))
 *		for (struct sqlite_row row; sqlite_next_row(&rows, &row);)
 *			… sqlite_column(&row, 1) …
 *	if (rows.damaged) … a gap …
 */
#ifndef READER_SQLITE_PAGES_H
#define READER_SQLITE_PAGES_H

#include "base/cursor.h"
#include "core/reader.h"

enum { SQLITE_DEPTH = 24 }; /* of a b-tree: 2^32 pages with two cells each would not need more */

struct sqlite_rows {
	struct visit *visit;
	struct bytes all;
	uint32_t page_size, usable;
	uint64_t budget; /* pages that may yet be looked at: each belongs to one tree, once */
	bool damaged;    /* some rows could not be read */
	unsigned depth;
	struct sqlite_page {
		uint32_t number, next_cell;
		uint64_t used; /* by the cells so far: no more than the page has */
	} path[SQLITE_DEPTH];
	uint8_t *room; /* for rows that are spread over pages */
	size_t room_size;
};

struct sqlite_row {
	uint64_t id;
	struct bytes record; /* until the next row */
	bool in_place;       /* the record lies in the file as it stands */
	struct span span;    /* its first part in the file */
};

enum sqlite_kind { SQLITE_ABSENT, SQLITE_NUMBER, SQLITE_REAL, SQLITE_TEXT, SQLITE_BLOB };

struct sqlite_value {
	enum sqlite_kind kind;
	int64_t number;
	struct bytes bytes; /* of a text or blob */
};

/* False when the file has no such table; `damaged` then says whether that is certain. */
bool sqlite_rows_of(struct visit *visit, struct bytes file, struct bytes table,
                    struct sqlite_rows *out);
bool sqlite_next_row(struct sqlite_rows *rows, struct sqlite_row *out);

/* Column `number`, from 0; SQLITE_ABSENT for NULL and what is not there. */
struct sqlite_value sqlite_column(const struct sqlite_row *row, unsigned number);

#endif
