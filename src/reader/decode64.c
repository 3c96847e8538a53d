/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/decode64.h"

const uint8_t decode64_values[256] = {
	['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,
	['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14,
	['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21,
	['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28,
	['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35,
	['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
	['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49,
	['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
	['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63,
	['-'] = 63, ['/'] = 64, ['_'] = 64,
};

size_t decode64_feed(struct decode64 *state, struct bytes text, uint8_t *out)
{
	size_t length = 0;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t byte = text.ptr[i];
		int value = decode64_letter(byte);
		if (value < 0 || state->ended) {
			bool blank = byte == ' ' || (byte >= '\t' && byte <= '\r');
			state->ended |= byte == '=';
			state->damaged |= !blank && byte != '=';
			continue;
		}
		state->bits = state->bits << 6 | (uint32_t)value;
		state->held += 6;
		if (state->held < 8)
			continue;
		state->held -= 8;
		out[length++] = (uint8_t)(state->bits >> state->held);
	}
	return length;
}
