/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "torture/inject.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

struct state {
	_Atomic int kind;
	_Atomic uint64_t calls;
	_Atomic bool fired;
	uint64_t nth, every;
	enum inject_kind then;
	uint64_t then_nth;
};

static struct state *state;
static long blocks;
static const char *forbidden;
static void (*instead)(void);
static bool types_hidden;
static sqlite3_mem_methods sqlite_memory;

void inject_start(enum inject_kind kind, uint64_t nth, uint64_t every)
{
	state->nth = nth;
	state->every = every;
	state->then = INJECT_NOTHING;
	state->calls = 0;
	state->fired = false;
	state->kind = (int)kind;
}

void inject_then(enum inject_kind kind, uint64_t nth)
{
	state->then_nth = nth;
	state->then = kind;
}

void inject_instead(void (*act)(void))
{
	instead = act;
}

bool inject_stop(void)
{
	state->kind = INJECT_NOTHING;
	return state->fired;
}

long inject_blocks(void)
{
	return blocks;
}

void inject_forbid(const char *name)
{
	forbidden = name;
}

void inject_hide_types(bool hide)
{
	types_hidden = hide;
}

/* With errno set when the call is to fail. */
static bool fails(enum inject_kind kind, int code)
{
	if (!state || state->kind != (int)kind)
		return false;
	uint64_t call = ++state->calls;
	bool hit = call == state->nth || (call > state->nth && state->every > 0 &&
	                                  (call - state->nth) % state->every == 0);
	if (!hit)
		return false;
	state->fired = state->then == INJECT_NOTHING;
	if (!state->fired)
		inject_start(state->then, state->then_nth, 0);
	if (instead) {
		instead();
		return false;
	}
	errno = code;
	return true;
}

/* A signal came first. The calls are counted one by one, so that each is spared in its turn. */
static bool is_interrupted(void)
{
	static unsigned calls;
	if (!state || state->kind == INJECT_NOTHING || ++calls % 7 != 0)
		return false;
	errno = EINTR;
	return true;
}

/* The linker's names. NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming) */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void __real_free(void *memory);
int __real_open64(const char *path, int flags, ...);
int __real_openat64(int folder, const char *path, int flags, ...);
int __real_memfd_create(const char *name, unsigned flags);
long __real_syscall(long number, ...);
int __real_stat64(const char *path, struct stat *out);
int __real_fstat64(int fd, struct stat *out);
int __real_fstatat64(int folder, const char *path, struct stat *out, int flags);
int __real_fstatfs64(int fd, struct statfs *out);
ssize_t __real_readlinkat(int folder, const char *path, char *out, size_t size);
ssize_t __real_read(int fd, void *data, size_t size);
ssize_t __real_write(int fd, const void *data, size_t size);
void *__real_mmap64(void *at, size_t size, int protection, int flags, int fd, off_t offset);
int __real_ftruncate64(int fd, off_t size);
int __real_socketpair(int domain, int type, int protocol, int pair[2]);
ssize_t __real_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t __real_recvmsg(int fd, struct msghdr *message, int flags);
int __real_poll(struct pollfd *polled, nfds_t count, int milliseconds);
pid_t __real_fork(void);
int __real_fcntl64(int fd, int command, ...);
int __real_dup2(int from, int to);
int __real_close_range(unsigned first, unsigned last, int flags);
int __real_execve(const char *path, char *const *arguments, char *const *environment);
pid_t __real_waitpid(pid_t child, int *status, int flags);
int __real_mkstemp64(char *path);
int __real_rename(const char *from, const char *to);
int __real_syncfs(int fd);
ssize_t __real_getrandom(void *data, size_t size, unsigned flags);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *memory);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_openat64(int folder, const char *path, int flags, ...);
int __wrap_memfd_create(const char *name, unsigned flags);
long __wrap_syscall(long number, ...);
int __wrap_stat64(const char *path, struct stat *out);
int __wrap_fstat64(int fd, struct stat *out);
int __wrap_fstatat64(int folder, const char *path, struct stat *out, int flags);
int __wrap_fstatfs64(int fd, struct statfs *out);
ssize_t __wrap_readlinkat(int folder, const char *path, char *out, size_t size);
ssize_t __wrap_read(int fd, void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size);
void *__wrap_mmap64(void *at, size_t size, int protection, int flags, int fd, off_t offset);
int __wrap_ftruncate64(int fd, off_t size);
int __wrap_socketpair(int domain, int type, int protocol, int pair[2]);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *message, int flags);
int __wrap_poll(struct pollfd *polled, nfds_t count, int milliseconds);
pid_t __wrap_fork(void);
int __wrap_fcntl64(int fd, int command, ...);
int __wrap_dup2(int from, int to);
int __wrap_close_range(unsigned first, unsigned last, int flags);
int __wrap_execve(const char *path, char *const *arguments, char *const *environment);
pid_t __wrap_waitpid(pid_t child, int *status, int flags);
int __wrap_mkstemp64(char *path);
int __wrap_rename(const char *from, const char *to);
int __wrap_syncfs(int fd);
ssize_t __wrap_getrandom(void *data, size_t size, unsigned flags);
/* NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming) */

