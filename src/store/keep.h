/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of rows that must outlive their statement. base/arena.h is not for the host: there memory
 * may fail, and is asked whether it did. */
#ifndef STORE_KEEP_H
#define STORE_KEEP_H

#include "base/bytes.h"

struct keep {
	struct keep_block *blocks;
	size_t held, most; /* bytes; more than `most` is a failure */
	bool bad;          /* out of memory or past `most`; sticky until keep_release() */
};

/* Zeroed, aligned for any type; NULL and bad on failure. */
void *keep_alloc(struct keep *keep, size_t count, size_t size);

/* The same bytes, owned by `keep`; empty and bad on failure. */
struct bytes keep_copy(struct keep *keep, struct bytes value);

/* Frees everything; `keep` may be used again. */
void keep_release(struct keep *keep);

#endif
