/* SPDX-License-Identifier: Apache-2.0 */
/* xz: streams behind one another, unpacked into one child. The .xz file format 1.1.0. */
#include "core/limits.h"
#include "reader/lzma_stream.h"

extern const struct reader reader_xz;

static const uint8_t magic[] = {0xfd, '7', 'z', 'X', 'Z', 0};

static bool is_stream(struct bytes body, size_t at)
{
	return bytes_start_with(bytes_from(body, at), (struct bytes){magic, sizeof magic});
}

static lzma_ret begin(lzma_stream *stream)
{
	return lzma_stream_decoder(stream, LIMIT_XZ_MEMORY, 0);
}

static enum read_result read_xz(struct visit *visit, struct bytes body)
{
	static const struct suffix suffixes[] = {
		{{(const uint8_t *)".xz", 3}, {0}},
		{{(const uint8_t *)".txz", 4}, {(const uint8_t *)".tar", 4}},
	};
	if (!is_stream(body, 0))
		return READ_NOT_MINE;
	struct bytes name = plain_name(visit, suffixes, sizeof suffixes / sizeof suffixes[0]);
	return lzma_stream_read(visit, body, name, begin, is_stream);
}

const struct reader reader_xz = {
	.name = "xz",
	.magic = {magic, sizeof magic},
	.read = read_xz,
	.understood = CLASS_READ,
	.container = true,
	.stream = true,
};
