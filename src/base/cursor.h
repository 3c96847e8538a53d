/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cursor reads numbers and slices from untrusted bytes.
 *
 * It is the only code that turns an offset or length found in input into a
 * pointer. A read past the end yields zero or an empty slice, moves nothing,
 * and marks the cursor bad for good; parse a whole record, then ask once.
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include "base/bytes.h"

struct cursor {
	struct bytes all;
	size_t at;     /* always <= all.len */
	size_t bad_at; /* where the first failed read began */
	bool bad;
};

struct cursor cursor_over(struct bytes all);
bool cursor_ok(const struct cursor *c);
size_t cursor_left(const struct cursor *c);

uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_u16le(struct cursor *c);
uint16_t cursor_u16be(struct cursor *c);
uint32_t cursor_u32le(struct cursor *c);
uint32_t cursor_u32be(struct cursor *c);
uint64_t cursor_u64le(struct cursor *c);
uint64_t cursor_u64be(struct cursor *c);

/* ASCII digits of `base` 8 or 10, padded with trailing spaces, in a field of `width` bytes. */
uint64_t cursor_digits(struct cursor *c, size_t width, unsigned base);

struct bytes cursor_take(struct cursor *c, uint64_t len);
void cursor_skip(struct cursor *c, uint64_t len);
void cursor_seek(struct cursor *c, uint64_t at);
void cursor_fail(struct cursor *c);

/* Bytes up to, and then past, the next `stop`; bad when none is left. */
struct bytes cursor_until(struct cursor *c, uint8_t stop);

/* Returns `count`, or 0 and a bad cursor when `count` items of `each` bytes cannot fit. */
uint64_t cursor_fits(struct cursor *c, uint64_t count, size_t each);

#endif
