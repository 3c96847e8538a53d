/* SPDX-License-Identifier: Apache-2.0 */
/* "Name: value" fields with continuation lines, and lists inside values, for readers of package
 * databases. All slices borrow from the text. */
#ifndef READER_FIELDS_H
#define READER_FIELDS_H

#include "base/cursor.h"
#include "core/fact.h"

struct field {
	struct bytes name;  /* empty: a blank line, which ends a stanza */
	struct bytes value; /* trimmed; continuation lines included */
	bool ended;         /* false: the text stops without a line end */
};

/* Takes the next line, without its end; false when no text is left. `ended` (may be NULL) tells
 * whether the line had an end. */
bool fields_next_line(struct cursor *c, struct bytes *text, bool *ended);

/* Takes the next field of deb-control(5), with the continuation lines that follow it; lines that
 * are no field are passed over. False when no text is left. */
bool fields_next(struct cursor *c, struct field *out);

/* Takes the next part of `*rest` that ends at one of `separators` (which is dropped) or at the end;
 * false when nothing is left. Parts may be empty. */
bool fields_next_part(struct bytes *rest, const char *separators, struct bytes *part);

/* What precedes the first of `stops`; all of it when there is none. */
struct bytes fields_before(struct bytes text, const char *stops);

/* Where `part`, a slice of `all`, lies in it. */
struct span fields_span(struct bytes all, struct bytes part);

#endif
