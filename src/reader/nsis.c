/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nsis: what an installer of the Nullsoft Scriptable Install System carries behind its program: a
 * header (the script, its strings) and files, each with its size before it, packed one by one or
 * all together (exehead/fileform.h of NSIS). Written here because no library reads it. What files
 * are called stands in the script, which is not run: they are numbered.
 */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/inflate.h"
#include "reader/pump.h"
#include "reader/rest.h"

#include <lzma.h>

#include <inttypes.h>
#include <stdio.h>

extern const struct reader reader_nsis;

enum {
	FIRST_HEADER = 28,
	FLAG_NO_SUM = 4, /* else four bytes of a checksum end the data */
	SUM = 4,
	LZMA_PROPERTIES = 5,
	ROOM = 64 << 10,
	NAME_MOST = 32,
};

enum method { METHOD_DEFLATE, METHOD_LZMA, METHOD_BZIP2 };

static const char damaged[] = "damaged data of an NSIS installer";
static const char truncated[] = "truncated data of an NSIS installer";
static const char own_bzip2[] = "NSIS's own form of bzip2";

struct installer {
	struct visit *visit;
	struct bytes data; /* behind the first header, without the checksum */
	uint32_t header_size;
	uint8_t *room; /* ROOM bytes */
	uint64_t count;
	bool partly;
};

/* Where unpacked bytes go. */
struct outlet {
	struct installer *installer;
	struct spool *spool; /* of the part in hand; NULL between two */
	bool is_divided;     /* sizes stand in it */
	uint8_t size[4];
	size_t size_known;
	uint64_t left;   /* of the part in hand */
	const char *why; /* it cannot go on */
	bool stopped;    /* a limit was reached */
};

/* "header" is the first; `room` holds NAME_MOST bytes and must last as long as the child. */
static struct bytes next_name(struct installer *in, char *room)
{
	if (in->count++ == 0)
		return BYTES("header");
	int length = snprintf(room, NAME_MOST, "file %" PRIu64, in->count - 1);
	return (struct bytes){(const uint8_t *)room, (size_t)length};
}

static void begin_part(struct outlet *out)
{
	struct installer *in = out->installer;
	struct cursor c = cursor_over((struct bytes){out->size, sizeof out->size});
	out->left = cursor_u32le(&c);
	out->size_known = 0;
	if (in->count == 0 && out->left != in->header_size) {
		out->why = damaged;
		return;
	}
	char *room = visit_alloc(in->visit, 1, NAME_MOST);
	out->spool = visit_spool(in->visit, next_name(in, room), out->left);
}

static void end_part(struct outlet *out, const char *why)
{
	spool_end(out->spool, why);
	out->spool = NULL;
}

/* The next bytes of a part's size. */
static void take_size(struct outlet *out, struct bytes *data)
{
	struct bytes part = bytes_slice(*data, 0, sizeof out->size - out->size_known);
	memcpy(out->size + out->size_known, part.ptr, part.len);
	out->size_known += part.len;
	*data = bytes_from(*data, part.len);
	if (out->size_known == sizeof out->size)
		begin_part(out);
	if (out->spool && out->left == 0)
		end_part(out, NULL);
}

/* The next bytes of a part. */
static void take_content(struct outlet *out, struct bytes *data)
{
	struct bytes part = *data;
	if (out->is_divided && part.len > out->left)
		part = bytes_slice(part, 0, (size_t)out->left);
	*data = bytes_from(*data, part.len);
	if (part.len > 0 && !spool_write(out->spool, part)) {
		out->stopped = true;
	} else if (out->is_divided) {
		out->left -= part.len;
		if (out->left == 0)
			end_part(out, NULL);
	}
}

/* False when no more is wanted. */
static bool take(struct outlet *out, struct bytes data)
{
	while (data.len > 0 && !out->why && !out->stopped) {
		if (out->spool)
			take_content(out, &data);
		else
			take_size(out, &data);
	}
	return !out->why && !out->stopped;
}

/* Both return NULL at a good end, and count what was used. */
static const char *inflate_to(struct outlet *out, struct bytes packed, size_t *used)
{
	z_stream z = {0};
	uint8_t *room = out->installer->room;
	if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
		return "out of memory for inflate";
	int status = Z_OK;
	struct bytes left = bytes_from(packed, *used);
	while (status == Z_OK) {
		size_t made;
		status = inflate_step(&z, &left, room, ROOM, &made);
		if (!take(out, (struct bytes){room, made}))
			break;
	}
	*used = packed.len - left.len;
	(void)inflateEnd(&z);
	return status == Z_STREAM_END || out->stopped ? NULL : damaged;
}

static const char *begin_lzma(lzma_stream *stream, struct bytes packed)
{
	lzma_filter filters[] = {{.id = LZMA_FILTER_LZMA1}, {.id = LZMA_VLI_UNKNOWN}};
	if (lzma_properties_decode(&filters[0], NULL, packed.ptr, LZMA_PROPERTIES) != LZMA_OK)
		return damaged;
	/* Half: children are visited while it is held, and may be streams themselves. */
	bool fits = lzma_raw_decoder_memusage(filters) <= LIMIT_XZ_MEMORY / 2;
	const char *why = fits ? NULL : "LZMA dictionary over the memory limit";
	if (fits && lzma_raw_decoder(stream, filters) != LZMA_OK)
		why = "not enough memory for the LZMA dictionary";
	lzma_filters_free(filters, NULL);
	return why;
}

