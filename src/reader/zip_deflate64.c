/* SPDX-License-Identifier: Apache-2.0 */
/* Deflate64: RFC 1951, with the changes of PKWARE's method 9: a window of 64 KiB, length code 285
 * is 3 to 65538 with 16 extra bits, distance codes 30 and 31 have 14 extra bits. Decodes a bit at a
 * time by canonical code counts: small before fast, since members of this method are few. */
#include "reader/zip_deflate64.h"

#include "base/cursor.h"

enum { CODE_BITS = 15, LITERALS = 288, DISTANCES = 32, LENGTH_CODES = 19 };

struct code {
	uint16_t count[CODE_BITS + 1];
	uint16_t symbol[LITERALS];
};

struct inflater {
	struct cursor in;
	uint32_t bits;
	unsigned bit_count;
	uint8_t *window;
	size_t at;     /* next place in the window */
	bool wrapped;  /* all of the window was written once */
	bool unwanted; /* `deliver` asked to stop */
	bool (*deliver)(void *context, size_t made);
	void *context;
	struct code literals, distances;
};

static uint32_t take_bits(struct inflater *s, unsigned count)
{
	while (s->bit_count < count) {
		s->bits |= (uint32_t)cursor_u8(&s->in) << s->bit_count;
		s->bit_count += 8;
	}
	uint32_t value = s->bits & ((UINT32_C(1) << count) - 1);
	s->bits >>= count;
	s->bit_count -= count;
	return value;
}

/* RFC 1951 section 3.2.2. False when the lengths promise more codes than there can be. */
static bool build(struct code *code, const uint8_t *lengths, size_t count)
{
	uint16_t offsets[CODE_BITS + 1] = {0};
	memset(code, 0, sizeof *code);
	for (size_t i = 0; i < count; i++)
		code->count[lengths[i]]++;
	code->count[0] = 0;
	int32_t left = 1;
	for (unsigned bits = 1; bits <= CODE_BITS; bits++) {
		left = left * 2 - code->count[bits];
		if (left < 0)
			return false;
	}
	for (unsigned bits = 1; bits < CODE_BITS; bits++)
		offsets[bits + 1] = (uint16_t)(offsets[bits] + code->count[bits]);
	for (size_t i = 0; i < count; i++)
		if (lengths[i] != 0)
			code->symbol[offsets[lengths[i]]++] = (uint16_t)i;
	return true;
}

/* A symbol, or a bad cursor when no code of 15 bits or fewer matches. */
static unsigned take_symbol(struct inflater *s, const struct code *code)
{
	uint32_t value = 0, first = 0, index = 0;
	for (unsigned bits = 1; bits <= CODE_BITS; bits++) {
		value |= take_bits(s, 1);
		uint32_t count = code->count[bits];
		if (value < first + count)
			return code->symbol[index + (value - first)];
		index += count;
		first = (first + count) << 1;
		value <<= 1;
	}
	cursor_fail(&s->in);
	return 0;
}

static void put(struct inflater *s, uint8_t byte)
{
	s->window[s->at++] = byte;
	if (s->at < DEFLATE64_WINDOW)
		return;
	s->unwanted = !s->deliver(s->context, DEFLATE64_WINDOW);
	s->at = 0;
	s->wrapped = true;
}

static bool going(const struct inflater *s)
{
	return cursor_ok(&s->in) && !s->unwanted;
}

static void copy(struct inflater *s, size_t distance, size_t length)
{
	if (distance > DEFLATE64_WINDOW || (distance > s->at && !s->wrapped)) {
		cursor_fail(&s->in);
		return;
	}
	for (; length > 0 && !s->unwanted; length--)
		put(s, s->window[(s->at + DEFLATE64_WINDOW - distance) % DEFLATE64_WINDOW]);
}

static void read_stored(struct inflater *s)
{
	s->bits = 0;
	s->bit_count = 0;
	uint16_t length = cursor_u16le(&s->in), inverted = cursor_u16le(&s->in);
	struct bytes data = cursor_take(&s->in, length);
	if ((length ^ inverted) != 0xffff)
		cursor_fail(&s->in);
	for (size_t i = 0; i < data.len && going(s); i++)
		put(s, data.ptr[i]);
}

