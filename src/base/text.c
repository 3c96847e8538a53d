/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <stdio.h>

/* Length and first-byte bits of a UTF-8 sequence; 0 for a byte that cannot begin one. */
static size_t sequence_length(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xC2 && first <= 0xDF)
		return 2;
	if (first >= 0xE0 && first <= 0xEF)
		return 3;
	if (first >= 0xF0 && first <= 0xF4)
		return 4;
	return 0;
}

bool text_next_utf8(struct bytes text, size_t *at, uint32_t *code_point)
{
	static const uint8_t first_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t start = *at;
	size_t length = sequence_length(text.ptr[start]);
	*at = start + 1;
	if (length == 0 || length > text.len - start)
		return false;
	uint32_t value = text.ptr[start] & first_mask[length];
	for (size_t i = 1; i < length; i++) {
		uint8_t byte = text.ptr[start + i];
		if ((byte & 0xC0) != 0x80)
			return false;
		value = value << 6 | (byte & 0x3F);
	}
	if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
		return false;
	*at = start + length;
	*code_point = value;
	return true;
}

bool text_is_utf8(struct bytes text)
{
	uint32_t ignored;
	for (size_t at = 0; at < text.len;)
		if (!text_next_utf8(text, &at, &ignored))
			return false;
	return true;
}

size_t text_put_utf8(uint32_t code_point, uint8_t out[4])
{
	if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
		return 0;
	if (code_point < 0x80) {
		out[0] = (uint8_t)code_point;
		return 1;
	}
	size_t length = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
	static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
	for (size_t i = length - 1; i > 0; i--) {
		out[i] = (uint8_t)(0x80 | (code_point & 0x3F));
		code_point >>= 6;
	}
	out[0] = (uint8_t)(lead[length] | code_point);
	return length;
}

static uint32_t unit_at(struct bytes utf16, size_t at, bool big_endian)
{
	uint32_t first = utf16.ptr[at], second = utf16.ptr[at + 1];
	return big_endian ? first << 8 | second : second << 8 | first;
}

size_t text_from_utf16(struct bytes utf16, bool big_endian, uint8_t *out)
{
	size_t written = 0;
	for (size_t at = 0; at + 1 < utf16.len; at += 2) {
		uint32_t unit = unit_at(utf16, at, big_endian);
		if (unit >= 0xD800 && unit <= 0xDBFF && at + 3 < utf16.len) {
			uint32_t low = unit_at(utf16, at + 2, big_endian);
			if (low >= 0xDC00 && low <= 0xDFFF) {
				unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
				at += 2;
			}
		}
		uint8_t encoded[4];
		size_t length = text_put_utf8(unit, encoded);
		if (length == 0)
			length = text_put_utf8(0xFFFD, encoded);
		memcpy(out + written, encoded, length);
		written += length;
	}
	return written;
}

/* Bidirectional controls, zero-width and other format characters, line and paragraph separators,
 * tags, noncharacters: invisible, or able to reorder what a reader sees. */
static bool is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || c == 0x180E ||
	       (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
	       (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
	       (c & 0xFFFE) == 0xFFFE || (c >= 0xE0000 && c <= 0xE0FFF);
}

static size_t escape_one(uint32_t c, char out[16])
{
	int length = 0;
	switch (c) {
	case '\n':
		length = snprintf(out, 16, "\\n");
		break;
	case '\t':
		length = snprintf(out, 16, "\\t");
		break;
	case '\r':
		length = snprintf(out, 16, "\\r");
		break;
	case '\\':
		length = snprintf(out, 16, "\\\\");
		break;
	default:
		length = snprintf(out, 16, c < 0x80 ? "\\x%02x" : "\\u{%x}", (unsigned)c);
		break;
	}
	return length > 0 ? (size_t)length : 0;
}

size_t text_escape(struct bytes text, char *out, size_t room)
{
	size_t whole = 0, written = 0;
	bool full = room == 0;
	for (size_t at = 0; at < text.len;) {
		size_t start = at;
		uint32_t c = 0;
		char piece[16];
		size_t length;
		if (!text_next_utf8(text, &at, &c)) {
			int printed = snprintf(piece, sizeof piece, "\\x%02x", text.ptr[start]);
			length = printed > 0 ? (size_t)printed : 0;
		} else if (c == '\\' || is_unsafe(c)) {
			length = escape_one(c, piece);
		} else {
			length = at - start;
			memcpy(piece, text.ptr + start, length);
		}
		whole += length;
		if (full || written + length >= room) {
			full = true; /* never half an escape */
			continue;
		}
		memcpy(out + written, piece, length);
		written += length;
	}
	if (room > 0)
		out[written] = '\0';
	return whole;
}

void text_hex(struct bytes data, char *out)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < data.len; i++) {
		out[2 * i] = digits[data.ptr[i] >> 4];
		out[2 * i + 1] = digits[data.ptr[i] & 15];
	}
	out[2 * data.len] = '\0';
}

bool text_to_u64(struct bytes text, uint64_t *out)
{
	uint64_t value = 0;
	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned)text.ptr[i] - '0';
		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return text.len > 0;
}
