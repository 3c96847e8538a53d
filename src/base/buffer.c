/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"

#include <stdlib.h>

void buffer_init(struct buffer *b, size_t most)
{
	*b = (struct buffer){.most = most};
}

void buffer_finish(struct buffer *b)
{
	free(b->data);
	*b = (struct buffer){0};
}

void buffer_clear(struct buffer *b)
{
	b->len = 0;
	b->bad = false;
}

bool buffer_ok(const struct buffer *b)
{
	return !b->bad;
}

static bool make_room(struct buffer *b, size_t extra)
{
	if (b->bad || extra > b->most - b->len) {
		b->bad = true;
		return false;
	}
	size_t want = b->len + extra;
	if (want <= b->room)
		return true;
	size_t room = b->room > b->most / 2 ? b->most : b->room * 2;
	if (room < want)
		room = want;
	uint8_t *data = realloc(b->data, room);
	if (!data) {
		b->bad = true;
		return false;
	}
	b->data = data;
	b->room = room;
	return true;
}

void buffer_put(struct buffer *b, struct bytes data)
{
	if (data.len == 0 || !make_room(b, data.len))
		return;
	memcpy(b->data + b->len, data.ptr, data.len);
	b->len += data.len;
}

void buffer_put_text(struct buffer *b, const char *text)
{
	buffer_put(b, bytes_of(text));
}

static void put_le(struct buffer *b, uint64_t value, size_t width)
{
	uint8_t data[8];
	for (size_t i = 0; i < width; i++)
		data[i] = (uint8_t)(value >> (8 * i));
	buffer_put(b, (struct bytes){data, width});
}

void buffer_put_u8(struct buffer *b, uint8_t value)
{
	put_le(b, value, 1);
}

void buffer_put_u16le(struct buffer *b, uint16_t value)
{
	put_le(b, value, 2);
}

void buffer_put_u32le(struct buffer *b, uint32_t value)
{
	put_le(b, value, 4);
}

void buffer_put_u64le(struct buffer *b, uint64_t value)
{
	put_le(b, value, 8);
}

struct bytes buffer_bytes(const struct buffer *b)
{
	return (struct bytes){b->data, b->len};
}

const char *buffer_text(struct buffer *b)
{
	if (!make_room(b, 1))
		return "";
	b->data[b->len] = '\0';
	return (const char *)b->data;
}
