/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* fallocate, madvise */
#include "inspect/spill.h"

#include "base/checked.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BACK_STEP = 4 << 20, PAGE = 4096, KEPT = 64 << 20 };

/* Only addresses are taken here: the file grows as its blocks are. */
bool spill_open(struct spill *spill, int fd, uint64_t size)
{
	*spill = (struct spill){.fd = fd, .size = size};
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (map == MAP_FAILED)
		return false;
	spill->map = map;
	return true;
}

/* Takes the file's next blocks, `least` of them at least. */
static bool back(struct spill *spill, uint64_t least)
{
	uint64_t left = spill->size - spill->backed, step = least > BACK_STEP ? least : BACK_STEP;
	if (step > left)
		step = left;
	if (fallocate(spill->fd, 0, (off_t)spill->backed, (off_t)step) != 0) {
		step = least; /* the disk is nearly full: what is needed may still fit */
		if (fallocate(spill->fd, 0, (off_t)spill->backed, (off_t)step) != 0)
			return false;
	}
	spill->backed += step;
	return true;
}

/* Blocks are taken before they are written through the mapping: a full disk is then an answer, not
 * a signal. */
uint8_t *spill_reserve(struct spill *spill, uint64_t offset, uint64_t len)
{
	uint64_t end;
	if (ckd_add(&end, offset, len) || end > spill->size)
		return NULL;
	if (spill->backed < end && !back(spill, end - spill->backed))
		return NULL;
	return spill->map + offset;
}

void spill_breathe(struct spill *spill, uint64_t offset, uint64_t len)
{
	uint64_t from = (offset + PAGE - 1) / PAGE * PAGE, to = (offset + len) / PAGE * PAGE;
	if (to > from)
		(void)madvise(spill->map + from, to - from, MADV_DONTNEED);
}

void spill_empty(struct spill *spill)
{
	if (spill->backed > KEPT && ftruncate(spill->fd, 0) == 0)
		spill->backed = 0;
}
