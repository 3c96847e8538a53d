/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/pass.h"

#include "base/text.h"

#include <math.h>

enum {
	LOOK = 256,     /* bytes of a block that are looked at before it is measured */
	SMALLEST = 512, /* blocks of fewer bytes say nothing */
};

void searcher_init(struct searcher *searcher, struct matcher *matcher, struct arena *arena,
                   uint64_t seed)
{
	*searcher = (struct searcher){.matcher = matcher, .arena = arena, .seed = seed};
	for (size_t i = 1; i < PASS_WEIGHTS; i++)
		searcher->weights[i] = (double)i * log2((double)i);
}

void pass_begin(struct pass *pass, struct searcher *searcher)
{
	*pass = (struct pass){.searcher = searcher, .generation = ++searcher->generation};
}

static void on_hit(void *context, uint32_t id, size_t end, size_t length)
{
	struct pass *pass = context;
	struct searcher *searcher = pass->searcher;
	if (id >= MATCHER_ATOM) {
		uint32_t atom = id - MATCHER_ATOM;
		if (!(pass->atoms & (uint32_t)1 << atom))
			pass->atom_at[atom] = pass->window_at + (end - length);
		pass->atoms |= (uint32_t)1 << atom;
		pass->atom_until[atom] = pass->window_at + pass->window.len;
		return;
	}
	if (searcher->seen[id] == pass->generation || pass->hit_count == PASS_HITS_MAX)
		return;
	uint64_t at = pass->window_at + (end - length);
	if (at > 0 && matcher_is_at_start(searcher->matcher, id))
		return;
	searcher->seen[id] = pass->generation;
	if (!pass->hits)
		pass->hits = arena_alloc(searcher->arena, PASS_HITS_MAX, sizeof *pass->hits);
	uint8_t *bytes = arena_alloc(searcher->arena, 1, length);
	memcpy(bytes, pass->window.ptr + (end - length), length);
	pass->hits[pass->hit_count++] = (struct pass_hit){id, (uint32_t)length, at, bytes};
}

/* Written so that compilers make vectors of it. */
unsigned pass_controls(struct bytes text)
{
	unsigned count = 0;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.ptr[i];
		count += (unsigned)((c < 0x20) & ((c < '\t') | (c > '\r')) & (c != 0x1B)) |
		         (unsigned)(c == 0x7F);
	}
	return count;
}

/* UTF-16 by its mark, or by zeros in every other place. */
static bool looks_like_utf16(struct bytes head)
{
	if (bytes_start_with(head, BYTES("\xFF\xFE")) || bytes_start_with(head, BYTES("\xFE\xFF")))
		return true;
	unsigned even = 0, odd = 0, half = (unsigned)(head.len / 2);
	for (size_t i = 0; i + 2 <= head.len; i += 2) {
		even += head.ptr[i] == 0;
		odd += head.ptr[i + 1] == 0;
	}
	return half >= 8 &&
	       ((odd > half / 4 * 3 && even == 0) || (even > half / 4 * 3 && odd == 0));
}

/* Plain text, or UTF-16. */
static bool looks_like_text(struct bytes head, bool *utf16)
{
	*utf16 = false;
	if (pass_controls(head) == 0)
		return true;
	*utf16 = looks_like_utf16(head);
	return *utf16;
}

/* Counts into four tables in turn, so that no count waits for the one before it. */
static void count_values(struct bytes block, uint32_t counts[256])
{
	uint32_t four[4][256] = {0};
	size_t i = 0;
	for (; i + 4 <= block.len; i += 4)
		for (size_t j = 0; j < 4; j++)
			four[j][block.ptr[i + j]]++;
	for (; i < block.len; i++)
		four[0][block.ptr[i]]++;
	for (size_t value = 0; value < 256; value++)
		counts[value] = four[0][value] + four[1][value] + four[2][value] + four[3][value];
}

/* Shannon entropy of `block`, in bits a byte. Of random bytes nearly all counts are small. */
static double entropy_of(const struct searcher *searcher, struct bytes block)
{
	uint32_t counts[256];
	count_values(block, counts);
	double sum = 0;
	for (size_t i = 0; i < 256; i++)
		sum += counts[i] < PASS_WEIGHTS ? searcher->weights[counts[i]]
		                                : counts[i] * log2(counts[i]);
	return log2((double)block.len) - sum / (double)block.len;
}

/* Half of random bytes have their highest bit set, of LOOK no fewer than three eighths; hardly any
 * in texts, a quarter in machine code. Adds up eight bytes at a time; the sum fits a byte unless
 * all are such. */
static bool has_high_bytes(struct bytes look)
{
	uint64_t sums = 0;
	for (size_t i = 0; i + 8 <= look.len; i += 8) {
		uint64_t eight;
		memcpy(&eight, look.ptr + i, 8);
		sums += eight >> 7 & UINT64_C(0x0101010101010101);
	}
	return sums * UINT64_C(0x0101010101010101) >> 56 >= (uint64_t)LOOK / 8 * 3;
}

