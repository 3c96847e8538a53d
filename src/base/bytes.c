/* SPDX-License-Identifier: Apache-2.0 */
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

enum { STRIDE = 64 };

/* Whether one of STRIDE places begins and ends as the needle does. Written so that compilers make
 * vectors of it: several times as fast as memmem() of glibc 2.36, and large objects are searched
 * for small structures all the time. */
static bool has_candidate(const uint8_t *first_at, const uint8_t *last_at, uint8_t first,
                          uint8_t last)
{
	uint8_t found = 0;
	for (size_t i = 0; i < STRIDE; i++)
		found = (uint8_t)(found | ((first_at[i] == first) & (last_at[i] == last)));
	return found != 0;
}

size_t bytes_find(struct bytes all, struct bytes needle)
{
	if (needle.len == 0 || needle.len > all.len)
		return SIZE_MAX;
	size_t places = all.len - needle.len + 1, tail = needle.len - 1;
	for (size_t at = 0; at < places; at += STRIDE) {
		size_t end = places - at < STRIDE ? places : at + STRIDE;
		if (end - at == STRIDE && !has_candidate(all.ptr + at, all.ptr + at + tail,
		                                         needle.ptr[0], needle.ptr[tail]))
			continue;
		for (size_t i = at; i < end; i++)
			if (all.ptr[i] == needle.ptr[0] &&
			    memcmp(all.ptr + i, needle.ptr, needle.len) == 0)
				return i;
	}
	return SIZE_MAX;
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
