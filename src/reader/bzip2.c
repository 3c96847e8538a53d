/* SPDX-License-Identifier: Apache-2.0 */
/* bzip2: streams behind one another (pbzip2 writes many), unpacked into one child. */
#include "base/cursor.h"
#include "reader/pump.h"

#include <bzlib.h>

extern const struct reader reader_bzip2;

/* A stream header, and after it a block (the digits of pi) or the end (those of its root); what is
 * cut off may be anything. */
static bool is_stream(struct bytes body, size_t at)
{
	static const uint8_t block[] = {0x31, 0x41, 0x59, 0x26, 0x53, 0x59};
	static const uint8_t end[] = {0x17, 0x72, 0x45, 0x38, 0x50, 0x90};
	struct bytes head = bytes_slice(body, at, 4), mark = bytes_slice(body, at + 4, 6);
	if (head.len < 4 || !bytes_start_with(head, BYTES("BZh")) || head.ptr[3] < '1' ||
	    head.ptr[3] > '9')
		return false;
	return bytes_start_with((struct bytes){block, sizeof block}, mark) ||
	       bytes_start_with((struct bytes){end, sizeof end}, mark);
}

static bool recognise(const struct sight *sight)
{
	return is_stream(sight->head, 0);
}

static const char *reason_of(int status)
{
	switch (status) {
	case BZ_STREAM_END:
		return NULL;
	case BZ_OK:
		return "truncated bzip2 stream";
	case BZ_MEM_ERROR:
		return "not enough memory for bzip2";
	default:
		return "damaged bzip2 stream";
	}
}

/* One stream; BZ_OK when it is cut off. libbz2 promises not to write to its input, but does not say
 * so in its types. */
static int unpack_stream(struct pump *pump, struct cursor *c)
{
	bz_stream stream = {0};
	int status = BZ2_bzDecompressInit(&stream, 0, 0);
	if (status != BZ_OK)
		return status;
	for (bool moved = true; moved && status == BZ_OK;) {
		size_t len;
		uint8_t *room = pump_room(pump, &len);
		if (!room)
			break;
		struct bytes packed = bytes_slice(c->all, c->at, 1 << 30);
		union {
			const uint8_t *constant;
			char *input;
		} where = {.constant = packed.ptr};
		stream.next_in = where.input;
		stream.avail_in = (unsigned)packed.len;
		stream.next_out = (char *)room;
		stream.avail_out = (unsigned)len;
		status = BZ2_bzDecompress(&stream);
		size_t eaten = packed.len - stream.avail_in, made = len - stream.avail_out;
		moved = eaten + made > 0;
		cursor_skip(c, eaten);
		pump_made(pump, made);
	}
	(void)BZ2_bzDecompressEnd(&stream);
	return status;
}

static enum read_result read_bzip2(struct visit *visit, struct bytes body)
{
	static const struct suffix suffixes[] = {
		{{(const uint8_t *)".bz2", 4}, {0}},
		{{(const uint8_t *)".tbz2", 5}, {(const uint8_t *)".tar", 4}},
		{{(const uint8_t *)".tbz", 4}, {(const uint8_t *)".tar", 4}},
	};
	if (!is_stream(body, 0))
		return READ_NOT_MINE;
	struct bytes name = plain_name(visit, suffixes, sizeof suffixes / sizeof suffixes[0]);
	struct pump pump = pump_start(visit, name, 0);
	struct cursor c = cursor_over(body);
	int status;
	do {
		status = unpack_stream(&pump, &c);
	} while (status == BZ_STREAM_END && is_stream(body, c.at));
	bool whole = status == BZ_STREAM_END;
	enum read_result result =
		pump_end(&pump, CLASS_UNREAD, pump.stopped ? NULL : reason_of(status));
	if (whole)
		visit_trailing(visit, body, c.at);
	return result;
}

const struct reader reader_bzip2 = {
	.name = "bzip2",
	.magic = {(const uint8_t *)"BZh", 3},
	.recognise = recognise,
	.read = read_bzip2,
	.understood = CLASS_READ,
	.container = true,
	.stream = true,
};
