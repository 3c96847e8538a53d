/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/shape.h"

#include "base/text.h"
#include "policy/yaml.h"

#include <yaml.h>

/* A mapping or a list that is open. */
struct level {
	const cyaml_schema_value_t *schema; /* NULL: under an unknown key, nothing is known of it */
	const char *name;                   /* the key that it is the value of */
	uint32_t line;
	bool is_mapping, key_next;         /* of the file, whatever the schema says */
	const cyaml_schema_field_t *field; /* whose value comes next; NULL: of an unknown key */
	uint32_t seen;                     /* of its fields, a bit each: YAML_KEYS_MOST */
	size_t entries;                    /* of a list */
};

struct shape {
	struct problems *problems;
	size_t found;
	struct level levels[YAML_DEPTH_MOST];
	size_t depth;
};

static uint32_t line_of(const yaml_event_t *event)
{
	return (uint32_t)event->start_mark.line + 1;
}

static void complain(struct shape *s, uint32_t line, const char *name, const char *what)
{
	if (s->found++ < SHAPE_PROBLEMS_MOST)
		problem_add(s->problems, line, "%s: %s", name, what);
	else if (s->found == SHAPE_PROBLEMS_MOST + 1)
		problem_add(s->problems, line, "and more, not listed");
}

static struct level *innermost(struct shape *s)
{
	return s->depth > 0 ? &s->levels[s->depth - 1] : NULL;
}

/* What the value that begins now has to be; NULL: nobody knows. */
static const cyaml_schema_value_t *expected(const struct level *level)
{
	if (!level->schema)
		return NULL;
	if (level->schema->type == CYAML_SEQUENCE)
		return level->schema->sequence.entry;
	return level->field ? &level->field->value : NULL;
}

static const char *name_in(const struct level *level)
{
	return level->field ? level->field->key : level->name;
}

static const char *kind_of(const cyaml_schema_value_t *schema)
{
	switch (schema->type) {
	case CYAML_MAPPING:
		return "must be a mapping of keys to values";
	case CYAML_SEQUENCE:
		return "must be a list";
	case CYAML_UINT:
		return "must be a number";
	default:
		return "must be a text";
	}
}

static const cyaml_schema_field_t *fields_of(const struct level *level)
{
	bool known = level->schema && level->schema->type == CYAML_MAPPING;
	return known ? level->schema->mapping.fields : NULL;
}

static void take_key(struct shape *s, struct level *level, const yaml_event_t *event)
{
	struct bytes key = {event->data.scalar.value, event->data.scalar.length};
	level->key_next = false;
	level->field = NULL;
	const cyaml_schema_field_t *fields = fields_of(level);
	if (!fields)
		return;
	for (unsigned i = 0; fields[i].key; i++)
		if (bytes_equal(bytes_of(fields[i].key), key)) {
			level->seen |= 1U << i;
			level->field = &fields[i];
			return;
		}
	complain(s, line_of(event), (const char *)event->data.scalar.value, "unknown key");
}

/* A whole value lies behind us. */
static void end_value(struct shape *s)
{
	struct level *level = innermost(s);
	if (!level)
		return;
	level->entries++;
	level->key_next = true;
}

static void take_scalar(struct shape *s, const yaml_event_t *event)
{
	struct level *level = innermost(s);
	struct bytes text = {event->data.scalar.value, event->data.scalar.length};
	uint64_t number;
	if (!level) /* yaml_look() saw to it */
		return;
	if (level->is_mapping && level->key_next) {
		take_key(s, level, event);
		return;
	}
	const cyaml_schema_value_t *schema = expected(level);
	bool fits = !schema || schema->type == CYAML_STRING;
	if (schema && schema->type == CYAML_UINT)
		fits = text_to_u64(text, &number) && number <= UINT32_MAX;
	if (!fits)
		complain(s, line_of(event), name_in(level), kind_of(schema));
	else if (schema && schema->type == CYAML_STRING && text.len > schema->string.max)
		complain(s, line_of(event), name_in(level), "the text is too long");
	end_value(s);
}

static void begin(struct shape *s, const yaml_event_t *event, cyaml_type_e type,
                  const cyaml_schema_value_t *top)
{
	struct level *outer = innermost(s);
	const cyaml_schema_value_t *schema = outer ? expected(outer) : top;
	const char *name = outer ? name_in(outer) : "the file";
	if (schema && schema->type != type) {
		complain(s, line_of(event), name, kind_of(schema));
		schema = NULL;
	}
	/* Not too deep: yaml_look() saw to it. */
	s->levels[s->depth++] = (struct level){.schema = schema,
	                                       .name = name,
	                                       .line = line_of(event),
	                                       .is_mapping = type == CYAML_MAPPING,
	                                       .key_next = true};
}

static void end(struct shape *s)
{
	const struct level *level = &s->levels[--s->depth];
	const cyaml_schema_value_t *schema = level->schema;
	const cyaml_schema_field_t *fields = fields_of(level);
	for (unsigned i = 0; fields && fields[i].key; i++)
		if (!(fields[i].value.flags & CYAML_FLAG_OPTIONAL) && !(level->seen >> i & 1))
			complain(s, level->line, fields[i].key, "the key is missing");
	if (fields) {
		end_value(s);
		return;
	}
	if (schema && level->entries < schema->sequence.min) {
		complain(s, level->line, level->name, "the list is empty");
	} else if (schema && level->entries > schema->sequence.max) {
		complain(s, level->line, level->name, "the list is too long");
	}
	end_value(s);
}

static void take_event(struct shape *s, const yaml_event_t *event, const cyaml_schema_value_t *top)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		take_scalar(s, event);
		break;
	case YAML_MAPPING_START_EVENT:
		begin(s, event, CYAML_MAPPING, top);
		break;
	case YAML_SEQUENCE_START_EVENT:
		begin(s, event, CYAML_SEQUENCE, top);
		break;
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		end(s);
		break;
	default:
		break;
	}
}

bool shape_check(struct bytes file, const cyaml_schema_value_t *schema, struct problems *problems)
{
	struct shape shape = {.problems = problems};
	yaml_parser_t parser;
	if (!yaml_parser_initialize(&parser)) {
		problem_add(problems, 0, "no memory to read the file");
		return false;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, file.ptr, file.len);
	yaml_event_t event;
	for (bool more = true; more && yaml_parser_parse(&parser, &event);) {
		more = event.type != YAML_STREAM_END_EVENT;
		take_event(&shape, &event, schema);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return shape.found == 0;
}
