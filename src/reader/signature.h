/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a CMS signature holds, and by whom it is: signer.* facts. Which roots are trusted is
 * policy's decision (reader/trust.h); here only arithmetic is done. */
#ifndef READER_SIGNATURE_H
#define READER_SIGNATURE_H

#include "reader/signed_data.h"

#include <openssl/evp.h>

enum signature_status {
	SIGNATURE_VERIFIED,
	SIGNATURE_MISMATCH, /* it is not of this object */
	SIGNATURE_INVALID,  /* the signature or a link of its chain is wrong */
	SIGNATURE_UNCHECKED /* an algorithm that libcrypto lacks, a limit, or the signed bytes are
	                       elsewhere */
};

struct trust {
	bool is_anchored;
	char text[160]; /* the value of signer.chain */
};

struct signature {
	enum signature_status status;
	const struct certificate *leaf,
		*last;        /* of the set; NULL when the set lacks the signer's */
	char time[24];        /* RFC 3339, of a counter-signature that holds; else empty */
	struct bytes program; /* SpcSpOpusInfo, UTF-8 */
	struct trust trust;   /* of the chain; counts when the signature verifies */
	bool is_mixed;        /* as in the set */
};

/* The certificates of one message, opened. */
struct certificate_set {
	struct certificate *list;
	size_t count;
	unsigned checks_left; /* public key operations that may still be spent on it */
	bool is_cut;          /* the message holds more than LIMIT_SIGNATURE_CERTIFICATES */
	bool is_mixed;        /* certificates of several signatures have one place: which of them is
	                         trusted        could not be told apart */
};

void certificate_set_open(struct visit *visit, const struct signed_data *message,
                          struct certificate_set *out);
void certificate_set_close(struct certificate_set *set);

/* The digest method that an OBJECT IDENTIFIER names; NULL when libcrypto has none. */
const EVP_MD *signature_digest(const struct der *oid);

/* Judges one signer over `content` (the contents of message->content, or detached bytes; a NULL
 * pointer: they cannot be had). */
void signature_check(struct visit *visit, const struct signed_data *message,
                     const struct signer *signer, struct bytes content, struct certificate_set *set,
                     struct signature *out);

/* States the signature; `span` is that of the message. */
void signature_facts(struct visit *visit, const struct signature *signature, struct span span);

void signature_status_fact(struct visit *visit, enum signature_status status, struct span span);

#endif
