/* SPDX-License-Identifier: Apache-2.0 */
/* Go modules in source: go.mod (https://go.dev/ref/mod#go-mod-file) and go.sum, line by line. */
#include "core/reader.h"
#include "reader/lines.h"
#include "reader/nameless.h"
#include "reader/once.h"

extern const struct reader reader_gomod;

enum { PROBE = 4096 };

enum directive { OTHER, MODULE, REQUIRE, REPLACE };

static bool is_sum(const struct sight *sight)
{
	return bytes_equal(sight->name, BYTES("go.sum"));
}

/* By its name; in a store that goes by content, by the two directives that every one has. */
static bool is_go_mod(const struct sight *sight)
{
	bool named = bytes_equal(sight->name, BYTES("go.mod")) || is_sum(sight);
	bool known = named ||
	             (is_nameless(sight->name) && bytes_start_with(sight->head, BYTES("module ")) &&
	              bytes_find(bytes_slice(sight->head, 0, PROBE), BYTES("\ngo 1.")) != SIZE_MAX);
	return known && line_is_text(sight->head);
}

static struct bytes first_word(struct bytes text)
{
	text = bytes_trim(text);
	size_t length = 0;
	while (length < text.len && text.ptr[length] > ' ')
		length++;
	return bytes_slice(text, 0, length);
}

/* Strings are "interpreted" or `raw`; a path needs neither. */
static struct bytes without_quotes(struct bytes word)
{
	if (word.len > 0 && (word.ptr[0] == '"' || word.ptr[0] == '`'))
		word = bytes_trim_end(bytes_from(word, 1), word.ptr[0]);
	return word;
}

static struct bytes without_comment(struct bytes text)
{
	return bytes_trim(bytes_slice(text, 0, bytes_find(text, BYTES("//"))));
}

static enum directive directive_of(struct bytes word)
{
	if (bytes_equal(word, BYTES("module")))
		return MODULE;
	if (bytes_equal(word, BYTES("require")))
		return REQUIRE;
	return bytes_equal(word, BYTES("replace")) ? REPLACE : OTHER;
}

/* What a directive says after its word: "PATH VERSION", or "OLD => PATH VERSION". A path that
 * begins with '.' or '/' is a folder, not a module. go.sum writes "VERSION/go.mod", too. */
static void read_argument(struct once *once, enum directive directive, const struct line *line,
                          struct bytes text)
{
	if (directive == REPLACE) {
		size_t arrow = bytes_find(text, BYTES("=>"));
		if (arrow == SIZE_MAX)
			return;
		text = bytes_from(text, arrow + 2);
	}
	struct bytes word = first_word(text), path = without_quotes(word);
	if (directive == OTHER || path.len == 0 || path.ptr[0] == '.' || path.ptr[0] == '/')
		return;
	once_fact(once, directive == MODULE ? FACT_GO_MODULE : FACT_GO_DEPENDENCY, path,
	          line_span(line, path));
	struct bytes version = first_word(bytes_from(bytes_trim(text), word.len));
	version = without_quotes(bytes_slice(version, 0, bytes_find(version, BYTES("/"))));
	if (directive != MODULE)
		once_version(once, path, version, line_span(line, version));
}

static void read_go_mod(struct once *once, struct bytes body)
{
	struct cursor c = cursor_over(body);
	enum directive block = OTHER;
	bool in_block = false;
	for (struct line line; line_next(&c, &line);) {
		struct bytes text = without_comment(line.text);
		if (text.len == 0)
			continue;
		if (in_block) {
			in_block = text.ptr[0] != ')';
			if (in_block)
				read_argument(once, block, &line, text);
			continue;
		}
		struct bytes word = first_word(text);
		struct bytes argument = bytes_trim(bytes_from(text, word.len));
		enum directive directive = directive_of(word);
		in_block = bytes_equal(argument, BYTES("("));
		block = directive;
		if (!in_block)
			read_argument(once, directive, &line, argument);
	}
}

/* "PATH VERSION HASH" */
static void read_go_sum(struct once *once, struct bytes body)
{
	struct cursor c = cursor_over(body);
	for (struct line line; line_next(&c, &line);)
		read_argument(once, REQUIRE, &line, line.text);
}

static enum read_result read_gomod(struct visit *visit, struct bytes body)
{
	struct once *once = once_create(visit);
	if (is_sum(visit_sight(visit)))
		read_go_sum(once, body);
	else
		read_go_mod(once, body);
	return READ_WHOLE;
}

const struct reader reader_gomod = {
	.name = "gomod",
	.recognise = is_go_mod,
	.read = read_gomod,
	.understood = CLASS_READ,
};
