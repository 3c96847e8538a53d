/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* O_TMPFILE, memfd_create */
#include "scan/targets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_LONGEST = 1 << 20 };

enum debar_status targets_open(struct targets *targets, const char *const *given, size_t count,
                               const char *files_from, struct debar_error *error)
{
	*targets = (struct targets){.given = given, .given_count = count, .list = -1};
	buffer_init(&targets->name, NAME_LONGEST);
	if (!files_from)
		return DEBAR_OK;
	targets->list_is_given = strcmp(files_from, "-") == 0;
	targets->list =
		targets->list_is_given ? STDIN_FILENO : open(files_from, O_RDONLY | O_CLOEXEC);
	return targets->list >= 0 ? DEBAR_OK : error_system(error, "%s", files_from);
}

void targets_close(struct targets *targets)
{
	if (targets->list >= 0 && !targets->list_is_given)
		(void)close(targets->list);
	buffer_finish(&targets->name);
	targets->list = -1;
}

/* More of the list; false at its end or on error. */
static bool refill(struct targets *targets, enum debar_status *status, struct debar_error *error)
{
	ssize_t got;
	do
		got = read(targets->list, targets->room, sizeof targets->room);
	while (got < 0 && errno == EINTR);
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
	                              "a name in the list of files is too long");
	return NULL;
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
	return *status == DEBAR_OK && (targets->name.len > 0 || !buffer_ok(&targets->name))
	               ? whole_name(targets, status, error)
	               : NULL;
}

const char *targets_next(struct targets *targets, enum debar_status *status,
                         struct debar_error *error)
{
	*status = DEBAR_OK;
	if (targets->next < targets->given_count)
		return targets->given[targets->next++];
	return targets->list >= 0 ? next_listed(targets, status, error) : NULL;
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
static bool copy_all(int from, int to, uint8_t *room, size_t size, uint64_t *copied)
{
	for (;;) {
		ssize_t got = read(from, room, size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		if (!write_all(to, room, (size_t)got))
			return false;
		*copied += (uint64_t)got;
	}
}

enum debar_status targets_copy_stdin(int *fd, uint64_t *size, struct debar_error *error)
{
	enum { ROOM = 1 << 18 };
	const char *place = getenv("TMPDIR");
	int copy = open(place && *place ? place : "/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (copy < 0)
		copy = memfd_create("debar-stdin", MFD_CLOEXEC);
	uint8_t *room = copy >= 0 ? malloc(ROOM) : NULL;
	*size = 0;
	if (!room || !copy_all(STDIN_FILENO, copy, room, ROOM, size)) {
		enum debar_status status = error_system(error, "cannot keep standard input");
		if (copy >= 0)
			(void)close(copy);
		free(room);
		return status;
	}
	free(room);
	*fd = copy;
	return DEBAR_OK;
}
