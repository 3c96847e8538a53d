/* SPDX-License-Identifier: Apache-2.0 */
/* Zstandard, RFC 8878: frames behind one another, unpacked into one child; what skippable frames
 * carry is a child each. */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/pump.h"
#include "reader/skippable.h"

#include <zstd.h>
#include <zstd_errors.h>

extern const struct reader reader_zstd;

enum {
	FRAME_HEADER_MOST = 18,
	MAGIC_FRAME = 0x28,     /* and b5 2f fd after it */
	MAGIC_OLD_FIRST = 0x22, /* versions 0.2 to 0.7, which wrote something else */
};

static const char needs_dictionary[] = "zstd frame needs a dictionary";

static bool is_frame(struct bytes body, size_t at)
{
	return bytes_start_with(bytes_from(body, at), BYTES("\x28\xb5\x2f\xfd"));
}

static bool is_old_frame(struct bytes body, size_t at)
{
	struct bytes head = bytes_slice(body, at, 4);
	return bytes_end_with(head, BYTES("\xb5\x2f\xfd")) && head.len == 4 &&
	       head.ptr[0] >= MAGIC_OLD_FIRST && head.ptr[0] < MAGIC_FRAME;
}

/* The lz4 reader takes an object when this comes behind its first skippable frames. */
static bool is_lz4(struct bytes body, size_t at)
{
	return bytes_start_with(bytes_from(body, at), BYTES("\x04\x22\x4d\x18")) ||
	       bytes_start_with(bytes_from(body, at), BYTES("\x02\x21\x4c\x18"));
}

static bool recognise(const struct sight *sight)
{
	return is_frame(sight->head, 0) || is_old_frame(sight->head, 0) ||
	       is_skippable(sight->head, 0);
}

static const char *reason_of(size_t status)
{
	switch ((int)ZSTD_getErrorCode(status)) {
	case ZSTD_error_no_error:
		return status == 0 ? NULL : "truncated zstd frame";
	case ZSTD_error_frameParameter_windowTooLarge:
		return "zstd window over the memory limit";
	case ZSTD_error_memory_allocation:
		return "not enough memory for the zstd window";
	case ZSTD_error_dictionary_wrong:
		return needs_dictionary;
	case ZSTD_error_checksum_wrong:
		return "zstd checksum mismatch";
	default:
		return "damaged zstd frame";
	}
}

/* One frame; 0 when it is whole, else what libzstd says, or more to come. It gets no more input
 * than it asks for, block by block: what a call writes before it fails is lost. The first call
 * offers no room: a window over the limit shows before a child is begun. */
static size_t unpack_frame(ZSTD_DCtx *decoder, struct pump *pump, struct cursor *c)
{
	uint8_t nothing = 0;
	(void)ZSTD_DCtx_reset(decoder, ZSTD_reset_session_only);
	size_t status = FRAME_HEADER_MOST, len = 0;
	uint8_t *room = &nothing;
	for (bool moved = true; moved && room && status != 0 && !ZSTD_isError(status);) {
		struct bytes packed = bytes_slice(c->all, c->at, status);
		ZSTD_inBuffer in = {packed.ptr, packed.len, 0};
		ZSTD_outBuffer out = {room, len, 0};
		status = ZSTD_decompressStream(decoder, &out, &in);
		cursor_skip(c, in.pos);
		pump_made(pump, out.pos);
		moved = out.pos > 0 || in.pos > 0 || len == 0;
		if (moved && status != 0 && !ZSTD_isError(status))
			room = pump_room(pump, &len);
	}
	return status;
}

/* All frames, as far as there are any; the cursor stays behind the last. */
static const char *unpack_all(ZSTD_DCtx *decoder, struct pump *pump, struct cursor *c)
{
	const char *why = NULL;
	while (!why && !pump->stopped) {
		struct cursor next = *c;
		if (is_frame(c->all, c->at)) {
			why = reason_of(unpack_frame(decoder, pump, &next));
		} else {
			if (!is_skippable(c->all, c->at))
				break;
			(void)take_skippable(&next);
			if (!cursor_ok(&next))
				break; /* goes with the trailing data, where it is a gap */
		}
		*c = next;
	}
	return pump->stopped ? NULL : why;
}

/* Only now, because children are visited at once and the decoder would be held meanwhile. */
static void visit_skippables(struct visit *visit, struct bytes body, size_t end)
{
	struct cursor c = cursor_over(bytes_slice(body, 0, end));
	while (cursor_left(&c) > 0) {
		struct bytes rest = bytes_from(c.all, c.at);
		if (is_skippable(c.all, c.at)) {
			struct bytes content = take_skippable(&c);
			if (content.len > 0)
				visit_child(visit, BYTES("skippable frame"), content);
		} else {
			cursor_skip(&c, ZSTD_findFrameCompressedSize(rest.ptr, rest.len));
		}
	}
}

static uint64_t expected_size(struct bytes body)
{
	unsigned long long size = ZSTD_getFrameContentSize(body.ptr, body.len);
	return size < ZSTD_CONTENTSIZE_ERROR ? size
	                                     : 0; /* the error and the unknown are the largest */
}

static enum read_result read_frames(struct visit *visit, struct bytes body, struct pump *pump)
{
	struct cursor c = cursor_over(body);
	ZSTD_DCtx *decoder = ZSTD_createDCtx();
	if (!decoder)
		return pump_end(pump, CLASS_UNREAD, "not enough memory for zstd");
	(void)ZSTD_DCtx_setParameter(decoder, ZSTD_d_windowLogMax, LIMIT_ZSTD_WINDOW_LOG);
	const char *why = unpack_all(decoder, pump, &c);
	(void)ZSTD_freeDCtx(decoder);
	if (c.at == 0 && !why && !pump->stopped) {
		visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD, "truncated skippable frame");
		return READ_PARTLY;
	}
	enum read_result result = READ_WHOLE;
	if (why || pump->spool)
		result = pump_end(pump, why == needs_dictionary ? CLASS_OPAQUE : CLASS_UNREAD, why);
	visit_skippables(visit, body, c.at);
	if (result == READ_WHOLE)
		visit_trailing(visit, body, c.at);
	return result;
}

static enum read_result read_zstd(struct visit *visit, struct bytes body)
{
	static const struct suffix suffixes[] = {
		{{(const uint8_t *)".zst", 4}, {0}},
		{{(const uint8_t *)".zstd", 5}, {0}},
		{{(const uint8_t *)".tzst", 5}, {(const uint8_t *)".tar", 4}},
	};
	struct bytes name = plain_name(visit, suffixes, sizeof suffixes / sizeof suffixes[0]);
	struct pump pump = pump_start(visit, name, expected_size(body));
	if (is_old_frame(body, 0))
		return pump_end(&pump, CLASS_OPAQUE, "zstd format of before version 0.8");
	size_t first = skippables_end(body);
	if (!is_frame(body, 0) && (!is_skippable(body, 0) || is_lz4(body, first)))
		return READ_NOT_MINE;
	return read_frames(visit, body, &pump);
}

const struct reader reader_zstd = {
	.name = "zstd",
	.recognise = recognise,
	.read = read_zstd,
	.understood = CLASS_READ,
	.container = true,
	.stream = true,
};
