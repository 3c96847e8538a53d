/* SPDX-License-Identifier: Apache-2.0 */
/* A zlib stream, RFC 1950, that fills the object: git's loose objects, .zz files. Two bytes are no
 * magic to speak of ("x^2" passes), so the beginning must inflate before anything is said. */
#include "base/cursor.h"
#include "reader/inflate.h"
#include "reader/pump.h"

#include <libdeflate.h>

extern const struct reader reader_zlib;

enum {
	HEADER = 2,
	DEFLATE_32K = 0x78, /* method and window: what all but image writers use */
	NEEDS_DICTIONARY = 1 << 5,
	PROBE_PACKED = 4096,
	PROBE_PLAIN = 4096,
	SMALLEST = 8, /* header, an empty block, checksum */
};

static bool recognise(const struct sight *sight)
{
	struct cursor c = cursor_over(sight->head);
	uint8_t method = cursor_u8(&c);
	uint8_t flags = cursor_u8(&c);
	return sight->size >= SMALLEST && method == DEFLATE_32K && !(flags & NEEDS_DICTIONARY) &&
	       (method * 256 + flags) % 31 == 0;
}

/* Does the beginning inflate? Of a whole stream, or one cut off, the beginning always does. */
static bool probe(z_stream *z, struct bytes body)
{
	uint8_t plain[PROBE_PLAIN];
	struct bytes packed = bytes_slice(body, HEADER, PROBE_PACKED);
	size_t made;
	int status = inflate_step(z, &packed, plain, sizeof plain, &made);
	return status == Z_STREAM_END || (status == Z_OK && made > 0);
}

/* Inflates all of it; the cursor stays behind the stream. */
static const char *inflate_all(z_stream *z, struct pump *pump, struct cursor *c)
{
	uint32_t sum = 1;
	int status = inflateReset(z);
	while (status == Z_OK) {
		size_t len, made;
		uint8_t *room = pump_room(pump, &len);
		if (!room)
			return NULL;
		struct bytes left = bytes_from(c->all, c->at);
		status = inflate_step(z, &left, room, len, &made);
		cursor_seek(c, c->all.len - left.len);
		sum = libdeflate_adler32(sum, room, made);
		pump_made(pump, made);
	}
	if (status != Z_STREAM_END)
		return status == Z_BUF_ERROR ? "truncated zlib stream" : "damaged deflate data";
	uint32_t stored = cursor_u32be(c);
	if (!cursor_ok(c))
		return "truncated zlib stream";
	return stored == sum ? NULL : "zlib checksum mismatch";
}

static enum read_result read_zlib(struct visit *visit, struct bytes body)
{
	static const struct suffix suffixes[] = {{{(const uint8_t *)".zz", 3}, {0}},
	                                         {{(const uint8_t *)".zlib", 5}, {0}}};
	if (!recognise(visit_sight(visit)))
		return READ_NOT_MINE;
	z_stream z = {0};
	bool named = bytes_end_with_nocase(visit_sight(visit)->name, BYTES(".zz"));
	if (inflateInit2(&z, -MAX_WBITS) != Z_OK || (!probe(&z, body) && !named)) {
		inflateEnd(&z);
		return READ_NOT_MINE;
	}
	struct pump pump = pump_start(visit, plain_name(visit, suffixes, 2), 0);
	struct cursor c = cursor_over(body);
	cursor_skip(&c, HEADER);
	const char *why = inflate_all(&z, &pump, &c);
	inflateEnd(&z);
	enum read_result result = pump_end(&pump, CLASS_UNREAD, why);
	if (!why && !pump.stopped)
		visit_trailing(visit, body, c.at);
	return result;
}

const struct reader reader_zlib = {
	.name = "zlib",
	.recognise = recognise,
	.read = read_zlib,
	.understood = CLASS_READ,
	.container = true,
	.stream = true,
};
