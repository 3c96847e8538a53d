/* SPDX-License-Identifier: Apache-2.0 */
/* Where debar's own files are: beside the running program in a build tree, else where it was
 * installed. */
#ifndef API_PLACES_H
#define API_PLACES_H

#include "core/error.h"

#include "base/bytes.h"

enum { PLACE_MOST = 4096 };

/* Each writes a path to `out` and says whether something is there (for the case and the cache:
 * whether a place is known). */
bool place_worker(char out[PLACE_MOST]);
bool place_pack(char out[PLACE_MOST]);
bool place_policies(char out[PLACE_MOST]);
bool place_case(char out[PLACE_MOST]);
bool place_cache(char out[PLACE_MOST]);

/* Writes `data` to `path` so that either the old file or the whole new one is there, whatever
 * happens. */
enum debar_status place_file(const char *path, struct bytes data, struct debar_error *error);

#endif
