/* SPDX-License-Identifier: Apache-2.0 */
/* A brotli stream (RFC 7932) that fills the object, as web servers keep beside the plain file. The
 * format has no magic: the name must say it, and the beginning must decode. */
#include "reader/brotli_feed.h"
#include "reader/pump.h"

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

/* Returns why the stream is not whole, or NULL. */
static const char *decode(struct brotli_feed *feed, struct pump *pump)
{
	while (!feed->ended && !feed->failed) {
		size_t room = 0;
		uint8_t *out = pump_room(pump, &room);
		if (!out)
			return NULL;
		pump_made(pump, brotli_pull(feed, out, room));
	}
	if (feed->ended)
		return NULL;
	return feed->in.len + feed->piece.len == 0 ? "truncated brotli stream"
	                                           : "damaged brotli stream";
}

static enum read_result read_brotli(struct visit *visit, struct bytes body)
{
	static const struct suffix suffixes[] = {{{(const uint8_t *)".br", 3}, {0}},
	                                         {{(const uint8_t *)".brotli", 7}, {0}}};
	if (!recognise_brotli(visit_sight(visit)) || !probe(body))
		return READ_NOT_MINE;
	struct pump pump = pump_start(visit, plain_name(visit, suffixes, 2), 0);
	struct brotli_feed feed = brotli_begin(body);
	const char *why = decode(&feed, &pump);
	brotli_end(&feed); /* before the child is visited, which may be a stream again */
	enum read_result result = pump_end(&pump, CLASS_UNREAD, why);
	if (feed.ended)
		visit_trailing(visit, body, body.len - brotli_rest(&feed).len);
	if (!brotli_passed_over(&feed))
		return result;
	visit_gap(visit, (struct span){0, 0}, CLASS_OPAQUE,
	          "a brotli stream with other data in it");
	return READ_PARTLY;
}

const struct reader reader_brotli = {
	.name = "brotli",
	.recognise = recognise_brotli,
	.read = read_brotli,
	.understood = CLASS_READ,
	.container = true,
	.stream = true,
};
