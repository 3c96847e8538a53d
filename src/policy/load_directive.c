/* SPDX-License-Identifier: Apache-2.0 */
/* A directive file into rows. */
#include "core/finding.h"
#include "policy/load.h"

static void check_vendors(struct load *load, const struct directive_file *file)
{
	struct builder *b = load->builder;
	for (size_t i = 0; i < file->vendors_count; i++) {
		bool known = false;
		for (size_t k = 0; k < builder_rows(b, TABLE_VENDOR); k++) {
			uint32_t id = builder_row_at(b, TABLE_VENDOR, k)[VENDOR_ID];
			known = known ||
			        bytes_equal(builder_string(b, id), bytes_of(file->vendors[i]));
		}
		if (!known && !load->vendor_unread)
			problem_add(load->problems, yaml_section_line(load->lines, "vendors"),
			            "unknown vendor '%s'", file->vendors[i]);
	}
}

/* "the words (where they stand)". */
static uint32_t cite(struct load *load, uint32_t line, const char *words, const char *source)
{
	uint32_t citation = load_source(load, line, source);
	if (bytes_trim(bytes_of(words)).len == 0)
		problem_add(load->problems, line, "clause is empty");
	buffer_clear(&load->text);
	buffer_put(&load->text, bytes_trim(bytes_of(words)));
	buffer_put_text(&load->text, " (");
	buffer_put(&load->text, builder_string(load->builder, citation));
	buffer_put_text(&load->text, ")");
	return builder_text(load->builder, buffer_bytes(&load->text));
}

static void load_scope(struct load *load, const struct directive_file *file, uint32_t directive)
{
	bool given[NEXUS_COUNT + 1] = {false};
	for (size_t i = 0; i < file->scope_count; i++) {
		const struct scope_row *scope = &file->scope[i];
		uint32_t line = yaml_row_line(load->lines, "scope", i);
		enum nexus nexus = nexus_named(bytes_of(scope->nexus));
		enum scope is = scope_named(bytes_of(scope->is));
		if (nexus == NEXUS_COUNT)
			problem_add(load->problems, line, "unknown nexus '%s'", scope->nexus);
		if (is == SCOPE_COUNT)
			problem_add(load->problems, line, "is: in, out or conditional, not '%s'",
			            scope->is);
		if (!scope->to && given[nexus])
			problem_add(load->problems, line, "nexus '%s' is given twice",
			            scope->nexus);
		given[nexus] = given[nexus] || !scope->to;
		uint32_t *row = builder_row(load->builder, TABLE_SCOPE);
		row[SCOPE_DIRECTIVE] = directive;
		row[SCOPE_NEXUS] = (uint32_t)nexus;
		row[SCOPE_IS] = (uint32_t)is;
		row[SCOPE_CLAUSE] = cite(load, line, scope->clause, scope->source);
		row[SCOPE_FROM] = load_date(load, line, scope->from);
		row[SCOPE_TO] = load_end(load, line, scope->from, scope->to);
	}
	for (enum nexus nexus = 0; nexus < NEXUS_COUNT; nexus++)
		if (!given[nexus])
			problem_add(load->problems, yaml_section_line(load->lines, "scope"),
			            "the scope does not say what holds for %s today",
			            nexus_name(nexus));
}

static void load_clauses(struct load *load, const struct directive_file *file, uint32_t directive)
{
	for (size_t i = 0; i < file->clauses_count; i++) {
		const struct clause_row *clause = &file->clauses[i];
		uint32_t line = yaml_row_line(load->lines, "clauses", i);
		uint32_t *row = builder_row(load->builder, TABLE_CLAUSE);
		row[CLAUSE_DIRECTIVE] = directive;
		row[CLAUSE_ID] = load_word(load, line, "id", clause->id);
		row[CLAUSE_FROM] = load_date(load, line, clause->from);
		row[CLAUSE_TO] = load_end(load, line, clause->from, clause->to);
		row[CLAUSE_TEXT] = load_word(load, line, "text", clause->text);
		row[CLAUSE_SOURCE] = load_source(load, line, clause->source);
	}
}

