/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matching: which marks a fact hits, and which byte marks and atoms stand in a run of bytes.
 * A matcher is a pack plus scratch space: one per thread. Byte search is one Vectorscan literal
 * database over ASCII/UTF-8 and UTF-16LE forms, caseless, together with the atoms of
 * core/atoms.def; it is asked where the sieve (policy/sieve.h), or else a search for roots
 * (policy/roots.h), does not rule out that one stands there.
 */
#ifndef POLICY_MATCH_H
#define POLICY_MATCH_H

#include "policy/pack.h"

struct matcher;

/* One for facts takes half the time to make; it may not be asked of bytes. */
enum matcher_use { MATCHER_FOR_FACTS, MATCHER_FOR_ALL };

enum debar_status matcher_create(const struct pack *pack, enum matcher_use use,
                                 struct matcher **out, struct debar_error *error);
void matcher_destroy(struct matcher *matcher);

/* The longest byte mark, in bytes, in any encoding: consecutive windows must overlap by one less.
 */
size_t matcher_overlap(const struct matcher *matcher);

/* One hit. `id` is a mark's index, or MATCHER_ATOM + an enum atom. `end` is the offset just past it
 * in the window and `length` how long it is there. Each mark is reported at least once per window
 * that holds it, at its first place. */
enum { MATCHER_ATOM = 0x40000000 };

/* Does the mark count only at the very beginning of an object? Its hits elsewhere are to be
 * dropped. */
bool matcher_is_at_start(const struct matcher *matcher, uint32_t id);

/* Searches one window. This is the inner loop of debar: nothing but the search is done per byte. */
void matcher_search(struct matcher *matcher, struct bytes window,
                    void (*hit)(void *context, uint32_t id, size_t end, size_t length),
                    void *context);

/* From now on it searches as on a processor without what the sieve needs; for tests. */
enum debar_status matcher_forgo_sieve(struct matcher *matcher);

/* Which marks a fact hits: writes at most `room` mark indexes in ascending order to `marks` and
 * returns how many there are. `value` is in its normal form (core/normal.h); folding is done here.
 * FACT_FILE_PATH and other NORMAL_PATH kinds match on component boundaries: mark "opt/kaspersky"
 * (leading '/', drive letters and %VARIABLES% are dropped at compile time) matches
 * "x/opt/Kaspersky" and "opt/kaspersky/y", not "opt/kaspersky2". */
size_t matcher_fact(struct matcher *matcher, enum fact_kind kind, struct bytes value,
                    uint32_t *marks, size_t room);

/* True when no mark asks for facts of this kind: the caller need not make them. */
bool matcher_ignores(const struct matcher *matcher, enum fact_kind kind);

/* True when some digest mark has a file of this size (or does not state its size, which is why
 * sizes are given). */
bool matcher_wants_digest(const struct matcher *matcher, uint64_t size);

#endif
