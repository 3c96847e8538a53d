/* SPDX-License-Identifier: Apache-2.0 */
/* What a jailed process tries must kill it; what it needs must work. Each try runs in a child of
 * its own. */
#define _GNU_SOURCE
#include "jail/jail.h"
#include "unit/test.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void try_open(void)
{
	(void)open("/etc/passwd", O_RDONLY);
}

static void try_open_by_number(void)
{
	(void)syscall(SYS_open, "/etc/passwd", O_RDONLY);
}

static void try_create(void)
{
	(void)open("/tmp/debar-jail-test", O_CREAT | O_WRONLY, 0600);
}

static void try_stat(void)
{
	struct stat st;
	(void)stat("/etc/passwd", &st);
}

static void try_socket(void)
{
	(void)socket(AF_INET, SOCK_STREAM, 0);
}

static void try_unix_socket(void)
{
	(void)socket(AF_UNIX, SOCK_STREAM, 0);
}

static void try_execve(void)
{
	char *const arguments[] = {(char[]){"true"}, NULL};
	(void)execve("/bin/true", arguments, NULL);
}

static void try_fork(void)
{
	if (fork() == 0)
		_exit(0);
}

static void try_ptrace(void)
{
	(void)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static void try_kill(void)
{
	(void)kill(getppid(), SIGTERM);
}

static void try_code(void)
{
	(void)mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
	           0);
}

static void try_make_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	(void)mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static void try_unshare(void)
{
	(void)unshare(CLONE_NEWUSER);
}

static void try_unlink(void)
{
	(void)unlink("/tmp/debar-jail-test");
}

static void try_process_memory(void)
{
	(void)syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0);
}

static void need_memory(void)
{
	char *memory = malloc(1 << 20);
	memset(memory, 1, 1 << 20);
	free(memory);
}

static void need_clock(void)
{
	struct timespec now;
	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		_exit(3);
}

static int run(void (*act)(void))
{
	(void)fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		struct jail_limits limits = {.memory = 64 << 20, .file = 1 << 20};
		if (jail_enter(&limits))
			_exit(99);
		act();
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void the_forbidden_kills(void **state)
{
	(void)state;
	static void (*const tries[])(void) = {
		try_open,        try_open_by_number, try_create,  try_stat,   try_socket,
		try_unix_socket, try_execve,         try_fork,    try_ptrace, try_kill,
		try_code,        try_make_code,      try_unshare, try_unlink, try_process_memory,
	};
	for (size_t i = 0; i < COUNT_OF(tries); i++) {
		int status = run(tries[i]);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
			fail_msg("try %zu was not stopped (status %d)", i, status);
	}
}

static void the_needed_works(void **state)
{
	(void)state;
	static void (*const needs[])(void) = {need_memory, need_clock};
	for (size_t i = 0; i < COUNT_OF(needs); i++)
		assert_int_equal(run(needs[i]), 0);
}

static void memory_has_a_ceiling(void **state)
{
	(void)state;
	struct jail_limits limits = {.memory = 64 << 20, .file = 1 << 20};
	pid_t child = fork();
	if (child == 0) {
		if (jail_enter(&limits))
			_exit(99);
		_exit(malloc(128 << 20) ? 1 : 0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void a_spawned_process_has_only_what_it_was_given(void **state)
{
	(void)state;
	int pair[2];
	assert_int_equal(pipe(pair), 0);
	const char *const arguments[] = {"sh", "-c", "ls /proc/self/fd | tr '\\n' ' ' >&3; env >&3",
	                                 NULL};
	pid_t child = jail_spawn("/bin/sh", arguments, &pair[1], 1);
	assert_true(child > 0);
	(void)close(pair[1]);
	char said[256] = "";
	size_t length = 0;
	ssize_t got;
	while ((got = read(pair[0], said + length, sizeof said - 1 - length)) > 0)
		length += (size_t)got;
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	said[length] = '\0';
	assert_null(
		strstr(said, "HOME=")); /* the environment is empty but for what the shell makes */
	assert_null(strstr(said, " 5 ")); /* ls itself has one for the folder, 0, 1 or 4 */
	(void)close(pair[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_forbidden_kills),
		cmocka_unit_test(the_needed_works),
		cmocka_unit_test(memory_has_a_ceiling),
		cmocka_unit_test(a_spawned_process_has_only_what_it_was_given),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
