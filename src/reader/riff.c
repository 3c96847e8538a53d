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
	struct bytes body;
	bool big;
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

static bool is_known(struct bytes id)
{
	static const char known[] = "VP8 VP8LVP8XALPHANIMANMFICCP"             /* WebP */
				    "fmt datafactcue smplinstid3 ID3 PEAKds64" /* WAV */
				    "idx1indxanihrateseq ";                    /* AVI, cursors */
	for (size_t i = 0; i + 4 < sizeof known; i += 4)
		if (memcmp(known + i, id.ptr, 4) == 0)
			return true;
	return false;
}

/* Lists are of media, or of text. Exif is a TIFF, with a small picture in it. */
static bool is_media_part(struct bytes id, struct bytes data)
{
	static const char *const lists[] = {"movi", "hdrl", "strl", "odml", "rec ", "fram", "wavl"};
	if (bytes_equal(id, BYTES("EXIF")))
		return bytes_start_with(data, BYTES("II*\0")) ||
		       bytes_start_with(data, BYTES("MM\0*")) ||
		       bytes_start_with(data, BYTES("Exif\0\0"));
	if (!bytes_equal(id, BYTES("LIST")))
		return is_known(id);
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		if (bytes_start_with(data, bytes_of(lists[i])))
			return true;
	return false;
}

/* RF64 puts the sizes that do not fit 32 bits into the chunk ds64, and -1 where they belong; a
 * program that writes to a pipe leaves -1, too. */
static uint64_t size_or_rest(const struct cursor *c, uint32_t size)
{
	return size == UINT32_MAX ? cursor_left(c) : size;
}

/* The chunks of one group. Returns false after a gap. */
static bool read_chunks(struct riff *r, struct bytes chunks, uint64_t offset)
{
	struct cursor c = cursor_over(chunks);
	while (cursor_left(&c) >= 8) {
		size_t chunk_at = c.at;
		struct bytes id = cursor_take(&c, 4);
		uint32_t stated = endian_u32(&c, r->big);
		struct bytes data = cursor_take(&c, size_or_rest(&c, stated));
		if (!cursor_ok(&c)) {
			(void)rest_damaged(r->visit, r->body, offset + chunk_at,
			                   "a RIFF chunk reaches past its group");
			return false;
		}
		if (data.len % 2 == 1 && cursor_left(&c) > 0)
			cursor_skip(&c, 1);
		if (!is_media_part(id, data))
			rest_hand_over_part(r->visit, id, data);
	}
	return true;
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
		cursor_skip(&c, 4);
		uint32_t stated = endian_u32(&c, r.big);
		uint64_t size = size_or_rest(&c, stated);
		struct bytes group = cursor_take(&c, size);
		if (!cursor_ok(&c) || size < 4)
			return rest_damaged(visit, body, group_at, "RIFF file cut short");
		if (size % 2 == 1 && cursor_left(&c) > 0)
			cursor_skip(&c, 1);
		if (!read_chunks(&r, bytes_from(group, 4), group_at + 12))
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
