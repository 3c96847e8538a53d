/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/sieve.h"

#include "policy/roots.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define HAS_SIEVE 1
#else
#define HAS_SIEVE 0
#endif

enum {
	BLOCK = 64,           /* places that are looked at together */
	REACH = 2 * 3,        /* how far behind its place a run of UTF-16 is looked at */
	PASSES = 4,           /* over all runs, to find each a better bucket */
	LITERALS_MOST = 2048, /* of more, the runs would be too many */
	PATIENCE = 32,        /* one place in so many may be looked at twice, */
	PATIENCE_LEAST = 256, /* and so many in any window */
};

/* Of all places that so many would be looked at twice, of bytes as they are in /usr. */
#define RATE_MOST 0.004

static uint8_t lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + ('a' - 'A')) : byte;
}

/* Four bytes, `step` apart, without case. */
static uint32_t run_at(const uint8_t *at, size_t step)
{
	return (uint32_t)lower(at[0]) | (uint32_t)lower(at[step]) << 8 |
	       (uint32_t)lower(at[2 * step]) << 16 | (uint32_t)lower(at[3 * step]) << 24;
}

static uint8_t byte_of(uint32_t run, size_t place)
{
	return (uint8_t)(run >> 8 * place);
}

/* Runs that were put together, as long as buckets are chosen. */
struct bucket {
	uint16_t counts[SIEVE_RUN][SIEVE_VALUES]; /* of runs with that value there */
	double rates[SIEVE_RUN];                  /* how often one of these values stands */
};

static double rate_of(const struct bucket *bucket)
{
	double rate = 1;
	for (size_t i = 0; i < SIEVE_RUN; i++)
		rate *= bucket->rates[i];
	return rate;
}

/* A letter is looked for in both cases. */
static void count_value(struct bucket *bucket, size_t place, uint8_t byte, int by)
{
	uint16_t *count = &bucket->counts[place][byte % SIEVE_VALUES];
	if (*count == 0 || (by < 0 && *count == 1))
		bucket->rates[place] += by * roots_rate(byte);
	*count = (uint16_t)(*count + by);
}

static void put_run(struct bucket *bucket, uint32_t run, int by)
{
	for (size_t i = 0; i < SIEVE_RUN; i++)
		count_value(bucket, i, byte_of(run, i), by);
}

/* The bucket whose rate rises least by the run. */
static size_t best_bucket(const struct bucket *buckets, uint32_t run)
{
	size_t best = 0;
	double least = 2;
	for (size_t b = 0; b < SIEVE_BUCKETS; b++) {
		struct bucket with = buckets[b];
		put_run(&with, run, 1);
		double rise = rate_of(&with) - rate_of(&buckets[b]);
		if (rise < least) {
			least = rise;
			best = b;
		}
	}
	return best;
}

/* Puts alike runs together. Returns how often a place would be looked at twice. */
static double choose_buckets(const struct sieve_root *roots, size_t count, size_t *bucket_of)
{
	struct bucket buckets[SIEVE_BUCKETS] = {0};
	for (size_t pass = 0; pass < PASSES; pass++)
		for (size_t i = 0; i < count; i++) {
			if (pass > 0)
				put_run(&buckets[bucket_of[i]], roots[i].run, -1);
			bucket_of[i] = best_bucket(buckets, roots[i].run);
			put_run(&buckets[bucket_of[i]], roots[i].run, 1);
		}
	double rate = 0;
	for (size_t b = 0; b < SIEVE_BUCKETS; b++)
		rate += rate_of(&buckets[b]);
	return rate;
}

static void allow(struct sieve *sieve, size_t place, uint8_t byte, size_t bucket)
{
	uint8_t bit = (uint8_t)(1U << bucket);
	sieve->tables[place][byte % SIEVE_VALUES] |= bit;
	if (byte >= 'a' && byte <= 'z')
		sieve->tables[place][byte - ('a' - 'A')] |= bit;
}

static void fill(struct sieve *sieve, const struct sieve_root *roots, size_t count,
                 const size_t *bucket_of)
{
	size_t end = 0;
	for (size_t b = 0; b < SIEVE_BUCKETS; b++) {
		for (size_t i = 0; i < count; i++) {
			if (bucket_of[i] != b)
				continue;
			sieve->roots[end++] = roots[i];
			for (size_t place = 0; place < SIEVE_RUN; place++)
				allow(sieve, place, byte_of(roots[i].run, place), b);
		}
		sieve->ends[b] = end;
	}
}

