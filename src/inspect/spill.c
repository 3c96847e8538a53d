/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* fallocate, madvise */
#include "inspect/spill.h"

#include "base/checked.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BACK_STEP = 4 << 20, PAGE = 4096 };

bool spill_open(struct spill *spill, int fd, uint64_t size)
{
	*spill = (struct spill){.fd = fd, .size = size};
	if (ftruncate(fd, (off_t)size) != 0)
		return false;
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (map == MAP_FAILED)
		return false;
	spill->map = map;
	return true;
}

/* Blocks are taken before they are written through the mapping: a full disk is then an answer, not
 * a signal. */
uint8_t *spill_reserve(struct spill *spill, uint64_t offset, uint64_t len)
{
	uint64_t end;
	if (ckd_add(&end, offset, len) || end > spill->size)
		return NULL;
	while (spill->backed < end) {
		uint64_t step = end - spill->backed > BACK_STEP ? end - spill->backed : BACK_STEP;
		if (step > spill->size - spill->backed)
			step = spill->size - spill->backed;
		if (fallocate(spill->fd, 0, (off_t)spill->backed, (off_t)step) != 0)
			return NULL;
		spill->backed += step;
	}
	return spill->map + offset;
}

void spill_breathe(struct spill *spill, uint64_t offset, uint64_t len)
{
	uint64_t from = (offset + PAGE - 1) / PAGE * PAGE, to = (offset + len) / PAGE * PAGE;
	if (to > from)
		(void)madvise(spill->map + from, to - from, MADV_DONTNEED);
}
