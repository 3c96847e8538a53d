/* SPDX-License-Identifier: Apache-2.0 */
/* A brotli stream (RFC 7932) that fills the object, as web servers keep beside the plain file. The
 * format has no magic: the name must say it, and the beginning must decode. */
#include "reader/pump.h"

#include <brotli/decode.h>

extern const struct reader reader_brotli;

static bool recognise_brotli(const struct sight *sight)
{
	return bytes_end_with_nocase(sight->name, BYTES(".br")) ||
	       bytes_end_with_nocase(sight->name, BYTES(".brotli"));
}

static bool probe(struct bytes body)
{
	enum { PROBE = 4096 };
	uint8_t plain[PROBE];
	BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	const uint8_t *in = body.ptr;
	uint8_t *out = plain;
	size_t in_left = body.len, out_left = PROBE;
	BrotliDecoderResult result = BROTLI_DECODER_RESULT_ERROR;
	if (state)
		result = BrotliDecoderDecompressStream(state, &in_left, &in, &out_left, &out, NULL);
	BrotliDecoderDestroyInstance(state);
	return result == BROTLI_DECODER_RESULT_SUCCESS ||
	       (result != BROTLI_DECODER_RESULT_ERROR && out_left < PROBE);
}

static const char *decode(struct pump *pump, struct bytes body, size_t *used)
{
	BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	const uint8_t *in = body.ptr;
	size_t in_left = body.len;
	BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
	while (state && result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
		size_t room_left = 0;
		uint8_t *out = pump_room(pump, &room_left);
		if (!out)
			break;
		size_t room = room_left;
		result =
			BrotliDecoderDecompressStream(state, &in_left, &in, &room_left, &out, NULL);
		pump_made(pump, room - room_left);
	}
	BrotliDecoderDestroyInstance(state);
	*used = body.len - in_left;
	if (result == BROTLI_DECODER_RESULT_SUCCESS || pump->stopped)
		return NULL;
	return result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT ? "truncated brotli stream"
	                                                        : "damaged brotli stream";
}

static enum read_result read_brotli(struct visit *visit, struct bytes body)
{
	static const struct suffix suffixes[] = {{{(const uint8_t *)".br", 3}, {0}},
	                                         {{(const uint8_t *)".brotli", 7}, {0}}};
	size_t used = 0;
	if (!recognise_brotli(visit_sight(visit)) || !probe(body))
		return READ_NOT_MINE;
	struct pump pump = pump_start(visit, plain_name(visit, suffixes, 2), 0);
	const char *why = decode(&pump, body, &used);
	enum read_result result = pump_end(&pump, CLASS_UNREAD, why);
	if (!why && !pump.stopped)
		visit_trailing(visit, body, used);
	return result;
}

const struct reader reader_brotli = {
	.name = "brotli",
	.recognise = recognise_brotli,
	.read = read_brotli,
	.understood = CLASS_READ,
	.container = true,
	.stream = true,
};
