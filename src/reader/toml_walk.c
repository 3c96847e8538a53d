/* SPDX-License-Identifier: Apache-2.0 */
/* A TOML scanner; see toml_walk.h. */
#include "reader/toml_walk.h"

#include "reader/lines.h"

void toml_init(struct toml_walk *walk, struct visit *visit, struct bytes body)
{
	*walk = (struct toml_walk){.visit = visit, .c = cursor_over(body)};
	if (bytes_start_with(body, BYTES("\xEF\xBB\xBF")))
		cursor_skip(&walk->c, 3);
}

static int peek(const struct toml_walk *walk)
{
	return cursor_left(&walk->c) > 0 ? walk->c.all.ptr[walk->c.at] : -1;
}

static void skip_line(struct toml_walk *walk)
{
	while (cursor_left(&walk->c) > 0 && peek(walk) != '\n')
		cursor_skip(&walk->c, 1);
}

static struct toml_item item_between(const struct toml_walk *walk, size_t from, size_t end)
{
	struct bytes text = line_unquote(bytes_slice(walk->c.all, from, end - from));
	uint64_t offset = text.len > 0 ? (uint64_t)(text.ptr - walk->c.all.ptr) : from;
	return (struct toml_item){text, {offset, text.len}};
}

/* "[table]" or "[[table]]"; false when the line is neither. */
static bool take_table(struct toml_walk *walk, struct toml_item *item)
{
	struct cursor *c = &walk->c;
	bool list = bytes_start_with(bytes_from(c->all, c->at), BYTES("[["));
	size_t from = c->at + (list ? 2 : 1);
	skip_line(walk);
	struct bytes line = bytes_slice(c->all, from, c->at - from);
	size_t end = bytes_find(line, BYTES("]"));
	if (end == SIZE_MAX)
		return false;
	*item = item_between(walk, from, from + end);
	walk->table = item->text;
	walk->is_list = list;
	walk->key = (struct bytes){0};
	return true;
}

/* "key =" or "'quoted.key' ="; false when the line has none. */
static bool take_key(struct toml_walk *walk, struct toml_item *item)
{
	struct cursor *c = &walk->c;
	size_t from = c->at;
	while (cursor_left(c) > 0 && peek(walk) != '=' && peek(walk) != '\n')
		cursor_skip(c, 1);
	if (peek(walk) != '=')
		return false;
	*item = item_between(walk, from, c->at);
	cursor_skip(c, 1);
	return true;
}

static bool next_statement(struct toml_walk *walk, struct toml_item *item, enum toml_kind *kind)
{
	int byte = peek(walk);
	if (byte == '#') {
		skip_line(walk);
	} else if (byte == '[') {
		*kind = TOML_TABLE;
		return take_table(walk, item);
	} else if (byte > ' ') {
		*kind = TOML_KEY;
		if (!take_key(walk, item))
			return false;
		walk->key = item->text;
		walk->inner = (struct bytes){0};
		walk->in_value = true;
		return true;
	} else {
		cursor_skip(&walk->c, 1);
	}
	return false;
}

static bool take_string(struct toml_walk *walk, struct toml_item *item)
{
	struct cursor *c = &walk->c;
	size_t end = line_quoted(c->all, c->at, false, &item->text);
	if (end == 0) {
		walk->reason = "TOML string without an end";
		return false;
	}
	item->span = (struct span){(uint64_t)(item->text.ptr - c->all.ptr), item->text.len};
	cursor_seek(c, end);
	return true;
}

static void change_depth(struct toml_walk *walk, int byte)
{
	bool opens = byte == '[' || byte == '{';
	if (opens && walk->depth == LIMIT_NESTING) {
		walk->reason = "TOML nested too deeply";
	} else if (opens) {
		walk->braces[walk->depth++] = byte == '{';
		walk->inner = (struct bytes){0};
	} else if (walk->depth > 0) {
		walk->depth--;
	}
	cursor_skip(&walk->c, 1);
}

/* `name =` between braces. */
static void take_inner(struct toml_walk *walk)
{
	struct cursor *c = &walk->c;
	struct bytes rest = bytes_from(c->all, c->at);
	size_t length = line_word(rest, "_-.");
	cursor_skip(c, length > 0 ? length : 1);
	if (length == 0 || walk->depth == 0 || !walk->braces[walk->depth - 1])
		return;
	while (peek(walk) == ' ')
		cursor_skip(c, 1);
	if (peek(walk) == '=')
		walk->inner = bytes_slice(rest, 0, length);
}

/* Within a value: true when a string was read. */
static bool next_in_value(struct toml_walk *walk, struct toml_item *item)
{
	int byte = peek(walk);
	switch (byte) {
	case '"':
	case '\'':
		return take_string(walk, item);
	case '[':
	case '{':
	case ']':
	case '}':
		change_depth(walk, byte);
		break;
	case '#':
		skip_line(walk);
		break;
	case '\n':
		walk->in_value = walk->depth > 0;
		cursor_skip(&walk->c, 1);
		break;
	default:
		take_inner(walk);
		break;
	}
	return false;
}

enum toml_kind toml_next(struct toml_walk *walk, struct toml_item *item)
{
	while (!walk->reason && cursor_left(&walk->c) > 0) {
		enum toml_kind kind = TOML_STRING;
		*item = (struct toml_item){0};
		if (walk->in_value ? next_in_value(walk, item) : next_statement(walk, item, &kind))
			return kind;
	}
	if (walk->depth > 0 && !walk->reason)
		walk->reason = "TOML cut short";
	return TOML_END;
}

bool toml_table_is(const struct toml_walk *walk, const char *table)
{
	return bytes_equal(walk->table, bytes_of(table));
}

bool toml_key_is(const struct toml_walk *walk, const char *key)
{
	return bytes_equal(walk->key, bytes_of(key));
}

enum read_result toml_finish(const struct toml_walk *walk)
{
	if (!walk->reason)
		return READ_WHOLE;
	visit_gap(walk->visit, (struct span){walk->c.at, 0}, CLASS_UNREAD, walk->reason);
	return READ_PARTLY;
}
