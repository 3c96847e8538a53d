/* SPDX-License-Identifier: Apache-2.0 */
/* JPEG pictures (ITU-T T.81, annex B): marker by marker to the end of the image, so that nothing
 * hides behind it. Nothing is decoded. */
#include "base/cursor.h"
#include "reader/rest.h"

extern const struct reader reader_jpeg;

enum { SOI = 0xd8, EOI = 0xd9, SOS = 0xda, PARTS_MOST = 255 };

static bool stands_alone(uint8_t marker)
{
	return marker == 0x01 || (marker >= 0xd0 && marker <= SOI);
}

/* A colour profile is cut into segments (ICC.1, annex B.4): their number, and how many. */
struct profile {
	struct bytes parts[PARTS_MOST];
	size_t count;
};

static void take_profile(struct visit *visit, struct profile *profile, struct bytes data)
{
	struct bytes part = bytes_from(data, 14);
	if (part.len > 0 && profile->count < PARTS_MOST)
		profile->parts[profile->count++] = part;
	else
		rest_hand_over_part(visit, BYTES("metadata"), data);
}

static void read_profile(struct visit *visit, const struct profile *profile)
{
	if (profile->count == 0)
		return;
	struct spool *spool = visit_spool(visit, BYTES("profile"), 0);
	for (size_t i = 0; i < profile->count; i++)
		if (!spool_write(spool, profile->parts[i]))
			break;
	spool_end(spool, NULL);
}

/* Adobe's resources ("Photoshop File Formats", image resource blocks): "8BIM", number, name, size,
 * data; names and data of even length. The small picture has 28 bytes before it. */
static void read_resources(struct visit *visit, struct bytes blocks)
{
	enum { OLD_THUMBNAIL = 1033, THUMBNAIL = 1036, EXIF = 1058, THUMBNAIL_HEADER = 28 };
	struct cursor c = cursor_over(blocks), next = c;
	while (bytes_equal(cursor_take(&next, 4), BYTES("8BIM"))) {
		uint16_t number = cursor_u16be(&next);
		uint8_t name_length = cursor_u8(&next);
		cursor_skip(&next, name_length | 1u);
		uint32_t size = cursor_u32be(&next);
		struct bytes data = cursor_take(&next, size);
		if (!cursor_ok(&next))
			break;
		if (size % 2 == 1 && cursor_left(&next) > 0)
			cursor_skip(&next, 1);
		c = next;
		bool is_picture = number == THUMBNAIL || number == OLD_THUMBNAIL;
		if (is_picture && data.len > THUMBNAIL_HEADER)
			visit_child(visit, BYTES("thumbnail"), bytes_from(data, THUMBNAIL_HEADER));
		else if (number != EXIF || !rest_is_exif(data))
			rest_hand_over_part(visit, BYTES("resource"), data);
	}
	rest_hand_over_part(visit, BYTES("resources"), bytes_from(blocks, c.at));
}

/* The smaller picture of JFIF (ITU-T T.871, 10.2) is one like this. No segment but metadata is
 * large: tables of all kinds together have 3 KiB. */
static void read_segment(struct visit *visit, struct profile *profile, struct bytes data)
{
	const struct bytes thumbnail = BYTES("JFXX\0\x10"), resources = BYTES("Photoshop 3.0\0");
	if (bytes_start_with(data, thumbnail))
		visit_child(visit, BYTES("thumbnail"), bytes_from(data, thumbnail.len));
	else if (bytes_start_with(data, resources))
		read_resources(visit, bytes_from(data, resources.len));
	else if (bytes_start_with(data, BYTES("ICC_PROFILE\0")))
		take_profile(visit, profile, data);
	else if (!bytes_start_with(data, BYTES("Exif\0")) || !rest_is_exif(bytes_from(data, 6)))
		rest_hand_over_part(visit, BYTES("metadata"), data);
}

/* Moves to the marker that ends the entropy-coded data: 0xff, not stuffed and not a restart. */
static void skip_scan(struct cursor *c)
{
	while (cursor_ok(c)) {
		(void)cursor_until(c, 0xff);
		uint8_t next = cursor_u8(c);
		while (next == 0xff)
			next = cursor_u8(c); /* fill bytes */
		if (next != 0 && !(next >= 0xd0 && next <= 0xd7)) {
			if (cursor_ok(c))
				cursor_seek(c, c->at - 2);
			return;
		}
	}
}

static uint8_t next_marker(struct cursor *c)
{
	if (cursor_u8(c) != 0xff)
		cursor_fail(c);
	uint8_t marker = cursor_u8(c);
	while (marker == 0xff)
		marker = cursor_u8(c);
	return marker;
}

/* Returns whether the picture is whole; else `c` stands at what is damaged. */
static bool read_segments(struct visit *visit, struct cursor *c, struct profile *profile,
                          const char **why)
{
	for (;;) {
		struct cursor at = *c;
		uint8_t marker = next_marker(c);
		if (cursor_ok(c) && marker == EOI)
			return true;
		if (cursor_ok(c) && stands_alone(marker))
			continue;
		uint16_t length = cursor_u16be(c);
		struct bytes data = length < 2 ? (struct bytes){0} : cursor_take(c, length - 2u);
		if (length < 2)
			cursor_fail(c);
		if (marker == SOS)
			skip_scan(c);
		if (!cursor_ok(c)) {
			*c = at;
			*why = marker == SOS ? "JPEG scan without an end" : "damaged JPEG marker";
			return false;
		}
		read_segment(visit, profile, data);
	}
}

static enum read_result read_jpeg(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	if (!bytes_equal(cursor_take(&c, 3), BYTES("\xff\xd8\xff")))
		return READ_NOT_MINE;
	struct profile *profile = visit_alloc(visit, 1, sizeof *profile);
	const char *why = NULL;
	cursor_seek(&c, 2);
	bool whole = read_segments(visit, &c, profile, &why);
	read_profile(visit, profile);
	if (!whole)
		return rest_damaged(visit, body, c.at, why);
	(void)rest_hand_over(visit, body, c.at, BYTES("trailing data"));
	return READ_WHOLE;
}

const struct reader reader_jpeg = {
	.name = "jpeg",
	.magic = {(const uint8_t *)"\xff\xd8\xff", 3},
	.read = read_jpeg,
	.understood = CLASS_INERT,
};
