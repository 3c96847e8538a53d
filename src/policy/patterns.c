/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/patterns.h"

#include "base/text.h"
#include "core/normal.h"
#include "core/reader.h"
#include "policy/format.h"
#include "policy/match.h"

#include <stdlib.h>

static const struct bytes atoms[] = {
#define ATOM(name, literal) {(const uint8_t *)(literal), sizeof(literal) - 1},
#include "core/atoms.def"
#undef ATOM
};

enum { PATTERN_TEXT_MOST = 128 << 20 };

void patterns_init(struct patterns *list)
{
	*list = (struct patterns){0};
	buffer_init(&list->text, PATTERN_TEXT_MOST);
}

void patterns_finish(struct patterns *list)
{
	buffer_finish(&list->text);
	free(list->items);
	*list = (struct patterns){0};
}

/* Everything put into the text since `start` becomes a pattern. */
static void add_pattern(struct patterns *list, uint32_t id, size_t start, unsigned flags)
{
	if (list->count == list->room) {
		size_t room = list->room > 0 ? list->room * 2 : 256;
		struct pattern *items = realloc(list->items, room * sizeof *items);
		if (!items) {
			list->bad = true;
			return;
		}
		list->items = items;
		list->room = room;
	}
	size_t size = list->text.len - start;
	list->items[list->count++] =
		(struct pattern){.id = id, .offset = start, .size = size, .flags = flags};
	if (size > list->longest)
		list->longest = size;
}

enum debar_status patterns_check_list(const struct patterns *list, struct debar_error *error)
{
	return list->bad || !buffer_ok(&list->text)
	               ? error_set(error, DEBAR_NO_MEMORY, 0, "no memory for search patterns")
	               : DEBAR_OK;
}

void patterns_put(struct patterns *list, uint32_t id, struct bytes text, unsigned flags)
{
	size_t start = list->text.len;
	buffer_put(&list->text, text);
	add_pattern(list, id, start, flags);
}

static void add_utf16(struct patterns *list, uint32_t id, struct bytes text, unsigned flags)
{
	size_t start = list->text.len;
	uint32_t code_point;
	for (size_t at = 0; at < text.len;) {
		if (!text_next_utf8(text, &at, &code_point))
			continue;
		if (code_point >= 0x10000) {
			buffer_put_u16le(&list->text,
			                 (uint16_t)(0xD7C0 + (code_point >> 10))); /* RFC 2781 */
			code_point = 0xDC00 + (code_point & 0x3FF);
		}
		buffer_put_u16le(&list->text, (uint16_t)code_point);
	}
	add_pattern(list, id, start, flags);
	if (!list->bad)
		list->items[list->count - 1].wide = true;
}

/* Vectorscan folds ASCII letters only: of other texts the lower and upper forms are put beside the
 * written one. They are compared exactly, because the halves of UTF-16 units are no letters. */
static void add_byte_mark(struct patterns *list, uint32_t id, struct bytes text,
                          struct normal_scratch *scratch)
{
	bool ascii = true;
	for (size_t i = 0; i < text.len; i++)
		ascii = ascii && text.ptr[i] < 0x80;
	const unsigned caseless = HS_FLAG_SINGLEMATCH | HS_FLAG_CASELESS;
	patterns_put(list, id, text, caseless);
	add_utf16(list, id, text, ascii ? caseless : HS_FLAG_SINGLEMATCH);
	for (unsigned upper = 0; !ascii && upper < 2; upper++) {
		struct bytes mapped =
			upper ? normal_upper(text, scratch) : normal_lower(text, scratch);
		if (bytes_equal(mapped, text))
			continue;
		patterns_put(list, id, mapped, caseless);
		add_utf16(list, id, mapped, HS_FLAG_SINGLEMATCH);
	}
}

enum debar_status patterns_make_literals(struct patterns *list, const struct pack *pack,
                                         struct debar_error *error)
{
	patterns_init(list);
	struct normal_scratch *scratch = malloc(sizeof *scratch);
	if (!scratch)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory for search patterns");
	for (uint32_t atom = 0; atom < ATOM_COUNT; atom++)
		patterns_put(list, (uint32_t)MATCHER_ATOM + atom, atoms[atom],
		             HS_FLAG_SINGLEMATCH | HS_FLAG_CASELESS);
	enum debar_status status = DEBAR_OK;
	size_t count, first = pack_marks_of(pack, FACT_BYTES, &count);
	for (size_t i = first; i < first + count && status == DEBAR_OK; i++) {
		struct mark mark = pack_mark(pack, i);
		if (mark.value.len < BYTE_MARK_LEAST ||
		    mark.value.len > (size_t)4 * BYTE_MARK_MOST || !text_is_utf8(mark.value))
			status = error_set(error, DEBAR_INVALID, 0,
			                   "the policy pack has a byte mark of a bad length");
		else
			add_byte_mark(list, (uint32_t)i, mark.value, scratch);
	}
	free(scratch);
	return status == DEBAR_OK ? patterns_check_list(list, error) : status;
}

