/* SPDX-License-Identifier: Apache-2.0 */
/* x509: one X.509 certificate in DER (RFC 5280): .cer, .crt, .der. */
#include "reader/certificate.h"
#include "reader/der.h"

extern const struct reader reader_x509;

/* Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { [0] version OPTIONAL, serial INTEGER … */
enum certificate_look { LOOK_OTHER, LOOK_POSSIBLE, LOOK_CERTAIN };

static void skip_header(struct cursor *c)
{
	cursor_skip(c, 1);
	uint8_t length = cursor_u8(c);
	if (length > 0x80)
		cursor_skip(c, length & 0x7f);
}

/* A version field makes it certain; without one (version 1) a revocation list looks alike. */
static enum certificate_look look(struct bytes head)
{
	struct cursor c = cursor_over(bytes_slice(head, 0, 32));
	for (int level = 0; level < 2; level++) {
		struct bytes tag = bytes_slice(c.all, c.at, 1);
		if (!bytes_equal(tag, BYTES("\x30")))
			return LOOK_OTHER;
		skip_header(&c);
	}
	struct bytes first = cursor_take(&c, 5);
	if (bytes_equal(first, BYTES("\xa0\x03\x02\x01\x02")) ||
	    bytes_equal(first, BYTES("\xa0\x03\x02\x01\x01")))
		return LOOK_CERTAIN;
	return first.len > 0 && first.ptr[0] == DER_INTEGER ? LOOK_POSSIBLE : LOOK_OTHER;
}

static bool recognise_x509(const struct sight *sight)
{
	return look(sight->head) != LOOK_OTHER;
}

static enum read_result read_x509(struct visit *visit, struct bytes body)
{
	enum certificate_look seen = look(body);
	struct certificate certificate;
	if (seen == LOOK_OTHER)
		return READ_NOT_MINE;
	if (!certificate_open(body, &certificate)) {
		if (seen != LOOK_CERTAIN)
			return READ_NOT_MINE;
		visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD, "damaged certificate");
		return READ_PARTLY;
	}
	size_t end = certificate.der.len;
	certificate.span = (struct span){0, end};
	certificate_facts(visit, &certificate, CERTIFICATE_FOUND);
	certificate_close(&certificate);
	if (bytes_trim_end(bytes_from(body, end), '\0').len > 0)
		visit_child(visit, BYTES("trailing data"), bytes_from(body, end));
	return READ_WHOLE;
}

const struct reader reader_x509 = {
	.name = "x509",
	.magic = {(const uint8_t *)"\x30", 1},
	.recognise = recognise_x509,
	.read = read_x509,
	.understood = CLASS_READ,
};
