/* SPDX-License-Identifier: Apache-2.0 */
/* Path validation (RFC 5280 §6.1) is libcrypto's; what code signing adds to it is checked here:
 * usages, times, and keys that anybody can forge today. Revocation is not looked at: lists would
 * have to be fetched. */
#include "reader/trust.h"

#include "core/limits.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>

enum {
	ANCHORS_MOST = 64,      /* tried for one chain; a name has one or two */
	DIGEST_BITS_LEAST = 60, /* as libcrypto counts: SHA-1 has 63, MD5 39 */
	KEY_BITS_LEAST = 80,    /* RSA with 1024 bits */
};

struct anchors {
	STACK_OF(X509) * list;
	const uint8_t *known[ANCHORS_MOST];
	int count;
};

static void add_anchors(struct visit *visit, struct anchors *anchors, const X509 *of)
{
	int known = 0;
	uint32_t name = (uint32_t)X509_NAME_hash_ex(X509_get_issuer_name(of), NULL, NULL, &known);
	for (size_t i = 0; known; i++) {
		struct bytes der = visit_anchor(visit, name, i);
		struct certificate anchor;
		if (der.len == 0 || anchors->count == ANCHORS_MOST)
			return;
		bool seen = false;
		for (int k = 0; k < anchors->count; k++)
			seen |= anchors->known[k] == der.ptr;
		if (seen || !certificate_open(der, &anchor))
			continue;
		anchors->known[anchors->count++] = der.ptr;
		if (sk_X509_push(anchors->list, anchor.x509) == 0)
			certificate_close(&anchor);
	}
}

static bool is_apple(const X509_EXTENSION *extension)
{
	static const struct bytes arc = {(const uint8_t *)"\x2a\x86\x48\x86\xf7\x63\x64",
	                                 7}; /* 1.2.840.113635.100 */
	const ASN1_OBJECT *object =
		X509_EXTENSION_get_object((X509_EXTENSION *)(uintptr_t)extension);
	return bytes_start_with((struct bytes){OBJ_get0_data(object), OBJ_length(object)}, arc);
}

/* Apple marks its own extensions, which say what a certificate is for, as critical. */
static int accept_apple(int holds, X509_STORE_CTX *context)
{
	const X509 *x509 = X509_STORE_CTX_get_current_cert(context);
	if (holds || !x509 ||
	    X509_STORE_CTX_get_error(context) != X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION)
		return holds;
	for (int i = 0; i < X509_get_ext_count(x509); i++) {
		X509_EXTENSION *extension = X509_get_ext(x509, i);
		if (X509_EXTENSION_get_critical(extension) &&
		    !X509_supported_extension(extension) && !is_apple(extension))
			return 0;
	}
	return 1;
}

bool trust_was_valid(const X509 *x509, const struct der *time)
{
	const unsigned char *at = time->whole.ptr;
	ASN1_TIME *when = d2i_ASN1_TIME(NULL, &at, (long)time->whole.len);
	bool valid = when && ASN1_TIME_compare(X509_get0_notBefore(x509), when) <= 0 &&
	             ASN1_TIME_compare(when, X509_get0_notAfter(x509)) <= 0;
	ASN1_TIME_free(when);
	return valid;
}

/* The leaf must be for the purpose; an issuer that says what it is for, too. */
static bool has_usage(X509 *x509, enum trust_purpose purpose, bool is_leaf)
{
	uint32_t wanted = purpose == TRUST_CODE ? XKU_CODE_SIGN : XKU_TIMESTAMP;
	uint32_t usage = X509_get_extended_key_usage(x509);
	if (usage == UINT32_MAX)
		return !is_leaf;
	return (usage & wanted) || (!is_leaf && (usage & XKU_ANYEKU));
}

static bool is_strong(X509 *x509)
{
	int bits = 0;
	EVP_PKEY *key = X509_get0_pubkey(x509);
	return X509_get_signature_info(x509, NULL, NULL, &bits, NULL) == 1 &&
	       bits >= DIGEST_BITS_LEAST && key &&
	       EVP_PKEY_get_security_bits(key) >= KEY_BITS_LEAST;
}

