/* SPDX-License-Identifier: Apache-2.0 */
/* The report for people: first what there is to sign, then what it rests on. */
#include "report/formats.h"

enum {
	LABEL = 12,       /* column of values after a label */
	SIZE_WIDTH = 10,  /* columns of the byte account: "1023.9 KiB", */
	BYTES_WIDTH = 20, /* and in full, to the right */
	GAPS_SHOWN = 20,  /* the largest; the rest is in the other formats */
	SKIPPED_SHOWN = 50,
	VERDICT_IDS = 12,   /* findings named with a verdict */
	VALUE_SHOWN = 120,  /* bytes of a value in the sentence of evidence */
	VERSION_BESIDE = 24 /* columns of a version beside the product; longer ones stand below */
};

static const char *const colour_of_verdict[VERDICT_COUNT] = {
	[VERDICT_ABSENT] = "\x1b[32m",
	[VERDICT_PRESENT] = "\x1b[1;31m",
	[VERDICT_UNDECIDED] = "\x1b[33m",
};

struct writing {
	struct out *out;
	const struct scan_summary *scan;
	int certainty; /* of the group of findings being written, or -1 */
};

static void colour(struct out *out, const char *code)
{
	if (out->flags & DEBAR_REPORT_COLOUR)
		out_text(out, code);
}

static void plain(struct out *out)
{
	colour(out, "\x1b[0m");
}

static void heading(struct out *out, const char *text)
{
	out_text(out, "\n");
	colour(out, "\x1b[1m");
	out_text(out, text);
	plain(out);
	out_text(out, "\n");
}

/* "  Label     ", up to column `LABEL`. */
static void label(struct out *out, size_t indent, const char *text)
{
	size_t column = indent + strlen(text);
	out_spaces(out, indent);
	out_text(out, text);
	out_spaces(out, column < LABEL ? LABEL - column : 1);
}

static void labelled(struct out *out, const char *name, struct bytes value)
{
	label(out, 0, name);
	(void)out_wrapped(out, value, LABEL, LABEL);
	out_text(out, "\n");
}

/* Words behind what stands on the line already, up to `column`. */
static void put_words(struct out *out, const char *words, size_t column)
{
	struct bytes text = bytes_of(words);
	size_t first = bytes_find(text, BYTES(" "));
	first = first == SIZE_MAX ? text.len : first;
	if (column + 1 + first > OUT_WIDTH) {
		out_text(out, "\n");
		out_spaces(out, LABEL);
		column = LABEL;
	} else {
		out_text(out, " ");
		column++;
	}
	(void)out_wrapped(out, text, column, LABEL);
}

static void put_warning(struct out *out, const char *text)
{
	colour(out, "\x1b[1;31m");
	out_text(out, "WARNING: ");
	(void)out_wrapped(out, bytes_of(text), 9, 9);
	plain(out);
	out_text(out, "\n");
}

static void put_accepted(struct out *out, const struct scan_summary *scan)
{
	label(out, 0, "Accepted");
	out_text(out, scan->accept_unknown_only ? "opaque bytes that no reader spoke for, under "
	                                        : "opaque objects smaller than ");
	out_grouped(out, scan->accept_gaps_under, 0);
	out_text(out, " bytes\n");
	for (size_t i = 0; i < scan->accept_pattern_count; i++) {
		out_spaces(out, LABEL);
		out_text(out, "gaps that match ");
		out_escaped(out, scan->accept_patterns[i]);
		out_text(out, "\n");
	}
}

static void put_head(struct out *out, const struct scan_summary *scan)
{
	if (!scan->complete)
		put_warning(out, WARNING_INTERRUPTED);
	if (!scan->sandboxed)
		put_warning(out, WARNING_NO_SANDBOX);
	labelled(out, "Report", BYTES("products of prohibited vendors"));
	labelled(out, "Scan", scan->id);
	labelled(out, "debar", scan->version);
	labelled(out, "Policies", scan->pack_digest);
	for (size_t i = 0; i < scan->directive_count; i++)
		labelled(out, i == 0 ? "Directives" : "", scan->directives[i]);
	put_accepted(out, scan);
	if (scan->cached)
		labelled(out, "Cache", BYTES(CACHE_SAYS));
	if (out->flags & DEBAR_REPORT_REPRODUCIBLE)
		return;
	if (scan->host.len > 0)
		labelled(out, "Host", scan->host);
	if (scan->folder.len > 0)
		labelled(out, "Run in", scan->folder);
	if (scan->started.len > 0)
		labelled(out, "Started", scan->started);
	if (scan->finished.len > 0)
		labelled(out, "Finished", scan->finished);
}

