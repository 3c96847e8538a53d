/* SPDX-License-Identifier: Apache-2.0 */
/*
 * npm: what JavaScript packages say of themselves and what they need: package.json,
 * package-lock.json (versions 1 to 3) and its siblings, yarn.lock (1 and later), pnpm-lock.yaml.
 * See docs.npmjs.com "package-lock.json". The YAML of lock files is machine-made and regular, so
 * it is read by lines.
 */
#include "reader/json_walk.h"
#include "reader/lines.h"
#include "reader/once.h"

extern const struct reader reader_npm;

enum { PROBE = 4096 };

static bool is_lock_name(struct bytes name)
{
	return bytes_equal(name, BYTES("package-lock.json")) ||
	       bytes_equal(name, BYTES("npm-shrinkwrap.json")) ||
	       bytes_equal(name, BYTES(".package-lock.json"));
}

/* A lock file by its name; or by its content, for copies are called anything: the key stands among
 * the first. */
static bool is_json_lock(const struct sight *sight)
{
	return json_starts_with(sight->head, '{') &&
	       (is_lock_name(sight->name) || bytes_find(bytes_slice(sight->head, 0, PROBE),
	                                                BYTES("\"lockfileVersion\"")) != SIZE_MAX);
}

static bool begins_yarn_lock(struct bytes head)
{
	head = bytes_slice(head, 0, PROBE);
	return bytes_find(head, BYTES("yarn lockfile v")) != SIZE_MAX ||
	       bytes_find(head, BYTES("__metadata:")) != SIZE_MAX;
}

static bool recognise_npm(const struct sight *sight)
{
	if (bytes_equal(sight->name, BYTES("package.json")))
		return json_starts_with(sight->head, '{');
	if (is_json_lock(sight))
		return true;
	if (bytes_equal(sight->name, BYTES("yarn.lock")))
		return begins_yarn_lock(sight->head);
	return bytes_equal(sight->name, BYTES("pnpm-lock.yaml")) &&
	       bytes_find(bytes_slice(sight->head, 0, PROBE), BYTES("lockfileVersion")) != SIZE_MAX;
}

/* "@scope/name@^1.0" without what follows the name; the first byte may be an '@' of its own. */
static struct bytes name_before_at(struct bytes text)
{
	for (size_t i = 1; i < text.len; i++)
		if (text.ptr[i] == '@')
			return bytes_slice(text, 0, i);
	return text;
}

/* The package behind an alias "npm:@scope/name@1"; empty when it is none. yarn also writes
 * "npm:^1.0", which names no other package: a name is followed by '@' and is no version. */
static struct bytes alias_target(struct bytes requirement)
{
	if (!bytes_start_with(requirement, BYTES("npm:")))
		return (struct bytes){0};
	struct bytes target = bytes_from(requirement, 4);
	struct bytes name = name_before_at(target);
	bool scoped = bytes_start_with(name, BYTES("@"));
	if (scoped || (name.len < target.len && line_word(name, "._-") == name.len))
		return name;
	return (struct bytes){0};
}

static bool is_list_of_dependencies(struct bytes key)
{
	static const char *const lists[] = {"dependencies", "devDependencies", "peerDependencies",
	                                    "optionalDependencies", "requires"};
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		if (bytes_equal(key, bytes_of(lists[i])))
			return true;
	return false;
}

static bool is_bundle(struct bytes key)
{
	return bytes_equal(key, BYTES("bundledDependencies")) ||
	       bytes_equal(key, BYTES("bundleDependencies"));
}

struct manifest {
	struct visit *visit;
	struct once *once;
	struct json_walk walk;
	bool renamed[LIMIT_NESTING + 1]; /* the entry at this depth said which package it is */
};

static void state_key(struct manifest *m, size_t level, struct bytes name)
{
	once_fact(m->once, FACT_NPM_DEPENDENCY, name, json_key_span(&m->walk, level));
}

/* "name": "range", in a list of dependencies. */
static void state_requirement(struct manifest *m, size_t level, struct bytes requirement)
{
	struct bytes target = alias_target(requirement);
	state_key(m, level, target.len > 0 ? target : json_key(&m->walk, level));
}

