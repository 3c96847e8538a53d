/* SPDX-License-Identifier: Apache-2.0 */
/* The sieve says of no window that it holds no literal when it does, and finds what a plain search
 * for its roots finds; a matcher with it finds the same marks as one without. */
#include "sample_vendor.h"
#include "test.h"

#include "core/reader.h"
#include "policy/compile.h"
#include "policy/match.h"
#include "policy/sieve.h"

#include <stdlib.h>

enum { WINDOW = 4096, MARKS_MOST = 1024 };

static uint32_t state = 1;

static size_t pick(size_t below)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % below;
}

static const char awkward[] = ACME_BYTES(
	"      {value: acme}, {value: ACMEs}, {value: aaaaaaaa}, {value: 华为技术}, {value: "
	"卡巴},\n"
	"      {value: ЩИТ-акме}, {value: щит}, {value: aщaщa}, {value: Académie}, {value: ééé},\n"
	"      {value: 'a b c d e'}, {value: zzzz}, {value: xzzzz}, {value: '----'}");

/* A pack, its literals and their sieve. */
struct sample {
	struct buffer packed;
	struct pack *pack;
	struct patterns literals;
	struct sieve sieve;
};

static void open_sample(struct sample *s, bool shipped)
{
	const char *const dirs[] = {POLICIES, NULL};
	const struct policy_text text = {"acme.yaml", bytes_of(awkward), false};
	struct debar_error error = {.message = ""};
	buffer_init(&s->packed, 64 << 20);
	enum debar_status status = shipped ? policy_compile_dirs(dirs, -1, &s->packed, &error)
	                                   : policy_compile_texts(&text, 1, -1, &s->packed, &error);
	if (status != DEBAR_OK)
		fail_msg("%s", error.message);
	assert_int_equal(pack_open(buffer_bytes(&s->packed), &s->pack, NULL), DEBAR_OK);
	assert_int_equal(patterns_make_literals(&s->literals, s->pack, NULL), DEBAR_OK);
	assert_int_equal(sieve_make(&s->sieve, &s->literals, NULL), DEBAR_OK);
	assert_true(s->sieve.ready == sieve_is_possible());
}

static void close_sample(struct sample *s)
{
	patterns_finish(&s->literals);
	pack_close(s->pack);
	buffer_finish(&s->packed);
}

/* Bytes at random: any, zeros between, or letters that marks are made of. */
static void fill_noise(uint8_t *room, size_t len)
{
	static const char letters[] = "kaspervsn_.-{}xmld0123456789abcdef acme";
	size_t kind = pick(3);
	for (size_t i = 0; i < len; i++) {
		room[i] = (uint8_t)pick(256);
		if (kind == 1)
			room[i] = (uint8_t)letters[pick(sizeof letters - 1)];
		if (kind == 2)
			room[i] = i % 2 ? 0 : (uint8_t)letters[pick(sizeof letters - 1)];
	}
}

/* The literal, its letters in either case. */
static void put_literal(uint8_t *to, struct bytes text, bool caseless)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t lower = text.ptr[i] | 0x20;
		bool letter = lower >= 'a' && lower <= 'z';
		to[i] = caseless && letter && pick(2) ? text.ptr[i] ^ 0x20 : text.ptr[i];
	}
}

/* Each literal at each place of a block, and at both ends of windows of all lengths. */
static void check_literals(const struct sample *s)
{
	for (size_t i = 0; i < s->literals.count; i++) {
		struct bytes text = patterns_text(&s->literals, i);
		bool caseless = s->literals.items[i].flags & HS_FLAG_CASELESS;
		for (size_t at = 0; at <= 130; at++) {
			uint8_t window[1024];
			size_t len = at + text.len + (at % 2 ? pick(130) : 0);
			fill_noise(window, len);
			put_literal(window + at, text, caseless);
			bool dense;
			size_t found =
				sieve_next(&s->sieve, (struct bytes){window, len}, 0, &dense);
			if (!dense && found >= at + text.len)
				fail_msg("literal %zu at %zu was passed over", i, at);
		}
	}
}

static void test_literals(void **unused)
{
	(void)unused;
	for (int shipped = 0; shipped < 2; shipped++) {
		struct sample s;
		open_sample(&s, shipped);
		if (s.sieve.ready)
			check_literals(&s);
		close_sample(&s);
	}
}

static uint8_t lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

/* As the header of the sieve has it, byte by byte. */
static bool stands_at(const struct sieve_root *root, struct bytes window, size_t at, size_t step)
{
	if (at < root->count * step || at + 3 * step >= window.len)
		return false;
	for (size_t i = 0; i < SIEVE_RUN; i++)
		if (lower(window.ptr[at + i * step]) != (uint8_t)(root->run >> 8 * i))
			return false;
	for (size_t i = 0; i + 1 < SIEVE_RUN && step == 2; i++)
		if (window.ptr[at + 2 * i + 1] != 0)
			return false;
	for (size_t i = 1; i <= root->count; i++)
		if (lower(window.ptr[at - i * step]) != root->before[i - 1])
			return false;
	return true;
}

static bool root_at(const struct sieve *sieve, struct bytes window, size_t at)
{
	for (size_t i = 0; i < sieve->ends[SIEVE_BUCKETS - 1]; i++)
		if (stands_at(&sieve->roots[i], window, at, 1) ||
		    stands_at(&sieve->roots[i], window, at, 2))
			return true;
	return false;
}

