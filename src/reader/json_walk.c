/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON tokenizer without recursion; see json_walk.h. */
#include "reader/json_walk.h"

#include "base/text.h"
#include "reader/pump.h"

static const struct bytes byte_order_mark = {(const uint8_t *)"\xEF\xBB\xBF", 3};

static int peek(const struct cursor *c)
{
	return cursor_left(c) > 0 ? c->all.ptr[c->at] : -1;
}

static bool is_blank(int byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static void skip_blanks(struct cursor *c)
{
	while (is_blank(peek(c)))
		cursor_skip(c, 1);
}

static void skip_mark(struct cursor *c)
{
	if (bytes_start_with(bytes_from(c->all, c->at), byte_order_mark))
		cursor_skip(c, byte_order_mark.len);
}

void json_init(struct json_walk *walk, struct visit *visit, struct bytes body)
{
	*walk = (struct json_walk){.visit = visit, .c = cursor_over(body)};
	skip_mark(&walk->c);
}

bool json_starts_with(struct bytes head, char first)
{
	struct cursor c = cursor_over(head);
	skip_mark(&c);
	skip_blanks(&c);
	return peek(&c) == first;
}

static enum json_kind damaged(struct json_walk *walk, const char *reason)
{
	if (!walk->reason)
		walk->reason = reason;
	return JSON_DAMAGED;
}

/* The string whose opening quote is next. False when it has no end. */
static bool take_string(struct json_walk *walk, struct json_item *item)
{
	struct cursor *c = &walk->c;
	size_t from = c->at + 1, at = from;
	const struct bytes all = c->all;
	item->escaped = false;
	while (at < all.len && all.ptr[at] != '"') {
		bool escape = all.ptr[at] == '\\';
		item->escaped |= escape;
		at += escape ? 2 : 1;
	}
	if (at >= all.len)
		return false;
	cursor_skip(c, 1);
	item->raw = cursor_take(c, at - from);
	item->span = (struct span){from, item->raw.len};
	cursor_skip(c, 1);
	return true;
}

static bool is_scalar_byte(int byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '+' || byte == '.';
}

static enum json_kind take_scalar(struct json_walk *walk, struct json_item *item)
{
	struct cursor *c = &walk->c;
	size_t from = c->at;
	while (is_scalar_byte(peek(c)))
		cursor_skip(c, 1);
	if (c->at == from)
		return damaged(walk, "damaged JSON");
	item->raw = bytes_slice(c->all, from, c->at - from);
	item->span = (struct span){from, item->raw.len};
	return JSON_SCALAR;
}

static enum json_kind take_open(struct json_walk *walk, struct json_item *item, bool is_array)
{
	if (walk->depth == LIMIT_NESTING)
		return damaged(walk, "JSON nested too deeply");
	item->span = (struct span){walk->c.at, 1};
	cursor_skip(&walk->c, 1);
	walk->levels[walk->depth++] = (struct json_level){.is_array = is_array};
	return is_array ? JSON_ARRAY : JSON_OBJECT;
}

static enum json_kind take_value(struct json_walk *walk, struct json_item *item)
{
	item->depth = walk->depth;
	switch (peek(&walk->c)) {
	case '"':
		return take_string(walk, item) ? JSON_STRING : damaged(walk, "JSON cut short");
	case '{':
		return take_open(walk, item, false);
	case '[':
		return take_open(walk, item, true);
	case -1:
		return damaged(walk, "JSON cut short");
	default:
		return take_scalar(walk, item);
	}
}

static bool take_key(struct json_walk *walk, struct json_level *level)
{
	struct json_item key = {0};
	if (peek(&walk->c) != '"' || !take_string(walk, &key))
		return false;
	level->key = json_text(walk, &key);
	level->key_span = key.span;
	skip_blanks(&walk->c);
	if (peek(&walk->c) != ':')
		return false;
	cursor_skip(&walk->c, 1);
	skip_blanks(&walk->c);
	return true;
}

static enum json_kind take_close(struct json_walk *walk, struct json_item *item)
{
	item->span = (struct span){walk->c.at, 1};
	cursor_skip(&walk->c, 1);
	item->depth = --walk->depth;
	return JSON_CLOSE;
}

static enum json_kind next_in_container(struct json_walk *walk, struct json_item *item)
{
	struct json_level *level = &walk->levels[walk->depth - 1];
	int close = level->is_array ? ']' : '}';
	if (peek(&walk->c) == close)
		return take_close(walk, item);
	if (level->has_values) {
		if (peek(&walk->c) != ',')
			return damaged(walk, "damaged JSON");
		cursor_skip(&walk->c, 1);
		skip_blanks(&walk->c);
		if (peek(&walk->c) == close)
			return take_close(walk, item);
	}
	if (!level->is_array && !take_key(walk, level))
		return damaged(walk, "damaged JSON");
	level->has_values = true;
	return take_value(walk, item);
}

enum json_kind json_next(struct json_walk *walk, struct json_item *item)
{
	*item = (struct json_item){.kind = JSON_DAMAGED};
	if (walk->reason)
		return JSON_DAMAGED;
	skip_blanks(&walk->c);
	if (walk->depth > 0)
		item->kind = next_in_container(walk, item);
	else if (walk->started)
		item->kind = JSON_END;
	else
		item->kind = take_value(walk, item);
	walk->started = true;
	return item->kind;
}

struct bytes json_key(const struct json_walk *walk, size_t level)
{
	return level < LIMIT_NESTING ? walk->levels[level].key : (struct bytes){0};
}

struct span json_key_span(const struct json_walk *walk, size_t level)
{
	return level < LIMIT_NESTING ? walk->levels[level].key_span : (struct span){0};
}

bool json_key_is(const struct json_walk *walk, size_t level, const char *key)
{
	return bytes_equal(json_key(walk, level), bytes_of(key));
}

static bool take_hex4(struct cursor *c, uint32_t *value)
{
	struct bytes digits = cursor_take(c, 4);
	*value = 0;
	for (size_t i = 0; i < digits.len; i++) {
		uint8_t digit = digits.ptr[i];
		uint32_t nibble = 16;
		if (digit >= '0' && digit <= '9')
			nibble = (uint32_t)digit - '0';
		else if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f')
			nibble = (uint32_t)(digit | 0x20) - 'a' + 10;
		if (nibble > 15)
			return false;
		*value = *value << 4 | nibble;
	}
	return digits.len == 4;
}

/* The code point after "\u"; a pair of surrogates is one (RFC 8259 section 7). */
static uint32_t take_unicode(struct cursor *c)
{
	uint32_t unit, low;
	if (!take_hex4(c, &unit))
		return 0xFFFD;
	struct cursor ahead = *c;
	if (unit >= 0xD800 && unit <= 0xDBFF && bytes_equal(cursor_take(&ahead, 2), BYTES("\\u")) &&
	    take_hex4(&ahead, &low) && low >= 0xDC00 && low <= 0xDFFF) {
		*c = ahead;
		return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
	}
	return unit;
}

static uint32_t take_escaped(struct cursor *c)
{
	uint8_t byte = cursor_u8(c);
	switch (byte) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case 'u':
		return take_unicode(c);
	default:
		return byte;
	}
}

