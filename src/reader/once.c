/* SPDX-License-Identifier: Apache-2.0 */
/* A direct-mapped cache of stated facts; see once.h. */
#include "reader/once.h"

#include "reader/lines.h"

enum { SLOTS = 1024 }; /* 32 KiB; a large lock file names some 2000 packages, near together */

struct once {
	struct visit *visit;
	struct {
		struct bytes value;
		enum fact_kind kind;
	} slots[SLOTS];
};

struct once *once_create(struct visit *visit)
{
	struct once *once = visit_alloc(visit, 1, sizeof *once);
	once->visit = visit;
	return once;
}

static size_t slot_of(enum fact_kind kind, struct bytes value)
{
	uint32_t hash = 2166136261U ^ (uint32_t)kind; /* FNV-1a */
	for (size_t i = 0; i < value.len; i++)
		hash = (hash ^ value.ptr[i]) * 16777619U;
	return (hash ^ hash >> 16) % SLOTS;
}

void once_fact(struct once *once, enum fact_kind kind, struct bytes value, struct span span)
{
	if (value.len == 0)
		return;
	size_t slot = slot_of(kind, value);
	if (once->slots[slot].kind == kind && bytes_equal(once->slots[slot].value, value))
		return;
	once->slots[slot].kind = kind;
	once->slots[slot].value = value;
	visit_fact(once->visit, kind, value, span);
}

/* Where the next byte of `stops` is at or after `at`; the end when there is none. */
static size_t find_any(struct bytes text, size_t at, const char *stops)
{
	while (at < text.len && !line_is_one_of(text.ptr[at], stops))
		at++;
	return at;
}

static void state_part(struct once *once, struct bytes part, struct span span)
{
	while (part.len > 0 && line_is_one_of(part.ptr[0], " \t,\"'"))
		part = bytes_from(part, 1);
	while (part.len > 0 && line_is_one_of(part.ptr[part.len - 1], " \t,\"'"))
		part.len--;
	once_fact(once, FACT_PACKAGE_PUBLISHER, part, span);
}

/* "Example Lab, ZAO": a comma may separate persons or nothing, so both are stated. */
static void state_names(struct once *once, struct bytes names, struct span span)
{
	state_part(once, names, span);
	for (size_t at = 0; at < names.len;) {
		size_t stop = find_any(names, at, ",");
		state_part(once, bytes_slice(names, at, stop - at), span);
		at = stop + 1;
	}
}

void once_persons(struct once *once, struct bytes text, struct span span)
{
	for (size_t at = 0; at < text.len;) {
		size_t stop = find_any(text, at, "<(");
		state_names(once, bytes_slice(text, at, stop - at), span);
		if (stop == text.len)
			break;
		bool address = text.ptr[stop] == '<';
		size_t end = find_any(text, stop + 1, address ? ">" : ")");
		if (address)
			state_part(once, bytes_slice(text, stop + 1, end - stop - 1), span);
		at = end + 1;
	}
}
