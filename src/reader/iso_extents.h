/* SPDX-License-Identifier: Apache-2.0 */
/* Where the files and tables of an optical disc lie (ECMA-119): what is in none of them was written
 * there by something else, or belongs to files that were deleted. */
#ifndef READER_ISO_EXTENTS_H
#define READER_ISO_EXTENTS_H

#include "reader/rest.h"

struct iso_extents {
	struct rest rest;
	struct bytes body;
	struct span *folders; /* still to be read */
	size_t folder_count, folder_room;
	uint64_t records_left;
};

/* Room for what a disc of that size can hold. */
void iso_extents_init(struct iso_extents *extents, struct visit *visit, struct bytes body);

/* A volume descriptor (primary or supplementary): its path tables, and all files below its root. */
void iso_extents_volume(struct iso_extents *extents, struct bytes descriptor);

/* Hands over what lies before `end` in no extent. False when there were too many, and a gap was
 * given instead. */
bool iso_extents_hand_over(struct iso_extents *extents, struct visit *visit, uint64_t end);

#endif
