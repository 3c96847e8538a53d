/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands of debar share. They use the public header and base, nothing else: the library
 * is always enough. */
#ifndef BIN_CLI_H
#define BIN_CLI_H

#include <debar.h>
#include <getopt.h>
#include <stdbool.h>

enum { EXIT_ABSENT = 0, EXIT_PRESENT = 1, EXIT_TROUBLE = 2, EXIT_UNDECIDED = 3 };

/* A list of option values, ended by NULL; the strings are argv's. */
struct list {
	const char **items;
	size_t count;
	unsigned rank; /* of the source that filled it, where there are several */
};

struct command {
	const char *name, *summary;
	int (*run)(int argc,
	           char **argv); /* argv[0] is the command's name; returns the exit status */
};

extern const struct command command_scan, command_show, command_report, command_policy;

void list_add(struct list *list, const char *item);
void list_finish(struct list *list);

/* One line on standard error, "debar: …"; the text is escaped. Returns EXIT_TROUBLE. */
int fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The next option, as getopt_long() gives it; '?' after one line about what is wrong. `argv[0]` is
 * the command's name. */
int next_option(int argc, char **argv, const char *letters, const struct option *options);

/* Says that there is no `what` called `name`, and which of `names` (ended by NULL) is like it.
 * Returns EXIT_TROUBLE. */
int fail_unknown(const char *what, const char *name, const char *const *names, const char *hint);

/* Whether FORMAT or FORMAT=FILE names a report format and a file; says so when not. */
bool check_output(const char *output);

/* "4096", "64k", "1.5G", "2GiB"; false when it is none. */
bool parse_size(const char *text, uint64_t *out);
bool parse_number(const char *text, uint64_t most, uint64_t *out);

enum { FORMAT_MOST = 32 };

/* Where FORMAT or FORMAT=FILE goes, and the format by itself; -1 when that was told to be wrong. */
int open_output(const char *output, char format[FORMAT_MOST]);
bool close_output(const char *output, int fd); /* false: told */

/* Writes the newest or the named scan in each of `outputs`: FORMAT or FORMAT=FILE. */
int write_reports(struct debar *debar, const char *scan_id, const struct list *outputs,
                  unsigned flags);

#endif
