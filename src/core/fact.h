/* SPDX-License-Identifier: Apache-2.0 */
/* A fact: one thing read out of one object, with the bytes that prove it. */
#ifndef CORE_FACT_H
#define CORE_FACT_H

#include "base/bytes.h"

enum normal_form { NORMAL_TEXT, NORMAL_EXACT, NORMAL_PATH, NORMAL_HEX, NORMAL_DNS };

enum fact_kind {
#define FACT(name, label, normal, says) FACT_##name,
#include "core/fact_kinds.def"
#undef FACT
	FACT_KIND_COUNT
};

/* Where in the object's bytes the fact was read; length 0 means the whole object. */
struct span {
	uint64_t offset, length;
};

struct fact {
	enum fact_kind kind;
	struct span span;
	struct bytes value; /* in the kind's normal form (core/normal.h) */
};

/* "signer.organization"; NULL past the last kind. */
const char *fact_kind_name(enum fact_kind kind);
const char *fact_kind_says(enum fact_kind kind);
enum normal_form fact_kind_normal(enum fact_kind kind);

/* The kind of that name, or FACT_KIND_COUNT. */
enum fact_kind fact_kind_named(struct bytes name);

/* Kinds that say more about an object that has a match of another kind: versions, signature status.
 * They travel with a match although no mark asks for them. */
bool fact_kind_is_context(enum fact_kind kind);

/* What a fact of dependency.version says of the dependency `name`; empty when it is of another. */
struct bytes fact_version_of(struct bytes value, struct bytes name);

#endif
