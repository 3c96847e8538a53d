/* SPDX-License-Identifier: Apache-2.0 */
/* One finding with everything that it rests on: for the person who has to be sure. */
#include "report/formats.h"
#include "report/report.h"

#include "base/checked.h"

#include <stdio.h>

enum { LABEL = 12, CHAIN_INDENT_MOST = 40, DUMP_WIDTH = 16, DUMP_INDENT = 2 };

struct showing {
	struct out *out;
	const struct scan_summary *scan;
	const struct report_marks *marks;
	struct bytes id;
	bool found;
};

static void label(struct out *out, const char *text)
{
	size_t length = strlen(text);
	out_text(out, "  ");
	out_text(out, text);
	out_spaces(out, length + 2 < LABEL ? LABEL - 2 - length : 1);
}

static void labelled(struct out *out, const char *name, struct bytes value)
{
	label(out, name);
	(void)out_wrapped(out, value, LABEL, LABEL);
	out_text(out, "\n");
}

/* A path, one container to a line, each deeper than the one before. */
static void put_chain(struct out *out, const char *name, struct bytes path)
{
	label(out, name);
	for (size_t depth = 0;; depth++) {
		size_t end = bytes_find(path, BYTES("!/"));
		out_escaped(out, bytes_slice(path, 0, end));
		out_text(out, "\n");
		if (end == SIZE_MAX)
			break;
		path = bytes_from(path, end + 2);
		size_t indent = 2 * (depth + 1);
		out_spaces(out, LABEL + (indent < CHAIN_INDENT_MOST ? indent : CHAIN_INDENT_MOST));
		out_text(out, "!/ ");
	}
}

static void put_dump_line(struct out *out, uint64_t offset, struct bytes line)
{
	char text[32];
	(void)snprintf(text, sizeof text, "%08llx", (unsigned long long)offset);
	out_spaces(out, DUMP_INDENT);
	out_text(out, text);
	out_text(out, " ");
	for (size_t i = 0; i < DUMP_WIDTH; i++) {
		out_text(out, i == DUMP_WIDTH / 2 ? "  " : " ");
		if (i < line.len)
			out_hex(out, bytes_slice(line, i, 1));
		else
			out_text(out, "  ");
	}
	out_text(out, "  |");
	for (size_t i = 0; i < line.len; i++) {
		bool shows = line.ptr[i] >= 0x20 && line.ptr[i] < 0x7F;
		out_raw(out, shows ? bytes_slice(line, i, 1) : BYTES("."));
	}
	out_text(out, "|\n");
}

static void put_proof(struct out *out, const struct evidence *evidence)
{
	label(out, "span");
	if (evidence->span.length == 0) {
		out_text(out, "the whole object\n");
	} else {
		out_text(out, "offset ");
		out_grouped(out, evidence->span.offset, 0);
		out_text(out, ", ");
		out_grouped(out, evidence->span.length, 0);
		out_text(out, evidence->span.length == 1 ? " byte" : " bytes");
		if (evidence->proof.len > 0 && evidence->proof.len < evidence->span.length) {
			out_text(out, "; the first ");
			out_u64(out, evidence->proof.len);
		}
		out_text(out, "\n");
	}
	for (size_t at = 0; at < evidence->proof.len; at += DUMP_WIDTH) {
		uint64_t offset;
		if (ckd_add(&offset, evidence->span.offset, at))
			offset = UINT64_MAX;
		put_dump_line(out, offset, bytes_slice(evidence->proof, at, DUMP_WIDTH));
	}
}

static void put_mark(struct showing *s, const struct evidence *evidence)
{
	struct bytes source = {0}, note = {0};
	if (evidence->mark.len == 0) {
		labelled(s->out, "mark", BYTES("none: it says more about the object"));
		return;
	}
	label(s->out, "mark");
	out_escaped(s->out, evidence->mark);
	if (LABEL + out_escaped_length(evidence->mark) + strlen(strength_name(evidence->strength)) +
	            strlen(nexus_name(evidence->nexus)) + 5 >
	    OUT_WIDTH) {
		out_text(s->out, "\n");
		out_spaces(s->out, LABEL - 1);
	}
	out_text(s->out, " (");
	out_text(s->out, strength_name(evidence->strength));
	out_text(s->out, ", ");
	out_text(s->out, nexus_name(evidence->nexus));
	out_text(s->out, ")\n");
	if (!s->marks)
		return;
	if (!s->marks->mark(s->marks->context, evidence->mark, &source, &note))
		labelled(
			s->out, "source",
			BYTES("not known here: --pack or --policy names the policies of the scan"));
	if (source.len > 0)
		labelled(s->out, "source", source);
	if (note.len > 0)
		labelled(s->out, "mark note", note);
}

