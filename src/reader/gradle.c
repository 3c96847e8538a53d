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

enum { VERSIONS_MOST = 256 }; /* a lookup goes over them all; large catalogs have a hundred */

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
	struct bytes named;       /* "g:n" of it, or of `module` in a catalog */
	struct bytes version;     /* that a catalog gave before its name */
	struct {
		struct bytes name, value;
	} versions[VERSIONS_MOST]; /* of a catalog, to be referred to */
	size_t version_count;
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

static struct span span_of(const struct build *b, struct bytes part)
{
	return (struct span){(uint64_t)(part.ptr - b->body.ptr), part.len};
}

/* Up to the first of `stops`. */
static struct bytes before_any(struct bytes text, const char *stops)
{
	size_t length = 0;
	while (length < text.len && !line_is_one_of(text.ptr[length], stops))
		length++;
	return bytes_slice(text, 0, length);
}

/* "group:artifact:version:classifier@type"; a line of a lock goes on with "=configurations". */
static void state_literal(struct build *b, struct bytes text)
{
	struct bytes name = bytes_slice(text, 0, coordinates_length(text));
	once_fact(b->once, FACT_MAVEN_DEPENDENCY, name, span_of(b, text));
	struct bytes rest = bytes_from(text, name.len);
	if (name.len == 0 || !bytes_start_with(rest, BYTES(":")))
		return;
	struct bytes version = before_any(bytes_from(rest, 1), ":@=");
	once_version(b->once, name, version, span_of(b, version));
}

/* The version of the artifact that was named apart from it. */
static void state_version(struct build *b, struct bytes version)
{
	once_version(b->once, b->named, version, span_of(b, version));
}

static void state_pair(struct build *b, struct bytes group, struct bytes name)
{
	if (group.len == 0 || name.len == 0 || line_word(group, "._-") < group.len ||
	    line_word(name, "._-") < name.len)
		return;
	uint8_t *text = visit_alloc(b->visit, group.len + 1 + name.len, 1);
	memcpy(text, group.ptr, group.len);
	text[group.len] = ':';
	memcpy(text + group.len + 1, name.ptr, name.len);
	b->named = (struct bytes){text, group.len + 1 + name.len};
	once_fact(b->once, FACT_MAVEN_DEPENDENCY, b->named, span_of(b, name));
}

/* A plain version, or one of a rich one: `{ strictly = "[1,2[", prefer = "1.5" }`. */
static bool says_version(struct bytes key)
{
	return bytes_equal(key, BYTES("version")) || bytes_equal(key, BYTES("strictly")) ||
	       bytes_equal(key, BYTES("require")) || bytes_equal(key, BYTES("prefer"));
}

/* [versions], which may stand before or behind what refers to them. */
static void find_versions(struct build *b)
{
	struct toml_walk walk;
	struct toml_item item;
	toml_init(&walk, b->visit, b->body);
	for (enum toml_kind kind; (kind = toml_next(&walk, &item)) != TOML_END;) {
		bool version = walk.inner.len == 0 || says_version(walk.inner);
		if (kind != TOML_STRING || !version || b->version_count == VERSIONS_MOST ||
		    !toml_table_is(&walk, "versions"))
			continue;
		b->versions[b->version_count].name = walk.key;
		b->versions[b->version_count++].value = item.text;
	}
}

static struct bytes version_named(const struct build *b, struct bytes name)
{
	for (size_t i = 0; i < b->version_count; i++)
		if (bytes_equal(b->versions[i].name, name))
			return b->versions[i].value;
	return (struct bytes){0};
}

/* "module", or "group" before "name", and "version" or "version.ref", in braces of [libraries]; a
 * plain string is coordinates. */
static void read_library(struct build *b, struct bytes key, struct bytes text)
{
	if (bytes_equal(key, BYTES("group"))) {
		b->group = text;
	} else if (bytes_equal(key, BYTES("name"))) {
		state_pair(b, b->group, text);
	} else if (says_version(key)) {
		b->version = text;
	} else if (bytes_equal(key, BYTES("version.ref"))) {
		b->version = version_named(b, text);
	} else if (key.len == 0 || bytes_equal(key, BYTES("module"))) {
		state_literal(b, text);
		b->named = bytes_slice(text, 0, coordinates_length(text));
	}
	if (b->version.len > 0)
		state_version(b, b->version);
}

static enum read_result read_catalog(struct build *b)
{
	struct toml_walk walk;
	struct toml_item item;
	find_versions(b);
	toml_init(&walk, b->visit, b->body);
	for (enum toml_kind kind; (kind = toml_next(&walk, &item)) != TOML_END;) {
		if (kind == TOML_KEY)
			b->group = b->named = b->version = (struct bytes){0};
		if (kind == TOML_STRING && toml_table_is(&walk, "libraries"))
			read_library(b, walk.inner, item.text);
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
	else if (bytes_equal(word, BYTES("version")))
		state_version(b, text);
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
				b->group = b->named = (struct bytes){0};
			at++;
		}
	}
	return READ_WHOLE;
}

static enum read_result read_gradle(struct visit *visit, struct bytes body)
{
	struct bytes name = visit_sight(visit)->name;
	if (!line_is_text(body))
		return READ_NOT_MINE;
	struct build *build = visit_alloc(visit, 1, sizeof *build);
	build->visit = visit;
	build->once = once_create(visit);
	build->body = body;
	if (is_catalog(name))
		return read_catalog(build);
	return is_lock(name) ? read_lock(build) : read_build(build);
}

const struct reader reader_gradle = {
	.name = "gradle",
	.recognise = recognise_gradle,
	.read = read_gradle,
	.understood = CLASS_READ,
};
