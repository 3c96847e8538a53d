/* SPDX-License-Identifier: Apache-2.0 */
/* One JSON document (debar-report/1), one line to a row. */
#include "report/formats.h"
#include "report/json_rows.h"

struct writing {
	struct json json;
	const struct scan_summary *scan;
};

static bool put_finding(void *context, const struct finding *finding)
{
	struct writing *w = context;
	json_open(&w->json, NULL, '{');
	json_finding(&w->json, finding, w->scan);
	json_close(&w->json, '}');
	return out_ok(w->json.out);
}

static bool put_gap(void *context, const struct gap *gap)
{
	struct writing *w = context;
	json_open(&w->json, NULL, '{');
	json_gap(&w->json, gap);
	json_close(&w->json, '}');
	return out_ok(w->json.out);
}

static bool put_fact(void *context, const struct evidence *fact)
{
	struct writing *w = context;
	json_open(&w->json, NULL, '{');
	json_evidence(&w->json, fact);
	json_close(&w->json, '}');
	return out_ok(w->json.out);
}

static void put_summary(struct writing *w, const struct target_result *target)
{
	struct json *j = &w->json;
	json_open(j, "target", '{');
	json_target(j, target->kind, target->name);
	json_close(j, '}');
	json_open(j, "verdicts", '[');
	for (size_t i = 0; i < w->scan->directive_count; i++) {
		struct directive_verdict verdict = stated_verdict(w->scan, target, i);
		json_open(j, NULL, '{');
		json_verdict(j, &verdict);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "account", '{');
	json_account(j, target);
	json_close(j, '}');
	json_open(j, "skipped", '[');
	for (size_t i = 0; i < target->skipped_count; i++)
		json_text(j, NULL, target->skipped[i]);
	json_close(j, ']');
}

static bool put_target(struct writing *w, const struct result_source *source, size_t index)
{
	struct json *j = &w->json;
	unsigned flags = j->out->flags;
	json_open(j, NULL, '{');
	put_summary(w, &w->scan->targets[index]);
	json_open(j, "findings", '[');
	bool mentions = (flags & DEBAR_REPORT_MENTIONS) != 0;
	bool ok = source->findings(source->self, index, mentions, put_finding, w);
	json_close(j, ']');
	json_open(j, "gaps", '[');
	ok = ok && source->gaps(source->self, index, 0, put_gap, w);
	json_close(j, ']');
	if (flags & DEBAR_REPORT_FACTS) {
		json_open(j, "facts", '[');
		ok = ok && source->facts(source->self, index, put_fact, w);
		json_close(j, ']');
	}
	json_close(j, '}');
	return ok;
}

bool report_json(const struct result_source *source, struct out *out)
{
	/* the document, its scans, a scan, its rows */
	struct writing w = {.json = {.out = out, .lines = 4}, .scan = source->summary};
	json_open(&w.json, NULL, '{');
	json_scan(&w.json, w.scan);
	json_open(&w.json, "scans", '[');
	bool ok = true;
	for (size_t i = 0; i < w.scan->target_count && ok; i++)
		ok = put_target(&w, source, i);
	if (!ok) /* the document stays open: half a report must not pass for a whole one */
		return false;
	json_close(&w.json, ']');
	json_close(&w.json, '}');
	out_text(out, "\n");
	return true;
}
