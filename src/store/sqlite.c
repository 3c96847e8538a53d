/* SPDX-License-Identifier: Apache-2.0 */
/* The case in SQLite: opening it with care, and the small tools that bind and take values. */
#include "store/sqlite.h"

#include "store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A row has at most four texts; SQLite refuses longer ones before it makes room for them. */
enum { ROW_MOST = 8 * STORE_TEXT_MOST };

enum debar_status sqlite_failed(const struct store *store, int code, struct debar_error *error)
{
	const char *path = store->path;
	switch (code & 0xFF) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return error_set(error, DEBAR_BUSY, 0,
		                 "the case %s is in use by another scan; give --case FILE", path);
	case SQLITE_NOMEM:
		return error_set(error, DEBAR_NO_MEMORY, 0, "the case %s: out of memory", path);
	case SQLITE_FULL:
		return error_set(error, DEBAR_IO, 0, "the case %s: no space left", path);
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_NOLFS:
	case SQLITE_PROTOCOL:
		if (sqlite3_system_errno(store->db) == 0)
			return error_set(error, DEBAR_IO, 0, "the case %s: %s", path,
			                 sqlite3_errstr(code));
		errno = sqlite3_system_errno(store->db);
		(void)error_system(error, "the case %s", path);
		if (error)
			error->status = DEBAR_IO;
		return DEBAR_IO;
	case SQLITE_PERM:
	case SQLITE_READONLY:
	case SQLITE_AUTH:
		return error_set(error, DEBAR_DENIED, 0, "the case %s may not be written", path);
	case SQLITE_NOTADB:
		return error_set(error, DEBAR_INVALID, 0, "%s: not a debar case", path);
	default:
		return error_set(error, DEBAR_INVALID, 0, "%s: the case is damaged (%s)", path,
		                 sqlite3_errstr(code));
	}
}

enum debar_status sqlite_run(const struct store *store, const char *sql, struct debar_error *error)
{
	int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
	return code == SQLITE_OK ? DEBAR_OK : sqlite_failed(store, code, error);
}

/* The folders above `path`, as far as they are missing. */
static enum debar_status make_folders(char *path, struct debar_error *error)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		bool there = mkdir(path, 0700) == 0 || errno == EEXIST || errno == EISDIR;
		enum debar_status status =
			there ? DEBAR_OK : error_system(error, "cannot make the folder %s", path);
		*slash = '/';
		if (!there)
			return status;
	}
	return DEBAR_OK;
}

/* SQLite itself would open a device or wait for a pipe. The file is not opened here when it exists:
 * closing it again would drop the locks that another store of this process holds on it. */
static enum debar_status make_file(struct store *store, struct debar_error *error)
{
	struct stat st;
	if (stat(store->path, &st) == 0) {
		if (S_ISREG(st.st_mode))
			return DEBAR_OK;
		return error_set(error, DEBAR_INVALID, 0, "%s: not a debar case", store->path);
	}
	if (errno != ENOENT)
		return error_system(error, "the case %s", store->path);
	if (!store->for_writing)
		return error_set(error, DEBAR_NOT_FOUND, 0,
		                 "there is no case %s: nothing was scanned yet", store->path);
	enum debar_status status = make_folders(store->path, error);
	if (status != DEBAR_OK)
		return status;
	int fd = open(store->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || close(fd) != 0)
		return error_system(error, "cannot make the case %s", store->path);
	return DEBAR_OK;
}

/* Nothing in the file may run or reach beyond it. */
static enum debar_status harden(const struct store *store, struct debar_error *error)
{
	static const struct {
		int what, value;
	} settings[] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
		{SQLITE_DBCONFIG_DQS_DDL, 0},        {SQLITE_DBCONFIG_DQS_DML, 0},
	};
	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
		int code = sqlite3_db_config(store->db, settings[i].what, settings[i].value, NULL);
		if (code != SQLITE_OK)
			return sqlite_failed(store, code, error);
	}
	(void)sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, ROW_MOST);
	(void)sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 0);
	enum debar_status status = sqlite_run(
		store, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA cache_size=-16384;",
		error);
	if (status == DEBAR_OK)
		status = sqlite_run(store, "PRAGMA locking_mode=EXCLUSIVE", error);
	if (status == DEBAR_OK && !store->for_writing)
		status = sqlite_run(store, "PRAGMA query_only=ON", error);
	return status;
}

