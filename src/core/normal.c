/* SPDX-License-Identifier: Apache-2.0 */
#include "core/normal.h"

#include "base/text.h"

#include <stdlib.h>
#include <utf8proc.h>

static bool is_plain_ascii(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] >= 0x80)
			return false;
	return true;
}

static struct bytes copy(struct bytes text, struct arena *arena)
{
	uint8_t *data = arena_alloc(arena, 1, text.len + 1);
	if (text.len > 0)
		memcpy(data, text.ptr, text.len);
	return (struct bytes){data, text.len};
}

static struct bytes lower_ascii(struct bytes text, struct arena *arena)
{
	uint8_t *data = arena_alloc(arena, 1, text.len + 1);
	for (size_t i = 0; i < text.len; i++) {
		uint8_t byte = text.ptr[i];
		data[i] = byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + ('a' - 'A')) : byte;
	}
	return (struct bytes){data, text.len};
}

/* NFC, or NFC of the case folding; malformed UTF-8 stays as it is. */
static struct bytes map_unicode(struct bytes text, bool fold, struct arena *arena)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_option_t options = (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE |
	                                                (fold ? UTF8PROC_CASEFOLD : 0));
	utf8proc_ssize_t length =
		utf8proc_map(text.ptr, (utf8proc_ssize_t)text.len, &mapped, options);
	struct bytes result =
		length >= 0 ? copy((struct bytes){mapped, (size_t)length}, arena) : text;
	free(mapped);
	return result;
}

/* Trims, and makes one blank of each run of blanks and control characters. */
static struct bytes collapse_blanks(struct bytes text, struct arena *arena)
{
	text = bytes_trim(text);
	uint8_t *data = arena_alloc(arena, 1, text.len + 1);
	size_t length = 0;
	for (size_t i = 0; i < text.len; i++) {
		bool blank = text.ptr[i] <= ' ';
		if (blank && length > 0 && data[length - 1] == ' ')
			continue;
		data[length++] = blank ? ' ' : text.ptr[i];
	}
	return (struct bytes){data, length};
}

static struct bytes text_value(struct bytes raw, struct arena *arena)
{
	struct bytes text = collapse_blanks(raw, arena);
	return is_plain_ascii(text) ? text : map_unicode(text, false, arena);
}

static struct bytes path_value(struct bytes raw, struct arena *arena)
{
	uint8_t *data = arena_alloc(arena, 1, raw.len + 1);
	for (size_t i = 0; i < raw.len; i++)
		data[i] = raw.ptr[i] == '\\' ? '/' : raw.ptr[i];
	return (struct bytes){data, raw.len};
}

static struct bytes hex_value(struct bytes raw, struct arena *arena)
{
	uint8_t *data = arena_alloc(arena, 1, raw.len + 1);
	size_t length = 0;
	struct bytes lower = lower_ascii(raw, arena);
	for (size_t i = 0; i < lower.len; i++)
		if ((lower.ptr[i] >= '0' && lower.ptr[i] <= '9') ||
		    (lower.ptr[i] >= 'a' && lower.ptr[i] <= 'f'))
			data[length++] = lower.ptr[i];
	return (struct bytes){data, length};
}

struct bytes normal_value(enum normal_form form, struct bytes raw, struct arena *arena)
{
	raw = bytes_slice(raw, 0, NORMAL_MAX);
	switch (form) {
	case NORMAL_TEXT:
		return text_value(raw, arena);
	case NORMAL_PATH:
		return path_value(raw, arena);
	case NORMAL_HEX:
		return hex_value(raw, arena);
	case NORMAL_DNS:
		return bytes_trim_end(lower_ascii(bytes_trim(raw), arena), '.');
	case NORMAL_EXACT:
		break;
	}
	return raw;
}

struct bytes normal_key(enum normal_form form, struct bytes value, struct arena *arena)
{
	if (form != NORMAL_TEXT && form != NORMAL_PATH)
		return value;
	return is_plain_ascii(value) ? lower_ascii(value, arena) : map_unicode(value, true, arena);
}
