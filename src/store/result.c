/* SPDX-License-Identifier: Apache-2.0 */
/* A stored scan as a struct result_source: the summary is held in memory, the rows are streamed. */
#include "base/checked.h"
#include "store/read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A summary with all lists full and long paths in them stays below it. */
enum { SUMMARY_MOST = 1 << 30 };

struct stored_result {
	struct store *store;
	struct keep keep;
	struct scan_summary summary;
	struct target_result *results; /* what summary.targets points to; kept */
	int64_t *targets;              /* numbers in the database; kept */
	enum debar_status status;
	struct debar_error error; /* of the last call into the source */
};

#define SCAN_COLUMNS                                                                               \
	"number,id,version,pack_digest,started,finished,seconds,jobs,sandboxed,"                   \
	"cached,accept_gaps_under,accept_unknown_only,complete,host,folder"

static int64_t take_scan(struct row *r, struct keep *keep, struct scan_summary *s)
{
	int64_t number = row_i64(r);
	s->id = keep_copy(keep, row_bytes(r));
	s->version = keep_copy(keep, row_bytes(r));
	s->pack_digest = keep_copy(keep, row_bytes(r));
	s->started = keep_copy(keep, row_bytes(r));
	s->finished = keep_copy(keep, row_bytes(r));
	s->seconds = row_double(r);
	s->jobs = row_below(r, UINT32_MAX);
	s->sandboxed = row_below(r, 2) != 0;
	s->cached = row_below(r, 2) != 0;
	s->accept_gaps_under = row_u64(r);
	s->accept_unknown_only = row_below(r, 2) != 0;
	s->complete = row_below(r, 2) != 0;
	s->host = keep_copy(keep, row_bytes(r));
	s->folder = keep_copy(keep, row_bytes(r));
	return number;
}

/* At most `most` byte runs of the rows of `q` (its only column); the rest is counted in `*more`. */
static struct bytes *take_list(struct query *q, struct keep *keep, size_t most, uint64_t *count)
{
	struct bytes *list = NULL;
	size_t room = 0, kept = 0;
	*count = 0;
	while (!keep->bad && query_next(q)) {
		struct bytes value = row_bytes(&q->row);
		if (++*count > most)
			continue;
		if (kept == room) {
			size_t wider = room > 0 ? room * 2 : 8;
			struct bytes *copy = keep_alloc(keep, wider, sizeof *copy);
			if (!copy)
				return NULL;
			if (kept > 0)
				memcpy(copy, list, kept * sizeof *copy);
			list = copy;
			room = wider;
		}
		list[kept++] = keep_copy(keep, value);
	}
	return list;
}

static enum debar_status out_of_memory(const struct stored_result *r, enum debar_status status,
                                       struct debar_error *error)
{
	if (status == DEBAR_OK && r->keep.bad)
		return sqlite_failed(r->store, SQLITE_NOMEM, error);
	return status;
}

static enum debar_status load_texts(struct stored_result *r, int64_t scan, int kind,
                                    struct bytes **list, size_t *count, struct debar_error *error)
{
	struct query q;
	uint64_t rows = 0;
	query_begin(&q, r->store,
	            "SELECT value FROM scan_text WHERE scan=? AND kind=? ORDER BY number");
	bind_i64(&q.bind, scan);
	bind_i64(&q.bind, kind);
	*list = take_list(&q, &r->keep, STORE_LIST_MOST, &rows);
	if (rows > STORE_LIST_MOST)
		q.row.bad = true;
	*count = (size_t)rows;
	return out_of_memory(r, query_end(&q, error), error);
}

static enum debar_status load_skipped(struct stored_result *r, int64_t target,
                                      struct target_result *out, struct debar_error *error)
{
	struct query q;
	uint64_t rows = 0;
	query_begin(&q, r->store, "SELECT path FROM skipped WHERE target=? ORDER BY path");
	bind_i64(&q.bind, target);
	struct bytes *list = take_list(&q, &r->keep, STORE_SKIPPED_MOST, &rows);
	enum debar_status status = out_of_memory(r, query_end(&q, error), error);
	if (status == DEBAR_OK && rows > STORE_SKIPPED_MOST) {
		char last[64];
		int length = snprintf(last, sizeof last, "and %" PRIu64 " more",
		                      rows - STORE_SKIPPED_MOST + 1);
		list[STORE_SKIPPED_MOST - 1] =
			keep_copy(&r->keep, (struct bytes){(const uint8_t *)last, (size_t)length});
		rows = STORE_SKIPPED_MOST;
	}
	out->skipped = list;
	out->skipped_count = (size_t)rows;
	return out_of_memory(r, status, error);
}

