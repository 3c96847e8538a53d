/* SPDX-License-Identifier: Apache-2.0 */
/* CMS SignedData by element. Written here because evidence needs places, Microsoft's content types
 * are none that libcrypto knows, and a catalog has 100,000 members; libcrypto turns BER into DER.
 */
#include "reader/signed_data.h"

#include "core/limits.h"

#include <openssl/cms.h>
#include <openssl/err.h>

static const struct bytes oid_signed_data = {
	(const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 9}; /* 1.2.840.113549.1.7.2 */

static bool read_content(const struct cursor *c, struct der *info, struct signed_data *out)
{
	struct cursor inside = der_inside(c, info);
	struct der wrapper;
	if (!der_expect(&inside, DER_OID, &out->content_type))
		return false;
	if (!der_optional(&inside, DER_CONTEXT_0, &wrapper))
		return cursor_ok(&inside);
	struct cursor content = der_inside(&inside, &wrapper);
	return der_next(&content, &out->content);
}

static bool read_der(struct cursor c, struct signed_data *out)
{
	struct der outer, type, wrapper, body, element;
	size_t from = c.at;
	if (!der_expect(&c, DER_SEQUENCE, &outer))
		return false;
	out->all = c;
	out->place = (struct span){from, outer.whole.len};
	struct cursor info = der_inside(&c, &outer);
	if (!der_next(&info, &type) || !der_is_oid(&type, oid_signed_data) ||
	    !der_expect(&info, DER_CONTEXT_0, &wrapper))
		return false;
	info = der_inside(&info, &wrapper);
	if (!der_expect(&info, DER_SEQUENCE, &body))
		return false;
	struct cursor data = der_inside(&info, &body);
	if (!der_expect(&data, DER_INTEGER, &element) || !der_expect(&data, DER_SET, &element) ||
	    !der_expect(&data, DER_SEQUENCE, &element) || !read_content(&data, &element, out))
		return false;
	(void)der_optional(&data, DER_CONTEXT_0, &out->certificates);
	(void)der_optional(&data, DER_CONTEXT_0 + 1, &element); /* revocation lists */
	return der_expect(&data, DER_SET, &out->signers);
}

/* The DER of a message in BER, and how long the BER was; empty when libcrypto cannot read it. */
static struct bytes rewrite(struct visit *visit, struct bytes from, size_t *consumed)
{
	struct bytes der = {0};
	certificate_library();
	const unsigned char *at = from.ptr;
	long most = from.len < LIMIT_BER_MESSAGE ? (long)from.len : LIMIT_BER_MESSAGE;
	CMS_ContentInfo *message = from.len > 0 ? d2i_CMS_ContentInfo(NULL, &at, most) : NULL;
	int length = message ? i2d_CMS_ContentInfo(message, NULL) : 0;
	if (length > 0) {
		uint8_t *room = visit_alloc(visit, 1, (size_t)length);
		unsigned char *end = room;
		length = i2d_CMS_ContentInfo(message, &end);
		der = (struct bytes){room, length > 0 ? (size_t)length : 0};
		*consumed = (size_t)(at - from.ptr);
	}
	CMS_ContentInfo_free(message);
	ERR_clear_error();
	return der;
}

bool signed_data_open(struct visit *visit, struct cursor at, struct signed_data *out)
{
	*out = (struct signed_data){0};
	if (read_der(at, out))
		return true;
	size_t consumed = 0;
	struct bytes der = rewrite(visit, bytes_from(at.all, at.at), &consumed);
	*out = (struct signed_data){0};
	if (der.len == 0 || !read_der(cursor_over(der), out))
		return false;
	out->rewritten = true;
	out->place = (struct span){at.at, consumed};
	return true;
}

struct span signed_data_span(const struct signed_data *message, const struct der *element)
{
	return message->rewritten ? message->place : der_span(element);
}

bool signed_data_certificate(struct cursor *c, struct der *out)
{
	while (cursor_left(c) > 0 && der_next(c, out))
		if (out->tag == DER_SEQUENCE)
			return true;
	return false;
}

/* AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters OPTIONAL } */
static void read_algorithm(struct cursor *c, struct der *out)
{
	struct der algorithm;
	if (!der_expect(c, DER_SEQUENCE, &algorithm))
		return;
	struct cursor inside = der_inside(c, &algorithm);
	if (!der_expect(&inside, DER_OID, out))
		cursor_fail(c);
}

static void read_signer_name(struct cursor *c, struct signer *out)
{
	struct der name;
	if (der_optional(c, DER_PRIMITIVE_0, &out->key_id) || !der_expect(c, DER_SEQUENCE, &name))
		return;
	struct cursor inside = der_inside(c, &name);
	if (!der_expect(&inside, DER_SEQUENCE, &out->issuer) ||
	    !der_expect(&inside, DER_INTEGER, &out->serial))
		cursor_fail(c);
}

bool signed_data_signer(struct cursor *c, struct signer *out)
{
	struct der info, version;
	*out = (struct signer){0};
	if (cursor_left(c) == 0 || !der_expect(c, DER_SEQUENCE, &info))
		return false;
	struct cursor inside = der_inside(c, &info);
	(void)der_expect(&inside, DER_INTEGER, &version);
	read_signer_name(&inside, out);
	read_algorithm(&inside, &out->digest_algorithm);
	(void)der_optional(&inside, DER_CONTEXT_0, &out->signed_attributes);
	read_algorithm(&inside, &out->signature_algorithm);
	(void)der_expect(&inside, DER_OCTETS, &out->signature);
	(void)der_optional(&inside, DER_CONTEXT_0 + 1, &out->unsigned_attributes);
	if (!cursor_ok(&inside))
		cursor_fail(c);
	return cursor_ok(c);
}

bool signed_data_attribute(const struct cursor *all, const struct der *attributes, struct bytes oid,
                           struct der *values)
{
	struct der attribute, type;
	if (attributes->whole.len == 0)
		return false;
	struct cursor c = der_inside(all, attributes);
	while (cursor_left(&c) > 0 && der_expect(&c, DER_SEQUENCE, &attribute)) {
		struct cursor inside = der_inside(&c, &attribute);
		if (der_next(&inside, &type) && der_is_oid(&type, oid))
			return der_expect(&inside, DER_SET, values);
	}
	return false;
}

/* SpcIndirectDataContent ::= SEQUENCE { data SEQUENCE, messageDigest SEQUENCE { algorithm, digest }
 * } (Authenticode_PE.docx) */
bool signed_data_indirect(struct cursor c, struct der *method, struct der *digest)
{
	struct der content, data, info;
	if (!der_expect(&c, DER_SEQUENCE, &content))
		return false;
	c = der_inside(&c, &content);
	if (!der_expect(&c, DER_SEQUENCE, &data) || !der_expect(&c, DER_SEQUENCE, &info))
		return false;
	c = der_inside(&c, &info);
	read_algorithm(&c, method);
	return der_expect(&c, DER_OCTETS, digest);
}
