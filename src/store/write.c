/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a scan into the case, with a commit every few seconds: what a crash can take is bounded,
 * and the scan is marked incomplete until its end. */
#include "base/checked.h"
#include "store/read.h"

#include <math.h>
#include <stdlib.h>

/* A commit is a sync of the disk: at most one in two seconds, unless rows come faster than that. */
enum { COMMIT_ROWS = 10000, COMMIT_SECONDS = 2 };

static const char *const statements[WRITE_COUNT] = {
	[WRITE_SCAN] = "INSERT INTO scan(id,version,pack_digest,started,finished,seconds,jobs,"
		       "sandboxed,cached,accept_gaps_under,accept_unknown_only,complete,host,"
		       "folder) VALUES(?,?,?,?,x'',0.0,?,?,?,?,?,0,?,?)",
	[WRITE_SCAN_TEXT] = "INSERT INTO scan_text(scan,kind,value) VALUES(?,?,?)",
	[WRITE_SCAN_END] = "UPDATE scan SET finished=?,seconds=?,complete=? WHERE number=?",
	[WRITE_TARGET] = "INSERT INTO target(scan,kind,name,special,objects,read,searched,inert,"
			 "opaque,unread,remembered,findings,gaps,facts) "
			 "VALUES(?,?,?,0,0,0,0,0,0,0,0,0,0,0)",
	[WRITE_ACCOUNT] = "UPDATE target SET special=?,objects=?,read=?,searched=?,inert=?,"
			  "opaque=?,unread=?,remembered=? WHERE number=?",
	[WRITE_COUNTS] = "UPDATE target SET "
			 "findings=(SELECT count(*) FROM finding WHERE target=target.number),"
			 "gaps=(SELECT count(*) FROM gap WHERE target=target.number),"
			 "facts=(SELECT count(*) FROM fact WHERE target=target.number) "
			 "WHERE number=?",
	[WRITE_FACT] =
		"INSERT INTO fact(target," EVIDENCE_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[WRITE_GAP] = "INSERT INTO gap(target,object,bytes,class,reason,accepted,accepted_by) "
		      "VALUES(?,?,?,?,?,?,?)",
	[WRITE_GAP_ACCEPTED] = "UPDATE gap SET accepted=1,accepted_by=? WHERE number=?",
	[WRITE_SKIPPED] = "INSERT INTO skipped(target,path) VALUES(?,?)",
	[WRITE_FINDING] =
		"INSERT INTO finding(target,id,vendor,vendor_name,product,product_name,version,"
		"nexus,certainty,place,reach,cloud_state,objects,bytes,evidence_count) "
		"VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[WRITE_SCOPE] = "INSERT INTO finding_scope(finding,scope,clause) VALUES(?,?,?)",
	[WRITE_EVIDENCE] = "INSERT INTO evidence(finding," EVIDENCE_COLUMNS
			   ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[WRITE_VERDICT] = "INSERT INTO verdict(target,directive,title,verdict,reason) "
			  "VALUES(?,?,?,?,?)",
	[WRITE_VERDICT_FINDING] = "INSERT INTO verdict_finding(verdict,id) VALUES(?,?)",
};

/* After a failure SQLite may have rolled back rows that the caller believes in. */
static enum debar_status give_up(struct store *store, int code, struct debar_error *error)
{
	store->broken = sqlite_failed(store, code, error);
	return store->broken;
}

static enum debar_status check_scanning(const struct store *store, struct debar_error *error)
{
	if (store->broken != DEBAR_OK)
		return error_set(error, store->broken, 0, "the case %s failed before", store->path);
	if (!store->scanning)
		return error_set(error, DEBAR_INVALID, 0, "the case %s: no scan was begun",
		                 store->path);
	return DEBAR_OK;
}

static enum debar_status check_target(const struct store *store, size_t target,
                                      struct debar_error *error)
{
	enum debar_status status = check_scanning(store, error);
	if (status == DEBAR_OK && target >= store->target_count)
		return error_set(error, DEBAR_INVALID, target, "the case %s: no such target",
		                 store->path);
	return status;
}

