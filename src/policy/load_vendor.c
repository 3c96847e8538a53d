/* SPDX-License-Identifier: Apache-2.0 */
/* A vendor file into rows: its entities, its products and its marks. */
#include "base/text.h"
#include "policy/load.h"
#include "policy/pack.h"
#include "policy/patterns.h"

#include <stdlib.h>

enum { SLUG_MOST = 80 };

struct vendor_load {
	struct load *load;
	const struct vendor_file *file;
	uint32_t vendor; /* its row */
	size_t first_product;
	size_t first_mark;
	uint32_t *mark_lines; /* of each mark of this vendor */
	size_t mark_room;
};

static void load_entities(struct vendor_load *v)
{
	static const char *const relations[] = {"self",   "parent",    "subsidiary", "affiliate",
	                                        "former", "name-form", "brand"};
	struct load *load = v->load;
	for (size_t i = 0; i < v->file->entities_count; i++) {
		const struct entity_row *entity = &v->file->entities[i];
		uint32_t line = yaml_row_line(load->lines, "entities", i);
		bool known = false;
		for (size_t k = 0; k < sizeof relations / sizeof relations[0]; k++)
			known = known || strcmp(relations[k], entity->relation) == 0;
		if (!known)
			problem_add(load->problems, line, "unknown relation '%s'",
			            entity->relation);
		enum confidence confidence = confidence_named(bytes_of(entity->confidence));
		if (confidence == CONFIDENCE_COUNT)
			problem_add(load->problems, line, "unknown confidence '%s'",
			            entity->confidence);
		uint32_t *row = builder_row(load->builder, TABLE_ENTITY);
		row[ENTITY_VENDOR] = v->vendor;
		row[ENTITY_NAME] = load_word(load, line, "name", entity->name);
		row[ENTITY_RELATION] = load_text(load, entity->relation);
		row[ENTITY_FROM] = load_date(load, line, entity->from);
		row[ENTITY_TO] = load_end(load, line, entity->from, entity->to);
		row[ENTITY_CONFIDENCE] = (uint32_t)confidence;
		row[ENTITY_SOURCE] = load_source(load, line, entity->source);
		row[ENTITY_NOTE] = load_text(load, entity->note);
	}
}

/* The row of that product of this vendor, or PACK_NONE. */
static uint32_t find_product(const struct vendor_load *v, const char *id)
{
	for (size_t i = 0; id && i < v->file->products_count; i++)
		if (strcmp(v->file->products[i].id, id) == 0)
			return (uint32_t)(v->first_product + i);
	return PACK_NONE;
}

static void load_products(struct vendor_load *v)
{
	struct load *load = v->load;
	v->first_product = builder_rows(load->builder, TABLE_PRODUCT);
	for (size_t i = 0; i < v->file->products_count; i++) {
		const struct product_row *product = &v->file->products[i];
		uint32_t line = yaml_row_line(load->lines, "products", i);
		if (find_product(v, product->id) != v->first_product + i)
			problem_add(load->problems, line, "product '%s' is given twice",
			            product->id);
		if (!load_is_role(product->role))
			problem_add(load->problems, line, "unknown role '%s'", product->role);
		uint32_t *row = builder_row(load->builder, TABLE_PRODUCT);
		row[PRODUCT_VENDOR] = v->vendor;
		row[PRODUCT_ID] = load_id(load, line, "product", product->id);
		row[PRODUCT_NAME] = load_word(load, line, "name", product->name);
		row[PRODUCT_ROLE] = load_text(load, product->role);
		row[PRODUCT_CLOUD] = load_text(load, product->cloud);
		row[PRODUCT_REACH] = load_reach(load, line, product->reach, product->reach_count);
		row[PRODUCT_NOTE] = load_text(load, product->note);
	}
}

/* A path as it is compared: without drive, %VARIABLE% and slashes at the ends. */
static struct bytes trim_path(struct bytes path)
{
	if (path.len > 1 && path.ptr[0] == '%') {
		size_t end = bytes_find(bytes_from(path, 1), BYTES("%"));
		path = bytes_from(path, end == SIZE_MAX ? 0 : end + 2);
	} else if (path.len > 1 && path.ptr[1] == ':') {
		path = bytes_from(path, 2);
	}
	while (path.len > 0 && path.ptr[0] == '/')
		path = bytes_from(path, 1);
	return bytes_trim_end(path, '/');
}

static bool is_ascii(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] >= 0x80)
			return false;
	return true;
}

