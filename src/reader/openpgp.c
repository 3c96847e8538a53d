/* SPDX-License-Identifier: Apache-2.0 */
/* openpgp: key rings and detached signatures in binary form (RFC 9580 §4): numbers that look random
 * and are not encrypted. Messages are not read: they are encrypted or compressed. */
#include "base/cursor.h"
#include "reader/rest.h"

extern const struct reader reader_openpgp;

enum {
	SIGNATURE = 2,
	PUBLIC_KEY = 6,
	TRUST = 12,
	USER_ID = 13,
	PUBLIC_SUBKEY = 14,
	USER_ATTRIBUTE = 17,
};

/* §4.2; false at what is no packet of a known length. */
static bool next_packet(struct cursor *c, uint8_t *tag, struct bytes *body)
{
	uint8_t head = cursor_u8(c);
	uint64_t length = 0;
	*tag = head & 0x40 ? head & 0x3F : head >> 2 & 0x0F;
	if (head & 0x40) {
		length = cursor_u8(c);
		if (length >= 192 && length < 224)
			length = ((length - 192) << 8) + cursor_u8(c) + 192;
		else if (length == 255)
			length = cursor_u32be(c);
		else if (length >= 224)
			cursor_fail(c); /* of unknown length: only for messages */
	} else {
		static const uint8_t sizes[] = {1, 2, 4, 0};
		if ((head & 3) == 3)
			cursor_fail(c);
		for (unsigned i = 0; i < sizes[head & 3]; i++)
			length = length << 8 | cursor_u8(c);
	}
	*body = cursor_take(c, length);
	return (head & 0x80) && cursor_ok(c);
}

static bool is_known(uint8_t tag)
{
	return tag == SIGNATURE || tag == PUBLIC_KEY || tag == TRUST || tag == USER_ID ||
	       tag == PUBLIC_SUBKEY || tag == USER_ATTRIBUTE;
}

/* The first packet is a key or a signature, with a version that there is, and a second one or the
 * end follows: two bytes alone say too little. */
static bool is_ring(struct bytes head, uint64_t size)
{
	struct cursor c = cursor_over(head);
	uint8_t tag;
	struct bytes body;
	if (!next_packet(&c, &tag, &body) || body.len < 12 ||
	    (tag != PUBLIC_KEY && tag != SIGNATURE) || body.ptr[0] < 3 || body.ptr[0] > 6)
		return false;
	if (c.at == size)
		return true;
	return next_packet(&c, &tag, &body) && is_known(tag);
}

static bool recognise_openpgp(const struct sight *sight)
{
	return is_ring(sight->head, sight->size);
}

/* Returns where the packets of rings and signatures end; `whole` is false at a damaged one. */
static size_t known_end(struct bytes body, bool *whole)
{
	struct cursor c = cursor_over(body);
	uint8_t tag;
	struct bytes packet;
	while (cursor_left(&c) > 0) {
		size_t at = c.at;
		*whole = next_packet(&c, &tag, &packet);
		if (!*whole || !is_known(tag))
			return at;
	}
	return body.len;
}

static enum read_result read_openpgp(struct visit *visit, struct bytes body)
{
	bool whole = true;
	if (!is_ring(body, body.len))
		return READ_NOT_MINE;
	size_t end = known_end(body, &whole);
	visit_unpacked(visit, bytes_slice(body, 0, end));
	if (!whole)
		return rest_damaged(visit, body, end, "damaged OpenPGP packet");
	(void)rest_hand_over(visit, body, end, BYTES("packets"));
	return READ_WHOLE;
}

const struct reader reader_openpgp = {
	.name = "openpgp",
	.recognise = recognise_openpgp,
	.read = read_openpgp,
	.understood = CLASS_READ,
};