static enum debar_status load_verdict_findings(struct stored_result *r, int64_t number,
                                               struct directive_verdict *out,
                                               struct debar_error *error)
{
	struct query q;
	uint64_t rows = 0;
	query_begin(&q, r->store, "SELECT id FROM verdict_finding WHERE verdict=? ORDER BY id");
	bind_i64(&q.bind, number);
	out->findings = take_list(&q, &r->keep, STORE_VERDICT_FINDINGS, &rows);
	out->finding_count = rows < STORE_VERDICT_FINDINGS ? (size_t)rows : STORE_VERDICT_FINDINGS;
	return out_of_memory(r, query_end(&q, error), error);
}

static enum debar_status load_verdicts(struct stored_result *r, int64_t target,
                                       struct target_result *out, struct debar_error *error)
{
	struct query q;
	enum debar_status status = DEBAR_OK;
	size_t most = r->summary.directive_count, count = 0;
	struct directive_verdict *list = keep_alloc(&r->keep, most, sizeof *list);
	query_begin(&q, r->store,
	            "SELECT number,directive,title,verdict,reason FROM verdict WHERE target=? "
	            "ORDER BY directive,number");
	bind_i64(&q.bind, target);
	while (status == DEBAR_OK && !r->keep.bad && query_next(&q)) {
		if (count == most) {
			q.row.bad = true;
			break;
		}
		struct directive_verdict *v = &list[count++];
		int64_t number = row_i64(&q.row);
		unsigned directive = row_below(&q.row, (unsigned)most);
		v->directive = r->summary.directives[directive];
		v->title = keep_copy(&r->keep, row_bytes(&q.row));
		v->verdict = (enum verdict)row_below(&q.row, VERDICT_COUNT);
		v->reason = keep_copy(&r->keep, row_bytes(&q.row));
		status = load_verdict_findings(r, number, v, error);
	}
	out->verdicts = list;
	out->verdict_count = count;
	enum debar_status ended = query_end(&q, status == DEBAR_OK ? error : NULL);
	return out_of_memory(r, status == DEBAR_OK ? ended : status, error);
}

/* A count that was recorded with the end of a scan, against what is there: rows that were lost to
 * damage must not pass for rows that never were. */
static enum debar_status check_count(const struct stored_result *r, uint64_t recorded,
                                     uint64_t counted, struct debar_error *error)
{
	if (!r->summary.complete || recorded == counted)
		return DEBAR_OK;
	return sqlite_failed(r->store, SQLITE_CORRUPT, error);
}

static enum debar_status count_findings(const struct stored_result *r, int64_t target,
                                        uint64_t recorded, struct target_result *out,
                                        struct debar_error *error)
{
	struct query q;
	query_begin(&q, r->store,
	            "SELECT coalesce(sum(nexus<>?),0),coalesce(sum(nexus=?),0) FROM finding "
	            "WHERE target=?");
	bind_i64(&q.bind, NEXUS_MENTION);
	bind_i64(&q.bind, NEXUS_MENTION);
	bind_i64(&q.bind, target);
	if (query_next(&q)) {
		out->finding_count = row_u64(&q.row);
		out->mention_count = row_u64(&q.row);
	}
	enum debar_status status = query_end(&q, error);
	if (status == DEBAR_OK)
		status = check_count(r, recorded, out->finding_count + out->mention_count, error);
	return status;
}

static enum debar_status count_gaps(const struct stored_result *r, int64_t target,
                                    uint64_t recorded, struct target_result *out,
                                    struct debar_error *error)
{
	struct query q;
	query_begin(&q, r->store, "SELECT bytes,accepted FROM gap WHERE target=?");
	bind_i64(&q.bind, target);
	while (query_next(&q)) {
		if (ckd_add(&out->gap_bytes, out->gap_bytes, row_u64(&q.row)))
			out->gap_bytes = UINT64_MAX;
		out->gaps_open += row_below(&q.row, 2) == 0;
		out->gap_count++;
	}
	enum debar_status status = query_end(&q, error);
	return status == DEBAR_OK ? check_count(r, recorded, out->gap_count, error) : status;
}

