/* SPDX-License-Identifier: Apache-2.0 */
#include "core/finding.h"

static const char *const nexus_names[] = {"branded", "rebranded", "embedded", "dependency",
                                          "residue", "history",   "contact",  "mention"};
static const char *const certainty_names[] = {"weak", "strong", "proven"};
static const char *const strength_names[] = {"hint", "indicator", "identity", "proof"};
static const char *const scope_names[] = {"out", "in", "conditional"};
static const char *const verdict_names[] = {"absent", "present", "undecided"};
static const char *const reach_names[] = {"kernel-driver", "system-service", "root-certificate",
                                          "boot",          "browser",        "cloud"};

enum { REACH_COUNT = sizeof reach_names / sizeof reach_names[0] };

static size_t index_of(const char *const *names, size_t count, struct bytes name)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_equal(bytes_of(names[i]), name))
			return i;
	return count;
}

const char *nexus_name(enum nexus nexus)
{
	return nexus < NEXUS_COUNT ? nexus_names[nexus] : NULL;
}

const char *certainty_name(enum certainty certainty)
{
	return certainty < CERTAINTY_COUNT ? certainty_names[certainty] : NULL;
}

const char *strength_name(enum strength strength)
{
	return strength < STRENGTH_COUNT ? strength_names[strength] : NULL;
}

const char *scope_name(enum scope scope)
{
	return scope < SCOPE_COUNT ? scope_names[scope] : NULL;
}

const char *verdict_name(enum verdict verdict)
{
	return verdict < VERDICT_COUNT ? verdict_names[verdict] : NULL;
}

enum nexus nexus_named(struct bytes name)
{
	return (enum nexus)index_of(nexus_names, NEXUS_COUNT, name);
}

enum strength strength_named(struct bytes name)
{
	return (enum strength)index_of(strength_names, STRENGTH_COUNT, name);
}

enum scope scope_named(struct bytes name)
{
	return (enum scope)index_of(scope_names, SCOPE_COUNT, name);
}

const char *reach_name(unsigned index)
{
	return index < REACH_COUNT ? reach_names[index] : NULL;
}

uint32_t reach_named(struct bytes name)
{
	size_t index = index_of(reach_names, REACH_COUNT, name);
	return index < REACH_COUNT ? (uint32_t)1 << index : 0;
}
