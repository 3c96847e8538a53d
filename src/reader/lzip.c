/* SPDX-License-Identifier: Apache-2.0 */
/* lzip: members behind one another, unpacked into one child. The lzip manual, "File format". */
#include "core/limits.h"
#include "reader/lzma_stream.h"

extern const struct reader reader_lzip;

/* The magic, and a version that there is: text may begin with the four letters. */
static bool is_stream(struct bytes body, size_t at)
{
	struct bytes head = bytes_slice(body, at, 5);
	return head.len == 5 && bytes_start_with(head, BYTES("LZIP")) && head.ptr[4] <= 1;
}

static bool recognise(const struct sight *sight)
{
	return is_stream(sight->head, 0);
}

static lzma_ret begin(lzma_stream *stream)
{
	return lzma_lzip_decoder(stream, LIMIT_XZ_MEMORY, 0);
}

static enum read_result read_lzip(struct visit *visit, struct bytes body)
{
	static const struct suffix suffixes[] = {
		{{(const uint8_t *)".lz", 3}, {0}},
		{{(const uint8_t *)".tlz", 4}, {(const uint8_t *)".tar", 4}},
	};
	if (!is_stream(body, 0))
		return READ_NOT_MINE;
	struct bytes name = plain_name(visit, suffixes, sizeof suffixes / sizeof suffixes[0]);
	return lzma_stream_read(visit, body, name, begin, is_stream);
}

const struct reader reader_lzip = {
	.name = "lzip",
	.magic = {(const uint8_t *)"LZIP", 4},
	.recognise = recognise,
	.read = read_lzip,
	.understood = CLASS_READ,
	.container = true,
	.stream = true,
};
