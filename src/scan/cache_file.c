/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/cache_file.h"

#include "base/whole.h"
#include "scan/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_MOST = 4096 };

static const char *objection(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "it is no regular file";
	if (st->st_uid != geteuid())
		return "it belongs to somebody else";
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return "others may write to it";
	if (st->st_size < CACHE_HEADER || st->st_size > CACHE_FILE_MOST)
		return "it is damaged";
	return NULL;
}

static uint8_t *read_all(int fd, size_t size)
{
	uint8_t *data = malloc(size);
	size_t done = 0;
	while (data && done < size) {
		ssize_t got = read(fd, data + done, size - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	if (done == size)
		return data;
	free(data);
	return NULL;
}

uint8_t *cache_file_read(const char *path, size_t *size, const char **why)
{
	struct stat st;
	uint8_t *data = NULL;
	*why = NULL;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			*why = errno == ELOOP ? "it is a symbolic link" : "it cannot be opened";
		return NULL;
	}
	*why = fstat(fd, &st) == 0 ? objection(&st) : "it cannot be read";
	if (!*why) {
		*size = (size_t)st.st_size;
		data = read_all(fd, *size);
		*why = data ? NULL : "it cannot be read";
	}
	(void)close(fd);
	return data;
}

/* The folders above `path`; those that are there are left as they are. */
static void make_folders(const char *path)
{
	char folder[PATH_MOST];
	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		size_t length = (size_t)(slash - path);
		if (length >= sizeof folder)
			return;
		memcpy(folder, path, length);
		folder[length] = '\0';
		(void)mkdir(folder, 0700);
	}
}

/* No fsync: one that a crash of the system left half written does not match its checksum. */
const char *cache_file_write(const char *path, struct bytes data)
{
	char partial[PATH_MOST];
	int length = snprintf(partial, sizeof partial, "%s.XXXXXX", path);
	if (path[0] == '\0' || length < 0 || (size_t)length >= sizeof partial)
		return "its path is empty or too long";
	make_folders(path);
	int fd = mkstemp(partial);
	if (fd < 0)
		return "it cannot be made";
	bool written = whole_write(fd, data);
	if (close(fd) != 0)
		written = false;
	if (written && rename(partial, path) == 0)
		return NULL;
	(void)unlink(partial);
	return "it cannot be written";
}