/* What package.json says at its outermost level. */
static void state_about(struct manifest *m, const struct json_item *item)
{
	const struct json_walk *walk = &m->walk;
	struct bytes value = json_text(walk, item);
	bool is_person = item->depth == 2 && json_key_is(walk, 0, "author") &&
	                 (json_key_is(walk, 1, "name") || json_key_is(walk, 1, "email"));
	if (item->depth == 1 && json_key_is(walk, 0, "name"))
		visit_fact(m->visit, FACT_NPM_NAME, value, item->span);
	else if (item->depth == 1 && json_key_is(walk, 0, "version"))
		visit_fact(m->visit, FACT_PACKAGE_VERSION, value, item->span);
	else if (is_person || (item->depth == 1 && (json_key_is(walk, 0, "author") ||
	                                            json_key_is(walk, 0, "publisher"))))
		once_persons(m->once, value, item->span);
}

/* In package.json, dependencies are right below the outermost level. */
static void read_manifest_string(struct manifest *m, const struct json_item *item)
{
	if (item->depth == 2 && is_list_of_dependencies(json_key(&m->walk, 0)))
		state_requirement(m, 1, json_text(&m->walk, item));
	else if (item->depth == 2 && is_bundle(json_key(&m->walk, 0)))
		once_fact(m->once, FACT_NPM_DEPENDENCY, json_text(&m->walk, item), item->span);
	else
		state_about(m, item);
}

/* An entry of a lock file: an object that stands for one package. */
static bool is_entry(const struct manifest *m, size_t depth)
{
	return depth >= 2 && (json_key_is(&m->walk, depth - 2, "dependencies") ||
	                      (depth == 2 && json_key_is(&m->walk, 0, "packages")));
}

static void read_lock_string(struct manifest *m, const struct json_item *item)
{
	const struct json_walk *walk = &m->walk;
	struct bytes key = item->depth > 0 ? json_key(walk, item->depth - 1) : (struct bytes){0};
	struct bytes value = json_text(walk, item);
	bool in_packages = json_key_is(walk, 0, "packages");
	bool is_root =
		item->depth == 1 || (in_packages && item->depth == 3 && json_key(walk, 1).len == 0);
	if (is_root && bytes_equal(key, BYTES("name"))) {
		/* A lock is not the package: its own project, too, is what a build brings in. */
		once_fact(m->once, FACT_NPM_DEPENDENCY, value, item->span);
	} else if (in_packages && item->depth == 3 && bytes_equal(key, BYTES("name"))) {
		once_fact(m->once, FACT_NPM_DEPENDENCY, value, item->span);
		m->renamed[2] = true;
	} else if (item->depth >= 2 && is_list_of_dependencies(json_key(walk, item->depth - 2))) {
		state_requirement(m, item->depth - 1, value);
	} else if (item->depth >= 3 && is_entry(m, item->depth - 1) &&
	           bytes_equal(key, BYTES("version")) && alias_target(value).len > 0) {
		once_fact(m->once, FACT_NPM_DEPENDENCY, alias_target(value), item->span);
		m->renamed[item->depth - 1] = true;
	}
}

/* "node_modules/a/node_modules/@b/c" is the package @b/c; other paths are the project's own. */
static struct bytes name_in_path(struct bytes path)
{
	const struct bytes folder = BYTES("node_modules/");
	struct bytes name = {0};
	for (size_t at; (at = bytes_find(path, folder)) != SIZE_MAX;)
		name = path = bytes_from(path, at + folder.len);
	return name;
}

static void end_of_entry(struct manifest *m, size_t depth)
{
	if (!is_entry(m, depth) || m->renamed[depth])
		return;
	bool in_packages = depth == 2 && json_key_is(&m->walk, 0, "packages");
	struct bytes key = json_key(&m->walk, depth - 1);
	state_key(m, depth - 1, in_packages ? name_in_path(key) : key);
}

static enum read_result read_json(struct visit *visit, struct bytes body, bool lock)
{
	struct manifest *m = visit_alloc(visit, 1, sizeof *m);
	struct json_item item;
	m->visit = visit;
	m->once = once_create(visit);
	json_init(&m->walk, visit, body);
	for (enum json_kind kind; (kind = json_next(&m->walk, &item)) < JSON_END;) {
		if (kind == JSON_STRING && lock)
			read_lock_string(m, &item);
		else if (kind == JSON_STRING)
			read_manifest_string(m, &item);
		else if (kind == JSON_OBJECT)
			m->renamed[item.depth] = false;
		else if (kind == JSON_CLOSE && lock)
			end_of_entry(m, item.depth);
	}
	return json_finish(&m->walk);
}

