/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pack: directives and vendors compiled into one run of bytes that is mapped, checked and used
 * where it lies. It is read-only and the same for the host and every worker. A pack file is hostile
 * input like any other: pack_open() checks every offset, so that the accessors need not.
 */
#ifndef POLICY_PACK_H
#define POLICY_PACK_H

#include "core/error.h"
#include "core/finding.h"

struct pack;

enum match_form {
	MATCH_EXACT,
	MATCH_PREFIX,
	MATCH_SUFFIX,
	MATCH_SUBSTRING,
	MATCH_GLOB,
	MATCH_REGEX,
	MATCH_FORM_COUNT
};
enum confidence { CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH, CONFIDENCE_COUNT };

struct mark {
	struct bytes id; /* "kaspersky/pe.company/ao-kaspersky-lab": stable, readable */
	enum fact_kind kind;
	enum match_form form;
	struct bytes value;
	uint32_t vendor, product; /* indexes; product PACK_NONE: the vendor as a whole */
	enum nexus nexus;
	enum strength strength;
	enum confidence confidence;
	uint32_t reach;     /* enum reach bits that a match implies */
	struct bytes cloud; /* "on" or "off" when a match tells the state of the vendor's cloud;
	                       else empty */
	struct bytes source, note;
};

struct product {
	struct bytes id, name, role, cloud; /* cloud: name of its cloud service, or empty */
	uint32_t vendor;
	uint32_t reach;
};

struct vendor {
	struct bytes id, name;
};

struct directive {
	struct bytes id, title, authority, issued;
	struct bytes vendors; /* ids, separated by blanks */
	enum scope scope[NEXUS_COUNT];
	struct bytes
		clause[NEXUS_COUNT]; /* the words (or summary) that decide it, with their source */
	/* Products of these roles are out of scope whatever the nexus (threat intelligence,
	 * training, libraries …). */
	struct bytes roles_out;
	struct bytes roles_out_clause;
};

enum { PACK_NONE = 0xFFFFFFFF };

/* `data` stays mapped and unchanged as long as the pack lives. */
enum debar_status pack_open(struct bytes data, struct pack **out, struct debar_error *error);
void pack_close(struct pack *pack);

/* "sha256:…": the digest of what the policies say, not of the compiled form. Borrowed. */
const char *pack_digest(const struct pack *pack);

size_t pack_mark_count(const struct pack *pack);
size_t pack_product_count(const struct pack *pack);
size_t pack_vendor_count(const struct pack *pack);
size_t pack_directive_count(const struct pack *pack);
/* Slices in the results point into the pack. Indexes must be below the count. */
struct mark pack_mark(const struct pack *pack, size_t index);
struct product pack_product(const struct pack *pack, size_t index);
struct vendor pack_vendor(const struct pack *pack, size_t index);
struct directive pack_directive(const struct pack *pack, size_t index);

/* Index of the mark of that id, or PACK_NONE. */
uint32_t pack_mark_named(const struct pack *pack, struct bytes id);

#endif
