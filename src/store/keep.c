/* SPDX-License-Identifier: Apache-2.0 */
#include "store/keep.h"

#include "base/checked.h"

#include <stddef.h>
#include <stdlib.h>

enum { BLOCK = 64 * 1024 }; /* thousands of short copies to one malloc */

struct keep_block {
	struct keep_block *before;
	size_t used, room;
	_Alignas(max_align_t) uint8_t data[];
};

static struct keep_block *block_with(struct keep *keep, size_t size)
{
	struct keep_block *block = keep->blocks;
	if (block && size <= block->room - block->used)
		return block;
	size_t room = size > BLOCK ? size : BLOCK;
	if (keep->bad || size > keep->most - keep->held)
		return NULL;
	block = calloc(1, sizeof *block + room);
	if (!block)
		return NULL;
	block->room = room;
	block->before = keep->blocks;
	keep->blocks = block;
	return block;
}

void *keep_alloc(struct keep *keep, size_t count, size_t size)
{
	size_t whole;
	const size_t align = _Alignof(max_align_t);
	if (ckd_mul(&whole, count, size) || whole > keep->most) {
		keep->bad = true;
		return NULL;
	}
	whole = whole > 0 ? (whole + align - 1) / align * align : align;
	struct keep_block *block = block_with(keep, whole);
	if (!block || whole > keep->most - keep->held) {
		keep->bad = true;
		return NULL;
	}
	void *out = block->data + block->used;
	block->used += whole;
	keep->held += whole;
	return out;
}

struct bytes keep_copy(struct keep *keep, struct bytes value)
{
	if (value.len == 0)
		return (struct bytes){0};
	uint8_t *copy = keep_alloc(keep, value.len, 1);
	if (!copy)
		return (struct bytes){0};
	memcpy(copy, value.ptr, value.len);
	return (struct bytes){copy, value.len};
}

void keep_release(struct keep *keep)
{
	while (keep->blocks) {
		struct keep_block *before = keep->blocks->before;
		free(keep->blocks);
		keep->blocks = before;
	}
	keep->held = 0;
	keep->bad = false;
}