struct bytes patterns_text(const struct patterns *list, size_t index)
{
	return bytes_slice(buffer_bytes(&list->text), list->items[index].offset,
	                   list->items[index].size);
}

bool patterns_is_expression(enum fact_kind kind, enum match_form form)
{
	if (kind == FACT_BYTES || form == MATCH_EXACT)
		return false;
	return form != MATCH_PREFIX || fact_kind_normal(kind) != NORMAL_PATH;
}

static void put_byte(struct buffer *out, uint8_t byte)
{
	char escaped[3];
	text_hex((struct bytes){&byte, 1}, escaped);
	buffer_put_text(out, "\\x");
	buffer_put_text(out, escaped);
}

static void put_literal(struct buffer *out, struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		put_byte(out, text.ptr[i]);
}

/* '*' is any run and '?' any one character; in a path neither crosses a '/'. */
static void put_glob(struct buffer *out, struct bytes glob, bool path)
{
	for (size_t i = 0; i < glob.len; i++) {
		if (glob.ptr[i] == '*')
			buffer_put_text(out, path ? "[^/]*" : ".*");
		else if (glob.ptr[i] == '?')
			buffer_put_text(out,
			                path ? "(?:[^/\\x80-\\xff]|[\\xc0-\\xff][\\x80-\\xbf]+)"
			                     : "(?:[\\x00-\\x7f]|[\\xc0-\\xff][\\x80-\\xbf]+)");
		else
			put_byte(out, glob.ptr[i]);
	}
}

/* Writes the expression of a mark whose value is folded, and returns its flags. Values are matched
 * as bytes, never in Vectorscan's UTF-8 mode, which must not see malformed text. */
static unsigned put_expression(struct buffer *out, enum normal_form normal, enum match_form form,
                               struct bytes value)
{
	bool path = normal == NORMAL_PATH;
	unsigned flags = HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY | HS_FLAG_DOTALL;
	switch (form) {
	case MATCH_EXACT:
	case MATCH_PREFIX:
		buffer_put_text(out, "\\A");
		put_literal(out, value);
		break;
	case MATCH_SUFFIX: /* of whole components or labels, where the value has them */
		if (path)
			buffer_put_text(out, "(?:\\A|/)");
		else if (normal == NORMAL_DNS && !bytes_start_with(value, BYTES(".")))
			buffer_put_text(out, "(?:\\A|\\.)");
		put_literal(out, value);
		buffer_put_text(out, "\\z");
		break;
	case MATCH_SUBSTRING:
		put_literal(out, value);
		break;
	case MATCH_GLOB:
		buffer_put_text(out, path ? "(?:\\A|/)" : "\\A");
		put_glob(out, value, path);
		buffer_put_text(out, path ? "(?:/|\\z)" : "\\z");
		break;
	case MATCH_REGEX:
		buffer_put(out, value);
		if (path || normal == NORMAL_TEXT)
			flags |= HS_FLAG_CASELESS;
		break;
	case MATCH_FORM_COUNT:
		break;
	}
	return flags;
}

static void add_expression(struct patterns *list, uint32_t id, const struct mark *mark,
                           struct normal_scratch *scratch)
{
	enum normal_form normal = fact_kind_normal(mark->kind);
	struct bytes value =
		mark->form == MATCH_REGEX ? mark->value : normal_key(normal, mark->value, scratch);
	size_t start = list->text.len;
	unsigned flags = put_expression(&list->text, normal, mark->form, value);
	add_pattern(list, id, start, flags);
	buffer_put_u8(&list->text, 0);
}

