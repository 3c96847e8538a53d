/* SPDX-License-Identifier: Apache-2.0 */
#include "report/json.h"

#include "base/text.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

/* A code point that text_escape() would not let through, as JSON escapes it (RFC 8259 §7). */
static void put_escape(struct out *out, uint32_t c)
{
	char escape[16];
	if (c < 0x10000)
		(void)snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c);
	else
		(void)snprintf(escape, sizeof escape, "\\u%04x\\u%04x",
		               0xD800 + (unsigned)((c - 0x10000) >> 10),
		               0xDC00 + (unsigned)((c - 0x10000) & 0x3FF));
	out_text(out, escape);
}

static void put_byte(struct out *out, uint8_t byte)
{
	char escape[8];
	(void)snprintf(escape, sizeof escape, "\\\\x%02x", byte);
	out_text(out, escape);
}

static void put_string(struct out *out, struct bytes text)
{
	bool whole = text_is_utf8(text);
	out_text(out, "\"");
	for (size_t at = 0; at < text.len;) {
		size_t start = at, plain = out_plain_run(text, at);
		uint32_t c = 0;
		if (plain > 0) {
			out_raw(out, bytes_slice(text, at, plain));
			at += plain;
			continue;
		}
		bool good = text_next_utf8(text, &at, &c);
		struct bytes one = bytes_slice(text, start, at - start);
		if (!good)
			put_byte(out, text.ptr[start]);
		else if (c == '"')
			out_text(out, "\\\"");
		else if (c == '\\')
			out_text(out, whole ? "\\\\" : "\\\\\\\\");
		else if (out_escaped_length(one) != one.len)
			put_escape(out, c);
		else
			out_raw(out, one);
	}
	out_text(out, "\"");
}

static void new_line(struct json *j)
{
	out_text(j->out, "\n");
	out_spaces(j->out, j->depth);
}

static void begin(struct json *j, const char *key)
{
	if (j->depth > 0) {
		if (j->filled[j->depth - 1])
			out_text(j->out, ",");
		if (j->depth <= j->lines)
			new_line(j);
		j->filled[j->depth - 1] = true;
	}
	if (!key)
		return;
	out_text(j->out, "\"");
	out_text(j->out, key);
	out_text(j->out, "\":");
}

void json_open(struct json *j, const char *key, char bracket)
{
	assert(j->depth < JSON_DEPTH);
	begin(j, key);
	out_text(j->out, bracket == '{' ? "{" : "[");
	j->filled[j->depth++] = false;
}

void json_close(struct json *j, char bracket)
{
	assert(j->depth > 0);
	j->depth--;
	if (j->filled[j->depth] && j->depth < j->lines)
		new_line(j);
	out_text(j->out, bracket == '}' ? "}" : "]");
}

void json_text(struct json *j, const char *key, struct bytes value)
{
	begin(j, key);
	put_string(j->out, value);
}

void json_text_or_null(struct json *j, const char *key, struct bytes value)
{
	begin(j, key);
	if (value.len > 0)
		put_string(j->out, value);
	else
		out_text(j->out, "null");
}

void json_name(struct json *j, const char *key, const char *value)
{
	json_text_or_null(j, key, bytes_of(value));
}

void json_hex_or_null(struct json *j, const char *key, struct bytes value)
{
	begin(j, key);
	if (value.len == 0) {
		out_text(j->out, "null");
		return;
	}
	out_text(j->out, "\"");
	out_hex(j->out, value);
	out_text(j->out, "\"");
}

void json_u64(struct json *j, const char *key, uint64_t value)
{
	begin(j, key);
	out_u64(j->out, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	begin(j, key);
	out_text(j->out, value ? "true" : "false");
}

/* Milliseconds, so that no locale's decimal comma can come in. */
void json_seconds(struct json *j, const char *key, double value)
{
	char text[32];
	double most = 1e15;
	uint64_t ms = isfinite(value) && value > 0 ? (uint64_t)(fmin(value, most) * 1000 + 0.5) : 0;
	begin(j, key);
	out_u64(j->out, ms / 1000);
	(void)snprintf(text, sizeof text, ".%03u", (unsigned)(ms % 1000));
	out_text(j->out, text);
}

void json_entry(struct json *j, struct bytes key, struct bytes value)
{
	begin(j, NULL);
	put_string(j->out, key);
	out_text(j->out, ":");
	put_string(j->out, value);
}
