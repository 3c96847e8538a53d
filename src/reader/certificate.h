/* SPDX-License-Identifier: Apache-2.0 */
/* X.509 certificates for every reader that meets one: opened by libcrypto, stated as facts here, so
 * that a certificate says the same wherever it is found. */
#ifndef READER_CERTIFICATE_H
#define READER_CERTIFICATE_H

#include "core/reader.h"

#include <openssl/x509.h>

struct certificate {
	X509 *x509;       /* owned: certificate_close() */
	struct bytes der; /* exactly its bytes, borrowed */
	struct span span; /* where it is said to lie; the caller's to set */
};

enum certificate_role {
	CERTIFICATE_FOUND, /* cert.* facts */
	CERTIFICATE_SIGNER /* signer.* facts: it signed the object */
};

/* Must come before any other use of libcrypto in a reader: no configuration file, no messages.
 * Cheap to repeat. */
void certificate_library(void);

/* Opens the certificate at the start of `der`; bytes after it are not looked at. False: none there.
 */
bool certificate_open(struct bytes der, struct certificate *out);
void certificate_close(struct certificate *certificate);

/* States what the certificate says, with certificate->span as the proof. */
void certificate_facts(struct visit *visit, const struct certificate *certificate,
                       enum certificate_role role);

/* Opens, states and closes; false when there is no certificate. Its key is not looked at. */
bool certificate_read(struct visit *visit, struct bytes der, struct span span,
                      enum certificate_role role);

/* SHA-256 of the certificate as text. */
void certificate_digest(const struct certificate *certificate, char out[65]);

#endif
