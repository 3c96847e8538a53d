/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing run of bytes that is born with its maximum: nothing here grows without a ceiling.
 * Failure (no memory, or past the maximum) is sticky: append on, ask buffer_ok() once.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/bytes.h"

struct buffer {
	uint8_t *data; /* owned; buffer_finish() frees it */
	size_t len, room, most;
	bool bad;
};

void buffer_init(struct buffer *b, size_t most);
void buffer_finish(struct buffer *b);
void buffer_clear(struct buffer *b); /* empties and forgives, keeps the memory */
bool buffer_ok(const struct buffer *b);

void buffer_put(struct buffer *b, struct bytes data);
void buffer_put_text(struct buffer *b, const char *text);
void buffer_put_u8(struct buffer *b, uint8_t value);
void buffer_put_u16le(struct buffer *b, uint16_t value);
void buffer_put_u32le(struct buffer *b, uint32_t value);
void buffer_put_u64le(struct buffer *b, uint64_t value);

/* Borrowed until the next put. */
struct bytes buffer_bytes(const struct buffer *b);

/* The content with a NUL after it, which does not count as content; "" when that failed. */
const char *buffer_text(struct buffer *b);

#endif
