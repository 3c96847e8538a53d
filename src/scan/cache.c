/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file: a header (magic, 8 bytes; conditions, 32; secret, 16; number of records, bytes of gaps,
 * 4 each; SHA-256 of everything else, 32), records in the order of their keys, the gaps. A record:
 * key, 16; objects and bytes read, searched, inert, opaque, 8 each; its gaps' offset, 4, and
 * length, 2; how often it was written without being met, 2. Little-endian.
 */
#include "scan/cache.h"

#include "base/checked.h"
#include "base/cursor.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/random.h>

enum {
	CHECKSUM = 32,
	CHECKSUM_AT = CACHE_HEADER - CHECKSUM,
	SECRET_AT = 8 + CACHE_CONDITIONS,
	BUCKET_BITS_MOST = 20,
};

static const char magic[] = "debarsc1";

struct record {
	struct cache_key key;
	struct account account;
	uint32_t gaps_at;
	uint16_t gaps_len, unused;
};

struct cache {
	uint8_t conditions[CACHE_CONDITIONS], secret[SIPHASH_KEY];
	/* What was loaded. */
	uint8_t *data; /* owned; the slices below lie in it */
	struct bytes records, gaps;
	size_t count;
	bool *met;
	uint32_t *buckets; /* by the first bits of a key: its first record; one more at the end */
	unsigned bucket_bits;
	/* What is new. */
	struct record *fresh;
	size_t fresh_count, fresh_room;
	struct buffer fresh_gaps;
};

struct cache *cache_create(const uint8_t conditions[CACHE_CONDITIONS])
{
	struct cache *cache = calloc(1, sizeof *cache);
	if (!cache)
		return NULL;
	memcpy(cache->conditions, conditions, CACHE_CONDITIONS);
	buffer_init(&cache->fresh_gaps, CACHE_GAPS_MOST);
	if (getrandom(cache->secret, sizeof cache->secret, 0) != sizeof cache->secret) {
		free(cache);
		return NULL;
	}
	return cache;
}

static void unload(struct cache *cache)
{
	free(cache->data);
	free(cache->met);
	free(cache->buckets);
	cache->data = NULL;
	cache->met = NULL;
	cache->buckets = NULL;
	cache->records = cache->gaps = (struct bytes){0};
	cache->count = 0;
}

void cache_destroy(struct cache *cache)
{
	if (!cache)
		return;
	unload(cache);
	free(cache->fresh);
	buffer_finish(&cache->fresh_gaps);
	free(cache);
}

static bool checksum(struct bytes data, uint8_t out[CHECKSUM])
{
	struct bytes before = bytes_slice(data, 0, CHECKSUM_AT);
	struct bytes behind = bytes_from(data, CACHE_HEADER);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
	            EVP_DigestUpdate(context, before.ptr, before.len) == 1 &&
	            EVP_DigestUpdate(context, behind.ptr, behind.len) == 1 &&
	            EVP_DigestFinal_ex(context, out, NULL) == 1;
	EVP_MD_CTX_free(context);
	return done;
}

bool cache_seal(uint8_t *data, size_t size)
{
	return size >= CACHE_HEADER && checksum((struct bytes){data, size}, data + CHECKSUM_AT);
}

static int compare(const struct cache_key *a, const struct cache_key *b)
{
	for (size_t i = 0; i < 2; i++)
		if (a->words[i] != b->words[i])
			return a->words[i] < b->words[i] ? -1 : 1;
	return 0;
}

/* The key alone: a search looks at several. */
static struct cache_key key_at(const struct cache *cache, size_t index)
{
	struct cursor c = cursor_over(bytes_slice(cache->records, index * CACHE_RECORD, 16));
	struct cache_key key;
	key.words[0] = cursor_u64le(&c);
	key.words[1] = cursor_u64le(&c);
	return key;
}

static struct record record_at(const struct cache *cache, size_t index)
{
	struct record record = {0};
	struct cursor c =
		cursor_over(bytes_slice(cache->records, index * CACHE_RECORD, CACHE_RECORD));
	record.key = key_at(cache, index);
	cursor_skip(&c, 16);
	record.account.objects = cursor_u64le(&c);
	for (size_t i = 0; i < CLASS_UNREAD; i++)
		record.account.bytes[i] = cursor_u64le(&c);
	record.gaps_at = cursor_u32le(&c);
	record.gaps_len = cursor_u16le(&c);
	record.unused = cursor_u16le(&c);
	return record;
}

static bool record_is_possible(const struct record *record)
{
	return record->account.objects > 0 && record->unused <= CACHE_UNUSED_MOST &&
	       (record->gaps_len > 0 || record->account.bytes[CLASS_OPAQUE] == 0);
}

static size_t bucket_of(const struct cache *cache, const struct cache_key *key)
{
	return cache->bucket_bits > 0 ? (size_t)(key->words[0] >> (64 - cache->bucket_bits)) : 0;
}

