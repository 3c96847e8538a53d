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
	PICTURE_WITHIN = 32,     /* bytes of an attribute before its picture, and a few more */
	NUMBERS_MOST = 64 << 10, /* of a signature by SLH-DSA, the longest: 49,856 bytes */
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

/* One of the two lists of a signature: notations, policies, whatever its maker puts there (§5.2.3).
 */
static void visit_list(struct visit *visit, struct cursor *c, bool wide)
{
	uint64_t length = wide ? cursor_u32be(c) : cursor_u16be(c);
	rest_hand_over_part(visit, BYTES("subpackets"), cursor_take(c, length));
}

/* What is no number becomes a child when it could hold a program, and so do numbers that no
 * algorithm has. */
static void visit_packet(struct visit *visit, uint8_t tag, struct bytes body)
{
	struct cursor c = cursor_over(body);
	struct bytes numbers = body;
	if (tag == SIGNATURE) {
		uint8_t version = cursor_u8(&c);
		cursor_skip(&c, 3); /* type, algorithms */
		for (int i = 0; i < 2 && version >= 4; i++)
			visit_list(visit, &c, version >= 6);
		numbers = cursor_ok(&c) ? bytes_from(body, c.at) : body;
	} else if (tag == USER_ATTRIBUTE) { /* a picture, behind its head (§5.12) */
		size_t at = bytes_find(bytes_slice(body, 0, PICTURE_WITHIN), BYTES("\xff\xd8\xff"));
		rest_hand_over_part(visit, BYTES("user attribute"),
		                    bytes_from(body, at < body.len ? at : 0));
		return;
	} else if (tag == USER_ID || tag == TRUST) {
		rest_hand_over_part(visit, BYTES("text"), body);
		return;
	}
	if (numbers.len > NUMBERS_MOST)
		rest_hand_over_part(visit, BYTES("numbers"), numbers);
}

/* Returns where the packets of rings and signatures end; `whole` is false at a damaged one. */
static size_t known_end(struct visit *visit, struct bytes body, bool *whole)
{
	struct cursor c = cursor_over(body);
	uint8_t tag;
	struct bytes packet;
	while (cursor_left(&c) > 0) {
		size_t at = c.at;
		*whole = next_packet(&c, &tag, &packet);
		if (!*whole || !is_known(tag))
			return at;
		visit_packet(visit, tag, packet);
	}
	return body.len;
}

static enum read_result read_openpgp(struct visit *visit, struct bytes body)
{
	bool whole = true;
	if (!is_ring(body, body.len))
		return READ_NOT_MINE;
	size_t end = known_end(visit, body, &whole);
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
