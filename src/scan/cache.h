/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What earlier scans know of files that had nothing to show: for each, in the state it was in, its
 * account and the opaque bytes it was found to hold. Never a fact: what carries evidence is read
 * again each time, and so is what could not be read.
 *
 * A cache is a file and as hostile as any other: it is checked whole before a record is used, and a
 * record can say no more than a worker could. See docs/decisions/012-cache.md.
 */
#ifndef SCAN_CACHE_H
#define SCAN_CACHE_H

#include "base/buffer.h"
#include "base/siphash.h"
#include "wire/wire.h"

enum {
	CACHE_CONDITIONS = 32,        /* SHA-256 of all that decides what a scan says of a file */
	CACHE_RECORDS_MOST = 4 << 20, /* 64 bytes each in memory; further files are not kept */
	CACHE_GAPS_MOST = 64 << 20,   /* bytes of gaps in all */
	CACHE_GAPS_OF_FILE =
		32 << 10,       /* bytes of gaps of one file: it is read again when it has more */
	CACHE_UNUSED_MOST = 16, /* times that a record is written again without being met */
	CACHE_HEADER = 96,
	CACHE_RECORD = 64,
	CACHE_FILE_MOST = CACHE_HEADER + CACHE_RECORDS_MOST * CACHE_RECORD + CACHE_GAPS_MOST,
};

/* Which file, where, and in which state: a keyed digest of all three. */
struct cache_key {
	uint64_t words[2];
};

struct cache_entry {
	struct account account; /* nothing unread */
	struct bytes gaps;      /* frames of WIRE_GAP, of CLASS_OPAQUE alone; borrowed */
};

struct cache;

/* An empty one with a secret of its own. NULL: no memory or no randomness. */
struct cache *cache_create(const uint8_t conditions[CACHE_CONDITIONS]);
void cache_destroy(struct cache *cache);

/* Takes over `data` (from malloc), a file's whole content. NULL, or why it is of no use; the cache
 * stays empty then. */
const char *cache_load(struct cache *cache, uint8_t *data, size_t size);

struct cache_key cache_key(const struct cache *cache, struct bytes identity);

/* True when a file of `size` bytes is known under `key`. */
bool cache_find(struct cache *cache, struct cache_key key, uint64_t size, struct cache_entry *out);

/* Remembers a file that cache_find() did not know. Not when it has no place. */
void cache_keep(struct cache *cache, struct cache_key key, const struct cache_entry *entry);

/* True when writing it would tell more than was loaded. */
bool cache_has_news(const struct cache *cache);

/* The file's new content. False: no memory. */
bool cache_write(struct cache *cache, struct buffer *out);

/* The next gap of an entry; false at the end, and when it is not one that a cache may hold. */
bool cache_next_gap(struct bytes *gaps, struct wire_gap *out, bool *broken);

/* Mends the checksum, which keeps out accidents, not people: for tests. False: too short. */
bool cache_seal(uint8_t *data, size_t size);

#endif
