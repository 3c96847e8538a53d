/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs one reader over one run of bytes, without the inspector around it, and holds it to its word:
 * every span lies in the object, every slice handed over can be read, a reader that gives up says
 * where, a reader that says "not mine" has said nothing else. A broken rule aborts.
 */
#ifndef FUZZ_HARNESS_H
#define FUZZ_HARNESS_H

#include "base/buffer.h"
#include "core/visit.h"

struct harness_fact {
	enum fact_kind kind;
	struct span span;
	char *value;
	size_t length;
};

struct harness_result {
	enum read_result result;
	bool recognised;
	struct harness_fact *facts; /* kept when `keep` was asked; owned by the result */
	size_t fact_count, child_count, gap_count;
	struct buffer lines; /* what was said, a line each, as in corpus/<reader>/<sample>.facts;
	                        when `keep` was asked */
};

/* `path` is what the object is called, for readers that ask for it. */
struct harness_result harness_run(const struct reader *reader, struct bytes path, struct bytes body,
                                  bool keep);
/* The same as one of several workers that share the members of a container. */
struct harness_result harness_run_share(const struct reader *reader, struct bytes path,
                                        struct bytes body, uint32_t share, uint32_t shares,
                                        bool keep);
void harness_finish(struct harness_result *result);

/* The whole file, in memory of its own size so that sanitizers see the first byte past it; exits
 * when it cannot. *size is the length; free() the result. */
uint8_t *harness_load(const char *path, size_t *size);

#endif
