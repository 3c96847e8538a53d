/* SPDX-License-Identifier: Apache-2.0 */
/* [MS-CFB] compound files; see compound.h. */
#include "reader/compound.h"

#include "base/cursor.h"
#include "base/text.h"

enum {
	HEADER = 512,
	HEADER_FAT_SECTORS = 109, /* [MS-CFB] 2.2: how many stand in the header */
	ENTRY = 128,
	MINI_SHIFT = 6,
	MINI = 1 << MINI_SHIFT,
	END_OF_CHAIN = -2,        /* 0xFFFFFFFE */
	LAST_SECTOR = 0x3FFFFFFF, /* keeps offsets within 64 bits with room to spare */
};

static size_t sector_size(const struct compound *file)
{
	return (size_t)1 << file->shift;
}

static uint64_t sector_offset(const struct compound *file, uint32_t sector)
{
	return ((uint64_t)sector + 1) << file->shift;
}

static bool take(uint8_t *taken, size_t sector)
{
	uint8_t bit = (uint8_t)(1U << sector % 8);
	bool was_free = !(taken[sector / 8] & bit);
	taken[sector / 8] |= bit;
	return was_free;
}

static void damaged(struct compound *file, const char *reason)
{
	if (!file->reason)
		file->reason = reason;
}

/* Number `index` of a table of sector numbers that lies in `table`. Any number past the file's end
 * ends a chain. */
static uint32_t table_entry(const struct compound *file, struct chain table, size_t index)
{
	size_t each = sector_size(file) / 4;
	struct cursor c = cursor_over(file->body);
	if (index / each >= table.count)
		return UINT32_MAX;
	cursor_seek(&c, sector_offset(file, table.sectors[index / each]) + index % each * 4);
	uint32_t next = cursor_u32le(&c);
	return cursor_ok(&c) ? next : UINT32_MAX;
}

/* Follows at most `most` sectors and takes them. A loop, or a sector of another chain, ends it. */
static struct chain follow(struct compound *file, uint32_t start, size_t most, bool mini)
{
	uint8_t *taken = mini ? file->mini_taken : file->taken;
	size_t limit = mini ? file->mini_count : file->sector_count;
	struct chain table = mini ? file->mini_fat : file->fat;
	struct chain chain = {0};
	uint32_t sector = start;
	while (chain.count < most && sector < limit && take(taken, sector)) {
		sector = table_entry(file, table, sector);
		chain.count++;
	}
	chain.is_ended = sector == (uint32_t)END_OF_CHAIN;
	chain.sectors = visit_alloc(file->visit, chain.count + 1, sizeof *chain.sectors);
	sector = start;
	for (size_t i = 0; i < chain.count; i++) {
		chain.sectors[i] = sector;
		sector = table_entry(file, table, sector);
	}
	return chain;
}

static void add_table_sector(struct compound *file, uint32_t sector, size_t most)
{
	if (sector > LAST_SECTOR)
		return; /* unused slot */
	if (sector >= file->sector_count || file->fat.count == most || !take(file->taken, sector))
		damaged(file, "damaged allocation table of a compound file");
	else
		file->fat.sectors[file->fat.count++] = sector;
}

/* The sectors of the allocation table: 109 in the header, more in a chain of their own. */
static void read_table_sectors(struct compound *file, struct cursor *c, uint32_t next)
{
	size_t each = sector_size(file) / 4;
	size_t most = file->sector_count / each + 1;
	file->fat.sectors = visit_alloc(file->visit, most, sizeof *file->fat.sectors);
	for (size_t i = 0; i < HEADER_FAT_SECTORS; i++)
		add_table_sector(file, cursor_u32le(c), most);
	while (next < file->sector_count && take(file->taken, next)) {
		cursor_seek(c, sector_offset(file, next));
		for (size_t i = 0; i + 1 < each; i++)
			add_table_sector(file, cursor_u32le(c), most);
		next = cursor_u32le(c);
		if (!cursor_ok(c)) {
			damaged(file, "compound file cut short");
			return;
		}
	}
}

