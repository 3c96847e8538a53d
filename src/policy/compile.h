/* SPDX-License-Identifier: Apache-2.0 */
/* Policy files into a pack. */
#ifndef POLICY_COMPILE_H
#define POLICY_COMPILE_H

#include "base/buffer.h"
#include "core/error.h"
#include "policy/load.h"

/* Reads `vendors/` and `directives/` (*.yaml) and `roots/` (*.pem) under each of `dirs` (ended by
 * NULL), and writes the pack to `out`, to be initialised by the caller. Every problem of every file
 * goes to `fd` (-1: nowhere) as "file:line: message"; when there is one, DEBAR_INVALID with the
 * first of them. Two files with one id are a problem. */
enum debar_status policy_compile_dirs(const char *const *dirs, int fd, struct buffer *out,
                                      struct debar_error *error);

/* As above, from texts in memory. */
enum debar_status policy_compile_texts(const struct policy_text *texts, size_t count, int fd,
                                       struct buffer *out, struct debar_error *error);

#endif
