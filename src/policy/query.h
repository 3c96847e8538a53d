/* SPDX-License-Identifier: Apache-2.0 */
/* What a pack says, as text for people: `debar policy list`, `show`, `marks`, `kinds` and
 * `test`. Everything that
 * comes from the pack or the caller is escaped. */
#ifndef POLICY_QUERY_H
#define POLICY_QUERY_H

#include "policy/pack.h"

/* Directives and vendors with their counts, and the digest. */
enum debar_status policy_list(const struct pack *pack, int fd, struct debar_error *error);

/* The directive, vendor, product or mark of that id; DEBAR_NOT_FOUND when there is none. */
enum debar_status policy_show(const struct pack *pack, const char *id, int fd,
                              struct debar_error *error);

/* `question` is "kind=value": which marks does such a fact hit? */
enum debar_status policy_test(const struct pack *pack, const char *question, int fd,
                              struct debar_error *error);

/* Every fact kind with its meaning and how its values compare. */
enum debar_status policy_kinds(int fd, struct debar_error *error);

/* The marks of the fact kind of that name (NULL: of all), a line each: kind, form, value and id,
 * separated by tabs. */
enum debar_status policy_marks(const struct pack *pack, const char *kind, int fd,
                               struct debar_error *error);

#endif