/* The statement, ready to be bound. */
static struct binder prepare(struct store *store, enum write_statement which)
{
	struct binder b = {.statement = store->write[which]};
	if (!b.statement)
		b.code = sqlite3_prepare_v3(store->db, statements[which], -1,
		                            SQLITE_PREPARE_PERSISTENT, &store->write[which], NULL);
	b.statement = store->write[which];
	return b;
}

static enum debar_status execute(struct store *store, struct binder *b, struct debar_error *error)
{
	int code = b->code;
	if (code == SQLITE_OK)
		code = sqlite3_step(b->statement);
	if (code == SQLITE_DONE)
		code = SQLITE_OK;
	if (b->statement) {
		(void)sqlite3_reset(b->statement); /* says again what step said */
		(void)sqlite3_clear_bindings(b->statement);
	}
	return code == SQLITE_OK ? DEBAR_OK : give_up(store, code, error);
}

static enum debar_status commit(struct store *store, struct debar_error *error)
{
	int code = sqlite3_exec(store->db, "COMMIT; BEGIN", NULL, NULL, NULL);
	store->uncommitted = 0;
	(void)clock_gettime(CLOCK_MONOTONIC, &store->committed);
	return code == SQLITE_OK ? DEBAR_OK : give_up(store, code, error);
}

static enum debar_status execute_and_commit(struct store *store, struct binder *b,
                                            struct debar_error *error)
{
	enum debar_status status = execute(store, b, error);
	if (status != DEBAR_OK)
		return status;
	struct timespec now = store->committed;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (++store->uncommitted < COMMIT_ROWS &&
	    now.tv_sec - store->committed.tv_sec < COMMIT_SECONDS)
		return DEBAR_OK;
	return commit(store, error);
}

/* The scan's own copy of the directive ids, to find a verdict's directive by. */
static enum debar_status keep_directives(struct store *store, const struct scan_summary *about,
                                         struct debar_error *error)
{
	size_t room = about->directive_count * sizeof(struct bytes);
	for (size_t i = 0; i < about->directive_count; i++)
		room += about->directives[i].len;
	struct bytes *list = malloc(room > 0 ? room : 1);
	if (!list)
		return give_up(store, SQLITE_NOMEM, error);
	uint8_t *text = (uint8_t *)(list + about->directive_count);
	for (size_t i = 0; i < about->directive_count; i++) {
		struct bytes id = about->directives[i];
		if (id.len > 0)
			memcpy(text, id.ptr, id.len);
		list[i] = (struct bytes){text, id.len};
		text += id.len;
	}
	free(store->directives);
	store->directives = list;
	store->directive_count = about->directive_count;
	return DEBAR_OK;
}

static enum debar_status add_texts(struct store *store, int kind, const struct bytes *list,
                                   size_t count, struct debar_error *error)
{
	enum debar_status status = DEBAR_OK;
	for (size_t i = 0; i < count && status == DEBAR_OK; i++) {
		struct binder b = prepare(store, WRITE_SCAN_TEXT);
		bind_i64(&b, store->scan);
		bind_i64(&b, kind);
		bind_bytes(&b, list[i]);
		status = execute(store, &b, error);
	}
	return status;
}

static enum debar_status add_scan(struct store *store, const struct scan_summary *about,
                                  struct debar_error *error)
{
	struct binder b = prepare(store, WRITE_SCAN);
	bind_bytes(&b, about->id);
	bind_bytes(&b, about->version);
	bind_bytes(&b, about->pack_digest);
	bind_bytes(&b, about->started);
	bind_i64(&b, about->jobs);
	bind_i64(&b, about->sandboxed);
	bind_i64(&b, about->cached);
	bind_u64(&b, about->accept_gaps_under);
	bind_i64(&b, about->accept_unknown_only);
	bind_bytes(&b, about->host);
	bind_bytes(&b, about->folder);
	enum debar_status status = execute(store, &b, error);
	store->scan = sqlite3_last_insert_rowid(store->db);
	if (status == DEBAR_OK)
		status = add_texts(store, SCAN_DIRECTIVE, about->directives, about->directive_count,
		                   error);
	if (status == DEBAR_OK)
		status = add_texts(store, SCAN_ACCEPT_PATTERN, about->accept_patterns,
		                   about->accept_pattern_count, error);
	return status;
}