/* UTF-16 of ASCII and Latin-1, whose letters stand in every other place. */
static bool is_spread(struct bytes text)
{
	bool spread = text.len >= (size_t)2 * SIEVE_RUN && text.len % 2 == 0;
	for (size_t i = 1; i < text.len && spread; i += 2)
		spread = text.ptr[i] == 0;
	return spread;
}

static bool has_text(const struct patterns *list, struct bytes text)
{
	for (size_t i = 0; i < list->count; i++)
		if (bytes_equal(patterns_text(list, i), text))
			return true;
	return false;
}

/* Each literal as its run will be looked for, once: what is spread, drawn together. */
static enum debar_status draw_together(struct patterns *out, const struct patterns *literals,
                                       struct debar_error *error)
{
	patterns_init(out);
	for (size_t i = 0; i < literals->count; i++) {
		struct bytes text = patterns_text(literals, i);
		uint8_t letters[PATTERN_MOST];
		size_t step = is_spread(text) ? 2 : 1, length = 0;
		for (size_t at = 0; at < text.len && length < sizeof letters; at += step)
			letters[length++] = text.ptr[at];
		text = (struct bytes){letters, length};
		if (!has_text(out, text))
			patterns_put(out, 0, text, HS_FLAG_CASELESS);
	}
	return patterns_check_list(out, error);
}

/* False when one is too short or too long. */
static bool take_root(struct bytes text, struct sieve_root *root)
{
	if (text.len < SIEVE_RUN || text.len > SIEVE_RUN + SIEVE_BEFORE)
		return false;
	const uint8_t *run = text.ptr + (text.len - SIEVE_RUN);
	*root = (struct sieve_root){run_at(run, 1), (uint8_t)(text.len - SIEVE_RUN), {0}};
	for (size_t i = 0; i < root->count; i++)
		root->before[i] = lower(run[-1 - (ptrdiff_t)i]);
	return true;
}

static bool make_of(struct sieve *sieve, const struct patterns *list)
{
	struct sieve_root roots[SIEVE_ROOTS_MOST];
	size_t bucket_of[SIEVE_ROOTS_MOST];
	if (list->count > SIEVE_ROOTS_MOST)
		return false;
	for (size_t i = 0; i < list->count; i++)
		if (!take_root(patterns_text(list, i), &roots[i]))
			return false;
	if (choose_buckets(roots, list->count, bucket_of) > RATE_MOST)
		return false;
	fill(sieve, roots, list->count, bucket_of);
	return true;
}

enum debar_status sieve_make(struct sieve *sieve, const struct patterns *literals,
                             struct debar_error *error)
{
	*sieve = (struct sieve){.ready = false};
	if (!sieve_is_possible() || literals->count > LITERALS_MOST)
		return DEBAR_OK;
	struct patterns texts, roots;
	patterns_init(&roots);
	enum debar_status status = draw_together(&texts, literals, error);
	if (status == DEBAR_OK)
		status = roots_choose(&roots, &texts, error);
	if (status == DEBAR_OK)
		sieve->ready = make_of(sieve, &roots);
	patterns_finish(&roots);
	patterns_finish(&texts);
	return status;
}

#if HAS_SIEVE

#define WITH_VBMI __attribute__((target("avx512f,avx512bw,avx512vbmi")))

bool sieve_is_possible(void)
{
	return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi");
}

/* Whether the root stands in the window with its run at `at`, its letters `step` apart. */
static bool is_root(const struct sieve_root *root, struct bytes window, size_t at, size_t step)
{
	if (at < root->count * step)
		return false;
	for (size_t i = 0; i < root->count; i++)
		if (lower(window.ptr[at - (i + 1) * step]) != root->before[i])
			return false;
	return true;
}

/* Whether one of `buckets` does. */
static bool holds(const struct sieve *sieve, uint8_t buckets, struct bytes window, size_t at,
                  size_t step)
{
	if (at + 3 * step >= window.len)
		return false;
	const uint8_t *here = window.ptr + at;
	if (step == 2 && (here[1] | here[3] | here[5]) != 0)
		return false;
	uint32_t run = run_at(here, step);
	for (size_t b = 0, i = 0; b < SIEVE_BUCKETS; b++) {
		for (; (buckets >> b & 1) != 0 && i < sieve->ends[b]; i++)
			if (sieve->roots[i].run == run &&
			    is_root(&sieve->roots[i], window, at, step))
				return true;
		i = sieve->ends[b];
	}
	return false;
}