/* `"@scope/name@^1.0", "name@npm:^2"`: every descriptor that an entry of yarn.lock answers. */
static void state_descriptors(struct once *once, const struct line *line, struct bytes list)
{
	while (list.len > 0) {
		struct bytes one = list, rest = {0};
		(void)line_split(list, ',', &one, &rest);
		one = bytes_trim_end(one, '"');
		if (bytes_start_with(one, BYTES("\"")))
			one = bytes_from(one, 1);
		struct bytes name = name_before_at(one);
		struct bytes target = alias_target(bytes_from(one, name.len + 1));
		once_fact(once, FACT_NPM_DEPENDENCY, target.len > 0 ? target : name,
		          line_span(line, one));
		list = rest;
	}
}

static enum read_result read_yarn(struct visit *visit, struct bytes body)
{
	struct once *once = once_create(visit);
	struct cursor c = cursor_over(body);
	for (struct line line; line_next(&c, &line);) {
		struct bytes text = bytes_trim(line.text);
		if (line.indent > 0 || text.len == 0 || text.ptr[0] == '#')
			continue;
		if (!line.ended || !bytes_end_with(text, BYTES(":"))) {
			visit_gap(visit, (struct span){line.at, 0}, CLASS_UNREAD,
			          "damaged yarn.lock");
			return READ_PARTLY;
		}
		text.len--;
		if (!bytes_equal(text, BYTES("__metadata")))
			state_descriptors(once, &line, text);
	}
	return READ_WHOLE;
}

/* Keys were "/@scope/name/1.0.0_peer@1" (version 5), "/@scope/name@1.0.0(peer@1)" (6) and are
 * "@scope/name@1.0.0" (9); packages from elsewhere begin with a host. */
static struct bytes pnpm_name(struct bytes key)
{
	bool rooted = bytes_start_with(key, BYTES("/"));
	if (rooted)
		key = bytes_from(key, 1);
	size_t at = 0;
	while (at < key.len && key.ptr[at] != '/' && (at == 0 || key.ptr[at] != '@'))
		at++;
	if (at < key.len && key.ptr[at] == '/' && key.ptr[0] != '@' && !rooted)
		key = bytes_from(key, at + 1);
	bool scoped = bytes_start_with(key, BYTES("@"));
	for (at = 1; at < key.len; at++) {
		if (key.ptr[at] == '/' && scoped)
			scoped = false;
		else if (key.ptr[at] == '/' || key.ptr[at] == '@')
			return bytes_slice(key, 0, at);
	}
	return key;
}

static enum read_result read_pnpm(struct visit *visit, struct bytes body)
{
	struct once *once = once_create(visit);
	struct cursor c = cursor_over(body);
	bool in_packages = false;
	for (struct line line; line_next(&c, &line);) {
		struct bytes text = bytes_trim(line.text);
		if (text.len == 0 || text.ptr[0] == '#')
			continue;
		if (line.indent == 0)
			in_packages = bytes_equal(text, BYTES("packages:")) ||
			              bytes_equal(text, BYTES("snapshots:"));
		if (line.indent != 2 || !in_packages || !line.ended)
			continue;
		if (bytes_end_with(text, BYTES(" {}")))
			text.len -= 3;
		struct bytes key = line_unquote(bytes_trim_end(text, ':'));
		once_fact(once, FACT_NPM_DEPENDENCY, pnpm_name(key), line_span(&line, key));
	}
	return READ_WHOLE;
}

static enum read_result read_npm(struct visit *visit, struct bytes body)
{
	struct sight in_body = *visit_sight(visit), *sight = &in_body;
	sight->head = body;
	bool is_manifest = bytes_equal(sight->name, BYTES("package.json"));
	if (!is_manifest && is_json_lock(sight))
		return read_json(visit, body, true);
	if (bytes_end_with(sight->name, BYTES(".lock")))
		return begins_yarn_lock(body) ? read_yarn(visit, body) : READ_NOT_MINE;
	if (bytes_end_with(sight->name, BYTES(".yaml")))
		return read_pnpm(visit, body);
	if (!is_manifest || !json_starts_with(body, '{'))
		return READ_NOT_MINE;
	return read_json(visit, body, false);
}

const struct reader reader_npm = {
	.name = "npm",
	.recognise = recognise_npm,
	.read = read_npm,
	.understood = CLASS_READ,
};