/* As RFC 3339. */
static void put_time(const ASN1_TIME *time, char out[24])
{
	struct tm t = {0};
	if (ASN1_TIME_to_tm(time, &t) != 1 ||
	    snprintf(out, 24, "%04d-%02d-%02dT%02d:%02d:%02dZ", (t.tm_year + 1900) % 10000,
	             t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec) < 0)
		out[0] = '\0';
}

/* "anchored", which anchor it is and, when nobody vouches for the time of use, from when until when
 * all certificates before the anchor hold. */
static void say_anchored(STACK_OF(X509) * chain, bool is_timed, struct trust *out)
{
	int last = sk_X509_num(chain) - 1;
	char digest[65], from[24] = "", until[24] = "";
	unsigned char sum[EVP_MAX_MD_SIZE] = {0};
	static const char digits[] = "0123456789abcdef";
	(void)X509_digest(sk_X509_value(chain, last), EVP_sha256(), sum, NULL);
	for (size_t i = 0; i < 64; i++)
		digest[i] = digits[sum[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
	digest[64] = '\0';
	for (int i = 0; i == 0 || i < last; i++) {
		char begin[24] = "", end[24] = "";
		put_time(X509_get0_notBefore(sk_X509_value(chain, i)), begin);
		put_time(X509_get0_notAfter(sk_X509_value(chain, i)), end);
		if (i == 0 || strcmp(begin, from) > 0)
			memcpy(from, begin, sizeof from);
		if (i == 0 || strcmp(end, until) < 0)
			memcpy(until, end, sizeof until);
	}
	if (snprintf(out->text, sizeof out->text,
	             is_timed ? "anchored %s" : "anchored %s from %s until %s", digest, from,
	             until) < 0)
		out->text[0] = '\0';
	out->is_anchored = true;
}

static void judge(STACK_OF(X509) * chain, enum trust_purpose purpose, const struct der *time,
                  struct trust *out)
{
	int count = sk_X509_num(chain);
	const char *why = NULL;
	for (int i = 0; i < count && !why; i++) {
		X509 *x509 = sk_X509_value(chain, i);
		bool is_anchor = i > 0 && i == count - 1; /* trusted as it is */
		if (!is_anchor && !has_usage(x509, purpose, i == 0))
			why = "misused";
		else if (!is_anchor && !is_strong(x509))
			why = "weak";
		else if (time && !trust_was_valid(x509, time))
			why = "outdated";
	}
	if (!why)
		say_anchored(chain, time != NULL, out);
	else
		memcpy(out->text, why, strlen(why) + 1);
}

void trust_chain(struct visit *visit, const struct certificate_set *set,
                 const struct certificate *leaf, enum trust_purpose purpose, const struct der *time,
                 struct trust *out)
{
	*out = (struct trust){.text = "open"};
	struct anchors anchors = {.list = sk_X509_new_null()};
	STACK_OF(X509) *others = sk_X509_new_null();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	bool ready = anchors.list && others && context;
	for (size_t i = 0; ready && i < set->count; i++) {
		add_anchors(visit, &anchors, set->list[i].x509);
		ready = sk_X509_push(others, set->list[i].x509) > 0;
	}
	if (ready && anchors.count > 0 &&
	    X509_STORE_CTX_init(context, NULL, leaf->x509, others) == 1) {
		X509_VERIFY_PARAM *how = X509_STORE_CTX_get0_param(context);
		X509_STORE_CTX_set0_trusted_stack(context, anchors.list);
		X509_STORE_CTX_set_verify_cb(context, accept_apple);
		X509_VERIFY_PARAM_set_depth(how, LIMIT_CHAIN);
		X509_VERIFY_PARAM_set_auth_level(how, 0); /* is_strong() decides */
		(void)X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_NO_CHECK_TIME |
		                                               X509_V_FLAG_PARTIAL_CHAIN);
		int holds = X509_verify_cert(context);
		int error = X509_STORE_CTX_get_error(context);
		if (holds == 1)
			judge(X509_STORE_CTX_get0_chain(context), purpose, time, out);
		else if (error == X509_V_ERR_INVALID_CA || error == X509_V_ERR_PATH_LENGTH_EXCEEDED)
			memcpy(out->text, "misused", sizeof "misused");
	}
	X509_STORE_CTX_free(context);
	sk_X509_free(others);
	sk_X509_pop_free(anchors.list, X509_free);
	ERR_clear_error();
}
