/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FLAC audio (RFC 9639). Frames state no length, so they are followed from header to header: each
 * has a sync code and a CRC, and none is longer than the stream's header allows. What comes after
 * the last frame is handed over.
 */
#include "base/cursor.h"
#include "reader/rest.h"

extern const struct reader reader_flac;

enum { STREAMINFO = 0, PICTURE = 6, LAST = 0x80 };

/* Fed with what it was written behind, it gives zero. */
static uint16_t crc16(uint16_t crc, uint8_t byte)
{
	crc = (uint16_t)(crc ^ byte << 8);
	for (int bit = 0; bit < 8; bit++)
		crc = (uint16_t)(crc << 1 ^ (crc & 0x8000 ? 0x8005 : 0));
	return crc;
}

static uint8_t crc8(struct bytes data)
{
	uint8_t crc = 0;
	for (size_t i = 0; i < data.len; i++) {
		crc ^= data.ptr[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (uint8_t)(crc << 1 ^ (crc & 0x80 ? 0x07 : 0));
	}
	return crc;
}

/* RFC 9639, 9.1: sync, sizes, a coded number, optional sizes, CRC-8 of it all. */
static bool is_frame(struct bytes body, size_t at)
{
	struct cursor c = cursor_over(bytes_slice(body, at, 17));
	uint16_t sync = cursor_u16be(&c);
	uint8_t sizes = cursor_u8(&c), channels = cursor_u8(&c), number = cursor_u8(&c);
	if ((sync & 0xfffe) != 0xfff8 || sizes >> 4 == 0 || (sizes & 15) == 15 ||
	    channels >> 4 > 10 || (channels & 1))
		return false;
	while (number & 0x80 && number & 0x40) { /* as many further bytes as in UTF-8 */
		cursor_skip(&c, 1);
		number = (uint8_t)(number << 1);
	}
	if (sizes >> 4 == 6 || sizes >> 4 == 7)
		cursor_skip(&c, (sizes >> 4) - 5u);
	if ((sizes & 15) >= 12)
		cursor_skip(&c, (sizes & 15) == 12 ? 1 : 2);
	size_t length = c.at;
	uint8_t crc = cursor_u8(&c);
	return cursor_ok(&c) && crc8(bytes_slice(body, at, length)) == crc;
}

/* The longest frame: as stated, but no longer than one of raw samples. */
static size_t longest_frame(struct bytes info)
{
	struct cursor c = cursor_over(info);
	cursor_skip(&c, 2);
	uint16_t samples = cursor_u16be(&c);
	uint32_t smallest_and_largest = cursor_u32be(&c) & 0xff;
	uint32_t largest = smallest_and_largest << 16 | cursor_u16be(&c);
	cursor_skip(&c, 2);
	uint16_t packed = cursor_u16be(&c); /* 4 bits of rate, 3 of channels, 5 of depth, … */
	unsigned channels = (packed >> 9 & 7u) + 1;
	size_t raw = (size_t)samples * channels * 4 + 64;
	return largest > 0 && largest < raw ? largest : raw;
}

/* Where the next frame header begins within `most` bytes after `at`; `at` when there is none. */
static size_t next_frame(struct bytes body, size_t at, size_t most)
{
	struct cursor c = cursor_over(bytes_slice(body, 0, at + most + 1));
	cursor_seek(&c, at + 1);
	while (cursor_ok(&c)) {
		(void)cursor_until(&c, 0xff);
		if (cursor_ok(&c) && is_frame(body, c.at - 1))
			return c.at - 1;
	}
	return at;
}

/* Where the last frame ends: at the file's end when its CRC-16 fits there, else where it does
 * first. 0 when it does nowhere. */
static size_t frame_end(struct bytes body, size_t at, size_t most)
{
	enum { LEAST = 8 }; /* RFC 9639, 9: header, one subframe, CRC-16 */
	struct bytes frame = bytes_slice(body, at, most);
	uint16_t crc = 0;
	size_t first = 0;
	for (size_t i = 0; i < frame.len; i++) {
		crc = crc16(crc, frame.ptr[i]);
		if (crc == 0 && i + 1 >= LEAST && first == 0)
			first = at + i + 1;
	}
	return crc == 0 && at + frame.len == body.len ? body.len : first;
}

/* Where the frames end; `at` when there is none. False when the last one is cut off: it begins at
 * `end`. */
static bool find_frames_end(struct bytes body, size_t at, size_t most, size_t *end)
{
	*end = at;
	if (!is_frame(body, at))
		return true;
	for (size_t next; (next = next_frame(body, *end, most)) != *end;)
		*end = next;
	size_t last = frame_end(body, *end, most);
	if (last > 0)
		*end = last;
	return last > 0;
}

/* RFC 9639, 8.8: kind, type of media, description, four numbers, the picture. */
static void read_picture(struct visit *visit, struct bytes block)
{
	struct cursor c = cursor_over(block);
	cursor_skip(&c, 4);
	cursor_skip(&c, cursor_u32be(&c));
	cursor_skip(&c, cursor_u32be(&c));
	cursor_skip(&c, 16);
	struct bytes picture = cursor_take(&c, cursor_u32be(&c));
	if (!cursor_ok(&c)) {
		rest_hand_over_part(visit, BYTES("metadata"), block);
		return;
	}
	if (picture.len > 0)
		visit_child(visit, BYTES("picture"), picture);
	rest_hand_over_part(visit, BYTES("metadata"), bytes_from(block, c.at));
}

static enum read_result read_flac(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	if (!bytes_equal(cursor_take(&c, 4), BYTES("fLaC")))
		return READ_NOT_MINE;
	struct bytes info = {0};
	uint8_t kind = 0;
	while (!(kind & LAST)) {
		size_t block_at = c.at;
		kind = cursor_u8(&c);
		uint32_t length = (uint32_t)cursor_u8(&c) << 16;
		length |= cursor_u16be(&c);
		struct bytes data = cursor_take(&c, length);
		if (!cursor_ok(&c))
			return rest_damaged(visit, body, block_at, "damaged FLAC metadata");
		if ((kind & 0x7f) == STREAMINFO)
			info = data;
		else if ((kind & 0x7f) == PICTURE)
			read_picture(visit, data);
		else /* text, places, padding: nothing packed */
			rest_hand_over_part(visit, BYTES("metadata"), data);
	}
	size_t end;
	if (!find_frames_end(body, c.at, longest_frame(info), &end))
		return rest_damaged(visit, body, end, "FLAC frame without an end");
	(void)rest_hand_over(visit, body, end, BYTES("trailing data"));
	return READ_WHOLE;
}

const struct reader reader_flac = {
	.name = "flac",
	.magic = {(const uint8_t *)"fLaC", 4},
	.read = read_flac,
	.understood = CLASS_INERT,
};
