/* SPDX-License-Identifier: Apache-2.0 */
/* The code signature of a Mach-O image (Apple's cs_blobs.h): who signed it, as what, and whether
 * its pages are the ones that were signed. */
#ifndef READER_MACHO_SIGNATURE_H
#define READER_MACHO_SIGNATURE_H

#include "core/reader.h"

/* Reads the signature that lies at `place` in the image `body`, states signer.* and bundle.id, and
 * hands the entitlements over. Of an encrypted image the pages are
 * not those that were signed. NULL when it was read whole, else the reason for a gap there (a
 * constant string). */
const char *macho_signature_read(struct visit *visit, struct bytes body, struct span place,
                                 bool is_encrypted);

#endif
