/* SPDX-License-Identifier: Apache-2.0 */
/* One worker process as the host sees it, and the files it was given. Used by the pool alone. */
#ifndef SCAN_WORKER_H
#define SCAN_WORKER_H

#include "scan/pool.h"
#include "scan/shared.h"

#include <sys/types.h>

enum { WORKER_BATCHES = 2 }; /* one in hand, one waiting: no worker idles between two */

struct item {
	struct pool_file file; /* its path is owned, unless it is shared */
	uint32_t serial;
	int fd; /* likewise */
	uint8_t share, shares;
	struct shared *shared; /* once it is known to be a container that others go through, too */
	bool open, tried;      /* open: not done yet; tried: a worker died over it */
	bool begun;            /* by the worker's pulse */
	bool told_shares;      /* by its worker: once is enough */
	struct buffer said;    /* frames so far: they count when the file is done */
	uint64_t bytes_said, gap_bytes; /* gap_bytes: that its gaps speak of */
};

struct batch {
	struct item items[WIRE_BATCH];
	size_t count, left;
	uint64_t bytes;
	bool alone; /* its one file is a suspect: it shares no worker, so that the blame is its own
	             */
	struct batch *next;
};

struct worker {
	pid_t pid; /* 0: not running */
	int socket, spill;
	struct wire_pulse *pulse;
	bool greeted;
	struct batch *batches[WORKER_BATCHES];
	size_t batch_count;
	uint32_t last_beats, last_serial;
	uint64_t moved_ns, begun_ns; /* when it last moved, and began with the file in hand */
};

/* Starts it and sends the settings. */
enum debar_status worker_start(struct worker *worker, const struct pool_options *options,
                               struct debar_error *error);

/* Ends it; `*why` says how it ended (a constant or static text). Its batches stay. */
void worker_stop(struct worker *worker, char why[LIMIT_REASON]);

/* False with errno: EAGAIN when it takes no message. */
bool worker_send_batch(struct worker *worker, struct batch *batch);

/* NULL while it moves; else the reason to kill it. */
const char *worker_stuck(struct worker *worker, uint64_t now_ns, uint32_t seconds_per_file);

/* NULL, or the reason to kill it though it speaks: its file takes too long. */
const char *worker_overdue(const struct worker *worker, uint64_t now_ns, uint32_t seconds_per_file);

/* Takes time off what it is held to account for. */
void worker_forgive(struct worker *worker, uint64_t nanoseconds);

struct item *worker_item(struct worker *worker, uint32_t serial);

/* The file it had in hand: by its pulse, if that is one of its open files, else the first open one.
 */
struct item *worker_current(struct worker *worker);

#endif
