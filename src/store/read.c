/* SPDX-License-Identifier: Apache-2.0 */
/* Rows out of the case, in an order that does not depend on how they went in. */
#include "store/read.h"

static enum debar_status cancelled(const struct store *store, struct debar_error *error)
{
	return error_set(error, DEBAR_CANCELLED, 0, "the case %s: reading was stopped",
	                 store->path);
}

enum debar_status read_facts(const struct store *store, int64_t target,
                             bool (*row)(void *context, const struct evidence *fact), void *context,
                             struct debar_error *error)
{
	struct query q;
	bool more = true;
	query_begin(&q, store,
	            "SELECT " EVIDENCE_COLUMNS " FROM fact WHERE target=? "
	            "GROUP BY object,kind,span_offset<0,span_offset,span_length<0,span_length,mark,"
	            "value,object_size,sha256,proof,nexus,strength,note "
	            "ORDER BY object,kind,span_offset<0,span_offset,span_length<0,span_length,mark,"
	            "value,object_size,sha256,proof,nexus,strength,note");
	bind_i64(&q.bind, target);
	while (more && query_next(&q)) {
		struct evidence fact = row_evidence(&q.row);
		if (!q.row.bad)
			more = row(context, &fact);
	}
	enum debar_status status = query_end(&q, error);
	return status == DEBAR_OK && !more ? cancelled(store, error) : status;
}

#define GAPS_IN_ORDER                                                                              \
	"SELECT object,bytes,class,reason,accepted,accepted_by FROM gap WHERE target=? "           \
	"ORDER BY bytes<0 DESC,bytes DESC,object,class,reason,accepted,accepted_by"

enum debar_status read_gaps(const struct store *store, int64_t target, size_t most,
                            bool (*row)(void *context, const struct gap *gap), void *context,
                            struct debar_error *error)
{
	struct query q;
	bool more = true;
	/* With a limit SQLite keeps only that many rows, but without one it sorts far better. */
	query_begin(&q, store, most == 0 ? GAPS_IN_ORDER : GAPS_IN_ORDER " LIMIT ?");
	bind_i64(&q.bind, target);
	if (most > 0)
		bind_i64(&q.bind, most > INT64_MAX ? INT64_MAX : (int64_t)most);
	while (more && query_next(&q)) {
		struct gap gap = {0};
		gap.object = row_bytes(&q.row);
		gap.bytes = row_u64(&q.row);
		gap.class = (enum byte_class)row_below(&q.row, CLASS_COUNT);
		gap.reason = row_bytes(&q.row);
		gap.accepted = row_below(&q.row, 2) != 0;
		gap.accepted_by = row_bytes(&q.row);
		if (!q.row.bad)
			more = row(context, &gap);
	}
	enum debar_status status = query_end(&q, error);
	return status == DEBAR_OK && !more ? cancelled(store, error) : status;
}

/* The directives' say on one finding. */
static bool load_scopes(const struct store *store, int64_t number, size_t directives,
                        struct keep *keep, struct finding *finding)
{
	struct query q;
	size_t count = 0;
	enum scope *scopes = keep_alloc(keep, directives, sizeof *scopes);
	struct bytes *clauses = keep_alloc(keep, directives, sizeof *clauses);
	query_begin(&q, store,
	            "SELECT scope,clause FROM finding_scope WHERE finding=? ORDER BY number");
	bind_i64(&q.bind, number);
	while (!keep->bad && query_next(&q)) {
		if (count == directives) {
			q.row.bad = true;
			break;
		}
		scopes[count] = (enum scope)row_below(&q.row, SCOPE_COUNT);
		clauses[count] = keep_copy(keep, row_bytes(&q.row));
		count++;
	}
	finding->scope = scopes;
	finding->clause = clauses;
	return query_end(&q, NULL) == DEBAR_OK && count == directives && !keep->bad;
}

static struct evidence keep_evidence(struct keep *keep, struct evidence e)
{
	e.object = keep_copy(keep, e.object);
	e.sha256 = keep_copy(keep, e.sha256);
	e.value = keep_copy(keep, e.value);
	e.proof = keep_copy(keep, e.proof);
	e.mark = keep_copy(keep, e.mark);
	e.note = keep_copy(keep, e.note);
	return e;
}

static bool load_evidence(const struct store *store, int64_t number, struct keep *keep,
                          struct finding *finding)
{
	struct query q;
	size_t count = 0;
	size_t most = finding->evidence_count < STORE_EVIDENCE_MOST
	                      ? (size_t)finding->evidence_count
	                      : STORE_EVIDENCE_MOST;
	struct evidence *list = keep_alloc(keep, most, sizeof *list);
	query_begin(&q, store,
	            "SELECT " EVIDENCE_COLUMNS " FROM evidence WHERE finding=? ORDER BY number");
	bind_i64(&q.bind, number);
	while (!keep->bad && count < most && query_next(&q))
		list[count++] = keep_evidence(keep, row_evidence(&q.row));
	finding->evidence = list;
	finding->evidence_kept = count;
	return query_end(&q, NULL) == DEBAR_OK && !keep->bad;
}

static struct finding take_finding(struct row *r)
{
	struct finding finding = {0};
	finding.id = row_bytes(r);
	finding.vendor = row_bytes(r);
	finding.vendor_name = row_bytes(r);
	finding.product = row_bytes(r);
	finding.product_name = row_bytes(r);
	finding.version = row_bytes(r);
	finding.nexus = (enum nexus)row_below(r, NEXUS_COUNT);
	finding.certainty = (enum certainty)row_below(r, CERTAINTY_COUNT);
	finding.where = row_bytes(r);
	finding.reach = row_below(r, UINT32_MAX);
	finding.cloud_state = row_bytes(r);
	finding.objects = row_u64(r);
	finding.bytes = row_u64(r);
	finding.evidence_count = row_u64(r);
	return finding;
}

enum debar_status read_findings(const struct store *store, int64_t target,
                                const struct finding_reader *how, struct debar_error *error)
{
	struct query q;
	bool more = true, whole = true;
	struct keep keep = {.most = FINDING_MOST};
	query_begin(&q, store,
	            "SELECT number,id,vendor,vendor_name,product,product_name,version,nexus,"
	            "certainty,place,reach,cloud_state,objects,bytes,evidence_count FROM finding "
	            "WHERE target=? AND (nexus<>? OR ?) ORDER BY certainty DESC,id,vendor,product,"
	            "version,nexus,place,number");
	bind_i64(&q.bind, target);
	bind_i64(&q.bind, NEXUS_MENTION);
	bind_i64(&q.bind, how->mentions);
	while (more && whole && query_next(&q)) {
		int64_t number = row_i64(&q.row);
		struct finding finding = take_finding(&q.row);
		if (q.row.bad)
			break;
		whole = load_scopes(store, number, how->directives, &keep, &finding) &&
		        load_evidence(store, number, &keep, &finding);
		if (whole)
			more = how->row(how->context, &finding);
		keep_release(&keep);
	}
	enum debar_status status = query_end(&q, error);
	if (status == DEBAR_OK && !whole)
		status = sqlite_failed(store, SQLITE_CORRUPT, error);
	return status == DEBAR_OK && !more ? cancelled(store, error) : status;
}
