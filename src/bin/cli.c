/* SPDX-License-Identifier: Apache-2.0 */
#include "bin/cli.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void list_add(struct list *list, const char *item)
{
	const char **items = realloc(list->items, (list->count + 2) * sizeof *items);
	if (!items)
		exit(fail("out of memory"));
	items[list->count++] = item;
	items[list->count] = NULL;
	list->items = items;
}

void list_finish(struct list *list)
{
	free(list->items);
	*list = (struct list){0};
}

int fail(const char *format, ...)
{
	char raw[4096], safe[8192];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(raw, sizeof raw, format, arguments);
	va_end(arguments);
	(void)text_escape(bytes_of(raw), safe, sizeof safe);
	(void)fprintf(stderr, "debar: %s\n", safe);
	return EXIT_TROUBLE;
}

bool parse_size(const char *text, uint64_t *out)
{
	static const char units[] = "kmgtp";
	char *end = NULL;
	errno = 0;
	double value = strtod(text, &end);
	if (end == text || errno != 0 || !(value >= 0) || text[0] == '-' || text[0] == '+')
		return false;
	double unit = 1;
	if (*end) {
		char lower = (char)(*end | 0x20);
		const char *found = strchr(units, lower);
		if (found)
			unit = pow(1024, (double)(found - units + 1));
		else if (lower != 'b')
			return false;
		end++;
	}
	if (unit > 1 && strcmp(end, "iB") == 0)
		end += 2;
	else if (unit > 1 && (*end == 'B' || *end == 'b'))
		end++;
	if (*end || value * unit >= 9.2e18)
		return false;
	*out = (uint64_t)(value * unit);
	return true;
}

bool parse_number(const char *text, uint64_t most, uint64_t *out)
{
	return text_to_u64(bytes_of(text), out) && *out <= most;
}

static int write_report(struct debar *debar, const char *scan_id, const char *output,
                        unsigned flags)
{
	struct debar_error error;
	char format[32];
	const char *file = strchr(output, '=');
	size_t length = file ? (size_t)(file - output) : strlen(output);
	if (length >= sizeof format)
		return fail("%s: no such report format", output);
	memcpy(format, output, length);
	format[length] = '\0';
	int fd = STDOUT_FILENO;
	if (file && strcmp(file + 1, "-") != 0) {
		fd = open(file + 1, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (fd < 0)
			return fail("%s: %s", file + 1, strerror(errno));
	} else if (isatty(fd) && !getenv("NO_COLOR")) {
		flags |= DEBAR_REPORT_COLOUR;
	}
	enum debar_status status = debar_report(debar, scan_id, format, flags, fd, &error);
	int code = status == DEBAR_OK ? 0 : fail("%s", error.message);
	if (fd != STDOUT_FILENO && close(fd) != 0 && code == 0)
		code = fail("%s: %s", file + 1, strerror(errno));
	return code;
}

int write_reports(struct debar *debar, const char *scan_id, const struct list *outputs,
                  unsigned flags)
{
	int code = 0;
	for (size_t i = 0; i < outputs->count; i++)
		if (write_report(debar, scan_id, outputs->items[i], flags) != 0)
			code = EXIT_TROUBLE;
	return code;
}