static enum debar_status count_facts(const struct stored_result *r, int64_t target,
                                     uint64_t recorded, struct debar_error *error)
{
	struct query q;
	uint64_t count = 0;
	query_begin(&q, r->store, "SELECT count(*) FROM fact WHERE target=?");
	bind_i64(&q.bind, target);
	if (query_next(&q))
		count = row_u64(&q.row);
	enum debar_status status = query_end(&q, error);
	return status == DEBAR_OK ? check_count(r, recorded, count, error) : status;
}

static enum debar_status load_target(struct stored_result *r, struct row *row, size_t index,
                                     struct debar_error *error)
{
	struct target_result *out = &r->results[index];
	r->targets[index] = row_i64(row);
	out->kind = keep_copy(&r->keep, row_bytes(row));
	out->name = keep_copy(&r->keep, row_bytes(row));
	out->special = row_u64(row);
	out->account.objects = row_u64(row);
	for (size_t i = 0; i < CLASS_COUNT; i++)
		out->account.bytes[i] = row_u64(row);
	out->remembered = row_u64(row);
	uint64_t findings = row_u64(row), gaps = row_u64(row), facts = row_u64(row);
	if (row->bad)
		return DEBAR_OK; /* the query's end says it */
	int64_t number = r->targets[index];
	enum debar_status status = count_findings(r, number, findings, out, error);
	if (status == DEBAR_OK)
		status = count_gaps(r, number, gaps, out, error);
	if (status == DEBAR_OK)
		status = count_facts(r, number, facts, error);
	if (status == DEBAR_OK)
		status = load_skipped(r, number, out, error);
	return status == DEBAR_OK ? load_verdicts(r, number, out, error) : status;
}

static enum debar_status count_targets(const struct stored_result *r, int64_t scan, size_t *out,
                                       struct debar_error *error)
{
	struct query q;
	query_begin(&q, r->store, "SELECT count(*) FROM target WHERE scan=?");
	bind_i64(&q.bind, scan);
	if (query_next(&q))
		*out = row_below(&q.row, STORE_TARGETS_MOST + 1);
	return query_end(&q, error);
}

static enum debar_status load_targets(struct stored_result *r, int64_t scan,
                                      struct debar_error *error)
{
	size_t count = 0, index = 0;
	enum debar_status status = count_targets(r, scan, &count, error);
	if (status != DEBAR_OK)
		return status;
	struct query q;
	r->results = keep_alloc(&r->keep, count, sizeof *r->results);
	r->summary.targets = r->results;
	r->targets = keep_alloc(&r->keep, count, sizeof *r->targets);
	if (r->keep.bad)
		return out_of_memory(r, DEBAR_OK, error);
	query_begin(&q, r->store,
	            "SELECT number,kind,name,special,objects,read,searched,inert,opaque,unread,"
	            "remembered,findings,gaps,facts FROM target WHERE scan=? ORDER BY number");
	bind_i64(&q.bind, scan);
	while (status == DEBAR_OK && index < count && query_next(&q))
		status = load_target(r, &q.row, index++, error);
	if (index != count)
		q.row.bad = true;
	r->summary.target_count = index;
	enum debar_status ended = query_end(&q, status == DEBAR_OK ? error : NULL);
	return status == DEBAR_OK ? ended : status;
}

static enum debar_status load_lists(struct stored_result *r, int64_t scan,
                                    struct debar_error *error)
{
	struct bytes *directives = NULL, *patterns = NULL;
	enum debar_status status = load_texts(r, scan, SCAN_DIRECTIVE, &directives,
	                                      &r->summary.directive_count, error);
	if (status == DEBAR_OK)
		status = load_texts(r, scan, SCAN_ACCEPT_PATTERN, &patterns,
		                    &r->summary.accept_pattern_count, error);
	r->summary.directives = directives;
	r->summary.accept_patterns = patterns;
	return status;
}

/* Keeps how the call went; true when it went well. */
static bool settle(struct stored_result *r, enum debar_status status)
{
	r->status = status == DEBAR_CANCELLED ? DEBAR_OK : status;
	return status == DEBAR_OK;
}

static bool hand_findings(void *self, size_t target, bool mentions,
                          bool (*row)(void *context, const struct finding *finding), void *context)
{
	struct stored_result *r = self;
	const struct finding_reader how = {mentions, r->summary.directive_count, row, context};
	return settle(r, read_findings(r->store, r->targets[target], &how, &r->error));
}

