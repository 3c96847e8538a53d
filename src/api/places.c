/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* realpath */
#include "api/places.h"

#include "base/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of the running program. Without a mounted /proc it is found by the path that the
 * kernel was given to start it. */
static bool own_folder(char out[PLACE_MOST])
{
	ssize_t length = readlink("/proc/self/exe", out, PLACE_MOST - 1);
	const char *started = (const char *)(uintptr_t)getauxval(AT_EXECFN);
	char *found = length <= 0 && started ? realpath(started, NULL) : NULL;
	if (found)
		length = snprintf(out, PLACE_MOST, "%s", found);
	free(found);
	if (length <= 0 || length >= PLACE_MOST)
		return false;
	out[length] = '\0';
	char *slash = strrchr(out, '/');
	if (slash)
		*slash = '\0';
	return slash != NULL;
}

/* `near` is relative to the running program, `installed` absolute. */
static bool first_of(const char *near, const char *installed, char out[PLACE_MOST])
{
	char folder[PLACE_MOST];
	if (own_folder(folder) && snprintf(out, PLACE_MOST, "%s/%s", folder, near) < PLACE_MOST &&
	    access(out, R_OK) == 0)
		return true;
	(void)snprintf(out, PLACE_MOST, "%s", installed);
	return access(out, R_OK) == 0;
}

bool place_worker(char out[PLACE_MOST])
{
	return first_of("debar-worker", DEBAR_LIBEXEC_DIR "/debar-worker", out);
}

bool place_pack(char out[PLACE_MOST])
{
	return first_of("policies.pack", DEBAR_DATA_DIR "/policies.pack", out);
}

bool place_policies(char out[PLACE_MOST])
{
	return first_of("../policies/vendors/..", DEBAR_DATA_DIR "/policies", out);
}

/* In the folder that the variable `name` gives, else in the usual one at home. */
static bool own_place(const char *name, const char *usual, const char *file, char out[PLACE_MOST])
{
	const char *folder = getenv(name), *home = getenv("HOME");
	if (folder && folder[0] == '/')
		return snprintf(out, PLACE_MOST, "%s/debar/%s", folder, file) < PLACE_MOST;
	return home && home[0] &&
	       snprintf(out, PLACE_MOST, "%s/%s/debar/%s", home, usual, file) < PLACE_MOST;
}

bool place_case(char out[PLACE_MOST])
{
	return own_place("XDG_STATE_HOME", ".local/state", "case.db", out);
}

bool place_cache(char out[PLACE_MOST])
{
	return own_place("XDG_CACHE_HOME", ".cache", "files.cache", out);
}

static bool write_all(int fd, struct bytes data)
{
	if (!whole_write(fd, data))
		return false;
	return fsync(fd) == 0 || errno == EINVAL || errno == EROFS; /* pipes and devices cannot */
}

/* A device or a pipe is written to, never replaced. */
static enum debar_status write_through(const char *path, struct bytes data,
                                       struct debar_error *error)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || !write_all(fd, data)) {
		enum debar_status status = error_system(error, "%s", path);
		if (fd >= 0)
			(void)close(fd);
		return status;
	}
	return close(fd) == 0 ? DEBAR_OK : error_system(error, "%s", path);
}

enum debar_status place_file(const char *path, struct bytes data, struct debar_error *error)
{
	char partial[PLACE_MOST];
	struct stat st;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_through(path, data, error);
	if (snprintf(partial, sizeof partial, "%s.XXXXXX", path) >= PLACE_MOST)
		return error_set(error, DEBAR_INVALID, 0, "%s: the path is too long", path);
	int fd = mkstemp(partial);
	if (fd < 0)
		return error_system(error, "%s", path);
	bool written = write_all(fd, data) && fchmod(fd, 0644) == 0;
	if (close(fd) != 0)
		written = false;
	if (written && rename(partial, path) == 0)
		return DEBAR_OK;
	enum debar_status status = error_system(error, "%s", path);
	(void)unlink(partial);
	return status;
}
