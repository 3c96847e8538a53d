/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON as it is written, without ever being held; written here because a report may be larger than
 * memory. Always well-formed UTF-8: bytes that are not are given as \xNN (and then the backslashes
 * of that text are doubled); control, format and bidirectional characters as \uNNNN.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "report/out.h"

enum { JSON_DEPTH = 16 };

struct json {
	struct out *out;
	unsigned lines; /* objects and arrays up to this depth have each entry on a line */
	unsigned depth;
	bool filled[JSON_DEPTH];
};

/* `key` is a constant of ours, or NULL in an array. */
void json_open(struct json *j, const char *key, char bracket); /* '{' or '[' */
void json_close(struct json *j, char bracket);                 /* '}' or ']' */
void json_text(struct json *j, const char *key, struct bytes value);
void json_text_or_null(struct json *j, const char *key, struct bytes value); /* empty: null */
void json_name(struct json *j, const char *key, const char *value);
void json_hex_or_null(struct json *j, const char *key, struct bytes value);
void json_u64(struct json *j, const char *key, uint64_t value);
void json_bool(struct json *j, const char *key, bool value);
void json_seconds(struct json *j, const char *key, double value);

/* An entry of an object whose key is not ours. */
void json_entry(struct json *j, struct bytes key, struct bytes value);

#endif
