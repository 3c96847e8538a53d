/* SPDX-License-Identifier: Apache-2.0 */
/* What comes out of a container: members that lie in it, members that cannot be opened, and members
 * that are unpacked into the spill as they are written and searched while they are still in the
 * cache. */
#include "inspect/object.h"

#include "base/checked.h"
#include "policy/pack.h"

#include <assert.h>

/* A spool: the member's bytes lie in the spill from `at`. One is open at a time in each object. */
struct spool_state {
	struct spool head;
	struct object *parent, member;
	struct arena_mark memory;
	uint64_t at, searched;
	bool let_go;        /* nobody claims it and it is large: only searched, no longer kept */
	const char *failed; /* why no more can be written */
};

static struct object *object_of(struct visit *visit)
{
	return (struct object *)visit;
}

/* "!/" and the name, without what would make two paths of one: leading "./" and "/". */
static struct bytes member_path(struct object *parent, struct bytes name)
{
	while (bytes_start_with(name, BYTES("./")) || bytes_start_with(name, BYTES("/")))
		name = bytes_from(name, name.ptr[0] == '/' ? 1 : 2);
	struct bytes before = parent->member;
	size_t length = before.len + 2 + name.len;
	uint8_t *path = arena_alloc(&parent->inspector->arena, 1, length);
	if (before.len > 0)
		memcpy(path, before.ptr, before.len);
	memcpy(path + before.len, "!/", 2);
	if (name.len > 0)
		memcpy(path + before.len + 2, name.ptr, name.len);
	return bytes_slice((struct bytes){path, length}, 0, LIMIT_PATH);
}

/* Members that a limit of the whole file keeps out are counted, and become one gap at its end. */
static bool drop_member(struct inspector *inspector, uint64_t size)
{
	if (within_limits(inspector))
		return false;
	inspector->dropped_objects++;
	account_sum(&inspector->dropped_bytes, size);
	inspector->account.objects++;
	account_sum(&inspector->account.bytes[CLASS_UNREAD], size);
	return true;
}

static void on_child(struct visit *visit, struct bytes name, struct bytes body)
{
	struct object *parent = object_of(visit), child;
	struct inspector *inspector = parent->inspector;
	assert(!parent->spool);
	object_see(parent, body);
	if (drop_member(inspector, body.len))
		return;
	struct arena_mark memory = arena_here(&inspector->arena);
	object_init(&child, inspector, parent, member_path(parent, name));
	child.body = body;
	child.size = body.len;
	pass_whole(&child.pass, body, breathe, inspector);
	object_state_names(&child, name);
	object_finish(&child);
	arena_rewind(&inspector->arena, memory);
}

static void on_closed(struct visit *visit, struct bytes name, uint64_t size, enum byte_class class,
                      const char *reason)
{
	struct object *parent = object_of(visit), child;
	struct inspector *inspector = parent->inspector;
	if (drop_member(inspector, size))
		return;
	struct arena_mark memory = arena_here(&inspector->arena);
	object_init(&child, inspector, parent, member_path(parent, name));
	child.size = size;
	child.gap_bytes[class] = size;
	tell_gap(inspector, child.member, size, class, reason);
	object_state_names(&child, name); /* what it is called is known all the same */
	object_finish(&child);
	arena_rewind(&inspector->arena, memory);
}

static void on_unpacked(struct visit *visit, struct bytes packed)
{
	object_see(object_of(visit), packed);
}

static bool on_passed(struct visit *visit, uint64_t bytes)
{
	struct inspector *inspector = object_of(visit)->inspector;
	breathe(inspector, bytes);
	return within_limits(inspector);
}

/* At once, so that the others need not wait until this one is done. */
static void on_share_out(struct visit *visit)
{
	struct object *object = object_of(visit);
	if (!object->is_shared)
		tell_share(object);
	object->is_shared = true;
}

