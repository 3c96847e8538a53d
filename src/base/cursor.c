/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cursor.h"

struct cursor cursor_over(struct bytes all)
{
	return (struct cursor){.all = all};
}

bool cursor_ok(const struct cursor *c)
{
	return !c->bad;
}

size_t cursor_left(const struct cursor *c)
{
	return c->bad ? 0 : c->all.len - c->at;
}

void cursor_fail(struct cursor *c)
{
	if (!c->bad)
		c->bad_at = c->at;
	c->bad = true;
}

struct bytes cursor_take(struct cursor *c, uint64_t len)
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

void cursor_skip(struct cursor *c, uint64_t len)
{
	(void)cursor_take(c, len);
}

void cursor_seek(struct cursor *c, uint64_t at)
{
	if (c->bad || at > c->all.len)
		cursor_fail(c);
	else
		c->at = (size_t)at;
}

static uint64_t take_le(struct cursor *c, size_t width)
{
	struct bytes b = cursor_take(c, width);
	uint64_t value = 0;
	if (b.len < width)
		return 0;
	for (size_t i = width; i > 0; i--)
		value = value << 8 | b.ptr[i - 1];
	return value;
}

static uint64_t take_be(struct cursor *c, size_t width)
{
	struct bytes b = cursor_take(c, width);
	uint64_t value = 0;
	if (b.len < width)
		return 0;
	for (size_t i = 0; i < width; i++)
		value = value << 8 | b.ptr[i];
	return value;
}

uint8_t cursor_u8(struct cursor *c)
{
	return (uint8_t)take_le(c, 1);
}
uint16_t cursor_u16le(struct cursor *c)
{
	return (uint16_t)take_le(c, 2);
}
uint16_t cursor_u16be(struct cursor *c)
{
	return (uint16_t)take_be(c, 2);
}
uint32_t cursor_u32le(struct cursor *c)
{
	return (uint32_t)take_le(c, 4);
}
uint32_t cursor_u32be(struct cursor *c)
{
	return (uint32_t)take_be(c, 4);
}
uint64_t cursor_u64le(struct cursor *c)
{
	return take_le(c, 8);
}
uint64_t cursor_u64be(struct cursor *c)
{
	return take_be(c, 8);
}

uint64_t cursor_digits(struct cursor *c, size_t width, unsigned base)
{
	struct bytes field = bytes_trim_end(cursor_take(c, width), ' ');
	uint64_t value = 0;
	for (size_t i = 0; i < field.len; i++) {
		unsigned digit = (unsigned)field.ptr[i] - '0';
		if (digit >= base || value > (UINT64_MAX - digit) / base) {
			cursor_fail(c);
			return 0;
		}
		value = value * base + digit;
	}
	return value;
}

struct bytes cursor_until(struct cursor *c, uint8_t stop)
{
	size_t left = cursor_left(c);
	const uint8_t *from = left ? c->all.ptr + c->at : NULL;
	const uint8_t *hit = left ? memchr(from, stop, left) : NULL;
	if (!hit) {
		cursor_fail(c);
		return (struct bytes){0};
	}
	struct bytes found = cursor_take(c, (uint64_t)(hit - from));
	cursor_skip(c, 1);
	return found;
}

uint64_t cursor_fits(struct cursor *c, uint64_t count, size_t each)
{
	if (each == 0 || count > cursor_left(c) / each) {
		cursor_fail(c);
		return 0;
	}
	return count;
}