/* Every root of a window, in the order of their places. */
static void check_places(const struct sieve *sieve, struct bytes window)
{
	for (size_t from = 0; from <= window.len; from++) {
		bool dense;
		size_t found = sieve_next(sieve, window, from, &dense), at = from;
		while (at < window.len && !root_at(sieve, window, at))
			at++;
		if (dense && found <= at)
			return; /* the rest is searched */
		assert_int_equal(found, at);
		from = at;
	}
}

/* A window of noise with up to `most` literals in it. */
static struct bytes make_window(const struct sample *s, uint8_t *room, size_t most)
{
	size_t len = pick(WINDOW);
	fill_noise(room, len);
	for (size_t count = pick(most + 1); count > 0; count--) {
		size_t i = pick(s->literals.count);
		struct bytes text = patterns_text(&s->literals, i);
		if (text.len < len)
			put_literal(room + pick(len - text.len), text,
			            s->literals.items[i].flags & HS_FLAG_CASELESS);
	}
	return (struct bytes){room, len};
}

static void test_same_as_plain_search(void **unused)
{
	(void)unused;
	uint8_t room[WINDOW];
	for (int shipped = 0; shipped < 2; shipped++) {
		struct sample s;
		open_sample(&s, shipped);
		for (size_t i = 0; i < 300 && s.sieve.ready; i++)
			check_places(&s.sieve, make_window(&s, room, 8));
		close_sample(&s);
	}
}

/* Letters of two roots mixed, which is no root: it must not cost a second look at each place. */
static void test_doubts_have_an_end(void **unused)
{
	(void)unused;
	struct sample s;
	open_sample(&s, true);
	uint8_t window[WINDOW] = {0};
	bool met = false;
	for (size_t i = 1; i < s.sieve.ends[0] && s.sieve.ready; i++) {
		uint32_t mixed =
			(s.sieve.roots[0].run & 0xFFFF) | (s.sieve.roots[i].run & 0xFFFF0000);
		for (size_t at = 0; at < WINDOW; at++)
			window[at] = (uint8_t)(mixed >> 8 * (at % SIEVE_RUN));
		bool dense;
		size_t found = sieve_next(&s.sieve, (struct bytes){window, WINDOW}, 0, &dense);
		met |= dense && found < WINDOW;
	}
	assert_true(met || !s.sieve.ready);
	close_sample(&s);
}

/* Too many runs are left to Vectorscan. */
static void test_not_ready(void **unused)
{
	(void)unused;
	static const size_t counts[] = {300, 3000};
	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		struct patterns list;
		patterns_init(&list);
		for (size_t j = 0; j < counts[i]; j++) {
			uint8_t text[8];
			for (size_t k = 0; k < sizeof text; k++)
				text[k] = (uint8_t)(1 + pick(255));
			patterns_put(&list, (uint32_t)j, (struct bytes){text, sizeof text},
			             HS_FLAG_CASELESS);
		}
		struct sieve sieve = {.ready = true};
		assert_int_equal(sieve_make(&sieve, &list, NULL), DEBAR_OK);
		assert_false(sieve.ready);
		patterns_finish(&list);
	}
}

/* Runs do not begin with a zero: what has no other would never be found, and is refused. */
static void test_without_a_run(void **unused)
{
	(void)unused;
	struct patterns list;
	struct sieve sieve;
	patterns_init(&list);
	patterns_put(&list, 0, BYTES("acme"), HS_FLAG_CASELESS);
	patterns_put(&list, 1, BYTES("\0SaS"), HS_FLAG_CASELESS);
	enum debar_status status = sieve_make(&sieve, &list, NULL);
	assert_int_equal(status, sieve_is_possible() ? DEBAR_INVALID : DEBAR_OK);
	assert_false(sieve.ready);
	patterns_finish(&list);
}

struct marks {
	uint8_t found[MARKS_MOST];
	unsigned atoms;
	struct bytes window;
};

static void note(void *context, uint32_t id, size_t end, size_t length)
{
	struct marks *marks = context;
	assert_true(end <= marks->window.len && length <= end);
	if (id >= MATCHER_ATOM) {
		marks->atoms |= 1U << (id - MATCHER_ATOM);
		return;
	}
	assert_true(id < MARKS_MOST);
	marks->found[id] = 1;
}

static void test_same_marks(void **unused)
{
	(void)unused;
	uint8_t room[WINDOW];
	struct sample s;
	open_sample(&s, true);
	struct matcher *with, *without;
	assert_int_equal(matcher_create(s.pack, MATCHER_FOR_ALL, &with, NULL), DEBAR_OK);
	assert_int_equal(matcher_create(s.pack, MATCHER_FOR_ALL, &without, NULL), DEBAR_OK);
	assert_int_equal(matcher_forgo_sieve(without), DEBAR_OK);
	size_t total = 0;
	for (size_t i = 0; i < 2000; i++) {
		struct bytes window = make_window(&s, room, i % 50 == 0 ? 100 : 4);
		struct marks one = {.window = window}, other = {.window = window};
		matcher_search(with, window, note, &one);
		matcher_search(without, window, note, &other);
		assert_memory_equal(one.found, other.found, sizeof one.found);
		assert_int_equal(one.atoms, other.atoms);
		for (size_t id = 0; id < MARKS_MOST; id++)
			total += one.found[id];
	}
	assert_true(total > 1000);
	matcher_destroy(with);
	matcher_destroy(without);
	close_sample(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_literals),
		cmocka_unit_test(test_same_as_plain_search),
		cmocka_unit_test(test_doubts_have_an_end),
		cmocka_unit_test(test_not_ready),
		cmocka_unit_test(test_without_a_run),
		cmocka_unit_test(test_same_marks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