static void *counted(void *memory)
{
	blocks += memory != NULL;
	return memory;
}

void *__wrap_malloc(size_t size)
{
	return fails(INJECT_MEMORY, ENOMEM) ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails(INJECT_MEMORY, ENOMEM) ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *old, size_t size)
{
	if (fails(INJECT_MEMORY, ENOMEM))
		return NULL;
	void *memory = __real_realloc(old, size);
	return old ? memory : counted(memory);
}

char *__wrap_strdup(const char *text)
{
	return fails(INJECT_MEMORY, ENOMEM) ? NULL : counted(__real_strdup(text));
}

void __wrap_free(void *memory)
{
	blocks -= memory != NULL;
	__real_free(memory);
}

enum { MAKES = O_CREAT | __O_TMPFILE };

/* The analyzer of clang 14 does not know gcc's va_start.
 * NOLINTBEGIN(clang-analyzer-valist.Uninitialized) */
int __wrap_open64(const char *path, int flags, ...)
{
	va_list arguments;
	va_start(arguments, flags);
	mode_t mode = flags & MAKES ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	return fails(INJECT_OPEN, EMFILE) ? -1 : __real_open64(path, flags, mode);
}

int __wrap_openat64(int folder, const char *path, int flags, ...)
{
	va_list arguments;
	va_start(arguments, flags);
	mode_t mode = flags & MAKES ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	if (forbidden && strcmp(path, forbidden) == 0) {
		errno = EACCES;
		return -1;
	}
	return fails(INJECT_OPEN, EMFILE) ? -1 : __real_openat64(folder, path, flags, mode);
}

int __wrap_memfd_create(const char *name, unsigned flags)
{
	return fails(INJECT_OPEN, EMFILE) ? -1 : __real_memfd_create(name, flags);
}

static void hide_types(char *entries, long size)
{
	for (long at = 0; at < size;) {
		struct dirent64 *entry = (void *)(entries + at);
		entry->d_type = DT_UNKNOWN;
		at += entry->d_reclen;
	}
}

long __wrap_syscall(long number, ...)
{
	long a[4];
	va_list arguments;
	va_start(arguments, number);
	for (size_t i = 0; i < 4; i++) /* no call of ours has more */
		a[i] = va_arg(arguments, long);
	va_end(arguments);
	if ((number == SYS_openat2 && fails(INJECT_OPEN, EMFILE)) ||
	    (number == SYS_getdents64 && fails(INJECT_LIST, EIO)))
		return -1;
	long result = __real_syscall(number, a[0], a[1], a[2], a[3]);
	if (number == SYS_getdents64 && types_hidden)
		hide_types((char *)(uintptr_t)a[1], result);
	return result;
}

/* NOLINTEND(clang-analyzer-valist.Uninitialized) */

int __wrap_stat64(const char *path, struct stat *out)
{
	return fails(INJECT_STAT, EIO) ? -1 : __real_stat64(path, out);
}

int __wrap_fstat64(int fd, struct stat *out)
{
	return fails(INJECT_STAT, EIO) ? -1 : __real_fstat64(fd, out);
}

int __wrap_fstatat64(int folder, const char *path, struct stat *out, int flags)
{
	return fails(INJECT_STAT, EIO) ? -1 : __real_fstatat64(folder, path, out, flags);
}

int __wrap_fstatfs64(int fd, struct statfs *out)
{
	return fails(INJECT_STAT, EIO) ? -1 : __real_fstatfs64(fd, out);
}

ssize_t __wrap_readlinkat(int folder, const char *path, char *out, size_t size)
{
	return fails(INJECT_LINK, EIO) ? -1 : __real_readlinkat(folder, path, out, size);
}

ssize_t __wrap_read(int fd, void *data, size_t size)
{
	static unsigned calls;
	if (fails(INJECT_READ, EIO) || is_interrupted())
		return -1;
	return __real_read(fd, data, ++calls % 5 == 0 && size > 1 ? size / 2 : size);
}

ssize_t __wrap_write(int fd, const void *data, size_t size)
{
	static unsigned calls;
	if (fails(INJECT_WRITE, ENOSPC) || is_interrupted())
		return -1;
	return __real_write(fd, data, ++calls % 5 == 0 && size > 1 ? size / 2 : size);
}

void *__wrap_mmap64(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
	return fails(INJECT_MAP, ENOMEM) ? MAP_FAILED
	                                 : __real_mmap64(at, size, protection, flags, fd, offset);
}

