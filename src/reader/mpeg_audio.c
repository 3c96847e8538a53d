/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MPEG audio: MP3 and its kin (ISO/IEC 11172-3), with ID3v2 before it and ID3v1 or APE tags behind.
 * The format has no header of its own, so the object is taken for audio only when its frames follow
 * one another; what lies between and behind them is handed over.
 */
#include "base/cursor.h"
#include "reader/rest.h"

extern const struct reader reader_mpeg_audio;

enum { ID3_HEADER = 10, ID3_FOOTER_FLAG = 0x10, FRAMES_LEAST = 4, LOST_PERCENT_MOST = 10 };

static const struct bytes id3_magic = {(const uint8_t *)"ID3", 3};

/* Bytes of the frame whose header is at `at`; 0 when there is no valid header. */
static size_t frame_length(struct bytes body, size_t at)
{
	/* kbit/s by layer; ISO/IEC 11172-3 2.4.2.3 and 13818-3 for the lower sampling rates */
	static const uint16_t rates[5][16] = {
		{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448,
	         0}, /* 1, layer I */
		{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0}, /* 1, II */
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},  /* 1, III */
		{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 0}, /* 2, I */
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}, /* 2, II, III */
	};
	static const uint32_t samplings[3] = {44100, 48000, 32000};
	struct cursor c = cursor_over(bytes_slice(body, at, 4));
	uint32_t header = cursor_u32be(&c);
	unsigned version = header >> 19 & 3, layer = 4 - (header >> 17 & 3);
	unsigned rate = header >> 12 & 15, sampling = header >> 10 & 3, padding = header >> 9 & 1;
	if (!cursor_ok(&c) || header >> 21 != 0x7ff || version == 1 || layer == 4 || sampling == 3)
		return 0;
	bool first = version == 3;
	uint32_t bits = 1000u * rates[first ? layer - 1 : layer == 1 ? 3 : 4][rate];
	uint32_t hertz = samplings[sampling] >> (first ? 0 : version == 2 ? 1 : 2);
	if (bits == 0)
		return 0;
	if (layer == 1)
		return (12 * bits / hertz + padding) * 4;
	return (layer == 3 && !first ? 72 : 144) * bits / hertz + padding;
}

static bool frames_follow(struct bytes body, size_t at)
{
	size_t length = frame_length(body, at);
	return length > 0 && frame_length(body, at + length) > 0;
}

/* Sizes in ID3v2 are 7 bits a byte (ID3v2.4, 6.2). 0 when there is no tag. */
static uint64_t id3_length(struct bytes body)
{
	struct cursor c = cursor_over(body);
	if (!bytes_equal(cursor_take(&c, 3), id3_magic))
		return 0;
	cursor_skip(&c, 2);
	uint8_t flags = cursor_u8(&c);
	uint64_t size = 0;
	for (int i = 0; i < 4; i++)
		size = size << 7 | (cursor_u8(&c) & 0x7f);
	return ID3_HEADER + size + (flags & ID3_FOOTER_FLAG ? ID3_HEADER : 0);
}

static bool is_mpeg_audio(const struct sight *sight)
{
	uint64_t tag = id3_length(sight->head);
	if (tag >= sight->size)
		return false;
	if (tag > 0 && tag >= sight->head.len)
		return true; /* a large cover picture; read() looks further */
	size_t at = (size_t)tag;
	for (int i = 0; i < FRAMES_LEAST; i++) {
		size_t length = frame_length(sight->head, at);
		if (length == 0)
			return tag > 0 && i == 0; /* padding between tag and frames */
		at += length;
	}
	return true;
}

/* Attachments and private data of a tag: frames that are neither text nor pictures. */
static void read_tag(struct visit *visit, struct bytes tag)
{
	struct cursor c = cursor_over(tag);
	cursor_skip(&c, 3);
	uint8_t version = cursor_u8(&c);
	cursor_skip(&c, ID3_HEADER - 4);
	while (version >= 3 && cursor_left(&c) > ID3_HEADER) {
		struct bytes id = cursor_take(&c, 4);
		uint32_t size = cursor_u32be(&c);
		if (version == 4)
			size = (size >> 24 & 0x7f) << 21 | (size >> 16 & 0x7f) << 14 |
			       (size >> 8 & 0x7f) << 7 | (size & 0x7f);
		cursor_skip(&c, 2); /* flags */
		if (id.ptr[0] == 0 || size > cursor_left(&c)) {
			rest_hand_over_part(visit, BYTES("ID3 padding"),
			                    bytes_from(tag, c.at - 10));
			return;
		}
		struct bytes data = cursor_take(&c, size);
		if (id.ptr[0] != 'T' && !bytes_equal(id, BYTES("APIC")))
			rest_hand_over_part(visit, id, data);
	}
}

/* The first place from `at` on where two frames follow one another, else the end. */
static size_t next_frames(struct bytes body, size_t at)
{
	struct cursor c = cursor_over(body);
	cursor_seek(&c, at);
	while (cursor_ok(&c)) {
		(void)cursor_until(&c, 0xff);
		if (cursor_ok(&c) && frames_follow(body, c.at - 1))
			return c.at - 1;
	}
	return body.len;
}

/* Adds the frames to `rest`, a run of them as one part; `rest` must hold the tag already. */
static size_t walk_frames(struct rest *rest, struct bytes body, size_t at)
{
	size_t framed = 0;
	while (at < body.len && rest->count < rest->room) {
		size_t start = at;
		for (size_t length; (length = frame_length(body, at)) > 0 && at < body.len;)
			at += length;
		rest_add(rest, start, at - start);
		framed += at - start;
		at = at < body.len ? next_frames(body, at + 1) : at;
	}
	return framed;
}

static bool is_end_tag(struct bytes tail)
{
	return (tail.len == 128 && bytes_start_with(tail, BYTES("TAG"))) ||
	       bytes_start_with(tail, BYTES("APETAGEX"));
}

static enum read_result read_mpeg_audio(struct visit *visit, struct bytes body)
{
	enum { RUNS_MOST = 4096 };
	uint64_t tag = id3_length(body);
	if (tag >= body.len)
		return READ_NOT_MINE;
	struct rest rest;
	rest_init(&rest, visit, RUNS_MOST);
	rest_add(&rest, 0, tag);
	size_t first = next_frames(body, (size_t)tag);
	size_t framed = walk_frames(&rest, body, first);
	uint64_t audio = body.len - tag;
	if (audio - framed > audio / 100 * LOST_PERCENT_MOST && framed < audio)
		return READ_NOT_MINE;
	read_tag(visit, bytes_slice(body, 0, (size_t)tag));
	rest_hand_over_holes(&rest, visit, body);
	uint64_t end = rest_end(&rest);
	struct bytes tail = end < body.len ? bytes_from(body, (size_t)end) : (struct bytes){0};
	if (!is_end_tag(tail))
		(void)rest_hand_over(visit, body, end, BYTES("trailing data"));
	else
		rest_hand_over_part(visit, BYTES("tag"), tail);
	return READ_WHOLE;
}

const struct reader reader_mpeg_audio = {
	.name = "mpeg_audio",
	.recognise = is_mpeg_audio,
	.read = read_mpeg_audio,
	.understood = CLASS_INERT,
};