struct bytes json_text(const struct json_walk *walk, const struct json_item *item)
{
	if (!item->escaped)
		return item->raw;
	uint8_t *text = visit_alloc(walk->visit, item->raw.len + 4, 1);
	size_t length = 0;
	struct cursor c = cursor_over(item->raw);
	while (cursor_left(&c) > 0) {
		uint8_t byte = cursor_u8(&c), encoded[4] = {byte};
		size_t width = 1;
		if (byte == '\\') {
			uint32_t code_point = take_escaped(&c);
			width = text_put_utf8(code_point, encoded);
			if (width == 0)
				width = text_put_utf8(0xFFFD, encoded);
		}
		memcpy(text + length, encoded, width);
		length += width;
	}
	return (struct bytes){text, length};
}

enum read_result json_finish(struct json_walk *walk)
{
	struct json_item item;
	enum json_kind kind;
	do
		kind = json_next(walk, &item);
	while (kind != JSON_END && kind != JSON_DAMAGED);
	if (kind == JSON_DAMAGED) {
		visit_gap(walk->visit, (struct span){walk->c.at, 0}, CLASS_UNREAD, walk->reason);
		return READ_PARTLY;
	}
	visit_trailing(walk->visit, walk->c.all, walk->c.at);
	return READ_WHOLE;
}