static void put_ids(struct out *out, const struct directive_verdict *verdict)
{
	size_t shown = verdict->finding_count < VERDICT_IDS ? verdict->finding_count : VERDICT_IDS;
	if (shown == 0)
		return;
	size_t column = LABEL + 9;
	out_spaces(out, LABEL);
	out_text(out, "findings:");
	for (size_t i = 0; i < shown; i++) {
		if (column > OUT_WIDTH - 11) {
			out_text(out, "\n");
			out_spaces(out, LABEL + 9);
			column = LABEL + 9;
		}
		out_text(out, " ");
		out_escaped(out, verdict->findings[i]);
		column += 1 + out_escaped_length(verdict->findings[i]);
	}
	if (shown < verdict->finding_count) {
		out_text(out, "\n");
		out_spaces(out, LABEL + 10);
		out_text(out, "and ");
		out_grouped(out, verdict->finding_count - shown, 0);
		out_text(out, " more");
	}
	out_text(out, "\n");
}

static void put_verdict(struct out *out, const struct directive_verdict *verdict)
{
	static const char *const loud[VERDICT_COUNT] = {
		[VERDICT_ABSENT] = "ABSENT",
		[VERDICT_PRESENT] = "PRESENT",
		[VERDICT_UNDECIDED] = "UNDECIDED",
	};
	colour(out, colour_of_verdict[verdict->verdict]);
	label(out, 2, loud[verdict->verdict]);
	plain(out);
	out_escaped(out, verdict->directive);
	out_text(out, "\n");
	if (verdict->title.len > 0) {
		out_spaces(out, LABEL);
		(void)out_wrapped(out, verdict->title, LABEL, LABEL);
		out_text(out, "\n");
	}
	out_spaces(out, LABEL);
	(void)out_wrapped(out, verdict->reason, LABEL, LABEL);
	out_text(out, "\n");
	put_ids(out, verdict);
}

static bool version_stands_apart(const struct finding *finding)
{
	return out_escaped_length(finding->version) > VERSION_BESIDE;
}

static void put_product(struct out *out, const struct finding *finding)
{
	static const char *const unnamed[NEXUS_COUNT] = {
		[NEXUS_BRANDED] = "unnamed product", [NEXUS_REBRANDED] = "unnamed product",
		[NEXUS_EMBEDDED] = "unnamed part",   [NEXUS_DEPENDENCY] = "unnamed package",
		[NEXUS_RESIDUE] = "trace",           [NEXUS_HISTORY] = "trace",
		[NEXUS_CONTACT] = "traffic",         [NEXUS_MENTION] = "something",
	};
	struct bytes name =
		finding->product_name.len > 0 ? finding->product_name : finding->product;
	struct bytes vendor = finding->vendor_name.len > 0 ? finding->vendor_name : finding->vendor;
	bool beside = finding->version.len > 0 && !version_stands_apart(finding);
	out_escaped(out, name.len > 0 ? name : bytes_of(unnamed[finding->nexus]));
	if (name.len > 0 && beside) {
		out_text(out, " ");
		out_escaped(out, finding->version);
	}
	out_text(out, " of ");
	out_escaped(out, vendor);
	if (name.len == 0 && beside) {
		out_text(out, ", version ");
		out_escaped(out, finding->version);
	}
}

static void put_reach(struct out *out, const struct finding *finding)
{
	const char *between = "reaches ";
	if (finding->reach == 0 && finding->cloud_state.len == 0)
		return;
	out_spaces(out, LABEL);
	for (unsigned i = 0; reach_name(i); i++) {
		if (!(finding->reach >> i & 1))
			continue;
		out_text(out, between);
		out_text(out, reach_name(i));
		between = ", ";
	}
	if (finding->cloud_state.len > 0) {
		out_text(out, finding->reach == 0 ? "cloud " : "; cloud ");
		out_escaped(out, finding->cloud_state);
	}
	out_text(out, "\n");
}

