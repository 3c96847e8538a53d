/* SPDX-License-Identifier: Apache-2.0 */
/* gitpack: what git keeps of a repository, object behind object; gitformat-pack(5). Deltas stay as
 * they are written: what they insert stands in them, what they copy stands in another object. A
 * bundle is a pack behind a list of references; gitformat-bundle(5). */
#include "base/cursor.h"
#include "reader/packed.h"
#include "reader/pump.h"
#include "reader/rest.h"
#include "reader/unpack.h"

#include <stdio.h>

extern const struct reader reader_gitpack;

enum {
	HEADER = 12,
	DIGEST = 20, /* SHA-1, of all before it; SHA-256 repositories have 32 bytes */
	DIGEST_LONG = 32,
	SIZE_BYTES_MOST = 9,
	NAME_MOST = 40,
};

enum object_type { COMMIT = 1, TREE, BLOB, TAG, OFFSET_DELTA = 6, REFERENCE_DELTA };

struct object_head {
	unsigned type;
	uint64_t size; /* of the content, unpacked */
};

/* Numbers in seven bits a byte, the last one without the eighth. */
static void skip_number(struct cursor *c)
{
	unsigned left = SIZE_BYTES_MOST + 1;
	while (cursor_u8(c) & 0x80)
		if (--left == 0)
			cursor_fail(c);
}

static struct object_head read_head(struct cursor *c)
{
	uint8_t byte = cursor_u8(c);
	struct object_head head = {.type = byte >> 4 & 7, .size = byte & 15};
	for (unsigned shift = 4; byte & 0x80; shift += 7) {
		byte = cursor_u8(c);
		if (shift > 7 * SIZE_BYTES_MOST)
			cursor_fail(c);
		else
			head.size |= (uint64_t)(byte & 0x7f) << shift;
	}
	if (head.type == OFFSET_DELTA)
		skip_number(c);
	else if (head.type == REFERENCE_DELTA)
		cursor_skip(c, DIGEST);
	else if (head.type < COMMIT || head.type > TAG)
		cursor_fail(c);
	return head;
}

/* What is called so; `room` holds NAME_MOST bytes. */
static struct bytes name_of(unsigned type, size_t at, char *room)
{
	static const char *const names[] = {
		[COMMIT] = "commit", [TREE] = "tree",          [BLOB] = "blob",
		[TAG] = "tag",       [OFFSET_DELTA] = "delta", [REFERENCE_DELTA] = "delta"};
	int length = snprintf(room, NAME_MOST, "%s at %zu", names[type], at);
	return (struct bytes){(const uint8_t *)room, (size_t)length};
}

/* One object; `at` stays behind it. READ_NOT_MINE when it is damaged. */
static enum read_result read_object(struct visit *visit, struct bytes body, size_t *at,
                                    struct packed_trial *trial)
{
	char name[NAME_MOST];
	struct cursor c = cursor_over(body);
	cursor_seek(&c, *at);
	struct object_head head = read_head(&c);
	struct bytes packed = bytes_from(body, c.at);
	size_t length = cursor_ok(&c) ? packed_length(PACKED_ZLIB, packed, trial) : 0;
	if (length == 0)
		return READ_NOT_MINE;
	/* It comes to a good end: what may keep it from being unpacked is a limit. */
	bool whole = unpack_child(visit, UNPACK_ZLIB, name_of(head.type, *at, name),
	                          bytes_slice(packed, 0, length), head.size);
	*at = c.at + length;
	return whole ? READ_WHOLE : READ_PARTLY;
}

static bool is_bundle(struct bytes head)
{
	return bytes_start_with(head, BYTES("# v2 git bundle\n")) ||
	       bytes_start_with(head, BYTES("# v3 git bundle\n"));
}

static bool recognise(const struct sight *sight)
{
	return bytes_start_with(sight->head, BYTES("PACK")) || is_bundle(sight->head);
}

/* An empty line ends the references. */
static enum read_result read_bundle(struct visit *visit, struct bytes body)
{
	size_t end = bytes_find(body, BYTES("\n\n"));
	if (end == SIZE_MAX)
		return rest_damaged(visit, body, 0, "git bundle without a pack");
	visit_child(visit, BYTES("references"), bytes_slice(body, 0, end));
	visit_child(visit, BYTES("pack"), bytes_from(body, end + 2));
	return READ_WHOLE;
}

static enum read_result read_gitpack(struct visit *visit, struct bytes body)
{
	if (is_bundle(body))
		return read_bundle(visit, body);
	struct cursor c = cursor_over(body);
	cursor_skip(&c, 4); /* magic */
	uint32_t version = cursor_u32be(&c);
	uint32_t count = cursor_u32be(&c);
	if (version != 2 && version != 3)
		return READ_NOT_MINE;
	if (!cursor_ok(&c) || body.len < HEADER + DIGEST)
		return rest_damaged(visit, body, 0, "truncated git pack");
	struct packed_trial trial = {
		.visit = visit, .room = visit_alloc(visit, 1, PACKED_ROOM), .budget = UINT64_MAX};
	size_t at = c.at;
	enum read_result result = READ_WHOLE;
	for (uint32_t i = 0; i < count && result == READ_WHOLE; i++)
		result = read_object(visit, body, &at, &trial);
	if (result == READ_NOT_MINE)
		return rest_damaged(visit, body, at, "damaged git object");
	if (result == READ_PARTLY)
		return READ_PARTLY;
	size_t left = body.len - at;
	if (left < DIGEST)
		return rest_damaged(visit, body, at, "truncated git pack");
	visit_trailing(visit, body, at + (left == DIGEST_LONG ? DIGEST_LONG : DIGEST));
	return READ_WHOLE;
}

const struct reader reader_gitpack = {
	.name = "gitpack",
	.recognise = recognise,
	.read = read_gitpack,
	.understood = CLASS_READ,
	.container = true,
};
