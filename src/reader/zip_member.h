/* SPDX-License-Identifier: Apache-2.0 */
/* Unpacks one zip member and states what its name and attributes tell. */
#ifndef READER_ZIP_MEMBER_H
#define READER_ZIP_MEMBER_H

#include "reader/zip_directory.h"

struct zip {
	struct visit *visit;
	struct bytes body;
	uint8_t *chunk;      /* room for one piece of unpacked data; NULL until it is needed */
	uint64_t trial_left; /* bytes that may still be unpacked only to see whether they can be */
	bool has_gaps;
};

struct zip_member {
	struct zip_entry entry;
	struct bytes name; /* what the child is called */
	bool size_known;   /* else the sizes follow the data, and `packed` reaches too far */
	bool is_cut;       /* the data should have been longer than `packed` */
	uint64_t packed_at;
	struct bytes packed;
	const char *doubt; /* a gap already found: NULL, or its reason */
};

/* Visits the member as a child; returns where its data ends, with its descriptor. */
uint64_t zip_member_visit(struct zip *zip, const struct zip_member *member);

/* Bytes that the zip does not account for, as a child called `name`; zeros are padding and left
 * out. */
void zip_unlisted(struct zip *zip, struct bytes name, struct bytes data);

/* The member's name as its child is called: the Info-ZIP Unicode path for a name in an unknown
 * character set, else the bytes as they are. */
struct bytes zip_member_name(const struct zip_entry *entry);

/* States the class that a member called so must be. */
void zip_state_class(struct zip *zip, const struct zip_entry *entry);

#endif
