/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* O_TMPFILE, memfd_create */
#include "scan/targets.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_LONGEST = 1 << 20, WAIT_MS = 200, COPIED_AT_ONCE = 1 << 18 };

static enum debar_status check_given(const char *const *given, size_t count,
                                     struct debar_error *error)
{
	for (size_t i = 0; i < count; i++) {
		if (!given[i][0])
			return error_set(error, DEBAR_INVALID, 0, "the name of a target is empty");
		enum debar_status status =
			strcmp(given[i], "-") == 0 ? DEBAR_OK : tree_check(given[i], error);
		if (status != DEBAR_OK)
			return status;
	}
	return DEBAR_OK;
}

enum debar_status targets_open(struct targets *targets, const char *const *given, size_t count,
                               const char *files_from, struct debar_error *error)
{
	struct stat st;
	*targets = (struct targets){
		.given = given, .given_count = count, .list = -1, .cancelled = targets->cancelled};
	buffer_init(&targets->name, NAME_LONGEST);
	enum debar_status status = check_given(given, count, error);
	if (status != DEBAR_OK || !files_from)
		return status;
	if (!files_from[0])
		return error_set(error, DEBAR_INVALID, 0, "the name of the list is empty");
	targets->list_is_given = strcmp(files_from, "-") == 0;
	targets->list =
		targets->list_is_given ? STDIN_FILENO : open(files_from, O_RDONLY | O_CLOEXEC);
	if (targets->list < 0 || fstat(targets->list, &st) != 0)
		return error_system(error, "the list %s", files_from);
	if (S_ISDIR(st.st_mode))
		return error_set(error, DEBAR_INVALID, 0, "the list %s is a folder", files_from);
	return DEBAR_OK;
}

void targets_close(struct targets *targets)
{
	if (targets->list >= 0 && !targets->list_is_given)
		(void)close(targets->list);
	buffer_finish(&targets->name);
	targets->list = -1;
}

/* Waits for bytes, but not past a cancellation: a terminal or a pipe may never say a word. Below 0
 * on error, 0 at the end or when cancelled. */
static ssize_t read_some(const struct targets *targets, int fd, void *out, size_t room)
{
	while (!*targets->cancelled) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		int count = poll(&ready, 1, WAIT_MS);
		if (count == 0 || (count < 0 && errno == EINTR))
			continue;
		ssize_t got = read(fd, out, room);
		if (got >= 0 || (errno != EINTR && errno != EAGAIN))
			return got;
	}
	return 0;
}

/* More of the list; false at its end or on error. */
static bool refill(struct targets *targets, enum debar_status *status, struct debar_error *error)
{
	ssize_t got = read_some(targets, targets->list, targets->room, sizeof targets->room);
	if (got < 0)
		*status = error_system(error, "cannot read the list of files");
	targets->at = 0;
	targets->end = got > 0 ? (size_t)got : 0;
	return got > 0;
}

/* The name as it was gathered; NULL with an error when it was not. */
static const char *whole_name(struct targets *targets, enum debar_status *status,
                              struct debar_error *error)
{
	const char *name = buffer_text(&targets->name);
	if (buffer_ok(&targets->name))
		return name;
	*status = targets->name.len < NAME_LONGEST
	                  ? error_set(error, DEBAR_NO_MEMORY, 0, "no memory")
	                  : error_set(error, DEBAR_INVALID, 0,
	                              "a name in the list of files is too long: names are "
	                              "separated by NUL bytes, as find -print0 writes them");
	return NULL;
}

/* Lines, by somebody who did not know: as one name they are a file that is not there. */
static bool is_of_lines(const struct targets *targets)
{
	struct bytes name = buffer_bytes(&targets->name);
	return targets->listed_count == 0 && bytes_find(name, BYTES("\n")) != SIZE_MAX;
}

static const char *next_listed(struct targets *targets, enum debar_status *status,
                               struct debar_error *error)
{
	buffer_clear(&targets->name);
	for (;;) {
		if (targets->at == targets->end && !refill(targets, status, error))
			break;
		uint8_t byte = (uint8_t)targets->room[targets->at++];
		if (byte == 0 && (targets->name.len > 0 || !buffer_ok(&targets->name)))
			return whole_name(targets, status, error);
		if (byte != 0)
			buffer_put_u8(&targets->name, byte);
	}
	if (*targets->cancelled || *status != DEBAR_OK)
		return NULL;
	if (is_of_lines(targets))
		*status = error_set(error, DEBAR_INVALID, 0,
		                    "the list of files has lines and no NUL byte: names are "
		                    "separated by NUL bytes, as find -print0 writes them");
	else if (targets->name.len > 0 || !buffer_ok(&targets->name))
		return whole_name(targets, status, error);
	else if (targets->listed_count == 0)
		*status = error_set(error, DEBAR_INVALID, 0, "the list of files names none");
	return NULL;
}

const char *targets_next(struct targets *targets, enum debar_status *status,
                         struct debar_error *error)
{
	*status = DEBAR_OK;
	targets->listed = targets->next == targets->given_count;
	if (!targets->listed)
		return targets->given[targets->next++];
	const char *name = targets->list >= 0 ? next_listed(targets, status, error) : NULL;
	targets->listed_count += name != NULL;
	return name;
}

static bool write_all(int fd, const uint8_t *data, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, data, size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		data += written;
		size -= (size_t)written;
	}
	return true;
}

/* False with errno. */
static bool copy_all(const struct targets *targets, int to, uint8_t *room, uint64_t *copied)
{
	for (;;) {
		ssize_t got = read_some(targets, STDIN_FILENO, room, COPIED_AT_ONCE);
		if (got <= 0)
			return got == 0;
		if (!write_all(to, room, (size_t)got))
			return false;
		*copied += (uint64_t)got;
	}
}

/* What workers cannot change is still the same when another one looks at it. So they get a file
 * without a name that is open once more for reading alone, or, where there is none, memory that is
 * sealed once it is filled; `*in` is -1 then. False with errno. */
static bool make_copy(int *out, int *in)
{
	const char *place = getenv("TMPDIR");
	char again[40];
	*out = open(place && *place ? place : "/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	(void)snprintf(again, sizeof again, "/proc/self/fd/%d", *out);
	*in = *out >= 0 ? open(again, O_RDONLY | O_CLOEXEC) : -1;
	if (*out >= 0 && *in < 0)
		(void)close(*out);
	if (*in < 0)
		*out = memfd_create("debar-stdin", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return *out >= 0;
}

static bool finish_copy(int *out, int *in)
{
	if (*in < 0) {
		*in = *out;
		*out = -1;
		return fcntl(*in, F_ADD_SEALS,
		             F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0;
	}
	int written = *out;
	*out = -1;
	return close(written) == 0;
}

enum debar_status targets_copy_stdin(const struct targets *targets, int *fd, uint64_t *size,
                                     struct debar_error *error)
{
	int out = -1, in = -1;
	uint8_t *room = make_copy(&out, &in) ? malloc(COPIED_AT_ONCE) : NULL;
	enum debar_status status = DEBAR_OK;
	*size = 0;
	if (!room || !copy_all(targets, out, room, size) || !finish_copy(&out, &in))
		status = error_system(error, "cannot keep standard input");
	else if (*targets->cancelled)
		status = error_set(error, DEBAR_CANCELLED, 0,
		                   "standard input was not read to its end");
	free(room);
	if (out >= 0)
		(void)close(out);
	if (status == DEBAR_OK)
		*fd = in;
	else if (in >= 0)
		(void)close(in);
	return status;
}
