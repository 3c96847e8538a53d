/* SPDX-License-Identifier: Apache-2.0 */
/* gitobject: a file as git keeps it by itself, once it is inflated: "blob", its size, a zero, and
 * the file; gitformat-loose(5). In packs there is no such head. */
#include "base/cursor.h"
#include "base/text.h"
#include "core/reader.h"

extern const struct reader reader_gitobject;

enum { DIGITS_MOST = 20 };

/* The file behind the head; false when this is none. */
static bool find_file(struct bytes head, uint64_t size, size_t *at)
{
	static const struct bytes type = {(const uint8_t *)"blob ", 5};
	struct bytes rest = bytes_from(head, type.len);
	size_t end = bytes_find(bytes_slice(rest, 0, DIGITS_MOST + 1), BYTES("\0"));
	uint64_t stated;
	if (!bytes_start_with(head, type) || end == SIZE_MAX ||
	    !text_to_u64(bytes_slice(rest, 0, end), &stated))
		return false;
	*at = type.len + end + 1;
	return stated > 0 && stated == size - *at;
}

static bool recognise(const struct sight *sight)
{
	size_t at;
	return find_file(sight->head, sight->size, &at);
}

static enum read_result read_gitobject(struct visit *visit, struct bytes body)
{
	size_t at;
	if (!find_file(body, body.len, &at))
		return READ_NOT_MINE;
	visit_child(visit, BYTES("file"), bytes_from(body, at));
	return READ_WHOLE;
}

const struct reader reader_gitobject = {
	.name = "gitobject",
	.recognise = recognise,
	.read = read_gitobject,
	.understood = CLASS_READ,
	.container = true,
};
