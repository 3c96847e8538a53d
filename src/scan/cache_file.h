/* SPDX-License-Identifier: Apache-2.0 */
/* The cache as a file: only its owner's word is taken, and a reader never sees half of one. */
#ifndef SCAN_CACHE_FILE_H
#define SCAN_CACHE_FILE_H

#include "base/bytes.h"

/* The whole content in memory of its own (free it), or NULL with why the file is of no use; with a
 * NULL reason, too, when there is none. It must be a regular file of the user's that nobody else
 * may write. */
uint8_t *cache_file_read(const char *path, size_t *size, const char **why);

/* Replaces it, readable by the user alone; makes the folders above. NULL, or what failed. */
const char *cache_file_write(const char *path, struct bytes data);

#endif