enum debar_status store_begin_scan(struct store *store, const struct scan_summary *about,
                                   struct debar_error *error)
{
	if (!store->for_writing || store->scanning)
		return error_set(error, DEBAR_INVALID, 0, "the case %s cannot begin a scan now",
		                 store->path);
	if (about->directive_count > STORE_LIST_MOST ||
	    about->accept_pattern_count > STORE_LIST_MOST)
		return error_set(error, DEBAR_INVALID, 0,
		                 "more than %d directives or accepted patterns", STORE_LIST_MOST);
	if (store->broken != DEBAR_OK)
		return error_set(error, store->broken, 0, "the case %s failed before", store->path);
	store->target_count = 0;
	enum debar_status status = keep_directives(store, about, error);
	if (status == DEBAR_OK)
		status = sqlite_run(store, "BEGIN", error);
	if (status != DEBAR_OK)
		return status;
	store->scanning = true;
	status = add_scan(store, about, error);
	return status == DEBAR_OK ? commit(store, error) : status;
}

enum debar_status store_add_target(struct store *store, struct bytes kind, struct bytes name,
                                   struct debar_error *error)
{
	enum debar_status status = check_scanning(store, error);
	if (status != DEBAR_OK)
		return status;
	if (store->target_count >= STORE_TARGETS_MOST)
		return error_set(error, DEBAR_INVALID, 0, "more than %d targets",
		                 STORE_TARGETS_MOST);
	if (store->target_count == store->target_room) {
		size_t room = store->target_room > 0 ? store->target_room * 2 : 16;
		int64_t *numbers = realloc(store->target_numbers, room * sizeof *numbers);
		if (!numbers)
			return give_up(store, SQLITE_NOMEM, error);
		store->target_numbers = numbers;
		store->target_room = room;
	}
	struct binder b = prepare(store, WRITE_TARGET);
	bind_i64(&b, store->scan);
	bind_bytes(&b, kind);
	bind_bytes(&b, name);
	status = execute(store, &b, error);
	if (status != DEBAR_OK)
		return status;
	store->target_numbers[store->target_count++] = sqlite3_last_insert_rowid(store->db);
	return commit(store, error);
}

enum debar_status store_add_fact(struct store *store, size_t target, const struct evidence *fact,
                                 struct debar_error *error)
{
	enum debar_status status = check_target(store, target, error);
	if (status != DEBAR_OK)
		return status;
	struct binder b = prepare(store, WRITE_FACT);
	bind_i64(&b, store->target_numbers[target]);
	bind_evidence(&b, fact);
	return execute_and_commit(store, &b, error);
}

enum debar_status store_add_gap(struct store *store, size_t target, const struct gap *gap,
                                struct debar_error *error)
{
	enum debar_status status = check_target(store, target, error);
	if (status != DEBAR_OK)
		return status;
	struct binder b = prepare(store, WRITE_GAP);
	bind_i64(&b, store->target_numbers[target]);
	bind_bytes(&b, gap->object);
	bind_u64(&b, gap->bytes);
	bind_i64(&b, gap->class);
	bind_bytes(&b, gap->reason);
	bind_i64(&b, gap->accepted);
	bind_bytes(&b, gap->accepted_by);
	return execute_and_commit(store, &b, error);
}

enum debar_status store_add_skipped(struct store *store, size_t target, struct bytes path,
                                    struct debar_error *error)
{
	enum debar_status status = check_target(store, target, error);
	if (status != DEBAR_OK)
		return status;
	struct binder b = prepare(store, WRITE_SKIPPED);
	bind_i64(&b, store->target_numbers[target]);
	bind_bytes(&b, path);
	return execute_and_commit(store, &b, error);
}

