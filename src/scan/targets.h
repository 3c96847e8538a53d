/* SPDX-License-Identifier: Apache-2.0 */
/* The targets of a scan, one after the other: paths given, the paths of a NUL-separated list, which
 * together are one target, and standard input, which is copied to a file without a name first so
 * that readers can go back and forth in it. */
#ifndef SCAN_TARGETS_H
#define SCAN_TARGETS_H

#include "base/buffer.h"
#include "source/tree.h"

#include <signal.h>

struct targets {
	const char *const *given;
	size_t given_count, next;
	int list;           /* descriptor of the list, or -1 */
	bool list_is_given; /* it is standard input, not ours to close */
	bool listed;        /* the path handed out last is of the list */
	uint64_t listed_count;
	const volatile sig_atomic_t *cancelled; /* nothing is waited for once it is not 0 */
	struct buffer name;
	char room[8192];
	size_t at, end;
};

/* Looks at each path given before anything is begun: a mistyped one is told at once, not after
 * hours with those before it. */
enum debar_status targets_open(struct targets *targets, const char *const *given, size_t count,
                               const char *files_from, struct debar_error *error);
void targets_close(struct targets *targets);

/* The next path, borrowed until the next call; NULL at the end, when cancelled, or on error (then
 * *status is not DEBAR_OK). An empty list is an error: whatever made it may have failed. */
const char *targets_next(struct targets *targets, enum debar_status *status,
                         struct debar_error *error);

/* Standard input as a file: a descriptor of the caller's, and its size. DEBAR_CANCELLED: it was
 * waited for in vain. */
enum debar_status targets_copy_stdin(const struct targets *targets, int *fd, uint64_t *size,
                                     struct debar_error *error);

#endif
