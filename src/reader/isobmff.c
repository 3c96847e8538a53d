/* SPDX-License-Identifier: Apache-2.0 */
/* The ISO base media file format and QuickTime: MP4, MOV, M4A, HEIC, AVIF, JPEG 2000 (ISO/IEC
 * 14496-12, 15444-1). Boxes are walked to the end and to the innermost, so that nothing hides
 * behind the last or in one that is no media. */
#include "base/cursor.h"
#include "reader/rest.h"
#include "reader/unpack.h"

extern const struct reader reader_isobmff;

/* Boxes that a file may begin with; files of the QuickTime of old have no ftyp. */
static const char first_types[] = "ftypstypmoovmdatwidepnotjP  ";
/* Sound and pixels, and what locks them up for each sample. */
static const char media_types[] = "mdatidatjp2cPICTsenc";
/* Made of boxes. In "ilst" (tags of Apple's) each tag is, too, whatever it is called. */
static const char group_types[] =
	"moovtrakmdiaminfstbldinfedtsudtamvexmooftrafmfrasinfschirinfiprpipco"
	"jp2hgmhdcmovmetailst";

enum { DEPTH = 10 }; /* a tag's data in a track's udta has 7 */

struct media {
	struct visit *visit;
	bool partly;
};

struct box {
	struct bytes type, data;
};

enum found { FOUND_BOX, FOUND_NONE, FOUND_CUT };

static bool is_among(const char *types, struct bytes type)
{
	for (size_t i = 0; types[i] != '\0' && type.len == 4; i += 4)
		if (memcmp(types + i, type.ptr, 4) == 0)
			return true;
	return false;
}

static bool is_isobmff(const struct sight *sight)
{
	struct cursor c = cursor_over(sight->head);
	uint32_t size = cursor_u32be(&c);
	return is_among(first_types, cursor_take(&c, 4)) && (size >= 8 || size == 1 || size == 0);
}

static bool is_type(struct bytes type)
{
	for (size_t i = 0; i < type.len; i++)
		if (type.ptr[i] != 0xa9 && (type.ptr[i] < ' ' || type.ptr[i] > '~'))
			return false;
	return type.len == 4;
}

/* Leaves the cursor where it is when there is no whole box. */
static enum found next_box(struct cursor *c, bool any_type, struct box *box)
{
	struct cursor ahead = *c;
	size_t header = 8;
	uint64_t size = cursor_u32be(&ahead);
	box->type = cursor_take(&ahead, 4);
	if (size == 1) {
		size = cursor_u64be(&ahead);
		header = 16;
	} else if (size == 0) {
		size = cursor_left(c); /* to the end */
	}
	if (!cursor_ok(&ahead) || size < header || !(any_type || is_type(box->type)))
		return FOUND_NONE;
	box->data = cursor_take(&ahead, size - header);
	if (!cursor_ok(&ahead))
		return FOUND_CUT;
	*c = ahead;
	return FOUND_BOX;
}

/* A box that is no group. A private one begins with its UUID, a profile with its kind, a tag's data
 * with their kind and language. */
static void read_leaf(struct media *m, struct box box)
{
	if (bytes_equal(box.type, BYTES("cmvd"))) /* QuickTime: moov, packed, behind its size */
		m->partly |= !unpack_child(m->visit, UNPACK_ZLIB, BYTES("moov"),
		                           bytes_from(box.data, 4), 0);
	else if (bytes_equal(box.type, BYTES("uuid")))
		rest_hand_over_part(m->visit, box.type, bytes_from(box.data, 16));
	else if (bytes_equal(box.type, BYTES("colr")))
		rest_hand_over_part(m->visit, box.type, bytes_from(box.data, 4));
	else if (bytes_equal(box.type, BYTES("data")))
		rest_hand_over_part(m->visit, box.type, bytes_from(box.data, 8));
	else if (!is_among(media_types, box.type))
		rest_hand_over_part(m->visit, box.type, box.data);
	else if (rest_begins_like_a_file(box.data))
		visit_child(m->visit, box.type, box.data);
}

/* "meta" has a version and flags before its boxes, but not in QuickTime. */
static size_t group_header(struct box box)
{
	bool is_old = bytes_equal(bytes_slice(box.data, 4, 4), BYTES("hdlr"));
	return bytes_equal(box.type, BYTES("meta")) && !is_old ? 4 : 0;
}

static void read_box(struct media *m, struct box box, bool is_tag, unsigned depth)
{
	if (!(is_tag || is_among(group_types, box.type)) || depth == DEPTH) {
		read_leaf(m, box);
		return;
	}
	struct cursor c = cursor_over(bytes_from(box.data, group_header(box)));
	bool is_list = bytes_equal(box.type, BYTES("ilst"));
	for (struct box inner; next_box(&c, is_list, &inner) == FOUND_BOX;)
		read_box(m, inner, is_list, depth + 1);
	rest_hand_over_part(m->visit, BYTES("boxes"), bytes_from(c.all, c.at));
}

static enum read_result read_isobmff(struct visit *visit, struct bytes body)
{
	struct sight as_sight = {.head = body, .size = body.len};
	struct media m = {.visit = visit};
	struct cursor c = cursor_over(body);
	struct box box;
	enum found found;
	if (!is_isobmff(&as_sight))
		return READ_NOT_MINE;
	while ((found = next_box(&c, false, &box)) == FOUND_BOX)
		read_box(&m, box, false, 0);
	if (found == FOUND_CUT)
		return rest_damaged(visit, body, c.at, "media file cut short");
	(void)rest_hand_over(visit, body, c.at, BYTES("trailing data"));
	return m.partly ? READ_PARTLY : READ_WHOLE;
}

const struct reader reader_isobmff = {
	.name = "isobmff",
	.recognise = is_isobmff,
	.read = read_isobmff,
	.understood = CLASS_INERT,
};
