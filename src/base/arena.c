/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define ARENA_POISON
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define ARENA_POISON
#endif
#ifdef ARENA_POISON
#include <sanitizer/asan_interface.h>
#endif

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	alignas(max_align_t) unsigned char data[];
};

enum { BLOCK_SIZE = 64 * 1024 };

/* What was given back stays in its block; a sanitizer is told, to see that it is used all the same.
 */
static void set_usable(void *memory, size_t size, bool usable)
{
#ifdef ARENA_POISON
	if (usable)
		ASAN_UNPOISON_MEMORY_REGION(memory, size);
	else
		ASAN_POISON_MEMORY_REGION(memory, size);
#else
	(void)memory, (void)size, (void)usable;
#endif
}

static _Noreturn void give_up(const struct arena *a)
{
	a->exhausted();
	abort();
}

static void add_block(struct arena *a, size_t size)
{
	struct arena_block *block = malloc(sizeof *block + size);
	if (!block)
		give_up(a);
	block->used = 0;
	block->size = size;
	block->next = a->blocks;
	a->blocks = block;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
	const size_t align = alignof(max_align_t);
	size_t want;
	if (__builtin_mul_overflow(count, size, &want) ||
	    __builtin_add_overflow(want, align - 1, &want) || want > a->limit - a->used)
		give_up(a);
	want = want / align * align;
	if (!a->blocks || want > a->blocks->size - a->blocks->used)
		add_block(a, want > BLOCK_SIZE ? want : BLOCK_SIZE);
	void *memory = a->blocks->data + a->blocks->used;
	a->blocks->used += want;
	a->used += want;
	set_usable(memory, want, true);
	memset(memory, 0, want);
	return memory;
}

struct arena_mark arena_here(const struct arena *a)
{
	return (struct arena_mark){a->blocks, a->blocks ? a->blocks->used : 0, a->used};
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
	while (a->blocks != mark.block) {
		struct arena_block *next = a->blocks->next;
		free(a->blocks);
		a->blocks = next;
	}
	if (a->blocks) {
		a->blocks->used = mark.block_used;
		set_usable(a->blocks->data + a->blocks->used, a->blocks->size - a->blocks->used,
		           false);
	}
	a->used = mark.used;
}

void arena_release(struct arena *a)
{
	for (struct arena_block *next, *block = a->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	a->blocks = NULL;
	a->used = 0;
}
