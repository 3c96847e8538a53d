/* SPDX-License-Identifier: Apache-2.0 */
/* The structures of a zip: see zip_directory.h. */
#include "reader/zip_directory.h"

#include "base/checked.h"
#include "base/cursor.h"

enum {
	END_LENGTH = 22,
	LOCATOR_LENGTH = 20,
	ZIP64_LENGTH = 56,
	COMMENT_MOST = 0xffff,
	SEARCH_WINDOW = 64 * 1024,
	END_TRIES = 64, /* end records without a directory that are passed over: a comment may hold
	                   some */
	EXTRA_ZIP64 = 0x0001,
};

static bool has_at(struct bytes body, uint64_t at, struct bytes signature)
{
	struct cursor c = cursor_over(body);
	cursor_seek(&c, at);
	return bytes_equal(cursor_take(&c, signature.len), signature) && cursor_ok(&c);
}

bool zip_extra_find(struct bytes extra, uint16_t id, struct bytes *out)
{
	struct cursor c = cursor_over(extra);
	while (cursor_left(&c) >= 4) {
		uint16_t found = cursor_u16le(&c);
		struct bytes value = cursor_take(&c, cursor_u16le(&c));
		if (!cursor_ok(&c))
			return false;
		if (found == id) {
			*out = value;
			return true;
		}
	}
	return false;
}

/* APPNOTE 4.5.3: only the fields that are saturated in the header are there, in this order. */
static void widen(struct zip_entry *entry)
{
	struct bytes field;
	if (!zip_extra_find(entry->extra, EXTRA_ZIP64, &field))
		return;
	struct cursor c = cursor_over(field);
	if (entry->size == UINT32_MAX && cursor_left(&c) >= 8)
		entry->size = cursor_u64le(&c);
	if (entry->packed == UINT32_MAX && cursor_left(&c) >= 8)
		entry->packed = cursor_u64le(&c);
	if (entry->local_at == UINT32_MAX && cursor_left(&c) >= 8)
		entry->local_at = cursor_u64le(&c);
	if (entry->disk == UINT16_MAX && cursor_left(&c) >= 4)
		entry->disk = cursor_u32le(&c);
}

bool zip_entry_read(struct bytes body, uint64_t at, struct zip_entry *out)
{
	struct cursor c = cursor_over(body);
	cursor_seek(&c, at);
	bool signed_right = cursor_u32le(&c) == ZIP_ENTRY;
	struct zip_entry entry = {.made_by = cursor_u16le(&c)};
	cursor_skip(&c, 2); /* version needed */
	entry.flags = cursor_u16le(&c);
	entry.method = cursor_u16le(&c);
	cursor_skip(&c, 4); /* time and date */
	entry.crc = cursor_u32le(&c);
	entry.packed = cursor_u32le(&c);
	entry.size = cursor_u32le(&c);
	uint16_t name = cursor_u16le(&c), extra = cursor_u16le(&c), comment = cursor_u16le(&c);
	entry.disk = cursor_u16le(&c);
	cursor_skip(&c, 2); /* internal attributes */
	entry.attributes = cursor_u32le(&c);
	entry.local_at = cursor_u32le(&c);
	entry.name_at = (struct span){c.at, name};
	entry.name = cursor_take(&c, name);
	entry.extra = cursor_take(&c, extra);
	entry.comment = cursor_take(&c, comment);
	if (!signed_right || !cursor_ok(&c))
		return false;
	entry.header = (struct span){at, c.at - at};
	widen(&entry);
	*out = entry;
	return true;
}

bool zip_local_read(struct bytes body, uint64_t at, struct zip_entry *out)
{
	struct cursor c = cursor_over(body);
	cursor_seek(&c, at);
	bool signed_right = cursor_u32le(&c) == ZIP_LOCAL;
	cursor_skip(&c, 2); /* version needed */
	struct zip_entry entry = {.flags = cursor_u16le(&c), .local_at = at};
	entry.method = cursor_u16le(&c);
	cursor_skip(&c, 4); /* time and date */
	entry.crc = cursor_u32le(&c);
	entry.packed = cursor_u32le(&c);
	entry.size = cursor_u32le(&c);
	uint16_t name = cursor_u16le(&c), extra = cursor_u16le(&c);
	entry.name_at = (struct span){c.at, name};
	entry.name = cursor_take(&c, name);
	entry.extra = cursor_take(&c, extra);
	if (!signed_right || !cursor_ok(&c))
		return false;
	entry.header = (struct span){at, c.at - at};
	widen(&entry);
	*out = entry;
	return true;
}

/* APPNOTE 4.3.9: the signature is optional, and the sizes have 4 or 8 bytes. */
uint64_t zip_descriptor_length(struct bytes body, uint64_t at, const struct zip_entry *entry)
{
	for (unsigned form = 0; form < 4; form++) {
		bool has_signature = form < 2, is_wide = form % 2 == 1;
		struct cursor c = cursor_over(body);
		cursor_seek(&c, at);
		if (has_signature && cursor_u32le(&c) != ZIP_DESCRIPTOR)
			continue;
		bool same = cursor_u32le(&c) == entry->crc;
		same &= (is_wide ? cursor_u64le(&c) : cursor_u32le(&c)) == entry->packed;
		same &= (is_wide ? cursor_u64le(&c) : cursor_u32le(&c)) == entry->size;
		if (same && cursor_ok(&c))
			return c.at - at;
	}
	return 0;
}