enum debar_status store_set_account(struct store *store, size_t target,
                                    const struct account *account, uint64_t special,
                                    uint64_t remembered, struct debar_error *error)
{
	enum debar_status status = check_target(store, target, error);
	if (status != DEBAR_OK)
		return status;
	struct binder b = prepare(store, WRITE_ACCOUNT);
	bind_u64(&b, special);
	bind_u64(&b, account->objects);
	for (size_t i = 0; i < CLASS_COUNT; i++)
		bind_u64(&b, account->bytes[i]);
	bind_u64(&b, remembered);
	bind_i64(&b, store->target_numbers[target]);
	return execute_and_commit(store, &b, error);
}

static enum debar_status add_finding_rows(struct store *store, const struct finding *finding,
                                          struct debar_error *error)
{
	int64_t number = sqlite3_last_insert_rowid(store->db);
	enum debar_status status = DEBAR_OK;
	for (size_t i = 0; i < store->directive_count && status == DEBAR_OK; i++) {
		struct binder b = prepare(store, WRITE_SCOPE);
		bind_i64(&b, number);
		bind_i64(&b, finding->scope[i]);
		bind_bytes(&b, finding->clause ? finding->clause[i] : (struct bytes){0});
		status = execute(store, &b, error);
	}
	size_t count = finding->evidence_kept < STORE_EVIDENCE_MOST ? finding->evidence_kept
	                                                            : STORE_EVIDENCE_MOST;
	for (size_t i = 0; i < count && status == DEBAR_OK; i++) {
		struct binder b = prepare(store, WRITE_EVIDENCE);
		bind_i64(&b, number);
		bind_evidence(&b, &finding->evidence[i]);
		status = execute_and_commit(store, &b, error);
	}
	return status;
}

enum debar_status store_add_finding(struct store *store, size_t target,
                                    const struct finding *finding, struct debar_error *error)
{
	enum debar_status status = check_target(store, target, error);
	if (status != DEBAR_OK)
		return status;
	struct binder b = prepare(store, WRITE_FINDING);
	bind_i64(&b, store->target_numbers[target]);
	bind_bytes(&b, finding->id);
	bind_bytes(&b, finding->vendor);
	bind_bytes(&b, finding->vendor_name);
	bind_bytes(&b, finding->product);
	bind_bytes(&b, finding->product_name);
	bind_bytes(&b, finding->version);
	bind_i64(&b, finding->nexus);
	bind_i64(&b, finding->certainty);
	bind_bytes(&b, finding->where);
	bind_i64(&b, finding->reach);
	bind_bytes(&b, finding->cloud_state);
	bind_u64(&b, finding->objects);
	bind_u64(&b, finding->bytes);
	bind_u64(&b, finding->evidence_count);
	status = execute(store, &b, error);
	return status == DEBAR_OK ? add_finding_rows(store, finding, error) : status;
}

static size_t directive_position(const struct store *store, struct bytes id)
{
	size_t i = 0;
	while (i < store->directive_count && !bytes_equal(store->directives[i], id))
		i++;
	return i;
}

enum debar_status store_add_verdict(struct store *store, size_t target,
                                    const struct directive_verdict *verdict,
                                    struct debar_error *error)
{
	enum debar_status status = check_target(store, target, error);
	if (status != DEBAR_OK)
		return status;
	size_t position = directive_position(store, verdict->directive);
	if (position == store->directive_count)
		return error_set(error, DEBAR_INVALID, 0,
		                 "a verdict by a directive that the scan was not begun with: %.*s",
		                 (int)bytes_slice(verdict->directive, 0, 200).len,
		                 (const char *)verdict->directive.ptr);
	struct binder b = prepare(store, WRITE_VERDICT);
	bind_i64(&b, store->target_numbers[target]);
	bind_i64(&b, (int64_t)position);
	bind_bytes(&b, verdict->title);
	bind_i64(&b, verdict->verdict);
	bind_bytes(&b, verdict->reason);
	status = execute(store, &b, error);
	int64_t number = sqlite3_last_insert_rowid(store->db);
	size_t count = verdict->finding_count < STORE_VERDICT_FINDINGS ? verdict->finding_count
	                                                               : STORE_VERDICT_FINDINGS;
	for (size_t i = 0; i < count && status == DEBAR_OK; i++) {
		b = prepare(store, WRITE_VERDICT_FINDING);
		bind_i64(&b, number);
		bind_bytes(&b, verdict->findings[i]);
		status = execute(store, &b, error);
	}
	return status;
}

