/* SPDX-License-Identifier: Apache-2.0 */
/* What the SQLite files of the store share. Not for anybody else. */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include "store/store.h"

#include <sqlite3.h>
#include <time.h>

/* The statements that write, prepared once and kept. */
enum write_statement {
	WRITE_SCAN,
	WRITE_SCAN_TEXT,
	WRITE_SCAN_END,
	WRITE_TARGET,
	WRITE_ACCOUNT,
	WRITE_COUNTS,
	WRITE_FACT,
	WRITE_GAP,
	WRITE_GAP_ACCEPTED,
	WRITE_SKIPPED,
	WRITE_FINDING,
	WRITE_SCOPE,
	WRITE_EVIDENCE,
	WRITE_VERDICT,
	WRITE_VERDICT_FINDING,
	WRITE_COUNT
};

/* What scan_text.kind says a row is. */
enum { SCAN_DIRECTIVE, SCAN_ACCEPT_PATTERN, SCAN_TEXT_COUNT };

struct store {
	sqlite3 *db;
	char *path;
	bool for_writing, scanning;
	enum debar_status broken; /* not DEBAR_OK: a write failed */
	sqlite3_stmt *write[WRITE_COUNT];
	int64_t scan;            /* number of the scan being written */
	int64_t *target_numbers; /* of its targets; owned */
	size_t target_count, target_room;
	struct bytes *directives; /* its directives; owned, one allocation with their text */
	size_t directive_count;
	unsigned uncommitted;
	struct timespec committed;
};

/* The columns of an evidence row, in the order that bind_evidence() and take_evidence() use. */
#define EVIDENCE_COLUMNS                                                                           \
	"object,object_size,sha256,kind,value,span_offset,span_length,proof,mark,nexus,strength,"  \
	"note"

/* The error of a failed SQLite call; `code` is what it returned. */
enum debar_status sqlite_failed(const struct store *store, int code, struct debar_error *error);

/* Runs statements that give no rows. */
enum debar_status sqlite_run(const struct store *store, const char *sql, struct debar_error *error);

/* Binds values to the parameters of a statement, one after the other. Failure is sticky. */
struct binder {
	sqlite3_stmt *statement;
	int at, code;
};

void bind_bytes(struct binder *b, struct bytes value);
void bind_u64(struct binder *b, uint64_t value); /* above INT64_MAX as its two's complement */
void bind_i64(struct binder *b, int64_t value);
void bind_evidence(struct binder *b, const struct evidence *evidence);

/* Takes the columns of a row, one after the other, and trusts none: a wrong type, a length or an
 * enum out of range makes it bad. Slices live until the statement's next step. */
struct row {
	sqlite3_stmt *statement;
	int at;
	bool bad;
};

struct bytes row_bytes(struct row *r);
uint64_t row_u64(struct row *r);
int64_t row_i64(struct row *r);
unsigned row_below(struct row *r, unsigned count);
double row_double(struct row *r);
struct evidence row_evidence(struct row *r);

/* A query being stepped through. Begin, bind, then query_next() while it is true; query_end() in
 * any case, which says how it went. */
struct query {
	const struct store *store;
	struct binder bind;
	struct row row;
	int code;
};

void query_begin(struct query *q, const struct store *store, const char *sql);

/* The next row is ready in `q->row`. False at the end, and when the last row was bad. */
bool query_next(struct query *q);
enum debar_status query_end(struct query *q, struct debar_error *error);

#endif
