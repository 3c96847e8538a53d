/* SPDX-License-Identifier: Apache-2.0 */
/* The targets of a scan, one after the other: paths given, paths of a NUL-separated list, and
 * standard input, which is copied to a file without a name first so that readers can go back and
 * forth in it. */
#ifndef SCAN_TARGETS_H
#define SCAN_TARGETS_H

#include "base/buffer.h"
#include "source/tree.h"

struct targets {
	const char *const *given;
	size_t given_count, next;
	int list;           /* descriptor of the list, or -1 */
	bool list_is_given; /* it is standard input, not ours to close */
	struct buffer name;
	char room[8192];
	size_t at, end;
};

enum debar_status targets_open(struct targets *targets, const char *const *given, size_t count,
                               const char *files_from, struct debar_error *error);
void targets_close(struct targets *targets);

/* The next path, borrowed until the next call; NULL at the end or on error (then *status is not
 * DEBAR_OK). */
const char *targets_next(struct targets *targets, enum debar_status *status,
                         struct debar_error *error);

/* Standard input as a file: a descriptor of the caller's, and its size. */
enum debar_status targets_copy_stdin(int *fd, uint64_t *size, struct debar_error *error);

#endif
