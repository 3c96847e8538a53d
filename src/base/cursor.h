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

/* Here and not in a file of their own because every reader asks them for every number. */
static inline struct cursor cursor_over(struct bytes all)
{
	return (struct cursor){.all = all};
}

static inline bool cursor_ok(const struct cursor *c)
{
	return !c->bad;
}

static inline size_t cursor_left(const struct cursor *c)
{
	return c->bad ? 0 : c->all.len - c->at;
}

static inline void cursor_fail(struct cursor *c)
{
	if (!c->bad)
		c->bad_at = c->at;
	c->bad = true;
}

static inline struct bytes cursor_take(struct cursor *c, uint64_t len)
{
	if (len > cursor_left(c)) {
		cursor_fail(c);
		return (struct bytes){0};
	}
	if (len == 0)
		return (struct bytes){c->all.ptr ? c->all.ptr + c->at : NULL, 0};
	struct bytes taken = {c->all.ptr + c->at, (size_t)len};
	c->at += taken.len;
	return taken;
}

static inline void cursor_skip(struct cursor *c, uint64_t len)
{
	(void)cursor_take(c, len);
}

static inline void cursor_seek(struct cursor *c, uint64_t at)
{
	if (c->bad || at > c->all.len)
		cursor_fail(c);
	else
		c->at = (size_t)at;
}

/* Where a number of `width` bytes stands; zeros past the end. */
static inline const uint8_t *cursor_number(struct cursor *c, size_t width)
{
	static const uint8_t zeros[sizeof(uint64_t)] = {0};
	struct bytes b = cursor_take(c, width);
	return b.ptr && b.len > 0 ? b.ptr : zeros;
}

static inline uint8_t cursor_u8(struct cursor *c)
{
	return cursor_number(c, 1)[0];
}

static inline uint16_t cursor_u16le(struct cursor *c)
{
	const uint8_t *at = cursor_number(c, 2);
	return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint16_t cursor_u16be(struct cursor *c)
{
	const uint8_t *at = cursor_number(c, 2);
	return (uint16_t)(at[1] | at[0] << 8);
}

/* Compilers make one load of these. */
static inline uint32_t cursor_load_le(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static inline uint32_t cursor_load_be(const uint8_t *at)
{
	return (uint32_t)at[3] | (uint32_t)at[2] << 8 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[0] << 24;
}

static inline uint32_t cursor_u32le(struct cursor *c)
{
	return cursor_load_le(cursor_number(c, 4));
}

static inline uint32_t cursor_u32be(struct cursor *c)
{
	return cursor_load_be(cursor_number(c, 4));
}

static inline uint64_t cursor_u64le(struct cursor *c)
{
	const uint8_t *at = cursor_number(c, 8);
	return cursor_load_le(at) | (uint64_t)cursor_load_le(at + 4) << 32;
}

static inline uint64_t cursor_u64be(struct cursor *c)
{
	const uint8_t *at = cursor_number(c, 8);
	return cursor_load_be(at + 4) | (uint64_t)cursor_load_be(at) << 32;
}

/* ASCII digits of `base` 8 or 10, padded with trailing spaces, in a field of `width` bytes. */
uint64_t cursor_digits(struct cursor *c, size_t width, unsigned base);

/* Bytes up to, and then past, the next `stop`; bad when none is left. */
struct bytes cursor_until(struct cursor *c, uint8_t stop);

/* Returns `count`, or 0 and a bad cursor when `count` items of `each` bytes cannot fit. */
uint64_t cursor_fits(struct cursor *c, uint64_t count, size_t each);

#endif
