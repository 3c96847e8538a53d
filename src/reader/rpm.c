/* SPDX-License-Identifier: Apache-2.0 */
/* rpm: package files: lead, signature, header, payload. Written here because librpm wants a file
 * name and its own configuration. See rpm's docs/manual/format.md. */
#include "reader/rpm_header.h"

extern const struct reader reader_rpm;

enum { LEAD_SIZE = 96 };

static bool take_header(struct cursor *c, struct rpm_header *out)
{
	bool named = bytes_equal(cursor_take(c, 4), BYTES("\x8E\xAD\xE8\x01"));
	cursor_skip(c, 4);
	return named && rpm_header_take(c, out);
}

/* The signature's size is rounded up to 8 bytes; the file's magic is 4 bytes. */
static bool take_headers(struct cursor *c, struct rpm_header *out)
{
	struct rpm_header signature;
	cursor_skip(c, LEAD_SIZE);
	if (!take_header(c, &signature))
		return false;
	cursor_skip(c, (8 - signature.store.len % 8) % 8);
	return take_header(c, out);
}

/* The header tells the compressor, but the bytes decide. */
static struct bytes name_payload(struct bytes payload)
{
	static const struct {
		struct bytes magic, name;
	} known[] = {
		{{(const uint8_t *)"\x1F\x8B", 2}, {(const uint8_t *)"payload.cpio.gz", 15}},
		{{(const uint8_t *)"\xFD"
	                           "7zXZ",
	          5},
	         {(const uint8_t *)"payload.cpio.xz", 15}},
		{{(const uint8_t *)"\x28\xB5\x2F\xFD", 4},
	         {(const uint8_t *)"payload.cpio.zst", 16}},
		{{(const uint8_t *)"BZh", 3}, {(const uint8_t *)"payload.cpio.bz2", 16}},
		{{(const uint8_t *)"\x5D\0\0", 3}, {(const uint8_t *)"payload.cpio.lzma", 17}},
	};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (bytes_start_with(payload, known[i].magic))
			return known[i].name;
	return BYTES("payload.cpio");
}

static enum read_result read_rpm(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	struct rpm_header header;
	struct rpm_facts facts = {.visit = visit, .name_kind = FACT_PACKAGE_NAME, .object = body};
	if (!take_headers(&c, &header)) {
		visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD, "damaged rpm header");
		return READ_PARTLY;
	}
	bool whole = rpm_header_facts(&facts, &header) && !facts.damaged;
	if (!whole)
		visit_gap(visit, (struct span){LEAD_SIZE, c.at - LEAD_SIZE}, CLASS_UNREAD,
		          "damaged rpm header");
	visit_child(visit, BYTES("header"), /* scripts, and any tag */
	            bytes_slice(body, LEAD_SIZE, c.at - LEAD_SIZE));
	struct bytes payload = cursor_take(&c, cursor_left(&c));
	if (payload.len > 0)
		visit_child(visit, name_payload(payload), payload);
	else
		visit_closed(visit, BYTES("payload"), 0, CLASS_UNREAD, "rpm without its payload");
	return whole && payload.len > 0 ? READ_WHOLE : READ_PARTLY;
}

const struct reader reader_rpm = {
	.name = "rpm",
	.magic = {(const uint8_t *)"\xED\xAB\xEE\xDB", 4},
	.read = read_rpm,
	.understood = CLASS_READ,
	.container = true,
};