static void open_mini_stream(struct compound *file, uint32_t first_table)
{
	struct compound_entry root;
	size_t most = file->sector_count;
	file->mini_fat = follow(file, first_table, most, false);
	if (!file->mini_fat.is_ended || !file->directory.is_ended)
		damaged(file, "damaged chain of a compound file");
	if (!compound_entry_at(file, 0, &root) || root.type != COMPOUND_ROOT) {
		damaged(file, "compound file without a root entry");
		return;
	}
	if (root.size == 0)
		return;
	file->mini_stream = follow(file, root.start, most, false);
	file->mini_count = file->mini_stream.count << (file->shift - MINI_SHIFT);
	file->mini_taken = visit_alloc(file->visit, file->mini_count / 8 + 1, 1);
}

bool compound_open(struct compound *file, struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	*file = (struct compound){.visit = visit, .body = body};
	if (!bytes_equal(cursor_take(&c, 8), BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")))
		return false;
	cursor_seek(&c, 30);
	file->shift = cursor_u16le(&c);
	cursor_seek(&c, 48);
	uint32_t first_directory = cursor_u32le(&c);
	cursor_skip(&c, 4);
	file->mini_cutoff = cursor_u32le(&c);
	uint32_t first_mini = cursor_u32le(&c);
	cursor_skip(&c, 4);
	uint32_t first_more = cursor_u32le(&c);
	cursor_seek(&c, 76);
	if (!cursor_ok(&c) || body.len < HEADER || (file->shift != 9 && file->shift != 12)) {
		file->shift = 9;
		damaged(file, "damaged compound file header");
		return true;
	}
	size_t rounded = body.len + sector_size(file) - 1;
	file->sector_count = (rounded >> file->shift) - 1;
	if (file->sector_count > LAST_SECTOR)
		file->sector_count = LAST_SECTOR;
	file->taken = visit_alloc(visit, file->sector_count / 8 + 1, 1);
	read_table_sectors(file, &c, first_more);
	file->directory = follow(file, first_directory, file->sector_count, false);
	file->entry_count = file->directory.count * (sector_size(file) / ENTRY);
	open_mini_stream(file, first_mini);
	return true;
}

/* Windows Installer packs two of its 64 letters into one character, so that names fit the 31 that
 * an entry holds. Not documented; as Wine's dlls/msi/streams.c has it. */
static size_t put_installer_name(uint32_t unit, uint8_t *out)
{
	static const char letters[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
	if (unit == 0x4840) {
		out[0] = '!'; /* a table, not a stream */
		return 1;
	}
	unit -= 0x3800;
	out[0] = (uint8_t)letters[unit & 0x3F];
	if (unit >= 0x1000)
		return 1;
	out[1] = (uint8_t)letters[unit >> 6];
	return 2;
}

static struct bytes entry_name(struct visit *visit, struct bytes utf16)
{
	uint8_t *name = visit_alloc(visit, utf16.len * 3 / 2 + 1, 1);
	size_t length = 0;
	struct cursor c = cursor_over(utf16);
	while (cursor_left(&c) >= 2) {
		struct bytes one = bytes_slice(utf16, c.at, 2);
		uint32_t unit = cursor_u16le(&c);
		if (unit >= 0x3800 && unit <= 0x4840)
			length += put_installer_name(unit, name + length);
		else
			length += text_from_utf16(one, false, name + length);
	}
	return (struct bytes){name, length};
}

bool compound_entry_at(struct compound *file, size_t index, struct compound_entry *entry)
{
	size_t each = sector_size(file) / ENTRY;
	struct cursor c = cursor_over(file->body);
	if (index / each >= file->directory.count)
		return false;
	*entry = (struct compound_entry){
		.at = sector_offset(file, file->directory.sectors[index / each]) +
	              index % each * ENTRY};
	cursor_seek(&c, entry->at);
	struct bytes name = cursor_take(&c, 64);
	size_t length = cursor_u16le(&c);
	entry->type = cursor_u8(&c);
	cursor_skip(&c, 1 + 4 + 4 + 4); /* colour, siblings, child: every entry is looked at */
	entry->class_id = cursor_take(&c, 16);
	cursor_skip(&c, 4 + 8 + 8);
	entry->start = cursor_u32le(&c);
	entry->size = file->shift == 9 ? cursor_u32le(&c) : cursor_u64le(&c);
	if (!cursor_ok(&c)) {
		damaged(file, "compound file cut short");
		return false;
	}
	if (entry->type == 0)
		return false;
	entry->name = entry_name(file->visit, bytes_slice(name, 0, length > 2 ? length - 2 : 0));
	return true;
}

struct stream compound_stream(struct compound *file, const struct compound_entry *entry)
{
	struct stream stream = {.file = file, .is_mini = entry->size < file->mini_cutoff};
	uint64_t unit = stream.is_mini ? MINI : sector_size(file);
	uint64_t wanted = entry->size / unit + (entry->size % unit > 0);
	stream.chain = follow(file, entry->start, wanted < SIZE_MAX ? (size_t)wanted : SIZE_MAX,
	                      stream.is_mini);
	stream.size = entry->size;
	if (stream.chain.count < wanted)
		stream.size = stream.chain.count * unit;
	while (stream.chain.count > 0 && stream_run(&stream, stream.size - 1, 1).len == 0) {
		/* The last sectors of a file that was cut short. */
		stream.chain.count--;
		stream.size = stream.chain.count * unit;
	}
	if (stream.size > 0) {
		uint64_t last = (stream.size - 1) / unit * unit;
		uint64_t there = last + stream_run(&stream, last, unit).len;
		stream.size = there < stream.size ? there : stream.size;
	}
	stream.is_whole = stream.size == entry->size;
	return stream;
}

/* Where sector `index` of the chain lies in the object. */
static uint64_t unit_offset(const struct stream *stream, size_t index)
{
	const struct compound *file = stream->file;
	uint32_t sector = stream->chain.sectors[index];
	if (!stream->is_mini)
		return sector_offset(file, sector);
	uint64_t at = (uint64_t)sector << MINI_SHIFT;
	return sector_offset(file, file->mini_stream.sectors[at >> file->shift]) +
	       at % sector_size(file);
}

struct bytes stream_run(const struct stream *stream, uint64_t at, uint64_t most)
{
	if (at >= stream->size) /* so it is of a stream that is not there, too */
		return (struct bytes){0};
	size_t unit = stream->is_mini ? MINI : sector_size(stream->file);
	size_t index = (size_t)(at / unit), last = index;
	if (index >= stream->chain.count)
		return (struct bytes){0};
	uint64_t begin = unit_offset(stream, index);
	while (last + 1 < stream->chain.count && (last + 1 - index) * unit - at % unit < most &&
	       unit_offset(stream, last + 1) == begin + (last + 1 - index) * unit)
		last++;
	uint64_t length = (last + 1 - index) * unit - at % unit;
	length = length < stream->size - at ? length : stream->size - at;
	length = length < most ? length : most;
	return bytes_slice(stream->file->body, (size_t)(begin + at % unit), (size_t)length);
}

struct bytes stream_bytes(const struct stream *stream, size_t most)
{
	size_t size = stream->size < most ? (size_t)stream->size : most;
	struct bytes run = stream_run(stream, 0, size);
	if (run.len >= size)
		return run;
	uint8_t *joined = visit_alloc(stream->file->visit, size, 1);
	size_t length = 0;
	while (length < size && (run = stream_run(stream, length, size - length)).len > 0) {
		memcpy(joined + length, run.ptr, run.len);
		length += run.len;
	}
	return (struct bytes){joined, length};
}

struct span stream_span(const struct stream *stream, uint64_t at, uint64_t length)
{
	struct bytes run = stream_run(stream, at, length);
	if (run.len == 0)
		return (struct span){0, 0};
	return (struct span){(uint64_t)(run.ptr - stream->file->body.ptr), run.len};
}

struct bytes compound_unused(const struct compound *file, size_t *sector)
{
	size_t first = *sector;
	while (first < file->sector_count && file->taken[first / 8] >> first % 8 & 1)
		first++;
	size_t end = first;
	while (end < file->sector_count && !(file->taken[end / 8] >> end % 8 & 1))
		end++;
	*sector = end;
	return bytes_slice(file->body, (size_t)sector_offset(file, (uint32_t)first),
	                   (end - first) << file->shift);
}
