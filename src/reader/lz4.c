/* SPDX-License-Identifier: Apache-2.0 */
/* LZ4: frames behind one another, unpacked into one child (LZ4 Frame Format 1.6.4). The legacy
 * frame, which Linux kernels and their first file systems come in, is read here: liblz4 has only
 * its blocks; and so is Firefox's form, one block with a size before it. What skippable frames
 * carry is a child each. */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/pump.h"
#include "reader/skippable.h"

#include <limits.h>
#include <lz4.h>
#include <lz4frame.h>
#include <stdlib.h>

extern const struct reader reader_lz4;

enum {
	LEGACY_BLOCK = 8 << 20, /* plain bytes of each block but the last */
	MAGIC_SIZE = 4,
	FLAGS_AT = 4,
	FLAG_DICTIONARY = 1,
	MOZILLA_SIZE_AT = 8,
};

/* Contents of skippable frames: visited when the child is done. */
struct skipped {
	struct bytes contents[LIMIT_LZ4_SKIPPED];
	size_t count;
};

static const char damaged[] = "damaged lz4 frame";
static const char truncated[] = "truncated lz4 frame";
static const char no_memory[] = "not enough memory for lz4";
static const char needs_dictionary[] = "lz4 frame needs a dictionary";

static bool is_frame(struct bytes body, size_t at)
{
	return bytes_start_with(bytes_from(body, at), BYTES("\x04\x22\x4d\x18"));
}

static bool is_legacy(struct bytes body, size_t at)
{
	return bytes_start_with(bytes_from(body, at), BYTES("\x02\x21\x4c\x18"));
}

/* toolkit/components/lz4/lz4.js of Firefox: what a profile knows of its extensions is kept so. */
static bool is_mozilla(struct bytes body)
{
	return bytes_start_with(body, BYTES("mozLz40\0"));
}

static bool recognise(const struct sight *sight)
{
	return is_mozilla(sight->head) || is_frame(sight->head, 0) || is_legacy(sight->head, 0) ||
	       is_skippable(sight->head, 0);
}

/* It gets no more input than it asks for, block by block: what a call writes before it fails is
 * lost. */
static const char *unpack_frame(LZ4F_dctx *decoder, struct pump *pump, struct cursor *c)
{
	struct bytes flags = bytes_slice(c->all, c->at + FLAGS_AT, 1);
	if (flags.len == 1 && flags.ptr[0] & FLAG_DICTIONARY)
		return needs_dictionary;
	size_t status = LZ4F_HEADER_SIZE_MAX;
	LZ4F_resetDecompressionContext(decoder);
	for (bool moved = true; moved && status != 0;) {
		size_t len;
		uint8_t *room = pump_room(pump, &len);
		if (!room)
			return NULL;
		struct bytes packed = bytes_slice(c->all, c->at, status);
		size_t eaten = packed.len;
		status = LZ4F_decompress(decoder, room, &len, packed.ptr, &eaten, NULL);
		if (LZ4F_isError(status))
			return damaged;
		moved = len + eaten > 0;
		pump_made(pump, len);
		cursor_skip(c, eaten);
	}
	return status == 0 ? NULL : truncated;
}

/* Blocks up to the end, the next frame, or a size that no block can have. Kernels end with the size
 * of all that was packed, which may look like a block's: it is trailing data. */
static const char *unpack_legacy(uint8_t *plain, struct pump *pump, struct cursor *c)
{
	uint32_t total = 0;
	cursor_skip(c, MAGIC_SIZE);
	while (cursor_left(c) > 0 && !is_frame(c->all, c->at) && !is_legacy(c->all, c->at) &&
	       !is_skippable(c->all, c->at)) {
		struct cursor next = *c;
		uint32_t size = cursor_u32le(&next);
		bool last = cursor_ok(&next) && cursor_left(&next) == 0;
		if (size == 0 || size > LZ4_COMPRESSBOUND(LEGACY_BLOCK) || (last && size == total))
			return NULL;
		struct bytes packed = cursor_take(&next, size);
		if (packed.len == 0)
			return truncated;
		int made = LZ4_decompress_safe((const char *)packed.ptr, (char *)plain,
		                               (int)packed.len, LEGACY_BLOCK);
		if (made < 0)
			return damaged;
		total += (uint32_t)made; /* modulo 2^32, as kernels store it */
		if (!pump_write(pump, (struct bytes){plain, (size_t)made}))
			return NULL;
		*c = next;
	}
	return NULL;
}

