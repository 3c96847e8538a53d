/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a case, and the check that a file holds these and nothing else: no view, trigger or
 * column of somebody else's making is ever met. */
#include "store/schema.h"

#include <stdio.h>
#include <sys/stat.h>

/* "debr" */
enum { APPLICATION_ID = 0x64656272, SCHEMA_VERSION = 3 };

static const struct {
	const char *name, *sql;
} tables[] = {
	{"scan", "CREATE TABLE scan(number INTEGER PRIMARY KEY, id BLOB, version BLOB, "
                 "pack_digest BLOB, started BLOB, finished BLOB, seconds REAL, jobs INTEGER, "
                 "sandboxed INTEGER, cached INTEGER, accept_gaps_under INTEGER, "
                 "accept_unknown_only INTEGER, complete INTEGER, host BLOB, "
                 "folder BLOB) STRICT"},
	{"scan_text", "CREATE TABLE scan_text(number INTEGER PRIMARY KEY, scan INTEGER, "
                      "kind INTEGER, value BLOB) STRICT"},
	{"target", "CREATE TABLE target(number INTEGER PRIMARY KEY, scan INTEGER, kind BLOB, "
                   "name BLOB, special INTEGER, objects INTEGER, read INTEGER, "
                   "searched INTEGER, inert INTEGER, opaque INTEGER, unread INTEGER, "
                   "remembered INTEGER, findings INTEGER, gaps INTEGER, facts INTEGER) STRICT"},
	{"skipped", "CREATE TABLE skipped(number INTEGER PRIMARY KEY, target INTEGER, "
                    "path BLOB) STRICT"},
	{"fact", "CREATE TABLE fact(number INTEGER PRIMARY KEY, target INTEGER, object BLOB, "
                 "object_size INTEGER, sha256 BLOB, kind INTEGER, value BLOB, "
                 "span_offset INTEGER, span_length INTEGER, proof BLOB, mark BLOB, "
                 "nexus INTEGER, strength INTEGER, note BLOB) STRICT"},
	{"gap", "CREATE TABLE gap(number INTEGER PRIMARY KEY, target INTEGER, object BLOB, "
                "bytes INTEGER, class INTEGER, reason BLOB, accepted INTEGER, "
                "accepted_by BLOB) STRICT"},
	{"finding",
         "CREATE TABLE finding(number INTEGER PRIMARY KEY, target INTEGER, id BLOB, "
         "vendor BLOB, vendor_name BLOB, product BLOB, product_name BLOB, version BLOB, "
         "nexus INTEGER, certainty INTEGER, place BLOB, reach INTEGER, "
         "cloud_state BLOB, objects INTEGER, bytes INTEGER, evidence_count INTEGER) STRICT"},
	{"finding_scope", "CREATE TABLE finding_scope(number INTEGER PRIMARY KEY, "
                          "finding INTEGER, scope INTEGER, clause BLOB) STRICT"},
	{"evidence",
         "CREATE TABLE evidence(number INTEGER PRIMARY KEY, finding INTEGER, object BLOB, "
         "object_size INTEGER, sha256 BLOB, kind INTEGER, value BLOB, "
         "span_offset INTEGER, span_length INTEGER, proof BLOB, mark BLOB, "
         "nexus INTEGER, strength INTEGER, note BLOB) STRICT"},
	{"verdict", "CREATE TABLE verdict(number INTEGER PRIMARY KEY, target INTEGER, "
                    "directive INTEGER, title BLOB, verdict INTEGER, reason BLOB) STRICT"},
	{"verdict_finding", "CREATE TABLE verdict_finding(number INTEGER PRIMARY KEY, "
                            "verdict INTEGER, id BLOB) STRICT"},
	{"scan_id", "CREATE INDEX scan_id ON scan(id)"},
	{"scan_text_scan", "CREATE INDEX scan_text_scan ON scan_text(scan)"},
	{"target_scan", "CREATE INDEX target_scan ON target(scan)"},
	{"skipped_target", "CREATE INDEX skipped_target ON skipped(target)"},
	{"fact_target", "CREATE INDEX fact_target ON fact(target)"},
	{"gap_target", "CREATE INDEX gap_target ON gap(target)"},
	{"finding_target", "CREATE INDEX finding_target ON finding(target)"},
	{"finding_id", "CREATE INDEX finding_id ON finding(id)"},
	{"finding_scope_finding", "CREATE INDEX finding_scope_finding ON finding_scope(finding)"},
	{"evidence_finding", "CREATE INDEX evidence_finding ON evidence(finding)"},
	{"verdict_target", "CREATE INDEX verdict_target ON verdict(target)"},
	{"verdict_finding_verdict",
         "CREATE INDEX verdict_finding_verdict ON verdict_finding(verdict)"},
};

