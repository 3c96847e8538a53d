/* SPDX-License-Identifier: Apache-2.0 */
/* Resources of a PE image ("PE Format", The .rsrc Section): a tree of three levels, type, name and
 * language. Version resources become facts; what can hold a file of its own becomes a child. */
#include "base/text.h"
#include "core/limits.h"
#include "reader/pe_image.h"

#include <inttypes.h>
#include <stdio.h>

enum { LEVELS = 3, TYPE_VERSION = 16 };

struct level {
	struct cursor c; /* at the next entry */
	uint32_t entries_left;
	struct bytes label; /* of the entry that is open */
};

struct tree {
	struct visit *visit;
	struct pe_image *image;
	struct bytes bytes;  /* the file up to the end of the section */
	uint64_t root;       /* where the tree begins: its offsets count from here */
	uint64_t bytes_left; /* of children: leaves may share their bytes, but not for ever */
	uint32_t type;       /* number of the type that is open, 0 when it has a name */
	struct level levels[LEVELS];
	bool damaged;
};

static struct cursor tree_at(const struct tree *tree, uint64_t offset)
{
	struct cursor c = cursor_over(tree->bytes);
	cursor_seek(&c, tree->root + offset);
	return c;
}

static bool open_level(struct tree *tree, int depth, uint64_t offset)
{
	struct level *level = &tree->levels[depth];
	*level = (struct level){.c = tree_at(tree, offset)};
	cursor_skip(&level->c, 12);
	uint32_t count = cursor_u16le(&level->c);
	count += cursor_u16le(&level->c);
	level->entries_left = (uint32_t)cursor_fits(&level->c, count, 8);
	tree->damaged |= !cursor_ok(&level->c);
	return cursor_ok(&level->c);
}

static struct bytes number_text(struct visit *visit, uint32_t number)
{
	char *text = visit_alloc(visit, 1, 16);
	(void)snprintf(text, 16, "%" PRIu32, number);
	return bytes_of(text);
}

/* The name of an entry: a string in the tree, or a number, which has a name for types. */
static struct bytes read_label(struct tree *tree, int depth, uint32_t name)
{
	static const char *const types[] = {
		[10] = "RCDATA", [19] = "PLUGPLAY", [20] = "VXD", [23] = "HTML", [24] = "MANIFEST",
	};
	if (depth == 0)
		tree->type = name >> 31 ? 0 : name;
	if (!(name >> 31)) {
		bool known = depth == 0 && name < sizeof types / sizeof types[0] && types[name];
		return known ? bytes_of(types[name]) : number_text(tree->visit, name);
	}
	struct cursor c = tree_at(tree, name & 0x7fffffff);
	struct bytes text = cursor_take(&c, 2 * (uint64_t)cursor_u16le(&c));
	text = bytes_slice(text, 0, LIMIT_PE_NAME);
	if (!cursor_ok(&c) || !pe_image_spend(tree->image, text.len)) {
		tree->damaged = true;
		return (struct bytes){0};
	}
	uint8_t *utf8 = visit_alloc(tree->visit, 1, 2 * text.len + 1);
	return (struct bytes){utf8, text_from_utf16(text, false, utf8)};
}

static struct bytes child_name(const struct tree *tree)
{
	const struct bytes *labels[LEVELS] = {&tree->levels[0].label, &tree->levels[1].label,
	                                      &tree->levels[2].label};
	size_t length = 8;
	uint8_t *name = visit_alloc(
		tree->visit, 1, length + LEVELS + labels[0]->len + labels[1]->len + labels[2]->len);
	memcpy(name, "resource", length);
	for (int i = 0; i < LEVELS; i++) {
		name[length++] = '/';
		if (labels[i]->len > 0)
			memcpy(&name[length], labels[i]->ptr, labels[i]->len);
		length += labels[i]->len;
	}
	return (struct bytes){name, length};
}

/* Types that hold pictures, layouts and strings, which the search sees through as they are. */
static bool is_plain_type(uint32_t type)
{
	return (type >= 1 && type <= 9) || type == 11 || type == 12 || type == 14 || type == 17 ||
	       type == 21 || type == 22 || type == 240 || type == 241;
}

/* IMAGE_RESOURCE_DATA_ENTRY: address, size, code page, reserved. */
static void read_leaf(struct tree *tree, uint64_t offset)
{
	struct cursor c = tree_at(tree, offset);
	uint64_t address = cursor_u32le(&c);
	uint64_t size = cursor_u32le(&c);
	if (!cursor_ok(&c)) {
		tree->damaged = true;
		return;
	}
	if (is_plain_type(tree->type) || size == 0)
		return;
	struct cursor data = pe_image_at(tree->image, address);
	if (!cursor_ok(&data) || size > tree->bytes_left) {
		tree->damaged = true;
		return;
	}
	if (size > cursor_left(&data)) {
		tree->damaged = true;
		size = cursor_left(&data);
	}
	if (size == data.all.len) { /* the image would be its own child */
		tree->damaged = true;
		return;
	}
	tree->bytes_left -= size;
	struct cursor part = cursor_over(bytes_slice(data.all, 0, data.at + (size_t)size));
	cursor_seek(&part, data.at);
	if (tree->type == TYPE_VERSION)
		tree->damaged |= !pe_version_read(tree->visit, part);
	else
		visit_child(tree->visit, child_name(tree), cursor_take(&part, size));
}

/* Depth first over the three levels. A deeper directory is none of the format's. Entries that are
 * shared or go in circles cost work, and the work is bounded. */
static void walk(struct tree *tree)
{
	int depth = open_level(tree, 0, 0) ? 0 : -1;
	while (depth >= 0) {
		struct level *level = &tree->levels[depth];
		if (level->entries_left == 0) {
			depth--;
			continue;
		}
		level->entries_left--;
		uint32_t name = cursor_u32le(&level->c);
		uint32_t offset = cursor_u32le(&level->c);
		if (!pe_image_spend(tree->image, 16)) {
			tree->damaged = true;
			return;
		}
		level->label = read_label(tree, depth, name);
		bool is_folder = offset >> 31;
		if (is_folder && depth + 1 < LEVELS)
			depth += open_level(tree, depth + 1, offset & 0x7fffffff);
		else if (is_folder)
			tree->damaged = true;
		else
			read_leaf(tree, offset);
	}
}

bool pe_resources_read(struct visit *visit, struct pe_image *image)
{
	struct pe_directory directory;
	if (!pe_image_directory(image, PE_RESOURCES, &directory))
		return true;
	struct cursor c = pe_image_at(image, directory.address);
	struct tree tree = {
		.visit = visit,
		.image = image,
		.bytes = c.all,
		.root = c.at,
		.bytes_left = image->body.len < SIZE_MAX / 2 ? 2 * image->body.len : SIZE_MAX,
		.damaged = !cursor_ok(&c),
	};
	if (cursor_ok(&c))
		walk(&tree);
	if (tree.damaged)
		visit_gap(visit, directory.span, CLASS_UNREAD, "damaged resources");
	return !tree.damaged;
}
