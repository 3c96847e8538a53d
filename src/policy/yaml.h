/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A first look at a policy file, before libcyaml turns it into structs: it refuses what we never
 * write and what could be used against us (anchors, aliases, tags, deep nesting, a key given
 * twice, NUL in text), and it remembers on which line each mapping begins, which libcyaml forgets.
 */
#ifndef POLICY_YAML_H
#define POLICY_YAML_H

#include "policy/problems.h"

enum {
	YAML_SIZE_MOST = 16 << 20, /* ten times the largest vendor file imaginable */
	YAML_DEPTH_MOST = 8,       /* the schema needs 6 */
	YAML_SECTIONS_MOST = 32,
	YAML_KEYS_MOST = 32,
	YAML_KEY_MOST = 24,
};

/* A key of the top mapping, and the mappings under it in the order of the file. */
struct yaml_section {
	char name[YAML_KEY_MOST];
	uint32_t line;
	size_t first, count; /* in `lines` */
};

struct yaml_lines {
	struct yaml_section sections[YAML_SECTIONS_MOST];
	size_t section_count;
	uint32_t *lines;
	size_t count, room;
};

/* False when the file is refused (the problem is added) or there is no memory. `lines` is to be
 * finished either way. */
bool yaml_look(struct bytes file, struct problems *problems, struct yaml_lines *lines);
void yaml_finish(struct yaml_lines *lines);

/* Line of a top key; 1 when it is not there. */
uint32_t yaml_section_line(const struct yaml_lines *lines, const char *section);
/* Line where mapping number `index` under a top key begins. */
uint32_t yaml_row_line(const struct yaml_lines *lines, const char *section, size_t index);

#endif