static enum debar_status accept_gap(struct store *store, int64_t number, struct bytes by,
                                    struct debar_error *error)
{
	struct binder b = prepare(store, WRITE_GAP_ACCEPTED);
	bind_bytes(&b, by);
	bind_i64(&b, number);
	return execute(store, &b, error);
}

enum debar_status store_accept_gaps(struct store *store, size_t target,
                                    bool (*accept)(void *context, const struct gap *gap,
                                                   struct bytes *by),
                                    void *context, struct debar_error *error)
{
	enum debar_status status = check_target(store, target, error);
	if (status != DEBAR_OK)
		return status;
	struct query q;
	query_begin(&q, store,
	            "SELECT number,object,bytes,class,reason FROM gap "
	            "WHERE target=? AND accepted=0 ORDER BY number");
	bind_i64(&q.bind, store->target_numbers[target]);
	while (status == DEBAR_OK && query_next(&q)) {
		struct gap gap = {0};
		struct bytes by = {0};
		int64_t number = row_i64(&q.row);
		gap.object = row_bytes(&q.row);
		gap.bytes = row_u64(&q.row);
		gap.class = (enum byte_class)row_below(&q.row, CLASS_COUNT);
		gap.reason = row_bytes(&q.row);
		if (!q.row.bad && accept(context, &gap, &by))
			status = accept_gap(store, number, by, error);
	}
	enum debar_status ended = query_end(&q, status == DEBAR_OK ? error : NULL);
	return status == DEBAR_OK ? ended : status;
}

enum debar_status store_facts(struct store *store, size_t target,
                              bool (*row)(void *context, const struct evidence *fact),
                              void *context, struct debar_error *error)
{
	enum debar_status status = check_target(store, target, error);
	if (status != DEBAR_OK)
		return status;
	return read_facts(store, store->target_numbers[target], row, context, error);
}

enum debar_status store_count_gaps(struct store *store, size_t target, uint64_t *open,
                                   uint64_t *accepted, struct debar_error *error)
{
	struct query q;
	enum debar_status status = check_target(store, target, error);
	*open = *accepted = 0;
	if (status != DEBAR_OK)
		return status;
	query_begin(&q, store, "SELECT accepted FROM gap WHERE target=?");
	bind_i64(&q.bind, store->target_numbers[target]);
	while (query_next(&q))
		++*(row_u64(&q.row) == 0 ? open : accepted);
	return query_end(&q, error);
}

enum debar_status store_end_scan(struct store *store, bool complete, struct bytes finished,
                                 double seconds, struct debar_error *error)
{
	enum debar_status status = check_scanning(store, error);
	for (size_t i = 0; i < store->target_count && status == DEBAR_OK; i++) {
		struct binder b = prepare(store, WRITE_COUNTS);
		bind_i64(&b, store->target_numbers[i]);
		status = execute(store, &b, error);
	}
	if (status != DEBAR_OK)
		return status;
	struct binder b = prepare(store, WRITE_SCAN_END);
	bind_bytes(&b, finished);
	b.at++;
	if (b.code == SQLITE_OK)
		b.code = sqlite3_bind_double(b.statement, b.at, isfinite(seconds) ? seconds : 0);
	bind_i64(&b, complete);
	bind_i64(&b, store->scan);
	status = execute(store, &b, error);
	if (status != DEBAR_OK)
		return status;
	int code = sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
	if (code != SQLITE_OK)
		return give_up(store, code, error);
	store->scanning = false;
	return DEBAR_OK;
}
