/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/decode64.h"

int decode64_letter(uint8_t byte)
{
	if (byte >= 'A' && byte <= 'Z')
		return byte - 'A';
	if (byte >= 'a' && byte <= 'z')
		return byte - 'a' + 26;
	if (byte >= '0' && byte <= '9')
		return byte - '0' + 52;
	if (byte == '+' || byte == '-')
		return 62;
	return byte == '/' || byte == '_' ? 63 : -1;
}

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
