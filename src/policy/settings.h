/* SPDX-License-Identifier: Apache-2.0 */
/* A file of settings in YAML: one mapping of keys to a value or a list of values. It is here
 * because libyaml is; what the keys mean is for whoever asks. */
#ifndef POLICY_SETTINGS_H
#define POLICY_SETTINGS_H

#include "core/error.h"

enum { SETTINGS_SIZE_MOST = 1 << 20 };

/* Gets a value (NULL: the list is empty) and returns NULL, or what is wrong with it. */
struct settings_taker {
	void *context;
	const char *(*take)(void *context, const char *key, const char *value);
};

/* Hands out the values in the order of the file, up to the first problem: "file:line: …", with the
 * line in `error->where`. DEBAR_NOT_FOUND: there is no such file. DEBAR_DENIED: it cannot be read,
 * or somebody else could have written it. */
enum debar_status settings_read(const char *path, const struct settings_taker *taker,
                                struct debar_error *error);

#endif
