/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cursor.h"

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