static struct bytes on_anchor(const struct visit *visit, uint32_t subject, size_t index)
{
	const struct pack *pack = ((const struct object *)visit)->inspector->options.pack;
	for (size_t i = 0; pack && i < pack_root_count(pack); i++) {
		struct root root = pack_root(pack, i);
		if (root.subject == subject && index-- == 0)
			return root.certificate;
	}
	return (struct bytes){0};
}

static void on_gap(struct visit *visit, struct span span, enum byte_class class, const char *reason)
{
	struct object *object = object_of(visit);
	assert(span.offset <= object->size && span.length <= object->size - span.offset);
	uint64_t bytes = span.length > 0 ? span.length : object->size - span.offset;
	object->gap_bytes[class] += bytes;
	object_answered(object, span.offset, bytes);
	tell_gap(object->inspector, object->member, bytes, class, reason);
}

static void on_fact(struct visit *visit, const struct fact *fact)
{
	object_keep_fact(object_of(visit), fact);
}

static struct spool *on_spool(struct visit *visit, struct bytes name, uint64_t expected)
{
	(void)expected; /* the spill grows by itself */
	struct object *parent = object_of(visit);
	struct inspector *inspector = parent->inspector;
	assert(!parent->spool);
	struct arena_mark memory = arena_here(&inspector->arena);
	struct spool_state *spool = arena_alloc(&inspector->arena, 1, sizeof *spool);
	spool->memory = memory;
	spool->parent = parent;
	spool->at = inspector->spill.top;
	object_init(&spool->member, inspector, parent, member_path(parent, name));
	spool->member.visit.sight.name = name; /* for object_state_names() at the end */
	if (parent->depth >= inspector->options.settings.limits.depth)
		spool->failed = "left packed by the depth limit";
	parent->spool = spool;
	return &spool->head;
}

/* Where the next byte goes in the spill. */
static uint64_t write_at(const struct spool_state *spool)
{
	return spool->at + (spool->let_go ? spool->member.size - spool->searched + LIMIT_SPOOL_HEAD
	                                  : spool->member.size);
}

static uint8_t *on_room(struct spool *head, size_t len)
{
	struct spool_state *spool = (struct spool_state *)head;
	struct inspector *inspector = spool->parent->inspector;
	if (spool->failed || !within_limits(inspector) ||
	    len > inspector->options.settings.limits.bytes - inspector->unpacked)
		return NULL;
	return spill_reserve(&inspector->spill, write_at(spool), len);
}

static struct bytes spooled(const struct spool_state *spool, uint64_t from, uint64_t to)
{
	const uint8_t *map = spool->parent->inspector->spill.map;
	return (struct bytes){map + spool->at + from, (size_t)(to - from)};
}

/* Nobody claims it by its head: what follows need not be kept to be searched. */
static bool nobody_claims(struct spool_state *spool)
{
	struct sight sight = spool->member.visit.sight;
	sight.head = spooled(spool, 0, LIMIT_SPOOL_HEAD);
	sight.size = UINT64_MAX;
	sight.atoms = spool->member.pass.atoms;
	if (reader_next(NULL, &sight))
		return false;
	sight.at_last = true;
	return !reader_next(NULL, &sight);
}

/* What was searched up to `end` (of the kept bytes) is let go. The overlap of the next window and
 * the `behind` bytes not searched yet move down to the head's end. */
static void move_down(struct spool_state *spool, uint64_t end, uint64_t behind)
{
	struct inspector *inspector = spool->parent->inspector;
	size_t keep = matcher_overlap(inspector->searcher.matcher);
	uint8_t *bottom = inspector->spill.map + spool->at;
	memmove(bottom + LIMIT_SPOOL_HEAD - keep, bottom + end - keep, keep + (size_t)behind);
}

/* Searches what was written since the last time, up to `end` of the member, with the overlap. */
static void search_fresh(struct spool_state *spool, uint64_t end)
{
	struct inspector *inspector = spool->parent->inspector;
	uint64_t keep = matcher_overlap(inspector->searcher.matcher);
	uint64_t overlap = spool->searched < keep ? spool->searched : keep;
	uint64_t base = spool->let_go ? spool->searched - LIMIT_SPOOL_HEAD : 0;
	struct bytes window = spooled(spool, spool->searched - overlap - base, end - base);
	pass_feed(&spool->member.pass, window, (size_t)overlap, spool->searched - overlap);
	breathe(inspector, end - spool->searched);
	if (spool->let_go)
		move_down(spool, end - base, spool->member.size - end);
	spool->searched = end;
}