static void load_deadlines(struct load *load, const struct directive_file *file, uint32_t directive)
{
	for (size_t i = 0; i < file->deadlines_count; i++) {
		const struct deadline_row *deadline = &file->deadlines[i];
		uint32_t line = yaml_row_line(load->lines, "deadlines", i);
		if (!deadline->due && !deadline->date)
			problem_add(load->problems, line, "neither due nor date is given");
		uint32_t *row = builder_row(load->builder, TABLE_DEADLINE);
		row[DEADLINE_DIRECTIVE] = directive;
		row[DEADLINE_DUE] = load_text(load, deadline->due);
		row[DEADLINE_DATE] = load_date(load, line, deadline->date);
		row[DEADLINE_WHAT] = load_word(load, line, "what", deadline->what);
		row[DEADLINE_FIELDS] =
			load_lines(load, deadline->fields, deadline->fields_count, "\n");
		row[DEADLINE_SOURCE] = load_source(load, line, deadline->source);
	}
}

static void load_exceptions(struct load *load, const struct directive_file *file,
                            uint32_t directive)
{
	for (size_t i = 0; i < file->exceptions_count; i++) {
		uint32_t line = yaml_row_line(load->lines, "exceptions", i);
		uint32_t *row = builder_row(load->builder, TABLE_EXCEPTION);
		row[EXCEPTION_DIRECTIVE] = directive;
		row[EXCEPTION_TEXT] = load_word(load, line, "text", file->exceptions[i].text);
		row[EXCEPTION_SOURCE] = load_source(load, line, file->exceptions[i].source);
	}
}

static void load_roles(struct load *load, const struct roles_row *out, uint32_t *row)
{
	uint32_t line = yaml_section_line(load->lines, "roles_out");
	for (size_t i = 0; i < out->roles_count; i++)
		if (!load_is_role(out->roles[i]))
			problem_add(load->problems, line, "unknown role '%s'", out->roles[i]);
	row[DIRECTIVE_ROLES_OUT] = load_lines(load, out->roles, out->roles_count, " ");
	row[DIRECTIVE_ROLES_CLAUSE] = cite(load, line, out->clause, out->source);
}

void load_directive(struct load *load, const struct directive_file *file)
{
	const struct yaml_lines *lines = load->lines;
	if (strcmp(file->schema, "debar-directive/1") != 0)
		problem_add(load->problems, yaml_section_line(lines, "schema"),
		            "schema is '%s', not debar-directive/1", file->schema);
	check_vendors(load, file);
	uint32_t directive = (uint32_t)builder_rows(load->builder, TABLE_DIRECTIVE);
	uint32_t *row = builder_row(load->builder, TABLE_DIRECTIVE);
	row[DIRECTIVE_ID] = load_id(load, yaml_section_line(lines, "id"), "id", file->id);
	row[DIRECTIVE_TITLE] =
		load_word(load, yaml_section_line(lines, "title"), "title", file->title);
	row[DIRECTIVE_AUTHORITY] = load_word(load, yaml_section_line(lines, "authority"),
	                                     "authority", file->authority);
	row[DIRECTIVE_ISSUED] = load_date(load, yaml_section_line(lines, "issued"), file->issued);
	row[DIRECTIVE_EFFECTIVE] =
		load_date(load, yaml_section_line(lines, "effective"), file->effective);
	row[DIRECTIVE_STATUS] =
		load_word(load, yaml_section_line(lines, "status"), "status", file->status);
	row[DIRECTIVE_APPLIES_TO] = load_word(load, yaml_section_line(lines, "applies_to"),
	                                      "applies_to", file->applies_to);
	row[DIRECTIVE_VENDORS] = load_lines(load, file->vendors, file->vendors_count, " ");
	row[DIRECTIVE_PRODUCTS] =
		load_lines(load, file->products_named, file->products_named_count, "\n");
	row[DIRECTIVE_NOTE] = load_text(load, file->note);
	if (file->roles_out)
		load_roles(load, file->roles_out, row);
	load_scope(load, file, directive);
	load_clauses(load, file, directive);
	load_deadlines(load, file, directive);
	load_exceptions(load, file, directive);
}
