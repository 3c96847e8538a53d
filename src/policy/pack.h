/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pack: directives and vendors compiled into one run of bytes that is mapped, checked and used
 * where it lies. It is read-only and the same for the host and every worker. A pack file is hostile
 * input like any other: pack_open() checks every offset and number, so that users of the accessors
 * need not.
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
	uint32_t size;      /* of the file, for a digest mark that states it; else 0 */
	uint32_t reach;     /* enum reach bits that a match implies */
	struct bytes cloud; /* "on" or "off" when a match tells the state of the vendor's cloud;
	                       else empty */
	struct bytes source, note;
};

struct product {
	struct bytes id, name, role, cloud; /* cloud: name of its cloud service, or empty */
	struct bytes note;
	uint32_t vendor;
	uint32_t reach;
};

struct vendor {
	struct bytes id, name, note;
};

/* A party that belongs to a vendor, from a day to a day (either may be empty). */
struct entity {
	uint32_t vendor;
	struct bytes name, relation, from, to, source, note;
	enum confidence confidence;
};

struct directive {
	struct bytes id, title, authority, issued, effective, status, applies_to, note;
	struct bytes vendors;        /* ids, separated by blanks */
	struct bytes products_named; /* one a line */
	/* As of its latest text; earlier ones are clauses. */
	enum scope scope[NEXUS_COUNT];
	struct bytes
		clause[NEXUS_COUNT]; /* the words (or summary) that decide it, with their source */
	/* Products of these roles are out of scope whatever the nexus (threat intelligence,
	 * training …); ids, separated by blanks. */
	struct bytes roles_out;
	struct bytes roles_out_clause;
};

/* The text of a directive, or of a clause that carries it out, from a day to a day. */
struct clause {
	uint32_t directive;
	struct bytes id, from, to, text, source;
};

struct deadline {
	uint32_t directive;
	struct bytes due;  /* "day 30", "every 30 days after day 90", "3 business days" or empty */
	struct bytes date; /* the calendar date, or empty */
	struct bytes what;
	struct bytes fields; /* what a report must hold, one a line */
	struct bytes source;
};

struct exception {
	uint32_t directive;
	struct bytes text, source;
};

/* An authority in which chains of signatures may end. */
struct root {
	struct bytes name, source;
	struct bytes digest;      /* SHA-256 of the certificate, as text */
	struct bytes certificate; /* DER */
	uint32_t subject;         /* X509_NAME_hash_ex() of its subject */
};

enum { PACK_NONE = 0x7FFFFFFF }; /* no row: fits an int, as enumerators must */

/* `data` stays mapped and unchanged as long as the pack lives. */
enum debar_status pack_open(struct bytes data, struct pack **out, struct debar_error *error);
void pack_close(struct pack *pack);

/* All of it, as it was opened. */
struct bytes pack_bytes(const struct pack *pack);

/* "sha256:…": the digest of what the policies say, not of the compiled form. Borrowed. */
const char *pack_digest(const struct pack *pack);

size_t pack_mark_count(const struct pack *pack);
size_t pack_product_count(const struct pack *pack);
size_t pack_vendor_count(const struct pack *pack);
size_t pack_directive_count(const struct pack *pack);
size_t pack_entity_count(const struct pack *pack);
size_t pack_clause_count(const struct pack *pack);
size_t pack_deadline_count(const struct pack *pack);
size_t pack_exception_count(const struct pack *pack);
size_t pack_root_count(const struct pack *pack);
/* Slices in the results point into the pack. Indexes must be below the count. */
struct mark pack_mark(const struct pack *pack, size_t index);
struct product pack_product(const struct pack *pack, size_t index);
struct vendor pack_vendor(const struct pack *pack, size_t index);
struct directive pack_directive(const struct pack *pack, size_t index);
struct entity pack_entity(const struct pack *pack, size_t index);
struct clause pack_clause(const struct pack *pack, size_t index);
struct deadline pack_deadline(const struct pack *pack, size_t index);
struct exception pack_exception(const struct pack *pack, size_t index);
struct root pack_root(const struct pack *pack, size_t index);

/* Marks are ordered by kind: those of `kind` begin at the returned index, and `count` is how many
 * there are. */
size_t pack_marks_of(const struct pack *pack, enum fact_kind kind, size_t *count);

/* "exact" … and "low" …; NULL past the last. The *_named return the COUNT when there is no such
 * name.
 */
const char *match_form_name(enum match_form form);
const char *confidence_name(enum confidence confidence);
enum match_form match_form_named(struct bytes name);
enum confidence confidence_named(struct bytes name);

/* A Vectorscan database of the pack, serialized, or an empty slice when there is none with this
 * detail and fingerprint (policy/format.h). Vectorscan checks that its bytes are whole, not that
 * they are harmless: open no pack from people whom you would not let choose your rules. */
struct bytes pack_database(const struct pack *pack, uint32_t detail, uint64_t fingerprint);

/* Index of the mark of that id, or PACK_NONE. */
uint32_t pack_mark_named(const struct pack *pack, struct bytes id);

#endif
