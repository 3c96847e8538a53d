/* SPDX-License-Identifier: Apache-2.0 */
#include "base/siphash.h"

struct state {
	uint64_t v0, v1, v2, v3;
};

static uint64_t turn(uint64_t value, unsigned bits)
{
	return value << bits | value >> (64 - bits);
}

/* `count` bytes, little-endian; fewer than eight at the end of the input. */
static uint64_t word(const uint8_t *at, size_t count)
{
	uint64_t value = 0;
	for (size_t i = 0; i < count; i++)
		value |= (uint64_t)at[i] << (8 * i);
	return value;
}

static void rounds(struct state *s, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		s->v0 += s->v1;
		s->v2 += s->v3;
		s->v1 = turn(s->v1, 13) ^ s->v0;
		s->v3 = turn(s->v3, 16) ^ s->v2;
		s->v0 = turn(s->v0, 32) + s->v3;
		s->v2 += s->v1;
		s->v3 = turn(s->v3, 21) ^ s->v0;
		s->v1 = turn(s->v1, 17) ^ s->v2;
		s->v2 = turn(s->v2, 32);
	}
}

static void absorb(struct state *s, uint64_t value)
{
	s->v3 ^= value;
	rounds(s, 2);
	s->v0 ^= value;
}

void siphash(const uint8_t key[SIPHASH_KEY], struct bytes data, uint64_t out[2])
{
	uint64_t k0 = word(key, 8), k1 = word(key + 8, 8);
	struct state s = {
		0x736f6d6570736575 ^ k0,
		0x646f72616e646f6d ^ k1 ^ 0xee,
		0x6c7967656e657261 ^ k0,
		0x7465646279746573 ^ k1,
	};
	size_t whole = data.len / 8 * 8;
	for (size_t at = 0; at < whole; at += 8)
		absorb(&s, word(data.ptr + at, 8));
	/* Empty data may have no address, and nothing may be added to that. */
	const uint8_t *rest = data.len > whole ? data.ptr + whole : key;
	absorb(&s, (uint64_t)data.len << 56 | word(rest, data.len - whole));
	s.v2 ^= 0xee;
	rounds(&s, 4);
	out[0] = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
	s.v1 ^= 0xdd;
	rounds(&s, 4);
	out[1] = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
