/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/mime_field.h"

#include "reader/decode64.h"

enum {
	SECTIONS_MOST = 64, /* of one parameter: file systems have names of 255 bytes */
	WORD_MOST = 1024,   /* bytes of an encoded word; RFC 2047 has 75 */
	WHOLE = -1,         /* the section of a parameter that has none */
};

/* One parameter as it is written. */
struct parameter {
	struct bytes name, value;
	bool is_quoted;
};

struct bytes mime_value(struct bytes value)
{
	value = bytes_trim(value);
	while (bytes_start_with(value, BYTES("("))) {
		const uint8_t *end = memchr(value.ptr, ')', value.len);
		value = end ? bytes_from(value, (size_t)(end - value.ptr) + 1) : (struct bytes){0};
		value = bytes_trim(value);
	}
	return value;
}

/* Where the quoted text that begins at `at` ends: its second quote, or the end. */
static size_t quotes_end(struct bytes text, size_t at)
{
	for (at++; at < text.len && text.ptr[at] != '"'; at++)
		at += text.ptr[at] == '\\';
	return at < text.len ? at : text.len;
}

/* Takes what precedes the next ';' that no quotes hold. A backslash counts outside of them, too: so
 * a lone quote, which is a letter, is looked after only once. */
static struct bytes take_part(struct bytes *rest)
{
	size_t at = 0;
	while (at < rest->len && rest->ptr[at] != ';') {
		size_t end = rest->ptr[at] == '"' ? quotes_end(*rest, at) : at;
		at += rest->ptr[at] == '\\';
		at = end > at && end < rest->len ? end + 1 : at + 1;
	}
	at = at < rest->len ? at : rest->len;
	struct bytes part = bytes_slice(*rest, 0, at);
	*rest = bytes_from(*rest, at + 1);
	return part;
}

/* False when `part` is no parameter. */
static bool read_parameter(struct bytes part, struct parameter *out)
{
	const uint8_t *equal = part.len > 0 ? memchr(part.ptr, '=', part.len) : NULL;
	if (!equal)
		return false;
	size_t at = (size_t)(equal - part.ptr);
	out->name = bytes_trim(bytes_slice(part, 0, at));
	out->value = mime_value(bytes_from(part, at + 1));
	out->is_quoted = bytes_start_with(out->value, BYTES("\""));
	if (out->is_quoted)
		out->value = bytes_slice(out->value, 1, quotes_end(out->value, 0) - 1);
	return true;
}

/* Whether `key` is `name`, or `name` in sections and this is the one asked for. */
static bool is_section(struct bytes key, struct bytes name, int section, bool *in_percents)
{
	if (!bytes_start_with_nocase(key, name))
		return false;
	key = bytes_from(key, name.len);
	*in_percents = bytes_end_with(key, BYTES("*"));
	key = bytes_slice(key, 0, key.len - *in_percents);
	if (key.len == 0)
		return section == WHOLE;
	unsigned number = 0;
	for (size_t i = 1; i < key.len; i++) {
		if (key.ptr[i] < '0' || key.ptr[i] > '9' || number > SECTIONS_MOST)
			return false;
		number = number * 10 + (key.ptr[i] - '0');
	}
	return key.ptr[0] == '*' && key.len > 1 && section >= 0 && number == (unsigned)section;
}

static bool find_section(struct bytes value, struct bytes name, int section, struct parameter *out,
                         bool *in_percents)
{
	for (struct bytes rest = value; rest.len > 0;)
		if (read_parameter(take_part(&rest), out) &&
		    is_section(out->name, name, section, in_percents))
			return true;
	return false;
}