/* What is wrong with a mark's value for that kind and form, or NULL. */
static const char *find_fault(enum fact_kind kind, enum match_form form, struct bytes value)
{
	if (value.len == 0)
		return "value is empty";
	if (value.len >= NORMAL_MAX)
		return "value is too long";
	if (kind == FACT_BYTES && form != MATCH_EXACT && form != MATCH_PREFIX)
		return "byte marks are plain text: match must be exact or prefix";
	if (kind == FACT_BYTES && value.len < BYTE_MARK_LEAST)
		return "byte marks must have at least 4 bytes";
	if (kind == FACT_BYTES && value.len > BYTE_MARK_MOST)
		return "byte marks must have at most 120 bytes";
	if (kind == FACT_DIGEST_SHA256 && (form != MATCH_EXACT || value.len != 64))
		return "a digest is 64 hexadecimal digits and matches exactly";
	if (form == MATCH_REGEX && !is_ascii(value))
		return "a regular expression is ASCII; other bytes are written \\xNN";
	return NULL;
}

/* The value in its normal form; it lies in the scratch memory or in `text`. */
static struct bytes take_value(struct vendor_load *v, uint32_t line, enum fact_kind kind,
                               enum match_form form, const char *text)
{
	struct load *load = v->load;
	enum normal_form normal = fact_kind_normal(kind);
	struct bytes raw = bytes_of(text), value = raw;
	if (form != MATCH_REGEX && raw.len < NORMAL_MAX)
		value = normal_value(normal, raw, load->scratch);
	if (normal == NORMAL_PATH && form != MATCH_REGEX)
		value = trim_path(value);
	size_t separators = 0;
	for (size_t i = 0; i < raw.len; i++)
		separators += raw.ptr[i] == ':' || raw.ptr[i] == ' ' || raw.ptr[i] == '-';
	if (normal == NORMAL_HEX && form == MATCH_EXACT && value.len + separators != raw.len)
		problem_add(load->problems, line, "'%s' is not hexadecimal", text);
	const char *fault = find_fault(kind, form, value);
	if (fault)
		problem_add(load->problems, line, "%s", fault);
	struct debar_error error;
	if (!fault && form == MATCH_REGEX && patterns_check(kind, form, value, &error) != DEBAR_OK)
		problem_add(load->problems, line, "bad regular expression: %s", error.message);
	return value;
}

/* "vendor/kind/words-of-the-value", unless the file gives an id of its own. */
static uint32_t make_id(struct vendor_load *v, const char *kind, struct bytes value, const char *id)
{
	struct buffer *out = &v->load->text;
	buffer_clear(out);
	buffer_put_text(out, v->file->id);
	buffer_put_text(out, "/");
	buffer_put_text(out, kind);
	buffer_put_text(out, "/");
	bool gap = false;
	size_t start = out->len;
	struct bytes words = id ? bytes_of(id) : value;
	for (size_t i = 0; i < words.len; i++) {
		uint8_t c = words.ptr[i];
		if (c >= 'A' && c <= 'Z')
			c = (uint8_t)(c + ('a' - 'A'));
		bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80 ||
		            c == '.' || c == '_' || c == '@' || c == '+';
		/* Cut where a character begins. */
		if (kept && (c & 0xC0) != 0x80 && out->len - start >= SLUG_MOST)
			break;
		if (kept && gap && out->len > start)
			buffer_put_u8(out, '-');
		gap = !kept;
		if (kept)
			buffer_put_u8(out, c);
	}
	return builder_text(v->load->builder, buffer_bytes(out));
}

static void remember_line(struct vendor_load *v, uint32_t line)
{
	size_t count = builder_rows(v->load->builder, TABLE_MARK) - v->first_mark;
	if (count > v->mark_room) {
		size_t room = count * 2;
		uint32_t *lines = realloc(v->mark_lines, room * sizeof *lines);
		if (!lines) {
			v->load->builder->bad = true;
			return;
		}
		v->mark_lines = lines;
		v->mark_room = room;
	}
	if (count > 0)
		v->mark_lines[count - 1] = line;
}

/* A mark with the words that hold for it: its own, else its group's. */
struct mark_source {
	uint32_t line, group_line;
	const struct mark_words *own; /* what was not said for the group alone */
	const char *value, *id;
	unsigned size;
	struct mark_words words;
};