/* What the finding rests on is only claimed, or, when that is no more than an indicator, something
 * beside it is. */
static const struct evidence *claim_of(const struct finding *finding, const struct evidence *best)
{
	if (best->note.len > 0)
		return best;
	for (size_t i = 0; i < finding->evidence_kept && best->strength <= STRENGTH_INDICATOR; i++)
		if (finding->evidence[i].note.len > 0)
			return &finding->evidence[i];
	return NULL;
}

static void put_evidence(struct out *out, const struct finding *finding)
{
	const struct evidence *best = strongest_evidence(finding);
	if (!best)
		return;
	label(out, 4, "basis");
	struct bytes value = bytes_slice(best->value, 0, VALUE_SHOWN);
	out_text(out, fact_kind_name(best->kind));
	out_text(out, " is \"");
	out_escaped(out, value);
	out_text(out, best->value.len > VALUE_SHOWN ? "…\"," : "\",");
	size_t column = LABEL + strlen(fact_kind_name(best->kind)) + 7 + out_escaped_length(value);
	put_words(out, fact_kind_says(best->kind), column);
	out_text(out, "\n");
	if (!bytes_equal(best->object, finding->where)) {
		out_spaces(out, LABEL);
		out_text(out, "in ");
		out_escaped(out, best->object);
		out_text(out, "\n");
	}
	const struct evidence *claim = claim_of(finding, best);
	if (!claim)
		return;
	out_spaces(out, LABEL);
	if (claim != best) {
		out_escaped(out, claim->object);
		out_text(out, ": ");
	}
	(void)out_wrapped(out, claim->note, LABEL, LABEL);
	out_text(out, "\n");
}

static void put_scopes(struct out *out, const struct scan_summary *scan,
                       const struct finding *finding)
{
	for (unsigned turn = 1; turn <= SCOPE_COUNT; turn++) {
		enum scope scope = turn % SCOPE_COUNT; /* what is out comes last */
		size_t column = 0;
		for (size_t i = 0; i < scan->directive_count; i++) {
			if (finding->scope[i] != scope)
				continue;
			size_t length = out_escaped_length(scan->directives[i]);
			if (column == 0) {
				label(out, LABEL, scope_says(scope));
				column = LABEL + strlen(scope_says(scope)) + 1;
			} else if (column + 2 + length >= OUT_WIDTH) {
				out_text(out, ",\n");
				out_spaces(out, LABEL + 4);
				column = LABEL + 4;
			} else {
				out_text(out, ", ");
				column += 2;
			}
			out_escaped(out, scan->directives[i]);
			column += length;
		}
		if (column > 0)
			out_text(out, "\n");
	}
}

static bool put_finding(void *context, const struct finding *finding)
{
	struct writing *w = context;
	struct out *out = w->out;
	if ((int)finding->certainty != w->certainty) {
		w->certainty = (int)finding->certainty;
		out_text(out, "\n  ");
		out_text(out, certainty_name(finding->certainty));
		out_text(out, ": ");
		(void)out_wrapped(out, bytes_of(certainty_says(finding->certainty)),
		                  strlen(certainty_name(finding->certainty)) + 4, 4);
		out_text(out, "\n");
	}
	out_spaces(out, 2);
	colour(out, "\x1b[1m");
	out_escaped(out, finding->id);
	plain(out);
	out_text(out, "  ");
	put_product(out, finding);
	out_text(out, "\n");
	out_spaces(out, LABEL);
	out_text(out, nexus_name(finding->nexus));
	out_text(out, ": ");
	(void)out_wrapped(out, bytes_of(nexus_says(finding->nexus)),
	                  LABEL + strlen(nexus_name(finding->nexus)) + 2, LABEL);
	out_text(out, "\n");
	if (version_stands_apart(finding)) {
		label(out, 4, "version");
		(void)out_wrapped(out, finding->version, LABEL, LABEL);
		out_text(out, "\n");
	}
	label(out, 4, "at");
	out_escaped(out, finding->where);
	out_text(out, "\n");
	out_spaces(out, LABEL);
	out_grouped(out, finding->objects, 0);
	out_text(out, finding->objects == 1 ? " object, " : " objects, ");
	out_size(out, finding->bytes, 0);
	out_text(out, "; ");
	out_grouped(out, finding->evidence_count, 0);
	out_text(out,
	         finding->evidence_count == 1 ? " piece of evidence\n" : " pieces of evidence\n");
	put_reach(out, finding);
	put_evidence(out, finding);
	put_scopes(out, w->scan, finding);
	return out_ok(out);
}

