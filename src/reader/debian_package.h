/* SPDX-License-Identifier: Apache-2.0 */
/* One stanza of deb-control(5): what a package says of itself, in a package or in dpkg's database.
 */
#ifndef READER_DEBIAN_PACKAGE_H
#define READER_DEBIAN_PACKAGE_H

#include "core/reader.h"
#include "reader/fields.h"

struct debian_package {
	struct bytes name, status, version, architecture;
	struct bytes maintainer, vendor;
	struct bytes depends, pre_depends;
	bool cut; /* the text stopped in the middle of a line */
};

/* Takes the next stanza; false when no text is left. A stanza without a name has an empty one. */
bool debian_package_next(struct cursor *c, struct debian_package *out);

/* States the package: its name as `kind`, then version, vendor and what it needs. `body` is the
 * object that the package's slices lie in. */
void debian_package_facts(struct visit *visit, struct bytes body, enum fact_kind kind,
                          const struct debian_package *package);

#endif
