/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scan with a cache: which files of the walk are known and stay closed, and which ones the next
 * scan may leave closed. Used by scan.c alone; every call takes NULL for a scan without a cache.
 *
 * A file is only remembered when a change of it cannot escape its change time (ctime): see
 * docs/decisions/012-cache.md for what that takes.
 */
#ifndef SCAN_REMEMBER_H
#define SCAN_REMEMBER_H

#include "scan/cache.h"
#include "scan/pool.h"

#include <sys/stat.h>

struct remember;

struct remember_options {
	const char *path;
	struct bytes pack;  /* the pack's whole bytes */
	struct bytes build; /* of the workers' code; empty when it is not known */
	struct limits limits;
	uint64_t bytes_per_share; /* each share has the limits */
	bool sandboxed;
	void (*note)(void *self, const char *text); /* what the user should know */
	void *self;
};

/* Reads the cache if it is of use. NULL: no memory. */
struct remember *remember_create(const struct remember_options *options);
void remember_destroy(struct remember *remember);

/* For the walk (struct tree_options): true when the file is known; remember_known() tells what. */
bool remember_knows(void *self, int folder, struct bytes path, const struct stat *stat);
const struct cache_entry *remember_known(const struct remember *remember);

/* Fills `file->identity` of a file that is about to be read: zero when it must not be remembered.
 */
void remember_file(struct remember *remember, int fd, const struct stat *stat,
                   struct pool_file *file);

/* A gap of a file, and its end, as the pool tells them. */
void remember_gap(struct remember *remember, const struct pool_file *file,
                  const struct wire_gap *gap);
void remember_done(struct remember *remember, const struct pool_file *file,
                   const struct account *account, bool lost);

/* The scan came to its end: writes what is new. `mixed`: not all workers ran the same code. */
void remember_save(struct remember *remember, bool mixed);

#endif