static bool put_findings(struct writing *w, const struct result_source *source, size_t index)
{
	const struct target_result *target = &w->scan->targets[index];
	struct out *out = w->out;
	bool mentions = (out->flags & DEBAR_REPORT_MENTIONS) != 0;
	heading(out, "Findings");
	if (target->finding_count == 0) {
		const char *none =
			mentions && target->mention_count > 0 ? "None but mentions" : "None";
		out_text(out, "  ");
		out_text(out, none);
		out_text(out, w->scan->complete ? ".\n" : " before the scan was interrupted.\n");
	}
	w->certainty = -1;
	bool ok = source->findings(source->self, index, mentions, put_finding, w);
	if (target->finding_count > 0)
		out_text(out, "\n  debar show ID shows one of them with all that it rests on.\n");
	if (target->mention_count > 0 && !mentions) {
		out_text(out, "\n  ");
		out_grouped(out, target->mention_count, 0);
		out_text(out, target->mention_count == 1
		                      ? " place only mentions a vendor; --mentions lists it.\n"
		                      : " places only mention a vendor; --mentions lists them.\n");
	}
	return ok;
}

static void put_account_row(struct out *out, const char *name, uint64_t bytes, const char *says)
{
	label(out, 2, name);
	out_size(out, bytes, SIZE_WIDTH);
	out_grouped(out, bytes, BYTES_WIDTH);
	out_text(out, "  ");
	out_text(out, says);
	out_text(out, "\n");
}

static void put_account(struct out *out, const struct target_result *target, bool cached)
{
	heading(out, "Byte account");
	label(out, 2, "objects");
	out_spaces(out, SIZE_WIDTH);
	out_grouped(out, target->account.objects, BYTES_WIDTH);
	out_text(out, "\n");
	if (cached) {
		label(out, 2, "of them");
		out_spaces(out, SIZE_WIDTH);
		out_grouped(out, target->remembered, BYTES_WIDTH);
		out_text(out, "  from the cache: files left closed\n");
	}
	uint64_t sum = 0;
	for (enum byte_class class = 0; class < CLASS_COUNT; class ++) {
		uint64_t bytes = target->account.bytes[class];
		sum = bytes > UINT64_MAX - sum ? UINT64_MAX : sum + bytes;
		put_account_row(out, byte_class_name(class), bytes, byte_class_says(class));
	}
	put_account_row(out, "in all", sum, "members of containers counted too");
	if (target->special == 0)
		return;
	label(out, 2, "special");
	out_spaces(out, SIZE_WIDTH);
	out_grouped(out, target->special, BYTES_WIDTH);
	out_text(out, "  sockets, pipes, devices, links\n");
}

static bool put_gap(void *context, const struct gap *gap)
{
	struct out *out = context;
	out_text(out, "  ");
	out_size(out, gap->bytes, 10);
	out_text(out, "  ");
	out_escaped(out, gap->object);
	out_text(out, "\n");
	out_spaces(out, 14);
	out_text(out, byte_class_name(gap->class));
	out_text(out, ": ");
	(void)out_wrapped(out, gap->reason, 22, 14);
	out_text(out, "\n");
	const char *remedy = gap_remedy(gap);
	out_spaces(out, 14);
	if (gap->accepted) {
		out_text(out, gap->accepted_by.len > 0 ? "accepted: " : "accepted");
		(void)out_wrapped(out, gap->accepted_by, 24, 14);
	} else {
		out_text(out, "to close it: ");
		(void)out_wrapped(out,
		                  bytes_of(remedy ? remedy
		                                  : "examine it by other means, or accept it with "
		                                    "--accept-gaps"),
		                  27, 14);
	}
	out_text(out, "\n");
	return out_ok(out);
}

