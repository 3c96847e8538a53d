/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gradle: which Maven artifacts a Gradle build needs: build.gradle(.kts), settings.gradle(.kts),
 * libs.versions.toml and gradle.lockfile (docs.gradle.org, "Declaring dependencies"). Build files
 * are programs: only literals "group:artifact:version" and group/name pairs are read.
 */
#include "core/reader.h"
#include "reader/lines.h"
#include "reader/once.h"
#include "reader/toml_walk.h"

extern const struct reader reader_gradle;

static bool is_catalog(struct bytes name)
{
	return bytes_end_with(name, BYTES(".versions.toml"));
}

static bool is_lock(struct bytes name)
{
	return bytes_end_with(name, BYTES(".lockfile"));
}

static bool recognise_gradle(const struct sight *sight)
{
	struct bytes name = sight->name;
	return (bytes_end_with(name, BYTES(".gradle")) ||
	        bytes_end_with(name, BYTES(".gradle.kts")) || is_catalog(name) || is_lock(name)) &&
	       line_is_text(sight->head);
}

struct build {
	struct visit *visit;
	struct once *once;
	struct bytes body, group; /* of `group: 'g', name: 'n'`, when that was seen */
};

/* The length of "group:artifact" at the beginning of a literal; 0 when it is something else. */
static size_t coordinates_length(struct bytes text)
{
	size_t group = line_word(text, "._-");
	if (group == 0 || group >= text.len || text.ptr[group] != ':')
		return 0;
	size_t artifact = line_word(bytes_from(text, group + 1), "._-");
	size_t length = group + 1 + artifact;
	bool has_version = length < text.len && text.ptr[length] == ':';
	/* Without a version, a group with a dot tells it from ":project:part" and "task:name". */
	bool has_dot = memchr(text.ptr, '.', group) != NULL;
	bool ends = length == text.len || has_version || text.ptr[length] == '@';
	return artifact > 0 && ends && (has_version || has_dot) ? length : 0;
}

static void state_literal(struct build *b, struct bytes text)
{
	struct span span = {(uint64_t)(text.ptr - b->body.ptr), text.len};
	once_fact(b->once, FACT_MAVEN_DEPENDENCY, bytes_slice(text, 0, coordinates_length(text)),
	          span);
}

static void state_pair(struct build *b, struct bytes group, struct bytes name)
{
	struct span span = {(uint64_t)(name.ptr - b->body.ptr), name.len};
	if (group.len == 0 || name.len == 0 || line_word(group, "._-") < group.len ||
	    line_word(name, "._-") < name.len)
		return;
	uint8_t *text = visit_alloc(b->visit, group.len + 1 + name.len, 1);
	memcpy(text, group.ptr, group.len);
	text[group.len] = ':';
	memcpy(text + group.len + 1, name.ptr, name.len);
	once_fact(b->once, FACT_MAVEN_DEPENDENCY, (struct bytes){text, group.len + 1 + name.len},
	          span);
}

/* "module", or "group" before "name", in braces of [libraries]; a plain string is coordinates. */
static enum read_result read_catalog(struct build *b)
{
	struct toml_walk walk;
	struct toml_item item;
	toml_init(&walk, b->visit, b->body);
	for (enum toml_kind kind; (kind = toml_next(&walk, &item)) != TOML_END;) {
		if (kind == TOML_KEY)
			b->group = (struct bytes){0};
		if (kind != TOML_STRING || !toml_table_is(&walk, "libraries"))
			continue;
		if (bytes_equal(walk.inner, BYTES("group")))
			b->group = item.text;
		else if (bytes_equal(walk.inner, BYTES("name")))
			state_pair(b, b->group, item.text);
		else if (walk.inner.len == 0 || bytes_equal(walk.inner, BYTES("module")))
			state_literal(b, item.text);
	}
	return toml_finish(&walk);
}

/* "group:artifact:version=configurations" */
static enum read_result read_lock(struct build *b)
{
	struct cursor c = cursor_over(b->body);
	for (struct line line; line_next(&c, &line);)
		state_literal(b, line.text);
	return READ_WHOLE;
}

/* Past a comment at `at`; `at` when there is none. */
static size_t skip_comment(struct bytes body, size_t at)
{
	struct bytes rest = bytes_from(body, at);
	bool block = bytes_start_with(rest, BYTES("/*"));
	if (!block && !bytes_start_with(rest, BYTES("//")))
		return at;
	size_t end = bytes_find(rest, block ? BYTES("*/") : BYTES("\n"));
	return end == SIZE_MAX ? body.len : at + end + (block ? 2 : 1);
}

/* `word` stands before the literal: "group: 'g', name: 'n'" or "group = 'g'". */
static void read_literal(struct build *b, struct bytes word, struct bytes text)
{
	if (bytes_equal(word, BYTES("group")))
		b->group = text;
	else if (bytes_equal(word, BYTES("name")))
		state_pair(b, b->group, text);
	else if (!bytes_equal(word, BYTES("exclude")))
		state_literal(b, text);
}

static enum read_result read_build(struct build *b)
{
	const struct bytes body = b->body;
	struct bytes word = {0}, text;
	for (size_t at = 0; at < body.len;) {
		uint8_t byte = body.ptr[at];
		size_t length = line_word(bytes_from(body, at), "_"), next = skip_comment(body, at);
		if (next > at) {
			at = next;
		} else if (byte == '"' || byte == '\'') {
			size_t end = line_quoted(body, at, true, &text);
			if (end > 0)
				read_literal(b, word, text);
			else /* an apostrophe in a pattern: what was looked through is passed over
			      */
				end = at + 1 + text.len;
			at = end;
			word = (struct bytes){0};
		} else if (length > 0) {
			word = bytes_slice(body, at, length);
			at += length;
		} else {
			if (byte == '\n')
				b->group = (struct bytes){0};
			at++;
		}
	}
	return READ_WHOLE;
}

static enum read_result read_gradle(struct visit *visit, struct bytes body)
{
	struct bytes name = visit_sight(visit)->name;
	struct build build = {.visit = visit, .once = once_create(visit), .body = body};
	if (!line_is_text(body))
		return READ_NOT_MINE;
	if (is_catalog(name))
		return read_catalog(&build);
	return is_lock(name) ? read_lock(&build) : read_build(&build);
}

const struct reader reader_gradle = {
	.name = "gradle",
	.recognise = recognise_gradle,
	.read = read_gradle,
	.understood = CLASS_READ,
};
