/* SPDX-License-Identifier: Apache-2.0 */
/* pkcs7: a CMS SignedData message as an object: certificate bundles (.p7b), detached signatures
 * (.p7s, META-INF/x.RSA of a jar), and security catalogs (.cat), which are certificate trust lists
 * of Microsoft's ([MS-CAESO] 2.2, "Catalog files" in the Windows SDK's mscat.h and wintrust.h). */
#include "base/text.h"
#include "core/limits.h"
#include "reader/signature.h"

extern const struct reader reader_pkcs7;

static const struct bytes oid_data = {(const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01",
                                      9}; /* 1.2.840.113549.1.7.1 */
static const struct bytes oid_trust_list = {(const uint8_t *)"\x2b\x06\x01\x04\x01\x82\x37\x0a\x01",
                                            9}; /* 1.3.6.1.4.1.311.10.1 */
static const struct bytes oid_name_value = {
	(const uint8_t *)"\x2b\x06\x01\x04\x01\x82\x37\x0c\x02\x01", 10}; /* …311.12.2.1 */
static const struct bytes oid_indirect_data = {
	(const uint8_t *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x04", 10}; /* …311.2.1.4 */

enum {
	DIGEST_MOST = 64,           /* bytes: SHA-512 */
	CERTIFICATE_MOST = 8 << 10, /* bytes; a larger one than any may hold something else */
};

struct catalog {
	struct visit *visit;
	const struct signed_data *message;
	uint8_t *text; /* one attribute's room, reused: catalogs hold 100,000 */
	size_t room;
	bool damaged;
};

static void digest_fact(const struct catalog *catalog, const struct der *digest)
{
	char hex[2 * DIGEST_MOST + 1];
	if (digest->body.len > DIGEST_MOST)
		return;
	text_hex(digest->body, hex);
	visit_fact(catalog->visit, FACT_CATALOG_MEMBER, bytes_of(hex),
	           signed_data_span(catalog->message, digest));
}

/* Old catalogs name a member by its digest in UTF-16 digits, new ones by the digest itself. */
static bool is_utf16_digits(struct bytes text)
{
	if (text.len < 64)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t byte = text.ptr[i];
		bool digit = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'F') ||
		             (byte >= 'a' && byte <= 'f');
		if (i % 2 == 0 ? !(digit || (byte == 0 && i + 2 >= text.len)) : byte != 0)
			return false;
	}
	return true;
}

static void identifier_fact(const struct catalog *catalog, const struct der *identifier)
{
	if (is_utf16_digits(identifier->body)) /* the normal form drops the zeros between */
		visit_fact(catalog->visit, FACT_CATALOG_MEMBER, identifier->body,
		           signed_data_span(catalog->message, identifier));
	else if (identifier->body.len >= 16)
		digest_fact(catalog, identifier);
}

static uint8_t *text_room(struct catalog *catalog, size_t size)
{
	if (size > catalog->room) {
		catalog->room = 2 * size;
		catalog->text = visit_alloc(catalog->visit, 1, catalog->room);
	}
	return catalog->text;
}

/* CAT_NAMEVALUE ::= SEQUENCE { tag BMPString, flags INTEGER, value OCTET STRING in UTF-16LE } */
static void name_value_fact(struct catalog *catalog, struct cursor c)
{
	struct der pair, name, flags, value;
	if (!der_expect(&c, DER_SEQUENCE, &pair))
		return;
	struct cursor inside = der_inside(&c, &pair);
	if (!der_expect(&inside, DER_BMP_STRING, &name) ||
	    !der_expect(&inside, DER_INTEGER, &flags) || !der_expect(&inside, DER_OCTETS, &value)) {
		catalog->damaged = true;
		return;
	}
	uint8_t *text = text_room(catalog, 2 * (name.body.len + value.body.len) + 1);
	size_t length = text_from_utf16(name.body, true, text);
	text[length++] = '=';
	length += text_from_utf16(value.body, false, &text[length]);
	while (length > 0 && text[length - 1] == '\0')
		length--;
	visit_fact(catalog->visit, FACT_CATALOG_ATTRIBUTE, (struct bytes){text, length},
	           signed_data_span(catalog->message, &pair));
}

/* TrustedSubject ::= SEQUENCE { identifier OCTET STRING, attributes SET OF Attribute OPTIONAL } */
static void read_member(struct catalog *catalog, struct cursor c)
{
	struct der identifier, attributes, attribute, type, values, method, digest = {0};
	if (!der_expect(&c, DER_OCTETS, &identifier)) {
		catalog->damaged = true;
		return;
	}
	struct cursor set = {0};
	if (der_optional(&c, DER_SET, &attributes))
		set = der_inside(&c, &attributes);
	while (cursor_left(&set) > 0 && der_expect(&set, DER_SEQUENCE, &attribute)) {
		struct cursor inside = der_inside(&set, &attribute);
		if (!der_next(&inside, &type) || !der_expect(&inside, DER_SET, &values))
			continue;
		if (der_is_oid(&type, oid_name_value))
			name_value_fact(catalog, der_inside(&inside, &values));
		else if (der_is_oid(&type, oid_indirect_data) &&
		         signed_data_indirect(der_inside(&inside, &values), &method, &digest))
			digest_fact(catalog, &digest);
	}
	catalog->damaged |= !cursor_ok(&set);
	if (!bytes_equal(identifier.body, digest.body))
		identifier_fact(catalog, &identifier);
}

/* What holds for all members: extensions of the list, [0] EXPLICIT SEQUENCE OF SEQUENCE { type,
 * critical BOOLEAN OPTIONAL, value OCTET STRING }. */
static void read_extensions(struct catalog *catalog, struct cursor c)
{
	struct der list, extension, type, value;
	if (!der_expect(&c, DER_SEQUENCE, &list))
		return;
	c = der_inside(&c, &list);
	while (cursor_left(&c) > 0 && der_expect(&c, DER_SEQUENCE, &extension)) {
		struct cursor inside = der_inside(&c, &extension);
		(void)der_next(&inside, &type);
		while (der_next(&inside, &value) && value.tag != DER_OCTETS)
			;
		if (cursor_ok(&inside) && der_is_oid(&type, oid_name_value))
			name_value_fact(catalog, der_inside(&inside, &value));
	}
	catalog->damaged |= !cursor_ok(&c);
}

/* CertificateTrustList ::= SEQUENCE { version INTEGER OPTIONAL, usage SEQUENCE, listIdentifier
 * OCTET STRING OPTIONAL, sequenceNumber INTEGER OPTIONAL, thisUpdate Time, nextUpdate Time
 * OPTIONAL, algorithm SEQUENCE, subjects SEQUENCE OPTIONAL, extensions [0] OPTIONAL } */
static void read_catalog(struct catalog *catalog)
{
	struct der element;
	int sequences = 0;
	struct cursor c = der_inside(&catalog->message->all, &catalog->message->content);
	while (cursor_left(&c) > 0 && der_next(&c, &element)) {
		if (element.tag == DER_CONTEXT_0)
			read_extensions(catalog, der_inside(&c, &element));
		if (element.tag != DER_SEQUENCE || ++sequences != 3)
			continue;
		struct cursor members = der_inside(&c, &element);
		struct der member;
		while (cursor_left(&members) > 0 && der_expect(&members, DER_SEQUENCE, &member))
			read_member(catalog, der_inside(&members, &member));
		catalog->damaged |= !cursor_ok(&members);
	}
	catalog->damaged |= !cursor_ok(&c);
}

/* True when every certificate could be read. */
static bool read_certificates(struct visit *visit, const struct signed_data *message)
{
	bool whole = true;
	if (message->certificates.whole.len == 0)
		return true;
	struct cursor c = der_inside(&message->all, &message->certificates);
	for (struct der element; signed_data_certificate(&c, &element);) {
		whole &= certificate_read(visit, element.whole, signed_data_span(message, &element),
		                          CERTIFICATE_FOUND);
		if (whole && !message->rewritten && element.whole.len < CERTIFICATE_MOST)
			visit_unpacked(visit, element.whole); /* keys and signatures */
	}
	return whole && cursor_ok(&c);
}

/* True when every signer could be read. */
static bool read_signers(struct visit *visit, const struct signed_data *message)
{
	struct certificate_set set;
	struct signer signer;
	certificate_set_open(visit, message, &set);
	struct cursor c = der_inside(&message->all, &message->signers);
	for (int i = 0; i < LIMIT_SIGNATURES && signed_data_signer(&c, &signer); i++) {
		struct signature signature;
		signature_check(visit, message, &signer, message->content.body, &set, &signature);
		signature_facts(visit, &signature, message->place);
	}
	bool whole = cursor_ok(&c) && cursor_left(&c) == 0 && !set.is_cut;
	certificate_set_close(&set);
	return whole;
}

/* A jar's signature; its content, the signature file beside it, cannot be had here. */
static bool is_jar_signature(struct bytes name)
{
	return bytes_end_with_nocase(name, BYTES(".RSA")) ||
	       bytes_end_with_nocase(name, BYTES(".DSA")) ||
	       bytes_end_with_nocase(name, BYTES(".EC"));
}

static bool recognise_pkcs7(const struct sight *sight)
{
	struct cursor c = cursor_over(bytes_slice(sight->head, 0, 32));
	uint8_t tag = cursor_u8(&c), length = cursor_u8(&c);
	if (length > 0x80)
		cursor_skip(&c, length & 0x7f);
	return tag == DER_SEQUENCE &&
	       bytes_equal(cursor_take(&c, 11),
	                   BYTES("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"));
}

static enum read_result read_pkcs7(struct visit *visit, struct bytes body)
{
	const struct sight *sight = visit_sight(visit);
	struct signed_data message;
	if (!recognise_pkcs7(&(struct sight){.head = body}))
		return READ_NOT_MINE;
	if (!signed_data_open(visit, cursor_over(body), &message)) {
		visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD, "damaged CMS message");
		return READ_PARTLY;
	}
	bool whole = read_certificates(visit, &message);
	bool is_catalog = der_is_oid(&message.content_type, oid_trust_list);
	if (is_catalog) {
		struct catalog catalog = {.visit = visit, .message = &message};
		read_catalog(&catalog);
		whole &= !catalog.damaged;
	} else if (der_is_oid(&message.content_type, oid_data) && message.content.body.len > 0) {
		visit_child(visit, BYTES("content"), message.content.body);
	}
	if (is_catalog || is_jar_signature(sight->name))
		whole &= read_signers(visit, &message);
	size_t end = (size_t)(message.place.offset + message.place.length);
	if (bytes_trim_end(bytes_from(body, end), '\0').len > 0)
		visit_child(visit, BYTES("trailing data"), bytes_from(body, end));
	if (whole)
		return READ_WHOLE;
	visit_gap(visit, message.place, CLASS_UNREAD, "damaged or overfull CMS message");
	return READ_PARTLY;
}

const struct reader reader_pkcs7 = {
	.name = "pkcs7",
	.magic = {(const uint8_t *)"\x30", 1},
	.recognise = recognise_pkcs7,
	.read = read_pkcs7,
	.understood = CLASS_READ,
};
