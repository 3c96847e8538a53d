/* SPDX-License-Identifier: Apache-2.0 */
/* One object being read: its memory, and where what the reader says goes. The reader's side is
 * core/reader.h. */
#ifndef CORE_VISIT_H
#define CORE_VISIT_H

#include "base/arena.h"
#include "core/normal.h"
#include "core/reader.h"

/* Implemented by the inspector in the worker and by the fuzz harness. Facts arrive normalised;
 * their values are borrowed for the length of the call. */
struct visit_sink {
	void (*fact)(struct visit *visit, const struct fact *fact);
	void (*child)(struct visit *visit, struct bytes name, struct bytes body);
	void (*closed)(struct visit *visit, struct bytes name, uint64_t size, enum byte_class class,
	               const char *reason);
	void (*gap)(struct visit *visit, struct span span, enum byte_class class,
	            const char *reason);
	void (*unpacked)(struct visit *visit, struct bytes packed);
	bool (*passed)(struct visit *visit, uint64_t bytes);
	void (*share_out)(struct visit *visit); /* other workers shall go through it, too */
	struct bytes (*anchor)(const struct visit *visit, uint32_t subject, size_t index);
	struct spool *(*spool)(struct visit *visit, struct bytes name, uint64_t expected);
	bool (*spool_write)(struct spool *spool, struct bytes data);
	uint8_t *(*spool_room)(struct spool *spool, size_t len);
	bool (*spool_filled)(struct spool *spool, size_t len);
	void (*spool_end)(struct spool *spool, const char *why_incomplete);
};

struct visit {
	struct arena *arena;
	struct normal_scratch *scratch; /* where a fact's value lies while the sink sees it */
	struct sight sight;
	const struct visit_sink *sink;
	uint64_t children; /* members so far: the name of a nameless one */
	char number[24];   /* that name, until the next member: there may be millions */
	/* Of a container that is shared out; else `shares` is 0 or 1. */
	uint32_t share, shares;
	bool shared_out; /* the others were told to begin */
	bool elsewhere;  /* the member in hand is another worker's */
	bool in_member;  /* and it stands at `place` */
	uint64_t place;
};

/* Every sink's spool begins with this. */
struct spool {
	struct visit *visit;
};

#endif
