/* SPDX-License-Identifier: Apache-2.0 */
/* The APK Signing Block (signature schemes v2, v3 and v3.1), which stands in front of the directory
 * of an Android package and in no zip structure. */
#ifndef READER_APK_SIGNING_BLOCK_H
#define READER_APK_SIGNING_BLOCK_H

#include "core/reader.h"

/* States who signed, hands over what is no signature, and returns where the block is (length 0 when
 * there is none). Sets `has_gaps` when it gave a gap. */
struct span apk_signing_block_read(struct visit *visit, struct bytes body, uint64_t directory_at,
                                   bool *has_gaps);

#endif
