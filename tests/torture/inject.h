/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls that fail on demand. The linker leads the calls of our own code here (--wrap, see
 * meson.build), SQLite's come through its hooks. The counters lie in shared memory: a child between
 * fork and exec counts, too. Now and then a call is interrupted or does a part only, as the system
 * may at any time.
 */
#ifndef TORTURE_INJECT_H
#define TORTURE_INJECT_H

#include <stdbool.h>
#include <stdint.h>

enum inject_kind {
	INJECT_NOTHING,
	INJECT_MEMORY,
	INJECT_OPEN,    /* of files and folders, and descriptors without a name */
	INJECT_LIST,    /* getdents64 */
	INJECT_STAT,    /* stat, fstat, fstatat, fstatfs */
	INJECT_LINK,    /* readlinkat */
	INJECT_READ,    /* of lists, of standard input, of a cache; getrandom */
	INJECT_WRITE,   /* of reports, of a cache, and of standard input's copy; rename, syncfs */
	INJECT_MAP,     /* mmap */
	INJECT_SIZE,    /* ftruncate */
	INJECT_SOCKET,  /* socketpair */
	INJECT_SEND,    /* sendmsg */
	INJECT_RECEIVE, /* recvmsg */
	INJECT_POLL,
	INJECT_FORK,
	INJECT_CHILD, /* what a child does before it is another program; fcntl in the parent, too */
	INJECT_SQLITE_MEMORY,
	INJECT_SQLITE_WRITE,
	INJECT_SQLITE_TRUNCATE,
	INJECT_COUNT
};

/* Before anything else is done with SQLite. */
bool inject_prepare(void);

/* The `nth` call of the kind fails, and after it each `every`-th (0: none). */
void inject_start(enum inject_kind kind, uint64_t nth, uint64_t every);

/* Once that has failed, it is the `nth` call of another kind that does; after inject_start(). */
void inject_then(enum inject_kind kind, uint64_t nth);

/* Calls of the kind that is to fail do this instead, and go well. NULL: they fail again. */
void inject_instead(void (*act)(void));

/* No more failures. True when there was one: the second, if there is to be one. */
bool inject_stop(void);

/* Memory that our own code has and did not give back, in blocks. */
long inject_blocks(void);

/* openat() of this name is refused from now on, even to root. */
void inject_forbid(const char *name);

/* From now on folders do not say what kind of thing a name is, as some file systems do not. */
void inject_hide_types(bool hide);

#endif
