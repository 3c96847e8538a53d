/* SPDX-License-Identifier: Apache-2.0 */
/* The headers of tar archives, one before each member; see tar(5). */
#ifndef READER_TAR_HEADER_H
#define READER_TAR_HEADER_H

#include "base/bytes.h"

enum { TAR_BLOCK = 512, TAR_MAGIC_AT = 257 };

/* A number field of a header: octal text, or base 256; false when it is neither or negative. */
bool tar_number(struct bytes field, uint64_t *out);

/* Whether a header stands at `at`: its checksum tells. */
bool tar_is_header(struct bytes body, size_t at);

#endif
