/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a pack lies in its file. All numbers are little-endian.
 *
 *     header, PACK_HEADER bytes:
 *       0  magic "debarpk1"        8  u32 format version    12  u32 sections
 *      16  u64 size of the file   24  SHA-256 of all other bytes
 *      56  SHA-256 of what the policies say (builder_finish)
 *     directory, a PACK_ENTRY for each section:
 *       0  u32 kind   4  u32 detail   8  u64 offset   16  u64 size   24  u64 fingerprint
 *
 * Sections are tables of u32 cells, one section of strings that text cells index, and Vectorscan
 * databases. A database is a shortcut only: everything in it follows from the tables, and whoever
 * cannot use it compiles it again.
 */
#ifndef POLICY_FORMAT_H
#define POLICY_FORMAT_H

#include "base/bytes.h"

enum {
	PACK_VERSION = 2,
	PACK_HEADER = 88,
	PACK_ENTRY = 32,
	PACK_SIZE_AT = 16,
	PACK_CHECKSUM_AT = 24,
	PACK_DIGEST_AT = 56,
	PACK_DIGEST = 32,
	PACK_ALIGN = 64,
	PACK_MOST =
		64 << 20, /* the shipped pack is under 2 MiB; policies come by mail and by web */
};

#define PACK_MAGIC BYTES("debarpk1")

enum table {
	TABLE_VENDOR,
	TABLE_ENTITY,
	TABLE_PRODUCT,
	TABLE_MARK,
	TABLE_DIRECTIVE,
	TABLE_SCOPE,
	TABLE_CLAUSE,
	TABLE_DEADLINE,
	TABLE_EXCEPTION,
	TABLE_ROOT,
	TABLE_COUNT
};

/* Section kinds: a table's number, or one of these. */
enum { SECTION_STRINGS = 32, SECTION_DATABASE };
/* A database's detail: the fact kind whose values it matches, or this for the byte search. */
enum { DATABASE_SEARCH = 0xFFFF, DATABASE_ROOTS = 0xFFFE };

enum { VENDOR_ID, VENDOR_NAME, VENDOR_NOTE, VENDOR_COLUMNS };
enum {
	ENTITY_VENDOR,
	ENTITY_NAME,
	ENTITY_RELATION,
	ENTITY_FROM,
	ENTITY_TO,
	ENTITY_CONFIDENCE,
	ENTITY_SOURCE,
	ENTITY_NOTE,
	ENTITY_COLUMNS
};
enum {
	PRODUCT_VENDOR,
	PRODUCT_ID,
	PRODUCT_NAME,
	PRODUCT_ROLE,
	PRODUCT_CLOUD,
	PRODUCT_REACH,
	PRODUCT_NOTE,
	PRODUCT_COLUMNS
};
enum {
	MARK_ID,
	MARK_KIND,
	MARK_FORM,
	MARK_VALUE,
	MARK_SIZE,
	MARK_VENDOR,
	MARK_PRODUCT,
	MARK_NEXUS,
	MARK_STRENGTH,
	MARK_CONFIDENCE,
	MARK_REACH,
	MARK_CLOUD,
	MARK_SOURCE,
	MARK_NOTE,
	MARK_COLUMNS
};
enum {
	DIRECTIVE_ID,
	DIRECTIVE_TITLE,
	DIRECTIVE_AUTHORITY,
	DIRECTIVE_ISSUED,
	DIRECTIVE_EFFECTIVE,
	DIRECTIVE_STATUS,
	DIRECTIVE_APPLIES_TO,
	DIRECTIVE_VENDORS,
	DIRECTIVE_PRODUCTS,
	DIRECTIVE_ROLES_OUT,
	DIRECTIVE_ROLES_CLAUSE,
	DIRECTIVE_NOTE,
	DIRECTIVE_COLUMNS
};
enum { SCOPE_DIRECTIVE, SCOPE_NEXUS, SCOPE_IS, SCOPE_CLAUSE, SCOPE_FROM, SCOPE_TO, SCOPE_COLUMNS };
enum {
	CLAUSE_DIRECTIVE,
	CLAUSE_ID,
	CLAUSE_FROM,
	CLAUSE_TO,
	CLAUSE_TEXT,
	CLAUSE_SOURCE,
	CLAUSE_COLUMNS
};
enum {
	DEADLINE_DIRECTIVE,
	DEADLINE_DUE,
	DEADLINE_DATE,
	DEADLINE_WHAT,
	DEADLINE_FIELDS,
	DEADLINE_SOURCE,
	DEADLINE_COLUMNS
};
enum { EXCEPTION_DIRECTIVE, EXCEPTION_TEXT, EXCEPTION_SOURCE, EXCEPTION_COLUMNS };
enum {
	ROOT_NAME,
	ROOT_DIGEST,
	ROOT_SUBJECT,
	ROOT_SOURCE,
	ROOT_CERTIFICATE, /* DER, among the strings */
	ROOT_COLUMNS
};

enum { COLUMNS_MOST = 16 };

enum column_type {
	COLUMN_NUMBER,
	COLUMN_TEXT,       /* index into the strings */
	COLUMN_ENUM,       /* below `bound` */
	COLUMN_ROW,        /* row of table `bound` */
	COLUMN_ROW_OR_NONE /* likewise, or PACK_NONE */
};

struct column {
	const char *name;
	enum column_type type;
	uint32_t bound;
};

/* The columns of a table; their count goes to `count`. */
const struct column *format_columns(enum table table, size_t *count);
const char *format_table_name(enum table table);

/* Writes size and checksum into the header of a whole pack; false when there is no memory. */
bool format_seal(uint8_t *pack, size_t size);
/* True when the checksum in the header is that of the bytes. */
bool format_is_sealed(struct bytes pack);

/* FNV-1a, 64 bits: for tables and fingerprints, where nobody gains from a collision. */
uint64_t format_hash(uint64_t hash, struct bytes data);
#define FORMAT_HASH_START UINT64_C(14695981039346656037)

#endif
