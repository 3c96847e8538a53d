/* SPDX-License-Identifier: Apache-2.0 */
/* RIFF media: WebP, WAV (also RF64), AVI, animated cursors. Walked chunk by chunk to the end, so
 * that nothing hides behind one. Microsoft "Multimedia Programming Interface", RIFF; EBU Tech 3306.
 */
#include "core/reader.h"
#include "reader/endian.h"
#include "reader/rest.h"

extern const struct reader reader_riff;

struct riff {
	struct visit *visit;
	struct bytes body, form;
	bool big;
	uint64_t data_size; /* of the sound, where it says so elsewhere; else 0 */
};

static bool is_group(struct bytes id)
{
	return bytes_equal(id, BYTES("RIFF")) || bytes_equal(id, BYTES("RIFX")) ||
	       bytes_equal(id, BYTES("RF64")) || bytes_equal(id, BYTES("BW64"));
}

/* Forms that are media; others (drawings, sound fonts with text) are left to the search. */
static bool is_media(struct bytes head)
{
	static const char forms[] = "WEBPWAVEAVI ACONRMIDAVIX";
	struct bytes form = bytes_slice(head, 8, 4);
	if (form.len < 4 || !is_group(bytes_slice(head, 0, 4)))
		return false;
	for (size_t i = 0; i + 4 < sizeof forms; i += 4)
		if (memcmp(forms + i, form.ptr, 4) == 0)
			return true;
	return false;
}

static bool is_riff(const struct sight *sight)
{
	return is_media(sight->head);
}

static bool is_among(const char *ids, struct bytes id)
{
	for (size_t i = 0; ids[i] != '\0' && id.len == 4; i += 4)
		if (memcmp(ids + i, id.ptr, 4) == 0)
			return true;
	return false;
}

static bool is_hex(uint8_t byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
	       (byte >= 'A' && byte <= 'F');
}

/* "00dc": the number of a stream, and pixels, packed pixels or sound; "__" is of digital cameras.
 */
static bool is_of_stream(struct bytes id)
{
	static const char *const kinds[] = {"db", "dc", "wb", "iv", "__"};
	if (id.len < 4 || !is_hex(id.ptr[0]) || !is_hex(id.ptr[1]))
		return false;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (bytes_equal(bytes_from(id, 2), bytes_of(kinds[i])))
			return true;
	return false;
}

/* Pixels and sound. */
static bool is_media_part(const struct riff *r, struct bytes id)
{
	if (is_among("WEBP", r->form))
		return is_among("VP8 VP8LALPH", id);
	if (is_among("WAVE", r->form))
		return is_among("data", id);
	return is_among("AVI AVIX", r->form) && is_of_stream(id);
}

/* What stands before the chunks in a group of them; 0 when it is none. */
static size_t group_header(struct bytes id, struct bytes data)
{
	if (bytes_equal(id, BYTES("ANMF")))
		return 16; /* place and time of a frame */
	bool list = bytes_equal(id, BYTES("LIST")) &&
	            is_among("movihdrlstrlodmlrec framwavl", bytes_slice(data, 0, 4));
	return list ? 4 : 0;
}

/* A picture or profile within, Exif, or what is no media: texts, tags, what belongs to programs. */
static void read_other(const struct riff *r, struct bytes id, struct bytes data)
{
	if (bytes_equal(id, BYTES("EXIF"))) {
		size_t begin = bytes_start_with(data, BYTES("Exif\0\0")) ? 6 : 0;
		if (rest_is_exif(bytes_from(data, begin)))
			return;
	}
	if (rest_begins_like_a_file(data) || (data.len > 0 && is_among("iconICCP", id)))
		visit_child(r->visit, id, data);
	else
		rest_hand_over_part(r->visit, id, data);
}

/* RF64 puts the sizes that do not fit 32 bits into the chunk ds64, and -1 where they belong; a
 * program that writes to a pipe leaves -1, too. */
static uint64_t size_or_rest(const struct cursor *c, uint32_t size, uint64_t wide)
{
	if (size != UINT32_MAX)
		return size;
	return wide == 0 || wide == UINT64_MAX ? cursor_left(c) : wide;
}

/* The chunks of one group, which lies at `offset` in the object. Returns false after a gap. */
static bool read_chunks(const struct riff *r, struct bytes chunks, uint64_t offset, unsigned depth)
{
	enum { DEPTH = 4 }; /* lists in lists: AVI has three */
	struct cursor c = cursor_over(chunks);
	bool whole = true;
	while (whole && cursor_left(&c) >= 8) {
		size_t chunk_at = c.at;
		struct bytes id = cursor_take(&c, 4);
		uint32_t stated = endian_u32(&c, r->big);
		bool is_sound = depth == 0 && is_among("data", id);
		struct bytes data =
			cursor_take(&c, size_or_rest(&c, stated, is_sound ? r->data_size : 0));
		if (!cursor_ok(&c)) {
			(void)rest_damaged(r->visit, r->body, offset + chunk_at,
			                   "a RIFF chunk reaches past its group");
			return false;
		}
		size_t header = group_header(id, data);
		if (header > 0 && depth < DEPTH)
			whole = read_chunks(r, bytes_from(data, header),
			                    offset + chunk_at + 8 + header, depth + 1);
		else if (!is_media_part(r, id) || rest_begins_like_a_file(data))
			read_other(r, id, data);
		if (data.len % 2 == 1 && cursor_left(&c) > 0)
			cursor_skip(&c, 1);
	}
	return whole;
}

/* EBU Tech 3306, 3.6: sizes of the group and of its sound. Returns that of the group, or 0. */
static uint64_t read_wide_sizes(struct riff *r, size_t group_at)
{
	struct cursor c = cursor_over(r->body);
	cursor_seek(&c, group_at + 12);
	r->data_size = 0;
	if (!bytes_equal(cursor_take(&c, 4), BYTES("ds64")))
		return 0;
	cursor_skip(&c, 4);
	uint64_t size = cursor_u64le(&c);
	r->data_size = cursor_u64le(&c);
	return size;
}

static enum read_result read_riff(struct visit *visit, struct bytes body)
{
	struct riff r = {.visit = visit, .body = body};
	struct cursor c = cursor_over(body);
	if (!is_media(body))
		return READ_NOT_MINE;
	r.big = bytes_start_with(body, BYTES("RIFX"));
	while (is_media(bytes_from(body, c.at))) { /* a long AVI has several groups */
		size_t group_at = c.at;
		uint64_t wide = read_wide_sizes(&r, group_at);
		cursor_skip(&c, 4);
		uint32_t stated = endian_u32(&c, r.big);
		uint64_t size = size_or_rest(&c, stated, wide);
		struct bytes group = cursor_take(&c, size);
		if (!cursor_ok(&c) || size < 4)
			return rest_damaged(visit, body, group_at, "RIFF file cut short");
		if (size % 2 == 1 && cursor_left(&c) > 0)
			cursor_skip(&c, 1);
		r.form = bytes_slice(group, 0, 4);
		if (!read_chunks(&r, bytes_from(group, 4), group_at + 12, 0))
			return READ_PARTLY;
	}
	(void)rest_hand_over(visit, body, c.at, BYTES("trailing data"));
	return READ_WHOLE;
}

const struct reader reader_riff = {
	.name = "riff",
	.recognise = is_riff,
	.read = read_riff,
	.understood = CLASS_INERT,
};
