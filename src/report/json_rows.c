/* SPDX-License-Identifier: Apache-2.0 */
#include "report/json_rows.h"

#include "report/formats.h"

static void put_list(struct json *j, const char *key, const struct bytes *list, size_t count)
{
	json_open(j, key, '[');
	for (size_t i = 0; i < count; i++)
		json_text(j, NULL, list[i]);
	json_close(j, ']');
}

static void put_place(struct json *j, const struct scan_summary *scan)
{
	json_open(j, "place", '{');
	json_text_or_null(j, "host", scan->host);
	json_text_or_null(j, "folder", scan->folder);
	json_close(j, '}');
}

static void put_timing(struct json *j, const struct scan_summary *scan)
{
	json_open(j, "timing", '{');
	json_text_or_null(j, "started", scan->started);
	json_text_or_null(j, "finished", scan->finished);
	json_seconds(j, "seconds", scan->seconds);
	json_u64(j, "jobs", scan->jobs);
	json_close(j, '}');
}

void json_scan(struct json *j, const struct scan_summary *scan)
{
	json_name(j, "schema", "debar-report/1");
	json_text(j, "debar", scan->version);
	json_open(j, "pack", '{');
	json_text(j, "digest", scan->pack_digest);
	put_list(j, "directives", scan->directives, scan->directive_count);
	json_close(j, '}');
	json_text(j, "id", scan->id);
	json_bool(j, "complete", scan->complete);
	json_bool(j, "sandboxed", scan->sandboxed);
	json_bool(j, "cached", scan->cached);
	json_open(j, "accept_gaps", '{');
	json_u64(j, "under", scan->accept_gaps_under);
	json_bool(j, "unknown_only", scan->accept_unknown_only);
	put_list(j, "patterns", scan->accept_patterns, scan->accept_pattern_count);
	json_close(j, '}');
	if (j->out->flags & DEBAR_REPORT_REPRODUCIBLE)
		return;
	put_place(j, scan);
	put_timing(j, scan);
}

void json_target(struct json *j, struct bytes kind, struct bytes name)
{
	json_text(j, "kind", kind);
	json_text(j, "name", name);
}

void json_verdict(struct json *j, const struct directive_verdict *verdict)
{
	json_text(j, "directive", verdict->directive);
	json_text_or_null(j, "title", verdict->title);
	json_name(j, "verdict", verdict_name(verdict->verdict));
	json_text(j, "reason", verdict->reason);
	put_list(j, "findings", verdict->findings, verdict->finding_count);
}

void json_account(struct json *j, const struct target_result *target)
{
	json_u64(j, "objects", target->account.objects);
	json_u64(j, "remembered", target->remembered);
	json_u64(j, "special", target->special);
	json_open(j, "bytes", '{');
	for (enum byte_class class = 0; class < CLASS_COUNT; class ++)
		json_u64(j, byte_class_name(class), target->account.bytes[class]);
	json_close(j, '}');
	json_open(j, "gaps", '{');
	json_u64(j, "count", target->gap_count);
	json_u64(j, "bytes", target->gap_bytes);
	json_u64(j, "open", target->gaps_open);
	json_close(j, '}');
	json_u64(j, "mentions", target->mention_count);
}

void json_evidence(struct json *j, const struct evidence *evidence)
{
	json_text(j, "object", evidence->object);
	json_u64(j, "size", evidence->object_size);
	json_hex_or_null(j, "sha256", evidence->sha256);
	json_name(j, "fact", fact_kind_name(evidence->kind));
	json_text(j, "value", evidence->value);
	json_open(j, "span", '[');
	json_u64(j, NULL, evidence->span.offset);
	json_u64(j, NULL, evidence->span.length);
	json_close(j, ']');
	json_hex_or_null(j, "proof", evidence->proof);
	json_text_or_null(j, "mark", evidence->mark);
	json_name(j, "nexus", nexus_name(evidence->nexus));
	json_name(j, "strength", strength_name(evidence->strength));
	json_text_or_null(j, "note", evidence->note);
}

static void put_scopes(struct json *j, const struct finding *finding,
                       const struct scan_summary *scan)
{
	json_open(j, "scope", '{');
	for (size_t i = 0; i < scan->directive_count; i++)
		json_entry(j, scan->directives[i], bytes_of(scope_name(finding->scope[i])));
	json_close(j, '}');
	json_open(j, "clause", '{');
	for (size_t i = 0; i < scan->directive_count; i++)
		json_entry(j, scan->directives[i], finding->clause[i]);
	json_close(j, '}');
}

static void put_reach(struct json *j, uint32_t reach)
{
	json_open(j, "reach", '[');
	for (unsigned i = 0; reach_name(i); i++)
		if (reach >> i & 1)
			json_name(j, NULL, reach_name(i));
	json_close(j, ']');
}

void json_finding(struct json *j, const struct finding *finding, const struct scan_summary *scan)
{
	json_text(j, "id", finding->id);
	json_text(j, "vendor", finding->vendor);
	json_text_or_null(j, "vendor_name", finding->vendor_name);
	json_text_or_null(j, "product", finding->product);
	json_text_or_null(j, "product_name", finding->product_name);
	json_text_or_null(j, "version", finding->version);
	json_name(j, "nexus", nexus_name(finding->nexus));
	json_name(j, "certainty", certainty_name(finding->certainty));
	json_text(j, "where", finding->where);
	put_scopes(j, finding, scan);
	put_reach(j, finding->reach);
	json_text_or_null(j, "cloud", finding->cloud_state);
	json_u64(j, "objects", finding->objects);
	json_u64(j, "bytes", finding->bytes);
	json_u64(j, "evidence_count", finding->evidence_count);
	json_open(j, "evidence", '[');
	for (size_t i = 0; i < finding->evidence_kept; i++) {
		json_open(j, NULL, '{');
		json_evidence(j, &finding->evidence[i]);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void json_gap(struct json *j, const struct gap *gap)
{
	json_text(j, "object", gap->object);
	json_u64(j, "bytes", gap->bytes);
	json_name(j, "class", byte_class_name(gap->class));
	json_text(j, "reason", gap->reason);
	json_bool(j, "accepted", gap->accepted);
	json_text_or_null(j, "accepted_by", gap->accepted_by);
	json_name(j, "remedy", gap_remedy(gap));
}