static void put_evidence(struct showing *s, const struct evidence *evidence)
{
	struct out *out = s->out;
	put_chain(out, "object", evidence->object);
	label(out, "size");
	out_grouped(out, evidence->object_size, 0);
	out_text(out, " bytes\n");
	if (evidence->sha256.len > 0) {
		label(out, "sha256");
		out_hex(out, evidence->sha256);
		out_text(out, "\n");
	}
	label(out, "fact");
	out_text(out, fact_kind_name(evidence->kind));
	out_text(out, ": ");
	(void)out_wrapped(out, bytes_of(fact_kind_says(evidence->kind)),
	                  LABEL + strlen(fact_kind_name(evidence->kind)) + 2, LABEL);
	out_text(out, "\n");
	label(out, "value");
	out_text(out, "\"");
	out_escaped(out, evidence->value);
	out_text(out, "\"\n");
	put_mark(s, evidence);
	if (evidence->note.len > 0)
		labelled(out, "note", evidence->note);
	put_proof(out, evidence);
}

static void put_scopes(struct showing *s, const struct finding *finding)
{
	for (size_t i = 0; i < s->scan->directive_count; i++) {
		label(s->out, i == 0 ? "scope" : "");
		out_text(s->out, scope_says(finding->scope[i]));
		out_text(s->out, " ");
		out_escaped(s->out, s->scan->directives[i]);
		out_text(s->out, "\n");
		if (finding->clause[i].len == 0)
			continue;
		out_spaces(s->out, LABEL + 2);
		out_text(s->out, "\"");
		(void)out_wrapped(s->out, finding->clause[i], LABEL + 3, LABEL + 3);
		out_text(s->out, "\"\n");
	}
}

/* As which scan found it: a newer one may not. */
static void put_scan(struct showing *s)
{
	label(s->out, "scan");
	out_escaped(s->out, s->scan->id);
	if (s->scan->started.len > 0) {
		out_text(s->out, " of ");
		out_escaped(s->out, s->scan->started);
	}
	out_text(s->out, "\n");
}

static void put_what(struct showing *s, const struct finding *finding)
{
	struct out *out = s->out;
	put_scan(s);
	labelled(out, "vendor",
	         finding->vendor_name.len > 0 ? finding->vendor_name : finding->vendor);
	struct bytes product =
		finding->product_name.len > 0 ? finding->product_name : finding->product;
	labelled(out, "product", product.len > 0 ? product : BYTES("not known"));
	if (finding->version.len > 0)
		labelled(out, "version", finding->version);
	label(out, "nexus");
	out_text(out, nexus_name(finding->nexus));
	out_text(out, ": ");
	(void)out_wrapped(out, bytes_of(nexus_says(finding->nexus)),
	                  LABEL + strlen(nexus_name(finding->nexus)) + 2, LABEL);
	out_text(out, "\n");
	label(out, "certainty");
	out_text(out, certainty_name(finding->certainty));
	out_text(out, ": ");
	size_t column = LABEL + 2 + strlen(certainty_name(finding->certainty));
	(void)out_wrapped(out, bytes_of(certainty_says(finding->certainty)), column, LABEL);
	out_text(out, "\n");
	put_chain(out, "at", finding->where);
	label(out, "objects");
	out_grouped(out, finding->objects, 0);
	out_text(out, ", ");
	out_grouped(out, finding->bytes, 0);
	out_text(out, " bytes\n");
	for (unsigned i = 0; reach_name(i); i++)
		if (finding->reach >> i & 1)
			labelled(out, "reach", bytes_of(reach_name(i)));
	if (finding->cloud_state.len > 0)
		labelled(out, "cloud", finding->cloud_state);
	put_scopes(s, finding);
}

static bool put_finding(void *context, const struct finding *finding)
{
	struct showing *s = context;
	struct out *out = s->out;
	if (!bytes_equal(finding->id, s->id))
		return true;
	s->found = true;
	out_escaped(out, finding->id);
	out_text(out, "\n");
	put_what(s, finding);
	for (size_t i = 0; i < finding->evidence_kept && out_ok(out); i++) {
		out_text(out, "\nevidence ");
		out_grouped(out, i + 1, 0);
		out_text(out, " of ");
		out_grouped(out, finding->evidence_count, 0);
		out_text(out, "\n");
		put_evidence(s, &finding->evidence[i]);
	}
	if (finding->evidence_kept < finding->evidence_count) {
		out_text(out, "\n");
		out_grouped(out, finding->evidence_count - finding->evidence_kept, 0);
		out_text(out, " more were counted and not kept.\n");
	}
	return false;
}

enum debar_status report_finding(const struct result_source *source, size_t target,
                                 const char *finding_id, const struct report_marks *marks, int fd,
                                 struct debar_error *error)
{
	struct out *out = out_create(fd, 0);
	if (!out)
		return error_set(error, DEBAR_NO_MEMORY, 0, "out of memory for the report");
	struct showing s = {
		.out = out,
		.scan = source->summary,
		.marks = marks,
		.id = bytes_of(finding_id),
	};
	if (!s.scan->complete)
		out_text(out, "WARNING: " WARNING_INTERRUPTED "\n\n");
	if (!s.scan->sandboxed)
		out_text(out, "WARNING: " WARNING_NO_SANDBOX "\n\n");
	bool read = source->findings(source->self, target, true, put_finding, &s);
	enum debar_status status = DEBAR_OK;
	if (read && !s.found)
		status = error_set(error, DEBAR_NOT_FOUND, 0, "there is no finding %s there",
		                   finding_id);
	else
		status = out_finish(out, s.found, error);
	out_destroy(out);
	return status;
}
