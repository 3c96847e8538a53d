/* SPDX-License-Identifier: Apache-2.0 */
/* au: plain sound of Sun and NeXT (audio/basic): a header, words about it, samples. */
#include "base/cursor.h"
#include "reader/rest.h"

extern const struct reader reader_au;

enum { HEADER = 24, ENCODING_MOST = 27 };

static enum read_result read_au(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	cursor_skip(&c, 4);
	uint32_t from = cursor_u32be(&c), size = cursor_u32be(&c), encoding = cursor_u32be(&c);
	if (from < HEADER || encoding == 0 || encoding > ENCODING_MOST)
		return READ_NOT_MINE;
	cursor_seek(&c, from);
	if (size == UINT32_MAX) /* written to a pipe */
		size = (uint32_t)cursor_left(&c);
	if (!cursor_ok(&c))
		return rest_damaged(visit, body, 0, "damaged sound header");
	rest_hand_over_part(visit, BYTES("annotation"), bytes_slice(body, HEADER, from - HEADER));
	cursor_skip(&c, size);
	if (!cursor_ok(&c))
		return rest_damaged(visit, body, from, "sound cut short");
	(void)rest_hand_over(visit, body, c.at, BYTES("trailing data"));
	return READ_WHOLE;
}

const struct reader reader_au = {
	.name = "au",
	.magic = {(const uint8_t *)".snd", 4},
	.read = read_au,
	.understood = CLASS_INERT,
};
