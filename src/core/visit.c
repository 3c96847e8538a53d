/* SPDX-License-Identifier: Apache-2.0 */
#include "core/visit.h"

#include "core/normal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

const struct sight *visit_sight(const struct visit *visit)
{
	return &visit->sight;
}

void visit_fact(struct visit *visit, enum fact_kind kind, struct bytes value, struct span span)
{
	if (visit->share > 0)
		return; /* the first one states them all */
	struct bytes normal = normal_value(fact_kind_normal(kind), value, visit->scratch);
	if (normal.len > 0)
		visit->sink->fact(visit, &(struct fact){kind, span, normal});
}

bool visit_takes(struct visit *visit, uint64_t place)
{
	visit->in_member = place != VISIT_REST;
	visit->place = place;
	if (visit->shares < 2)
		return true;
	if (visit->share == 0 && visit->in_member && !visit->shared_out) {
		visit->shared_out = true;
		visit->sink->share_out(visit);
	}
	/* Multiplied, so that places with a rhythm are not all one worker's (Knuth, TAOCP 6.4). */
	uint64_t spread = (place * UINT64_C(0x9E3779B97F4A7C15)) >> 32;
	uint32_t whose = visit->in_member ? (uint32_t)(spread % visit->shares) : 0;
	visit->elsewhere = whose != visit->share;
	return !visit->elsewhere;
}

/* A nameless member is called by its place or its number, so that its path is still one of its own.
 */
static struct bytes name_or_number(struct visit *visit, struct bytes name)
{
	uint64_t number = visit->children++;
	if (visit->in_member)
		number = visit->place;
	if (name.len > 0)
		return name;
	int length = snprintf(visit->number, sizeof visit->number, "#%" PRIu64, number);
	return (struct bytes){(const uint8_t *)visit->number, length > 0 ? (size_t)length : 0};
}

void visit_child(struct visit *visit, struct bytes name, struct bytes body)
{
	const struct sight *sight = &visit->sight;
	if (visit->elsewhere)
		return;
	if (body.len > 0 && body.len == sight->size && body.ptr == sight->head.ptr) {
		/* It would be read as this one was, and so on. */
		visit->sink->gap(visit, (struct span){0, 0}, CLASS_UNREAD,
		                 "a part of it is said to be the whole");
		return;
	}
	visit->sink->child(visit, name_or_number(visit, name), body);
}

void visit_closed(struct visit *visit, struct bytes name, uint64_t size, enum byte_class class,
                  const char *reason)
{
	if (visit->elsewhere)
		return;
	visit->sink->closed(visit, name_or_number(visit, name), size, class, reason);
}

void visit_gap(struct visit *visit, struct span span, enum byte_class class, const char *reason)
{
	if (visit->elsewhere)
		return;
	visit->sink->gap(visit, span, class, reason);
}

void *visit_alloc(struct visit *visit, size_t count, size_t size)
{
	return arena_alloc(visit->arena, count, size);
}

struct spool *visit_spool(struct visit *visit, struct bytes name, uint64_t expected)
{
	assert(!visit->elsewhere);
	struct spool *spool = visit->sink->spool(visit, name_or_number(visit, name), expected);
	spool->visit = visit;
	return spool;
}

bool spool_write(struct spool *spool, struct bytes data)
{
	return spool->visit->sink->spool_write(spool, data);
}

uint8_t *spool_room(struct spool *spool, size_t len)
{
	return spool->visit->sink->spool_room(spool, len);
}

bool spool_filled(struct spool *spool, size_t len)
{
	return spool->visit->sink->spool_filled(spool, len);
}

void spool_end(struct spool *spool, const char *why_incomplete)
{
	spool->visit->sink->spool_end(spool, why_incomplete);
}

bool visit_passed(struct visit *visit, uint64_t bytes)
{
	return visit->sink->passed(visit, bytes);
}

void visit_unpacked(struct visit *visit, struct bytes packed)
{
	if (!visit->elsewhere)
		visit->sink->unpacked(visit, packed);
}

struct bytes visit_anchor(const struct visit *visit, uint32_t subject, size_t index)
{
	return visit->sink->anchor(visit, subject, index);
}
