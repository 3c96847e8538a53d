/* SPDX-License-Identifier: Apache-2.0 */
/* gzip, RFC 1952: one child, which is all members behind one another. Its frame is read here
 * because libdeflate, twice as fast as zlib, wants the sizes beforehand, and because what follows
 * the last member must be found. */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/inflate.h"
#include "reader/pump.h"
#include "reader/rest.h"

#include <libdeflate.h>

extern const struct reader reader_gzip;

enum {
	HEADER_CRC = 1 << 1,
	HEADER_EXTRA = 1 << 2,
	HEADER_NAME = 1 << 3,
	HEADER_COMMENT = 1 << 4,
	HEADER_RESERVED = 0xe0, /* RFC 1952, 2.3.1.2: must be zero; one once meant encryption */
	FOOTER = 8,
	DEFLATE_RATIO_MOST = 1032, /* zlib's zlib_tech.txt: no deflate stream packs better */
};

struct gzip_header {
	struct bytes name, extra, comment;
	uint64_t name_at;
	uint8_t flags;
	bool crc_wrong;
};

/* What headers say: stated when the child is done, because nothing may be kept meanwhile. */
struct said {
	struct span names[LIMIT_GZIP_NAMES];  /* of later members */
	struct bytes large[LIMIT_GZIP_NAMES]; /* fields that could hold a program */
	size_t name_count, large_count;
	bool too_many;
};

static const char damaged[] = "damaged deflate data";
static const char truncated[] = "truncated gzip member";

static bool has_magic(struct bytes body, size_t at)
{
	return bytes_start_with(bytes_from(body, at), BYTES("\x1f\x8b\x08"));
}

/* The cursor goes bad when the header is cut off. */
static struct gzip_header read_header(struct cursor *c)
{
	struct gzip_header h = {0};
	size_t from = c->at;
	cursor_skip(c, 3);
	h.flags = cursor_u8(c);
	cursor_skip(c, 4 + 1 + 1); /* time, extra flags, system */
	if (h.flags & HEADER_EXTRA)
		h.extra = cursor_take(c, cursor_u16le(c));
	h.name_at = c->at;
	if (h.flags & HEADER_NAME)
		h.name = cursor_until(c, '\0');
	if (h.flags & HEADER_COMMENT)
		h.comment = cursor_until(c, '\0');
	if (h.flags & HEADER_CRC && cursor_ok(c)) {
		struct bytes header = bytes_slice(c->all, from, c->at - from);
		uint32_t crc = libdeflate_crc32(0, header.ptr, header.len);
		h.crc_wrong = cursor_u16le(c) != (crc & 0xffff) && cursor_ok(c);
	}
	return h;
}

static void note_large(struct said *said, const struct gzip_header *h)
{
	const struct bytes fields[] = {h->extra, h->name, h->comment};
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		if (fields[i].len < LIMIT_PRIVATE_PART)
			continue;
		said->too_many |= said->large_count == LIMIT_GZIP_NAMES;
		if (!said->too_many)
			said->large[said->large_count++] = fields[i];
	}
}

static const char *check_footer(struct cursor *c, uint32_t crc, uint32_t size)
{
	uint32_t stored_crc = cursor_u32le(c);
	uint32_t stored_size = cursor_u32le(c);
	if (!cursor_ok(c))
		return truncated;
	return stored_crc == crc && stored_size == size ? NULL : "gzip checksum mismatch";
}

/* The first member at once, when its size can be foretold. False: nothing was done. */
static bool inflate_at_once(struct pump *pump, struct cursor *c, const char **why)
{
	struct cursor end = cursor_over(c->all);
	size_t left = cursor_left(c);
	if (left <= FOOTER)
		return false;
	cursor_seek(&end, c->all.len - 4);
	uint32_t size = cursor_u32le(&end);
	if (size == 0 || size > LIMIT_DEFLATE_AT_ONCE || size / DEFLATE_RATIO_MOST > left)
		return false;
	uint8_t *room = pump_room_at_once(pump, size);
	if (!room)
		return false;
	size_t eaten = 0, made = 0;
	struct bytes packed = bytes_from(c->all, c->at);
	struct libdeflate_decompressor *decoder = libdeflate_alloc_decompressor();
	enum libdeflate_result result = LIBDEFLATE_BAD_DATA;
	if (decoder)
		result = libdeflate_deflate_decompress_ex(decoder, packed.ptr, packed.len, room,
		                                          size, &eaten, &made);
	libdeflate_free_decompressor(decoder);
	if (result != LIBDEFLATE_SUCCESS)
		return false; /* the last member's size, damage or a coincidence: zlib tells */
	cursor_skip(c, eaten);
	*why = check_footer(c, libdeflate_crc32(0, room, made), (uint32_t)made);
	pump_made(pump, made);
	return true;
}

