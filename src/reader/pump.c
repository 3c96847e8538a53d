/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/pump.h"

enum { PIECE = 128 * 1024 }; /* fits the second-level cache with what it was decoded from */

struct pump pump_start(struct visit *visit, struct bytes name, uint64_t expected)
{
	return (struct pump){.visit = visit, .name = name, .expected = expected};
}

/* Gives what was filled to the spool. */
static void commit(struct pump *pump)
{
	bool taken = true;
	if (pump->used > 0 && pump->room == pump->buffer)
		taken = spool_write(pump->spool, (struct bytes){pump->buffer, pump->used});
	else if (pump->used > 0)
		taken = spool_filled(pump->spool, pump->used);
	pump->room = NULL;
	pump->size = pump->used = 0;
	if (!taken)
		pump->stopped = true;
}

static void open_spool(struct pump *pump)
{
	if (!pump->spool)
		pump->spool = visit_spool(pump->visit, pump->name, pump->expected);
}

uint8_t *pump_room(struct pump *pump, size_t *len)
{
	if (pump->used == pump->size) {
		open_spool(pump);
		commit(pump);
		if (pump->stopped)
			return NULL;
		pump->room = spool_room(pump->spool, PIECE);
		if (!pump->room && !pump->buffer)
			pump->buffer = visit_alloc(pump->visit, 1, PIECE);
		if (!pump->room)
			pump->room = pump->buffer;
		pump->size = PIECE;
	}
	*len = pump->size - pump->used;
	return pump->room + pump->used;
}

uint8_t *pump_room_at_once(struct pump *pump, size_t len)
{
	pump->expected = len;
	open_spool(pump);
	pump->room = spool_room(pump->spool, len);
	pump->size = pump->room ? len : 0;
	return pump->room;
}

void pump_made(struct pump *pump, size_t len)
{
	pump->used += len;
}

bool pump_write(struct pump *pump, struct bytes data)
{
	while (data.len > 0) {
		size_t len;
		uint8_t *room = pump_room(pump, &len);
		if (!room)
			return false;
		len = len < data.len ? len : data.len;
		memcpy(room, data.ptr, len);
		pump_made(pump, len);
		data = bytes_from(data, len);
	}
	return true;
}

enum read_result pump_end(struct pump *pump, enum byte_class class, const char *why)
{
	if (!pump->spool && why) {
		visit_closed(pump->visit, pump->name, visit_sight(pump->visit)->size, class, why);
		return READ_PARTLY;
	}
	open_spool(pump);
	commit(pump);
	spool_end(pump->spool, pump->stopped ? NULL : why);
	return why || pump->stopped ? READ_PARTLY : READ_WHOLE;
}

struct bytes plain_name(struct visit *visit, const struct suffix *suffixes, size_t count)
{
	struct bytes name = visit_sight(visit)->name;
	for (size_t i = 0; i < count; i++) {
		struct bytes packed = suffixes[i].packed, plain = suffixes[i].plain;
		if (name.len <= packed.len || !bytes_end_with_nocase(name, packed))
			continue;
		struct bytes stem = bytes_slice(name, 0, name.len - packed.len);
		if (plain.len == 0)
			return stem;
		uint8_t *text = visit_alloc(visit, 1, stem.len + plain.len);
		memcpy(text, stem.ptr, stem.len);
		memcpy(text + stem.len, plain.ptr, plain.len);
		return (struct bytes){text, stem.len + plain.len};
	}
	return name;
}

size_t padding_end(struct bytes body, size_t at)
{
	static const uint8_t zeros[4096];
	size_t word = at;
	while (at < body.len) {
		struct bytes part = bytes_slice(body, at, sizeof zeros - at % sizeof zeros);
		if (memcmp(part.ptr, zeros, part.len) != 0)
			break;
		at += part.len;
		word = at;
	}
	for (; at < body.len && body.ptr[at] == 0; at++)
		if ((at + 1) % 4 == 0)
			word = at + 1;
	return at == body.len ? at : word;
}

void visit_trailing(struct visit *visit, struct bytes body, size_t at)
{
	at = padding_end(body, at);
	if (at < body.len)
		visit_child(visit, BYTES("trailing data"), bytes_from(body, at));
}