/* Whole windows at a time: a member's blocks are then looked at as they would be if it were a file,
 * whatever pieces a decoder gives. */
static bool on_filled(struct spool *head, size_t len)
{
	struct spool_state *spool = (struct spool_state *)head;
	struct inspector *inspector = spool->parent->inspector;
	spool->member.size += len;
	inspector->unpacked += len;
	uint64_t fresh = spool->member.size - spool->searched;
	if (fresh < PASS_WINDOW)
		return within_limits(inspector);
	search_fresh(spool, spool->member.size - fresh % PASS_WINDOW);
	if (!spool->let_go && spool->searched >= LIMIT_SPOOL_KEPT && nobody_claims(spool)) {
		move_down(spool, spool->searched, spool->member.size - spool->searched);
		spool->let_go = true;
	}
	return within_limits(inspector);
}

static bool on_write(struct spool *head, struct bytes data)
{
	struct spool_state *spool = (struct spool_state *)head;
	struct inspector *inspector = spool->parent->inspector;
	for (size_t at = 0; at < data.len && !spool->failed;) {
		struct bytes part = bytes_slice(data, at, PASS_WINDOW);
		uint8_t *room = on_room(head, part.len);
		if (!room) {
			spool->failed =
				inspector->over ? inspector->over : "no room left to unpack";
			if (part.len >
			    inspector->options.settings.limits.bytes - inspector->unpacked)
				spool->failed = inspector->over =
					"over the limit of bytes unpacked out of one file";
			return false;
		}
		memcpy(room, part.ptr, part.len);
		if (!on_filled(head, part.len) && at + part.len < data.len)
			return false;
		at += part.len;
	}
	return !inspector->over && !spool->failed;
}

static void on_spool_end(struct spool *head, const char *why_incomplete)
{
	struct spool_state *spool = (struct spool_state *)head;
	struct object *member = &spool->member;
	struct inspector *inspector = spool->parent->inspector;
	spool->parent->spool = NULL;
	if (spool->searched < member->size)
		search_fresh(spool, member->size);
	if (!why_incomplete)
		why_incomplete = spool->failed ? spool->failed : inspector->over;
	if (why_incomplete)
		tell_gap(inspector, member->member, 0, CLASS_UNREAD, why_incomplete);
	if (!spool->let_go)
		member->body = spooled(spool, 0, member->size);
	else /* names and atoms that come now may make a reader claim it: then that is a gap */
		member->visit.sight.head = spooled(
			spool, 0, LIMIT_SPOOL_HEAD - matcher_overlap(inspector->searcher.matcher));
	if (spool->let_go && member->pass.atoms & (uint32_t)1 << ATOM_ZIP_END)
		tell_gap(inspector, member->member, member->size, CLASS_UNREAD,
		         "an archive may lie in a large member that was only searched");
	inspector->spill.top = spool->at + (spool->let_go ? 0 : member->size);
	object_state_names(member, member->visit.sight.name);
	object_finish(member);
	spill_breathe(&inspector->spill, spool->at, member->size > PASS_WINDOW ? member->size : 0);
	inspector->spill.top = spool->at;
	arena_rewind(&inspector->arena, spool->memory);
}

const struct visit_sink inspect_sink = {
	.fact = on_fact,
	.child = on_child,
	.closed = on_closed,
	.unpacked = on_unpacked,
	.passed = on_passed,
	.share_out = on_share_out,
	.anchor = on_anchor,
	.gap = on_gap,
	.spool = on_spool,
	.spool_write = on_write,
	.spool_room = on_room,
	.spool_filled = on_filled,
	.spool_end = on_spool_end,
};
