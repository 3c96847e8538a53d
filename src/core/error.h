/* SPDX-License-Identifier: Apache-2.0 */
/* Host errors: a status up the stack, and one message, written where it happened. */
#ifndef CORE_ERROR_H
#define CORE_ERROR_H

#include <debar.h>

/* Fills `error` (NULL is fine) and returns `status`. The message is escaped, so that names from a
 * target are safe in it; `where` is a line or offset, or 0. */
enum debar_status error_set(struct debar_error *error, enum debar_status status, uint64_t where,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));

/* As error_set, from errno: adds ": No such file or directory" and chooses the status by it. */
enum debar_status error_system(struct debar_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