/* The zip64 end record stands where its locator says or, when something was put in front of the
 * zip, just before the locator. */
static bool read_zip64(struct bytes body, struct zip_end *end)
{
	uint64_t locator_at;
	if (ckd_sub(&locator_at, end->record.offset, LOCATOR_LENGTH) ||
	    !has_at(body, locator_at, BYTES("PK\6\7")))
		return false;
	struct cursor c = cursor_over(body);
	cursor_seek(&c, locator_at + 8);
	uint64_t at = cursor_u64le(&c);
	if (!has_at(body, at, BYTES("PK\6\6")) && ckd_sub(&at, locator_at, ZIP64_LENGTH))
		return false;
	c = cursor_over(body);
	cursor_seek(&c, at);
	cursor_skip(&c, 4);
	uint64_t rest = cursor_u64le(&c);
	uint64_t stop;
	if (!has_at(body, at, BYTES("PK\6\6")) || rest < ZIP64_LENGTH - 12 ||
	    ckd_add(&stop, at + 12, rest) || stop > locator_at)
		return false;
	cursor_skip(&c, 4); /* versions */
	uint32_t disk = cursor_u32le(&c);
	cursor_skip(&c, 4 + 8);
	uint64_t count = cursor_u64le(&c), size = cursor_u64le(&c), offset = cursor_u64le(&c);
	end->locator = (struct span){locator_at, LOCATOR_LENGTH};
	end->zip64 = (struct span){at, stop - at};
	end->limit = at;
	if (end->count == UINT16_MAX || end->size == UINT32_MAX ||
	    end->directory_at == UINT32_MAX) {
		end->count = count;
		end->size = size;
		end->directory_at = offset;
		end->disk = disk;
	}
	return true;
}

/* The directory stands just before the end record (what Java, Python and unzip use), or else where
 * the record says (what Android uses). The difference is what was put in front of the zip. */
static bool find_directory(struct bytes body, struct zip_end *end)
{
	uint64_t said = end->directory_at, before;
	if (end->count == 0 && end->size == 0) {
		end->directory_at = end->limit;
		return true;
	}
	if (ckd_sub(&before, end->limit, end->size))
		before = said;
	struct zip_entry first, local;
	if (zip_entry_read(body, before, &first))
		end->directory_at = before;
	else if (said >= end->limit || !zip_entry_read(body, said, &first))
		return false;
	end->shift = end->directory_at - said;
	if (!zip_local_read(body, first.local_at + end->shift, &local) &&
	    zip_local_read(body, first.local_at, &local))
		end->shift = 0; /* the offsets count from the object's start all the same */
	return true;
}

static bool read_end(struct bytes body, uint64_t at, struct zip_end *out)
{
	struct cursor c = cursor_over(body);
	cursor_seek(&c, at);
	cursor_skip(&c, 4);
	struct zip_end end = {.disk = cursor_u16le(&c), .limit = at};
	cursor_skip(&c, 2 + 2); /* the directory's disk, entries on this disk */
	end.count = cursor_u16le(&c);
	end.size = cursor_u32le(&c);
	end.directory_at = cursor_u32le(&c);
	uint64_t comment = cursor_u16le(&c);
	if (!cursor_ok(&c))
		return false;
	end.comment = cursor_take(&c, comment < cursor_left(&c) ? comment : cursor_left(&c));
	end.record = (struct span){at, c.at - at};
	(void)read_zip64(body, &end);
	*out = end;
	return find_directory(body, out);
}

/* Where the last `PK\5\6` before `before` is, not looking below `floor`; SIZE_MAX when there is
 * none. */
static size_t last_signature(struct bytes body, size_t before, size_t floor)
{
	while (before > floor) {
		size_t from = before - floor > SEARCH_WINDOW ? before - SEARCH_WINDOW : floor;
		struct bytes window = bytes_slice(body, from, before - from + 3);
		size_t found = SIZE_MAX;
		for (size_t at = 0;;) {
			size_t next = bytes_find(bytes_from(window, at), BYTES("PK\5\6"));
			if (next == SIZE_MAX)
				break;
			found = from + at + next;
			at += next + 1;
		}
		if (found != SIZE_MAX)
			return found;
		before = from;
	}
	return SIZE_MAX;
}

/* An end record of an empty zip is believed only when no other is there: a comment may hold one. */
bool zip_end_find(struct bytes body, bool everywhere, struct zip_end *out)
{
	size_t reach = END_LENGTH + COMMENT_MOST;
	size_t floor = everywhere || body.len <= reach ? 0 : body.len - reach;
	size_t at = body.len;
	bool has_empty = false;
	struct zip_end end;
	for (unsigned tries = 0; tries < END_TRIES; tries++) {
		at = last_signature(body, at, floor);
		if (at == SIZE_MAX)
			break;
		if (!read_end(body, at, &end))
			continue;
		bool is_empty = end.count == 0 && end.size == 0;
		if (!is_empty || !has_empty)
			*out = end;
		if (!is_empty)
			return true;
		has_empty = true;
	}
	return has_empty;
}
