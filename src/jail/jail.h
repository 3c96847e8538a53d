/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The jail of a worker: it keeps the descriptors it was born with and may compute, nothing else. No
 * path can be opened (seccomp and Landlock), no socket made, no program run, no process seen;
 * memory and files have ceilings. The worker builds its own jail before it takes the first job, and
 * says so; the host gives no job to a worker that did not.
 */
#ifndef JAIL_JAIL_H
#define JAIL_JAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct jail_limits {
	uint64_t memory; /* bytes of private writable memory (RLIMIT_DATA) */
	uint64_t file;   /* bytes that the spill file may grow to (RLIMIT_FSIZE) */
};

/* Closes this process in. NULL when it is done; else a constant sentence that says what could not
 * be built, with errno set: the caller must end then. */
const char *jail_enter(const struct jail_limits *limits);

/* Only the resource limits: what is left with --unsafe-no-sandbox. Result as for jail_enter(). */
const char *jail_limit(const struct jail_limits *limits);

/* Starts `path` with `arguments` (argv, NULL-ended) and an empty environment. `descriptors` become
 * 3, 4, … in the child; every other one is closed but for standard error. Returns the process id,
 * or -1 with errno. */
pid_t jail_spawn(const char *path, const char *const *arguments, const int *descriptors,
                 size_t count);

#endif
