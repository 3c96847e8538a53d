/* SPDX-License-Identifier: Apache-2.0 */
/* CMS SignedData (RFC 5652 §5; PKCS #7 alike): what is signed, the certificates that come with it
 * and the signers, each with its place. Whether a signature holds is reader/signature.h's question.
 */
#ifndef READER_SIGNED_DATA_H
#define READER_SIGNED_DATA_H

#include "core/reader.h"
#include "reader/certificate.h"
#include "reader/der.h"

struct signed_data {
	struct cursor all;       /* over the bytes that the elements below lie in */
	struct span place;       /* the message in the object */
	bool rewritten;          /* it was BER: the elements lie in memory of the visit */
	struct der content_type; /* OBJECT IDENTIFIER */
	struct der content;      /* what stands in [0]; no bytes when detached */
	struct der certificates; /* [0]; no bytes when there are none */
	struct der signers;      /* SET OF SignerInfo */
};

struct signer {
	struct der issuer, serial, key_id; /* issuer and serial, or key_id alone */
	struct der digest_algorithm;       /* OBJECT IDENTIFIER */
	struct der signed_attributes;      /* [0]; no bytes when there are none */
	struct der signature_algorithm;    /* OBJECT IDENTIFIER */
	struct der signature;              /* OCTET STRING */
	struct der unsigned_attributes;    /* [1]; no bytes when there are none */
};

/* Reads the message that begins at the cursor; false when none does. Borrows the cursor's bytes. */
bool signed_data_open(struct visit *visit, struct cursor at, struct signed_data *out);

/* Where an element lies in the object; the whole message when it was rewritten. */
struct span signed_data_span(const struct signed_data *message, const struct der *element);

/* The next certificate of message->certificates, which `c` goes through. Anything else there
 * (attribute certificates) is passed over; false at the end. */
bool signed_data_certificate(struct cursor *c, struct der *out);

/* The next SignerInfo; false at the end, and a bad cursor when it is damaged. */
bool signed_data_signer(struct cursor *c, struct signer *out);

/* The SET of values of an attribute; false when it is not there. `all` as in signed_data. */
bool signed_data_attribute(const struct cursor *all, const struct der *attributes, struct bytes oid,
                           struct der *values);

/* SpcIndirectDataContent, the digest of a file in a signature or a catalog: the method (an OBJECT
 * IDENTIFIER) and the digest (an OCTET STRING). False when `c` stands at none. */
bool signed_data_indirect(struct cursor c, struct der *method, struct der *digest);

#endif
