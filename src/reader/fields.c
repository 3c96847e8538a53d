/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/fields.h"

#include "reader/lines.h"

bool fields_next_line(struct cursor *c, struct bytes *text, bool *ended)
{
	struct line line;
	if (!line_next(c, &line))
		return false;
	*text = line.text;
	if (ended)
		*ended = line.ended;
	return true;
}

static bool continues(const struct cursor *c)
{
	struct cursor ahead = *c;
	uint8_t first = cursor_u8(&ahead);
	return cursor_ok(&ahead) && (first == ' ' || first == '\t');
}

bool fields_next(struct cursor *c, struct field *out)
{
	for (struct bytes line = {0}; cursor_left(c) > 0;) {
		size_t from = c->at;
		*out = (struct field){0};
		(void)fields_next_line(c, &line, &out->ended);
		if (bytes_trim(line).len == 0)
			return true;
		while (continues(c))
			(void)fields_next_line(c, &line, &out->ended);
		struct bytes whole = bytes_slice(c->all, from, c->at - from);
		if (line_split(whole, ':', &out->name, &out->value) && out->name.len > 0)
			return true;
	}
	return false;
}

static bool is_one_of(uint8_t byte, const char *set)
{
	for (; *set; set++)
		if ((uint8_t)*set == byte)
			return true;
	return false;
}

struct bytes fields_before(struct bytes text, const char *stops)
{
	size_t at = 0;
	while (at < text.len && !is_one_of(text.ptr[at], stops))
		at++;
	return bytes_slice(text, 0, at);
}

bool fields_next_part(struct bytes *rest, const char *separators, struct bytes *part)
{
	if (rest->len == 0)
		return false;
	*part = fields_before(*rest, separators);
	*rest = bytes_from(*rest, part->len + 1);
	return true;
}

struct span fields_span(struct bytes all, struct bytes part)
{
	return part.ptr && all.ptr ? (struct span){(uint64_t)(part.ptr - all.ptr), part.len}
	                           : (struct span){0, 0};
}
