/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in formats whose byte order is stated in the file: the same calls as base/cursor.h, with
 * the order as an argument. */
#ifndef READER_ENDIAN_H
#define READER_ENDIAN_H

#include "base/cursor.h"

static inline uint16_t endian_u16(struct cursor *c, bool big)
{
	return big ? cursor_u16be(c) : cursor_u16le(c);
}

static inline uint32_t endian_u32(struct cursor *c, bool big)
{
	return big ? cursor_u32be(c) : cursor_u32le(c);
}

static inline uint64_t endian_u64(struct cursor *c, bool big)
{
	return big ? cursor_u64be(c) : cursor_u64le(c);
}

#endif
