/* SPDX-License-Identifier: Apache-2.0 */
/* GIF pictures (GIF89a specification): block by block to the trailer, so that nothing hides behind
 * it. Nothing is decoded. */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/pump.h"
#include "reader/rest.h"

extern const struct reader reader_gif;

enum { IMAGE = 0x2c, EXTENSION = 0x21, TRAILER = 0x3b, HAS_COLORS = 0x80 };

static bool is_gif(const struct sight *sight)
{
	return bytes_start_with(sight->head, BYTES("GIF87a")) ||
	       bytes_start_with(sight->head, BYTES("GIF89a"));
}

static void skip_colors(struct cursor *c, uint8_t flags)
{
	if (flags & HAS_COLORS)
		cursor_skip(c, (uint64_t)3 << ((flags & 7) + 1));
}

static void skip_sub_blocks(struct cursor *c)
{
	uint8_t length = cursor_u8(c);
	while (length > 0 && cursor_ok(c)) {
		cursor_skip(c, length);
		length = cursor_u8(c);
	}
}

static void join_sub_blocks(struct visit *visit, struct bytes blocks, struct bytes name)
{
	struct cursor c = cursor_over(blocks);
	struct pump pump = pump_start(visit, name, blocks.len);
	for (struct bytes block; (block = cursor_take(&c, cursor_u8(&c))).len > 0;)
		if (!pump_write(&pump, block))
			break;
	(void)pump_end(&pump, CLASS_UNREAD, NULL);
}

/* Comments and what applications keep here, when it could hold a program. XMP is text that only
 * looks like sub-blocks. */
static void read_extension(struct visit *visit, struct cursor *c)
{
	cursor_skip(c, 1); /* label */
	size_t begin = c->at;
	skip_sub_blocks(c);
	struct bytes blocks = bytes_slice(c->all, begin, c->at - begin);
	if (!cursor_ok(c) || blocks.len < LIMIT_PRIVATE_PART)
		return;
	if (bytes_start_with(blocks, BYTES("\x0bXMP DataXMP")))
		visit_child(visit, BYTES("metadata"), blocks);
	else
		join_sub_blocks(visit, blocks, BYTES("extension"));
}

static void skip_image(struct cursor *c)
{
	cursor_skip(c, 8); /* place and size */
	skip_colors(c, cursor_u8(c));
	cursor_skip(c, 1); /* first code length */
	skip_sub_blocks(c);
}

static enum read_result read_gif(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	struct bytes magic = cursor_take(&c, 6);
	if (!bytes_equal(magic, BYTES("GIF87a")) && !bytes_equal(magic, BYTES("GIF89a")))
		return READ_NOT_MINE;
	cursor_skip(&c, 4); /* size */
	uint8_t flags = cursor_u8(&c);
	cursor_skip(&c, 2); /* background, aspect */
	skip_colors(&c, flags);
	while (cursor_left(&c) > 0) { /* some encoders leave the trailer out */
		size_t block_at = c.at;
		uint8_t kind = cursor_u8(&c);
		if (kind == TRAILER)
			break;
		if (kind == IMAGE) {
			skip_image(&c);
		} else if (kind == EXTENSION) {
			read_extension(visit, &c);
		} else if (kind != 0) { /* stray block ends are seen in the field */
			cursor_fail(&c);
		}
		if (!cursor_ok(&c))
			return rest_damaged(visit, body, block_at, "damaged GIF block");
	}
	if (!cursor_ok(&c))
		return rest_damaged(visit, body, 0, "damaged GIF header");
	(void)rest_hand_over(visit, body, c.at, BYTES("trailing data"));
	return READ_WHOLE;
}

const struct reader reader_gif = {
	.name = "gif",
	.recognise = is_gif,
	.read = read_gif,
	.understood = CLASS_INERT,
};
