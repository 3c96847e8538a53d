/* SPDX-License-Identifier: Apache-2.0 */
/* The versions that files name a dependency with: all of them, for none is the one that a build
 * will take. */
#include "scan/findings.h"

#include "base/buffer.h"

#include <stdlib.h>

bool names_dependency(enum fact_kind kind)
{
	static const enum fact_kind names[] = {
		FACT_NPM_DEPENDENCY, FACT_MAVEN_DEPENDENCY, FACT_PYPI_DEPENDENCY,
		FACT_GO_DEPENDENCY,  FACT_GO_MODULE,        FACT_NUGET_DEPENDENCY,
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i] == kind)
			return true;
	return false;
}

static bool has_version(const struct draft *draft, struct bytes version)
{
	for (size_t i = 0; i < draft->named_count; i++)
		if (bytes_equal(draft->named[i], version))
			return true;
	return false;
}

enum draft_addition draft_add_version(struct draft *draft, struct bytes version)
{
	if (has_version(draft, version))
		return DRAFT_HAS_IT;
	if (draft->named_count == DRAFT_VERSIONS) {
		draft->named_left = true;
		return DRAFT_ADDED;
	}
	if (!draft->named && !(draft->named = calloc(DRAFT_VERSIONS, sizeof *draft->named)))
		return DRAFT_NO_MEMORY;
	uint8_t *copy = malloc(version.len);
	if (!copy)
		return DRAFT_NO_MEMORY;
	memcpy(copy, version.ptr, version.len);
	draft->named[draft->named_count++] = (struct bytes){copy, version.len};
	return DRAFT_ADDED;
}

bool draft_take_versions(struct draft *into, const struct draft *from)
{
	into->named_left |= from->named_left;
	for (size_t i = 0; i < from->named_count; i++)
		if (draft_add_version(into, from->named[i]) == DRAFT_NO_MEMORY)
			return false;
	return true;
}

static size_t name_length(struct bytes version)
{
	return bytes_find(version, BYTES(" "));
}

/* Bare versions say enough when they are all of one package. */
static bool all_of_one(const struct draft *draft)
{
	size_t length = name_length(draft->named[0]);
	for (size_t i = 1; i < draft->named_count; i++)
		if (fact_version_of(draft->named[i], bytes_slice(draft->named[0], 0, length)).len ==
		    0)
			return false;
	return true;
}

bool draft_state_versions(struct draft *draft)
{
	struct buffer text;
	if (draft->version.len > 0 || draft->named_count == 0)
		return true;
	buffer_init(&text, STORE_TEXT_MOST);
	bool bare = all_of_one(draft);
	for (size_t i = 0; i < draft->named_count; i++) {
		struct bytes version = draft->named[i];
		buffer_put(&text, i > 0 ? BYTES("; ") : BYTES(""));
		buffer_put(&text, bare ? bytes_from(version, name_length(version) + 1) : version);
	}
	buffer_put(&text, draft->named_left ? BYTES("; and more") : BYTES(""));
	struct bytes all = buffer_bytes(&text);
	uint8_t *copy = buffer_ok(&text) ? malloc(all.len) : NULL;
	if (copy) {
		memcpy(copy, all.ptr, all.len);
		free((void *)(uintptr_t)draft->version.ptr);
		draft->version = (struct bytes){copy, all.len};
	}
	buffer_finish(&text);
	return copy != NULL;
}

void draft_drop_versions(struct draft *draft)
{
	for (size_t i = 0; i < draft->named_count; i++)
		free((void *)(uintptr_t)draft->named[i].ptr);
	free(draft->named);
	draft->named = NULL;
	draft->named_count = 0;
}