/* How many values there are among every `step`th byte. */
static unsigned values_in(struct bytes look, size_t step)
{
	uint8_t seen[256] = {0};
	for (size_t i = 0; i < look.len; i += step)
		seen[look.ptr[i]] = 1;
	unsigned count = 0;
	for (size_t i = 0; i < 256; i++)
		count += seen[i];
	return count;
}

/* Random bytes use 162 of 256 values in 256 bytes, give or take 6, and 57 in 64, give or take 3;
 * machine code some 100, and 35. */
static bool has_many_values(struct bytes look)
{
	return values_in(look, 4) >= 40 && values_in(look, 1) >= 140;
}

/* 4 KiB of random bytes have 7.95 bits a byte, of deflate output 7.9, of code under 6.7. */
static bool looks_random(const struct searcher *searcher, struct bytes block)
{
	double most =
		8.0 - 255.0 / (2.0 * (double)block.len * log(2)); /* expected of random bytes */
	return entropy_of(searcher, block) > most - 0.3;
}

/* The part of a block that is looked at first: in each block elsewhere, and elsewhere under other
 * policies, so that nobody can lay out a file once and for all around these places. */
static struct bytes look_into(const struct searcher *searcher, struct bytes block, uint64_t offset)
{
	enum { STEP = 64 };
	if (block.len <= LOOK)
		return block;
	uint64_t mixed = (offset / PASS_BLOCK ^ searcher->seed) * UINT64_C(0x9E3779B97F4A7C15);
	mixed = (mixed ^ mixed >> 32) * UINT64_C(0x9E3779B97F4A7C15);
	size_t places = (block.len - LOOK) / STEP + 1;
	return bytes_slice(block, (size_t)(mixed >> 32) % places * STEP, LOOK);
}

/* Runs with no more than a block between them are one: of compressed bytes one block in a while
 * looks less random. */
static void note_random(struct pass *pass, uint64_t at, uint64_t len)
{
	struct pass_run *last = pass->run_count > 0 ? &pass->runs[pass->run_count - 1] : NULL;
	if (last &&
	    (at - (last->at + last->len) <= PASS_BLOCK || pass->run_count == PASS_RUNS_MAX)) {
		last->len = at + len - last->at;
		return;
	}
	if (!pass->runs)
		pass->runs = arena_alloc(pass->searcher->arena, PASS_RUNS_MAX, sizeof *pass->runs);
	pass->runs[pass->run_count++] = (struct pass_run){at, len};
}

/* Directly behind a block that was measured to be random two looks are enough. */
static bool follows_random(const struct pass *pass, uint64_t at)
{
	if (pass->run_count == 0)
		return false;
	const struct pass_run *last = &pass->runs[pass->run_count - 1];
	return last->at + last->len == at;
}

/* What passes two cheap looks is measured. */
static void look_at_blocks(struct pass *pass, struct bytes fresh, uint64_t offset)
{
	for (size_t at = 0; at < fresh.len; at += PASS_BLOCK) {
		struct bytes block = bytes_slice(fresh, at, PASS_BLOCK);
		struct bytes look = look_into(pass->searcher, block, offset + at);
		if (pass->head_is_text && !pass->utf16 && !pass->saw_binary)
			pass->saw_binary = pass_controls(look) >= PASS_STRAY;
		if (block.len >= SMALLEST && has_high_bytes(look) && has_many_values(look) &&
		    (follows_random(pass, offset + at) || looks_random(pass->searcher, block)))
			note_random(pass, offset + at, block.len);
	}
}

void pass_feed(struct pass *pass, struct bytes window, size_t overlap, uint64_t at)
{
	pass->window = window;
	pass->window_at = at;
	if (at == 0 && overlap == 0)
		pass->head_is_text = looks_like_text(bytes_slice(window, 0, 1024), &pass->utf16);
	matcher_search(pass->searcher->matcher, window, on_hit, pass);
	look_at_blocks(pass, bytes_from(window, overlap), at + overlap);
}

void pass_whole(struct pass *pass, struct bytes body,
                void (*breathe)(void *context, uint64_t bytes), void *context)
{
	size_t keep = matcher_overlap(pass->searcher->matcher);
	for (size_t at = 0; at < body.len; at += PASS_WINDOW) {
		size_t overlap = at < keep ? at : keep;
		struct bytes window = bytes_slice(body, at - overlap, overlap + PASS_WINDOW);
		pass_feed(pass, window, overlap, at - overlap);
		breathe(context, window.len);
	}
}

bool pass_is_text(const struct pass *pass)
{
	return pass->head_is_text && (pass->utf16 || !pass->saw_binary);
}
