/* SPDX-License-Identifier: Apache-2.0 */
#include "core/normal.h"

#include "base/text.h"

#include <utf8proc.h>

enum { POINTS_PER_BYTE = NORMAL_POINTS / NORMAL_MAX };

static bool is_plain_ascii(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] >= 0x80)
			return false;
	return true;
}

static struct bytes lower_ascii(struct bytes text, uint8_t *data)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t byte = text.ptr[i];
		data[i] = byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + ('a' - 'A')) : byte;
	}
	return (struct bytes){data, text.len};
}

/* NFC, or NFC of the case folding, made in `points`, which has room for POINTS_PER_BYTE code points
 * for each byte of `text`. Malformed UTF-8 gives an empty result. */
static struct bytes map_unicode(struct bytes text, bool fold, int32_t *points)
{
	utf8proc_option_t options = (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE |
	                                                (fold ? UTF8PROC_CASEFOLD : 0));
	utf8proc_ssize_t count =
		utf8proc_decompose(text.ptr, (utf8proc_ssize_t)text.len, points,
	                           (utf8proc_ssize_t)(text.len * POINTS_PER_BYTE), options);
	if (count < 0 || (size_t)count > text.len * POINTS_PER_BYTE)
		return (struct bytes){0};
	utf8proc_ssize_t length = utf8proc_reencode(points, count, options);
	if (length < 0)
		return (struct bytes){0};
	return (struct bytes){(const uint8_t *)points, (size_t)length};
}

/* Trims, and makes one blank of each run of blanks and control characters. */
static struct bytes collapse_blanks(struct bytes text, uint8_t *data)
{
	text = bytes_trim(text);
	size_t length = 0;
	for (size_t i = 0; i < text.len; i++) {
		bool blank = text.ptr[i] <= ' ';
		if (blank && length > 0 && data[length - 1] == ' ')
			continue;
		data[length++] = blank ? ' ' : text.ptr[i];
	}
	return (struct bytes){data, length};
}

static struct bytes path_value(struct bytes raw, uint8_t *data)
{
	for (size_t i = 0; i < raw.len; i++)
		data[i] = raw.ptr[i] == '\\' ? '/' : raw.ptr[i];
	return (struct bytes){data, raw.len};
}

static struct bytes hex_value(struct bytes raw, uint8_t *data)
{
	size_t length = 0;
	struct bytes lower = lower_ascii(raw, data);
	for (size_t i = 0; i < lower.len; i++)
		if ((lower.ptr[i] >= '0' && lower.ptr[i] <= '9') ||
		    (lower.ptr[i] >= 'a' && lower.ptr[i] <= 'f'))
			data[length++] = lower.ptr[i];
	return (struct bytes){data, length};
}

/* NORMAL_TEXT that is not plain ASCII comes back with its blanks collapsed, still to be composed.
 */
static struct bytes value_into(enum normal_form form, struct bytes raw, uint8_t *data)
{
	switch (form) {
	case NORMAL_TEXT:
		return collapse_blanks(raw, data);
	case NORMAL_PATH:
		return path_value(raw, data);
	case NORMAL_HEX:
		return hex_value(raw, data);
	case NORMAL_DNS:
		return bytes_trim_end(lower_ascii(bytes_trim(raw), data), '.');
	case NORMAL_EXACT:
		break;
	}
	return raw;
}

struct bytes normal_value(enum normal_form form, struct bytes raw, struct normal_scratch *scratch)
{
	struct bytes value = value_into(form, bytes_slice(raw, 0, NORMAL_MAX), scratch->text);
	if (form != NORMAL_TEXT || is_plain_ascii(value))
		return value;
	struct bytes composed = map_unicode(value, false, scratch->points);
	return composed.len > 0 ? composed : value;
}

struct bytes normal_key(enum normal_form form, struct bytes value, struct normal_scratch *scratch)
{
	value = bytes_slice(value, 0, NORMAL_MAX);
	if (form != NORMAL_TEXT && form != NORMAL_PATH)
		return value;
	if (is_plain_ascii(value))
		return lower_ascii(value, scratch->text);
	struct bytes folded = map_unicode(value, true, scratch->points);
	return folded.len > 0 ? folded : lower_ascii(value, scratch->text);
}

static struct bytes map_letters(struct bytes text, utf8proc_int32_t (*map)(utf8proc_int32_t),
                                struct normal_scratch *scratch)
{
	uint8_t *out = (uint8_t *)scratch->points;
	size_t length = 0;
	uint32_t code_point;
	text = bytes_slice(text, 0, NORMAL_MAX);
	for (size_t at = 0; at < text.len;)
		if (text_next_utf8(text, &at, &code_point))
			length += text_put_utf8((uint32_t)map((utf8proc_int32_t)code_point),
			                        out + length);
	return (struct bytes){out, length};
}

struct bytes normal_lower(struct bytes text, struct normal_scratch *scratch)
{
	return map_letters(text, utf8proc_tolower, scratch);
}

struct bytes normal_upper(struct bytes text, struct normal_scratch *scratch)
{
	return map_letters(text, utf8proc_toupper, scratch);
}
