/* SPDX-License-Identifier: Apache-2.0 */
/* How installed systems lay out their folders, as far as paths tell: where a system's own tree
 * begins inside a target, where a product's folder ends, and what belongs to the system rather than
 * to somebody's files. */
#ifndef SCAN_LAYOUT_H
#define SCAN_LAYOUT_H

#include "base/bytes.h"

struct layout {
	bool known;
	size_t root; /* length of the path of the system's root, with its last slash */
	size_t host; /* length of the path up to and with the product's own folder */
};

/* A path below a folder that systems install products in: /opt, Program Files, … */
struct layout layout_of_product(struct bytes path);

/* A path of a package database; `host` is the whole path. */
struct layout layout_of_database(struct bytes path);

/* Is `inside`, a path below the root, a place that installations write to? Homes, downloads, caches
 * of packages and stores of containers are not. */
bool layout_is_system(struct bytes inside);

#endif
