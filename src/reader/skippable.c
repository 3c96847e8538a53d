/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/skippable.h"

bool is_skippable(struct bytes body, size_t at)
{
	struct bytes head = bytes_slice(body, at, 4);
	return head.len == 4 && (head.ptr[0] & 0xf0) == 0x50 &&
	       bytes_end_with(head, BYTES("\x2a\x4d\x18"));
}

struct bytes take_skippable(struct cursor *c)
{
	cursor_skip(c, 4);
	uint32_t size = cursor_u32le(c);
	return cursor_take(c, size);
}

size_t skippables_end(struct bytes body)
{
	struct cursor c = cursor_over(body), next = c;
	while (is_skippable(body, c.at)) {
		(void)take_skippable(&next);
		if (!cursor_ok(&next))
			break;
		c = next;
	}
	return c.at;
}
