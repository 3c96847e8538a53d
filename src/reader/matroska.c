/* SPDX-License-Identifier: Apache-2.0 */
/* Matroska and WebM (RFC 8794, RFC 9559): elements are walked to the end, down to the blocks of
 * sound and pixels. Attached files are members; what is long and no media, and what lies behind the
 * last element, is handed over. */
#include "base/cursor.h"
#include "reader/rest.h"

extern const struct reader reader_matroska;

enum {
	ID_EBML = 0x1a45dfa3,
	ID_SEGMENT = 0x18538067,
	ID_CLUSTER = 0x1f43b675,
	ID_ATTACHMENTS = 0x1941a469,
	ID_ATTACHED_FILE = 0x61a7,
	ID_FILE_NAME = 0x466e,
	ID_FILE_DATA = 0x465c,
	ID_VOID = 0xec,
};

struct element {
	uint32_t id;
	bool to_the_end; /* unknown size: as long as its parent */
	struct bytes data;
};

/* RFC 8794, 4: leading zeros of the first byte say how many bytes follow. */
static uint64_t take_number(struct cursor *c, bool keep_marker, bool *all_ones)
{
	uint8_t first = cursor_u8(c);
	unsigned more = 0;
	while (more < 8 && !(first & 0x80u >> more))
		more++;
	if (more == 8) {
		cursor_fail(c);
		return 0;
	}
	uint64_t mask = (0x80u >> more) - 1;
	uint64_t value = keep_marker ? first : first & mask;
	*all_ones = (first & mask) == mask;
	for (unsigned i = 0; i < more; i++) {
		uint8_t byte = cursor_u8(c);
		*all_ones &= byte == 0xff;
		value = value << 8 | byte;
	}
	return value;
}

/* The cursor goes bad when there is no element. */
static struct element next_element(struct cursor *c)
{
	struct element e = {0};
	bool ones = false;
	uint64_t id = take_number(c, true, &ones);
	if (id > UINT32_MAX)
		cursor_fail(c);
	e.id = (uint32_t)id;
	uint64_t size = take_number(c, false, &e.to_the_end);
	e.data = cursor_take(c, e.to_the_end ? cursor_left(c) : size);
	return e;
}

static bool read_attached_file(struct visit *visit, struct bytes file)
{
	struct bytes name = {0};
	struct cursor names = cursor_over(file), c = names;
	while (cursor_left(&names) > 0 && cursor_ok(&names)) {
		struct element e = next_element(&names);
		if (e.id == ID_FILE_NAME)
			name = bytes_trim_end(e.data, '\0');
	}
	while (cursor_left(&c) > 0 && cursor_ok(&c)) {
		struct element e = next_element(&c);
		if (e.id == ID_FILE_DATA && e.data.len > 0)
			visit_child(visit, name, e.data);
		else if (e.id != ID_FILE_DATA)
			rest_hand_over_part(visit, BYTES("attachment"), e.data);
	}
	return cursor_ok(&c);
}

static bool read_attachments(struct visit *visit, struct bytes attachments)
{
	bool whole = true;
	struct cursor c = cursor_over(attachments);
	while (cursor_left(&c) > 0 && cursor_ok(&c)) {
		struct element e = next_element(&c);
		if (e.id == ID_ATTACHED_FILE)
			whole &= read_attached_file(visit, e.data);
		else
			rest_hand_over_part(visit, BYTES("attachments"), e.data);
	}
	return whole && cursor_ok(&c);
}

static bool is_among(const uint32_t *ids, size_t count, uint32_t id)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

/* What is made of further elements, down to the blocks. */
static bool is_group(uint32_t id)
{
	static const uint32_t ids[] = {ID_SEGMENT,
	                               ID_CLUSTER,
	                               0xa0 /* BlockGroup */,
	                               0x75a1 /* BlockAdditions */,
	                               0xa6 /* BlockMore */,
	                               0x1654ae6b /* Tracks */,
	                               0xae /* TrackEntry */};
	return is_among(ids, sizeof ids / sizeof ids[0], id);
}

/* Sound and pixels, and what a decoder is set up with. */
static bool is_media(uint32_t id)
{
	static const uint32_t ids[] = {0xa3 /* SimpleBlock */,
	                               0xa1 /* Block */,
	                               0xa5 /* BlockAdditional */,
	                               0xa2 /* BlockVirtual */,
	                               0xaf /* EncryptedBlock */,
	                               0x63a2 /* CodecPrivate */,
	                               0xa4 /* CodecState */};
	return is_among(ids, sizeof ids / sizeof ids[0], id);
}

/* Of a group, only its head is passed over: where it ends does not matter then, and need not be
 * known, as of clusters of a live stream. Returns where something is damaged; SIZE_MAX: nowhere. */
static size_t read_segment(struct visit *visit, struct bytes segment)
{
	struct cursor c = cursor_over(segment);
	while (cursor_left(&c) > 0) {
		size_t at = c.at;
		struct cursor inside = c;
		struct element e = next_element(&c);
		bool whole = cursor_ok(&c);
		if (!whole)
			return at;
		if (is_group(e.id)) {
			cursor_skip(&inside, c.at - at - e.data.len);
			c = inside;
		} else if (e.id == ID_ATTACHMENTS) {
			whole = read_attachments(visit, e.data);
		} else if (!is_media(e.id)) {
			rest_hand_over_part(
				visit, e.id == ID_VOID ? BYTES("void") : BYTES("element"), e.data);
		}
		if (!whole)
			return at;
	}
	return SIZE_MAX;
}

static enum read_result read_matroska(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	if (!bytes_start_with(body, BYTES("\x1a\x45\xdf\xa3")))
		return READ_NOT_MINE;
	while (cursor_left(&c) > 0) {
		size_t element_at = c.at;
		struct cursor ahead = c;
		struct element e = next_element(&ahead);
		bool known = e.id == ID_EBML || e.id == ID_SEGMENT || e.id == ID_VOID;
		if (!known)
			break; /* something was appended */
		if (!cursor_ok(&ahead))
			return rest_damaged(visit, body, element_at, "Matroska file cut short");
		size_t bad_at = SIZE_MAX;
		if (e.id == ID_SEGMENT)
			bad_at = read_segment(visit, e.data);
		else
			rest_hand_over_part(visit, BYTES("header"), e.data);
		if (bad_at != SIZE_MAX)
			return rest_damaged(visit, body, ahead.at - e.data.len + bad_at,
			                    "damaged Matroska element");
		c = ahead;
	}
	(void)rest_hand_over(visit, body, c.at, BYTES("trailing data"));
	return READ_WHOLE;
}

const struct reader reader_matroska = {
	.name = "matroska",
	.magic = {(const uint8_t *)"\x1a\x45\xdf\xa3", 4},
	.read = read_matroska,
	.understood = CLASS_INERT,
};