/* The journal is made now, and stays until the store is closed: see store_journal(). To set what is
 * set already is a write like any other. */
static enum debar_status begin_journal(const struct store *store, struct debar_error *error)
{
	enum debar_status status =
		sqlite_run(store, "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=NORMAL", error);
	return status == DEBAR_OK ? schema_stamp(store, error) : status;
}

/* A reader stays in one transaction, so that all it sees is of one moment. A writer takes the lock
 * at once; exclusive locking mode keeps it when the transaction ends. */
static enum debar_status take_lock(const struct store *store, struct debar_error *error)
{
	if (!store->for_writing) {
		enum debar_status status = sqlite_run(store, "BEGIN", error);
		return status == DEBAR_OK ? schema_prepare(store, error) : status;
	}
	if (sqlite3_db_readonly(store->db, "main") != 0)
		return sqlite_failed(store, SQLITE_READONLY, error);
	enum debar_status status = sqlite_run(store, "BEGIN EXCLUSIVE", error);
	if (status == DEBAR_OK)
		status = schema_prepare(store, error);
	if (status == DEBAR_OK)
		status = sqlite_run(store, "COMMIT", error);
	return status == DEBAR_OK ? begin_journal(store, error) : status;
}

/* A relative path gets a "./", lest SQLite takes one like "file:x" for an address. */
static char *copy_path(const char *path)
{
	bool plain = path[0] == '/' || strcmp(path, ":memory:") == 0;
	size_t length = strlen(path) + 3;
	char *copy = malloc(length);
	if (copy)
		(void)snprintf(copy, length, "%s%s", plain ? "" : "./", path);
	return copy;
}

