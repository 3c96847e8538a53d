/* SPDX-License-Identifier: Apache-2.0 */
/* What this process is made of: the build identities (NT_GNU_BUILD_ID) of its program and of every
 * library that is loaded. Two processes with the same ones run the same code. */
#ifndef BASE_LOADED_H
#define BASE_LOADED_H

#include "base/buffer.h"

/* Appends them in the order of loading, each with its length before it. False when a part of the
 * process has none: then nothing can be said. */
bool loaded_builds(struct buffer *out);

#endif
