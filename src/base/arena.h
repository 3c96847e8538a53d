/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for one scanned object: many allocations, one release. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena {
	struct arena_block *blocks;
	size_t used, limit;
	void (*exhausted)(void); /* called past `limit` or out of memory; must not return */
};

/* Zeroed, aligned for any type, never NULL. `count * size` cannot overflow. */
void *arena_alloc(struct arena *a, size_t count, size_t size);
void arena_release(struct arena *a);

#endif
