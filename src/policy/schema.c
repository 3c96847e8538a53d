/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/schema.h"

#include "policy/shape.h"

#include <cyaml/cyaml.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS_MOST = 200000, TEXT_MOST = 8192 };

/* libcyaml describes structs by tables; these keep the tables to one line a key. */
#define TEXT(type, key, member)                                                                    \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, struct type, member, 0, TEXT_MOST)
#define TEXT_OR_NONE(type, key, member)                                                            \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, member, \
	                       0, TEXT_MOST)
#define LIST_OR_NONE(type, member, entry)                                                          \
	CYAML_FIELD_SEQUENCE(#member, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type,       \
	                     member, entry, 0, ROWS_MOST)
#define NESTED_LIST_OR_NONE(type, key, member, entry)                                              \
	CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, member,   \
	                     entry, 0, ROWS_MOST)
#define LIST(type, member, entry)                                                                  \
	CYAML_FIELD_SEQUENCE(#member, CYAML_FLAG_POINTER, struct type, member, entry, 1, ROWS_MOST)
#define WORDS(type)                                                                                \
	TEXT_OR_NONE(type, "match", words.match), TEXT_OR_NONE(type, "product", words.product),    \
		TEXT_OR_NONE(type, "nexus", words.nexus),                                          \
		TEXT_OR_NONE(type, "strength", words.strength),                                    \
		TEXT_OR_NONE(type, "confidence", words.confidence),                                \
		TEXT_OR_NONE(type, "cloud", words.cloud),                                          \
		TEXT_OR_NONE(type, "source", words.source),                                        \
		TEXT_OR_NONE(type, "note", words.note),                                            \
		NESTED_LIST_OR_NONE(type, "reach", words.reach, &word_schema)

static const cyaml_schema_value_t word_schema = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, TEXT_MOST)};

static const cyaml_schema_field_t source_fields[] = {TEXT(source_row, "id", id),
                                                     TEXT(source_row, "is", is), CYAML_FIELD_END};
static const cyaml_schema_value_t source_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct source_row, source_fields)};

static const cyaml_schema_field_t entity_fields[] = {TEXT(entity_row, "name", name),
                                                     TEXT_OR_NONE(entity_row, "id", id),
                                                     TEXT(entity_row, "relation", relation),
                                                     TEXT_OR_NONE(entity_row, "from", from),
                                                     TEXT_OR_NONE(entity_row, "to", to),
                                                     TEXT(entity_row, "source", source),
                                                     TEXT(entity_row, "confidence", confidence),
                                                     TEXT_OR_NONE(entity_row, "note", note),
                                                     CYAML_FIELD_END};
static const cyaml_schema_value_t entity_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct entity_row, entity_fields)};

static const cyaml_schema_field_t product_fields[] = {
	TEXT(product_row, "id", id),
	TEXT(product_row, "name", name),
	TEXT(product_row, "role", role),
	TEXT_OR_NONE(product_row, "cloud", cloud),
	TEXT_OR_NONE(product_row, "note", note),
	LIST_OR_NONE(product_row, reach, &word_schema),
	CYAML_FIELD_END};
static const cyaml_schema_value_t product_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct product_row, product_fields)};

static const cyaml_schema_field_t mark_fields[] = {
	TEXT(mark_row, "value", value), TEXT_OR_NONE(mark_row, "id", id),
	CYAML_FIELD_UINT("size", CYAML_FLAG_OPTIONAL, struct mark_row, size), WORDS(mark_row),
	CYAML_FIELD_END};
static const cyaml_schema_value_t mark_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct mark_row, mark_fields)};

static const cyaml_schema_field_t group_fields[] = {
	LIST(mark_group, kinds, &word_schema), TEXT_OR_NONE(mark_group, "each", each),
	WORDS(mark_group), LIST_OR_NONE(mark_group, rows, &mark_schema), CYAML_FIELD_END};
static const cyaml_schema_value_t group_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct mark_group, group_fields)};

static const cyaml_schema_field_t vendor_fields[] = {
	TEXT(vendor_file, "schema", schema),
	TEXT(vendor_file, "id", id),
	TEXT(vendor_file, "name", name),
	TEXT_OR_NONE(vendor_file, "note", note),
	LIST(vendor_file, sources, &source_schema),
	LIST(vendor_file, entities, &entity_schema),
	LIST_OR_NONE(vendor_file, products, &product_schema),
	LIST(vendor_file, marks, &group_schema),
	CYAML_FIELD_END};
static const cyaml_schema_value_t vendor_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct vendor_file, vendor_fields)};

static const cyaml_schema_field_t scope_fields[] = {TEXT(scope_row, "nexus", nexus),
                                                    TEXT(scope_row, "is", is),
                                                    TEXT(scope_row, "clause", clause),
                                                    TEXT(scope_row, "source", source),
                                                    TEXT_OR_NONE(scope_row, "from", from),
                                                    TEXT_OR_NONE(scope_row, "to", to),
                                                    CYAML_FIELD_END};
static const cyaml_schema_value_t scope_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct scope_row, scope_fields)};