/* Checks every record and where each bucket begins. */
static bool index_records(struct cache *cache)
{
	while (cache->bucket_bits < BUCKET_BITS_MOST &&
	       (size_t)1 << cache->bucket_bits < cache->count)
		cache->bucket_bits++;
	size_t buckets = (size_t)1 << cache->bucket_bits, next = 0;
	cache->met = calloc(cache->count + 1, sizeof *cache->met);
	cache->buckets = calloc(buckets + 1, sizeof *cache->buckets);
	if (!cache->met || !cache->buckets)
		return false;
	struct cache_key last = {{0, 0}};
	size_t gaps_at = 0; /* they lie in the order of records, without a hole */
	for (size_t i = 0; i < cache->count; i++) {
		struct record record = record_at(cache, i);
		if (!record_is_possible(&record) || record.gaps_at != gaps_at ||
		    (i > 0 && compare(&last, &record.key) >= 0))
			return false;
		for (size_t bucket = bucket_of(cache, &record.key); next <= bucket; next++)
			cache->buckets[next] = (uint32_t)i;
		last = record.key;
		gaps_at += record.gaps_len;
	}
	for (; next <= buckets; next++)
		cache->buckets[next] = (uint32_t)cache->count;
	return gaps_at == cache->gaps.len;
}

/* Takes the header apart; the cache's slices then lie in `data`. */
static bool is_whole(struct cache *cache, struct bytes data, struct bytes *conditions)
{
	struct cursor c = cursor_over(data);
	uint8_t sum[CHECKSUM];
	cursor_skip(&c, sizeof magic - 1);
	*conditions = cursor_take(&c, CACHE_CONDITIONS);
	cursor_skip(&c, SIPHASH_KEY);
	cache->count = cursor_u32le(&c);
	uint32_t gaps = cursor_u32le(&c);
	struct bytes stored = cursor_take(&c, CHECKSUM);
	cache->records = cursor_take(&c, (uint64_t)cache->count * CACHE_RECORD);
	cache->gaps = cursor_take(&c, gaps);
	return cursor_ok(&c) && cursor_left(&c) == 0 && cache->count <= CACHE_RECORDS_MOST &&
	       gaps <= CACHE_GAPS_MOST && checksum(data, sum) &&
	       bytes_equal(stored, (struct bytes){sum, CHECKSUM});
}

const char *cache_load(struct cache *cache, uint8_t *data, size_t size)
{
	struct bytes all = {data, size}, conditions;
	const char *problem = NULL;
	cache->data = data;
	if (!bytes_start_with(all, bytes_of(magic)))
		problem = "it is none of debar's";
	else if (!is_whole(cache, all, &conditions))
		problem = "it is damaged";
	else if (!bytes_equal(conditions, (struct bytes){cache->conditions, CACHE_CONDITIONS}))
		problem = "it is of other policies, options or programs";
	else if (!index_records(cache))
		problem = "its records are none that debar writes, or there is no memory for them";
	if (problem)
		unload(cache);
	else
		memcpy(cache->secret, all.ptr + SECRET_AT, SIPHASH_KEY);
	return problem;
}

struct cache_key cache_key(const struct cache *cache, struct bytes identity)
{
	struct cache_key key;
	siphash(cache->secret, identity, key.words);
	return key;
}

bool cache_next_gap(struct bytes *gaps, struct wire_gap *out, bool *broken)
{
	struct wire_frame frame;
	if (!wire_next_frame(gaps, &frame, broken))
		return false;
	*broken = frame.type != WIRE_GAP || frame.gap.class != CLASS_OPAQUE;
	*out = frame.gap;
	return !*broken;
}

/* They speak of all that could not be looked into. */
static bool gaps_are_good(struct bytes gaps, const struct account *account)
{
	struct wire_gap gap;
	bool broken = false;
	uint64_t told = 0;
	while (cache_next_gap(&gaps, &gap, &broken))
		account_sum(&told, gap.bytes);
	return !broken && told >= account->bytes[CLASS_OPAQUE];
}

static bool accounts_for(const struct account *account, uint64_t size)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < CLASS_COUNT; i++)
		if (ckd_add(&sum, sum, account->bytes[i]))
			return true;
	return sum >= size;
}

