/* SPDX-License-Identifier: Apache-2.0 */
#include "base/whole.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

static bool try_again(int fd)
{
	if (errno == EINTR)
		return true;
	if (errno != EAGAIN)
		return false;
	struct pollfd ready = {.fd = fd, .events = POLLOUT};
	return poll(&ready, 1, -1) == 1 || errno == EINTR;
}

bool whole_write(int fd, struct bytes data)
{
	while (data.len > 0) {
		ssize_t written = write(fd, data.ptr, data.len);
		if (written > 0) {
			data = bytes_from(data, (size_t)written);
			continue;
		}
		if (written == 0)
			errno = ENOSPC;
		if (written == 0 || !try_again(fd))
			return false;
	}
	return true;
}
