/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf16: text that the byte search does not see through: UTF-16 with the high byte first, and both
 * forms of UTF-32. It becomes a child in UTF-8 that bears the same name, so that readers that go by
 * names see it too. (UTF-16 with the low byte first is searched where it lies.)
 */
#include "base/text.h"
#include "reader/pump.h"
#include "reader/rest.h"

extern const struct reader reader_utf16;

enum {
	PROBE = 4096,
	CHUNK = 8192,
	UNMARKED_LEAST = 32,
	MARKED_LEAST = 512, /* bytes: a unit of noise is no character once in 30 times */
};

struct form {
	size_t width, mark; /* bytes of a unit; of the byte order mark */
	bool big_endian;
};

static uint32_t unit_at(struct bytes text, size_t at, struct form form)
{
	uint32_t unit = 0;
	for (size_t i = 0; i < form.width; i++) {
		size_t from = form.big_endian ? i : form.width - 1 - i;
		unit = unit << 8 | text.ptr[at + from];
	}
	return unit;
}

static bool is_text_unit(uint32_t unit)
{
	if (unit < 0x20)
		return unit == '\t' || unit == '\n' || unit == '\r' || unit == '\f';
	return unit <= 0x10FFFF && (unit & 0xFFFE) != 0xFFFE && unit != 0x7F;
}

static bool is_surrogate(uint32_t unit, bool low)
{
	return (unit & 0xFFFFFC00) == (low ? 0xDC00U : 0xD800U);
}

/* Bytes of the character at `at`; 0 when it is none. */
static size_t character_length(struct bytes text, size_t at, struct form form)
{
	uint32_t unit = unit_at(text, at, form);
	if (form.width == 2 && is_surrogate(unit, false))
		return text.len - at >= 4 && is_surrogate(unit_at(text, at + 2, form), true) ? 4
		                                                                             : 0;
	return is_text_unit(unit) && !is_surrogate(unit, true) ? form.width : 0;
}

/* Where the text that begins after the mark ends. */
static size_t text_end(struct bytes text, struct form form)
{
	size_t at = form.mark, length = 1;
	while (text.len - at >= form.width && (length = character_length(text, at, form)) > 0)
		at += length;
	return at;
}

static bool is_letter_or_blank(uint32_t unit)
{
	return (unit >= ' ' && unit < 0x7F) || unit == '\n' || unit == '\r' || unit == '\t';
}

/* Without a mark: every unit of the probe is ASCII text. */
static bool is_unmarked(struct bytes probe, struct form form)
{
	size_t at = 0;
	while (probe.len - at >= form.width && is_letter_or_blank(unit_at(probe, at, form)))
		at += form.width;
	return at >= UNMARKED_LEAST && probe.len - at < form.width;
}

/* A width of 0: none of them. */
static struct form form_of(struct bytes head)
{
	static const struct {
		struct bytes mark;
		struct form form;
	} marks[] = {
		{{(const uint8_t *)"\xFE\xFF", 2}, {2, 2, true}},
		{{(const uint8_t *)"\xFF\xFE\0\0", 4}, {4, 4, false}},
		{{(const uint8_t *)"\0\0\xFE\xFF", 4}, {4, 4, true}},
	};
	static const struct form unmarked[] = {{2, 0, true}, {4, 0, true}, {4, 0, false}};
	struct bytes probe = bytes_slice(head, 0, PROBE);
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		struct form form = marks[i].form;
		if (!bytes_start_with(probe, marks[i].mark))
			continue;
		size_t end = text_end(probe, form);
		if (end - form.mark >= MARKED_LEAST ||
		    (end > form.mark && probe.len - end < form.width))
			return form;
	}
	for (size_t i = 0; i < sizeof unmarked / sizeof unmarked[0]; i++)
		if (is_unmarked(probe, unmarked[i]))
			return unmarked[i];
	return (struct form){0};
}

static bool recognise_utf16(const struct sight *sight)
{
	return form_of(sight->head).width > 0;
}

static size_t from_utf32(struct bytes text, struct form form, uint8_t *out)
{
	size_t length = 0;
	for (size_t at = 0; text.len - at >= 4; at += 4) {
		size_t put = text_put_utf8(unit_at(text, at, form), out + length);
		length += put > 0 ? put : text_put_utf8(0xFFFD, out + length);
	}
	return length;
}

/* Writes the text from `at` to `end`. */
static void transcode(struct pump *pump, struct bytes body, struct form form, size_t end)
{
	uint8_t *out = visit_alloc(pump->visit, (size_t)CHUNK / 2 * 3, 1);
	for (size_t at = form.mark; at < end;) {
		size_t length = end - at < CHUNK ? end - at : CHUNK;
		/* A pair of surrogates must not be parted. */
		if (form.width == 2 && length > 2 && at + length < end &&
		    is_surrogate(unit_at(body, at + length - 2, form), false))
			length -= 2;
		struct bytes part = bytes_slice(body, at, length);
		size_t made = form.width == 4 ? from_utf32(part, form, out)
		                              : text_from_utf16(part, form.big_endian, out);
		if (!pump_write(pump, (struct bytes){out, made}))
			return;
		at += length;
	}
}

static enum read_result read_utf16(struct visit *visit, struct bytes body)
{
	struct form form = form_of(body);
	if (form.width == 0)
		return READ_NOT_MINE;
	size_t end = text_end(body, form);
	struct pump pump = pump_start(visit, visit_sight(visit)->name, end);
	transcode(&pump, body, form, end);
	enum read_result result = pump_end(&pump, CLASS_UNREAD, NULL);
	(void)rest_hand_over(visit, body, end, BYTES("trailing data"));
	return result;
}

const struct reader reader_utf16 = {
	.name = "utf16",
	.recognise = recognise_utf16,
	.read = read_utf16,
	.understood = CLASS_READ,
	.container = true,
	.stream = true,
};