static const char *unpack_lzma_to(struct outlet *out, struct bytes packed, size_t *used)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	uint8_t *room = out->installer->room;
	const char *why = packed.len > LZMA_PROPERTIES ? begin_lzma(&stream, packed) : truncated;
	if (why)
		return why;
	struct bytes rest = bytes_from(packed, LZMA_PROPERTIES);
	stream.next_in = rest.ptr;
	stream.avail_in = rest.len;
	lzma_ret status = LZMA_OK;
	while (status == LZMA_OK) {
		stream.next_out = room;
		stream.avail_out = ROOM;
		status = lzma_code(&stream, LZMA_RUN);
		if (!take(out, (struct bytes){room, ROOM - stream.avail_out}))
			break;
	}
	*used = packed.len - stream.avail_in;
	lzma_end(&stream);
	if (status == LZMA_STREAM_END || out->stopped)
		return NULL;
	return status == LZMA_BUF_ERROR ? truncated : damaged;
}

/* As 7-Zip tells them apart: nothing says what was used. */
static enum method method_of(struct bytes packed)
{
	const uint8_t *p = packed.ptr;
	if (packed.len > LZMA_PROPERTIES + 1 && p[0] == 0x5d && p[1] == 0 && p[2] == 0 &&
	    p[LZMA_PROPERTIES] == 0 && !(p[LZMA_PROPERTIES + 1] & 0x80))
		return METHOD_LZMA;
	bool bzip2 = packed.len > 1 && p[0] == 0x31 && p[1] < 14;
	return bzip2 ? METHOD_BZIP2 : METHOD_DEFLATE;
}

/* Unpacks a run; what stands behind its end is handed over. */
static void unpack(struct outlet *out, struct bytes packed)
{
	struct installer *in = out->installer;
	size_t used = 0;
	const char *why = method_of(packed) == METHOD_LZMA ? unpack_lzma_to(out, packed, &used)
	                                                   : inflate_to(out, packed, &used);
	if (out->why)
		why = out->why;
	bool is_cut = out->is_divided && (out->spool || out->size_known > 0);
	if (!why && is_cut && !out->stopped)
		why = truncated;
	in->partly |= why || out->stopped;
	if (out->spool)
		end_part(out, out->stopped ? NULL : why);
	else if (why)
		visit_gap(in->visit, (struct span){0, 0}, CLASS_UNREAD, why);
	if (!why && !out->stopped)
		(void)rest_hand_over(in->visit, packed, used, BYTES("behind packed data"));
}

/* One after the other, each with its size. */
static void read_parts(struct installer *in)
{
	struct cursor c = cursor_over(in->data);
	char name[NAME_MOST];
	while (cursor_left(&c) > 0) {
		uint32_t size = cursor_u32le(&c);
		bool is_packed = size >> 31;
		struct bytes part = cursor_take(&c, size & 0x7fffffff);
		if (!cursor_ok(&c)) {
			visit_gap(in->visit, (struct span){FIRST_HEADER + c.bad_at, 0},
			          CLASS_UNREAD, truncated);
			in->partly = true;
			return;
		}
		struct outlet out = {.installer = in};
		if (!is_packed) {
			visit_child(in->visit, next_name(in, name), part);
		} else if (method_of(part) == METHOD_BZIP2) {
			visit_closed(in->visit, next_name(in, name), part.len, CLASS_OPAQUE,
			             own_bzip2);
			in->partly = true;
		} else {
			out.spool = visit_spool(in->visit, next_name(in, name), 0);
			unpack(&out, part);
		}
	}
}

static void read_data(struct installer *in)
{
	struct cursor c = cursor_over(in->data);
	uint32_t first = cursor_u32le(&c);
	enum method method = method_of(in->data);
	if (first == in->header_size || (method != METHOD_LZMA && first >> 24 == 0x80)) {
		read_parts(in);
	} else if (method == METHOD_BZIP2) {
		visit_closed(in->visit, BYTES("packed data"), in->data.len, CLASS_OPAQUE,
		             own_bzip2);
		in->partly = true;
	} else {
		struct outlet out = {.installer = in, .is_divided = true};
		unpack(&out, in->data);
	}
}

static enum read_result read_nsis(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	uint32_t flags = cursor_u32le(&c);
	cursor_skip(&c, 16); /* magic */
	struct installer in = {.visit = visit, .room = visit_alloc(visit, 1, ROOM)};
	in.header_size = cursor_u32le(&c);
	uint32_t total = cursor_u32le(&c);
	uint32_t least = FIRST_HEADER + (flags & FLAG_NO_SUM ? 0 : SUM);
	if (!cursor_ok(&c) || total < least)
		return rest_damaged(visit, body, 0, truncated);
	if (total > body.len) {
		visit_gap(visit, (struct span){body.len, 0}, CLASS_UNREAD, truncated);
		in.partly = true;
	}
	struct bytes all = bytes_slice(body, 0, total);
	in.data = bytes_slice(all, FIRST_HEADER, all.len - least);
	read_data(&in);
	if (total < body.len)
		visit_trailing(visit, body, total);
	return in.partly ? READ_PARTLY : READ_WHOLE;
}

const struct reader reader_nsis = {
	.name = "nsis",
	.magic = {(const uint8_t *)"\xef\xbe\xad\xdeNullsoftInst", 16},
	.magic_offset = 4,
	.read = read_nsis,
	.understood = CLASS_READ,
	.container = true,
};
