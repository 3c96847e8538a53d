/* SPDX-License-Identifier: Apache-2.0 */
/* pem: certificates and CMS messages in textual encoding (RFC 7468), anywhere in an object:
 * bundles, settings, scripts, programs with a built-in root. Written here because evidence needs
 * the place of each one, and because source code and JSON break the lines in their own ways. */
#include "reader/certificate.h"

#include "base/cursor.h"
#include "reader/decode64.h"

extern const struct reader reader_pem;

static const struct {
	const char *label;
	bool is_certificate; /* else a child of its own, for the pkcs7 reader */
} kinds[] = {
	{"CERTIFICATE-----", true},          {"X509 CERTIFICATE-----", true},
	{"TRUSTED CERTIFICATE-----", true},  {"PKCS7-----", false},
	{"PKCS #7 SIGNED DATA-----", false}, {"CMS-----", false},
};

enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

/* Fewer letters than that are a placeholder in a manual or a constant in a program, no certificate
 * (the smallest, Ed25519 without extensions, has 300). */
enum { PLACEHOLDER_MOST = 128 };

struct decoder {
	uint8_t *data;
	size_t length, letters;
	uint32_t bits;
};

/* The value of a letter, or -1. The other alphabet's hyphen would be the line that ends a block. */
static int letter_value(uint8_t byte)
{
	return byte == '-' || byte == '_' ? -1 : decode64_letter(byte);
}

static void decode_letter(struct decoder *decoder, int value)
{
	decoder->bits = decoder->bits << 6 | (uint32_t)value;
	if (decoder->letters++ % 4 != 0)
		decoder->data[decoder->length++] =
			(uint8_t)(decoder->bits >> (6 - 2 * ((decoder->letters - 1) % 4)));
}

/* Between the letters: line ends, and what string literals put around them ("…\n" + or ,). */
static bool is_filler(uint8_t byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r') || byte == '"' || byte == '\'' ||
	       byte == ',' || byte == '=';
}

/* Where the run of base64 that begins at `c` ends; nothing is decoded. */
static struct bytes take_block(struct cursor *c)
{
	size_t from = c->at;
	while (cursor_left(c) > 0) {
		uint8_t byte = c->all.ptr[c->at];
		if (letter_value(byte) < 0 && !is_filler(byte) && byte != '\\')
			break;
		cursor_skip(c, 1);
	}
	return bytes_slice(c->all, from, c->at - from);
}

/* "\n", "\r" and "\t" are line ends of a string literal, "\/" is JSON for a slash, "\u002b" for a
 * plus. */
static size_t decode_escape(struct decoder *decoder, struct bytes rest)
{
	if (bytes_start_with_nocase(rest, BYTES("\\u002b"))) {
		decode_letter(decoder, 62);
		return 6;
	}
	if (bytes_start_with(rest, BYTES("\\/")))
		return 1;
	if (bytes_start_with(rest, BYTES("\\n")) || bytes_start_with(rest, BYTES("\\r")) ||
	    bytes_start_with(rest, BYTES("\\t")))
		return 2;
	return 1;
}

static struct bytes decode(struct bytes text, uint8_t *into, size_t *letters)
{
	struct decoder decoder = {.data = into};
	for (size_t at = 0; at < text.len;) {
		int value = letter_value(text.ptr[at]);
		if (value >= 0)
			decode_letter(&decoder, value);
		at += text.ptr[at] == '\\' ? decode_escape(&decoder, bytes_from(text, at)) : 1;
	}
	*letters = decoder.letters;
	return (struct bytes){into, decoder.length};
}

struct search {
	struct cursor c;
	uint8_t *room; /* reused for certificates, so that a bundle of thousands stays small */
	size_t room_size;
	bool found;
};

static void read_block(struct visit *visit, struct search *search, bool is_certificate, size_t from)
{
	struct bytes text = take_block(&search->c);
	if (text.len < PLACEHOLDER_MOST)
		return;
	if (search->room_size < text.len || !is_certificate) {
		search->room_size = text.len < SIZE_MAX / 2 ? 2 * text.len : text.len;
		search->room = visit_alloc(visit, 1, search->room_size);
	}
	size_t letters = 0;
	struct bytes der = decode(text, search->room, &letters);
	struct span span = {from, search->c.at - from};
	if (letters < PLACEHOLDER_MOST)
		return;
	search->found = true;
	if (!is_certificate) {
		search->room_size = 0;
		visit_child(visit, BYTES("pkcs7"), der);
	} else if (!certificate_read(visit, der, span, CERTIFICATE_FOUND)) {
		visit_child(visit, BYTES("certificate"), der); /* documents show made-up ones */
	}
}

static enum read_result read_pem(struct visit *visit, struct bytes body)
{
	struct search search = {.c = cursor_over(body)};
	struct cursor *c = &search.c;
	const struct sight *sight = visit_sight(visit);
	struct bytes begins = BYTES("-----BEGIN ");
	/* The atom is the beginning of this. */
	struct bytes among = bytes_slice(body, 0, (size_t)sight->atom_until[ATOM_PEM] + begins.len);
	cursor_seek(c, sight->atom_at[ATOM_PEM]);
	for (;;) {
		size_t hit = bytes_find(bytes_from(among, c->at), begins);
		if (hit == SIZE_MAX)
			break;
		size_t from = c->at + hit;
		cursor_skip(c, hit + begins.len);
		for (size_t i = 0; i < KIND_COUNT; i++) {
			struct bytes label = bytes_of(kinds[i].label);
			if (!bytes_start_with(bytes_from(body, c->at), label))
				continue;
			cursor_skip(c, label.len);
			read_block(visit, &search, kinds[i].is_certificate, from);
			break;
		}
	}
	if (!search.found)
		return READ_NOT_MINE;
	return READ_WHOLE;
}

static bool recognise_pem(const struct sight *sight)
{
	return sight->atoms & 1U << ATOM_PEM;
}

const struct reader reader_pem = {
	.name = "pem",
	.recognise = recognise_pem,
	.read = read_pem,
	.understood = CLASS_SEARCHED,
};
