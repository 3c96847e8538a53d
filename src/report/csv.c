/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comma-separated values (RFC 4180) for spreadsheets: findings, gaps and verdicts as rows of one
 * table. Every cell of text is quoted and escaped; one that a spreadsheet would take for a formula
 * gets an apostrophe in front.
 */
#include "report/formats.h"

struct writing {
	struct out *out;
	const struct scan_summary *scan;
	const struct target_result *target;
	bool filled; /* the row has a cell */
};

static const char header[] = "row,target,id,vendor,product,version,nexus,certainty,where,scope,"
			     "directive,verdict,objects,bytes,class,reason,accepted_by\r\n";

static void comma(struct writing *w)
{
	if (w->filled)
		out_text(w->out, ",");
	w->filled = true;
}

static void end_row(struct writing *w)
{
	out_text(w->out, "\r\n");
	w->filled = false;
}

/* Full-width forms too: spreadsheets set to an East Asian language take them for the plain ones. */
static bool looks_like_formula(struct bytes text)
{
	static const struct bytes wide[] = {
		{(const uint8_t *)"\xEF\xBC\x9D", 3},
		{(const uint8_t *)"\xEF\xBC\x8B", 3},
		{(const uint8_t *)"\xEF\xBC\x8D", 3},
		{(const uint8_t *)"\xEF\xBC\xA0", 3},
	};
	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
		if (bytes_start_with(text, wide[i]))
			return true;
	return bytes_find(BYTES("=+-@\t\r\n"), bytes_slice(text, 0, 1)) != SIZE_MAX;
}

/* The inside of a quoted cell. */
static void put_quoted(struct out *out, struct bytes text)
{
	while (text.len > 0) {
		size_t quote = bytes_find(text, BYTES("\""));
		out_escaped(out, bytes_slice(text, 0, quote));
		if (quote == SIZE_MAX)
			break;
		out_text(out, "\"\"");
		text = bytes_from(text, quote + 1);
	}
}

static void cell(struct writing *w, struct bytes text)
{
	comma(w);
	if (text.len == 0)
		return;
	out_text(w->out, looks_like_formula(text) ? "\"'" : "\"");
	put_quoted(w->out, text);
	out_text(w->out, "\"");
}

static void name(struct writing *w, const char *text)
{
	cell(w, bytes_of(text));
}

static void number(struct writing *w, uint64_t value)
{
	comma(w);
	out_u64(w->out, value);
}

static void empty(struct writing *w, size_t count)
{
	while (count-- > 0)
		comma(w);
}

static void scopes(struct writing *w, const struct finding *finding)
{
	comma(w);
	out_text(w->out, "\"");
	for (size_t i = 0; i < w->scan->directive_count; i++) {
		struct bytes directive = w->scan->directives[i];
		if (i > 0)
			out_text(w->out, "; ");
		else if (looks_like_formula(directive))
			out_text(w->out, "'");
		put_quoted(w->out, directive);
		out_text(w->out, ": ");
		out_text(w->out, scope_name(finding->scope[i]));
	}
	out_text(w->out, "\"");
}

static bool put_finding(void *context, const struct finding *finding)
{
	struct writing *w = context;
	name(w, "finding");
	cell(w, w->target->name);
	cell(w, finding->id);
	cell(w, finding->vendor);
	cell(w, finding->product);
	cell(w, finding->version);
	name(w, nexus_name(finding->nexus));
	name(w, certainty_name(finding->certainty));
	cell(w, finding->where);
	scopes(w, finding);
	empty(w, 2);
	number(w, finding->objects);
	number(w, finding->bytes);
	empty(w, 3);
	end_row(w);
	return out_ok(w->out);
}

static bool put_gap(void *context, const struct gap *gap)
{
	struct writing *w = context;
	name(w, "gap");
	cell(w, w->target->name);
	empty(w, 6);
	cell(w, gap->object);
	empty(w, 4);
	number(w, gap->bytes);
	name(w, byte_class_name(gap->class));
	cell(w, gap->reason);
	if (gap->accepted)
		cell(w, gap->accepted_by.len > 0 ? gap->accepted_by : BYTES("accepted"));
	else
		empty(w, 1);
	end_row(w);
	return out_ok(w->out);
}

static void put_verdict(struct writing *w, const struct directive_verdict *verdict)
{
	name(w, "verdict");
	cell(w, w->target->name);
	empty(w, 8);
	cell(w, verdict->directive);
	name(w, verdict_name(verdict->verdict));
	empty(w, 3);
	cell(w, verdict->reason);
	empty(w, 1);
	end_row(w);
}

static void put_cached(struct writing *w)
{
	name(w, "cache");
	cell(w, w->target->name);
	empty(w, 10);
	number(w, w->target->remembered);
	empty(w, 2);
	name(w, CACHE_SAYS);
	empty(w, 1);
	end_row(w);
}

static void put_warning(struct writing *w, const char *text)
{
	name(w, "warning");
	empty(w, 14);
	name(w, text);
	empty(w, 1);
	end_row(w);
}

bool report_csv(const struct result_source *source, struct out *out)
{
	struct writing w = {.out = out, .scan = source->summary};
	bool mentions = (out->flags & DEBAR_REPORT_MENTIONS) != 0;
	bool ok = true;
	out_text(out, header);
	if (!w.scan->complete)
		put_warning(&w, WARNING_INTERRUPTED);
	if (!w.scan->sandboxed)
		put_warning(&w, WARNING_NO_SANDBOX);
	for (size_t i = 0; i < w.scan->target_count && ok; i++) {
		w.target = &w.scan->targets[i];
		if (w.scan->cached)
			put_cached(&w);
		for (size_t d = 0; d < w.scan->directive_count; d++) {
			struct directive_verdict verdict = stated_verdict(w.scan, w.target, d);
			put_verdict(&w, &verdict);
		}
		ok = source->findings(source->self, i, mentions, put_finding, &w) &&
		     source->gaps(source->self, i, 0, put_gap, &w);
	}
	return ok;
}
