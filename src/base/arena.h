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

/* A point to come back to: everything allocated after it is given back at once. Marks nest. */
struct arena_mark {
	struct arena_block *block;
	size_t block_used, used;
};
struct arena_mark arena_here(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

#endif
