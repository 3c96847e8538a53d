/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the readers of compressed streams share: bytes go from a decoder into a spool without a
 * copy where that can be had, and what stands behind a stream's end is handed over.
 *
 * A decoder asks pump_room(), fills some of it, says pump_made(), and so on until its stream ends
 * or pump_room() is NULL. Decoder memory must be freed before pump_end(): that visits the child,
 * and the child may be a stream again.
 */
#ifndef READER_PUMP_H
#define READER_PUMP_H

#include "core/reader.h"

struct pump {
	struct visit *visit;
	struct bytes name;
	uint64_t expected;
	struct spool *spool; /* NULL until room is first asked for */
	uint8_t *room;       /* what is being filled: in the spool, or `buffer` */
	uint8_t *buffer;
	size_t size, used;
	bool stopped; /* a limit was reached */
};

/* `name` and the visit are borrowed; `expected` is a hint, as in visit_spool(). */
struct pump pump_start(struct visit *visit, struct bytes name, uint64_t expected);

/* Where to put the next bytes: *len of them, never 0; NULL when a limit was reached. */
uint8_t *pump_room(struct pump *pump, size_t *len);
void pump_made(struct pump *pump, size_t len);

/* Before anything else was written: room for `len` bytes at once, or NULL, and then nothing is
 * lost. What is not filled stays room. */
uint8_t *pump_room_at_once(struct pump *pump, size_t len);

/* Copies `data`; false when a limit was reached. */
bool pump_write(struct pump *pump, struct bytes data);

/* Visits the child. `why` it is not whole (a constant string) or NULL; when no room was ever asked
 * for, it is a closed member of the object's size in `class`. */
enum read_result pump_end(struct pump *pump, enum byte_class class, const char *why);

/* A suffix of packed files and what stands in its place when they are unpacked. */
struct suffix {
	struct bytes packed, plain;
};

/* The object's name without the first of `count` suffixes that it has; its own name when it has
 * none. */
struct bytes plain_name(struct visit *visit, const struct suffix *suffixes, size_t count);

/* Where zeros that begin at `at` end, in whole words of 4 bytes from the object's start. */
size_t padding_end(struct bytes body, size_t at);

/* Hands over what lies from `at` to the end as a child, unless all of it is zero. */
void visit_trailing(struct visit *visit, struct bytes body, size_t at);

#endif