/* One member's deflate data and footer. Stays behind them when all is well. */
static const char *inflate_member(z_stream *z, struct pump *pump, struct cursor *c)
{
	uint32_t crc = 0, size = 0;
	int status = inflateReset(z);
	while (status == Z_OK) {
		size_t len, made;
		uint8_t *room = pump_room(pump, &len);
		if (!room)
			return NULL;
		struct bytes left = bytes_from(c->all, c->at);
		status = inflate_step(z, &left, room, len, &made);
		cursor_seek(c, c->all.len - left.len);
		crc = libdeflate_crc32(crc, room, made);
		size += (uint32_t)made; /* modulo 2^32, as stored */
		pump_made(pump, made);
	}
	if (status == Z_BUF_ERROR)
		return truncated;
	return status == Z_STREAM_END ? check_footer(c, crc, size) : damaged;
}

static const char *first_of(const char *a, const char *b)
{
	return a ? a : b;
}

/* All members. The cursor stands behind the first header, and in the end behind the last member or
 * where it was given up. */
static const char *inflate_members(struct pump *pump, struct cursor *c, struct said *said)
{
	const char *why = NULL;
	z_stream z = {0};
	bool begun = inflate_at_once(pump, c, &why);
	if (!begun || has_magic(c->all, c->at))
		if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
			return "out of memory for inflate";
	if (!begun)
		why = inflate_member(&z, pump, c);
	while (cursor_ok(c) && !pump->stopped && why != damaged && has_magic(c->all, c->at)) {
		struct cursor next = *c;
		struct gzip_header h = read_header(&next);
		if (!cursor_ok(&next) || h.flags & HEADER_RESERVED)
			break; /* trailing data, where it is found to be closed or cut */
		*c = next;
		if (h.name.len > 0 && said->name_count < LIMIT_GZIP_NAMES)
			said->names[said->name_count++] = (struct span){h.name_at, h.name.len};
		note_large(said, &h);
		why = first_of(why, h.crc_wrong ? "gzip header checksum mismatch" : NULL);
		const char *wrong = inflate_member(&z, pump, c);
		why = wrong == damaged ? damaged : first_of(why, wrong);
	}
	inflateEnd(&z);
	return why;
}

static struct bytes last_component(struct bytes path)
{
	for (size_t i = path.len; i > 0; i--)
		if (path.ptr[i - 1] == '/' || path.ptr[i - 1] == '\\')
			return bytes_from(path, i);
	return path;
}

static struct bytes child_name(struct visit *visit, const struct gzip_header *header)
{
	static const struct suffix suffixes[] = {
		{{(const uint8_t *)".gz", 3}, {0}},
		{{(const uint8_t *)".tgz", 4}, {(const uint8_t *)".tar", 4}},
		{{(const uint8_t *)".svgz", 5}, {(const uint8_t *)".svg", 4}},
		{{(const uint8_t *)"-gz", 3}, {0}},
		{{(const uint8_t *)".z", 2}, {0}},
	};
	struct bytes stored = last_component(header->name);
	if (stored.len > 0)
		return stored;
	return plain_name(visit, suffixes, sizeof suffixes / sizeof suffixes[0]);
}

/* False when a gap was left. */
static bool state(struct visit *visit, struct bytes body, const struct said *said)
{
	for (size_t i = 0; i < said->name_count; i++)
		visit_fact(visit, FACT_FILE_NAME,
		           bytes_slice(body, said->names[i].offset, said->names[i].length),
		           said->names[i]);
	for (size_t i = 0; i < said->large_count; i++)
		visit_child(visit, BYTES("header field"), said->large[i]);
	if (said->too_many)
		visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD,
		          "more large gzip header fields than are looked at");
	return !said->too_many;
}

static enum read_result read_gzip(struct visit *visit, struct bytes body)
{
	if (!has_magic(body, 0))
		return READ_NOT_MINE;
	struct cursor c = cursor_over(body);
	struct gzip_header header = read_header(&c);
	struct pump pump = pump_start(visit, child_name(visit, &header), 0);
	if (!cursor_ok(&c))
		return pump_end(&pump, CLASS_UNREAD, "truncated gzip header");
	if (header.flags & HEADER_RESERVED)
		return pump_end(&pump, CLASS_OPAQUE, "gzip member with reserved flags");
	struct said *said = visit_alloc(visit, 1, sizeof *said);
	note_large(said, &header);
	const char *why = inflate_members(&pump, &c, said);
	if (header.crc_wrong)
		why = first_of(why, "gzip header checksum mismatch");
	enum read_result result = pump_end(&pump, CLASS_UNREAD, why);
	if (!state(visit, body, said))
		result = READ_PARTLY;
	if (why != damaged && !pump.stopped && cursor_ok(&c))
		visit_trailing(visit, body, c.at);
	return result;
}

const struct reader reader_gzip = {
	.name = "gzip",
	.magic = {(const uint8_t *)"\x1f\x8b\x08", 3},
	.read = read_gzip,
	.understood = CLASS_READ,
	.container = true,
	.stream = true,
};
