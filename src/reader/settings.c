/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings: the lines "name=value" of small settings files (ini, conf, cfg), in UTF-8 or UTF-16,
 * and the elements <name>value</name> of XML ones: what an installer is told, where a program
 * reports to. Only plain names and the beginning of values are facts; the rest stays what it is,
 * searched text.
 */
#include "base/text.h"
#include "core/reader.h"
#include "reader/lines.h"

extern const struct reader reader_settings;

enum {
	FILE_MOST = 1 << 20,
	VALUE_MOST = 200,
	NAME_MOST = 100,
	LINE_MOST = 1024 /* bytes of UTF-16 */
};

static bool is_wide(struct bytes head)
{
	return bytes_start_with(head, BYTES("\xFF\xFE")) &&
	       !bytes_start_with(head, BYTES("\xFF\xFE\0\0"));
}

static bool is_xml(struct bytes name)
{
	return bytes_end_with_nocase(name, BYTES(".xml"));
}

static bool recognise_settings(const struct sight *sight)
{
	static const char *const suffixes[] = {".ini", ".conf", ".cfg"};
	if (sight->size > FILE_MOST || bytes_equal(sight->name, BYTES("setup.cfg")))
		return false;
	if (is_xml(sight->name))
		return bytes_start_with(bytes_trim(sight->head), BYTES("<")) &&
		       line_is_text(sight->head);
	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
		if (bytes_end_with_nocase(sight->name, bytes_of(suffixes[i])))
			return is_wide(sight->head) || line_is_text(sight->head);
	return false;
}

static void state_setting(struct visit *visit, struct bytes name, struct bytes value,
                          struct span span)
{
	if (value.len > 0 && (value.ptr[0] == '"' || value.ptr[0] == '\''))
		value = bytes_trim_end(bytes_from(value, 1), value.ptr[0]);
	value = bytes_slice(value, 0, VALUE_MOST);
	if (name.len == 0 || name.len > NAME_MOST || value.len == 0 ||
	    line_word(name, "_.-") != name.len)
		return;
	uint8_t *text = visit_alloc(visit, name.len + 1 + value.len, 1);
	memcpy(text, name.ptr, name.len);
	text[name.len] = '=';
	memcpy(text + name.len + 1, value.ptr, value.len);
	visit_fact(visit, FACT_SETTING, (struct bytes){text, name.len + 1 + value.len}, span);
}

static void state_line(struct visit *visit, struct bytes line, struct span span)
{
	struct bytes name, value;
	if (line_split(line, '=', &name, &value))
		state_setting(visit, name, value, span);
}

/* Elements that hold nothing but text; not parsed, because what is no XML is a text like any other.
 */
static void read_elements(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	while (cursor_left(&c) > 0) {
		(void)cursor_until(&c, '<');
		if (!cursor_ok(&c))
			break;
		size_t at = c.at;
		struct bytes rest = bytes_from(body, at);
		struct bytes name = bytes_slice(rest, 0, line_word(rest, "_.-"));
		if (name.len == 0 || !bytes_start_with(bytes_from(rest, name.len), BYTES(">")))
			continue;
		struct bytes inside =
			bytes_slice(bytes_from(rest, name.len + 1), 0, (size_t)LINE_MOST);
		struct bytes value = bytes_slice(inside, 0, bytes_find(inside, BYTES("</")));
		struct bytes end = bytes_from(inside, value.len + 2);
		if (value.len + 2 < inside.len && bytes_start_with(end, name) &&
		    bytes_start_with(bytes_from(end, name.len), BYTES(">")))
			state_setting(visit, name, bytes_trim(value),
			              (struct span){at, name.len + 1 + value.len});
	}
}

static void read_narrow(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	for (struct line line; line_next(&c, &line);)
		state_line(visit, line.text, (struct span){line.at, line.text.len});
}

static void read_wide(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	uint8_t line[LINE_MOST / 2 * 3];
	cursor_skip(&c, 2);
	for (size_t from = c.at; cursor_left(&c) >= 2;) {
		bool ends = cursor_u16le(&c) == '\n';
		if (!ends && cursor_left(&c) >= 2)
			continue;
		struct bytes wide = bytes_slice(body, from, c.at - from - (ends ? 2 : 0));
		struct span span = {from, wide.len};
		wide = bytes_slice(wide, 0, LINE_MOST);
		state_line(visit, (struct bytes){line, text_from_utf16(wide, false, line)}, span);
		from = c.at;
	}
}

static enum read_result read_settings(struct visit *visit, struct bytes body)
{
	if (is_xml(visit_sight(visit)->name))
		read_elements(visit, body);
	else if (is_wide(body))
		read_wide(visit, body);
	else if (line_is_text(body))
		read_narrow(visit, body);
	else
		return READ_NOT_MINE;
	return READ_WHOLE;
}

const struct reader reader_settings = {
	.name = "settings",
	.recognise = recognise_settings,
	.read = read_settings,
	.understood = CLASS_SEARCHED,
};
