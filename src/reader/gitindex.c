/* SPDX-License-Identifier: Apache-2.0 */
/* gitindex: the index beside a git pack, version 2 (git's gitformat-pack(5)): object names,
 * checksums and offsets in tables whose sizes follow from one another. Digests look random. */
#include "base/cursor.h"
#include "reader/rest.h"

extern const struct reader reader_gitindex;

enum { FAN_OUT = 256, HEADER = 8 };

/* Whether `size` bytes are what `count` objects take with digests of `digest` bytes; offsets that
 * do not fit 31 bits have a table of their own. */
static bool fits(uint64_t size, uint64_t count, uint64_t digest)
{
	uint64_t least = HEADER + FAN_OUT * 4 + count * (digest + 8) + 2 * digest;
	return size >= least && (size - least) % 8 == 0 && (size - least) / 8 <= count;
}

/* Names stand in order, and the fan-out tells where each first byte ends: other bytes in their
 * place do not. */
static bool is_sorted(struct bytes body, size_t digest)
{
	struct cursor fan_out = cursor_over(bytes_from(body, HEADER));
	struct bytes names = bytes_from(body, HEADER + FAN_OUT * 4), before = {0};
	uint32_t at = 0;
	for (unsigned first = 0; first < FAN_OUT; first++)
		for (uint32_t end = cursor_u32be(&fan_out); at < end; at++) {
			struct bytes name = bytes_slice(names, at * digest, digest);
			if (name.len < digest || name.ptr[0] != first ||
			    (before.len > 0 && memcmp(before.ptr, name.ptr, digest) > 0))
				return false;
			before = name;
		}
	return true;
}

static enum read_result read_gitindex(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	uint32_t count = 0;
	cursor_skip(&c, 4);
	if (cursor_u32be(&c) != 2)
		return READ_NOT_MINE;
	for (int i = 0; i < FAN_OUT; i++) {
		uint32_t next = cursor_u32be(&c);
		if (next < count)
			cursor_fail(&c);
		count = next;
	}
	bool is_index = (fits(body.len, count, 20) && is_sorted(body, 20)) ||
	                (fits(body.len, count, 32) && is_sorted(body, 32));
	if (!cursor_ok(&c) || !is_index)
		return rest_damaged(visit, body, 0, "damaged git index");
	visit_unpacked(visit, body);
	return READ_WHOLE;
}

const struct reader reader_gitindex = {
	.name = "gitindex",
	.magic = {(const uint8_t *)"\xfftOc", 4},
	.read = read_gitindex,
	.understood = CLASS_READ,
};
