/* SPDX-License-Identifier: Apache-2.0 */
/* javaclass: compiled Java classes, JVM specification chapter 4. Only the name of the class itself
 * is stated: what it refers to is in every caller of a library. */
#include "base/cursor.h"
#include "core/reader.h"
#include "reader/mutf8.h"
#include "reader/rest.h"

extern const struct reader reader_javaclass;

enum { OLDEST_MAJOR = 45, TAG_UTF8 = 1, TAG_LONG = 5, TAG_DOUBLE = 6, TAG_CLASS = 7 };

/* The same magic begins universal Mach-O files: there, these are the low bits of a count of
 * architectures, of which there are but a few. */
static bool recognise_javaclass(const struct sight *sight)
{
	struct cursor c = cursor_over(sight->head);
	cursor_skip(&c, 6);
	return cursor_u16be(&c) >= OLDEST_MAJOR && cursor_ok(&c);
}

/* Bytes of a constant after its tag (4.4); 0 for a tag that there is not. */
static size_t constant_length(uint8_t tag)
{
	static const uint8_t lengths[] = {0, 2, 0, 4, 4, 8, 8, 2, 2, 4, 4,
	                                  4, 4, 0, 0, 3, 2, 4, 4, 2, 2};
	return tag < sizeof lengths ? lengths[tag] : 0;
}

/* Notes where each constant begins (0: none does). */
static uint32_t *read_constants(struct visit *visit, struct cursor *c, uint16_t *count)
{
	*count = cursor_u16be(c);
	uint32_t *places = visit_alloc(visit, (size_t)*count + 1, sizeof *places);
	for (uint32_t i = 1; i < *count && cursor_ok(c); i++) {
		places[i] = (uint32_t)c->at;
		uint8_t tag = cursor_u8(c);
		size_t length = constant_length(tag);
		if (length == 0)
			cursor_fail(c);
		else if (tag == TAG_UTF8)
			cursor_skip(c, cursor_u16be(c));
		else
			cursor_skip(c, length);
		if (tag == TAG_LONG || tag == TAG_DOUBLE)
			i++; /* they take two places */
	}
	return places;
}

static void skip_attributes(struct cursor *c)
{
	for (uint32_t left = cursor_u16be(c); left > 0 && cursor_ok(c); left--) {
		cursor_skip(c, 2);
		cursor_skip(c, cursor_u32be(c));
	}
}

/* Fields, or methods. */
static void skip_members(struct cursor *c)
{
	for (uint32_t left = cursor_u16be(c); left > 0 && cursor_ok(c); left--) {
		cursor_skip(c, 6);
		skip_attributes(c);
	}
}

/* The constant of that tag at `index`, after its tag. */
static struct cursor constant_at(struct bytes body, const uint32_t *places, uint16_t count,
                                 uint16_t index, uint8_t tag)
{
	struct cursor c = cursor_over(body);
	cursor_seek(&c, index < count ? places[index] : 0);
	if (index >= count || places[index] == 0 || cursor_u8(&c) != tag)
		cursor_fail(&c);
	return c;
}

static enum read_result read_javaclass(struct visit *visit, struct bytes body)
{
	uint16_t count = 0;
	struct cursor c = cursor_over(body);
	cursor_skip(&c, 8);
	const uint32_t *places = read_constants(visit, &c, &count);
	cursor_skip(&c, 2); /* access flags */
	uint16_t this_class = cursor_u16be(&c);
	struct cursor class = constant_at(body, places, count, this_class, TAG_CLASS);
	struct cursor name = constant_at(body, places, count, cursor_u16be(&class), TAG_UTF8);
	uint16_t length = cursor_u16be(&name);
	struct span span = {name.at, length};
	struct bytes text = cursor_take(&name, length);
	if (cursor_ok(&c) && cursor_ok(&class) && cursor_ok(&name))
		visit_fact(visit, FACT_JAVA_CLASS,
		           mutf8_to_utf8(text, visit_alloc(visit, MUTF8_ROOM, 1)), span);
	else
		cursor_fail(&c);
	cursor_skip(&c, 2); /* superclass */
	cursor_skip(&c, (uint64_t)cursor_u16be(&c) * 2);
	skip_members(&c);
	skip_members(&c);
	skip_attributes(&c);
	if (!cursor_ok(&c)) {
		visit_gap(visit, (struct span){c.bad_at, 0}, CLASS_UNREAD, "damaged Java class");
		return READ_PARTLY;
	}
	(void)rest_hand_over(visit, body, c.at, BYTES("trailing data"));
	return READ_WHOLE;
}

const struct reader reader_javaclass = {
	.name = "javaclass",
	.magic = {(const uint8_t *)"\xca\xfe\xba\xbe", 4},
	.recognise = recognise_javaclass,
	.read = read_javaclass,
	.understood = CLASS_READ,
};
