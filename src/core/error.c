/* SPDX-License-Identifier: Apache-2.0 */
#include "core/error.h"

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void put_message(struct debar_error *error, const char *format, va_list arguments,
                        const char *reason) __attribute__((format(printf, 2, 0)));

static void put_message(struct debar_error *error, const char *format, va_list arguments,
                        const char *reason)
{
	char raw[sizeof error->message * 2];
	int length = vsnprintf(raw, sizeof raw, format, arguments);
	size_t used = length < 0                    ? 0
	              : (size_t)length < sizeof raw ? (size_t)length
	                                            : sizeof raw - 1;
	if (reason)
		(void)snprintf(raw + used, sizeof raw - used, ": %s", reason);
	(void)text_escape(bytes_of(raw), error->message, sizeof error->message);
}

enum debar_status error_set(struct debar_error *error, enum debar_status status, uint64_t where,
                            const char *format, ...)
{
	if (!error)
		return status;
	va_list arguments;
	va_start(arguments, format);
	put_message(error, format, arguments, NULL);
	va_end(arguments);
	error->status = status;
	error->where = where;
	return status;
}

static enum debar_status status_of(int code)
{
	switch (code) {
	case ENOENT:
		return DEBAR_NOT_FOUND;
	case EACCES:
	case EPERM:
		return DEBAR_DENIED;
	case ENOMEM:
		return DEBAR_NO_MEMORY;
	default:
		return DEBAR_IO;
	}
}

enum debar_status error_system(struct debar_error *error, const char *format, ...)
{
	int code = errno;
	enum debar_status status = status_of(code);
	if (!error)
		return status;
	va_list arguments;
	va_start(arguments, format);
	put_message(error, format, arguments, strerror(code)); /* the host is single-threaded */
	va_end(arguments);
	error->status = status;
	error->where = 0;
	return status;
}
