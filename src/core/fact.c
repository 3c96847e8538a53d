/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fact.h"

static const struct {
	const char *name, *says;
	enum normal_form normal;
} kinds[] = {
#define FACT(name, label, normal, says) {label, says, normal},
#include "core/fact_kinds.def"
#undef FACT
};

const char *fact_kind_name(enum fact_kind kind)
{
	return kind < FACT_KIND_COUNT ? kinds[kind].name : NULL;
}

const char *fact_kind_says(enum fact_kind kind)
{
	return kind < FACT_KIND_COUNT ? kinds[kind].says : NULL;
}

enum normal_form fact_kind_normal(enum fact_kind kind)
{
	return kind < FACT_KIND_COUNT ? kinds[kind].normal : NORMAL_EXACT;
}

enum fact_kind fact_kind_named(struct bytes name)
{
	for (enum fact_kind kind = 0; kind < FACT_KIND_COUNT; kind++)
		if (bytes_equal(bytes_of(kinds[kind].name), name))
			return kind;
	return FACT_KIND_COUNT;
}

bool fact_kind_is_context(enum fact_kind kind)
{
	static const enum fact_kind context[] = {
		FACT_PE_PRODUCT,         FACT_PE_VERSION,      FACT_PE_DESCRIPTION,
		FACT_SIGNER_SUBJECT,     FACT_SIGNER_STATUS,   FACT_SIGNER_TIME,
		FACT_SIGNER_ROOT,        FACT_MODULE_VERSION,  FACT_BUNDLE_VERSION,
		FACT_PACKAGE_VERSION,    FACT_ANDROID_VERSION, FACT_SIGNER_CHAIN,
		FACT_DEPENDENCY_VERSION,
	};
	for (size_t i = 0; i < sizeof context / sizeof context[0]; i++)
		if (context[i] == kind)
			return true;
	return false;
}

struct bytes fact_version_of(struct bytes value, struct bytes name)
{
	bool same = bytes_start_with(value, name) &&
	            bytes_start_with(bytes_from(value, name.len), BYTES(" "));
	return same ? bytes_from(value, name.len + 1) : (struct bytes){0};
}
