/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of one target, by its number in the database, in the order of store/store.h. */
#ifndef STORE_READ_H
#define STORE_READ_H

#include "store/keep.h"
#include "store/sqlite.h"

/* What one finding and its evidence may hold in memory: a thousand rows with a long path each. */
enum { FINDING_MOST = 160 << 20 };

enum debar_status read_facts(const struct store *store, int64_t target,
                             bool (*row)(void *context, const struct evidence *fact), void *context,
                             struct debar_error *error);
enum debar_status read_gaps(const struct store *store, int64_t target, size_t most,
                            bool (*row)(void *context, const struct gap *gap), void *context,
                            struct debar_error *error);

struct finding_reader {
	bool mentions;
	size_t directives; /* how many the scan has: each finding has a scope for each */
	bool (*row)(void *context, const struct finding *finding);
	void *context;
};

enum debar_status read_findings(const struct store *store, int64_t target,
                                const struct finding_reader *how, struct debar_error *error);

#endif
