/* SPDX-License-Identifier: Apache-2.0 */
/*
 * npm: what JavaScript packages say of themselves and what they need: package.json,
 * package-lock.json (versions 1 to 3) and its siblings, yarn.lock (1 and later), pnpm-lock.yaml.
 * See docs.npmjs.com "package-lock.json". The YAML of lock files is machine-made and regular, so
 * it is read by lines.
 */
#include "reader/json_walk.h"
#include "reader/lines.h"
#include "reader/nameless.h"
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

/* package.json, or what is that in a store that goes by content. */
static bool is_manifest(const struct sight *sight)
{
	static const char *const keys[] = {"\"dependencies\"", "\"devDependencies\"",
	                                   "\"peerDependencies\""};
	if (bytes_equal(sight->name, BYTES("package.json")))
		return true;
	if (!is_nameless(sight->name))
		return false;
	struct bytes probe = bytes_slice(sight->head, 0, PROBE);
	bool found = bytes_find(probe, BYTES("\"name\"")) != SIZE_MAX &&
	             bytes_find(probe, BYTES("\"version\"")) != SIZE_MAX;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		found |= bytes_find(probe, bytes_of(keys[i])) != SIZE_MAX;
	return found;
}

static bool recognise_npm(const struct sight *sight)
{
	if (is_manifest(sight) && json_starts_with(sight->head, '{'))
		return true;
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

/* What follows the name; empty for addresses ("git+https://…", "file:../x", "owner/repository"),
 * which name no version. */
static struct bytes version_of(struct bytes text)
{
	bool address = bytes_find(text, BYTES(":")) != SIZE_MAX ||
	               bytes_find(text, BYTES("/")) != SIZE_MAX;
	return address ? (struct bytes){0} : text;
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

static size_t component_at(struct bytes path)
{
	size_t at = path.len;
	while (at > 0 && path.ptr[at - 1] != '/')
		at--;
	return at;
}

/* The package behind "https://registry.npmjs.org/@scope/name/-/name-1.tgz"; empty when it is none.
 */
static struct bytes tarball_target(struct bytes requirement)
{
	size_t end = bytes_find(requirement, BYTES("/-/"));
	if (end == SIZE_MAX || !bytes_start_with(requirement, BYTES("http")))
		return (struct bytes){0};
	size_t from = component_at(bytes_slice(requirement, 0, end));
	size_t scope = from > 0 ? component_at(bytes_slice(requirement, 0, from - 1)) : 0;
	if (scope > 0 && requirement.ptr[scope] == '@')
		from = scope;
	return bytes_slice(requirement, from, end - from);
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

/* What an entry of a lock file says of itself, by its depth. */
struct entry {
	struct bytes name, version; /* name: of the package, when it is not the entry's key */
	struct span version_span;
};

struct manifest {
	struct visit *visit;
	struct once *once;
	struct json_walk walk;
	struct entry entries[LIMIT_NESTING + 1];
};

static void state_key(struct manifest *m, size_t level, struct bytes name)
{
	once_fact(m->once, FACT_NPM_DEPENDENCY, name, json_key_span(&m->walk, level));
}

/* "name": "range", in a list of dependencies. Returns the name that was stated. */
static struct bytes state_requirement(struct manifest *m, size_t level, struct bytes requirement)
{
	struct bytes target = alias_target(requirement);
	struct bytes name = target.len > 0 ? target : json_key(&m->walk, level);
	state_key(m, level, name);
	state_key(m, level, tarball_target(requirement));
	return name;
}

/* The range behind "name": of the package itself, or behind its alias's name. */
static void state_range(struct manifest *m, struct bytes name, const struct json_item *item)
{
	struct bytes range = json_text(&m->walk, item), target = alias_target(range);
	if (target.len > 0)
		range = bytes_from(range, 4 + target.len + 1); /* "npm:", "@" */
	once_version(m->once, name, version_of(range), item->span);
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
		state_range(m, state_requirement(m, 1, json_text(&m->walk, item)), item);
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

/* "1.2.3", or "npm:@scope/name@1.2.3" for an alias. */
static void read_locked_version(struct manifest *m, const struct json_item *item)
{
	struct entry *entry = &m->entries[item->depth - 1];
	struct bytes version = json_text(&m->walk, item), target = alias_target(version);
	entry->version_span = item->span;
	entry->version = version_of(version);
	if (target.len == 0 || item->depth < 3)
		return;
	once_fact(m->once, FACT_NPM_DEPENDENCY, target, item->span);
	entry->name = target;
	entry->version = version_of(bytes_from(version, 4 + target.len + 1));
}

static void read_lock_string(struct manifest *m, const struct json_item *item)
{
	const struct json_walk *walk = &m->walk;
	struct bytes key = item->depth > 0 ? json_key(walk, item->depth - 1) : (struct bytes){0};
	struct bytes value = json_text(walk, item);
	bool in_packages = json_key_is(walk, 0, "packages");
	bool is_root =
		item->depth == 1 || (in_packages && item->depth == 3 && json_key(walk, 1).len == 0);
	if ((is_root || (in_packages && item->depth == 3)) && bytes_equal(key, BYTES("name"))) {
		/* A lock is not the package: its own project, too, is what a build brings in. */
		once_fact(m->once, FACT_NPM_DEPENDENCY, value, item->span);
		m->entries[item->depth - 1].name = value;
	} else if (item->depth >= 2 && is_list_of_dependencies(json_key(walk, item->depth - 2))) {
		(void)state_requirement(m, item->depth - 1, value);
	} else if (bytes_equal(key, BYTES("version")) &&
	           (is_root || (item->depth >= 3 && is_entry(m, item->depth - 1)))) {
		read_locked_version(m, item);
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
	const struct entry entry = m->entries[depth];
	struct bytes name = entry.name;
	m->entries[depth] = (struct entry){0};
	if (name.len == 0 && is_entry(m, depth)) {
		bool in_packages = depth == 2 && json_key_is(&m->walk, 0, "packages");
		struct bytes key = json_key(&m->walk, depth - 1);
		name = in_packages ? name_in_path(key) : key;
		state_key(m, depth - 1, name);
	}
	once_version(m->once, name, entry.version, entry.version_span);
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
		else if (kind == JSON_CLOSE && lock)
			end_of_entry(m, item.depth);
	}
	return json_finish(&m->walk);
}

/* `"@scope/name@^1.0", "name@npm:^2"`: takes the first descriptor off the list. */
static struct bytes next_descriptor(struct bytes *list)
{
	struct bytes one = *list, rest = {0};
	(void)line_split(*list, ',', &one, &rest);
	one = bytes_trim_end(one, '"');
	*list = rest;
	return bytes_start_with(one, BYTES("\"")) ? bytes_from(one, 1) : one;
}

static struct bytes described_name(struct bytes descriptor)
{
	struct bytes name = name_before_at(descriptor);
	struct bytes target = alias_target(bytes_from(descriptor, name.len + 1));
	return target.len > 0 ? target : name;
}

/* Every descriptor that an entry of yarn.lock answers. */
static void state_descriptors(struct once *once, const struct line *line, struct bytes list)
{
	while (list.len > 0) {
		struct bytes one = next_descriptor(&list);
		once_fact(once, FACT_NPM_DEPENDENCY, described_name(one), line_span(line, one));
	}
}

/* `version "1.2.3"`, later `version: 1.2.3`, in the entry of these descriptors. */
static void read_yarn_version(struct once *once, const struct line *line, struct bytes list)
{
	const struct bytes key = BYTES("version");
	struct bytes text = bytes_trim(line->text);
	if (!line->ended || line->indent != 2 || !bytes_start_with(text, key))
		return;
	text = bytes_from(text, key.len);
	if (!bytes_start_with(text, BYTES(" ")) && !bytes_start_with(text, BYTES(": ")))
		return;
	struct bytes version = line_unquote(bytes_trim(bytes_from(text, text.ptr[0] == ':')));
	while (list.len > 0)
		once_version(once, described_name(next_descriptor(&list)), version_of(version),
		             line_span(line, version));
}

static enum read_result read_yarn(struct visit *visit, struct bytes body)
{
	struct once *once = once_create(visit);
	struct cursor c = cursor_over(body);
	struct bytes descriptors = {0}; /* of the entry */
	for (struct line line; line_next(&c, &line);) {
		struct bytes text = bytes_trim(line.text);
		if (line.indent > 0)
			read_yarn_version(once, &line, descriptors);
		if (line.indent > 0 || text.len == 0 || text.ptr[0] == '#')
			continue;
		if (!line.ended || !bytes_end_with(text, BYTES(":"))) {
			visit_gap(visit, (struct span){line.at, 0}, CLASS_UNREAD,
			          "damaged yarn.lock");
			return READ_PARTLY;
		}
		text.len--;
		descriptors = bytes_equal(text, BYTES("__metadata")) ? (struct bytes){0} : text;
		state_descriptors(once, &line, descriptors);
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

/* What stands behind the name, without what it was resolved with: "_peer@1", "(peer@1)". */
static struct bytes pnpm_version(struct bytes key, struct bytes name)
{
	struct bytes version = bytes_from(key, (size_t)(name.ptr - key.ptr) + name.len + 1);
	size_t digits = line_word(version, ".-+");
	return line_word(bytes_slice(version, 0, 1), "") == 1 && version.ptr[0] <= '9'
	               ? bytes_slice(version, 0, digits)
	               : (struct bytes){0};
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
		struct bytes name = pnpm_name(key);
		once_fact(once, FACT_NPM_DEPENDENCY, name, line_span(&line, key));
		once_version(once, name, pnpm_version(key, name), line_span(&line, key));
	}
	return READ_WHOLE;
}

static enum read_result read_npm(struct visit *visit, struct bytes body)
{
	struct sight in_body = *visit_sight(visit), *sight = &in_body;
	sight->head = body;
	bool manifest = bytes_equal(sight->name, BYTES("package.json"));
	if (!manifest && is_json_lock(sight))
		return read_json(visit, body, true);
	if (bytes_end_with(sight->name, BYTES(".lock")))
		return begins_yarn_lock(body) ? read_yarn(visit, body) : READ_NOT_MINE;
	if (bytes_end_with(sight->name, BYTES(".yaml")))
		return read_pnpm(visit, body);
	if (!is_manifest(sight) || !json_starts_with(body, '{'))
		return READ_NOT_MINE;
	return read_json(visit, body, false);
}

const struct reader reader_npm = {
	.name = "npm",
	.recognise = recognise_npm,
	.read = read_npm,
	.understood = CLASS_READ,
};
