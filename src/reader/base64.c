/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64: a text that is one run of base64 and nothing else becomes a child. Lines of one length,
 * or a single line; too few letters are not taken. A run of hexadecimal digits is decoded as such
 * when it could hold a program, and left alone when it is shorter (a digest).
 */
#include "core/limits.h"
#include "reader/decode64.h"
#include "reader/lines.h"
#include "reader/pump.h"

extern const struct reader reader_base64;

enum {
	LETTERS_LEAST = 64,
	LINE_LEAST = 40, /* lists of short words have lines, too */
	LINE_MOST = 76,  /* RFC 2045, 6.8 */
	PROBE = 16 * 1024,
	CHUNK = 16 * 1024,
};

static bool is_hex(uint8_t byte)
{
	return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f');
}

static bool is_line_end(uint8_t byte)
{
	return byte == '\n' || byte == '\r';
}

/* The length of the first line when `text`, which may go on, is base64 throughout; else 0. */
static size_t first_line(struct bytes text, bool *hex)
{
	size_t line = 0, letters = 0, digits = 0, padding = 0;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t byte = text.ptr[i];
		if (is_line_end(byte)) {
			line = line > 0 ? line : i;
			continue;
		}
		padding += byte == '=';
		if (byte != '=' && (padding > 0 || decode64_letter(byte) < 0))
			return 0;
		letters++;
		digits += is_hex(byte);
	}
	*hex = digits == letters;
	if (padding > 2 || letters < (*hex ? 2 * LIMIT_PRIVATE_PART : LETTERS_LEAST))
		return 0;
	return line > 0 ? line : text.len;
}

static bool recognise_base64(const struct sight *sight)
{
	struct bytes probe = bytes_slice(sight->head, 0, PROBE);
	bool hex;
	size_t line = first_line(probe, &hex);
	if (line == 0)
		return false;
	bool one_line = line == probe.len || line + 2 >= sight->size;
	return one_line || hex || (line % 4 == 0 && line >= LINE_LEAST && line <= LINE_MOST);
}

/* Every line but the last as long as the first. */
static bool has_even_lines(struct bytes body, size_t length)
{
	struct cursor c = cursor_over(body);
	bool short_line = false;
	for (struct line line; line_next(&c, &line);) {
		if (short_line && line.text.len > 0)
			return false;
		short_line |= line.text.len < length;
		if (line.text.len > length)
			return false;
	}
	return true;
}

static uint8_t hex_digit(uint8_t byte)
{
	return (uint8_t)(byte <= '9' ? byte - '0' : (byte | 0x20) - 'a' + 10);
}

/* Lines of any length, as "xxd -p" and "od" write them. */
static enum read_result read_hex(struct visit *visit, struct bytes body)
{
	struct pump pump = pump_start(visit, BYTES("digits"), body.len / 2);
	uint8_t *out = visit_alloc(visit, CHUNK, 1);
	size_t digits = 0, used = 0;
	bool room = true;
	for (size_t at = 0; at < body.len && room; at++) {
		if (is_line_end(body.ptr[at]))
			continue;
		out[used] = (uint8_t)(out[used] << 4 | hex_digit(body.ptr[at]));
		used += digits++ % 2;
		if (used < CHUNK)
			continue;
		room = pump_write(&pump, (struct bytes){out, used});
		used = 0;
	}
	if (room && used > 0)
		(void)pump_write(&pump, (struct bytes){out, used});
	return pump_end(&pump, CLASS_UNREAD, digits % 2 == 1 ? "half a byte of digits" : NULL);
}

static enum read_result read_base64(struct visit *visit, struct bytes body)
{
	static const struct suffix suffixes[] = {
		{{(const uint8_t *)".b64", 4}, {0}},
		{{(const uint8_t *)".base64", 7}, {0}},
	};
	bool hex;
	size_t line = first_line(body, &hex);
	if (line > 0 && hex)
		return read_hex(visit, body);
	if (line == 0 || !has_even_lines(body, line))
		return READ_NOT_MINE;
	struct pump pump = pump_start(visit, plain_name(visit, suffixes, 2), body.len / 4 * 3);
	struct decode64 state = {0};
	uint8_t *out = visit_alloc(visit, CHUNK, 1);
	bool room = true;
	for (size_t at = 0; at < body.len && room; at += CHUNK) {
		size_t made = decode64_feed(&state, bytes_slice(body, at, CHUNK), out);
		room = pump_write(&pump, (struct bytes){out, made});
	}
	return pump_end(&pump, CLASS_UNREAD, state.damaged ? "damaged base64" : NULL);
}

const struct reader reader_base64 = {
	.name = "base64",
	.recognise = recognise_base64,
	.read = read_base64,
	.understood = CLASS_READ,
	.container = true,
	.stream = true,
};
