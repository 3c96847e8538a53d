/* SPDX-License-Identifier: Apache-2.0 */
/* DER elements. Written here, and not taken from libcrypto, because facts need the offset of each
 * element and a catalog has 100,000 of them. */
#include "reader/der.h"

/* X.690 §8.1.3: one byte below 128, or the count of the bytes that hold the length. */
static uint64_t read_length(struct cursor *c)
{
	uint8_t first = cursor_u8(c);
	if (first < 0x80)
		return first;
	size_t width = first & 0x7f;
	if (width == 0 || width > 8)
		cursor_fail(c);
	uint64_t length = 0;
	for (size_t i = 0; i < width && cursor_ok(c); i++)
		length = length << 8 | cursor_u8(c);
	return length;
}

bool der_next(struct cursor *c, struct der *out)
{
	*out = (struct der){.at = c->at};
	out->tag = cursor_u8(c);
	if ((out->tag & 0x1f) == 0x1f)
		cursor_fail(c);
	uint64_t length = read_length(c);
	out->body_at = c->at;
	out->body = cursor_take(c, length);
	if (cursor_ok(c))
		out->whole = bytes_slice(c->all, (size_t)out->at, c->at - (size_t)out->at);
	else
		*out = (struct der){0};
	return cursor_ok(c);
}

bool der_expect(struct cursor *c, uint8_t tag, struct der *out)
{
	if (der_next(c, out) && out->tag != tag)
		cursor_fail(c);
	return cursor_ok(c);
}

bool der_optional(struct cursor *c, uint8_t tag, struct der *out)
{
	struct cursor ahead = *c;
	*out = (struct der){0};
	if (cursor_left(c) == 0 || cursor_u8(&ahead) != tag)
		return false;
	return der_next(c, out);
}

struct cursor der_inside(const struct cursor *from, const struct der *element)
{
	size_t end = (size_t)element->body_at + element->body.len;
	struct cursor c = cursor_over(bytes_slice(from->all, 0, end));
	cursor_seek(&c, element->body_at);
	return c;
}

bool der_is_oid(const struct der *element, struct bytes oid)
{
	return element->tag == DER_OID && bytes_equal(element->body, oid);
}

struct span der_span(const struct der *element)
{
	return (struct span){element->at, element->whole.len};
}
