/* SPDX-License-Identifier: Apache-2.0 */
/* lzma: the bare stream of LZMA Utils and the LZMA SDK ("LZMA_alone"; DOC/lzma.txt of the SDK). It
 * has no magic: the header must be one that a packer writes, and the beginning must unpack. */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/lzma_stream.h"

extern const struct reader reader_lzma;

enum {
	PROPERTIES_END = 9 * 5 * 5,    /* (pb * 5 + lp) * 9 + lc */
	PROPERTIES_USUAL = 2 * 45 + 3, /* lc 3, lp 0, pb 2 */
	DICTIONARY_LEAST = 4096,
	SMALLEST = 13 + 5, /* header, and what the range coder begins with */
	PROBE_PACKED = 4096,
	PROBE_PLAIN = 4096,
};
#define PLAIN_SIZE_MOST ((uint64_t)1 << 38)

/* 2^n or 2^n + 2^(n-1), or all ones: what packers choose from. */
static bool is_usual_dictionary(uint32_t size)
{
	uint32_t lowest = size & (~size + 1);
	uint32_t rest = size - lowest;
	return size == UINT32_MAX ||
	       (size >= DICTIONARY_LEAST && (rest == 0 || rest == lowest << 1));
}

static bool recognise(const struct sight *sight)
{
	struct cursor c = cursor_over(sight->head);
	uint8_t properties = cursor_u8(&c);
	uint32_t dictionary = cursor_u32le(&c);
	uint64_t size = cursor_u64le(&c);
	uint8_t first = cursor_u8(&c);
	return sight->size >= SMALLEST && properties < PROPERTIES_END &&
	       is_usual_dictionary(dictionary) && first == 0 && size != 0 &&
	       (size == UINT64_MAX || size < PLAIN_SIZE_MOST);
}

static lzma_ret begin(lzma_stream *stream)
{
	return lzma_alone_decoder(stream, LIMIT_XZ_MEMORY);
}

static bool is_stream(struct bytes body, size_t at)
{
	(void)body, (void)at;
	return false; /* one stream is all that the format allows */
}

/* Written by LZMA Utils as always, or named so: then what does not unpack is damage. */
static bool is_certain(const struct sight *sight)
{
	static const struct bytes usual = {(const uint8_t *)"\xff\xff\xff\xff\xff\xff\xff\xff", 8};
	return (sight->head.ptr[0] == PROPERTIES_USUAL &&
	        bytes_start_with(bytes_from(sight->head, 5), usual)) ||
	       bytes_end_with_nocase(sight->name, BYTES(".lzma")) ||
	       bytes_end_with_nocase(sight->name, BYTES(".tlz"));
}

/* Noise that passes as a header soon refers to bytes before the beginning. */
static bool probe(struct bytes body)
{
	uint8_t plain[PROBE_PLAIN];
	lzma_stream stream = LZMA_STREAM_INIT;
	lzma_ret status = begin(&stream);
	struct bytes packed = bytes_slice(body, 0, PROBE_PACKED);
	stream.next_in = packed.ptr;
	stream.avail_in = packed.len;
	stream.next_out = plain;
	stream.avail_out = sizeof plain;
	if (status == LZMA_OK)
		status = lzma_code(&stream, LZMA_RUN);
	bool empty = stream.avail_out == sizeof plain;
	lzma_end(&stream);
	if (status == LZMA_MEMLIMIT_ERROR || status == LZMA_MEM_ERROR)
		return bytes_slice(body, 0, 1).ptr[0] == PROPERTIES_USUAL;
	return !empty && (status == LZMA_OK || status == LZMA_STREAM_END);
}

static enum read_result read_lzma(struct visit *visit, struct bytes body)
{
	static const struct suffix suffixes[] = {
		{{(const uint8_t *)".lzma", 5}, {0}},
		{{(const uint8_t *)".tlz", 4}, {(const uint8_t *)".tar", 4}},
	};
	const struct sight *sight = visit_sight(visit);
	if (!recognise(sight) || (!is_certain(sight) && !probe(body)))
		return READ_NOT_MINE;
	struct bytes name = plain_name(visit, suffixes, sizeof suffixes / sizeof suffixes[0]);
	return lzma_stream_read(visit, body, name, begin, is_stream);
}

const struct reader reader_lzma = {
	.name = "lzma",
	.recognise = recognise,
	.read = read_lzma,
	.understood = CLASS_READ,
	.container = true,
	.stream = true,
};