bool cache_find(struct cache *cache, struct cache_key key, uint64_t size, struct cache_entry *out)
{
	if (cache->count == 0)
		return false;
	size_t bucket = bucket_of(cache, &key);
	size_t low = cache->buckets[bucket], high = cache->buckets[bucket + 1];
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct cache_key other = key_at(cache, middle);
		int order = compare(&key, &other);
		if (order == 0) {
			struct record record = record_at(cache, middle);
			struct bytes gaps =
				bytes_slice(cache->gaps, record.gaps_at, record.gaps_len);
			*out = (struct cache_entry){record.account, gaps};
			bool good = accounts_for(&record.account, size) &&
			            gaps_are_good(gaps, &record.account);
			cache->met[middle] = good;
			return good;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

void cache_keep(struct cache *cache, struct cache_key key, const struct cache_entry *entry)
{
	struct record record = {.key = key, .account = entry->account};
	struct buffer *gaps = &cache->fresh_gaps;
	if (cache->fresh_count == CACHE_RECORDS_MOST || entry->gaps.len > CACHE_GAPS_OF_FILE ||
	    entry->gaps.len > CACHE_GAPS_MOST - gaps->len ||
	    entry->account.bytes[CLASS_UNREAD] > 0 || !gaps_are_good(entry->gaps, &entry->account))
		return;
	if (cache->fresh_count == cache->fresh_room) {
		size_t room = cache->fresh_room * 2 + 1024;
		struct record *fresh = realloc(cache->fresh, room * sizeof *fresh);
		if (!fresh)
			return; /* it is read again next time */
		cache->fresh = fresh;
		cache->fresh_room = room;
	}
	record.gaps_at = (uint32_t)gaps->len;
	record.gaps_len = (uint16_t)entry->gaps.len;
	buffer_put(gaps, entry->gaps);
	if (buffer_ok(gaps) && record_is_possible(&record))
		cache->fresh[cache->fresh_count++] = record;
}

bool cache_has_news(const struct cache *cache)
{
	return cache->fresh_count > 0;
}

static int by_key(const void *a, const void *b)
{
	const struct record *left = a, *right = b;
	return compare(&left->key, &right->key);
}

/* Writes one record, and its gaps behind those of the ones before. */
static void put_record(struct buffer *out, struct buffer *gaps, const struct record *record,
                       struct bytes its_gaps)
{
	if (its_gaps.len > CACHE_GAPS_MOST - gaps->len)
		return;
	buffer_put_u64le(out, record->key.words[0]);
	buffer_put_u64le(out, record->key.words[1]);
	buffer_put_u64le(out, record->account.objects);
	for (size_t i = 0; i < CLASS_UNREAD; i++)
		buffer_put_u64le(out, record->account.bytes[i]);
	buffer_put_u32le(out, (uint32_t)gaps->len);
	buffer_put_u16le(out, (uint16_t)its_gaps.len);
	buffer_put_u16le(out, record->unused);
	buffer_put(gaps, its_gaps);
}

static void put_fresh(const struct cache *cache, size_t index, struct buffer *out,
                      struct buffer *gaps)
{
	const struct record *record = &cache->fresh[index];
	if (index > 0 && compare(&record->key, &record[-1].key) == 0)
		return; /* a target that was given twice */
	put_record(
		out, gaps, record,
		bytes_slice(buffer_bytes(&cache->fresh_gaps), record->gaps_at, record->gaps_len));
}

static void put_loaded(const struct cache *cache, size_t index, struct buffer *out,
                       struct buffer *gaps)
{
	struct record record = record_at(cache, index);
	record.unused = cache->met[index] ? 0 : (uint16_t)(record.unused + 1);
	if (record.unused <= CACHE_UNUSED_MOST)
		put_record(out, gaps, &record,
		           bytes_slice(cache->gaps, record.gaps_at, record.gaps_len));
}

/* Both lists are in the order of keys; of two with the same key the fresh one counts. */
static void merge(struct cache *cache, struct buffer *out, struct buffer *gaps)
{
	const size_t most = CACHE_HEADER + (size_t)CACHE_RECORDS_MOST * CACHE_RECORD;
	size_t i = 0, j = 0;
	while ((i < cache->count || j < cache->fresh_count) && out->len < most) {
		int order = j == cache->fresh_count ? -1 : 1;
		if (i < cache->count && j < cache->fresh_count) {
			struct cache_key key = key_at(cache, i);
			order = compare(&key, &cache->fresh[j].key);
		}
		if (order == 0)
			i++;
		else if (order < 0)
			put_loaded(cache, i++, out, gaps);
		else
			put_fresh(cache, j++, out, gaps);
	}
}

static void put_header(const struct cache *cache, size_t records, size_t gaps, struct buffer *out)
{
	static const uint8_t unsealed[CHECKSUM];
	buffer_put_text(out, magic);
	buffer_put(out, (struct bytes){cache->conditions, CACHE_CONDITIONS});
	buffer_put(out, (struct bytes){cache->secret, SIPHASH_KEY});
	buffer_put_u32le(out, (uint32_t)records);
	buffer_put_u32le(out, (uint32_t)gaps);
	buffer_put(out, (struct bytes){unsealed, CHECKSUM});
}

bool cache_write(struct cache *cache, struct buffer *out)
{
	struct buffer header, gaps;
	buffer_init(&header, CACHE_HEADER);
	buffer_init(&gaps, CACHE_GAPS_MOST);
	buffer_clear(out);
	if (cache->fresh_count > 1)
		qsort(cache->fresh, cache->fresh_count, sizeof *cache->fresh, by_key);
	put_header(cache, 0, 0, out); /* its place; the counts are known at the end */
	merge(cache, out, &gaps);
	put_header(cache, (out->len - CACHE_HEADER) / CACHE_RECORD, gaps.len, &header);
	buffer_put(out, buffer_bytes(&gaps));
	bool good = buffer_ok(&header) && buffer_ok(&gaps) && buffer_ok(out);
	if (good)
		memcpy(out->data, header.data, CACHE_HEADER);
	good = good && cache_seal(out->data, out->len);
	buffer_finish(&header);
	buffer_finish(&gaps);
	return good;
}
