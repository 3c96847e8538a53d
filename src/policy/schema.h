/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policy files as libcyaml reads them: the words of the file and nothing else. What they mean, and
 * whether they are right, is for load_vendor.c and load_directive.c. docs/policies.md explains the
 * keys. Optional texts are NULL when they are not there.
 */
#ifndef POLICY_SCHEMA_H
#define POLICY_SCHEMA_H

#include "policy/problems.h"

/* A citation, under the short id by which rows name it. */
struct source_row {
	char *id, *is;
};

struct entity_row {
	char *name, *id, *relation, *from, *to, *source, *confidence, *note;
};

struct product_row {
	char *id, *name, *role, *cloud, *note;
	char **reach;
	unsigned reach_count;
};

/* What a mark may say of itself, or its group for all of its rows. */
struct mark_words {
	char *match, *product, *nexus, *strength, *confidence, *cloud, *source, *note;
	char **reach;
	unsigned reach_count;
};

struct mark_row {
	char *value, *id;
	unsigned size;
	struct mark_words words;
};

struct mark_group {
	char **kinds;
	unsigned kinds_count;
	char *each; /* "entities": a mark for each of the vendor's names */
	struct mark_words words;
	struct mark_row *rows;
	unsigned rows_count;
};

struct vendor_file {
	char *schema, *id, *name, *note;
	struct source_row *sources;
	struct entity_row *entities;
	struct product_row *products;
	struct mark_group *marks;
	unsigned sources_count, entities_count, products_count, marks_count;
};

struct scope_row {
	char *nexus, *is, *clause, *source, *from, *to;
};

struct clause_row {
	char *id, *from, *to, *text, *source;
};

struct deadline_row {
	char *due, *date, *what, *source;
	char **fields;
	unsigned fields_count;
};

struct exception_row {
	char *text, *source;
};

struct roles_row {
	char **roles;
	char *clause, *source;
	unsigned roles_count;
};

struct directive_file {
	char *schema, *id, *title, *authority, *issued, *effective, *status, *applies_to, *note;
	char **vendors, **products_named;
	struct roles_row *roles_out;
	struct source_row *sources;
	struct scope_row *scope;
	struct clause_row *clauses;
	struct deadline_row *deadlines;
	struct exception_row *exceptions;
	unsigned vendors_count, products_named_count, sources_count, scope_count, clauses_count,
		deadlines_count, exceptions_count;
};

/* NULL when the file does not fit the schema (the problem is added). To be given back. */
struct vendor_file *schema_read_vendor(struct bytes file, struct problems *problems);
struct directive_file *schema_read_directive(struct bytes file, struct problems *problems);
void schema_free_vendor(struct vendor_file *file);
void schema_free_directive(struct directive_file *file);

#endif
