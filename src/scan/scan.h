/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One scan: walks the targets, gives files to the workers, stores what they say, and judges at the
 * end. It is a machine that the caller turns with scan_step(); between two steps it holds no lock
 * and runs no thread.
 */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include "core/limits.h"
#include "policy/match.h"
#include "source/tree.h"
#include "store/store.h"

struct scan;

struct scan_options {
	const struct pack *pack;
	struct matcher *matcher; /* the host's own */
	int pack_fd;             /* the same pack, for the workers */
	struct store *store;     /* open for writing */
	const char *worker_path;
	const char *const *targets;
	size_t target_count;
	const char *files_from; /* NUL-separated list; "-": standard input; may be NULL */
	const uint32_t *directives;
	size_t directive_count;
	const struct debar_scan_options *how;
	const char *cache_path;    /* NULL: none */
	struct tree_own case_file; /* which is not scanned */
};

/* Hears of targets, evidence and gaps as they come, before any is judged. */
struct scan_listener {
	void *self;
	void (*target)(void *self, size_t target, struct bytes kind, struct bytes name);
	void (*evidence)(void *self, size_t target, const struct evidence *evidence,
	                 struct bytes vendor);
	void (*gap)(void *self, size_t target, const struct gap *gap);
};

/* Everything `options` points to stays the caller's and must outlive the scan. */
enum debar_status scan_create(const struct scan_options *options, struct scan **out,
                              struct debar_error *error);
void scan_destroy(struct scan *scan);

/* Before the first step. */
void scan_listen(struct scan *scan, const struct scan_listener *listener);
/* One more file that is written meanwhile. False: there are too many. */
bool scan_leave_out(struct scan *scan, const struct tree_own *own);

/* Goes on for a moment. DEBAR_OK: more to do; DEBAR_END: judged and stored. */
enum debar_status scan_step(struct scan *scan, struct debar_error *error);

/* Makes the scan end early, marked incomplete. Safe in a signal handler. */
void scan_cancel(struct scan *scan);

/* The oldest event that was not taken yet, or NULL. Borrowed until the next call. */
const struct debar_event *scan_take_event(struct scan *scan);

const char *scan_id(const struct scan *scan);
enum verdict scan_outcome(const struct scan *scan);

#endif
