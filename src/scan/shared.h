/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A large container that is shared out: several workers go through it, each for its share of the
 * members. What they say is held until the last is done, and then handed out as if one worker had
 * said it all, in the order of the shares. Used by the pool alone. See docs/decisions/017.
 */
#ifndef SCAN_SHARED_H
#define SCAN_SHARED_H

#include "scan/pool.h"

struct shared;

/* How many shares a file of `size` bytes has should it be such a container; 1: none but the whole.
 * The same for any number of workers, so that the limits, which each share has, are too. */
uint8_t shared_count(uint64_t size, uint64_t bytes_per_share);

/* Takes over `fd` and the path of `file`. NULL without memory: then it takes over nothing. */
struct shared *shared_create(const struct pool_file *file, int fd, uint8_t shares,
                             const struct wire_atoms *atoms);

/* Frees it with everything that was held. NULL is fine. */
void shared_destroy(struct shared *shared);
/* A share will not come to its end; the last one frees it. NULL is fine. */
void shared_abandon(struct shared *shared);

const struct wire_atoms *shared_atoms(const struct shared *shared);

/* What the first share says of the container itself that counts only if a member cannot be read.
 * False when it is too much or there is no memory. */
bool shared_hold(struct shared *shared, struct bytes frame);
/* The first share begins anew. */
void shared_forget_held(struct shared *shared);

/* A share's end. `said` is emptied, its content held; `why`, NULL or the reason why no worker could
 * look into the share. `done` is what the worker said at its end, when one did. */
struct share_end {
	uint8_t share;
	const struct pool_file *file; /* as this share's worker left it */
	struct buffer *said;
	const struct wire_done *done;
	const char *why;
};
void shared_end(struct shared *shared, const struct share_end *end);

/* How many shares have not ended. */
size_t shared_left(const struct shared *shared);

/* Hands it all out: facts, gaps, and the end. */
void shared_tell(struct shared *shared, const struct pool_events *events);

/* Hands out frames that were checked when they came. */
void frames_tell(struct bytes frames, const struct pool_file *file,
                 const struct pool_events *events);

#endif