enum { TABLE_COUNT = sizeof tables / sizeof tables[0] };

enum debar_status schema_stamp(const struct store *store, struct debar_error *error)
{
	char stamp[128];
	int length =
		snprintf(stamp, sizeof stamp, "PRAGMA application_id=%d; PRAGMA user_version=%d",
	                 APPLICATION_ID, SCHEMA_VERSION);
	if (length < 0 || (size_t)length >= sizeof stamp)
		return error_set(error, DEBAR_INVALID, 0, "the case's stamp is too long");
	return sqlite_run(store, stamp, error);
}

static enum debar_status create(const struct store *store, struct debar_error *error)
{
	enum debar_status status = schema_stamp(store, error);
	for (size_t i = 0; i < TABLE_COUNT && status == DEBAR_OK; i++)
		status = sqlite_run(store, tables[i].sql, error);
	return status;
}

static enum debar_status read_number(const struct store *store, const char *sql, int64_t *out,
                                     struct debar_error *error)
{
	struct query q;
	query_begin(&q, store, sql);
	if (query_next(&q))
		*out = row_i64(&q.row);
	return query_end(&q, error);
}

static bool text_is(sqlite3_stmt *statement, int column, const char *expected)
{
	const unsigned char *text = sqlite3_column_text(statement, column);
	return text && bytes_equal(bytes_of((const char *)text), bytes_of(expected));
}

/* Every entry must be one of ours, to the letter, in the order of their making. */
static enum debar_status check_tables(const struct store *store, struct debar_error *error)
{
	struct query q;
	bool same = true;
	size_t count = 0;
	query_begin(&q, store, "SELECT name,sql FROM sqlite_schema ORDER BY rowid");
	for (; same && query_next(&q); count++)
		same = count < TABLE_COUNT && text_is(q.row.statement, 0, tables[count].name) &&
		       text_is(q.row.statement, 1, tables[count].sql);
	enum debar_status status = query_end(&q, error);
	if (status == DEBAR_OK && (!same || count != TABLE_COUNT))
		return error_set(error, DEBAR_INVALID, 0, "%s: not a debar case", store->path);
	return status;
}

/* SQLite takes a cut last page for one that ends in zeros: rows would be missing without a word. */
static enum debar_status check_size(const struct store *store, struct debar_error *error)
{
	struct stat st;
	int64_t size = 0;
	if (strcmp(store->path, ":memory:") == 0)
		return DEBAR_OK;
	if (stat(store->path, &st) != 0)
		return error_system(error, "the case %s", store->path);
	enum debar_status status = read_number(store, "PRAGMA page_size", &size, error);
	if (status == DEBAR_OK && (size < 1 || st.st_size % size != 0))
		return sqlite_failed(store, SQLITE_CORRUPT, error);
	return status;
}

enum debar_status schema_prepare(const struct store *store, struct debar_error *error)
{
	int64_t application = 0, version = 0, entries = 0;
	enum debar_status status = read_number(store, "PRAGMA application_id", &application, error);
	if (status == DEBAR_OK)
		status = read_number(store, "PRAGMA user_version", &version, error);
	if (status == DEBAR_OK)
		status = read_number(store, "SELECT count(*) FROM sqlite_schema", &entries, error);
	if (status != DEBAR_OK)
		return status;
	if (application == 0 && version == 0 && entries == 0) {
		if (store->for_writing)
			return create(store, error);
		return error_set(error, DEBAR_NOT_FOUND, 0, "the case %s holds no scan",
		                 store->path);
	}
	if (application != APPLICATION_ID || version < 1)
		return error_set(error, DEBAR_INVALID, 0, "%s: not a debar case", store->path);
	if (version != SCHEMA_VERSION)
		return error_set(error, DEBAR_INVALID, 0,
		                 "%s: written by %s debar; --case names another file", store->path,
		                 version > SCHEMA_VERSION ? "a newer" : "an older");
	status = check_tables(store, error);
	return status == DEBAR_OK ? check_size(store, error) : status;
}
