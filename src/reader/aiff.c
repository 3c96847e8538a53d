/* SPDX-License-Identifier: Apache-2.0 */
/* aiff: sound of Apple's (Audio Interchange File Format 1.3; AIFF-C): chunks in a FORM, big-endian.
 * What is no part of the sound is handed over. */
#include "base/cursor.h"
#include "reader/rest.h"

extern const struct reader reader_aiff;

static bool is_form(struct bytes head)
{
	struct bytes kind = bytes_slice(head, 8, 4);
	return bytes_start_with(head, BYTES("FORM")) &&
	       (bytes_equal(kind, BYTES("AIFF")) || bytes_equal(kind, BYTES("AIFC")));
}

/* The sound, and what describes it. Names, words and what belongs to programs is not. */
static bool is_known(struct bytes id)
{
	return bytes_equal(id, BYTES("SSND")) || bytes_equal(id, BYTES("COMM")) ||
	       bytes_equal(id, BYTES("MARK")) || bytes_equal(id, BYTES("INST"));
}

static enum read_result read_aiff(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	if (!is_form(body))
		return READ_NOT_MINE;
	cursor_skip(&c, 4);
	uint32_t size = cursor_u32be(&c);
	struct bytes form = cursor_take(&c, size);
	if (!cursor_ok(&c) || size < 4)
		return rest_damaged(visit, body, 0, "AIFF file cut short");
	struct cursor chunks = cursor_over(form);
	cursor_skip(&chunks, 4);
	while (cursor_left(&chunks) >= 8) {
		size_t at = chunks.at;
		struct bytes id = cursor_take(&chunks, 4);
		struct bytes data = cursor_take(&chunks, cursor_u32be(&chunks));
		if (!cursor_ok(&chunks))
			return rest_damaged(visit, body, 8 + at,
			                    "an AIFF chunk reaches past its form");
		if (data.len % 2 == 1 && cursor_left(&chunks) > 0)
			cursor_skip(&chunks, 1);
		if (!is_known(id))
			rest_hand_over_part(visit, id, data);
	}
	(void)rest_hand_over(visit, body, c.at, BYTES("trailing data"));
	return READ_WHOLE;
}

static bool recognise_aiff(const struct sight *sight)
{
	return is_form(sight->head);
}

const struct reader reader_aiff = {
	.name = "aiff",
	.recognise = recognise_aiff,
	.read = read_aiff,
	.understood = CLASS_INERT,
};
