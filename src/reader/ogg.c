/* SPDX-License-Identifier: Apache-2.0 */
/* Ogg media (RFC 3533): Vorbis, Opus, Theora. Walked page by page to the end, so that nothing hides
 * behind the last; nothing is decoded. */
#include "base/cursor.h"
#include "reader/rest.h"

extern const struct reader reader_ogg;

enum {
	CONTINUED = 1,
	BEGINS = 2,
	PAGES_MOST = 4 << 20 /* gone through again for packets and streams that are handed over: a
	                        tenth of a second */
};

struct ogg {
	struct visit *visit;
	uint32_t pages_left;
	bool partly, has_flac;
	uint32_t flac; /* the stream of it, met last */
};

struct page {
	uint8_t flags;
	uint32_t stream;
	struct bytes lengths, payload; /* of parts of packets: one under 255 ends its packet */
};

static bool is_page(struct bytes body, size_t at)
{
	return bytes_start_with(bytes_from(body, at), BYTES("OggS\0"));
}

/* The cursor goes bad when the page is not whole. */
static struct page next_page(struct cursor *c)
{
	struct page page = {0};
	cursor_skip(c, 4 + 1); /* magic, version */
	page.flags = cursor_u8(c);
	cursor_skip(c, 8); /* place */
	page.stream = cursor_u32le(c);
	cursor_skip(c, 4 + 4); /* number, CRC */
	page.lengths = cursor_take(c, cursor_u8(c));
	uint64_t payload = 0;
	for (size_t i = 0; i < page.lengths.len; i++)
		payload += page.lengths.ptr[i];
	page.payload = cursor_take(c, payload);
	return page;
}

/* What the first packet of a stream of pixels or sound begins with. */
static bool is_media(struct bytes packet)
{
	static const char *const magics[] = {"\1vorbis", "OpusHead", "\x80theora", "\177FLAC",
	                                     "Speex   ", "OVP80",    "BBCD\0",     "CELT    ",
	                                     "PCM     ", "\1video",  "\1audio"};
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
		if (bytes_start_with(packet, bytes_of(magics[i])))
			return true;
	return false;
}

/* Words about the sound, and pictures among them (Vorbis I, 5; RFC 7845, 5.2; Theora, 6.3). */
static bool is_comments(struct bytes packet)
{
	return bytes_start_with(packet, BYTES("\3vorbis")) ||
	       bytes_start_with(packet, BYTES("OpusTags")) ||
	       bytes_start_with(packet, BYTES("\x81theora")) ||
	       bytes_start_with(packet, BYTES("OVP80\2"));
}

/* The rest of the packet at part `i`, which lies at `at` of the payload; whether it ends here. */
static struct bytes part_of_packet(const struct page *page, size_t i, size_t at, bool *ends)
{
	size_t from = at;
	*ends = false;
	for (; i < page->lengths.len && !*ends; i++) {
		at += page->lengths.ptr[i];
		*ends = page->lengths.ptr[i] < 255;
	}
	return bytes_slice(page->payload, from, at - from);
}

/* Joins what follows `part` in the pages of `stream` after the one that ends at `c`: up to the end
 * of a packet, or of the stream. */
static void join(struct ogg *ogg, struct cursor c, uint32_t stream, struct bytes part,
                 bool to_the_end)
{
	struct spool *spool =
		visit_spool(ogg->visit, to_the_end ? BYTES("stream") : BYTES("comments"), 0);
	bool room = spool_write(spool, part), ends = false;
	while (room && !ends && ogg->pages_left > 0 && is_page(c.all, c.at)) {
		struct page page = next_page(&c);
		ogg->pages_left--;
		if (!cursor_ok(&c))
			break;
		if (page.stream != stream)
			continue;
		part = part_of_packet(&page, 0, 0, &ends);
		if (to_the_end) {
			part = page.payload;
			ends = false;
		}
		room = spool_write(spool, part);
	}
	const char *why = to_the_end ? NULL : "Ogg packet without an end";
	if (ogg->pages_left == 0)
		why = "too many streams in one another";
	bool whole = ends || !room || !why;
	spool_end(spool, whole ? NULL : why);
	ogg->partly |= !whole;
}

/* Of FLAC (RFC 9639, 10.1) each block of metadata is a packet; sound begins with 0xff. */
static bool is_block(const struct ogg *ogg, const struct page *page, struct bytes packet)
{
	return ogg->has_flac && page->stream == ogg->flac && packet.len > 0 &&
	       !(page->flags & BEGINS) && packet.ptr[0] != 0xff;
}

/* A stream of an unknown kind is handed over at its first page, comments where they begin. */
static void read_page(struct ogg *ogg, const struct page *page, const struct cursor *c)
{
	if ((page->flags & BEGINS) && page->payload.len > 0 && !is_media(page->payload)) {
		join(ogg, *c, page->stream, page->payload, true);
		return;
	}
	if ((page->flags & BEGINS) && bytes_start_with(page->payload, BYTES("\177FLAC"))) {
		ogg->has_flac = true;
		ogg->flac = page->stream;
	}
	bool begins = !(page->flags & CONTINUED);
	for (size_t i = 0, at = 0; i < page->lengths.len; at += page->lengths.ptr[i], i++) {
		bool ends;
		struct bytes packet = bytes_from(page->payload, at);
		if (begins && (is_comments(packet) || is_block(ogg, page, packet))) {
			packet = part_of_packet(page, i, at, &ends);
			if (ends)
				rest_hand_over_part(ogg->visit, BYTES("comments"), packet);
			else
				join(ogg, *c, page->stream, packet, false);
		}
		begins = page->lengths.ptr[i] < 255;
	}
}

static enum read_result read_ogg(struct visit *visit, struct bytes body)
{
	struct ogg ogg = {.visit = visit, .pages_left = PAGES_MOST};
	struct cursor c = cursor_over(body);
	if (!is_page(body, 0))
		return READ_NOT_MINE;
	while (is_page(body, c.at)) {
		size_t page_at = c.at;
		struct page page = next_page(&c);
		if (!cursor_ok(&c))
			return rest_damaged(visit, body, page_at, "Ogg page cut short");
		read_page(&ogg, &page, &c);
	}
	(void)rest_hand_over(visit, body, c.at, BYTES("trailing data"));
	return ogg.partly ? READ_PARTLY : READ_WHOLE;
}

const struct reader reader_ogg = {
	.name = "ogg",
	.magic = {(const uint8_t *)"OggS", 5},
	.read = read_ogg,
	.understood = CLASS_INERT,
};
