/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/rpm_header.h"

#include "reader/fields.h"

enum rpm_tag {
	TAG_NAME = 1000,
	TAG_VERSION = 1001,
	TAG_RELEASE = 1002,
	TAG_VENDOR = 1011,
	TAG_PACKAGER = 1015,
	TAG_OLD_PATHS = 1027,
	TAG_REQUIRES = 1049,
	TAG_FOLDER_INDEXES = 1116,
	TAG_BASENAMES = 1117,
	TAG_FOLDERS = 1118,
};

enum { INDEX_ENTRY = 16, TYPE_INT32 = 4, TYPE_STRING = 6, TYPE_STRINGS = 8, TYPE_TRANSLATED = 9 };

enum { PATH_PART = 4096 }; /* PATH_MAX of Linux */

struct values {
	struct cursor at; /* the first value */
	uint32_t type, count;
};

bool rpm_header_take(struct cursor *c, struct rpm_header *out)
{
	uint32_t entries = cursor_u32be(c);
	uint32_t size = cursor_u32be(c);
	out->index = cursor_take(c, cursor_fits(c, entries, INDEX_ENTRY) * INDEX_ENTRY);
	out->store = cursor_take(c, size);
	return cursor_ok(c) && entries > 0;
}

/* The first entry with the tag. A count of 0: there is none. */
static struct values find(const struct rpm_header *header, enum rpm_tag tag)
{
	struct cursor c = cursor_over(header->index);
	while (cursor_left(&c) >= INDEX_ENTRY) {
		uint32_t found = cursor_u32be(&c);
		struct values values = {.type = cursor_u32be(&c)};
		uint32_t offset = cursor_u32be(&c);
		values.count = cursor_u32be(&c);
		if (found != (uint32_t)tag)
			continue;
		values.at = cursor_over(header->store);
		cursor_seek(&values.at, offset);
		return values;
	}
	return (struct values){0};
}

static bool is_text(const struct values *values)
{
	return values->count > 0 && (values->type == TYPE_STRING || values->type == TYPE_STRINGS ||
	                             values->type == TYPE_TRANSLATED);
}

/* Takes the next text; false when none is left. */
static bool next_text(struct values *values, struct bytes *text)
{
	if (!is_text(values))
		return false;
	values->count--;
	*text = cursor_until(&values->at, '\0');
	return cursor_ok(&values->at);
}

static struct bytes text_of(const struct rpm_header *header, enum rpm_tag tag)
{
	struct bytes text = {0};
	struct values values = find(header, tag);
	(void)next_text(&values, &text);
	return text;
}

static struct span proof(const struct rpm_facts *facts, struct bytes part)
{
	return facts->object.len > 0 ? fields_span(facts->object, part) : facts->span;
}

static void state(const struct rpm_facts *facts, enum fact_kind kind, struct bytes value)
{
	visit_fact(facts->visit, kind, value, proof(facts, value));
}

static void state_version(const struct rpm_facts *facts, const struct rpm_header *header)
{
	struct bytes version = text_of(header, TAG_VERSION);
	struct bytes release = text_of(header, TAG_RELEASE);
	uint8_t *text = visit_alloc(facts->visit, version.len + 1 + release.len, 1);
	if (version.len == 0 || release.len == 0) {
		state(facts, FACT_PACKAGE_VERSION, version);
		return;
	}
	memcpy(text, version.ptr, version.len);
	text[version.len] = '-';
	memcpy(text + version.len + 1, release.ptr, release.len);
	visit_fact(facts->visit, FACT_PACKAGE_VERSION,
	           (struct bytes){text, version.len + 1 + release.len}, proof(facts, version));
}

/* rpmlib(…) is a feature of rpm itself, not a package. */
static void state_needs(const struct rpm_facts *facts, const struct rpm_header *header)
{
	struct values needs = find(header, TAG_REQUIRES);
	for (struct bytes name; next_text(&needs, &name);)
		if (!bytes_start_with(name, BYTES("rpmlib(")))
			state(facts, FACT_PACKAGE_DEPENDS, name);
}

/* Reads the folders' names into the room kept for them; returns how many there are. */
static uint64_t read_folders(struct rpm_facts *facts, const struct rpm_header *header)
{
	struct values folders = find(header, TAG_FOLDERS);
	uint64_t count = 0;
	struct cursor bound = folders.at;
	uint64_t most = cursor_fits(&bound, folders.count, 1);
	if (most > facts->folder_room) {
		facts->folders = visit_alloc(facts->visit, 2 * most, sizeof(struct bytes));
		facts->folder_room = 2 * most;
	}
	for (struct bytes name; count < most && next_text(&folders, &name);)
		facts->folders[count++] = name;
	return count;
}

static void state_path(const struct rpm_facts *facts, struct bytes folder, struct bytes name)
{
	folder = bytes_slice(folder, 0, PATH_PART);
	name = bytes_slice(name, 0, PATH_PART);
	if (folder.len > 0)
		memcpy(facts->path, folder.ptr, folder.len);
	if (name.len > 0)
		memcpy(facts->path + folder.len, name.ptr, name.len);
	visit_fact(facts->visit, FACT_PACKAGE_PATH,
	           (struct bytes){facts->path, folder.len + name.len},
	           proof(facts, name.len > 0 ? name : folder));
}

static void state_paths(struct rpm_facts *facts, const struct rpm_header *header)
{
	if (!facts->path)
		facts->path = visit_alloc(facts->visit, 2, PATH_PART);
	struct values names = find(header, TAG_BASENAMES);
	struct values indexes = find(header, TAG_FOLDER_INDEXES);
	uint64_t folder_count = read_folders(facts, header);
	for (struct bytes name; next_text(&names, &name);) {
		uint32_t index = indexes.type == TYPE_INT32 && indexes.count > 0
		                         ? cursor_u32be(&indexes.at)
		                         : UINT32_MAX;
		bool has_folder = cursor_ok(&indexes.at) && index < folder_count;
		indexes.count -= indexes.count > 0;
		facts->damaged |= !has_folder;
		state_path(facts, has_folder ? facts->folders[index] : (struct bytes){0}, name);
	}
	facts->damaged |= !cursor_ok(&names.at);
	struct values old = find(header, TAG_OLD_PATHS);
	for (struct bytes path; next_text(&old, &path);)
		state(facts, FACT_PACKAGE_PATH, path);
}

bool rpm_header_facts(struct rpm_facts *facts, const struct rpm_header *header)
{
	struct bytes name = text_of(header, TAG_NAME);
	if (name.len == 0)
		return false;
	state(facts, facts->name_kind, name);
	state_version(facts, header);
	state(facts, FACT_PACKAGE_VENDOR, text_of(header, TAG_VENDOR));
	state(facts, FACT_PACKAGE_VENDOR, text_of(header, TAG_PACKAGER));
	state_needs(facts, header);
	state_paths(facts, header);
	return true;
}