/* Of the places of a block that `mask` names, whose buckets lie in `found`, the first that holds
 * one; BLOCK: none. */
static size_t first_of(const struct sieve *sieve, uint64_t mask, const uint8_t *found,
                       struct bytes window, size_t block, size_t step)
{
	for (; mask != 0; mask &= mask - 1) {
		size_t place = (size_t)__builtin_ctzll(mask);
		if (holds(sieve, found[place], window, block + place, step))
			return place;
	}
	return BLOCK;
}

/* The four tables, as they lie in registers. */
struct tables {
	__m512i low[SIEVE_RUN], high[SIEVE_RUN];
};

WITH_VBMI static inline __m512i look_up(const struct tables *tables, size_t place,
                                        const uint8_t *from)
{
	return _mm512_permutex2var_epi8(tables->low[place], _mm512_loadu_si512(from),
	                                tables->high[place]);
}

/* `first`, and the other three letters `step` and more places behind. */
WITH_VBMI static inline __m512i look(const struct tables *tables, __m512i first,
                                     const uint8_t *block, size_t step)
{
	__m512i all = _mm512_and_si512(first, look_up(tables, 1, block + step));
	all = _mm512_and_si512(all, look_up(tables, 2, block + 2 * step));
	return _mm512_and_si512(all, look_up(tables, 3, block + 3 * step));
}

/* A look at blocks that lie one behind another. */
struct sift {
	const struct sieve *sieve;
	struct bytes window;
	size_t patience;
	bool dense;
};

/* Goes over `count` blocks from `from` on, whose bytes, and REACH more, can be read at `at`.
 * Returns the place of a run, or where it was left. */
WITH_VBMI static size_t sift_blocks(struct sift *s, size_t from, const uint8_t *at, size_t count)
{
	struct tables tables;
	for (size_t i = 0; i < SIEVE_RUN; i++) {
		tables.low[i] = _mm512_loadu_si512(s->sieve->tables[i]);
		tables.high[i] = _mm512_loadu_si512(s->sieve->tables[i] + BLOCK);
	}
	size_t end = from + count * BLOCK;
	for (; from < end; from += BLOCK, at += BLOCK) {
		__m512i first = look_up(&tables, 0, at), next = _mm512_loadu_si512(at + 1);
		__m512i narrow = look(&tables, first, at, 1), wide = look(&tables, first, at, 2);
		uint64_t here = _mm512_test_epi8_mask(narrow, narrow);
		uint64_t spread =
			_mm512_mask_test_epi8_mask(_mm512_testn_epi8_mask(next, next), wide, wide);
		if (__builtin_expect((here | spread) == 0, 1))
			continue;
		size_t doubts = (size_t)__builtin_popcountll(here | spread);
		s->dense = doubts > s->patience;
		if (s->dense)
			return from;
		s->patience -= doubts;
		uint8_t found[BLOCK], apart[BLOCK];
		_mm512_storeu_si512(found, narrow);
		_mm512_storeu_si512(apart, wide);
		size_t one = first_of(s->sieve, here, found, s->window, from, 1);
		size_t other = first_of(s->sieve, spread, apart, s->window, from, 2);
		if (one < BLOCK || other < BLOCK)
			return from + (one < other ? one : other);
	}
	return end;
}

size_t sieve_next(const struct sieve *sieve, struct bytes window, size_t from, bool *dense)
{
	struct bytes rest = bytes_from(window, from);
	struct sift s = {sieve, window, rest.len / PATIENCE + PATIENCE_LEAST, false};
	size_t blocks = rest.len >= REACH ? (rest.len - REACH) / BLOCK : 0;
	size_t end = from + blocks * BLOCK;
	size_t at = blocks > 0 ? sift_blocks(&s, from, rest.ptr, blocks) : end;
	if (at == end) { /* the last bytes, with zeros behind them */
		uint8_t tail[2 * BLOCK + REACH] = {0};
		rest = bytes_from(window, end);
		if (rest.len > 0)
			memcpy(tail, rest.ptr, rest.len);
		at = sift_blocks(&s, end, tail, 2);
	}
	*dense = s.dense;
	return at < window.len ? at : window.len;
}

#else

bool sieve_is_possible(void)
{
	return false;
}

size_t sieve_next(const struct sieve *sieve, struct bytes window, size_t from, bool *dense)
{
	(void)sieve, (void)window;
	*dense = true;
	return from;
}

#endif
