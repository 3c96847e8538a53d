/* SPDX-License-Identifier: Apache-2.0 */
/* Collects what is wrong with policy files: each problem is written at once as
 * "file:line: message", counted, and the first is kept. */
#ifndef POLICY_PROBLEMS_H
#define POLICY_PROBLEMS_H

#include "core/error.h"

#include "base/bytes.h"

enum { PROBLEMS_KEPT = 64 };

struct problems {
	int fd;           /* -1: only counted */
	const char *file; /* being read */
	size_t count;
	char first[1200]; /* the first problem, with its place; not escaped */
	uint32_t first_line;
	uint64_t told[PROBLEMS_KEPT]; /* hashes of the last ones: what holds for many rows of a
	                                 group, or for many kinds of a row, is told once */
	size_t next;
};

/* `line` 0: the file as a whole. The message is escaped. */
void problem_add(struct problems *p, uint32_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* All of them as one error: the first, and how many there are beside it. */
enum debar_status problems_error(const struct problems *p, struct debar_error *error);

#endif
