/* SPDX-License-Identifier: Apache-2.0 */
/* A borrowed, read-only run of bytes. Never owns memory, never NUL-terminated. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *ptr;
	size_t len;
};

/* The bytes of a string literal, without its NUL. */
#define BYTES(literal) ((struct bytes){(const uint8_t *)("" literal), sizeof(literal) - 1})

/* The bytes of a NUL-terminated string, without its NUL; empty for NULL. */
static inline struct bytes bytes_of(const char *text)
{
	return (struct bytes){(const uint8_t *)text, text ? strlen(text) : 0};
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool bytes_start_with(struct bytes a, struct bytes prefix)
{
	return a.len >= prefix.len && bytes_equal((struct bytes){a.ptr, prefix.len}, prefix);
}

static inline bool bytes_end_with(struct bytes a, struct bytes suffix)
{
	return a.len >= suffix.len &&
	       bytes_equal((struct bytes){a.ptr + (a.len - suffix.len), suffix.len}, suffix);
}

/* Shell order: bytes compared as unsigned, the shorter first when it is a prefix. */
static inline int bytes_compare(struct bytes a, struct bytes b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

/* Part of `all`; what lies past its end is cut off. */
static inline struct bytes bytes_slice(struct bytes all, size_t at, size_t len)
{
	if (at > all.len)
		return (struct bytes){0};
	size_t left = all.len - at;
	return (struct bytes){all.ptr ? all.ptr + at : NULL, len < left ? len : left};
}

static inline struct bytes bytes_from(struct bytes all, size_t at)
{
	return bytes_slice(all, at, SIZE_MAX);
}

/* Drops trailing bytes equal to `pad`. */
static inline struct bytes bytes_trim_end(struct bytes a, uint8_t pad)
{
	while (a.len > 0 && a.ptr[a.len - 1] == pad)
		a.len--;
	return a;
}

/* Drops ASCII blanks, tabs and line ends on both sides. */
struct bytes bytes_trim(struct bytes a);

/* Where `needle` begins in `all`, or SIZE_MAX. An empty needle is never found. */
size_t bytes_find(struct bytes all, struct bytes needle);

/* ASCII letters compare without case; other bytes exactly. */
bool bytes_equal_nocase(struct bytes a, struct bytes b);
bool bytes_start_with_nocase(struct bytes a, struct bytes prefix);
bool bytes_end_with_nocase(struct bytes a, struct bytes suffix);

#endif
