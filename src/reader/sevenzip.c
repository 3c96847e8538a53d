/* SPDX-License-Identifier: Apache-2.0 */
/* sevenzip: 7z archives, by libarchive; 7zFormat.txt of the LZMA SDK. */
#include "base/checked.h"
#include "base/cursor.h"
#include "reader/pump.h"
#include "reader/through_libarchive.h"

#include <archive.h>

extern const struct reader reader_sevenzip;

enum {
	START_HEADER_SIZE = 32,
	EMPTY_ARCHIVE_MOST = 64, /* a header that tells of nothing takes 2 to 10 bytes */
};

/* Where the archive ends: the end of its last header. */
static bool find_end(struct bytes body, uint64_t *end)
{
	struct cursor c = cursor_over(body);
	cursor_skip(&c, 12); /* signature, version, checksum */
	uint64_t offset = cursor_u64le(&c);
	uint64_t size = cursor_u64le(&c);
	return cursor_ok(&c) && !ckd_add(end, offset, size) &&
	       !ckd_add(end, *end, START_HEADER_SIZE) && *end <= body.len;
}

static enum read_result read_sevenzip(struct visit *visit, struct bytes body)
{
	uint64_t end;
	if (!find_end(body, &end)) {
		visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD,
		          "truncated 7z archive, or the first of several volumes");
		return READ_PARTLY;
	}
	struct member_summary members =
		visit_members(visit, body, archive_read_support_format_7zip, false, NULL);
	bool hides = members.whole && members.count == 0 && end > EMPTY_ARCHIVE_MOST;
	if (hides)
		visit_closed(visit, BYTES("packed data"), end, CLASS_UNREAD,
		             "7z archive without members is not empty");
	visit_trailing(visit, body, (size_t)end);
	return members.whole && !hides ? READ_WHOLE : READ_PARTLY;
}

const struct reader reader_sevenzip = {
	.name = "sevenzip",
	.magic = {(const uint8_t *)"7z\xBC\xAF\x27\x1C", 6},
	.read = read_sevenzip,
	.understood = CLASS_READ,
	.container = true,
};
