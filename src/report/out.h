/* SPDX-License-Identifier: Apache-2.0 */
/* Where a report goes: a buffer over a file descriptor. Failure is sticky: print on, ask once. */
#ifndef REPORT_OUT_H
#define REPORT_OUT_H

#include "base/bytes.h"
#include "core/error.h"

enum { OUT_WIDTH = 80 }; /* columns of a page; what cannot be broken goes over it */

struct out {
	int fd;
	int code; /* errno of the write that failed, or 0 */
	unsigned flags;
	size_t used;
	uint8_t buffer[32 * 1024];
};

/* NULL when there is no memory. Destroying does not flush. */
struct out *out_create(int fd, unsigned flags);
void out_destroy(struct out *out);

/* Flushes, and says how the report went; `source_ok` false: its rows could not all be had. */
enum debar_status out_finish(struct out *out, bool source_ok, struct debar_error *error);

bool out_ok(const struct out *out);
void out_flush(struct out *out);

/* Our own words, as they are. */
void out_text(struct out *out, const char *text);
void out_raw(struct out *out, struct bytes data);
void out_spaces(struct out *out, size_t count);

/* Somebody else's bytes, as text_escape() shows them. */
void out_escaped(struct out *out, struct bytes text);

/* How many bytes from `at` on are ASCII that needs no escape in any format: most of most texts. */
size_t out_plain_run(struct bytes text, size_t at);

/* The number of bytes that out_escaped() prints. */
size_t out_escaped_length(struct bytes text);

/* 1234567 as "1234567", as "1,234,567", and as "1.2 MiB" (in a width of its own, to the right). */
void out_u64(struct out *out, uint64_t value);
void out_grouped(struct out *out, uint64_t value, size_t width);
void out_size(struct out *out, uint64_t bytes, size_t width);

void out_hex(struct out *out, struct bytes data);

/* Words, broken at blanks before column OUT_WIDTH and indented by `indent`; the first line begins
 * at the present column, which the caller says. Returns the column reached. */
size_t out_wrapped(struct out *out, struct bytes text, size_t column, size_t indent);

#endif
