/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TOML, one key or string at a time, with the place of each. Written here because no library of
 * Debian tells offsets. It reads what package manifests are made of (toml.io 1.0.0) and forgives
 * lines that it does not know; escapes in strings stay as they are.
 */
#ifndef READER_TOML_WALK_H
#define READER_TOML_WALK_H

#include "base/cursor.h"
#include "core/limits.h"
#include "core/reader.h"

enum toml_kind {
	TOML_TABLE,  /* `table` changed */
	TOML_KEY,    /* `key` changed, outside all brackets */
	TOML_STRING, /* a value, or one of several in brackets */
	TOML_END
};

struct toml_item {
	struct bytes text; /* the table's name, the key or the string, without quotes */
	struct span span;
};

/* Caller's storage; nothing to finish. */
struct toml_walk {
	struct visit *visit;
	struct cursor c;
	struct bytes table; /* "tool.poetry", as written */
	bool is_list;       /* the table stands in double brackets */
	struct bytes key;   /* of the value being read, as written, without quotes */
	struct bytes inner; /* the last key in braces within that value, or empty */
	size_t depth;       /* brackets and braces around what was read last */
	bool in_value;
	bool braces[LIMIT_NESTING];
	const char *reason; /* why it ended early */
};

void toml_init(struct toml_walk *walk, struct visit *visit, struct bytes body);
enum toml_kind toml_next(struct toml_walk *walk, struct toml_item *item);
bool toml_table_is(const struct toml_walk *walk, const char *table);
bool toml_key_is(const struct toml_walk *walk, const char *key);

/* States what could not be read. Call it after TOML_END. */
enum read_result toml_finish(const struct toml_walk *walk);

#endif
