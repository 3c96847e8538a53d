/* SPDX-License-Identifier: Apache-2.0 */
#include "report/ndjson.h"

#include "report/formats.h"
#include "report/json_rows.h"

#include <stdlib.h>

enum { PROGRESS_EVERY = 10 }; /* events: they come ten a second, a row each second will do */

struct writing {
	struct json json;
	const struct scan_summary *scan;
	size_t target;
	bool streamed; /* targets and gaps were told as they came */
};

struct ndjson {
	struct writing writing;
	unsigned events;
	bool ended;
};

static void begin_line(struct writing *w, const char *type, bool of_target)
{
	json_open(&w->json, NULL, '{');
	json_name(&w->json, "type", type);
	if (of_target)
		json_u64(&w->json, "target", w->target);
}

static bool end_line(struct writing *w)
{
	json_close(&w->json, '}');
	out_text(w->json.out, "\n");
	out_flush(w->json.out);
	return out_ok(w->json.out);
}

static bool put_finding(void *context, const struct finding *finding)
{
	struct writing *w = context;
	begin_line(w, "finding", true);
	json_finding(&w->json, finding, w->scan);
	return end_line(w);
}

static bool put_gap(void *context, const struct gap *gap)
{
	struct writing *w = context;
	begin_line(w, "gap", true);
	json_gap(&w->json, gap);
	return end_line(w);
}

static bool put_fact(void *context, const struct evidence *fact)
{
	struct writing *w = context;
	begin_line(w, "fact", true);
	json_evidence(&w->json, fact);
	return end_line(w);
}

static bool put_summary(struct writing *w)
{
	const struct target_result *target = &w->scan->targets[w->target];
	bool ok = true;
	if (!w->streamed) {
		begin_line(w, "target", true);
		json_target(&w->json, target->kind, target->name);
		ok = end_line(w);
	}
	for (size_t i = 0; i < w->scan->directive_count && ok; i++) {
		struct directive_verdict verdict = stated_verdict(w->scan, target, i);
		begin_line(w, "verdict", true);
		json_verdict(&w->json, &verdict);
		ok = end_line(w);
	}
	begin_line(w, "account", true);
	json_account(&w->json, target);
	ok = end_line(w) && ok;
	for (size_t i = 0; i < target->skipped_count && ok; i++) {
		begin_line(w, "skipped", true);
		json_text(&w->json, "path", target->skipped[i]);
		ok = end_line(w);
	}
	return ok;
}

static bool put_target(struct writing *w, const struct result_source *source)
{
	unsigned flags = w->json.out->flags;
	bool mentions = (flags & DEBAR_REPORT_MENTIONS) != 0;
	return put_summary(w) &&
	       source->findings(source->self, w->target, mentions, put_finding, w) &&
	       (w->streamed || source->gaps(source->self, w->target, 0, put_gap, w)) &&
	       (!(flags & DEBAR_REPORT_FACTS) ||
	        source->facts(source->self, w->target, put_fact, w));
}

static bool put_report(struct writing *w, const struct result_source *source)
{
	w->scan = source->summary;
	begin_line(w, "scan", false);
	json_scan(&w->json, w->scan);
	bool ok = end_line(w);
	for (w->target = 0; w->target < w->scan->target_count && ok; w->target++)
		ok = put_target(w, source);
	if (!ok)
		return false;
	begin_line(w, "end", false);
	json_bool(&w->json, "complete", w->scan->complete);
	return end_line(w);
}

bool report_ndjson(const struct result_source *source, struct out *out)
{
	struct writing w = {.json = {.out = out}};
	return put_report(&w, source);
}

struct ndjson *ndjson_create(int fd, unsigned flags)
{
	struct ndjson *n = calloc(1, sizeof *n);
	struct out *out = n ? out_create(fd, flags) : NULL;
	if (!out) {
		free(n);
		return NULL;
	}
	n->writing.json.out = out;
	n->writing.streamed = !(flags & DEBAR_REPORT_REPRODUCIBLE);
	return n;
}

void ndjson_destroy(struct ndjson *n)
{
	if (!n)
		return;
	ndjson_fail(n, "the scan was given up");
	out_destroy(n->writing.json.out);
	free(n);
}

enum debar_status ndjson_status(const struct ndjson *n, struct debar_error *error)
{
	return out_ok(n->writing.json.out) ? DEBAR_OK
	                                   : out_finish(n->writing.json.out, true, error);
}

void ndjson_start(struct ndjson *n, struct bytes id)
{
	struct writing *w = &n->writing;
	if (!w->streamed)
		return;
	begin_line(w, "start", false);
	json_name(&w->json, "schema", "debar-ndjson/1");
	json_name(&w->json, "debar", DEBAR_VERSION);
	json_text(&w->json, "id", id);
	(void)end_line(w);
}

void ndjson_target(struct ndjson *n, size_t target, struct bytes kind, struct bytes name)
{
	struct writing *w = &n->writing;
	if (!w->streamed)
		return;
	w->target = target;
	begin_line(w, "target", true);
	json_target(&w->json, kind, name);
	(void)end_line(w);
}

void ndjson_evidence(struct ndjson *n, size_t target, const struct evidence *evidence,
                     struct bytes vendor)
{
	struct writing *w = &n->writing;
	bool wanted = evidence->nexus != NEXUS_MENTION ||
	              (w->json.out->flags & DEBAR_REPORT_MENTIONS) != 0;
	if (!w->streamed || !wanted)
		return;
	w->target = target;
	begin_line(w, "evidence", true);
	json_text(&w->json, "vendor", vendor);
	json_evidence(&w->json, evidence);
	(void)end_line(w);
}

void ndjson_gap(struct ndjson *n, size_t target, const struct gap *gap)
{
	if (!n->writing.streamed)
		return;
	n->writing.target = target;
	(void)put_gap(&n->writing, gap);
}

static void put_progress(struct writing *w, const struct debar_event *event)
{
	begin_line(w, "progress", false);
	json_u64(&w->json, "objects", event->objects_done);
	json_u64(&w->json, "bytes", event->bytes_done);
	json_u64(&w->json, "facts", event->facts);
	json_u64(&w->json, "gaps", event->gaps);
	json_u64(&w->json, "files", event->files_done);
	json_u64(&w->json, "files_known", event->objects_known);
	json_bool(&w->json, "walk_finished", event->walk_finished);
	(void)end_line(w);
}

void ndjson_event(struct ndjson *n, const struct debar_event *event)
{
	struct writing *w = &n->writing;
	if (!w->streamed || n->ended)
		return;
	if (event->kind == DEBAR_EVENT_NOTE) {
		begin_line(w, "note", false);
		json_name(&w->json, "text", event->reason);
		(void)end_line(w);
	}
	if (event->kind == DEBAR_EVENT_PROGRESS && (w->json.out->flags & DEBAR_REPORT_PROGRESS) &&
	    n->events++ % PROGRESS_EVERY == 0)
		put_progress(w, event);
}

enum debar_status ndjson_finish(struct ndjson *n, const struct result_source *source,
                                struct debar_error *error)
{
	bool source_ok = put_report(&n->writing, source);
	n->ended = true;
	return out_finish(n->writing.json.out, source_ok, error);
}

void ndjson_fail(struct ndjson *n, const char *why)
{
	struct writing *w = &n->writing;
	if (n->ended || !out_ok(w->json.out))
		return;
	n->ended = true;
	begin_line(w, "end", false);
	json_bool(&w->json, "complete", false);
	json_name(&w->json, "error", why);
	(void)end_line(w);
}