static struct mark_words merge_words(const struct mark_words *own, const struct mark_words *group)
{
	struct mark_words words = *group;
	words.match = own->match ? own->match : group->match;
	words.product = own->product ? own->product : group->product;
	words.nexus = own->nexus ? own->nexus : group->nexus;
	words.strength = own->strength ? own->strength : group->strength;
	words.confidence = own->confidence ? own->confidence : group->confidence;
	words.cloud = own->cloud ? own->cloud : group->cloud;
	words.source = own->source ? own->source : group->source;
	words.note = own->note ? own->note : group->note;
	if (own->reach) {
		words.reach = own->reach;
		words.reach_count = own->reach_count;
	}
	return words;
}

static void unknown_word(struct vendor_load *v, uint32_t line, const char *what, const char *word)
{
	if (word)
		problem_add(v->load->problems, line, "unknown %s '%s'", what, word);
	else
		problem_add(v->load->problems, line, "%s is missing", what);
}

/* Where a word was said, or was to be said: with the mark, or for all of its group. */
static uint32_t line_of(const struct mark_source *mark, const void *own_word)
{
	return own_word ? mark->line : mark->group_line;
}

/* What a mark is worth and how it is tied to the vendor. */
static void fill_judgement(struct vendor_load *v, const struct mark_source *mark, uint32_t *row)
{
	const struct mark_words *words = &mark->words;
	enum nexus nexus = nexus_named(bytes_of(words->nexus));
	enum strength strength = strength_named(bytes_of(words->strength));
	enum confidence confidence = confidence_named(bytes_of(words->confidence));
	if (nexus == NEXUS_COUNT)
		unknown_word(v, line_of(mark, mark->own->nexus), "nexus", words->nexus);
	if (strength == STRENGTH_COUNT)
		unknown_word(v, line_of(mark, mark->own->strength), "strength", words->strength);
	if (confidence == CONFIDENCE_COUNT)
		unknown_word(v, line_of(mark, mark->own->confidence), "confidence",
		             words->confidence);
	if (confidence == CONFIDENCE_LOW && strength != STRENGTH_HINT)
		problem_add(v->load->problems, mark->line,
		            "confidence low allows only strength hint");
	row[MARK_NEXUS] = (uint32_t)nexus;
	row[MARK_STRENGTH] = (uint32_t)strength;
	row[MARK_CONFIDENCE] = (uint32_t)confidence;
}

static void fill_words(struct vendor_load *v, const struct mark_source *mark, uint32_t *row)
{
	struct load *load = v->load;
	const struct mark_words *words = &mark->words;
	row[MARK_VENDOR] = v->vendor;
	row[MARK_PRODUCT] = find_product(v, words->product);
	const struct mark_words *own = mark->own;
	if (words->product && row[MARK_PRODUCT] == PACK_NONE)
		unknown_word(v, line_of(mark, own->product), "product", words->product);
	if (words->cloud && strcmp(words->cloud, "on") != 0 && strcmp(words->cloud, "off") != 0)
		problem_add(load->problems, line_of(mark, own->cloud),
		            "cloud is on or off, not '%s'", words->cloud);
	row[MARK_CLOUD] = load_text(load, words->cloud);
	row[MARK_REACH] =
		load_reach(load, line_of(mark, own->reach), words->reach, words->reach_count);
	row[MARK_SOURCE] = load_source(load, line_of(mark, own->source), words->source);
	row[MARK_NOTE] = load_text(load, words->note);
	fill_judgement(v, mark, row);
}

static void add_mark(struct vendor_load *v, const char *kind_name, const struct mark_source *mark)
{
	struct load *load = v->load;
	uint32_t line = mark->line;
	enum fact_kind kind = fact_kind_named(bytes_of(kind_name));
	const char *match = mark->words.match ? mark->words.match : "exact";
	enum match_form form = match_form_named(bytes_of(match));
	if (kind == FACT_KIND_COUNT)
		problem_add(load->problems, mark->group_line,
		            "unknown fact kind '%s'; debar policy kinds lists them", kind_name);
	if (form == MATCH_FORM_COUNT)
		unknown_word(v, line_of(mark, mark->own->match), "match", match);
	if (kind == FACT_KIND_COUNT || form == MATCH_FORM_COUNT)
		return;
	if (mark->size > 0 && kind != FACT_DIGEST_SHA256)
		problem_add(load->problems, line, "size is for digest marks only");
	struct bytes value = take_value(v, line, kind, form, mark->value);
	uint32_t value_text = builder_text(load->builder, value);
	uint32_t id = make_id(v, kind_name, bytes_of(mark->value), mark->id);
	uint32_t *row = builder_row(load->builder, TABLE_MARK);
	row[MARK_ID] = id;
	row[MARK_KIND] = (uint32_t)kind;
	row[MARK_FORM] = (uint32_t)form;
	row[MARK_VALUE] = value_text;
	row[MARK_SIZE] = mark->size;
	fill_words(v, mark, row);
	remember_line(v, line);
}

