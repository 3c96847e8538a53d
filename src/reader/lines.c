/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of text; see lines.h. */
#include "reader/lines.h"

#include <assert.h>

enum { TEXT_PROBE = 4096 };

static size_t count_indent(struct bytes text)
{
	size_t indent = 0;
	while (indent < text.len && (text.ptr[indent] == ' ' || text.ptr[indent] == '\t'))
		indent++;
	return indent;
}

bool line_next(struct cursor *c, struct line *line)
{
	if (c->at == 0 && bytes_start_with(c->all, BYTES("\xEF\xBB\xBF")))
		cursor_skip(c, 3);
	if (cursor_left(c) == 0)
		return false;
	*line = (struct line){.at = c->at, .ended = true};
	struct cursor ahead = *c;
	line->text = cursor_until(&ahead, '\n');
	if (cursor_ok(&ahead)) {
		*c = ahead;
	} else {
		line->ended = false;
		line->text = cursor_take(c, cursor_left(c));
	}
	line->text = bytes_trim_end(line->text, '\r');
	line->indent = count_indent(line->text);
	return true;
}

struct span line_span(const struct line *line, struct bytes part)
{
	size_t offset = part.len > 0 ? (size_t)(part.ptr - line->text.ptr) : 0;
	assert(offset <= line->text.len && part.len <= line->text.len - offset);
	return (struct span){line->at + offset, part.len};
}

bool line_split(struct bytes text, uint8_t stop, struct bytes *before, struct bytes *after)
{
	struct cursor c = cursor_over(text);
	struct bytes head = cursor_until(&c, stop);
	if (!cursor_ok(&c))
		return false;
	*before = bytes_trim(head);
	*after = bytes_trim(bytes_from(text, c.at));
	return true;
}

struct bytes line_unquote(struct bytes text)
{
	text = bytes_trim(text);
	if (text.len < 2 || (text.ptr[0] != '"' && text.ptr[0] != '\'') ||
	    text.ptr[text.len - 1] != text.ptr[0])
		return text;
	return bytes_slice(text, 1, text.len - 2);
}

bool line_is_text(struct bytes head)
{
	struct bytes probe = bytes_slice(head, 0, TEXT_PROBE);
	return probe.len > 0 && !memchr(probe.ptr, 0, probe.len);
}

bool line_is_one_of(uint8_t byte, const char *set)
{
	for (; *set; set++)
		if ((uint8_t)*set == byte)
			return true;
	return false;
}

size_t line_word(struct bytes text, const char *allowed)
{
	size_t at = 0;
	for (; at < text.len; at++) {
		uint8_t byte = text.ptr[at], lower = byte | 0x20;
		if (!(lower >= 'a' && lower <= 'z') && !(byte >= '0' && byte <= '9') &&
		    !line_is_one_of(byte, allowed))
			break;
	}
	return at;
}

static bool is_triple(struct bytes all, size_t at)
{
	return at < all.len && all.len - at >= 3 && all.ptr[at + 1] == all.ptr[at] &&
	       all.ptr[at + 2] == all.ptr[at];
}

size_t line_quoted(struct bytes all, size_t at, bool apostrophe_escapes, struct bytes *inside)
{
	uint8_t quote = all.ptr[at];
	bool triple = is_triple(all, at);
	size_t from = at + (triple ? 3 : 1), end = from;
	bool escapes = quote == '"' || apostrophe_escapes;
	for (; end < all.len; end++) {
		if (all.ptr[end] == '\\' && escapes) {
			end++;
			continue;
		}
		if (all.ptr[end] == '\n' && !triple)
			break;
		if (all.ptr[end] != quote || (triple && !is_triple(all, end)))
			continue;
		*inside = bytes_slice(all, from, end - from);
		return end + (triple ? 3 : 1);
	}
	*inside = bytes_slice(all, from, end - from);
	return 0;
}
