/* SPDX-License-Identifier: Apache-2.0 */
/* One JSON object to a line, each written out as soon as it is made: for pipes and loaders. The
 * last is of type "end"; a stream without it is not whole. Rows name their target by its number. */
#include "report/formats.h"
#include "report/json_rows.h"

struct writing {
	struct json json;
	const struct scan_summary *scan;
	size_t target;
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
	begin_line(w, "target", true);
	json_target(&w->json, target);
	bool ok = end_line(w);
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
	       source->gaps(source->self, w->target, 0, put_gap, w) &&
	       (!(flags & DEBAR_REPORT_FACTS) ||
	        source->facts(source->self, w->target, put_fact, w));
}

bool report_ndjson(const struct result_source *source, struct out *out)
{
	struct writing w = {.json = {.out = out}, .scan = source->summary};
	begin_line(&w, "scan", false);
	json_scan(&w.json, w.scan);
	bool ok = end_line(&w);
	for (w.target = 0; w.target < w.scan->target_count && ok; w.target++)
		ok = put_target(&w, source);
	if (!ok)
		return false;
	begin_line(&w, "end", false);
	json_bool(&w.json, "complete", w.scan->complete);
	return end_line(&w);
}