int __wrap_ftruncate64(int fd, off_t size)
{
	return fails(INJECT_SIZE, ENOSPC) ? -1 : __real_ftruncate64(fd, size);
}

int __wrap_socketpair(int domain, int type, int protocol, int pair[2])
{
	return fails(INJECT_SOCKET, EMFILE) ? -1 : __real_socketpair(domain, type, protocol, pair);
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags)
{
	return fails(INJECT_SEND, EPIPE) || is_interrupted() ? -1
	                                                     : __real_sendmsg(fd, message, flags);
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *message, int flags)
{
	return fails(INJECT_RECEIVE, ENOMEM) || is_interrupted()
	               ? -1
	               : __real_recvmsg(fd, message, flags);
}

int __wrap_poll(struct pollfd *polled, nfds_t count, int milliseconds)
{
	return fails(INJECT_POLL, ENOMEM) || is_interrupted()
	               ? -1
	               : __real_poll(polled, count, milliseconds);
}

pid_t __wrap_fork(void)
{
	return fails(INJECT_FORK, EAGAIN) ? -1 : __real_fork();
}

int __wrap_fcntl64(int fd, int command, ...)
{
	va_list arguments;
	va_start(arguments, command);
	long argument = va_arg(arguments, long);
	va_end(arguments);
	return fails(INJECT_CHILD, EMFILE) ? -1 : __real_fcntl64(fd, command, argument);
}

int __wrap_dup2(int from, int to)
{
	return fails(INJECT_CHILD, EMFILE) ? -1 : __real_dup2(from, to);
}

int __wrap_close_range(unsigned first, unsigned last, int flags)
{
	return fails(INJECT_CHILD, EMFILE) ? -1 : __real_close_range(first, last, flags);
}

int __wrap_execve(const char *path, char *const *arguments, char *const *environment)
{
	return fails(INJECT_CHILD, ETXTBSY) ? -1 : __real_execve(path, arguments, environment);
}

pid_t __wrap_waitpid(pid_t child, int *status, int flags)
{
	return is_interrupted() ? -1 : __real_waitpid(child, status, flags);
}

int __wrap_mkstemp64(char *path)
{
	return fails(INJECT_OPEN, EMFILE) ? -1 : __real_mkstemp64(path);
}

int __wrap_rename(const char *from, const char *to)
{
	return fails(INJECT_WRITE, ENOSPC) ? -1 : __real_rename(from, to);
}

int __wrap_syncfs(int fd)
{
	return fails(INJECT_WRITE, EIO) ? -1 : __real_syncfs(fd);
}

ssize_t __wrap_getrandom(void *data, size_t size, unsigned flags)
{
	return fails(INJECT_READ, ENOSYS) ? -1 : __real_getrandom(data, size, flags);
}

static void *sqlite_malloc(int size)
{
	return fails(INJECT_SQLITE_MEMORY, ENOMEM) ? NULL : sqlite_memory.xMalloc(size);
}

static void *sqlite_realloc(void *old, int size)
{
	return fails(INJECT_SQLITE_MEMORY, ENOMEM) ? NULL : sqlite_memory.xRealloc(old, size);
}

static ssize_t sqlite_write(int fd, const void *data, size_t size)
{
	return fails(INJECT_SQLITE_WRITE, ENOSPC) ? -1 : __real_write(fd, data, size);
}

static ssize_t sqlite_pwrite(int fd, const void *data, size_t size, off_t at)
{
	return fails(INJECT_SQLITE_WRITE, ENOSPC) ? -1 : pwrite(fd, data, size, at);
}

static int sqlite_truncate(int fd, off_t size)
{
	return fails(INJECT_SQLITE_TRUNCATE, EIO) ? -1 : __real_ftruncate64(fd, size);
}

bool inject_prepare(void)
{
	static const struct {
		const char *name;
		sqlite3_syscall_ptr call;
	} calls[] = {
		{"write", (sqlite3_syscall_ptr)sqlite_write},
		{"pwrite", (sqlite3_syscall_ptr)sqlite_pwrite},
		{"pwrite64", (sqlite3_syscall_ptr)sqlite_pwrite},
		{"ftruncate", (sqlite3_syscall_ptr)sqlite_truncate},
	};
	void *shared = __real_mmap64(NULL, sizeof *state, PROT_READ | PROT_WRITE,
	                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED ||
	    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory) != SQLITE_OK)
		return false;
	state = shared;
	sqlite3_mem_methods ours = sqlite_memory;
	ours.xMalloc = sqlite_malloc;
	ours.xRealloc = sqlite_realloc;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) != SQLITE_OK)
		return false;
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
		if (vfs->xGetSystemCall(vfs, calls[i].name))
			(void)vfs->xSetSystemCall(vfs, calls[i].name, calls[i].call);
	return true;
}
