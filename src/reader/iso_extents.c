/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/iso_extents.h"

#include "base/cursor.h"
#include "core/limits.h"

enum {
	SECTOR = 2048,
	EXTENTS_MOST = 1 << 20, /* 16 bytes each; a disc of 4 GiB with files of 4 KiB has as many */
	RECORD = 33,            /* bytes before the name */
	FLAG_FOLDER = 2,
};

void iso_extents_init(struct iso_extents *extents, struct visit *visit, struct bytes body)
{
	/* A file or folder has a sector, and up to one more for what Rock Ridge says of it. */
	uint64_t most = 4 * (uint64_t)(body.len / SECTOR) + 64;
	*extents = (struct iso_extents){.body = body};
	extents->folder_room = body.len / SECTOR / 4 + 64;
	if (most > EXTENTS_MOST)
		most = EXTENTS_MOST;
	if (extents->folder_room > EXTENTS_MOST / 4)
		extents->folder_room = EXTENTS_MOST / 4;
	rest_init(&extents->rest, visit, (size_t)most);
	extents->folders = visit_alloc(visit, extents->folder_room, sizeof(struct span));
	extents->records_left = most;
}

static uint64_t whole_sectors(uint64_t length)
{
	return (length + SECTOR - 1) / SECTOR * SECTOR;
}

static void push_folder(struct iso_extents *extents, struct span folder)
{
	if (extents->folder_count == extents->folder_room)
		extents->records_left = 0;
	else
		extents->folders[extents->folder_count++] = folder;
}

/* IEEE P1282 and SUSP 5.1: "CE" says where more is said of the file. */
static void add_continuations(struct iso_extents *extents, struct bytes said)
{
	struct cursor c = cursor_over(said);
	while (cursor_left(&c) >= 4) {
		size_t at = c.at;
		struct bytes name = cursor_take(&c, 2);
		uint8_t length = cursor_u8(&c);
		if (length < 4)
			return;
		cursor_skip(&c, 1);
		if (bytes_equal(name, BYTES("CE")))
			rest_add(&extents->rest, (uint64_t)cursor_u32le(&c) * SECTOR, SECTOR);
		cursor_seek(&c, at + length);
	}
}

/* ECMA-119 9.1. The record of a folder itself and that of its parent have one-byte names, 0 and 1.
 */
static void add_record(struct iso_extents *extents, struct bytes record)
{
	struct cursor c = cursor_over(record);
	cursor_skip(&c, 1);
	uint64_t before = (uint64_t)cursor_u8(&c) * SECTOR; /* extended attributes */
	uint64_t at = (uint64_t)cursor_u32le(&c) * SECTOR;
	cursor_seek(&c, 10);
	uint64_t length = cursor_u32le(&c);
	cursor_seek(&c, 25);
	uint8_t flags = cursor_u8(&c);
	cursor_seek(&c, 32);
	struct bytes name = cursor_take(&c, cursor_u8(&c));
	if (!cursor_ok(&c))
		return;
	bool self = name.len == 1 && name.ptr[0] <= 1;
	rest_add(&extents->rest, at, whole_sectors(before + length));
	add_continuations(extents, bytes_from(record, RECORD + name.len + (name.len % 2 == 0)));
	if ((flags & FLAG_FOLDER) && !self)
		push_folder(extents, (struct span){at + before, length});
}

/* Records do not cross sectors: a length of 0 says that the rest of one is empty. */
static void read_folder(struct iso_extents *extents, struct span folder)
{
	struct cursor c = cursor_over(extents->body);
	cursor_seek(&c, folder.offset);
	uint64_t left = cursor_left(&c);
	struct bytes records = cursor_take(&c, folder.length < left ? folder.length : left);
	size_t at = 0;
	while (at < records.len && extents->records_left > 0) {
		uint8_t length = records.ptr[at];
		if (length < RECORD) {
			at = (at / SECTOR + 1) * SECTOR;
			continue;
		}
		extents->records_left--;
		add_record(extents, bytes_slice(records, at, length));
		at += length;
	}
}

void iso_extents_volume(struct iso_extents *extents, struct bytes descriptor)
{
	struct cursor c = cursor_over(descriptor);
	cursor_seek(&c, 132);
	uint64_t table = cursor_u32le(&c);
	cursor_skip(&c, 4);
	uint64_t tables[4] = {cursor_u32le(&c), cursor_u32le(&c), cursor_u32be(&c),
	                      cursor_u32be(&c)};
	for (size_t i = 0; i < 4; i++)
		rest_add(&extents->rest, tables[i] * SECTOR, whole_sectors(table));
	struct cursor root = cursor_over(bytes_slice(descriptor, 156, 34));
	cursor_seek(&root, 2);
	uint64_t at = (uint64_t)cursor_u32le(&root) * SECTOR;
	cursor_seek(&root, 10);
	uint64_t length = cursor_u32le(&root);
	rest_add(&extents->rest, at, whole_sectors(length));
	push_folder(extents, (struct span){at, length});
	while (extents->folder_count > 0 && extents->records_left > 0)
		read_folder(extents, extents->folders[--extents->folder_count]);
}

bool iso_extents_hand_over(struct iso_extents *extents, struct visit *visit, uint64_t end)
{
	if (extents->records_left == 0 || extents->rest.count == extents->rest.room) {
		visit_closed(visit, BYTES("data between files"), 0, CLASS_UNREAD,
		             "too many files on the disc to look between them");
		return false;
	}
	rest_add(&extents->rest, end,
	         1); /* so that what lies behind the last file is a hole, too */
	rest_hand_over_holes(&extents->rest, visit, bytes_slice(extents->body, 0, (size_t)end));
	return true;
}
