/* SPDX-License-Identifier: Apache-2.0 */
/* What the formats share. Each is one file and one line in report.c. */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include "core/result.h"
#include "report/out.h"

/* Each returns false when the source failed; the state of `out` is asked separately. */
struct report_format {
	const char *name;
	bool (*write)(const struct result_source *source, struct out *out);
};

bool report_text(const struct result_source *source, struct out *out);
bool report_json(const struct result_source *source, struct out *out);
bool report_ndjson(const struct result_source *source, struct out *out);
bool report_csv(const struct result_source *source, struct out *out);

/* What stands first wherever it is true. */
#define WARNING_INTERRUPTED "the scan was interrupted: what it did not reach is not in this report"
#define WARNING_NO_SANDBOX                                                                         \
	"the readers ran without a sandbox: a hostile file could have changed this report"

/* What a cache means, wherever one was used. */
#define CACHE_SAYS                                                                                 \
	"used: files that an earlier scan found nothing in, and that did not change since, were "  \
	"left closed"

/* The verdict of directive number `directive` on a target, as a report may state it: one that is
 * missing is `undecided`, and so is `absent` in a scan that did not come to its end. */
struct directive_verdict stated_verdict(const struct scan_summary *scan,
                                        const struct target_result *target, size_t directive);

/* What would close a gap, or NULL when nothing is known to. */
const char *gap_remedy(const struct gap *gap);

/* The strongest piece of evidence that was kept (the first of those), or NULL. */
const struct evidence *strongest_evidence(const struct finding *finding);

/* What the words of a finding mean. */
const char *nexus_says(enum nexus nexus);
const char *certainty_says(enum certainty certainty);
const char *scope_says(enum scope scope); /* a directive's name follows */
const char *byte_class_says(enum byte_class class);

#endif
