/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sieve: tells at some 15 GB/s of nearly every window that none of the literals stands in it.
 * Of each literal it knows one run of four letters, which it looks for side by side and as UTF-16,
 * 64 places at a time. Only for processors with AVX-512 VBMI; Vectorscan's search for roots does
 * the same work, half as fast, on all others. docs/decisions/020-sieve.md.
 */
#ifndef POLICY_SIEVE_H
#define POLICY_SIEVE_H

#include "policy/patterns.h"

enum {
	SIEVE_RUN = 4,
	SIEVE_BEFORE = 8,
	SIEVE_BUCKETS = 8,
	SIEVE_ROOTS_MOST = 256,
	SIEVE_VALUES = 128,
};

/* What is sought of a literal, in small letters. */
struct sieve_root {
	uint32_t run;                        /* its last four, the first of them lowest */
	uint8_t count, before[SIEVE_BEFORE]; /* what stands before, from the run backwards */
};

struct sieve {
	/* Bit b of tables[i][v]: some run of bucket b has such a byte in place i. Of a byte the
	 * lowest seven bits are looked at. */
	uint8_t tables[SIEVE_RUN][SIEVE_VALUES];
	struct sieve_root roots[SIEVE_ROOTS_MOST]; /* by bucket */
	size_t ends[SIEVE_BUCKETS];                /* of each bucket in `roots` */
	bool ready;                                /* false: it may not be asked */
};

/* Whether this processor can do it. */
bool sieve_is_possible(void);

/* For `literals`, as patterns_make_literals() makes them. It is not ready where it is not possible,
 * or when the runs are so many or so common that it would not pay. */
enum debar_status sieve_make(struct sieve *sieve, const struct patterns *literals,
                             struct debar_error *error);

/* Where, from `from` on, the next run stands that a literal may hold; the window's length: none
 * does. `dense`: there are so many that whatever is left is better searched than sieved. */
size_t sieve_next(const struct sieve *sieve, struct bytes window, size_t from, bool *dense);

#endif