static int hex_value(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* The byte that two digits from `at` on stand for, or -1. */
static int escaped(struct bytes text, size_t at)
{
	int high = at <= text.len && text.len - at >= 2 ? hex_value(text.ptr[at]) : -1;
	int low = high >= 0 ? hex_value(text.ptr[at + 1]) : -1;
	return low >= 0 ? high << 4 | low : -1;
}

size_t mime_unquote(struct bytes text, uint8_t *out)
{
	size_t length = 0;
	for (size_t i = 0; i < text.len; i++) {
		int byte = escaped(text, i + 1);
		if (text.ptr[i] != '=') {
			out[length++] = text.ptr[i];
		} else if (byte >= 0) {
			out[length++] = (uint8_t)byte;
			i += 2;
		} else if (i + 1 < text.len &&
		           (text.ptr[i + 1] == '\r' || text.ptr[i + 1] == '\n')) {
			i += text.ptr[i + 1] == '\r' && i + 2 < text.len ? 2 : 1;
		}
	}
	return length;
}

static size_t put_percents(struct bytes text, uint8_t *out)
{
	size_t length = 0;
	for (size_t i = 0; i < text.len; i++) {
		int byte = text.ptr[i] == '%' ? escaped(text, i + 1) : -1;
		out[length++] = byte >= 0 ? (uint8_t)byte : text.ptr[i];
		i += byte >= 0 ? 2 : 0;
	}
	return length;
}

/* Mailers for Windows write paths as they are: only quotes and backslashes are escaped. */
static size_t put_quoted(struct bytes text, uint8_t *out)
{
	size_t length = 0;
	for (size_t i = 0; i < text.len; i++) {
		bool escapes = text.ptr[i] == '\\' && i + 1 < text.len &&
		               (text.ptr[i + 1] == '"' || text.ptr[i + 1] == '\\');
		i += escapes;
		out[length++] = text.ptr[i];
	}
	return length;
}

/* The word "=?charset?B?…?=" at `at`; its length, or 0 when it is none. RFC 2047, 2. */
static size_t put_word(struct bytes text, size_t at, uint8_t *out, size_t *length)
{
	struct bytes from = bytes_slice(text, at + 2, WORD_MOST);
	size_t charset = bytes_find(from, BYTES("?"));
	struct bytes rest = charset < from.len ? bytes_from(from, charset + 1) : (struct bytes){0};
	if (rest.len < 2 || rest.ptr[1] != '?')
		return 0;
	uint8_t coding = rest.ptr[0] | 0x20;
	struct bytes inside = bytes_from(rest, 2);
	size_t end = bytes_find(inside, BYTES("?="));
	if (end == SIZE_MAX || (coding != 'b' && coding != 'q'))
		return 0;
	inside = bytes_slice(inside, 0, end);
	uint8_t *room = out + *length;
	size_t made = 0;
	if (coding == 'b') {
		struct decode64 state = {0};
		made = decode64_feed(&state, inside, room);
	} else {
		made = mime_unquote(inside, room);
		for (size_t i = 0; i < made; i++)
			room[i] = room[i] == '_' ? ' ' : room[i];
	}
	*length += made;
	return 2 + charset + 1 + 2 + end + 2;
}

/* Blanks between two words are dropped. RFC 2047, 6.2. */
static struct bytes decode_words(struct visit *visit, struct bytes text)
{
	uint8_t *out = visit_alloc(visit, text.len, 1);
	size_t length = 0, at = 0;
	while (at < text.len) {
		bool begins = bytes_start_with(bytes_from(text, at), BYTES("=?"));
		size_t taken = begins ? put_word(text, at, out, &length) : 0;
		if (taken == 0) {
			out[length++] = text.ptr[at++];
			continue;
		}
		at += taken;
		struct bytes next = bytes_trim(bytes_from(text, at));
		if (bytes_start_with(next, BYTES("=?")))
			at = (size_t)(next.ptr - text.ptr);
	}
	return (struct bytes){out, length};
}

/* "charset'language'text" without what precedes the text. */
static struct bytes without_charset(struct bytes text)
{
	size_t first = bytes_find(text, BYTES("'"));
	if (first == SIZE_MAX)
		return text;
	struct bytes rest = bytes_from(text, first + 1);
	size_t second = bytes_find(rest, BYTES("'"));
	return second == SIZE_MAX ? text : bytes_from(rest, second + 1);
}

static struct bytes join_sections(struct visit *visit, struct bytes value, struct bytes name)
{
	struct parameter part;
	bool in_percents = false;
	uint8_t *out = visit_alloc(visit, value.len, 1);
	size_t length = 0;
	for (int i = 0; i < SECTIONS_MOST; i++) {
		if (!find_section(value, name, i, &part, &in_percents))
			break;
		struct bytes text =
			i == 0 && in_percents ? without_charset(part.value) : part.value;
		length += in_percents ? put_percents(text, out + length)
		                      : put_quoted(text, out + length);
	}
	return (struct bytes){out, length};
}

static struct bytes plain_parameter(struct visit *visit, const struct parameter *part)
{
	if (bytes_find(part->value, BYTES("=?")) != SIZE_MAX)
		return decode_words(visit, part->value);
	if (!part->is_quoted || bytes_find(part->value, BYTES("\\")) == SIZE_MAX)
		return part->value;
	uint8_t *out = visit_alloc(visit, part->value.len, 1);
	return (struct bytes){out, put_quoted(part->value, out)};
}

struct bytes mime_parameter(struct visit *visit, struct bytes value, const char *name)
{
	struct bytes wanted = bytes_of(name);
	struct parameter part;
	bool in_percents = false;
	if (find_section(value, wanted, 0, &part, &in_percents))
		return join_sections(visit, value, wanted);
	if (!find_section(value, wanted, WHOLE, &part, &in_percents))
		return (struct bytes){0};
	if (!in_percents)
		return plain_parameter(visit, &part);
	struct bytes text = without_charset(part.value);
	uint8_t *out = visit_alloc(visit, text.len, 1);
	return (struct bytes){out, put_percents(text, out)};
}
