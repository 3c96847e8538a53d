/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/tar_sparse.h"

#include "base/text.h"
#include "core/limits.h"
#include "reader/pump.h"

enum {
	BLOCK = 512,
	RECORD = 24, /* two number fields of 12 */
	FIELD = 12,
	FIRST_AT = 386,
	FIRST_COUNT = 4,
	MORE_AT = 482, /* "an extension block follows", in the header */
	REAL_SIZE_AT = 483,
	BLOCK_COUNT = 21,
	BLOCK_MORE_AT = 504, /* the same in an extension block */
};

static const char damaged[] = "damaged sparse map";

struct sparse_map sparse_map_blocks(struct bytes header, struct cursor *c)
{
	struct sparse_map map = {.first = bytes_slice(header, FIRST_AT, FIRST_COUNT * RECORD)};
	size_t from = c->at;
	struct bytes more = bytes_slice(header, MORE_AT, 1);
	if (!tar_number(bytes_slice(header, REAL_SIZE_AT, FIELD), &map.real_size))
		map.real_size = 0; /* then the map does not fit, and says so */
	map.count = FIRST_COUNT;
	while (more.len == 1 && more.ptr[0] != 0 && cursor_ok(c)) {
		more = bytes_slice(cursor_take(c, BLOCK), BLOCK_MORE_AT, 1);
		map.count += BLOCK_COUNT;
	}
	if (cursor_ok(c))
		map.blocks = bytes_slice(c->all, from, c->at - from);
	return map;
}

struct sparse_map sparse_map_list(struct bytes list, uint64_t real_size)
{
	return (struct sparse_map){
		.text = cursor_over(list),
		.separator = ',',
		.count = list.len, /* more than there can be: the list's end ends it */
		.real_size = real_size,
	};
}

/* The next number of a text map; the last may end with the text. */
static bool next_text(struct cursor *text, uint8_t separator, uint64_t *out)
{
	struct cursor ahead = *text;
	struct bytes number = cursor_until(&ahead, separator);
	if (!cursor_ok(&ahead)) {
		ahead = *text;
		number = cursor_take(&ahead, cursor_left(&ahead));
	}
	*text = ahead;
	return text_to_u64(number, out);
}

bool sparse_map_leading(struct bytes *stored, uint64_t real_size, struct sparse_map *out)
{
	struct cursor c = cursor_over(*stored);
	uint64_t count;
	if (!text_to_u64(cursor_until(&c, '\n'), &count))
		return false;
	count = cursor_fits(&c, count, 4); /* two digits, two line ends */
	*out = (struct sparse_map){
		.text = c, .separator = '\n', .count = count, .real_size = real_size};
	for (uint64_t i = 0; i < count; i++) {
		(void)cursor_until(&c, '\n');
		(void)cursor_until(&c, '\n');
	}
	cursor_seek(&c, (c.at + BLOCK - 1) / BLOCK * BLOCK);
	if (cursor_ok(&c))
		*stored = bytes_from(*stored, c.at);
	return cursor_ok(&c);
}

/* The next run; *length is 0 and *offset the real size when there is none. False when damaged. */
static bool next_run(struct sparse_map *map, uint64_t *offset, uint64_t *length)
{
	*offset = map->real_size;
	*length = 0;
	uint64_t index = map->next++;
	if (index >= map->count)
		return true;
	if (map->first.len == 0)
		return cursor_left(&map->text) == 0 ||
		       (next_text(&map->text, map->separator, offset) &&
		        next_text(&map->text, map->separator, length));
	uint64_t later = index - FIRST_COUNT;
	struct bytes record =
		index < FIRST_COUNT
			? bytes_slice(map->first, index * RECORD, RECORD)
			: bytes_slice(map->blocks,
	                              later / BLOCK_COUNT * BLOCK + later % BLOCK_COUNT * RECORD,
	                              RECORD);
	if (record.len < RECORD)
		return false;
	if (record.ptr[0] == 0)
		return true; /* unused records are zero */
	return tar_number(bytes_slice(record, 0, FIELD), offset) &&
	       tar_number(bytes_slice(record, FIELD, FIELD), length);
}

static bool write_hole(struct pump *pump, uint64_t length)
{
	while (length > 0) {
		size_t room_len;
		uint8_t *room = pump_room(pump, &room_len);
		if (!room)
			return false;
		room_len = room_len < length ? room_len : (size_t)length;
		memset(room, 0, room_len);
		pump_made(pump, room_len);
		length -= room_len;
	}
	return true;
}

static const char *write_runs(struct pump *pump, struct sparse_map *map, struct cursor *data)
{
	uint64_t at = 0;
	while (at < map->real_size || map->next < map->count) {
		uint64_t offset, length;
		if (!next_run(map, &offset, &length) || offset < at || offset > map->real_size ||
		    length > map->real_size - offset)
			return damaged;
		bool last = length == 0 && offset == map->real_size;
		struct bytes run = cursor_take(data, length);
		if (!cursor_ok(data))
			return "truncated sparse tar member";
		if (!write_hole(pump, offset - at) || !pump_write(pump, run))
			return NULL;
		at = offset + length;
		if (last)
			break;
	}
	return NULL;
}

enum read_result sparse_visit(struct visit *visit, struct bytes name, struct sparse_map *map,
                              struct bytes stored)
{
	struct pump pump = pump_start(visit, name, 0);
	struct cursor data = cursor_over(stored);
	const char *why = write_runs(&pump, map, &data);
	struct bytes rest = bytes_from(stored, data.at);
	size_t len;
	if (!pump.spool)
		(void)pump_room(&pump, &len); /* a child without bytes, not a closed one */
	enum read_result result = pump_end(&pump, CLASS_UNREAD, why);
	if (padding_end(rest, 0) < rest.len)
		visit_child(visit, BYTES("unmapped data"), rest);
	return result;
}
