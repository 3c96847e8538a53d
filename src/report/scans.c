/* SPDX-License-Identifier: Apache-2.0 */
/* The scans of a case, a line each, so that one can be chosen. */
#include "report/formats.h"
#include "report/report.h"

/* The verdict that says most: of any directive, over any target. */
static const char *outcome_of(const struct scan_summary *scan)
{
	enum verdict worst = VERDICT_ABSENT;
	for (size_t i = 0; i < scan->target_count; i++)
		for (size_t d = 0; d < scan->directive_count; d++) {
			enum verdict verdict = stated_verdict(scan, &scan->targets[i], d).verdict;
			if (verdict == VERDICT_PRESENT || worst == VERDICT_ABSENT)
				worst = verdict;
		}
	return verdict_name(worst);
}

static void put_column(struct out *out, struct bytes text, size_t width)
{
	size_t length = out_escaped_length(text);
	out_escaped(out, text);
	out_spaces(out, length < width ? width - length + 2 : 2);
}

static bool put_scan(void *context, const struct scan_summary *scan)
{
	struct out *out = context;
	put_column(out, scan->id, 18);
	put_column(out, scan->started.len > 0 ? scan->started : BYTES("-"), 20);
	put_column(out, bytes_of(outcome_of(scan)), 9);
	if (!scan->complete)
		out_text(out, "interrupted  ");
	if (scan->target_count > 0)
		out_escaped(out, scan->targets[0].name);
	if (scan->target_count > 1) {
		out_text(out, " and ");
		out_grouped(out, scan->target_count - 1, 0);
		out_text(out, " more");
	}
	out_text(out, "\n");
	return out_ok(out);
}

enum debar_status report_scans(const struct scans_source *source, int fd, struct debar_error *error)
{
	struct out *out = out_create(fd, 0);
	if (!out)
		return error_set(error, DEBAR_NO_MEMORY, 0, "out of memory for the report");
	enum debar_status status = source->list(source->self, put_scan, out, error);
	if (status == DEBAR_OK || !out_ok(out)) /* else the list was at fault, and said so */
		status = out_finish(out, true, error);
	out_destroy(out);
	return status;
}