static bool put_gaps(struct out *out, const struct result_source *source, size_t index)
{
	const struct target_result *target = &source->summary->targets[index];
	heading(out, "What could not be looked into");
	if (target->gap_count == 0) {
		const uint64_t *bytes = target->account.bytes;
		bool all = source->summary->complete && bytes[CLASS_OPAQUE] == 0 &&
		           bytes[CLASS_UNREAD] == 0;
		const char *said = "  No gap was recorded; see the warning or the byte account.\n";
		if (all && target->skipped_count > 0)
			said = "  Nothing but what was left out on purpose.\n";
		else if (all)
			said = "  Nothing: every byte was read, searched, or is inert.\n";
		out_text(out, said);
		return true;
	}
	out_text(out, "  ");
	out_grouped(out, target->gap_count, 0);
	out_text(out, target->gap_count == 1 ? " gap, " : " gaps, ");
	out_size(out, target->gap_bytes, 0);
	out_text(out, "; ");
	out_grouped(out, target->gaps_open, 0);
	out_text(out, " not accepted.");
	if (target->gap_count > GAPS_SHOWN)
		out_text(out, " The 20 largest:");
	out_text(out, "\n");
	bool ok = source->gaps(source->self, index, GAPS_SHOWN, put_gap, out);
	if (target->gap_count > GAPS_SHOWN) {
		out_text(out, "  and ");
		out_grouped(out, target->gap_count - GAPS_SHOWN, 0);
		out_text(out, " more (-o json lists them)\n");
	}
	return ok;
}

static void put_skipped(struct out *out, const struct target_result *target)
{
	if (target->skipped_count == 0)
		return;
	heading(out, "Left out on purpose");
	size_t shown =
		target->skipped_count < SKIPPED_SHOWN ? target->skipped_count : SKIPPED_SHOWN;
	for (size_t i = 0; i < shown; i++) {
		out_text(out, "  ");
		out_escaped(out, target->skipped[i]);
		out_text(out, "\n");
	}
	if (shown == target->skipped_count)
		return;
	out_text(out, "  and ");
	out_grouped(out, target->skipped_count - shown, 0);
	out_text(out, " more (-o json lists them)\n");
}

static void put_target_name(struct out *out, const struct scan_summary *scan, size_t index)
{
	const struct target_result *target = &scan->targets[index];
	out_text(out, "\n");
	colour(out, "\x1b[1m");
	out_text(out, "Target ");
	if (scan->target_count > 1) {
		out_u64(out, index + 1);
		out_text(out, " of ");
		out_u64(out, scan->target_count);
		out_text(out, ", ");
	}
	out_escaped(out, target->kind);
	out_text(out, " ");
	out_escaped(out, target->name);
	if (bytes_equal(target->name, BYTES("-")))
		out_text(out, " (standard input)");
	plain(out);
	out_text(out, "\n");
}

static bool put_fact(void *context, const struct evidence *fact)
{
	struct out *out = context;
	out_text(out, "  ");
	out_escaped(out, fact->object);
	out_text(out, "  ");
	out_u64(out, fact->span.offset);
	out_text(out, "+");
	out_u64(out, fact->span.length);
	out_text(out, " ");
	out_text(out, fact_kind_name(fact->kind));
	out_text(out, " ");
	out_escaped(out, fact->value);
	out_text(out, "\n");
	return out_ok(out);
}

static bool put_target(struct writing *w, const struct result_source *source, size_t index)
{
	struct out *out = w->out;
	const struct target_result *target = &w->scan->targets[index];
	bool detailed = put_findings(w, source, index);
	put_account(out, target, w->scan->cached);
	bool ok = detailed && put_gaps(out, source, index);
	put_skipped(out, target);
	if (ok && out->flags & DEBAR_REPORT_FACTS) {
		heading(out, "Facts");
		ok = source->facts(source->self, index, put_fact, out);
	}
	return ok;
}

bool report_text(const struct result_source *source, struct out *out)
{
	struct writing w = {.out = out, .scan = source->summary, .certainty = -1};
	bool ok = true;
	put_head(out, w.scan);
	for (size_t i = 0; i < w.scan->target_count; i++) {
		put_target_name(out, w.scan, i);
		for (size_t d = 0; d < w.scan->directive_count; d++) {
			struct directive_verdict verdict =
				stated_verdict(w.scan, &w.scan->targets[i], d);
			put_verdict(out, &verdict);
		}
	}
	for (size_t i = 0; i < w.scan->target_count && ok; i++) {
		if (w.scan->target_count > 1)
			put_target_name(out, w.scan, i);
		ok = put_target(&w, source, i);
	}
	return ok;
}