enum debar_status patterns_make_expressions(struct patterns *list, const struct pack *pack,
                                            enum fact_kind kind, struct debar_error *error)
{
	patterns_init(list);
	struct normal_scratch *scratch = malloc(sizeof *scratch);
	if (!scratch)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory for search patterns");
	size_t count, first = pack_marks_of(pack, kind, &count);
	for (size_t i = first; i < first + count; i++) {
		struct mark mark = pack_mark(pack, i);
		if (patterns_is_expression(kind, mark.form))
			add_expression(list, (uint32_t)i, &mark, scratch);
	}
	free(scratch);
	return patterns_check_list(list, error);
}

uint64_t patterns_fingerprint(const struct patterns *list)
{
	uint64_t hash = FORMAT_HASH_START;
	for (size_t i = 0; i < list->count; i++) {
		const struct pattern *item = &list->items[i];
		const uint8_t numbers[] = {(uint8_t)item->id,           (uint8_t)(item->id >> 8),
		                           (uint8_t)(item->id >> 16),   (uint8_t)(item->id >> 24),
		                           (uint8_t)item->size,         (uint8_t)(item->size >> 8),
		                           (uint8_t)(item->size >> 16), (uint8_t)item->flags};
		hash = format_hash(hash, (struct bytes){numbers, sizeof numbers});
		hash = format_hash(
			hash, bytes_slice(buffer_bytes(&list->text), item->offset, item->size));
	}
	return hash;
}

/* What hs_compile_* wants: parallel arrays. */
struct arrays {
	const char **texts;
	unsigned *flags, *ids;
	size_t *sizes;
};

static bool make_arrays(const struct patterns *list, bool literal, struct arrays *arrays)
{
	size_t count = list->count;
	arrays->texts = calloc(count, sizeof *arrays->texts);
	arrays->flags = calloc(count, sizeof *arrays->flags);
	arrays->ids = calloc(count, sizeof *arrays->ids);
	arrays->sizes = calloc(count, sizeof *arrays->sizes);
	if (!arrays->texts || !arrays->flags || !arrays->ids || !arrays->sizes)
		return false;
	struct bytes text = buffer_bytes(&list->text);
	for (size_t i = 0; i < count; i++) {
		struct bytes one = bytes_from(text, list->items[i].offset);
		arrays->texts[i] = (const char *)one.ptr;
		arrays->flags[i] = list->items[i].flags;
		arrays->ids[i] = literal ? (unsigned)i : list->items[i].id;
		arrays->sizes[i] = list->items[i].size;
	}
	return true;
}

enum debar_status patterns_compile(const struct patterns *list, bool literal, hs_database_t **out,
                                   struct debar_error *error)
{
	enum debar_status status = DEBAR_OK;
	struct arrays arrays = {0};
	hs_compile_error_t *refused = NULL;
	if (!make_arrays(list, literal, &arrays)) {
		status = error_set(error, DEBAR_NO_MEMORY, 0, "no memory to compile patterns");
		goto out;
	}
	unsigned count = (unsigned)list->count;
	hs_error_t code =
		literal ? hs_compile_lit_multi(arrays.texts, arrays.flags, arrays.ids, arrays.sizes,
	                                       count, HS_MODE_BLOCK, NULL, out, &refused)
			: hs_compile_multi(arrays.texts, arrays.flags, arrays.ids, count,
	                                   HS_MODE_BLOCK, NULL, out, &refused);
	if (code != HS_SUCCESS)
		status = error_set(error, DEBAR_INVALID, 0, "%s",
		                   refused ? refused->message : "Vectorscan cannot compile");
out:
	if (refused && hs_free_compile_error(refused) != HS_SUCCESS)
		status = error_set(error, DEBAR_INVALID, 0, "Vectorscan cannot free its error");
	free(arrays.texts);
	free(arrays.flags);
	free(arrays.ids);
	free(arrays.sizes);
	return status;
}

enum debar_status patterns_check(enum fact_kind kind, enum match_form form, struct bytes value,
                                 struct debar_error *error)
{
	struct patterns list;
	patterns_init(&list);
	hs_database_t *database = NULL;
	const struct mark mark = {.kind = kind, .form = form, .value = value};
	struct normal_scratch *scratch = malloc(sizeof *scratch);
	enum debar_status status = DEBAR_NO_MEMORY;
	if (scratch) {
		add_expression(&list, 0, &mark, scratch);
		status = patterns_check_list(&list, error);
	}
	if (status == DEBAR_OK)
		status = patterns_compile(&list, false, &database, error);
	if (database && hs_free_database(database) != HS_SUCCESS)
		status = error_set(error, DEBAR_INVALID, 0, "Vectorscan cannot free a database");
	free(scratch);
	patterns_finish(&list);
	return status;
}
