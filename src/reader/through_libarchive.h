/* SPDX-License-Identifier: Apache-2.0 */
/* Archives that libarchive unpacks. A reader of such a format says how to enable it, and nothing
 * else is enabled. libarchive converts names to the character set of the locale: the process must
 * have chosen a UTF-8 one (setlocale) before it gave up its rights, or names lose letters. */
#ifndef READER_THROUGH_LIBARCHIVE_H
#define READER_THROUGH_LIBARCHIVE_H

#include "core/reader.h"

struct archive;

/* What a member's bytes must sum up to, where libarchive does not look. */
struct member_check {
	bool known;
	uint32_t crc32;
};

/* One for each member, in the archive's order. */
struct member_checks {
	struct member_check *checks;
	uint64_t count;
};

struct member_summary {
	bool whole;        /* every member was visited whole; else gaps were given */
	uint64_t consumed; /* how far libarchive went: the end of what it knows, if it goes in order
	                    */
	uint64_t count;    /* of members */
	uint64_t unpacked; /* bytes of all members together */
};

/* Visits every member of `body`. `enable` is one of archive_read_support_format_*(). With
 * `in_order`, members follow one another, and a damaged header is a gap from there on; else the
 * gap is the whole object. `checks` may be NULL. */
struct member_summary visit_members(struct visit *visit, struct bytes body,
                                    int (*enable)(struct archive *), bool in_order,
                                    const struct member_checks *checks);

/* Hands over a part of the object that holds no member, unless it is all zero. */
void visit_unless_zero(struct visit *visit, struct bytes name, struct bytes part);

#endif
