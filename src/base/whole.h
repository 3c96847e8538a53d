/* SPDX-License-Identifier: Apache-2.0 */
/* Writing that is not over until all is written. */
#ifndef BASE_WHOLE_H
#define BASE_WHOLE_H

#include "base/bytes.h"

/* Writes all of `data`, whatever interrupts, and waits where a descriptor does not block (one
 * shared with a shell, say). False with errno; part of it may be written then. */
bool whole_write(int fd, struct bytes data);

#endif