static bool hand_gaps(void *self, size_t target, size_t most,
                      bool (*row)(void *context, const struct gap *gap), void *context)
{
	struct stored_result *r = self;
	return settle(r, read_gaps(r->store, r->targets[target], most, row, context, &r->error));
}

static bool hand_facts(void *self, size_t target,
                       bool (*row)(void *context, const struct evidence *fact), void *context)
{
	struct stored_result *r = self;
	return settle(r, read_facts(r->store, r->targets[target], row, context, &r->error));
}

static void destroy(struct stored_result *r)
{
	if (!r)
		return;
	keep_release(&r->keep);
	free(r);
}

/* The scan that the query gives first; takes over the query, which is bound and not yet stepped. */
static enum debar_status open_result(struct store *store, struct query *q,
                                     struct result_source *out, struct debar_error *error)
{
	int64_t scan = 0;
	bool found = false;
	*out = (struct result_source){0};
	struct stored_result *r = calloc(1, sizeof *r);
	if (r) {
		r->store = store;
		r->keep.most = SUMMARY_MOST;
		found = query_next(q);
		if (found)
			scan = take_scan(&q->row, &r->keep, &r->summary);
	}
	enum debar_status status = query_end(q, error);
	if (!r)
		return sqlite_failed(store, SQLITE_NOMEM, error);
	if (status == DEBAR_OK && !found)
		status = DEBAR_NOT_FOUND; /* the caller knows what it asked for */
	if (status == DEBAR_OK)
		status = load_lists(r, scan, error);
	if (status == DEBAR_OK)
		status = load_targets(r, scan, error);
	status = out_of_memory(r, status, error);
	if (status == DEBAR_OK)
		*out = (struct result_source){r, &r->summary, hand_findings, hand_gaps, hand_facts};
	else
		destroy(r);
	return status;
}

static enum debar_status no_such_scan(const struct store *store, const char *scan_id,
                                      struct debar_error *error)
{
	return error_set(error, DEBAR_NOT_FOUND, 0,
	                 "the case %s holds no scan '%s'; debar report --list names them",
	                 store->path, scan_id);
}

enum debar_status store_result(struct store *store, const char *scan_id, struct result_source *out,
                               struct debar_error *error)
{
	struct query q;
	query_begin(&q, store,
	            "SELECT " SCAN_COLUMNS " FROM scan WHERE ? OR id=? ORDER BY number DESC "
	            "LIMIT 1");
	bind_i64(&q.bind, scan_id == NULL);
	bind_bytes(&q.bind, bytes_of(scan_id));
	enum debar_status status = open_result(store, &q, out, error);
	if (status != DEBAR_NOT_FOUND)
		return status;
	return scan_id ? no_such_scan(store, scan_id, error)
	               : error_set(error, status, 0, "the case %s: nothing was scanned yet",
	                           store->path);
}

void store_result_close(struct result_source *result)
{
	destroy(result->self);
	*result = (struct result_source){0};
}

enum debar_status store_result_status(const struct result_source *result, struct debar_error *error)
{
	const struct stored_result *r = result->self;
	if (r->status != DEBAR_OK && error)
		*error = r->error;
	return r->status;
}

/* The number of the scan of that name, the newest of several. */
static enum debar_status number_of_scan(struct store *store, const char *scan_id, int64_t *number,
                                        struct debar_error *error)
{
	struct query q;
	query_begin(&q, store, "SELECT number FROM scan WHERE id=? ORDER BY number DESC LIMIT 1");
	bind_bytes(&q.bind, bytes_of(scan_id));
	bool found = query_next(&q);
	if (found)
		*number = row_i64(&q.row);
	enum debar_status status = query_end(&q, error);
	return status == DEBAR_OK && !found ? no_such_scan(store, scan_id, error) : status;
}

