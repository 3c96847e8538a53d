/* SPDX-License-Identifier: Apache-2.0 */
#include "report/out.h"

#include "base/text.h"
#include "base/whole.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	PIECE = 64, /* bytes escaped at once; one becomes at most 10 */
	PIECE_ROOM = PIECE * 10 + 1
};

struct out *out_create(int fd, unsigned flags)
{
	struct out *out = malloc(sizeof *out);
	if (out) {
		out->fd = fd;
		out->flags = flags;
		out->code = 0;
		out->used = 0;
	}
	return out;
}

void out_destroy(struct out *out)
{
	free(out);
}

bool out_ok(const struct out *out)
{
	return out->code == 0;
}

void out_flush(struct out *out)
{
	if (out->code == 0 && !whole_write(out->fd, (struct bytes){out->buffer, out->used}))
		out->code = errno;
	out->used = 0;
}

enum debar_status out_finish(struct out *out, bool source_ok, struct debar_error *error)
{
	out_flush(out);
	if (!out_ok(out)) {
		errno = out->code;
		(void)error_system(error, "the report could not be written");
		if (error)
			error->status = DEBAR_IO;
		return DEBAR_IO;
	}
	if (!source_ok)
		return error_set(error, DEBAR_INVALID, 0,
		                 "the stored scan could not be read to its end");
	return DEBAR_OK;
}

void out_raw(struct out *out, struct bytes data)
{
	for (size_t at = 0; data.ptr && at < data.len && out->code == 0;) {
		if (out->used == sizeof out->buffer)
			out_flush(out);
		struct bytes part = bytes_slice(data, at, sizeof out->buffer - out->used);
		memcpy(out->buffer + out->used, part.ptr, part.len);
		out->used += part.len;
		at += part.len;
	}
}

void out_text(struct out *out, const char *text)
{
	out_raw(out, bytes_of(text));
}

void out_spaces(struct out *out, size_t count)
{
	static const char blanks[] = "                                ";
	while (count > 0) {
		size_t part = count < sizeof blanks - 1 ? count : sizeof blanks - 1;
		out_raw(out, (struct bytes){(const uint8_t *)blanks, part});
		count -= part;
	}
}

/* The next piece of `text`, which ends between two characters. */
static struct bytes next_piece(struct bytes text, size_t at)
{
	struct bytes piece = bytes_slice(text, at, PIECE);
	if (piece.len < PIECE)
		return piece;
	size_t len = piece.len;
	for (int back = 0; back < 4 && len > 1; back++) {
		len--;
		if ((piece.ptr[len] & 0xC0) != 0x80)
			return bytes_slice(piece, 0, len);
	}
	return piece; /* no UTF-8: any place is as good */
}

size_t out_plain_run(struct bytes text, size_t at)
{
	size_t end = at;
	while (text.ptr && end < text.len && text.ptr[end] >= 0x20 && text.ptr[end] < 0x7F &&
	       text.ptr[end] != '\\' && text.ptr[end] != '"')
		end++;
	return end - at;
}

void out_escaped(struct out *out, struct bytes text)
{
	for (size_t at = 0; text.ptr && at < text.len;) {
		char safe[PIECE_ROOM];
		size_t plain = out_plain_run(text, at);
		if (plain > 0) {
			out_raw(out, bytes_slice(text, at, plain));
			at += plain;
			continue;
		}
		struct bytes piece = next_piece(text, at);
		(void)text_escape(piece, safe, sizeof safe);
		out_text(out, safe);
		at += piece.len;
	}
}

size_t out_escaped_length(struct bytes text)
{
	return text_escape(text, NULL, 0);
}

void out_u64(struct out *out, uint64_t value)
{
	char digits[24];
	(void)snprintf(digits, sizeof digits, "%" PRIu64, value);
	out_text(out, digits);
}

void out_grouped(struct out *out, uint64_t value, size_t width)
{
	char digits[24], grouped[32];
	int length = snprintf(digits, sizeof digits, "%" PRIu64, value);
	size_t at = 0;
	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			grouped[at++] = ',';
		grouped[at++] = digits[i];
	}
	grouped[at] = '\0';
	out_spaces(out, at < width ? width - at : 0);
	out_text(out, grouped);
}

void out_size(struct out *out, uint64_t bytes, size_t width)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	char size[32];
	unsigned unit = 0;
	uint64_t whole = bytes, rest = 0;
	while (whole >= 1024) {
		rest = whole % 1024;
		whole /= 1024;
		unit++;
	}
	int length = unit == 0 ? snprintf(size, sizeof size, "%" PRIu64 " B", whole)
	                       : snprintf(size, sizeof size, "%" PRIu64 ".%" PRIu64 " %s", whole,
	                                  rest * 10 / 1024, units[unit]);
	out_spaces(out, length >= 0 && (size_t)length < width ? width - (size_t)length : 0);
	out_text(out, size);
}

void out_hex(struct out *out, struct bytes data)
{
	for (size_t at = 0; at < data.len; at++) {
		char digits[3];
		text_hex(bytes_slice(data, at, 1), digits);
		out_text(out, digits);
	}
}

size_t out_wrapped(struct out *out, struct bytes text, size_t column, size_t indent)
{
	bool first = true;
	for (size_t at = 0; at < text.len;) {
		struct bytes rest = bytes_from(text, at);
		size_t blank = bytes_find(rest, BYTES(" "));
		struct bytes word = bytes_slice(rest, 0, blank);
		at += word.len + (blank != SIZE_MAX);
		size_t length = out_escaped_length(word);
		if (!first && column + 1 + length > OUT_WIDTH && column > indent) {
			out_text(out, "\n");
			out_spaces(out, indent);
			column = indent;
		} else if (!first) {
			out_text(out, " ");
			column++;
		}
		out_escaped(out, word);
		column += length;
		first = false;
	}
	return column;
}
