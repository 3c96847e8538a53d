/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON, one value at a time, with the place of each in the object. Written here because jansson
 * builds a tree and hides offsets, which are the evidence. RFC 8259; a byte order mark and a comma
 * before a closing bracket are forgiven.
 */
#ifndef READER_JSON_WALK_H
#define READER_JSON_WALK_H

#include "base/cursor.h"
#include "core/limits.h"
#include "core/reader.h"

enum json_kind {
	JSON_STRING,
	JSON_SCALAR, /* a number, true, false or null */
	JSON_OBJECT,
	JSON_ARRAY,
	JSON_CLOSE, /* the end of an object or array; depth and keys are as at its beginning */
	JSON_END,
	JSON_DAMAGED
};

struct json_item {
	enum json_kind kind;
	size_t depth;     /* containers around it: 0 is the outermost value */
	struct bytes raw; /* a string without its quotes, or a scalar */
	bool escaped;     /* the string holds backslashes: json_text() resolves them */
	struct span span; /* of `raw`, or of one bracket */
};

struct json_level {
	struct bytes key; /* of the value being read at this level; empty in an array */
	struct span key_span;
	bool is_array, has_values;
};

/* Caller's storage; nothing to finish. */
struct json_walk {
	struct visit *visit;
	struct cursor c;
	size_t depth;
	bool started;
	const char *reason; /* why it is damaged */
	struct json_level levels[LIMIT_NESTING];
};

/* Walks the whole object `body`. */
void json_init(struct json_walk *walk, struct visit *visit, struct bytes body);

/* The next item; after JSON_END or JSON_DAMAGED only that is returned. */
enum json_kind json_next(struct json_walk *walk, struct json_item *item);

/* Key number `level` on the way from the outermost value to the item last read; empty past it. */
struct bytes json_key(const struct json_walk *walk, size_t level);
struct span json_key_span(const struct json_walk *walk, size_t level);
bool json_key_is(const struct json_walk *walk, size_t level, const char *key);

/* The string with its escapes resolved: a slice of the object, or memory of the visit. */
struct bytes json_text(const struct json_walk *walk, const struct json_item *item);

/* Reads on to the end, and states what could not be read or lies behind it. */
enum read_result json_finish(struct json_walk *walk);

/* True when the text begins, after blanks and a byte order mark, with `first`. */
bool json_starts_with(struct bytes head, char first);

#endif
