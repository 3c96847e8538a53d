/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Room for what is unpacked: one sparse file, already without a name, mapped whole. Used as a
 * stack: an unpacked member lies on top of the container it came out of and goes when it has been
 * visited. Pages behind the writer are let go of, so that a 4 GiB member costs file cache, not this
 * process's memory.
 */
#ifndef INSPECT_SPILL_H
#define INSPECT_SPILL_H

#include "base/bytes.h"

struct spill {
	int fd;
	uint8_t *map;
	uint64_t size;   /* of the mapping */
	uint64_t backed; /* bytes of the file that have disk blocks */
	uint64_t top;    /* the stack's */
};

/* Maps `size` bytes of `fd`, which stays the caller's. False with errno. */
bool spill_open(struct spill *spill, int fd, uint64_t size);

/* Makes `len` bytes at `offset` writable; NULL when the disk or the mapping is full. */
uint8_t *spill_reserve(struct spill *spill, uint64_t offset, uint64_t len);

/* Drops this process's pages of the mapping; the bytes stay. */
void spill_breathe(struct spill *spill, uint64_t offset, uint64_t len);

/* Nothing in it is needed any more: much disk space is given back, for others to unpack to. */
void spill_empty(struct spill *spill);

#endif
