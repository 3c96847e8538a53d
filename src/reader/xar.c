/* SPDX-License-Identifier: Apache-2.0 */
/* xar: the installer packages of macOS (.pkg), by libarchive. Their table of contents is handed
 * over too, with the certificates of the signature in it, which libarchive does not tell of. */
#include "base/cursor.h"
#include "base/text.h"
#include "core/limits.h"
#include "reader/decode64.h"
#include "reader/inflate.h"
#include "reader/pump.h"
#include "reader/rest.h"
#include "reader/through_libarchive.h"

#include <archive.h>
#include <stdio.h>

extern const struct reader reader_xar;

enum { HEADER_SIZE = 28, ELEMENT_MOST = 20 };

struct contents {
	struct bytes packed;
	uint64_t size; /* unpacked */
};

static bool read_header(struct bytes body, struct contents *out)
{
	struct cursor c = cursor_over(body);
	bool named = bytes_equal(cursor_take(&c, 4), BYTES("xar!"));
	uint16_t header = cursor_u16be(&c);
	cursor_skip(&c, 2); /* version */
	uint64_t packed = cursor_u64be(&c);
	out->size = cursor_u64be(&c);
	cursor_seek(&c, header);
	out->packed = cursor_take(&c, packed);
	return cursor_ok(&c) && named && header >= HEADER_SIZE;
}

/* Empty when it is damaged or too large. */
static struct bytes unpack_contents(struct visit *visit, struct contents contents)
{
	if (contents.size > LIMIT_XAR_CONTENTS || contents.packed.len > LIMIT_XAR_CONTENTS)
		return (struct bytes){0};
	uint8_t *out = visit_alloc(visit, contents.size + 1, 1);
	size_t made;
	z_stream z = {0};
	if (inflateInit(&z) != Z_OK)
		return (struct bytes){0};
	int status = inflate_step(&z, &contents.packed, out, contents.size, &made);
	(void)inflateEnd(&z);
	return status == Z_STREAM_END ? (struct bytes){out, made} : (struct bytes){0};
}

static struct bytes decode(struct visit *visit, struct bytes text)
{
	struct decode64 state = {0};
	uint8_t *out = visit_alloc(visit, text.len / 4 + 1, 3);
	return (struct bytes){out, decode64_feed(&state, text, out)};
}

/* <KeyInfo><X509Data><X509Certificate>BASE64</X509Certificate>…: the signer's, then its issuers'.
 */
static void visit_certificates(struct visit *visit, struct bytes xml)
{
	const struct bytes opening = BYTES("<X509Certificate>");
	for (size_t at; (at = bytes_find(xml, opening)) != SIZE_MAX;) {
		xml = bytes_from(xml, at + opening.len);
		size_t end = bytes_find(xml, BYTES("<"));
		if (end == SIZE_MAX)
			return;
		visit_child(visit, BYTES("certificate.der"),
		            decode(visit, bytes_slice(xml, 0, end)));
		xml = bytes_from(xml, end);
	}
}

/* The number in the first element of that name; 0 when there is none. */
static uint64_t number_in(struct bytes xml, struct bytes opening)
{
	size_t at = bytes_find(xml, opening);
	struct bytes text = at < xml.len ? bytes_from(xml, at + opening.len) : (struct bytes){0};
	uint64_t number = 0;
	(void)text_to_u64(bytes_trim(bytes_slice(text, 0, bytes_find(text, BYTES("<")))), &number);
	return number;
}

/* Notes what elements of that name say to be in the heap. What is no member's data becomes a child
 * when it could hold a program: signatures, extended attributes. */
static void note_parts(struct visit *visit, struct bytes heap, struct bytes xml, const char *name,
                       struct rest *rest)
{
	char opening[ELEMENT_MOST], closing[ELEMENT_MOST];
	(void)snprintf(opening, sizeof opening, "<%s", name);
	(void)snprintf(closing, sizeof closing, "</%s>", name);
	for (size_t at; (at = bytes_find(xml, bytes_of(opening))) != SIZE_MAX;) {
		xml = bytes_from(xml, at + strlen(opening));
		if (xml.len == 0 || (xml.ptr[0] != '>' && xml.ptr[0] != ' '))
			continue;
		struct bytes inside = bytes_slice(xml, 0, bytes_find(xml, bytes_of(closing)));
		uint64_t offset = number_in(inside, BYTES("<offset>"));
		uint64_t length = number_in(inside, BYTES("<length>"));
		if (length == 0)
			length = number_in(inside, BYTES("<size>"));
		if (offset > heap.len || length > heap.len - offset)
			continue;
		rest_add(rest, offset, length);
		if (strcmp(name, "data") != 0)
			rest_hand_over_part(visit, bytes_of(name),
			                    bytes_slice(heap, (size_t)offset, (size_t)length));
	}
}

/* What lies in the heap, up to its last part, and belongs to nothing. */
static void visit_holes(struct visit *visit, struct bytes heap, struct bytes xml)
{
	static const char *const names[] = {"data", "ea", "checksum", "signature", "x-signature"};
	size_t most = 0;
	for (struct bytes left = xml; left.len > 0; most++) {
		size_t at = bytes_find(left, BYTES("<offset>"));
		left = at < left.len ? bytes_from(left, at + 1) : (struct bytes){0};
	}
	struct rest rest;
	rest_init(&rest, visit, most);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		note_parts(visit, heap, xml, names[i], &rest);
	rest_hand_over_holes(&rest, visit, heap);
}

static bool recognise_xar(const struct sight *sight)
{
	struct cursor c = cursor_over(sight->head);
	cursor_skip(&c, 4);
	uint16_t header = cursor_u16be(&c);
	return cursor_u16be(&c) <= 1 && cursor_ok(&c) && header >= HEADER_SIZE && header <= 512;
}

static enum read_result read_xar(struct visit *visit, struct bytes body)
{
	struct contents contents;
	if (!read_header(body, &contents)) {
		visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD, "truncated xar archive");
		return READ_PARTLY;
	}
	struct bytes xml = unpack_contents(visit, contents);
	if (xml.len == 0) {
		visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD,
		          "damaged or too large table of contents");
		return READ_PARTLY;
	}
	visit_child(visit, BYTES("table of contents.xml"), xml);
	visit_certificates(visit, xml);
	struct member_summary members =
		visit_members(visit, body, archive_read_support_format_xar, false, NULL);
	visit_holes(
		visit,
		bytes_from(body, (size_t)(contents.packed.ptr - body.ptr) + contents.packed.len),
		xml);
	if (members.whole)
		visit_trailing(visit, body, (size_t)members.consumed);
	return members.whole ? READ_WHOLE : READ_PARTLY;
}

const struct reader reader_xar = {
	.name = "xar",
	.magic = {(const uint8_t *)"xar!", 4},
	.recognise = recognise_xar,
	.read = read_xar,
	.understood = CLASS_READ,
	.container = true,
};
