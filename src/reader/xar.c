/* SPDX-License-Identifier: Apache-2.0 */
/* xar: the installer packages of macOS (.pkg), by libarchive. Their table of contents is handed
 * over too, with the certificates of the signature in it, which libarchive does not tell of. */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/decode64.h"
#include "reader/inflate.h"
#include "reader/pump.h"
#include "reader/through_libarchive.h"

#include <archive.h>

extern const struct reader reader_xar;

enum { HEADER_SIZE = 28 };

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
