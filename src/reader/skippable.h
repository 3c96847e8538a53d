/* SPDX-License-Identifier: Apache-2.0 */
/* Skippable frames, which Zstandard (RFC 8878, 3.1.2) and LZ4 have in common: a magic of its own
 * (50 to 5f, 2a 4d 18), a size, and bytes for somebody else. */
#ifndef READER_SKIPPABLE_H
#define READER_SKIPPABLE_H

#include "base/cursor.h"

bool is_skippable(struct bytes body, size_t at);

/* The content of the skippable frame here; the cursor goes bad when it is cut off. */
struct bytes take_skippable(struct cursor *c);

/* Where what is no whole skippable frame begins: it tells whose the object is. */
size_t skippables_end(struct bytes body);

#endif
