/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MPEG audio: MP3 and its kin (ISO/IEC 11172-3), AAC in ADTS, with ID3v2 before it and ID3v1 or APE
 * tags behind. The format has no header of its own, so the object is taken for audio only when its
 * frames follow one another; what lies between and behind them is handed over.
 */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/pump.h"
#include "reader/rest.h"
#include "reader/unpack.h"

extern const struct reader reader_mpeg_audio;

enum {
	ID3_HEADER = 10,
	ID3_UNSYNCHRONISED = 0x80,
	ID3_EXTENDED = 0x40,
	ID3_FOOTER_FLAG = 0x10,
	FRAMES_LEAST = 4,
	LOST_PERCENT_MOST = 10
};

static const struct bytes id3_magic = {(const uint8_t *)"ID3", 3};

/* AAC has headers like these, with layer 0 and a length (ISO/IEC 14496-3, 1.A.3.2, ADTS). */
static size_t aac_length(struct bytes body, size_t at)
{
	enum { HEADER = 7, SAMPLINGS = 13 };
	struct cursor c = cursor_over(bytes_slice(body, at, HEADER));
	cursor_skip(&c, 2);
	uint32_t header = cursor_u32be(&c);
	size_t length = header >> 5 & 0x1fff;
	return cursor_ok(&c) && (header >> 26 & 15) < SAMPLINGS && length >= HEADER ? length : 0;
}

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
	if (cursor_ok(&c) && header >> 20 == 0xfff && layer == 4)
		return aac_length(body, at);
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

/* Sizes in ID3v2 are 7 bits a byte (ID3v2.4, 6.2). */
static uint32_t take_seven_bits(struct cursor *c)
{
	uint32_t value = 0;
	for (int i = 0; i < 4; i++)
		value = value << 7 | (cursor_u8(c) & 0x7f);
	return value;
}

/* 0 when there is no tag. */
static uint64_t id3_length(struct bytes body)
{
	struct cursor c = cursor_over(body);
	if (!bytes_equal(cursor_take(&c, 3), id3_magic))
		return 0;
	cursor_skip(&c, 2);
	uint8_t flags = cursor_u8(&c);
	uint64_t size = take_seven_bits(&c);
	return ID3_HEADER + size + (flags & ID3_FOOTER_FLAG ? ID3_HEADER : 0);
}

