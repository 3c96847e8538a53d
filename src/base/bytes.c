/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memmem */
#include "base/bytes.h"

static bool is_blank(uint8_t byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

struct bytes bytes_trim(struct bytes a)
{
	while (a.len > 0 && is_blank(a.ptr[a.len - 1]))
		a.len--;
	while (a.len > 0 && is_blank(a.ptr[0]))
		a = bytes_from(a, 1);
	return a;
}

size_t bytes_find(struct bytes all, struct bytes needle)
{
	if (needle.len == 0 || needle.len > all.len)
		return SIZE_MAX;
	const uint8_t *hit = memmem(all.ptr, all.len, needle.ptr, needle.len);
	return hit ? (size_t)(hit - all.ptr) : SIZE_MAX;
}

static uint8_t lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + ('a' - 'A')) : byte;
}

bool bytes_equal_nocase(struct bytes a, struct bytes b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
}

bool bytes_start_with_nocase(struct bytes a, struct bytes prefix)
{
	return a.len >= prefix.len && bytes_equal_nocase(bytes_slice(a, 0, prefix.len), prefix);
}

bool bytes_end_with_nocase(struct bytes a, struct bytes suffix)
{
	return a.len >= suffix.len && bytes_equal_nocase(bytes_from(a, a.len - suffix.len), suffix);
}
