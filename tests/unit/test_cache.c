/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "base/buffer.h"
#include "scan/cache.h"
#include "scan/cache_file.h"
#include "unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 3000, PLAIN = 7, LOCKED = 8, RECORDS_AT = CACHE_HEADER };

static const uint8_t conditions[CACHE_CONDITIONS] = {1, 2, 3};

static struct cache_key key_of(const struct cache *cache, uint32_t number)
{
	uint8_t text[4] = {(uint8_t)number, (uint8_t)(number >> 8), (uint8_t)(number >> 16)};
	return cache_key(cache, (struct bytes){text, sizeof text});
}

static void put_gap(struct buffer *out, enum byte_class class, uint64_t bytes)
{
	struct wire_gap gap = {9, BYTES("!/locked"), bytes, class, BYTES("encrypted zip member")};
	wire_put_gap(out, &gap);
}

static void keep(struct cache *cache, uint32_t number, struct bytes gaps, uint64_t opaque)
{
	struct cache_entry entry = {.account = {.objects = 1 + number}, .gaps = gaps};
	entry.account.bytes[CLASS_READ] = number;
	entry.account.bytes[CLASS_OPAQUE] = opaque;
	cache_keep(cache, key_of(cache, number), &entry);
}

/* A cache of FILES files; those whose number ends in LOCKED have a gap. */
static struct cache *filled(void)
{
	struct cache *cache = cache_create(conditions);
	struct buffer gaps;
	buffer_init(&gaps, 4096);
	put_gap(&gaps, CLASS_OPAQUE, 50);
	assert_non_null(cache);
	for (uint32_t i = 0; i < FILES; i++)
		keep(cache, i, i % 10 == LOCKED ? buffer_bytes(&gaps) : (struct bytes){0},
		     i % 10 == LOCKED ? 50 : 0);
	buffer_finish(&gaps);
	return cache;
}

static struct buffer written(struct cache *cache)
{
	struct buffer out;
	buffer_init(&out, CACHE_FILE_MOST);
	assert_true(cache_write(cache, &out));
	return out;
}

static struct buffer sample(void)
{
	struct cache *cache = filled();
	assert_true(cache_has_news(cache));
	struct buffer out = written(cache);
	cache_destroy(cache);
	return out;
}

/* Loads a copy of `data`; NULL or the problem. */
static const char *load(struct cache *cache, struct bytes data)
{
	uint8_t *copy = malloc(data.len + 1);
	assert_non_null(copy);
	memcpy(copy, data.ptr, data.len);
	return cache_load(cache, copy, data.len);
}

static bool has(struct cache *cache, uint32_t number, uint64_t size)
{
	struct cache_entry entry;
	return cache_find(cache, key_of(cache, number), size, &entry);
}

static size_t count(struct cache *cache, uint32_t from, uint32_t to)
{
	size_t found = 0;
	for (uint32_t i = from; i < to; i++)
		found += has(cache, i, 0);
	return found;
}

static void what_was_kept_comes_back(void **state)
{
	(void)state;
	struct buffer data = sample();
	struct cache *cache = cache_create(conditions);
	assert_null(load(cache, buffer_bytes(&data)));
	assert_false(cache_has_news(cache));
	assert_int_equal(count(cache, 0, FILES), FILES);
	assert_int_equal(count(cache, FILES, 3 * FILES), 0);
	struct cache_entry entry;
	assert_true(cache_find(cache, key_of(cache, LOCKED), LOCKED + 50, &entry));
	assert_int_equal(entry.account.objects, LOCKED + 1);
	assert_int_equal(entry.account.bytes[CLASS_READ], LOCKED);
	assert_int_equal(entry.account.bytes[CLASS_OPAQUE], 50);
	struct wire_gap gap;
	bool broken = false;
	assert_true(cache_next_gap(&entry.gaps, &gap, &broken));
	assert_true(gap.bytes == 50 && bytes_equal(gap.member, BYTES("!/locked")));
	assert_false(cache_next_gap(&entry.gaps, &gap, &broken) || broken);
	assert_false(has(cache, PLAIN, PLAIN + 1)); /* it accounts for fewer bytes than there are */
	cache_destroy(cache);
	buffer_finish(&data);
}