/* The one identifier of a finding that begins with `prefix`; `scan` 0: in any scan. */
static enum debar_status whole_id(struct store *store, int64_t scan, const char *prefix,
                                  char id[STORE_ID_MOST], struct debar_error *error)
{
	struct query q;
	size_t count = 0;
	struct bytes wanted = bytes_of(prefix);
	query_begin(&q, store,
	            "SELECT DISTINCT finding.id FROM finding JOIN target "
	            "ON target.number=finding.target WHERE substr(finding.id,1,?)=? "
	            "AND (?=0 OR target.scan=?) ORDER BY length(finding.id),finding.id LIMIT 2");
	bind_u64(&q.bind, wanted.len);
	bind_bytes(&q.bind, wanted);
	bind_i64(&q.bind, scan);
	bind_i64(&q.bind, scan);
	while (query_next(&q)) {
		struct bytes found = row_bytes(&q.row);
		q.row.bad |= found.len >= STORE_ID_MOST;
		if (q.row.bad || (count > 0 && strlen(id) == wanted.len))
			break; /* the whole of one counts, though others begin with it */
		if (count++ == 0)
			(void)snprintf(id, STORE_ID_MOST, "%.*s", (int)found.len,
			               (const char *)found.ptr);
	}
	enum debar_status status = query_end(&q, error);
	if (status != DEBAR_OK || count == 1)
		return status;
	return error_set(error, DEBAR_NOT_FOUND, 0,
	                 count == 0 ? "the case %s holds no finding '%s'; debar show lists "
	                              "those of a scan"
	                            : "the case %s holds several findings that begin with '%s'",
	                 store->path, prefix);
}

enum debar_status store_find_finding(struct store *store, const char *scan_id, const char *prefix,
                                     struct result_source *out, struct store_choice *choice,
                                     struct debar_error *error)
{
	struct query q;
	int64_t scan = 0, number = 0;
	*out = (struct result_source){0};
	enum debar_status status =
		scan_id ? number_of_scan(store, scan_id, &scan, error) : DEBAR_OK;
	if (status == DEBAR_OK)
		status = whole_id(store, scan, prefix, choice->id, error);
	if (status != DEBAR_OK)
		return status;
	query_begin(&q, store,
	            "SELECT target.scan,target.number FROM finding JOIN target "
	            "ON target.number=finding.target WHERE finding.id=? "
	            "AND (?=0 OR target.scan=?) ORDER BY target.scan DESC,target.number LIMIT 1");
	bind_bytes(&q.bind, bytes_of(choice->id));
	bind_i64(&q.bind, scan);
	bind_i64(&q.bind, scan);
	if (query_next(&q)) {
		scan = row_i64(&q.row);
		number = row_i64(&q.row);
	}
	status = query_end(&q, error);
	if (status != DEBAR_OK)
		return status;
	query_begin(&q, store, "SELECT " SCAN_COLUMNS " FROM scan WHERE number=?");
	bind_i64(&q.bind, scan);
	status = open_result(store, &q, out, error);
	if (status == DEBAR_NOT_FOUND) /* a finding of a target of no scan */
		return sqlite_failed(store, SQLITE_CORRUPT, error);
	if (status != DEBAR_OK)
		return status;
	const struct stored_result *r = out->self;
	choice->target = 0;
	while (choice->target < r->summary.target_count && r->targets[choice->target] != number)
		choice->target++;
	if (choice->target < r->summary.target_count)
		return DEBAR_OK;
	store_result_close(out);
	return sqlite_failed(store, SQLITE_CORRUPT, error);
}

static enum debar_status scan_before(struct store *store, int64_t *number,
                                     struct result_source *out, struct debar_error *error)
{
	struct query q;
	query_begin(&q, store,
	            "SELECT number FROM scan WHERE number<? ORDER BY number DESC LIMIT 1");
	bind_i64(&q.bind, *number);
	if (query_next(&q))
		*number = row_i64(&q.row);
	else
		*number = 0;
	enum debar_status status = query_end(&q, error);
	if (status != DEBAR_OK || *number == 0)
		return status;
	query_begin(&q, store, "SELECT " SCAN_COLUMNS " FROM scan WHERE number=?");
	bind_i64(&q.bind, *number);
	return open_result(store, &q, out, error);
}

enum debar_status store_list_scans(struct store *store,
                                   bool (*row)(void *context, const struct scan_summary *scan),
                                   void *context, struct debar_error *error)
{
	int64_t number = INT64_MAX;
	enum debar_status status = DEBAR_OK;
	for (bool more = true; more && status == DEBAR_OK;) {
		struct result_source result = {0};
		status = scan_before(store, &number, &result, error);
		if (status != DEBAR_OK || number == 0)
			break;
		if (!row(context, result.summary))
			status = error_set(error, DEBAR_CANCELLED, 0,
			                   "the case %s: reading was stopped", store->path);
		store_result_close(&result);
	}
	return status;
}
