/* SPDX-License-Identifier: Apache-2.0 */
/*
 * type1: PostScript fonts, as in PDF files and as .pfb (Adobe, "Adobe Type 1 Font Format", 1990,
 * §7; "Supporting Downloadable PostScript Language Fonts", TN 5040, for .pfb). Half of a font is
 * encrypted with a key that everybody knows: it is opened here, and what is in it must be text and
 * glyphs. Fonts in text form (.pfa) need no reader.
 */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/rest.h"

extern const struct reader reader_type1;

enum {
	PFB_MARK = 0x80,
	PFB_TEXT = 1,
	PFB_BINARY = 2,
	PFB_END = 3,
	KEY = 55665,
	NOISE = 4,
	GLYPH_MOST = 65535 /* a string of PostScript, level 1 */
};

struct font {
	struct bytes secret; /* still encrypted */
	size_t end;          /* of what is known of the file */
};

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\0';
}

static bool is_type1(struct bytes head)
{
	struct bytes text = bytes_slice(head, head.len > 0 && head.ptr[0] == PFB_MARK ? 6 : 0, 64);
	return bytes_start_with(text, BYTES("%!PS-AdobeFont")) ||
	       bytes_start_with(text, BYTES("%!FontType1"));
}

/* As in a PDF file: text up to "eexec", then the secret. What is no text is no font. */
static bool open_plain(struct bytes body, struct font *out)
{
	size_t at = bytes_find(body, BYTES("eexec"));
	if (at == SIZE_MAX)
		return false;
	at += 5;
	for (int i = 0; i < 2 && at < body.len && is_blank(body.ptr[at]); i++)
		at++;
	out->secret = bytes_from(body, at);
	out->end = body.len;
	return !rest_looks_binary(bytes_slice(body, 0, at));
}

/* Segments: mark, kind, length. Those of the secret are joined. */
static bool open_segments(struct visit *visit, struct bytes body, struct font *out)
{
	struct cursor c = cursor_over(body);
	uint8_t *joined = visit_alloc(visit, 1, body.len);
	size_t length = 0;
	for (;;) {
		uint8_t mark = cursor_u8(&c), kind = cursor_u8(&c);
		if (kind == PFB_END && mark == PFB_MARK && cursor_ok(&c))
			break;
		struct bytes part = cursor_take(&c, cursor_u32le(&c));
		if (!cursor_ok(&c) || mark != PFB_MARK || (kind != PFB_TEXT && kind != PFB_BINARY))
			return false;
		if (kind == PFB_TEXT && rest_looks_binary(part))
			return false;
		if (kind == PFB_BINARY && part.len > 0) {
			memcpy(joined + length, part.ptr, part.len);
			length += part.len;
		}
	}
	out->secret = (struct bytes){joined, length};
	out->end = c.at;
	return length > 0;
}

/* §7.1, "eexec". */
static struct bytes decrypt(struct visit *visit, struct bytes secret)
{
	uint8_t *plain = visit_alloc(visit, 1, secret.len);
	uint16_t key = KEY;
	for (size_t i = 0; i < secret.len; i++) {
		plain[i] = (uint8_t)(secret.ptr[i] ^ (key >> 8));
		key = (uint16_t)((secret.ptr[i] + key) * 52845U + 22719U);
	}
	return bytes_from((struct bytes){plain, secret.len}, NOISE);
}

/* "LENGTH RD " stands before the bytes of a glyph (§2.4; also "-|"); returns the length when the
 * text that ends at `at` says so. */
static size_t glyph_length(struct bytes text, size_t at)
{
	size_t start = at, value = 0;
	if (at < 5 || text.ptr[at - 1] != ' ' || text.ptr[at - 4] != ' ')
		return 0;
	struct bytes word = bytes_slice(text, at - 3, 2);
	if (!bytes_equal(word, BYTES("RD")) && !bytes_equal(word, BYTES("-|")))
		return 0;
	start = at - 4;
	while (start > 0 && at - start < 10 && text.ptr[start - 1] >= '0' &&
	       text.ptr[start - 1] <= '9')
		start--;
	for (; start < at - 4; start++)
		value = value * 10 + (text.ptr[start] - '0');
	return value;
}

/* Where the font ends: "mark currentfile closefile". SIZE_MAX when something else than text and
 * glyphs comes first. */
static size_t find_end(struct bytes plain)
{
	static const struct bytes end = {(const uint8_t *)"closefile", 9};
	size_t at = 0;
	while (at < plain.len) {
		uint8_t c = plain.ptr[at];
		if (c == 'c' && bytes_start_with(bytes_from(plain, at), end))
			return at + end.len;
		if (c >= 0x7F || (c < ' ' && !is_blank(c)))
			return SIZE_MAX;
		at++;
		size_t glyph = glyph_length(plain, at);
		if (glyph > GLYPH_MOST)
			return SIZE_MAX;
		at += glyph;
	}
	return SIZE_MAX;
}

/* Behind the secret stand 512 zeros in lines and "cleartomark", or nothing. */
static bool is_trailer(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] >= 0x7F || (text.ptr[i] < ' ' && !is_blank(text.ptr[i])))
			return false;
	return true;
}

static enum read_result read_type1(struct visit *visit, struct bytes body)
{
	struct font font;
	bool segments = body.len > 0 && body.ptr[0] == PFB_MARK;
	if (!is_type1(body) ||
	    !(segments ? open_segments(visit, body, &font) : open_plain(body, &font)))
		return READ_NOT_MINE;
	struct bytes plain = decrypt(visit, font.secret);
	size_t end = find_end(plain);
	if (end == SIZE_MAX)
		return READ_NOT_MINE; /* in text form, or no font: measured like any other bytes */
	struct bytes behind = bytes_from(font.secret, end + NOISE);
	if (!is_trailer(behind))
		visit_child(visit, BYTES("trailing data"), behind);
	(void)rest_hand_over(visit, body, font.end, BYTES("trailing data"));
	return READ_WHOLE;
}

static bool recognise_type1(const struct sight *sight)
{
	return is_type1(sight->head);
}

const struct reader reader_type1 = {
	.name = "type1",
	.recognise = recognise_type1,
	.read = read_type1,
	.understood = CLASS_INERT,
};
