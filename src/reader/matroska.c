/* SPDX-License-Identifier: Apache-2.0 */
/* Matroska and WebM (RFC 8794, RFC 9559): elements are walked to the end at the top level and one
 * below. Attached files are members; what lies behind the last element is handed over. */
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
	struct bytes name = {0}, data = {0};
	struct cursor c = cursor_over(file);
	while (cursor_left(&c) > 0) {
		struct element e = next_element(&c);
		if (e.id == ID_FILE_NAME)
			name = bytes_trim_end(e.data, '\0');
		else if (e.id == ID_FILE_DATA)
			data = e.data;
	}
	if (data.len > 0)
		visit_child(visit, name, data);
	return cursor_ok(&c);
}

static bool read_attachments(struct visit *visit, struct bytes attachments)
{
	bool whole = true;
	struct cursor c = cursor_over(attachments);
	while (cursor_left(&c) > 0) {
		struct element e = next_element(&c);
		if (e.id == ID_ATTACHED_FILE)
			whole &= read_attached_file(visit, e.data);
	}
	return whole && cursor_ok(&c);
}

/* Clusters of a live stream have no size: the rest of the segment is theirs. */
static bool read_segment(struct visit *visit, struct bytes segment)
{
	bool whole = true;
	struct cursor c = cursor_over(segment);
	while (cursor_left(&c) > 0) {
		struct element e = next_element(&c);
		if (e.id == ID_ATTACHMENTS)
			whole &= read_attachments(visit, e.data);
		else if (e.id == ID_VOID)
			rest_hand_over_part(visit, BYTES("void"), e.data);
	}
	return whole && cursor_ok(&c);
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
		if (e.id == ID_SEGMENT && !read_segment(visit, e.data))
			return rest_damaged(visit, body, element_at, "damaged Matroska element");
		if (e.id != ID_SEGMENT)
			rest_hand_over_part(visit, BYTES("header"), e.data);
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
