/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the policy files of some folders into memory. */
#ifndef POLICY_FILES_H
#define POLICY_FILES_H

#include "policy/load.h"

struct policy_files {
	struct policy_text *texts; /* names and contents are owned */
	size_t count, room;
};

/* `files` is to be finished whatever comes back. A folder without vendors/ or directives/ is an
 * error only when it has neither. */
enum debar_status policy_files_read(const char *const *dirs, struct policy_files *files,
                                    struct debar_error *error);
void policy_files_finish(struct policy_files *files);

#endif
