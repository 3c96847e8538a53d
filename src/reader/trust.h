/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a chain of certificates holds up to an anchor: a certificate that whoever runs this
 * trusts. Readers know no policy: the anchors come through the visit, and what is stated is which
 * one it is.
 */
#ifndef READER_TRUST_H
#define READER_TRUST_H

#include "reader/signature.h"

enum trust_purpose { TRUST_CODE, TRUST_TIME_STAMP };

/* Judges the chain of `leaf` through the set. `time`: when it was used, vouched for by a time stamp
 * that is trusted itself; NULL: not known. `text` becomes the value of signer.chain. */
void trust_chain(struct visit *visit, const struct certificate_set *set,
                 const struct certificate *leaf, enum trust_purpose purpose, const struct der *time,
                 struct trust *out);

/* A certificate is judged by the time at which it was used, where that is known. */
bool trust_was_valid(const X509 *x509, const struct der *time);

#endif
