/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/carried.h"

#include "base/cursor.h"

enum {
	END = 22,         /* bytes of the end record, APPNOTE 4.3.16 */
	TRIES_MOST = 1024 /* programs that write zips have the signature in them, too */
};

/* The zip whose end record is at `at`: the directory lies before it, the members before that. Empty
 * when it is none. */
static struct bytes zip_ending_at(struct bytes image, size_t at)
{
	struct cursor c = cursor_over(image);
	cursor_seek(&c, at + 10);
	uint16_t count = cursor_u16le(&c);
	uint64_t size = cursor_u32le(&c), offset = cursor_u32le(&c);
	uint16_t comment = cursor_u16le(&c);
	uint64_t end = (uint64_t)at + END + comment;
	if (!cursor_ok(&c) || count == 0 || size + offset > at)
		return (struct bytes){0};
	size_t start = at - (size_t)(size + offset);
	bool is_zip = bytes_start_with(bytes_from(image, at - (size_t)size), BYTES("PK\1\2")) &&
	              bytes_start_with(bytes_from(image, start), BYTES("PK\3\4"));
	return is_zip ? bytes_slice(image, start, (size_t)end - start) : (struct bytes){0};
}

bool carried_zips(struct visit *visit, struct bytes image)
{
	const struct sight *sight = visit_sight(visit);
	if (!(sight->atoms >> ATOM_ZIP_END & 1))
		return true;
	struct bytes among = bytes_slice(image, 0, (size_t)sight->atom_until[ATOM_ZIP_END]);
	size_t from = (size_t)sight->atom_at[ATOM_ZIP_END];
	for (unsigned tries = 0; tries < TRIES_MOST; tries++) {
		size_t found = bytes_find(bytes_from(among, from), BYTES("PK\5\6"));
		if (found == SIZE_MAX)
			return true;
		struct bytes zip = zip_ending_at(image, from + found);
		if (zip.len > 0)
			visit_child(visit, BYTES("archive in the program"), zip);
		from += found + 4;
	}
	visit_closed(visit, BYTES("archives in the program"), 0, CLASS_UNREAD,
	             "more zip end records in a program than are looked at");
	return false;
}
