/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/load.h"

#include <stdlib.h>

struct parsed {
	enum policy_kind kind;
	const char *name, *id;
	struct vendor_file *vendor;
	struct directive_file *directive;
	struct root_file *root;
	struct yaml_lines lines;
};

/* Vendors first: directives name them. */
static int compare_parsed(const void *left, const void *right)
{
	const struct parsed *a = left, *b = right;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	int order = strcmp(a->id, b->id);
	return order != 0 ? order : strcmp(a->name, b->name);
}

static void parse_text(struct parsed *parsed, const struct policy_text *text,
                       struct problems *problems)
{
	problems->file = parsed->name = text->name;
	parsed->id = "";
	parsed->kind = text->kind;
	if (text->kind == POLICY_ROOT) {
		parsed->root = root_read(text->text, problems);
		parsed->id = parsed->root ? parsed->root->digest : "";
		return;
	}
	if (!yaml_look(text->text, problems, &parsed->lines))
		return;
	if (text->kind == POLICY_DIRECTIVE) {
		parsed->directive = schema_read_directive(text->text, problems);
		parsed->id = parsed->directive ? parsed->directive->id : "";
	} else {
		parsed->vendor = schema_read_vendor(text->text, problems);
		parsed->id = parsed->vendor ? parsed->vendor->id : "";
	}
}

static bool is_repeated(const struct parsed *one, const struct parsed *before)
{
	return one->id[0] != '\0' && one->kind == before->kind && strcmp(one->id, before->id) == 0;
}

static void convert(const struct parsed *parsed, struct load *load)
{
	load->lines = &parsed->lines;
	if (parsed->vendor) {
		load->sources = parsed->vendor->sources;
		load->source_count = parsed->vendor->sources_count;
		load_check_sources(load);
		load_vendor(load, parsed->vendor);
	} else if (parsed->directive) {
		load->sources = parsed->directive->sources;
		load->source_count = parsed->directive->sources_count;
		load_check_sources(load);
		load_directive(load, parsed->directive);
	} else if (parsed->root) {
		load_root(load, parsed->root);
	}
}

static void convert_all(struct parsed *parsed, size_t count, struct load *load)
{
	qsort(parsed, count, sizeof *parsed, compare_parsed);
	for (size_t i = 0; i < count; i++) {
		load->problems->file = parsed[i].name;
		bool repeated = i > 0 && is_repeated(&parsed[i], &parsed[i - 1]);
		if (repeated && parsed[i].kind == POLICY_ROOT)
			continue; /* two folders may trust the same root */
		if (repeated)
			problem_add(load->problems, yaml_section_line(&parsed[i].lines, "id"),
			            "id '%s' is already that of %s", parsed[i].id,
			            parsed[i - 1].name);
		else
			convert(&parsed[i], load);
	}
	builder_sort_marks(load->builder);
}

enum debar_status load_texts(const struct policy_text *texts, size_t count,
                             struct problems *problems, struct builder *builder,
                             struct debar_error *error)
{
	enum debar_status status = DEBAR_OK;
	struct load load = {.problems = problems, .builder = builder};
	buffer_init(&load.text, 1 << 20);
	struct parsed *parsed = calloc(count + 1, sizeof *parsed);
	load.scratch = malloc(sizeof *load.scratch);
	if (!parsed || !load.scratch) {
		status = error_set(error, DEBAR_NO_MEMORY, 0, "no memory to load policies");
		goto out;
	}
	for (size_t i = 0; i < count; i++) {
		parse_text(&parsed[i], &texts[i], problems);
		load.vendor_unread |= texts[i].kind == POLICY_VENDOR && !parsed[i].vendor;
	}
	convert_all(parsed, count, &load);
	if (builder->bad || !buffer_ok(&load.text))
		status = error_set(error, DEBAR_NO_MEMORY, 0, "no memory to load policies");
out:
	for (size_t i = 0; parsed && i < count; i++) {
		schema_free_vendor(parsed[i].vendor);
		schema_free_directive(parsed[i].directive);
		root_free(parsed[i].root);
		yaml_finish(&parsed[i].lines);
	}
	free(parsed);
	free(load.scratch);
	buffer_finish(&load.text);
	return status;
}
