/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds the bytes of a pack: put strings, add rows, add databases, finish. Failure (no memory,
 * too much) is sticky and comes out of builder_finish().
 */
#ifndef POLICY_BUILDER_H
#define POLICY_BUILDER_H

#include "base/buffer.h"
#include "core/error.h"
#include "policy/format.h"

struct builder_table {
	uint32_t *cells; /* rows * columns of the table */
	size_t rows, room;
};

struct builder {
	struct buffer text;    /* all strings, one after another */
	uint32_t *string_ends; /* where each ends in `text` */
	size_t string_count, string_room;
	uint32_t *slots; /* hash table: string index + 1 */
	size_t slot_count;
	struct builder_table tables[TABLE_COUNT];
	uint32_t spare[COLUMNS_MOST]; /* the row that is given out after a failure */
	bool bad;
};

struct builder_database {
	uint32_t detail;
	uint64_t fingerprint;
	struct bytes data; /* borrowed */
};

void builder_init(struct builder *b);
void builder_finish(struct builder *b);

/* Index of `text` among the strings; equal strings share one. */
uint32_t builder_text(struct builder *b, struct bytes text);
struct bytes builder_string(const struct builder *b, uint32_t index);

/* A new row of zeroes (string 0 is empty), valid until the next row of that table. Never NULL. */
uint32_t *builder_row(struct builder *b, enum table table);
/* Row `index` of a table. */
uint32_t *builder_row_at(const struct builder *b, enum table table, size_t index);
size_t builder_rows(const struct builder *b, enum table table);

/* Orders the marks by kind and id, as a pack needs them. */
void builder_sort_marks(struct builder *b);

/* Writes a sealed pack to `out`. The same rows and databases give the same bytes. */
enum debar_status builder_write(struct builder *b, const struct builder_database *databases,
                                size_t count, struct buffer *out, struct debar_error *error);

#endif
