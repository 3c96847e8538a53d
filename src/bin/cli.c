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

enum { NAME_MOST = 64, NAMES_MOST = 64 }; /* of options and formats; letters of one */

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

/* How many letters differ; enough to see a slip of the fingers. */
static size_t distance(const char *a, const char *b)
{
	enum { LONGEST = 32 };
	size_t row[LONGEST + 1], width = strlen(b);
	if (width > LONGEST || strlen(a) > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= width; j++)
		row[j] = j;
	for (; *a; a++) {
		size_t corner = row[0]++;
		for (size_t j = 1; j <= width; j++) {
			size_t kept = corner + (*a != b[j - 1]);
			size_t changed = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
			corner = row[j];
			row[j] = kept < changed ? kept : changed;
		}
	}
	return row[width];
}

/* The name that was meant, or NULL. */
static const char *closest(const char *name, const char *const *names)
{
	const char *best = NULL;
	size_t least = strlen(name) / 2 + 1 < 3 ? strlen(name) / 2 + 1 : 3;
	for (; *names; names++) {
		size_t apart = distance(name, *names);
		if (apart < least) {
			least = apart;
			best = *names;
		}
	}
	return best;
}

int fail_unknown(const char *what, const char *name, const char *const *names, const char *hint)
{
	const char *meant = closest(name, names);
	if (meant)
		return fail("%s: no such %s; did you mean %s?", name, what, meant);
	return fail("%s: no such %s; %s", name, what, hint);
}

/* The option that getopt_long() stumbled over, as it was written, without its value. */
static void bad_option(char **argv, const struct option *options, char out[NAME_MOST])
{
	const char *word = argv[optind - 1];
	size_t length = strcspn(word, "=");
	bool is_long = strncmp(word, "--", 2) == 0 && length > 2;
	if (is_long && optopt > 0 && optopt < 0x80) { /* else it is the word before a bad letter */
		is_long = false;
		for (; options->name && !is_long; options++)
			is_long = options->val == optopt &&
			          strncmp(options->name, word + 2, length - 2) == 0;
	}
	if (is_long)
		(void)snprintf(out, NAME_MOST, "%.*s",
		               (int)(length < NAME_MOST ? length : NAME_MOST - 1), word);
	else
		(void)snprintf(out, NAME_MOST, "-%c", optopt);
}

static int fail_option(const char *name, const char *command, const struct option *options,
                       bool no_value)
{
	const char *names[NAMES_MOST] = {NULL};
	size_t alike = 0, known = 0;
	bool is_long = name[1] == '-';
	for (; options->name && known < NAMES_MOST - 1; options++) {
		names[known++] = options->name;
		alike += is_long && strncmp(options->name, name + 2, strlen(name + 2)) == 0;
	}
	const char *meant = is_long && alike == 0 ? closest(name + 2, names) : NULL;
	if (meant)
		return fail("%s: no such option; did you mean --%s?", name, meant);
	const char *wrong = no_value     ? "it needs a value"
	                    : alike > 1  ? "several options begin so"
	                    : alike == 1 ? "it takes no value"
	                                 : "no such option";
	return fail("%s: %s; debar %s --help lists the options", name, wrong, command);
}

int next_option(int argc, char **argv, const char *letters, const struct option *options)
{
	char written[NAME_MOST], name[NAME_MOST];
	opterr = 0; /* getopt's own lines are of another form */
	(void)snprintf(written, sizeof written, ":%s", letters);
	int option = getopt_long(argc, argv, written, options, NULL);
	if (option != '?' && option != ':')
		return option;
	bad_option(argv, options, name);
	(void)fail_option(name, argv[0], options, option == ':');
	return '?';
}

bool check_output(const char *output)
{
	char format[NAME_MOST], all[4 * NAME_MOST] = "there are";
	const char *names[NAMES_MOST] = {NULL};
	size_t length = strcspn(output, "="), used = strlen(all);
	(void)snprintf(format, sizeof format, "%.*s",
	               (int)(length < NAME_MOST ? length : NAME_MOST - 1), output);
	for (size_t i = 0; i < NAMES_MOST - 1 && (names[i] = debar_report_format(i)); i++) {
		if (strcmp(names[i], format) == 0 && strcmp(output + length, "=") != 0)
			return true;
		used += (size_t)snprintf(all + used, sizeof all - used, "%s %s", i == 0 ? "" : ",",
		                         names[i]);
	}
	if (strcmp(output + length, "=") == 0)
		(void)fail("--output %s: the name of the file is empty", output);
	else
		(void)fail_unknown("report format", format, names, all);
	return false;
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

int open_output(const char *output, char format[FORMAT_MOST])
{
	const char *file = strchr(output, '=');
	size_t length = file ? (size_t)(file - output) : strlen(output);
	if (length >= FORMAT_MOST) {
		(void)fail("%s: no such report format", output);
		return -1;
	}
	memcpy(format, output, length);
	format[length] = '\0';
	if (!file || strcmp(file + 1, "-") == 0)
		return STDOUT_FILENO;
	int fd = open(file + 1, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		(void)fail("%s: %s", file + 1, strerror(errno));
	return fd;
}

bool close_output(const char *output, int fd)
{
	if (fd == STDOUT_FILENO || close(fd) == 0)
		return true;
	(void)fail("%s: %s", strchr(output, '=') + 1, strerror(errno));
	return false;
}

static bool write_report(struct debar *debar, const char *scan_id, const char *output,
                         unsigned flags)
{
	struct debar_error error;
	char format[FORMAT_MOST];
	int fd = open_output(output, format);
	if (fd < 0)
		return false;
	if (fd == STDOUT_FILENO && isatty(fd) && !getenv("NO_COLOR"))
		flags |= DEBAR_REPORT_COLOUR;
	bool written = debar_report(debar, scan_id, format, flags, fd, &error) == DEBAR_OK;
	if (!written)
		(void)fail("%s", error.message);
	return close_output(output, fd) && written;
}

int write_reports(struct debar *debar, const char *scan_id, const struct list *outputs,
                  unsigned flags)
{
	int code = 0;
	for (size_t i = 0; i < outputs->count; i++)
		if (!write_report(debar, scan_id, outputs->items[i], flags))
			code = EXIT_TROUBLE;
	return code;
}
