/* SPDX-License-Identifier: Apache-2.0 */
/* A direct-mapped cache of stated facts; see once.h. */
#include "reader/once.h"

#include "reader/lines.h"

enum {
	SLOTS = 1024,       /* 40 KiB; a large lock file names some 2000 packages, near together */
	VERSION_MOST = 1024 /* with the name before it; names alone have 214 at npm */
};

struct once {
	struct visit *visit;
	struct {
		struct bytes value, version;
		enum fact_kind kind;
	} slots[SLOTS];
	uint8_t joined[VERSION_MOST];
};

struct once *once_create(struct visit *visit)
{
	struct once *once = visit_alloc(visit, 1, sizeof *once);
	once->visit = visit;
	return once;
}

static uint32_t hash_on(uint32_t hash, struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) /* FNV-1a */
		hash = (hash ^ text.ptr[i]) * 16777619U;
	return hash;
}

/* True when this was stated; it is from now on. */
static bool is_stated(struct once *once, enum fact_kind kind, struct bytes value,
                      struct bytes version)
{
	uint32_t hash = hash_on(hash_on(2166136261U ^ (uint32_t)kind, value), version);
	size_t slot = (hash ^ hash >> 16) % SLOTS;
	if (once->slots[slot].kind == kind && bytes_equal(once->slots[slot].value, value) &&
	    bytes_equal(once->slots[slot].version, version))
		return true;
	once->slots[slot].kind = kind;
	once->slots[slot].value = value;
	once->slots[slot].version = version;
	return false;
}

void once_fact(struct once *once, enum fact_kind kind, struct bytes value, struct span span)
{
	if (value.len > 0 && !is_stated(once, kind, value, (struct bytes){0}))
		visit_fact(once->visit, kind, value, span);
}

void once_version(struct once *once, struct bytes name, struct bytes version, struct span span)
{
	version = bytes_trim(version);
	if (name.len == 0 || version.len == 0 || name.len >= VERSION_MOST ||
	    version.len >= VERSION_MOST - name.len || bytes_find(version, BYTES("$")) != SIZE_MAX ||
	    is_stated(once, FACT_DEPENDENCY_VERSION, name, version))
		return;
	memcpy(once->joined, name.ptr, name.len);
	once->joined[name.len] = ' ';
	memcpy(once->joined + name.len + 1, version.ptr, version.len);
	struct bytes joined = {once->joined, name.len + 1 + version.len};
	visit_fact(once->visit, FACT_DEPENDENCY_VERSION, joined, span);
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