/* A mark for each name of the vendor. Names known from memory alone are but hints. */
static void add_entity_marks(struct vendor_load *v, const char *kind,
                             const struct mark_group *group, uint32_t line)
{
	for (size_t i = 0; i < v->file->entities_count; i++) {
		const struct entity_row *entity = &v->file->entities[i];
		struct mark_words own = {.confidence = entity->confidence,
		                         .source = entity->source};
		struct mark_source mark = {.line = line,
		                           .group_line = line,
		                           .own = &own,
		                           .value = entity->name,
		                           .id = entity->id};
		mark.words = merge_words(&own, &group->words);
		char hint[] = "hint";
		if (strcmp(entity->confidence, "low") == 0)
			mark.words.strength = hint;
		add_mark(v, kind, &mark);
	}
}

/* Adds the group's marks; its first row is mapping number `first_row` of the section. */
static void load_group(struct vendor_load *v, const struct mark_group *group, size_t first_row)
{
	const struct yaml_lines *lines = v->load->lines;
	uint32_t line = yaml_row_line(lines, "marks", first_row - 1);
	bool each = group->each && strcmp(group->each, "entities") == 0;
	if (group->each && !each)
		unknown_word(v, line, "each", group->each);
	if (!each && group->rows_count == 0)
		problem_add(v->load->problems, line, "no rows");
	for (size_t k = 0; k < group->kinds_count; k++) {
		if (each)
			add_entity_marks(v, group->kinds[k], group, line);
		for (size_t i = 0; i < group->rows_count; i++) {
			const struct mark_row *row = &group->rows[i];
			const struct mark_source mark = {
				.line = yaml_row_line(lines, "marks", first_row + i),
				.group_line = line,
				.own = &row->words,
				.value = row->value,
				.id = row->id,
				.size = row->size,
				.words = merge_words(&row->words, &group->words)};
			add_mark(v, group->kinds[k], &mark);
		}
	}
}

struct mark_place {
	uint32_t id, line; /* id: string number, so equal ids have equal ones */
};

static int compare_places(const void *left, const void *right)
{
	const struct mark_place *a = left, *b = right;
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

static void check_mark_ids(struct vendor_load *v)
{
	struct builder *b = v->load->builder;
	size_t count = builder_rows(b, TABLE_MARK) - v->first_mark;
	struct mark_place *places = calloc(count + 1, sizeof *places);
	if (!places || b->bad || (count > 0 && !v->mark_lines)) {
		b->bad = true;
		free(places);
		return;
	}
	for (size_t i = 0; i < count; i++)
		places[i] = (struct mark_place){
			builder_row_at(b, TABLE_MARK, v->first_mark + i)[MARK_ID],
			v->mark_lines[i]};
	qsort(places, count, sizeof *places, compare_places);
	for (size_t i = 1; i < count; i++) {
		if (places[i].id != places[i - 1].id)
			continue;
		struct bytes id = builder_string(b, places[i].id);
		problem_add(v->load->problems, places[i].line,
		            "mark '%.*s' is already on line %u; give one of them an id",
		            (int)(id.len < 200 ? id.len : 200), (const char *)id.ptr,
		            (unsigned)places[i - 1].line);
	}
	free(places);
}

void load_vendor(struct load *load, const struct vendor_file *file)
{
	struct vendor_load v = {.load = load, .file = file};
	if (strcmp(file->schema, "debar-vendor/1") != 0)
		problem_add(load->problems, yaml_section_line(load->lines, "schema"),
		            "schema is '%s', not debar-vendor/1", file->schema);
	v.vendor = (uint32_t)builder_rows(load->builder, TABLE_VENDOR);
	v.first_mark = builder_rows(load->builder, TABLE_MARK);
	uint32_t id = load_id(load, yaml_section_line(load->lines, "id"), "id", file->id);
	uint32_t *row = builder_row(load->builder, TABLE_VENDOR);
	row[VENDOR_ID] = id;
	row[VENDOR_NAME] =
		load_word(load, yaml_section_line(load->lines, "name"), "name", file->name);
	row[VENDOR_NOTE] = load_text(load, file->note);
	load_entities(&v);
	load_products(&v);
	size_t next_row = 0;
	for (size_t i = 0; i < file->marks_count; i++) {
		load_group(&v, &file->marks[i], next_row + 1);
		next_row += 1 + file->marks[i].rows_count;
	}
	check_mark_ids(&v);
	free(v.mark_lines);
}
