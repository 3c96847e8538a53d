/* SPDX-License-Identifier: Apache-2.0 */
/* X.509 certificates (RFC 5280) by libcrypto. */
#include "reader/certificate.h"

#include "base/text.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/x509v3.h>

void certificate_library(void)
{
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS,
	                          NULL);
}

/* A library context in which no algorithm is known, so that nobody looks for one that fits a
 * certificate's key: that takes 83 of 97 microseconds. NULL when there is no memory for it. */
static OSSL_LIB_CTX *keyless(void)
{
	static OSSL_LIB_CTX *context; /* as libcrypto's own state, it lasts as long as the worker */
	if (context)
		return context;
	OSSL_LIB_CTX *made = OSSL_LIB_CTX_new();
	if (made && OSSL_PROVIDER_load(made, "null"))
		context = made;
	else
		OSSL_LIB_CTX_free(made);
	return context;
}

static bool open_in(OSSL_LIB_CTX *context, struct bytes der, struct certificate *out)
{
	*out = (struct certificate){0};
	certificate_library();
	const unsigned char *at = der.ptr;
	long most = der.len < INT_MAX ? (long)der.len : INT_MAX;
	X509 *empty = X509_new_ex(context, NULL); /* set to NULL when it cannot be filled */
	out->x509 = der.len > 0 && empty ? d2i_X509(&empty, &at, most) : NULL;
	ERR_clear_error();
	if (!out->x509) {
		X509_free(empty);
		return false;
	}
	out->der = bytes_slice(der, 0, (size_t)(at - der.ptr));
	return true;
}

bool certificate_open(struct bytes der, struct certificate *out)
{
	return open_in(NULL, der, out);
}

void certificate_close(struct certificate *certificate)
{
	X509_free(certificate->x509);
	*certificate = (struct certificate){0};
}

void certificate_digest(const struct certificate *certificate, char out[65])
{
	uint8_t digest[EVP_MAX_MD_SIZE] = {0};
	(void)EVP_Digest(certificate->der.ptr, certificate->der.len, digest, NULL, EVP_sha256(),
	                 NULL);
	text_hex((struct bytes){digest, 32}, out);
}

/* Every attribute of that type in the name, as UTF-8. */
static void name_facts(struct visit *visit, const X509_NAME *name, int attribute,
                       enum fact_kind kind, struct span span)
{
	for (int at = -1; (at = X509_NAME_get_index_by_NID(name, attribute, at)) >= 0;) {
		unsigned char *text = NULL;
		int length = ASN1_STRING_to_UTF8(
			&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
		if (length > 0)
			visit_fact(visit, kind, (struct bytes){text, (size_t)length}, span);
		OPENSSL_free(text);
	}
}

/* RFC 4514, with letters outside ASCII as they are. */
static void subject_fact(struct visit *visit, const X509_NAME *name, enum fact_kind kind,
                         struct span span)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text = NULL;
	long length = 0;
	if (out && X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0)
		length = BIO_get_mem_data(out, &text);
	if (length > 0)
		visit_fact(visit, kind, (struct bytes){(uint8_t *)text, (size_t)length}, span);
	(void)BIO_free(out);
}

static void serial_fact(struct visit *visit, const X509 *x509, enum fact_kind kind,
                        struct span span)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(x509);
	struct bytes digits = {ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial)};
	char *text = visit_alloc(visit, 1, 2 * digits.len + 1);
	text_hex(digits, text);
	visit_fact(visit, kind, bytes_of(text), span);
}

/* Subject alternative names: host names only (RFC 5280 §4.2.1.6). */
static void host_facts(struct visit *visit, const X509 *x509, struct span span)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		if (name->type != GEN_DNS)
			continue;
		struct bytes host = {ASN1_STRING_get0_data(name->d.dNSName),
		                     (size_t)ASN1_STRING_length(name->d.dNSName)};
		visit_fact(visit, FACT_CERT_DNS, host, span);
	}
	GENERAL_NAMES_free(names);
}

void certificate_facts(struct visit *visit, const struct certificate *certificate,
                       enum certificate_role role)
{
	static const struct {
		enum fact_kind subject, name, organization, registration, issuer, serial, digest;
	} kinds[] = {
		[CERTIFICATE_FOUND] = {FACT_CERT_SUBJECT, FACT_CERT_NAME, FACT_CERT_ORGANIZATION,
	                               FACT_CERT_REGISTRATION, FACT_CERT_ISSUER, FACT_CERT_SERIAL,
	                               FACT_CERT_SHA256},
		[CERTIFICATE_SIGNER] = {FACT_SIGNER_SUBJECT, FACT_SIGNER_NAME,
	                                FACT_SIGNER_ORGANIZATION, FACT_SIGNER_REGISTRATION,
	                                FACT_SIGNER_ISSUER, FACT_SIGNER_SERIAL,
	                                FACT_SIGNER_CERTIFICATE},
	};
	const X509 *x509 = certificate->x509;
	const X509_NAME *subject = X509_get_subject_name(x509);
	const X509_NAME *issuer = X509_get_issuer_name(x509);
	struct span span = certificate->span;
	subject_fact(visit, subject, kinds[role].subject, span);
	name_facts(visit, subject, NID_commonName, kinds[role].name, span);
	name_facts(visit, subject, NID_organizationName, kinds[role].organization, span);
	name_facts(visit, subject, NID_serialNumber, kinds[role].registration, span);
	name_facts(visit, issuer, NID_commonName, kinds[role].issuer, span);
	serial_fact(visit, x509, kinds[role].serial, span);
	char digest[65];
	certificate_digest(certificate, digest);
	visit_fact(visit, kinds[role].digest, bytes_of(digest), span);
	if (role == CERTIFICATE_FOUND)
		host_facts(visit, x509, span);
	ERR_clear_error();
}

bool certificate_read(struct visit *visit, struct bytes der, struct span span,
                      enum certificate_role role)
{
	struct certificate certificate;
	if (!open_in(keyless(), der, &certificate))
		return false;
	certificate.span = span;
	certificate_facts(visit, &certificate, role);
	certificate_close(&certificate);
	return true;
}
