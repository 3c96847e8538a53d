/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Vectorscan is asked to find, made from a pack's marks: literals for the byte search, and one
 * set of expressions for each fact kind whose marks are not all looked up by key. The compiler of
 * packs and the matcher make the same lists; a fingerprint tells whether a stored database is of
 * this very list.
 */
#ifndef POLICY_PATTERNS_H
#define POLICY_PATTERNS_H

#include "base/buffer.h"
#include "policy/pack.h"

#include <hs.h>

enum {
	BYTE_MARK_LEAST = 4,  /* shorter ones stand in every larger file by chance */
	BYTE_MARK_MOST = 120, /* code points: 480 bytes at most in any encoding */
	PATTERN_MOST = 4 * BYTE_MARK_MOST,
};

struct pattern {
	uint32_t id; /* a mark's index, or MATCHER_ATOM + an atom */
	size_t offset,
		size; /* in the list's text; expressions end with a NUL that is not counted */
	unsigned flags;
	bool wide; /* UTF-16 */
};

struct patterns {
	struct buffer text;
	struct pattern *items;
	size_t count, room, longest;
	bool bad; /* no memory */
};

/* An empty list, one more pattern for it, and whether memory was enough for all of them. */
void patterns_init(struct patterns *list);
void patterns_put(struct patterns *list, uint32_t id, struct bytes text, unsigned flags);
enum debar_status patterns_check_list(const struct patterns *list, struct debar_error *error);
/* What is looked for; borrowed from the list. */
struct bytes patterns_text(const struct patterns *list, size_t index);

/* The atoms of core/atoms.def, in their order, then the literals of all byte marks. In both cases
 * `list` is to be finished whatever comes back. */
enum debar_status patterns_make_literals(struct patterns *list, const struct pack *pack,
                                         struct debar_error *error);
enum debar_status patterns_make_expressions(struct patterns *list, const struct pack *pack,
                                            enum fact_kind kind, struct debar_error *error);
void patterns_finish(struct patterns *list);

/* True when marks of this kind and form are found through an expression, not by their key. */
bool patterns_is_expression(enum fact_kind kind, enum match_form form);

/* Of the list's content; lists that differ have different ones. */
uint64_t patterns_fingerprint(const struct patterns *list);

/* Compiles for this machine. Literals report their place in the list, expressions the id of their
 * mark. A regular expression that Vectorscan refuses gives DEBAR_INVALID with its reason. */
enum debar_status patterns_compile(const struct patterns *list, bool literal, hs_database_t **out,
                                   struct debar_error *error);

/* Vectorscan's reason why it refuses this one mark, in `error`; else DEBAR_OK. */
enum debar_status patterns_check(enum fact_kind kind, enum match_form form, struct bytes value,
                                 struct debar_error *error);

#endif
