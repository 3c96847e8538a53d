/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "jail/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Calls that reach nothing new: they work on memory, on descriptors that the worker already has, or
 * on itself. Not here, and so fatal: anything with a path, socket, exec, fork, kill of others,
 * ptrace. */
static const int allowed[] = {
	SCMP_SYS(read),           SCMP_SYS(pread64),    SCMP_SYS(write),
	SCMP_SYS(pwrite64),       SCMP_SYS(recvmsg),    SCMP_SYS(sendmsg),
	SCMP_SYS(close),          SCMP_SYS(lseek),      SCMP_SYS(munmap),
	SCMP_SYS(mremap),         SCMP_SYS(madvise),    SCMP_SYS(brk),
	SCMP_SYS(fallocate),      SCMP_SYS(ftruncate),  SCMP_SYS(clock_gettime),
	SCMP_SYS(futex),          SCMP_SYS(getrandom),  SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(gettid),     SCMP_SYS(getpid),
	SCMP_SYS(exit),           SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
	SCMP_SYS(sched_yield),
};

/* mmap and mprotect, as long as nothing becomes executable. */
static int allow_data_mapping(scmp_filter_ctx filter)
{
	static const int mapping[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};
	int result = 0;
	for (size_t i = 0; i < sizeof mapping / sizeof mapping[0] && result == 0; i++)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, mapping[i], 1,
		                          SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return result;
}

/* abort() and assert() signal their own thread; no other target is possible with the right ids. */
static int allow_own_abort(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 2,
	                        SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0),
	                        SCMP_A2(SCMP_CMP_EQ, SIGABRT, 0));
}

static bool filter_system_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!filter)
		return false;
	int result = 0;
	for (size_t i = 0; i < sizeof allowed / sizeof allowed[0] && result == 0; i++)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	if (result == 0)
		result = allow_data_mapping(filter);
	if (result == 0)
		result = allow_own_abort(filter);
	if (result == 0)
		result = seccomp_load(filter);
	seccomp_release(filter);
	if (result != 0)
		errno = -result;
	return result == 0;
}

/* Every right that this kernel's Landlock knows is taken, and none is given back. landlock(7). */
static bool forbid_all_paths(void)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (version < 1)
		return false;
	uint64_t rights = ((uint64_t)LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1; /* version 1 */
	if (version >= 2)
		rights |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		rights |= (uint64_t)LANDLOCK_ACCESS_FS_REFER
		          << 1; /* truncate; newer than Debian 12's header */
	struct landlock_ruleset_attr rules = {.handled_access_fs = rights};
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
	if (ruleset < 0)
		return false;
	bool closed_in = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	int code = errno;
	(void)close(ruleset);
	errno = code;
	return closed_in;
}

static bool set_limit(__rlimit_resource_t resource, uint64_t most)
{
	struct rlimit now;
	if (getrlimit(resource, &now) != 0)
		return false;
	if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
		most = now.rlim_max;
	struct rlimit limit = {.rlim_cur = most, .rlim_max = most};
	return setrlimit(resource, &limit) == 0;
}

const char *jail_limit(const struct jail_limits *limits)
{
	if (!set_limit(RLIMIT_DATA, limits->memory) || !set_limit(RLIMIT_FSIZE, limits->file) ||
	    !set_limit(RLIMIT_CORE, 0))
		return "cannot set resource limits";
	(void)signal(SIGXFSZ,
	             SIG_IGN); /* a spill past its ceiling is an error to report, not a death */
	return NULL;
}

const char *jail_enter(const struct jail_limits *limits)
{
	const char *problem = jail_limit(limits);
	if (problem)
		return problem;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return "cannot give up new privileges";
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return "cannot close itself to debuggers";
	if (!forbid_all_paths())
		return "cannot close the file system with Landlock";
	if (!filter_system_calls())
		return "cannot filter system calls with seccomp";
	return NULL;
}

/* In the child: puts the descriptors at 3, 4, … Each first moves above the range, so that none is
 * overwritten. */
static bool arrange_descriptors(const int *descriptors, size_t count)
{
	enum { MOST = 16 };
	int moved[MOST];
	if (count > MOST)
		return false;
	for (size_t i = 0; i < count; i++) {
		moved[i] = fcntl(descriptors[i], F_DUPFD, 3 + (int)count);
		if (moved[i] < 0)
			return false;
	}
	for (size_t i = 0; i < count; i++)
		if (dup2(moved[i], 3 + (int)i) < 0)
			return false;
	return close_range(3 + (unsigned)count, ~0U, 0) == 0;
}

pid_t jail_spawn(const char *path, const char *const *arguments, const int *descriptors,
                 size_t count)
{
	char *const nothing[] = {NULL};
	pid_t child = fork();
	if (child != 0)
		return child;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); /* no worker outlives its host */
	if (arrange_descriptors(descriptors, count)) {
		(void)close(STDIN_FILENO);
		(void)close(STDOUT_FILENO);
		/* Ctrl-C and the like are the host's to answer; a worker ends when its host does.
		 */
		(void)signal(SIGINT, SIG_IGN);
		(void)signal(SIGTERM, SIG_IGN);
		(void)signal(SIGHUP, SIG_IGN);
		(void)execve(path, (char *const *)(uintptr_t)arguments, nothing);
	}
	_exit(127);
}