static void what_must_not_be_kept_is_not(void **state)
{
	(void)state;
	struct cache *cache = cache_create(conditions);
	struct buffer gaps;
	buffer_init(&gaps, 1 << 20);
	struct cache_entry unread = {.account = {.objects = 1}};
	unread.account.bytes[CLASS_UNREAD] = 1;
	cache_keep(cache, key_of(cache, 0), &unread);
	put_gap(&gaps, CLASS_UNREAD, 5);
	keep(cache, 1, buffer_bytes(&gaps), 0);
	buffer_clear(&gaps);
	wire_put_done(&gaps, &(struct wire_done){.serial = 1, .account = {.objects = 1}});
	keep(cache, 2, buffer_bytes(&gaps), 0);
	keep(cache, 3, (struct bytes){0}, 10); /* opaque, and no gap says so */
	keep(cache, 4, BYTES("no frames"), 10);
	buffer_clear(&gaps);
	put_gap(&gaps, CLASS_OPAQUE, 9);
	keep(cache, 7, buffer_bytes(&gaps), 10); /* nor of all of it */
	buffer_clear(&gaps);
	while (gaps.len <= CACHE_GAPS_OF_FILE)
		put_gap(&gaps, CLASS_OPAQUE, 5);
	keep(cache, 5, buffer_bytes(&gaps), 10);
	assert_false(cache_has_news(cache));
	keep(cache, 6, (struct bytes){0}, 0);
	assert_true(cache_has_news(cache));
	buffer_finish(&gaps);
	cache_destroy(cache);
}

static void another_key_is_another_cache(void **state)
{
	(void)state;
	struct buffer data = sample();
	uint8_t others[CACHE_CONDITIONS] = {1, 2, 4};
	struct cache *cache = cache_create(others);
	assert_non_null(load(cache, buffer_bytes(&data)));
	assert_int_equal(count(cache, 0, FILES), 0);
	cache_destroy(cache);
	buffer_finish(&data);
}

static void any_accident_is_noticed(void **state)
{
	(void)state;
	struct buffer data = sample();
	struct cache *cache = cache_create(conditions);
	for (size_t cut = 0; cut < data.len; cut += cut < 300 ? 1 : 4099)
		assert_non_null(load(cache, bytes_slice(buffer_bytes(&data), 0, cut)));
	for (size_t at = 0; at < data.len; at += at < 300 ? 1 : 997) {
		data.data[at] ^= 0x10;
		assert_non_null(load(cache, buffer_bytes(&data)));
		data.data[at] ^= 0x10;
	}
	buffer_put_u8(&data, 0);
	assert_non_null(load(cache, buffer_bytes(&data)));
	assert_int_equal(count(cache, 0, FILES), 0);
	cache_destroy(cache);
	buffer_finish(&data);
}

/* Offsets in the file, by what a forger would write there. The checksum is mended. */
static void forgeries_are_refused(void **state)
{
	(void)state;
	static const struct {
		size_t at, length;
		uint8_t value;
	} cases[] = {
		{56, 4, 0xff},              /* more records than there are */
		{60, 4, 0xff},              /* more bytes of gaps */
		{56, 1, 0},                 /* fewer records: the rest is left over */
		{RECORDS_AT, 16, 0xff},     /* keys out of order */
		{RECORDS_AT + 64, 16, 0},   /* likewise */
		{RECORDS_AT + 16, 8, 0},    /* no object */
		{RECORDS_AT + 48, 1, 0xff}, /* opaque bytes, or gaps from nowhere */
		{RECORDS_AT + 56, 4, 0xff}, /* gaps that begin behind the end */
		{RECORDS_AT + 60, 2, 0xff}, /* or end there */
		{RECORDS_AT + 62, 2, 0xff}, /* never met for too long */
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buffer data = sample();
		struct cache *cache = cache_create(conditions);
		if (cases[i].at == RECORDS_AT + 48) /* of a record without gaps */
			memset(data.data + RECORDS_AT + 60, 0, 2);
		memset(data.data + cases[i].at, cases[i].value, cases[i].length);
		assert_true(cache_seal(data.data, data.len));
		assert_non_null(load(cache, buffer_bytes(&data)));
		assert_int_equal(count(cache, 0, FILES), 0);
		cache_destroy(cache);
		buffer_finish(&data);
	}
	assert_false(cache_seal((uint8_t[8]){0}, 8));
}

/* Gaps that a cache may not hold are found out when they are asked for. */
static void forged_gaps_are_not_told(void **state)
{
	(void)state;
	struct buffer data = sample(), frame;
	buffer_init(&frame, 4096);
	put_gap(&frame, CLASS_UNREAD, 50);
	size_t gaps_at = CACHE_HEADER + (size_t)FILES * CACHE_RECORD;
	for (size_t at = gaps_at; at < data.len; at += frame.len)
		memcpy(data.data + at, frame.data, frame.len);
	assert_true(cache_seal(data.data, data.len));
	struct cache *cache = cache_create(conditions);
	assert_null(load(cache, buffer_bytes(&data)));
	assert_int_equal(count(cache, 0, FILES), FILES - FILES / 10);
	assert_false(has(cache, LOCKED, 0));
	assert_true(has(cache, PLAIN, 0));
	cache_destroy(cache);
	buffer_finish(&frame);
	buffer_finish(&data);
}

