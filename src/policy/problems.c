/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/problems.h"

#include "base/text.h"
#include "base/whole.h"
#include "policy/format.h"

#include <stdarg.h>
#include <stdio.h>

/* What cannot be written is still counted, and makes the caller fail. */
static void write_line(int fd, const char *text)
{
	if (fd >= 0)
		(void)whole_write(fd, bytes_of(text));
}

/* Whether the same was told lately. Then it is told and counted already, and no file gets better by
 * it. */
static bool is_told(struct problems *p, const char *place, const char *message)
{
	uint64_t hash =
		format_hash(format_hash(FORMAT_HASH_START, bytes_of(place)), bytes_of(message));
	for (size_t i = 0; i < PROBLEMS_KEPT && i < p->count; i++)
		if (p->told[i] == hash)
			return true;
	p->told[p->next++ % PROBLEMS_KEPT] = hash;
	return false;
}

void problem_add(struct problems *p, uint32_t line, const char *format, ...)
{
	char raw[400], message[500], place[500];
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(raw, sizeof raw, format, arguments);
	va_end(arguments);
	(void)text_escape(bytes_of(length < 0 ? "cannot be described" : raw), message,
	                  sizeof message);
	char file[400]; /* shorter than `place` by what is added */
	(void)text_escape(bytes_of(p->file), file, sizeof file);
	if (line > 0)
		(void)snprintf(place, sizeof place, "%s:%u: ", file, (unsigned)line);
	else
		(void)snprintf(place, sizeof place, "%s: ", file);
	if (is_told(p, place, message))
		return;
	if (p->count++ == 0) {
		const char *said = length < 0 ? message : raw;
		if (line > 0)
			(void)snprintf(p->first, sizeof p->first, "%.500s:%u: %s", p->file,
			               (unsigned)line, said);
		else
			(void)snprintf(p->first, sizeof p->first, "%.500s: %s", p->file, said);
		p->first_line = line;
	}
	write_line(p->fd, place);
	write_line(p->fd, message);
	write_line(p->fd, "\n");
}

enum debar_status problems_error(const struct problems *p, struct debar_error *error)
{
	if (p->fd >= 0) /* they were told, one by one */
		return error_set(error, DEBAR_INVALID, p->first_line,
		                 "%zu problem%s in the policies", p->count,
		                 p->count == 1 ? "" : "s");
	if (p->count <= 1)
		return error_set(error, DEBAR_INVALID, p->first_line, "%s", p->first);
	return error_set(error, DEBAR_INVALID, p->first_line,
	                 "%zu problems in the policies (debar policy check lists them); first %s",
	                 p->count, p->first);
}
