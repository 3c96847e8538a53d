/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A root: the certificate of an authority that chains of signatures may end in. It is a PEM file,
 * in roots/ whose text before the certificate says more, a line each: "name:", "sha256:" (of the
 * certificate; a check against a mix-up) and "source:".
 */
#ifndef POLICY_LOAD_ROOT_H
#define POLICY_LOAD_ROOT_H

#include "policy/problems.h"

struct root_file {
	char digest[65];                        /* SHA-256 of the certificate, as text */
	struct bytes name, source, certificate; /* owned with the rest */
	uint32_t subject; /* X509_NAME_hash_ex() of the subject: what chains look it up by */
};

/* NULL: not usable, and the problems say why. */
struct root_file *root_read(struct bytes text, struct problems *problems);
void root_free(struct root_file *root);

#endif
