/* SPDX-License-Identifier: Apache-2.0 */
/* Caches as input. The checksum is mended first: it keeps out accidents, not people. Whatever is
 * taken can be written, and what was written can be read. */
#include "base/cursor.h"
#include "fuzz/input.h"
#include "scan/cache.h"

#include <stdlib.h>

static struct cache *load(const uint8_t *data, size_t size)
{
	struct bytes all = {data, size};
	struct bytes conditions = bytes_slice(all, 8, CACHE_CONDITIONS);
	uint8_t *copy = malloc(size);
	struct cache *cache = copy ? cache_create(conditions.ptr) : NULL;
	if (!cache) {
		free(copy);
		return NULL;
	}
	memcpy(copy, data, size);
	if (!cache_seal(copy, size))
		abort();
	if (!cache_load(cache, copy, size))
		return cache;
	cache_destroy(cache);
	return NULL;
}

/* Asks for every record by its own key, and for some that are hardly there. */
static uint64_t use(struct cache *cache, struct bytes all)
{
	uint64_t found = 0;
	struct cursor c = cursor_over(bytes_from(all, CACHE_HEADER));
	while (cursor_left(&c) >= CACHE_RECORD) {
		struct cache_key key;
		key.words[0] = cursor_u64le(&c);
		key.words[1] = cursor_u64le(&c);
		struct cache_entry entry;
		struct wire_gap gap;
		bool broken = false;
		cursor_skip(&c, CACHE_RECORD - 16);
		if (!cache_find(cache, key, 0, &entry))
			continue;
		found++;
		if (entry.account.objects == 0 || entry.account.bytes[CLASS_UNREAD] > 0)
			abort();
		while (cache_next_gap(&entry.gaps, &gap, &broken))
			if (gap.class != CLASS_OPAQUE)
				abort();
		if (broken)
			abort();
	}
	return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cache *cache = size >= CACHE_HEADER ? load(data, size) : NULL;
	if (!cache)
		return 0;
	struct bytes all = {data, size};
	uint64_t found = use(cache, all);
	struct cache_entry entry = {.account = {.objects = 1}};
	cache_keep(cache, cache_key(cache, all), &entry);
	struct buffer out;
	buffer_init(&out, CACHE_FILE_MOST);
	if (!cache_write(cache, &out))
		abort();
	cache_destroy(cache);
	cache = load(out.data, out.len);
	if (!cache || use(cache, buffer_bytes(&out)) < found)
		abort(); /* what was met is not forgotten */
	cache_destroy(cache);
	buffer_finish(&out);
	return 0;
}
