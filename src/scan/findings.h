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
	DRAFT_NAMES = 3,     /* different file names that are as good as two kinds of indicator */
	DRAFT_VERSIONS = 16, /* that a dependency is named with; then it says that there are more */
};

/* An object that a draft has evidence of; numbers are in the order of paths. */
struct counted {
	uint64_t number, size;
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
	struct bytes *named; /* "NAME VERSION" of dependencies, DRAFT_VERSIONS at most */
	size_t named_count;
	bool named_left; /* there are more */
	uint32_t reach;
	struct bytes
		root; /* of the system that it is installed in, with the last '/'; if has_root */
	bool has_root, in_folder; /* in_folder: `where` is a product's folder */
	bool own;      /* some of it is about `where` itself, not about parts deep inside */
	bool packaged; /* own, and it is more than a program that is signed by the vendor */
	bool claimed;  /* some of it is a name that anyone can write */
	uint64_t objects, bytes, evidence_count; /* objects and bytes once they are merged */
	struct counted *counted;
	size_t counted_count, counted_room;
	uint32_t names[DRAFT_NAMES], name_count; /* marks of file names */
	uint64_t name_object;                    /* that the last of them was of */
	struct evidence *evidence;
	size_t evidence_kept, evidence_room;
	size_t host;                    /* while they are merged: see host_length() */
	enum strength version_strength; /* of the evidence that it came with */
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
 * place; all places of one product in one installed system; the parts of one product inside another
 * product's folder; and the same product in many files of one folder. What only names a vendor
 * where a finding of it stands is left out. Counts objects, each once. False without memory: apart
 * they could prove less than together. */
bool drafts_merge(struct drafts *drafts, const struct pack *pack);

/* Keeps a row, or lets it go when stronger ones fill the room. Takes what the row owns. False
 * without memory. */
bool draft_keep(struct draft *draft, struct evidence *row);
void draft_destroy(struct draft *draft);

enum certainty draft_certainty(const struct draft *draft);

/* versions.c: what dependencies are named with. */
enum draft_addition { DRAFT_ADDED, DRAFT_HAS_IT, DRAFT_NO_MEMORY };

bool names_dependency(enum fact_kind kind);
enum draft_addition draft_add_version(struct draft *draft, struct bytes version);
bool draft_take_versions(struct draft *into, const struct draft *from);
/* Puts them into draft->version, unless it has one of its own. False without memory. */
bool draft_state_versions(struct draft *draft);
void draft_drop_versions(struct draft *draft);

#endif
