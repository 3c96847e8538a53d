/* SPDX-License-Identifier: Apache-2.0 */
/* CMS signatures (RFC 5652 §5.4, §5.6), counter-signatures (§11.4, RFC 3161) and chains, with
 * libcrypto's public key operations. Not CMS_verify(): it knows no Microsoft content type, demands
 * stores and clocks, and refuses the weak keys of old drivers, which still name their vendor. */
#include "reader/signature.h"

#include "base/text.h"
#include "core/limits.h"
#include "reader/trust.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

static const struct bytes oid_message_digest = {
	(const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04", 9}; /* 1.2.840.113549.1.9.4 */
static const struct bytes oid_signing_time = {
	(const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05", 9}; /* …9.5 */
static const struct bytes oid_counter_signature = {
	(const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x06", 9}; /* …9.6 */
static const struct bytes oid_rsa_pss = {(const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a",
                                         9}; /* 1.2.840.113549.1.1.10 */
static const struct bytes oid_time_stamp = {
	(const uint8_t *)"\x2b\x06\x01\x04\x01\x82\x37\x03\x03\x01",
	10}; /* 1.3.6.1.4.1.311.3.3.1 */
static const struct bytes oid_time_stamp_info = {
	(const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04", 11}; /* …9.16.1.4 */
static const struct bytes oid_opus = {(const uint8_t *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x0c",
                                      10}; /* 1.3.6.1.4.1.311.2.1.12 */

static bool has_several_signers(const struct signed_data *message)
{
	struct cursor c = der_inside(&message->all, &message->signers);
	struct der first;
	return cursor_left(&c) > 0 && der_next(&c, &first) && cursor_left(&c) > 0;
}

void certificate_set_open(struct visit *visit, const struct signed_data *message,
                          struct certificate_set *out)
{
	*out = (struct certificate_set){.checks_left = LIMIT_SIGNATURE_CHECKS};
	if (message->certificates.whole.len == 0)
		return;
	struct cursor c = der_inside(&message->all, &message->certificates);
	struct cursor ahead = c;
	struct der element;
	size_t count = 0;
	while (count < LIMIT_SIGNATURE_CERTIFICATES && signed_data_certificate(&ahead, &element))
		count++;
	out->list = visit_alloc(visit, count, sizeof *out->list);
	out->is_cut = cursor_left(&ahead) > 0;
	for (size_t i = 0; i < count && signed_data_certificate(&c, &element); i++)
		if (certificate_open(element.whole, &out->list[out->count]))
			out->list[out->count++].span = signed_data_span(message, &element);
	out->is_mixed = message->rewritten && has_several_signers(message);
}

void certificate_set_close(struct certificate_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		certificate_close(&set->list[i]);
	set->count = 0;
}

const EVP_MD *signature_digest(const struct der *oid)
{
	const unsigned char *at = oid->whole.ptr;
	ASN1_OBJECT *object =
		oid->whole.len > 0 ? d2i_ASN1_OBJECT(NULL, &at, (long)oid->whole.len) : NULL;
	const EVP_MD *method = object ? EVP_get_digestbyobj(object) : NULL;
	ASN1_OBJECT_free(object);
	return method;
}

static bool digest_is(const EVP_MD *method, struct bytes data, struct bytes expected)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	return EVP_Digest(data.ptr, data.len, digest, &length, method, NULL) == 1 &&
	       bytes_equal((struct bytes){digest, length}, expected);
}

/* The first value of an attribute. */
static bool attribute_value(const struct cursor *all, const struct der *attributes,
                            struct bytes oid, struct der *value)
{
	struct der values;
	if (!signed_data_attribute(all, attributes, oid, &values))
		return false;
	struct cursor c = der_inside(all, &values);
	return der_next(&c, value);
}

static bool is_named_by(const struct certificate *certificate, const struct signer *signer,
                        X509_NAME *issuer, ASN1_INTEGER *serial)
{
	if (signer->key_id.whole.len > 0) {
		const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(certificate->x509);
		return id && bytes_equal(signer->key_id.body,
		                         (struct bytes){ASN1_STRING_get0_data(id),
		                                        (size_t)ASN1_STRING_length(id)});
	}
	return issuer && serial &&
	       X509_NAME_cmp(issuer, X509_get_issuer_name(certificate->x509)) == 0 &&
	       ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(certificate->x509)) == 0;
}

static const struct certificate *find_leaf(const struct certificate_set *set,
                                           const struct signer *signer)
{
	const unsigned char *at = signer->issuer.whole.ptr;
	X509_NAME *issuer = at ? d2i_X509_NAME(NULL, &at, (long)signer->issuer.whole.len) : NULL;
	at = signer->serial.whole.ptr;
	ASN1_INTEGER *serial =
		at ? d2i_ASN1_INTEGER(NULL, &at, (long)signer->serial.whole.len) : NULL;
	const struct certificate *leaf = NULL;
	for (size_t i = 0; i < set->count && !leaf; i++)
		if (is_named_by(&set->list[i], signer, issuer, serial))
			leaf = &set->list[i];
	X509_NAME_free(issuer);
	ASN1_INTEGER_free(serial);
	return leaf;
}

/* One public key operation over `data`. */
static enum signature_status check_key(const struct signer *signer, const EVP_MD *method,
                                       EVP_PKEY *key, struct bytes data)
{
	EVP_PKEY_CTX *options = NULL;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	enum signature_status status = SIGNATURE_UNCHECKED;
	bool ready =
		key && context && EVP_DigestVerifyInit(context, &options, method, NULL, key) == 1;
	if (ready && der_is_oid(&signer->signature_algorithm, oid_rsa_pss))
		ready = EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
		        EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_AUTO) == 1;
	if (ready)
		status = EVP_DigestVerify(context, signer->signature.body.ptr,
		                          signer->signature.body.len, data.ptr, data.len) == 1
		                 ? SIGNATURE_VERIFIED
		                 : SIGNATURE_INVALID;
	EVP_MD_CTX_free(context);
	return status;
}

/* RFC 5652 §5.4: what is signed are the attributes as a SET, and one of them is the digest of the
 * content; without attributes it is the content. */
static enum signature_status check_signer(struct visit *visit, const struct cursor *all,
                                          const struct signer *signer, struct bytes content,
                                          struct certificate_set *set,
                                          const struct certificate *leaf)
{
	const EVP_MD *method = signature_digest(&signer->digest_algorithm);
	struct bytes data = content;
	if (!leaf)
		return SIGNATURE_INVALID;
	if (!method || !content.ptr || set->checks_left == 0)
		return SIGNATURE_UNCHECKED;
	set->checks_left--;
	if (signer->signed_attributes.whole.len > 0) {
		struct der expected;
		if (!attribute_value(all, &signer->signed_attributes, oid_message_digest,
		                     &expected) ||
		    !digest_is(method, content, expected.body))
			return SIGNATURE_INVALID;
		struct bytes attributes = signer->signed_attributes.whole;
		uint8_t *copy = visit_alloc(visit, 1, attributes.len);
		memcpy(copy, attributes.ptr, attributes.len);
		copy[0] = DER_SET;
		data = (struct bytes){copy, attributes.len};
	}
	return check_key(signer, method, X509_get0_pubkey(leaf->x509), data);
}

static bool is_self_issued(const X509 *x509)
{
	return X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509)) == 0;
}

/* Whether libcrypto knows how a certificate is signed (MD2, GOST: no). */
static bool is_checkable(const X509 *x509)
{
	int digest = NID_undef, key = NID_undef;
	return OBJ_find_sigid_algs(X509_get_signature_nid(x509), &digest, &key) == 1 &&
	       (digest == NID_undef || EVP_get_digestbynid(digest));
}

/* Several keys may bear one name (a renewed authority); key identifiers tell them apart. */
static bool is_other_key(X509 *of, X509 *candidate)
{
	const ASN1_OCTET_STRING *wanted = X509_get0_authority_key_id(of);
	const ASN1_OCTET_STRING *given = X509_get0_subject_key_id(candidate);
	return wanted && given && ASN1_OCTET_STRING_cmp(wanted, given) != 0;
}

struct link {
	const struct certificate *issuer; /* NULL: none in the set, or none that holds */
	enum signature_status status;
};

/* The issuer of a certificate. Cross-certified ones have several under one name: a root is taken
 * before a link to another root, so that the end of the chain does not hang on the order. */
static struct link find_issuer(struct certificate_set *set, const struct certificate *of)
{
	struct link link = {NULL, SIGNATURE_VERIFIED};
	const X509_NAME *name = X509_get_issuer_name(of->x509);
	for (size_t i = 0; i < 2 * set->count; i++) {
		bool want_root = i < set->count;
		const struct certificate *candidate = &set->list[want_root ? i : i - set->count];
		if (candidate == of || is_self_issued(candidate->x509) != want_root ||
		    X509_NAME_cmp(name, X509_get_subject_name(candidate->x509)) != 0 ||
		    is_other_key(of->x509, candidate->x509))
			continue;
		if (!is_checkable(of->x509) || set->checks_left == 0)
			return (struct link){NULL, SIGNATURE_UNCHECKED};
		set->checks_left--;
		if (X509_verify(of->x509, X509_get0_pubkey(candidate->x509)) == 1)
			return (struct link){candidate, SIGNATURE_VERIFIED};
		link.status = SIGNATURE_INVALID;
	}
	return link;
}

/* Climbs from the leaf to the last issuer that is in the set. */
static enum signature_status check_chain(struct certificate_set *set, struct signature *out)
{
	out->last = out->leaf;
	for (int length = 0; length < LIMIT_CHAIN && !is_self_issued(out->last->x509); length++) {
		struct link link = find_issuer(set, out->last);
		if (!link.issuer)
			return link.status;
		out->last = link.issuer;
	}
	return SIGNATURE_VERIFIED;
}

/* The fourteen digits of a UTCTime YYMMDDhhmmssZ or GeneralizedTime YYYYMMDDhhmmss[.f]Z (RFC 5280
 * §4.1.2.5). */
static bool read_time(const struct der *time, uint8_t out[14])
{
	bool is_short = time->tag == 0x17;
	struct bytes text = time->body;
	size_t from = is_short ? 2 : 0;
	if ((!is_short && time->tag != 0x18) || text.len < 15 - from ||
	    !bytes_end_with(text, BYTES("Z")))
		return false;
	memcpy(&out[from], text.ptr, 14 - from);
	if (is_short) { /* two digits mean 1950 to 2049 */
		out[0] = out[2] < '5' ? '2' : '1';
		out[1] = out[2] < '5' ? '0' : '9';
	}
	for (size_t i = 0; i < 14; i++)
		if (out[i] < '0' || out[i] > '9')
			return false;
	return true;
}

/* As RFC 3339. */
static bool write_time(const struct der *time, char out[24])
{
	static const char form[] = "....-..-..T..:..:..Z";
	uint8_t digits[14];
	size_t taken = 0;
	if (!read_time(time, digits))
		return false;
	for (size_t i = 0; i < sizeof form; i++)
		out[i] = form[i];
	for (size_t i = 0; taken < sizeof digits; i++)
		if (form[i] == '.')
			out[i] = (char)digits[taken++];
	return true;
}

/* When a signature was made, as somebody else says. */
struct stamp {
	struct der time;
	bool is_trusted; /* the chain of who says so ends in an anchor */
};

static void judge_stamper(struct visit *visit, const struct certificate_set *set,
                          const struct certificate *stamper, struct stamp *stamp)
{
	struct trust trust;
	trust_chain(visit, set, stamper, TRUST_TIME_STAMP, &stamp->time, &trust);
	stamp->is_trusted = trust.is_anchored;
}

/* The old way: a SignerInfo over the signature, with a signing time. */
static bool read_counter_signature(struct visit *visit, const struct signed_data *message,
                                   const struct signer *signer, struct certificate_set *set,
                                   struct stamp *stamp)
{
	struct der values;
	struct signer counter;
	if (!signed_data_attribute(&message->all, &signer->unsigned_attributes,
	                           oid_counter_signature, &values))
		return false;
	struct cursor c = der_inside(&message->all, &values);
	if (!signed_data_signer(&c, &counter))
		return false;
	const struct certificate *stamper = find_leaf(set, &counter);
	if (check_signer(visit, &message->all, &counter, signer->signature.body, set, stamper) !=
	            SIGNATURE_VERIFIED ||
	    !attribute_value(&message->all, &counter.signed_attributes, oid_signing_time,
	                     &stamp->time))
		return false;
	judge_stamper(visit, set, stamper, stamp);
	return true;
}

/* TSTInfo ::= SEQUENCE { version, policy, messageImprint { algorithm, digest }, serial, genTime …
 */
static bool read_stamp_info(struct cursor c, struct bytes stamped, struct der *time)
{
	struct der element, imprint, algorithm, method, expected;
	if (!der_expect(&c, DER_SEQUENCE, &element))
		return false;
	struct cursor info = der_inside(&c, &element);
	(void)der_expect(&info, DER_INTEGER, &element);
	(void)der_expect(&info, DER_OID, &element);
	if (!der_expect(&info, DER_SEQUENCE, &imprint))
		return false;
	struct cursor inside = der_inside(&info, &imprint);
	if (!der_expect(&inside, DER_SEQUENCE, &algorithm) ||
	    !der_expect(&inside, DER_OCTETS, &expected))
		return false;
	inside = der_inside(&inside, &algorithm);
	const EVP_MD *digest = der_next(&inside, &method) ? signature_digest(&method) : NULL;
	return digest && digest_is(digest, stamped, expected.body) &&
	       der_expect(&info, DER_INTEGER, &element) && der_next(&info, time);
}

/* RFC 3161: a message of its own, whose content holds the digest of the signature. */
static bool read_time_stamp(struct visit *visit, const struct signed_data *message,
                            const struct signer *signer, struct stamp *out)
{
	struct der values;
	struct signed_data stamp;
	struct signer stamper;
	struct certificate_set set;
	if (!signed_data_attribute(&message->all, &signer->unsigned_attributes, oid_time_stamp,
	                           &values) ||
	    !signed_data_open(visit, der_inside(&message->all, &values), &stamp) ||
	    !der_is_oid(&stamp.content_type, oid_time_stamp_info) ||
	    !read_stamp_info(der_inside(&stamp.all, &stamp.content), signer->signature.body,
	                     &out->time))
		return false;
	struct cursor c = der_inside(&stamp.all, &stamp.signers);
	if (!signed_data_signer(&c, &stamper))
		return false;
	certificate_set_open(visit, &stamp, &set);
	const struct certificate *leaf = find_leaf(&set, &stamper);
	bool holds = check_signer(visit, &stamp.all, &stamper, stamp.content.body, &set, leaf) ==
	             SIGNATURE_VERIFIED;
	if (holds)
		judge_stamper(visit, &set, leaf, out);
	certificate_set_close(&set);
	return holds;
}

/* SpcSpOpusInfo ::= SEQUENCE { programName [0] EXPLICIT SpcString OPTIONAL, … }, SpcString ::=
 * CHOICE { unicode [0] IMPLICIT BMPString, ascii [1] IMPLICIT IA5String } (Authenticode_PE.docx).
 */
static struct bytes read_program(struct visit *visit, const struct signed_data *message,
                                 const struct signer *signer)
{
	struct der opus, wrapper, name;
	if (!attribute_value(&message->all, &signer->signed_attributes, oid_opus, &opus) ||
	    opus.tag != DER_SEQUENCE)
		return (struct bytes){0};
	struct cursor c = der_inside(&message->all, &opus);
	if (!der_optional(&c, DER_CONTEXT_0, &wrapper))
		return (struct bytes){0};
	c = der_inside(&c, &wrapper);
	if (!der_next(&c, &name) || name.tag != DER_PRIMITIVE_0)
		return name.body;
	uint8_t *text = visit_alloc(visit, 1, 2 * name.body.len + 1);
	return (struct bytes){text, text_from_utf16(name.body, true, text)};
}

void signature_check(struct visit *visit, const struct signed_data *message,
                     const struct signer *signer, struct bytes content, struct certificate_set *set,
                     struct signature *out)
{
	struct stamp stamp = {.is_trusted = false};
	*out = (struct signature){.leaf = find_leaf(set, signer), .is_mixed = set->is_mixed};
	out->program = read_program(visit, message, signer);
	out->status = check_signer(visit, &message->all, signer, content, set, out->leaf);
	if (!out->leaf)
		return;
	enum signature_status chain = check_chain(set, out);
	if (out->status == SIGNATURE_VERIFIED)
		out->status = chain;
	bool stamped = read_time_stamp(visit, message, signer, &stamp) ||
	               read_counter_signature(visit, message, signer, set, &stamp);
	if (stamped && write_time(&stamp.time, out->time) && out->status == SIGNATURE_VERIFIED &&
	    !trust_was_valid(out->leaf->x509, &stamp.time))
		out->status = SIGNATURE_INVALID;
	if (out->status == SIGNATURE_VERIFIED)
		trust_chain(visit, set, out->leaf, TRUST_CODE,
		            stamped && stamp.is_trusted ? &stamp.time : NULL, &out->trust);
	ERR_clear_error();
}

void signature_status_fact(struct visit *visit, enum signature_status status, struct span span)
{
	static const char *const names[] = {"verified", "mismatch", "invalid", "unchecked"};
	visit_fact(visit, FACT_SIGNER_STATUS, bytes_of(names[status]), span);
}

void signature_facts(struct visit *visit, const struct signature *signature, struct span span)
{
	signature_status_fact(visit, signature->status, span);
	visit_fact(visit, FACT_SIGNER_PROGRAM, signature->program, span);
	char *time = visit_alloc(visit, 1, sizeof signature->time);
	memcpy(time, signature->time, sizeof signature->time);
	visit_fact(visit, FACT_SIGNER_TIME, bytes_of(time), span);
	if (!signature->leaf)
		return;
	certificate_facts(visit, signature->leaf, CERTIFICATE_SIGNER);
	if (signature->status == SIGNATURE_VERIFIED) {
		struct bytes chain =
			bytes_of(signature->is_mixed ? "unplaced" : signature->trust.text);
		visit_fact(visit, FACT_SIGNER_CHAIN, chain, signature->leaf->span);
	}
	char root[65];
	certificate_digest(signature->last, root);
	visit_fact(visit, FACT_SIGNER_ROOT, bytes_of(root), signature->last->span);
}
