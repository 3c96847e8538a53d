/* SPDX-License-Identifier: Apache-2.0 */
#include "api/places.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of the running program. */
static bool own_folder(char out[PLACE_MOST])
{
	ssize_t length = readlink("/proc/self/exe", out, PLACE_MOST - 1);
	if (length <= 0)
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

bool place_case(char out[PLACE_MOST])
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	if (state && state[0] == '/')
		return snprintf(out, PLACE_MOST, "%s/debar/case.db", state) < PLACE_MOST;
	return home && home[0] &&
	       snprintf(out, PLACE_MOST, "%s/.local/state/debar/case.db", home) < PLACE_MOST;
}

static bool write_all(int fd, struct bytes data)
{
	while (data.len > 0) {
		ssize_t written = write(fd, data.ptr, data.len);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		data = bytes_from(data, (size_t)written);
	}
	return fsync(fd) == 0;
}

enum debar_status place_file(const char *path, struct bytes data, struct debar_error *error)
{
	char partial[PLACE_MOST];
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