static const cyaml_schema_field_t clause_fields[] = {
	TEXT(clause_row, "id", id),         TEXT_OR_NONE(clause_row, "from", from),
	TEXT_OR_NONE(clause_row, "to", to), TEXT(clause_row, "text", text),
	TEXT(clause_row, "source", source), CYAML_FIELD_END};
static const cyaml_schema_value_t clause_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct clause_row, clause_fields)};

static const cyaml_schema_field_t deadline_fields[] = {
	TEXT_OR_NONE(deadline_row, "due", due),
	TEXT_OR_NONE(deadline_row, "date", date),
	TEXT(deadline_row, "what", what),
	TEXT(deadline_row, "source", source),
	LIST_OR_NONE(deadline_row, fields, &word_schema),
	CYAML_FIELD_END};
static const cyaml_schema_value_t deadline_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct deadline_row, deadline_fields)};

static const cyaml_schema_field_t exception_fields[] = {
	TEXT(exception_row, "text", text), TEXT(exception_row, "source", source), CYAML_FIELD_END};
static const cyaml_schema_value_t exception_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct exception_row, exception_fields)};

static const cyaml_schema_field_t roles_fields[] = {
	LIST(roles_row, roles, &word_schema), TEXT(roles_row, "clause", clause),
	TEXT(roles_row, "source", source), CYAML_FIELD_END};

static const cyaml_schema_field_t directive_fields[] = {
	TEXT(directive_file, "schema", schema),
	TEXT(directive_file, "id", id),
	TEXT(directive_file, "title", title),
	TEXT(directive_file, "authority", authority),
	TEXT(directive_file, "issued", issued),
	TEXT_OR_NONE(directive_file, "effective", effective),
	TEXT(directive_file, "status", status),
	TEXT(directive_file, "applies_to", applies_to),
	TEXT_OR_NONE(directive_file, "note", note),
	LIST(directive_file, vendors, &word_schema),
	LIST_OR_NONE(directive_file, products_named, &word_schema),
	CYAML_FIELD_MAPPING_PTR("roles_out", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                                struct directive_file, roles_out, roles_fields),
	LIST(directive_file, sources, &source_schema),
	LIST(directive_file, scope, &scope_schema),
	LIST_OR_NONE(directive_file, clauses, &clause_schema),
	LIST_OR_NONE(directive_file, deadlines, &deadline_schema),
	LIST_OR_NONE(directive_file, exceptions, &exception_schema),
	CYAML_FIELD_END};
static const cyaml_schema_value_t directive_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct directive_file, directive_fields)};

/* What libcyaml says while it reads: one error, then where it was ("in mapping … (line: 12, …)"),
 * innermost first. The shape is right by then: what is left is memory. */
struct complaint {
	char what[300];
	uint32_t line;
};

static uint32_t line_in(const char *message)
{
	const char *place = strstr(message, "(line: ");
	uint32_t line = 0;
	for (place = place ? place + 7 : ""; *place >= '0' && *place <= '9' && line < 1u << 28;
	     place++)
		line = line * 10 + (uint32_t)(*place - '0');
	return line;
}

static void listen(cyaml_log_t level, void *context, const char *format, va_list arguments)
	__attribute__((format(printf, 3, 0)));

static void listen(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
	(void)level;
	struct complaint *complaint = context;
	char message[300];
	if (vsnprintf(message, sizeof message, format, arguments) < 0)
		return;
	struct bytes text = bytes_trim(bytes_of(message));
	if (bytes_start_with(text, BYTES("Load: ")))
		text = bytes_from(text, 6);
	if (complaint->line == 0)
		complaint->line = line_in(message);
	if (complaint->what[0] == 0)
		memcpy(complaint->what, text.ptr, text.len); /* the rest is zero */
}

static void *read_file(struct bytes file, const cyaml_schema_value_t *schema,
                       struct problems *problems)
{
	struct complaint complaint = {0};
	const cyaml_config_t config = {.log_fn = listen,
	                               .log_ctx = &complaint,
	                               .mem_fn = cyaml_mem,
	                               .log_level = CYAML_LOG_ERROR,
	                               .flags = CYAML_CFG_NO_ALIAS};
	void *data = NULL;
	if (!shape_check(file, schema, problems))
		return NULL;
	cyaml_err_t code = cyaml_load_data(file.ptr, file.len, &config, schema, &data, NULL);
	if (code == CYAML_OK && data)
		return data;
	problem_add(problems, complaint.line, "%s",
	            complaint.what[0] ? complaint.what : cyaml_strerror(code));
	return NULL;
}

static void free_file(void *data, const cyaml_schema_value_t *schema)
{
	const cyaml_config_t config = {.mem_fn = cyaml_mem};
	cyaml_err_t code = data ? cyaml_free(&config, schema, data, 0) : CYAML_OK;
	(void)code; /* fails only for bad parameters */
}

struct vendor_file *schema_read_vendor(struct bytes file, struct problems *problems)
{
	return read_file(file, &vendor_schema, problems);
}

struct directive_file *schema_read_directive(struct bytes file, struct problems *problems)
{
	return read_file(file, &directive_schema, problems);
}

void schema_free_vendor(struct vendor_file *file)
{
	free_file(file, &vendor_schema);
}

void schema_free_directive(struct directive_file *file)
{
	free_file(file, &directive_schema);
}
