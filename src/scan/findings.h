/* SPDX-License-Identifier: Apache-2.0 */
/* The judge's first half: facts in, findings out. Kept apart from what directives make of them. */
#ifndef SCAN_FINDINGS_H
#define SCAN_FINDINGS_H

#include "base/buffer.h"
#include "policy/pack.h"
#include "store/store.h"

enum {
	FINDING_EVIDENCE_KEPT = 200, /* rows; all are counted */
	MENTION_EVIDENCE_KEPT = 8,
};

struct judge_options;

/* A finding in the making. */
struct draft {
	uint32_t vendor, product; /* product PACK_NONE: none of the marks named one */
	enum nexus nexus;
	enum strength strongest;
	uint32_t families;  /* bits of independent kinds of indicator; see family_of() */
	struct bytes where; /* owned by the drafts' arena, as all that follows */
	struct bytes version, cloud;
	uint32_t reach;
	uint64_t objects, bytes, evidence_count;
	struct bytes last_object;
	struct evidence *evidence;
	size_t evidence_kept;
	bool version_is_strong; /* it came with the strongest evidence */
	struct draft *next, *chain;
};

enum { DRAFT_BUCKETS = 4096 };

struct drafts {
	struct draft *first;
	size_t count;
	struct draft *buckets[DRAFT_BUCKETS]; /* chains by place */
};

/* Reads the target's facts and groups them. The drafts live in memory of their own until
 * drafts_finish(). */
enum debar_status drafts_make(struct store *store, size_t target,
                              const struct judge_options *options, struct drafts *out,
                              struct debar_error *error);
void drafts_finish(struct drafts *drafts);

/* Joins what belongs together: evidence that names no product with the product found at the same
 * place, and the same product in many files of one folder into one finding on that folder. False
 * without memory: apart they could prove less than together. */
bool drafts_merge(struct drafts *drafts);

enum certainty draft_certainty(const struct draft *draft);

#endif