/* What is not met is written again a few times, what is met for ever; new files come in between. */
static void records_age(void **state)
{
	(void)state;
	struct buffer data = sample();
	for (uint32_t round = 0; round <= CACHE_UNUSED_MOST; round++) {
		struct cache *cache = cache_create(conditions);
		assert_null(load(cache, buffer_bytes(&data)));
		buffer_finish(&data);
		assert_int_equal(count(cache, 0, FILES / 2), FILES / 2);
		keep(cache, FILES + round, (struct bytes){0}, 0);
		keep(cache, FILES + round, (struct bytes){0}, 0); /* a target given twice */
		data = written(cache);
		cache_destroy(cache);
	}
	struct cache *cache = cache_create(conditions);
	assert_null(load(cache, buffer_bytes(&data)));
	assert_int_equal(count(cache, 0, FILES), FILES / 2);
	assert_int_equal(count(cache, FILES, 2 * FILES), CACHE_UNUSED_MOST + 1);
	cache_destroy(cache);
	buffer_finish(&data);
}

static bool is_refused(const char *path)
{
	size_t size = 0;
	const char *why = NULL;
	uint8_t *data = cache_file_read(path, &size, &why);
	bool refused = !data && why;
	free(data);
	return refused;
}

/* Only a regular file of the user's that nobody else can write. */
static void the_file_must_be_the_users_own(void **state)
{
	(void)state;
	char folder[] = "/tmp/debar-cache-XXXXXX", path[64], link[64], deep[64];
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof path, "%s/cache", folder);
	(void)snprintf(link, sizeof link, "%s/link", folder);
	(void)snprintf(deep, sizeof deep, "%s/a/b/cache", folder);
	struct buffer sample_data = sample();
	size_t size = 0;
	const char *why = "";
	assert_null(cache_file_read(path, &size, &why));
	assert_null(why); /* there is none: no objection */

	assert_null(cache_file_write(deep, buffer_bytes(&sample_data)));
	assert_null(cache_file_write(path, buffer_bytes(&sample_data)));
	struct stat st;
	assert_true(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	uint8_t *data = cache_file_read(path, &size, &why);
	assert_true(data && size == sample_data.len && memcmp(data, sample_data.data, size) == 0);
	free(data);

	assert_true(chmod(path, 0620) == 0 && is_refused(path));
	assert_true(chmod(path, 0602) == 0 && is_refused(path));
	assert_true(chmod(path, 0644) == 0 && !is_refused(path));
	if (geteuid() == 0) {
		assert_true(chown(path, 65534, 65534) == 0 && is_refused(path));
		assert_int_equal(chown(path, 0, 0), 0);
	}
	assert_true(symlink(path, link) == 0 && is_refused(link));
	assert_null(
		cache_file_write(link, buffer_bytes(&sample_data))); /* replaced, not followed */
	assert_true(lstat(link, &st) == 0 && S_ISREG(st.st_mode));
	assert_true(unlink(link) == 0 && mkfifo(link, 0600) == 0 && is_refused(link));
	assert_true(is_refused(folder));
	assert_non_null(cache_file_write(folder, buffer_bytes(&sample_data)));
	assert_true(truncate(path, CACHE_HEADER - 1) == 0 && is_refused(path));
	assert_true(truncate(path, (off_t)CACHE_FILE_MOST + 1) == 0 && is_refused(path));

	assert_true(unlink(path) == 0 && unlink(link) == 0 && unlink(deep) == 0);
	(void)snprintf(deep, sizeof deep, "%s/a/b", folder);
	assert_int_equal(rmdir(deep), 0);
	(void)snprintf(deep, sizeof deep, "%s/a", folder);
	assert_int_equal(rmdir(deep), 0);
	assert_int_equal(rmdir(folder), 0); /* nothing half written is left */
	buffer_finish(&sample_data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_kept_comes_back),
		cmocka_unit_test(what_must_not_be_kept_is_not),
		cmocka_unit_test(another_key_is_another_cache),
		cmocka_unit_test(any_accident_is_noticed),
		cmocka_unit_test(forgeries_are_refused),
		cmocka_unit_test(forged_gaps_are_not_told),
		cmocka_unit_test(records_age),
		cmocka_unit_test(the_file_must_be_the_users_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