static void read_block(struct inflater *s)
{
	static const uint16_t length_base[29] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
	                                         15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
	                                         67, 83, 99, 115, 131, 163, 195, 227, 3};
	static const uint8_t length_bits[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
	                                        2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 16};
	while (going(s)) {
		unsigned symbol = take_symbol(s, &s->literals);
		if (symbol == 256)
			return;
		if (symbol < 256) {
			if (going(s))
				put(s, (uint8_t)symbol);
			continue;
		}
		symbol -= 257;
		if (symbol >= 29) {
			cursor_fail(&s->in);
			return;
		}
		size_t length = length_base[symbol] + take_bits(s, length_bits[symbol]);
		unsigned code = take_symbol(s, &s->distances);
		unsigned extra = code < 4 ? 0 : code / 2 - 1;
		size_t base = code < 4 ? code + 1 : ((size_t)(2 + code % 2) << extra) + 1;
		size_t distance = base + take_bits(s, extra);
		if (going(s))
			copy(s, distance, length);
	}
}

static void use_fixed_codes(struct inflater *s)
{
	uint8_t lengths[LITERALS];
	memset(lengths, 8, 144);
	memset(lengths + 144, 9, 112);
	memset(lengths + 256, 7, 24);
	memset(lengths + 280, 8, 8);
	(void)build(&s->literals, lengths, LITERALS);
	memset(lengths, 5, DISTANCES);
	(void)build(&s->distances, lengths, DISTANCES);
}

/* RFC 1951 section 3.2.7. */
static void read_codes(struct inflater *s)
{
	static const uint8_t order[LENGTH_CODES] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
	                                            11, 4,  12, 3, 13, 2, 14, 1, 15};
	uint8_t lengths[LITERALS + DISTANCES] = {0};
	size_t literals = take_bits(s, 5) + 257, distances = take_bits(s, 5) + 1;
	size_t count = take_bits(s, 4) + 4;
	for (size_t i = 0; i < count; i++)
		lengths[order[i]] = (uint8_t)take_bits(s, 3);
	if (!build(&s->literals, lengths, LENGTH_CODES) || literals > LITERALS)
		cursor_fail(&s->in);
	memset(lengths, 0, sizeof lengths);
	for (size_t i = 0; i < literals + distances && cursor_ok(&s->in);) {
		unsigned symbol = take_symbol(s, &s->literals);
		size_t repeat = 1;
		uint8_t length = (uint8_t)symbol;
		if (symbol >= 16) {
			length = symbol == 16 && i > 0 ? lengths[i - 1] : 0;
			repeat = symbol == 16   ? 3 + take_bits(s, 2)
			         : symbol == 17 ? 3 + take_bits(s, 3)
			                        : 11 + take_bits(s, 7);
		}
		if (repeat > literals + distances - i) {
			cursor_fail(&s->in);
			return;
		}
		memset(lengths + i, length, repeat);
		i += repeat;
	}
	if (!build(&s->literals, lengths, literals) ||
	    !build(&s->distances, lengths + literals, distances))
		cursor_fail(&s->in);
}

const char *zip_deflate64(struct bytes packed, uint8_t *window,
                          bool (*deliver)(void *context, size_t made), void *context,
                          uint64_t *consumed)
{
	struct inflater s = {.in = cursor_over(packed),
	                     .window = window,
	                     .deliver = deliver,
	                     .context = context};
	bool is_last = false;
	while (!is_last && going(&s)) {
		is_last = take_bits(&s, 1) == 1;
		uint32_t type = take_bits(&s, 2);
		if (type == 0) {
			read_stored(&s);
			continue;
		}
		if (type == 1)
			use_fixed_codes(&s);
		else if (type == 2)
			read_codes(&s);
		else
			cursor_fail(&s.in);
		read_block(&s);
	}
	if (s.at > 0 && !s.unwanted)
		s.unwanted = !deliver(context, s.at);
	*consumed = s.in.at;
	if (cursor_ok(&s.in))
		return s.unwanted && !is_last ? "zip member over a limit" : NULL;
	return cursor_left(&s.in) == 0 && s.in.bad_at == packed.len
	               ? "the data of a zip member ends early"
	               : "damaged data of a zip member";
}
