/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/problems.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* What cannot be written is still counted, and makes the caller fail. */
static void write_line(int fd, const char *text)
{
	size_t length = strlen(text);
	while (fd >= 0 && length > 0) {
		ssize_t done = write(fd, text, length);
		if (done <= 0)
			return;
		text += done;
		length -= (size_t)done;
	}
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
	if (p->count++ == 0) {
		(void)snprintf(p->first, sizeof p->first, "%s%s", place, message);
		p->first_line = line;
	}
	write_line(p->fd, place);
	write_line(p->fd, message);
	write_line(p->fd, "\n");
}
