/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The modules that a Go program is built from, wherever the program lies: in ELF, PE, Mach-O, or a
 * firmware dump. Go writes them down as lines of text between two sentinels of 16 bytes, in every
 * version since 1.12 (cmd/go/internal/modload/build.go, debug/buildinfo); the header
 * "\xff Go buildinf:" says that they are there. The sentinels are looked for instead of following
 * the header's pointers, which need the mapping of each program format.
 */
#include "base/cursor.h"
#include "core/limits.h"
#include "core/reader.h"
#include "reader/once.h"

extern const struct reader reader_go_buildinfo;

static const struct bytes first_sentinel = {
	(const uint8_t *)"\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6", 16};
static const struct bytes last_sentinel = {
	(const uint8_t *)"\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2", 16};

static bool has_header(const struct sight *sight)
{
	return sight->atoms & 1u << ATOM_GO_BUILD;
}

/* Where `part`, a slice of the object, stands in it. */
static struct span span_of(struct bytes body, struct bytes part)
{
	return (struct span){(uint64_t)(part.ptr - body.ptr), part.len};
}

/* "mod\tPATH\tVERSION\tSUM", "dep\t…", "=>\t…"; other lines say how it was built. A program
 * built from a folder has "(devel)" for its version. */
static bool read_line(struct once *once, struct visit *visit, struct bytes body, struct bytes line)
{
	static const struct bytes kinds[] = {{(const uint8_t *)"mod\t", 4},
	                                     {(const uint8_t *)"dep\t", 4},
	                                     {(const uint8_t *)"=>\t", 3}};
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (!bytes_start_with(line, kinds[i]))
			continue;
		struct bytes path = bytes_from(line, kinds[i].len);
		path = bytes_slice(path, 0, bytes_find(path, BYTES("\t")));
		if (path.len == 0)
			return false;
		visit_fact(visit, FACT_GO_MODULE, path, span_of(body, path));
		struct bytes version = bytes_from(line, kinds[i].len + path.len + 1);
		version = bytes_slice(version, 0, bytes_find(version, BYTES("\t")));
		if (!bytes_start_with(version, BYTES("(")))
			once_version(once, path, version, span_of(body, version));
		return true;
	}
	return false;
}

/* The text from after its sentinel at `at`; returns how many modules it named. */
static size_t read_modules(struct once *once, struct visit *visit, struct bytes body,
                           struct bytes text)
{
	struct cursor c = cursor_over(text);
	size_t modules = 0;
	while (cursor_left(&c) > 0 && modules < LIMIT_GO_MODULES) {
		struct bytes line = cursor_until(&c, '\n');
		if (!cursor_ok(&c))
			break; /* every line is ended */
		modules += read_line(once, visit, body, line);
	}
	if (modules == LIMIT_GO_MODULES)
		visit_gap(visit, (struct span){(uint64_t)(text.ptr - body.ptr), text.len},
		          CLASS_UNREAD, "too many Go modules");
	return modules;
}

/* A program can hold both sentinels elsewhere too: Go's own tools look for them. A text counts when
 * its last sentinel is near; the text of Kubernetes has 20 KiB. */
static enum read_result read_go_buildinfo(struct visit *visit, struct bytes body)
{
	const struct sight *sight = visit_sight(visit);
	size_t at = (size_t)sight->atom_at[ATOM_GO_MODULES], end = 0, modules = 0;
	if (!(sight->atoms & 1u << ATOM_GO_MODULES))
		return READ_WHOLE; /* built before modules, or without any */
	struct once *once = once_create(visit);
	while (modules < LIMIT_GO_MODULES) {
		size_t found = bytes_find(bytes_from(body, at), first_sentinel);
		if (found == SIZE_MAX)
			break;
		at += found + first_sentinel.len;
		if (end < at) { /* the next last sentinel serves all first ones before it */
			size_t next = bytes_find(bytes_from(body, at), last_sentinel);
			if (next == SIZE_MAX)
				break;
			end = at + next;
		}
		if (end - at > LIMIT_GO_TEXT)
			continue;
		modules += read_modules(once, visit, body, bytes_slice(body, at, end - at));
		at = end;
	}
	if (modules >= LIMIT_GO_MODULES)
		return READ_PARTLY;
	return READ_WHOLE;
}

const struct reader reader_go_buildinfo = {
	.name = "go_buildinfo",
	.recognise = has_header,
	.read = read_go_buildinfo,
	.understood = CLASS_SEARCHED,
};
