/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/yaml.h"

#include <stdlib.h>
#include <yaml.h>

struct level {
	bool is_mapping, key_next;
	size_t key_count;
	char keys[YAML_KEYS_MOST][YAML_KEY_MOST];
};

struct walk {
	struct problems *problems;
	struct yaml_lines *lines;
	struct level levels[YAML_DEPTH_MOST];
	size_t depth, documents;
};

static uint32_t line_of(const yaml_event_t *event)
{
	return (uint32_t)event->start_mark.line + 1;
}

static bool refuse(struct walk *w, const yaml_event_t *event, const char *why)
{
	problem_add(w->problems, line_of(event), "%s", why);
	return false;
}

static bool add_line(struct yaml_lines *lines, uint32_t line)
{
	if (lines->count == lines->room) {
		size_t room = lines->room > 0 ? lines->room * 2 : 256;
		uint32_t *more = realloc(lines->lines, room * sizeof *more);
		if (!more)
			return false;
		lines->lines = more;
		lines->room = room;
	}
	lines->lines[lines->count++] = line;
	if (lines->section_count > 0)
		lines->sections[lines->section_count - 1].count++;
	return true;
}

/* A whole value lies behind us: in a mapping, a key comes next. */
static void end_value(struct walk *w)
{
	if (w->depth > 0)
		w->levels[w->depth - 1].key_next = w->levels[w->depth - 1].is_mapping;
}

static bool begin_collection(struct walk *w, const yaml_event_t *event, bool is_mapping)
{
	const struct level *outer = w->depth > 0 ? &w->levels[w->depth - 1] : NULL;
	if (outer && outer->is_mapping && outer->key_next)
		return refuse(w, event, "a key must be a word");
	if (!outer && !is_mapping)
		return refuse(w, event, "the file must be one mapping of keys to values");
	if (w->depth == YAML_DEPTH_MOST)
		return refuse(w, event, "nested too deeply");
	if (outer && is_mapping && !add_line(w->lines, line_of(event)))
		return refuse(w, event, "no memory");
	struct level *level = &w->levels[w->depth++];
	level->is_mapping = level->key_next = is_mapping;
	level->key_count = 0;
	return true;
}

static bool take_key(struct walk *w, const yaml_event_t *event, struct bytes key)
{
	struct level *level = &w->levels[w->depth - 1];
	if (key.len >= YAML_KEY_MOST || level->key_count == YAML_KEYS_MOST)
		return refuse(w, event, "unknown key");
	for (size_t i = 0; i < level->key_count; i++)
		if (bytes_equal(bytes_of(level->keys[i]), key)) {
			problem_add(w->problems, line_of(event), "key '%s' is given twice",
			            level->keys[i]);
			return false;
		}
	char *name = level->keys[level->key_count++];
	memset(name, 0, YAML_KEY_MOST);
	memcpy(name, key.ptr, key.len);
	level->key_next = false;
	if (w->depth > 1)
		return true;
	if (w->lines->section_count == YAML_SECTIONS_MOST)
		return refuse(w, event, "unknown key");
	struct yaml_section *section = &w->lines->sections[w->lines->section_count++];
	*section = (struct yaml_section){.line = line_of(event), .first = w->lines->count};
	memcpy(section->name, name, YAML_KEY_MOST);
	return true;
}

static bool take_scalar(struct walk *w, const yaml_event_t *event)
{
	struct bytes text = {event->data.scalar.value, event->data.scalar.length};
	if (event->data.scalar.anchor)
		return refuse(w, event, "anchors are not allowed");
	if (event->data.scalar.tag)
		return refuse(w, event, "tags are not allowed");
	if (w->depth == 0)
		return refuse(w, event, "the file must be one mapping of keys to values");
	if (text.len > 0 && memchr(text.ptr, 0, text.len))
		return refuse(w, event, "text must not hold a NUL");
	if (w->levels[w->depth - 1].key_next)
		return take_key(w, event, text);
	end_value(w);
	return true;
}

static bool take_event(struct walk *w, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return ++w->documents == 1 ||
		       refuse(w, event, "a second document in the same file");
	case YAML_ALIAS_EVENT:
		return refuse(w, event,
		              "aliases are not allowed: put a value that begins with * in quotes");
	case YAML_SCALAR_EVENT:
		return take_scalar(w, event);
	case YAML_SEQUENCE_START_EVENT:
		if (event->data.sequence_start.anchor || event->data.sequence_start.tag)
			return refuse(w, event, "anchors and tags are not allowed");
		return begin_collection(w, event, false);
	case YAML_MAPPING_START_EVENT:
		if (event->data.mapping_start.anchor || event->data.mapping_start.tag)
			return refuse(w, event, "anchors and tags are not allowed");
		return begin_collection(w, event, true);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		w->depth--;
		end_value(w);
		return true;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
	return true;
}

static void say_what_failed(struct problems *problems, const yaml_parser_t *parser)
{
	bool is_glob =
		parser->context && (strcmp(parser->context, "while scanning an alias") == 0 ||
	                            strcmp(parser->context, "while scanning an anchor") == 0);
	problem_add(problems, (uint32_t)parser->problem_mark.line + 1, "%s%s",
	            parser->problem ? parser->problem : "not YAML",
	            is_glob ? ": put a value that begins with * or & in quotes" : "");
}

static bool walk_file(struct walk *w, yaml_parser_t *parser)
{
	for (bool more = true; more;) {
		yaml_event_t event;
		if (!yaml_parser_parse(parser, &event)) {
			say_what_failed(w->problems, parser);
			return false;
		}
		more = event.type != YAML_STREAM_END_EVENT;
		bool fine = take_event(w, &event);
		yaml_event_delete(&event);
		if (!fine)
			return false;
	}
	if (w->documents == 0)
		problem_add(w->problems, 1, "the file is empty");
	return w->documents > 0;
}

bool yaml_look(struct bytes file, struct problems *problems, struct yaml_lines *lines)
{
	*lines = (struct yaml_lines){0};
	if (file.len > YAML_SIZE_MOST) {
		problem_add(problems, 0, "over %u MiB", (unsigned)YAML_SIZE_MOST >> 20);
		return false;
	}
	struct walk *walk = calloc(1, sizeof *walk);
	yaml_parser_t parser;
	if (!walk || !yaml_parser_initialize(&parser)) {
		free(walk);
		problem_add(problems, 0, "no memory to read the file");
		return false;
	}
	walk->problems = problems;
	walk->lines = lines;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, file.ptr, file.len);
	bool fine = walk_file(walk, &parser);
	yaml_parser_delete(&parser);
	free(walk);
	return fine;
}

void yaml_finish(struct yaml_lines *lines)
{
	free(lines->lines);
	*lines = (struct yaml_lines){0};
}

static const struct yaml_section *find_section(const struct yaml_lines *lines, const char *section)
{
	for (size_t i = 0; i < lines->section_count; i++)
		if (bytes_equal(bytes_of(lines->sections[i].name), bytes_of(section)))
			return &lines->sections[i];
	return NULL;
}

uint32_t yaml_section_line(const struct yaml_lines *lines, const char *section)
{
	const struct yaml_section *found = find_section(lines, section);
	return found ? found->line : 1;
}

uint32_t yaml_row_line(const struct yaml_lines *lines, const char *section, size_t index)
{
	const struct yaml_section *found = find_section(lines, section);
	if (!found)
		return 1;
	return index < found->count ? lines->lines[found->first + index] : found->line;
}
