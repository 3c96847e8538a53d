/* SPDX-License-Identifier: Apache-2.0 */
/* Text files line by line, and the small pieces that lines are made of. Slices lie in the text. */
#ifndef READER_LINES_H
#define READER_LINES_H

#include "base/cursor.h"
#include "core/fact.h"

struct line {
	struct bytes text; /* without its line end */
	uint64_t at;       /* of its first byte in the text */
	size_t indent;     /* blanks and tabs before the first other byte */
	bool ended;        /* a line end follows */
};

/* The next line; false after the last. A byte order mark before the first is skipped. */
bool line_next(struct cursor *c, struct line *line);

/* Where `part`, a slice of the line, stands in the text. */
struct span line_span(const struct line *line, struct bytes part);

/* Splits at the first `stop`: `before` and `after` are trimmed. False when it does not occur. */
bool line_split(struct bytes text, uint8_t stop, struct bytes *before, struct bytes *after);

/* What stands between a pair of equal quotes around the whole, else all of it; trimmed. */
struct bytes line_unquote(struct bytes text);

/* True for text that begins like text: no NUL in its first bytes. */
bool line_is_text(struct bytes head);

/* True when `byte` is one of the characters of `set`. */
bool line_is_one_of(uint8_t byte, const char *set);

/* The length of the run of `allowed` bytes, letters and digits at the beginning. */
size_t line_word(struct bytes text, const char *allowed);

/* The string literal whose quote stands at `at`; three quotes may span lines, one may not.
 * `apostrophe_escapes`: a backslash escapes inside '…' too (Python, Groovy), not only inside "…"
 * (TOML). Returns where it ends, `inside` being what its quotes hold; 0 when it has no end,
 * `inside` being what was looked through. */
size_t line_quoted(struct bytes all, size_t at, bool apostrophe_escapes, struct bytes *inside);

#endif
