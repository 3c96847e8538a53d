/* SPDX-License-Identifier: Apache-2.0 */
/* GPU programs that lie in a section of a host program: read where they are, for a section of
 * hundreds of megabytes is not to be searched twice. */
#ifndef READER_FATBIN_H
#define READER_FATBIN_H

#include "core/reader.h"

bool fatbin_is(struct bytes data);

/* The fat binaries in `data`, which lies at `offset` in the object; each program in them becomes a
 * child. False when something could not be read, and a gap was given. */
bool fatbin_read(struct visit *visit, struct bytes data, uint64_t offset);

#endif
