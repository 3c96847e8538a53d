/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The judge: groups the stored facts of a target into findings (one per product and place), says
 * how sure each is, and what each directive makes of the target. It reads the case and the pack and
 * nothing else.
 */
#ifndef SCAN_JUDGE_H
#define SCAN_JUDGE_H

#include "policy/pack.h"
#include "store/store.h"

struct judge_options {
	const struct pack *pack;
	const uint32_t *directives; /* indexes into the pack */
	size_t directive_count;
	struct bytes now;  /* RFC 3339: whether certificates without a time stamp hold; empty: they
	                      are not taken to */
	bool complete;     /* false: the scan was interrupted, so nothing can be absent */
	uint64_t left_out; /* entries of this target that were left out on purpose */
};

/* Judges target number `target` and stores findings and verdicts. `*outcome` becomes the worst
 * verdict: present over undecided over absent; it is only raised. */
enum debar_status judge_target(struct store *store, size_t target,
                               const struct judge_options *options, enum verdict *outcome,
                               struct debar_error *error);

#endif
