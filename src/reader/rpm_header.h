/* SPDX-License-Identifier: Apache-2.0 */
/* The header of an rpm package: an index of tags over a store of values. It stands in package files
 * and, one for each installed package, in rpm's database. All slices borrow from the header. */
#ifndef READER_RPM_HEADER_H
#define READER_RPM_HEADER_H

#include "base/cursor.h"
#include "core/reader.h"

struct rpm_header {
	struct bytes index, store;
};

/* Where the headers of one object lie, and memory to be used again for the next one. Begins zeroed,
 * but for the first two. */
struct rpm_facts {
	struct visit *visit;
	enum fact_kind name_kind; /* PACKAGE_NAME or PACKAGE_INSTALLED */
	struct bytes object;   /* that holds the header as it stands; empty: it was put together */
	struct span span;      /* the proof when it was put together */
	struct bytes *folders; /* room for folder names … */
	uint64_t folder_room;  /* … and how many */
	bool damaged;          /* something in a header did not fit together */
	uint8_t *path;         /* room for one path */
};

/* Takes a header without its magic: counts, index, store. False when it is cut or not sane. */
bool rpm_header_take(struct cursor *c, struct rpm_header *out);

/* States name, version, vendor, needs and paths. False when the header has no name. */
bool rpm_header_facts(struct rpm_facts *facts, const struct rpm_header *header);

#endif
