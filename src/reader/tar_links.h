/* SPDX-License-Identifier: Apache-2.0 */
/* What the members of a tar archive hold, by their names: a hard link gives a second name to one
 * that came before, and readers may know the content by that name alone. */
#ifndef READER_TAR_LINKS_H
#define READER_TAR_LINKS_H

#include "core/reader.h"

struct tar_held;

struct tar_links {
	struct visit *visit;
	struct tar_held *held; /* open addressing */
	size_t room, count;
	bool is_full;
};

/* `body` is held under `name` from now on, when it is a text: readers know others by their bytes.
 */
void tar_links_add(struct tar_links *links, struct bytes name, struct bytes body);

/* The text that is called `target`; empty when there is none. False when it may be missing for want
 * of room. */
bool tar_links_follow(struct tar_links *links, struct bytes target, struct bytes *body);

#endif