/* False when it is cut off, or too many are noted: then it goes with the trailing data. */
static bool note_skippable(struct skipped *skipped, struct cursor *c)
{
	struct cursor next = *c;
	struct bytes content = take_skippable(&next);
	if (!cursor_ok(&next) || skipped->count == LIMIT_LZ4_SKIPPED)
		return false;
	if (content.len > 0)
		skipped->contents[skipped->count++] = content;
	*c = next;
	return true;
}

/* Both decoders are had before they are needed: few objects come here, and nearly all of them are
 * unpacked. */
static const char *unpack_all(struct pump *pump, struct cursor *c, struct skipped *skipped)
{
	const char *why = NULL;
	LZ4F_dctx *decoder = NULL;
	uint8_t *plain = malloc(LEGACY_BLOCK);
	if (!plain || LZ4F_isError(LZ4F_createDecompressionContext(&decoder, LZ4F_VERSION)))
		why = no_memory;
	while (!why && !pump->stopped) {
		if (is_frame(c->all, c->at))
			why = unpack_frame(decoder, pump, c);
		else if (is_legacy(c->all, c->at))
			why = unpack_legacy(plain, pump, c);
		else if (!is_skippable(c->all, c->at) || !note_skippable(skipped, c))
			break;
	}
	(void)LZ4F_freeDecompressionContext(decoder);
	free(plain);
	return pump->stopped ? NULL : why;
}

static const char *unpack_mozilla(struct pump *pump, struct cursor *c)
{
	cursor_skip(c, MOZILLA_SIZE_AT);
	uint32_t size = cursor_u32le(c);
	struct bytes packed = bytes_slice(c->all, c->at, INT_MAX);
	if (!cursor_ok(c))
		return truncated;
	if (size > LIMIT_ROOM)
		return "lz4 block over the size limit";
	uint8_t *room = pump_room_at_once(pump, size > 0 ? size : 1);
	if (!room)
		return no_memory;
	int made = LZ4_decompress_safe((const char *)packed.ptr, (char *)room, (int)packed.len,
	                               (int)size);
	pump_made(pump, made > 0 ? (size_t)made : 0);
	return made == (int)size ? NULL : damaged;
}

static enum read_result read_mozilla(struct visit *visit, struct bytes body)
{
	static const struct suffix suffixes[] = {
		{{(const uint8_t *)".lz4", 4}, {0}},
		{{(const uint8_t *)".jsonlz4", 8}, {(const uint8_t *)".json", 5}},
		{{(const uint8_t *)".mozlz4", 7}, {0}},
	};
	struct bytes name = plain_name(visit, suffixes, sizeof suffixes / sizeof suffixes[0]);
	struct pump pump = pump_start(visit, name, 0);
	struct cursor c = cursor_over(body);
	const char *why = unpack_mozilla(&pump, &c);
	return pump_end(&pump, CLASS_UNREAD, why);
}

static enum read_result read_lz4(struct visit *visit, struct bytes body)
{
	static const struct suffix suffixes[] = {
		{{(const uint8_t *)".lz4", 4}, {0}},
		{{(const uint8_t *)".tlz4", 5}, {(const uint8_t *)".tar", 4}},
	};
	if (is_mozilla(body))
		return read_mozilla(visit, body);
	size_t first = skippables_end(body);
	if (!is_frame(body, first) && !is_legacy(body, first))
		return READ_NOT_MINE;
	struct bytes name = plain_name(visit, suffixes, sizeof suffixes / sizeof suffixes[0]);
	struct pump pump = pump_start(visit, name, 0);
	struct cursor c = cursor_over(body);
	struct skipped *skipped = visit_alloc(visit, 1, sizeof *skipped);
	const char *why = unpack_all(&pump, &c, skipped);
	enum byte_class class = why == needs_dictionary ? CLASS_OPAQUE : CLASS_UNREAD;
	enum read_result result = pump_end(&pump, class, why);
	for (size_t i = 0; i < skipped->count; i++)
		visit_child(visit, BYTES("skippable frame"), skipped->contents[i]);
	if (result == READ_WHOLE)
		visit_trailing(visit, body, c.at);
	return result;
}

const struct reader reader_lz4 = {
	.name = "lz4",
	.recognise = recognise,
	.read = read_lz4,
	.understood = CLASS_READ,
	.container = true,
	.stream = true,
};