enum debar_status store_open(const char *path, bool for_writing, struct store **out,
                             struct debar_error *error)
{
	enum debar_status status = DEBAR_OK;
	*out = NULL;
	if (!path[0])
		return error_set(error, DEBAR_INVALID, 0, "the name of the case is empty");
	struct store *store = calloc(1, sizeof *store);
	if (store)
		store->path = copy_path(path);
	if (!store || !store->path) {
		status = error_set(error, DEBAR_NO_MEMORY, 0, "the case %s: out of memory", path);
		goto out;
	}
	store->for_writing = for_writing;
	if (strcmp(path, ":memory:") != 0)
		status = make_file(store, error);
	if (status != DEBAR_OK)
		goto out;
	int code = sqlite3_open_v2(
		store->path, &store->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	status = code == SQLITE_OK ? harden(store, error) : sqlite_failed(store, code, error);
	if (status == DEBAR_OK)
		status = take_lock(store, error);
out:
	if (status == DEBAR_OK)
		*out = store;
	else
		store_close(store);
	return status;
}

bool store_journal(const struct store *store, struct stat *out)
{
	const char *main = sqlite3_db_filename(store->db, "main");
	const char *name = main && main[0] ? sqlite3_filename_journal(main) : NULL;
	return name && name[0] && stat(name, out) == 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	for (size_t i = 0; i < WRITE_COUNT; i++)
		(void)sqlite3_finalize(store->write[i]);
	if (store->scanning && store->broken == DEBAR_OK) /* interrupted: keep what there is */
		(void)sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
	if (store->for_writing &&
	    store->db) /* takes the empty journal away, which TRUNCATE leaves */
		(void)sqlite3_exec(store->db, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
	(void)sqlite3_close(store->db);
	free(store->target_numbers);
	free(store->directives);
	free(store->path);
	free(store);
}

void bind_bytes(struct binder *b, struct bytes value)
{
	size_t length = value.len < STORE_TEXT_MOST ? value.len : STORE_TEXT_MOST;
	b->at++;
	if (b->code == SQLITE_OK)
		b->code = length > 0 ? sqlite3_bind_blob(b->statement, b->at, value.ptr,
		                                         (int)length, SQLITE_STATIC)
		                     : sqlite3_bind_zeroblob(b->statement, b->at, 0);
}

void bind_i64(struct binder *b, int64_t value)
{
	b->at++;
	if (b->code == SQLITE_OK)
		b->code = sqlite3_bind_int64(b->statement, b->at, value);
}

void bind_u64(struct binder *b, uint64_t value)
{
	int64_t same;
	memcpy(&same, &value, sizeof same);
	bind_i64(b, same);
}

void bind_evidence(struct binder *b, const struct evidence *evidence)
{
	bind_bytes(b, evidence->object);
	bind_u64(b, evidence->object_size);
	bind_bytes(b, evidence->sha256);
	bind_i64(b, evidence->kind);
	bind_bytes(b, evidence->value);
	bind_u64(b, evidence->span.offset);
	bind_u64(b, evidence->span.length);
	bind_bytes(b, bytes_slice(evidence->proof, 0, EVIDENCE_PROOF_MAX));
	bind_bytes(b, evidence->mark);
	bind_i64(b, evidence->nexus);
	bind_i64(b, evidence->strength);
	bind_bytes(b, evidence->note);
}

struct bytes row_bytes(struct row *r)
{
	int column = r->at++;
	if (sqlite3_column_type(r->statement, column) != SQLITE_BLOB) {
		r->bad = true;
		return (struct bytes){0};
	}
	const void *data = sqlite3_column_blob(r->statement, column);
	int length = sqlite3_column_bytes(r->statement, column);
	if (length < 0 || length > STORE_TEXT_MOST || (length > 0 && !data)) {
		r->bad = true;
		return (struct bytes){0};
	}
	return (struct bytes){data, (size_t)length};
}

int64_t row_i64(struct row *r)
{
	int column = r->at++;
	if (sqlite3_column_type(r->statement, column) != SQLITE_INTEGER)
		r->bad = true;
	return sqlite3_column_int64(r->statement, column);
}

uint64_t row_u64(struct row *r)
{
	return (uint64_t)row_i64(r);
}

unsigned row_below(struct row *r, unsigned count)
{
	int64_t value = row_i64(r);
	if (value >= 0 && value < (int64_t)count)
		return (unsigned)value;
	r->bad = true;
	return 0;
}

double row_double(struct row *r)
{
	int column = r->at++;
	if (sqlite3_column_type(r->statement, column) != SQLITE_FLOAT)
		r->bad = true;
	return sqlite3_column_double(r->statement, column);
}

struct evidence row_evidence(struct row *r)
{
	struct evidence evidence = {0};
	evidence.object = row_bytes(r);
	evidence.object_size = row_u64(r);
	evidence.sha256 = row_bytes(r);
	evidence.kind = (enum fact_kind)row_below(r, FACT_KIND_COUNT);
	evidence.value = row_bytes(r);
	evidence.span.offset = row_u64(r);
	evidence.span.length = row_u64(r);
	evidence.proof = row_bytes(r);
	evidence.mark = row_bytes(r);
	evidence.nexus = (enum nexus)row_below(r, NEXUS_COUNT);
	evidence.strength = (enum strength)row_below(r, STRENGTH_COUNT);
	evidence.note = row_bytes(r);
	if ((evidence.sha256.len != 0 && evidence.sha256.len != 32) ||
	    evidence.proof.len > EVIDENCE_PROOF_MAX)
		r->bad = true;
	return evidence;
}

void query_begin(struct query *q, const struct store *store, const char *sql)
{
	*q = (struct query){.store = store};
	q->code = sqlite3_prepare_v2(store->db, sql, -1, &q->row.statement, NULL);
	q->bind.statement = q->row.statement;
}

bool query_next(struct query *q)
{
	if (q->code == SQLITE_OK)
		q->code = q->bind.code;
	if (q->row.bad || (q->code != SQLITE_OK && q->code != SQLITE_ROW))
		return false;
	q->row.at = 0;
	q->code = sqlite3_step(q->row.statement);
	return q->code == SQLITE_ROW;
}

enum debar_status query_end(struct query *q, struct debar_error *error)
{
	enum debar_status status = DEBAR_OK;
	if (q->code != SQLITE_DONE && q->code != SQLITE_ROW && q->code != SQLITE_OK)
		status = sqlite_failed(q->store, q->code, error);
	else if (q->row.bad)
		status = sqlite_failed(q->store, SQLITE_CORRUPT, error);
	(void)sqlite3_finalize(q->row.statement);
	q->row.statement = NULL;
	return status;
}
