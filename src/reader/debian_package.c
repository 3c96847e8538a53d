/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/debian_package.h"

static struct bytes *slot_of(struct debian_package *package, struct bytes name)
{
	const struct {
		struct bytes name;
		struct bytes *slot;
	} slots[] = {
		{BYTES("Package"), &package->name},
		{BYTES("Status"), &package->status},
		{BYTES("Version"), &package->version},
		{BYTES("Architecture"), &package->architecture},
		{BYTES("Maintainer"), &package->maintainer},
		{BYTES("Vendor"), &package->vendor},
		{BYTES("Depends"), &package->depends},
		{BYTES("Pre-Depends"), &package->pre_depends},
	};
	for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++)
		if (bytes_equal_nocase(slots[i].name, name))
			return slots[i].slot;
	return NULL;
}

bool debian_package_next(struct cursor *c, struct debian_package *out)
{
	struct field field;
	bool any = false;
	*out = (struct debian_package){0};
	while (fields_next(c, &field)) {
		if (field.name.len == 0 && any)
			return true;
		if (field.name.len == 0)
			continue;
		any = true;
		out->cut = !field.ended;
		struct bytes *slot = slot_of(out, field.name);
		if (slot && slot->len == 0)
			*slot = field.value;
	}
	return any;
}

/* "libc6 (>= 2.17), default-mta | mail-transport-agent [amd64]": alternatives count as needed. */
static void state_needed(struct visit *visit, struct bytes body, struct bytes list)
{
	for (struct bytes part; fields_next_part(&list, ",|", &part);) {
		struct bytes name = fields_before(bytes_trim(part), " (:[\t\r\n<");
		visit_fact(visit, FACT_PACKAGE_DEPENDS, name, fields_span(body, name));
	}
}

void debian_package_facts(struct visit *visit, struct bytes body, enum fact_kind kind,
                          const struct debian_package *package)
{
	visit_fact(visit, kind, package->name, fields_span(body, package->name));
	visit_fact(visit, FACT_PACKAGE_VERSION, package->version,
	           fields_span(body, package->version));
	visit_fact(visit, FACT_PACKAGE_VENDOR, package->maintainer,
	           fields_span(body, package->maintainer));
	visit_fact(visit, FACT_PACKAGE_VENDOR, package->vendor, fields_span(body, package->vendor));
	state_needed(visit, body, package->pre_depends);
	state_needed(visit, body, package->depends);
}