static bool is_mpeg_audio(const struct sight *sight)
{
	uint64_t tag = id3_length(sight->head);
	if (tag >= sight->size)
		return tag == sight->size;
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

/* Where the frames of a tag begin, and how they are written: ID3v2.2 has shorter names for the
 * same.
 */
struct tag {
	struct visit *visit;
	struct cursor c;
	uint8_t version;
	bool unsynchronised, partly;
};

struct frame {
	struct bytes id, data;
	bool unsynchronised, is_packed;
};

/* What stands before a frame's content when its flags say so: ID3v2.3, 3.3.1; ID3v2.4, 4.1. */
static void strip_frame(struct frame *frame, uint8_t version, uint8_t flags)
{
	struct cursor c = cursor_over(frame->data);
	bool is_new = version == 4;
	bool grouped = flags & (is_new ? 0x40 : 0x20), locked = flags & (is_new ? 0x04 : 0x40);
	frame->is_packed = (flags & (is_new ? 0x08 : 0x80)) && !locked;
	frame->unsynchronised = is_new && (flags & 0x02);
	if (is_new ? flags & 0x01 : flags & 0x80)
		cursor_skip(&c, 4); /* its length when unpacked */
	cursor_skip(&c, (grouped ? 1u : 0) + (locked ? 1u : 0));
	frame->data = bytes_from(frame->data, c.at);
}

/* False at the padding, and when there is no frame. */
static bool next_frame(struct tag *tag, struct frame *frame)
{
	struct cursor ahead = tag->c, *c = &ahead;
	uint32_t size;
	uint8_t flags = 0;
	*frame = (struct frame){.id = cursor_take(c, tag->version == 2 ? 3 : 4)};
	if (tag->version == 2) {
		size = (uint32_t)cursor_u8(c) << 16;
		size |= cursor_u16be(c);
	} else {
		size = tag->version == 4 ? take_seven_bits(c) : cursor_u32be(c);
		cursor_skip(c, 1);
		flags = cursor_u8(c);
	}
	frame->data = cursor_take(c, size);
	if (!cursor_ok(c) || frame->id.ptr[0] == 0)
		return false;
	tag->c = ahead;
	strip_frame(frame, tag->version, flags);
	frame->unsynchronised |= tag->unsynchronised;
	return true;
}

/* Writes what was before a zero was put behind each 0xff (ID3v2.4, 6.1). */
static void write_synchronised(struct pump *pump, struct bytes data)
{
	struct cursor c = cursor_over(data);
	for (size_t from = 0; from < data.len; from = c.at) {
		(void)cursor_until(&c, 0xff);
		size_t end = cursor_ok(&c) ? c.at : data.len;
		if (!pump_write(pump, bytes_slice(data, from, end - from)) || end == data.len)
			return;
		struct cursor next = c;
		if (cursor_u8(&next) == 0)
			c = next;
	}
}

static void hand_over(struct visit *visit, struct bytes name, struct bytes data,
                      bool unsynchronised)
{
	if (!unsynchronised) {
		visit_child(visit, name, data);
		return;
	}
	struct pump pump = pump_start(visit, name, data.len);
	write_synchronised(&pump, data);
	(void)pump_end(&pump, CLASS_UNREAD, NULL);
}

/* A text that ends in a zero, of two bytes in UTF-16. */
static struct bytes take_text(struct cursor *c, uint8_t encoding)
{
	bool wide = encoding == 1 || encoding == 2;
	size_t begin = c->at;
	while (cursor_ok(c) && (wide ? cursor_u16be(c) : cursor_u8(c)) != 0)
		;
	size_t end = c->at - (wide ? 2 : 1);
	return cursor_ok(c) ? bytes_slice(c->all, begin, end - begin) : (struct bytes){0};
}

/* "APIC": encoding, type of media, kind of picture, description, picture. "PIC" has three letters
 * for the type. "GEOB", a file: encoding, type of media, name, description. */
static bool read_enclosed(struct visit *visit, const struct frame *frame)
{
	bool is_file = bytes_start_with(frame->id, BYTES("GEO"));
	bool is_picture =
		bytes_equal(frame->id, BYTES("APIC")) || bytes_equal(frame->id, BYTES("PIC"));
	struct cursor c = cursor_over(frame->data);
	uint8_t encoding = cursor_u8(&c);
	if (frame->id.len == 3 && is_picture)
		cursor_skip(&c, 3);
	else
		(void)take_text(&c, 0);
	if (is_picture)
		cursor_skip(&c, 1);
	struct bytes name = is_file ? take_text(&c, encoding) : frame->id;
	(void)take_text(&c, encoding);
	struct bytes data = bytes_from(frame->data, c.at);
	if (!(is_file || is_picture) || !cursor_ok(&c) || data.len == 0)
		return false;
	hand_over(visit, encoding == 0 || encoding == 3 ? name : frame->id, data,
	          frame->unsynchronised);
	return true;
}

static void read_frame(struct tag *tag, const struct frame *frame)
{
	if (frame->is_packed)
		tag->partly |= !unpack_child(tag->visit, UNPACK_ZLIB, frame->id, frame->data, 0);
	else if (!read_enclosed(tag->visit, frame) && frame->data.len >= LIMIT_PRIVATE_PART)
		hand_over(tag->visit, frame->id, frame->data, frame->unsynchronised);
}

/* Before ID3v2.4 a tag is made free of what looks like sound as a whole: it is handed over as it
 * was, a tag of its own. */
static void hand_over_synchronised(struct visit *visit, struct bytes tag)
{
	struct bytes frames = bytes_from(tag, ID3_HEADER);
	size_t length = frames.len;
	for (size_t i = 0; i + 1 < frames.len; i++)
		length -= frames.ptr[i] == 0xff && frames.ptr[i + 1] == 0;
	const uint8_t header[ID3_HEADER] = {'I',
	                                    'D',
	                                    '3',
	                                    tag.ptr[3],
	                                    tag.ptr[4],
	                                    tag.ptr[5] & (uint8_t)~ID3_UNSYNCHRONISED,
	                                    length >> 21 & 0x7f,
	                                    length >> 14 & 0x7f,
	                                    length >> 7 & 0x7f,
	                                    length & 0x7f};
	struct pump pump = pump_start(visit, BYTES("ID3"), tag.len);
	if (pump_write(&pump, (struct bytes){header, sizeof header}))
		write_synchronised(&pump, frames);
	(void)pump_end(&pump, CLASS_UNREAD, NULL);
}

/* Pictures and files are children, and so is all else that is long. False after a gap. */
static bool read_tag(struct visit *visit, struct bytes body)
{
	struct tag tag = {.visit = visit, .c = cursor_over(body)};
	if (body.len == 0)
		return true;
	cursor_skip(&tag.c, 3);
	tag.version = cursor_u8(&tag.c);
	cursor_skip(&tag.c, 1);
	uint8_t flags = cursor_u8(&tag.c);
	tag.unsynchronised = flags & ID3_UNSYNCHRONISED;
	cursor_seek(&tag.c, ID3_HEADER);
	if (tag.unsynchronised && tag.version < 4) {
		hand_over_synchronised(visit, body);
		return true;
	}
	if (flags & ID3_EXTENDED && tag.version == 3)
		cursor_skip(&tag.c, cursor_u32be(&tag.c));
	else if (flags & ID3_EXTENDED && tag.version == 4)
		cursor_seek(&tag.c, ID3_HEADER + (uint64_t)take_seven_bits(&tag.c));
	struct frame frame;
	bool known = tag.version >= 2 && tag.version <= 4;
	while (known && cursor_ok(&tag.c) && next_frame(&tag, &frame))
		read_frame(&tag, &frame);
	rest_hand_over_part(visit, BYTES("ID3 padding"), bytes_from(body, tag.c.at));
	return !tag.partly;
}

/* A tag and no sound: out of another format, or one of two that follow one another. */
static bool is_tag_alone(struct bytes body, uint64_t tag)
{
	return tag > 0 && tag <= body.len && rest_is_padding(bytes_from(body, (size_t)tag));
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
	if (is_tag_alone(body, tag))
		return read_tag(visit, bytes_slice(body, 0, (size_t)tag)) ? READ_WHOLE
		                                                          : READ_PARTLY;
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
	bool whole = read_tag(visit, bytes_slice(body, 0, (size_t)tag));
	rest_hand_over_holes(&rest, visit, body);
	uint64_t end = rest_end(&rest);
	struct bytes tail = end < body.len ? bytes_from(body, (size_t)end) : (struct bytes){0};
	if (!is_end_tag(tail))
		(void)rest_hand_over(visit, body, end, BYTES("trailing data"));
	else
		rest_hand_over_part(visit, BYTES("tag"), tail);
	return whole ? READ_WHOLE : READ_PARTLY;
}

const struct reader reader_mpeg_audio = {
	.name = "mpeg_audio",
	.recognise = is_mpeg_audio,
	.read = read_mpeg_audio,
	.understood = CLASS_INERT,
};
