/* SPDX-License-Identifier: Apache-2.0 */
/* debar: the command line. Each command has a file of its own, cmd_<verb>.c. */
#define _GNU_SOURCE /* O_PATH */
#include "bin/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct command *const commands[] = {&command_scan, &command_show, &command_report,
                                                 &command_policy};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static int print_help(void)
{
	(void)puts("usage: debar COMMAND [OPTION...] [ARGUMENT...]\n\n"
	           "Finds products of prohibited vendors, and accounts for every byte it looked "
	           "at.\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		(void)printf("  %-8s %s\n", commands[i]->name, commands[i]->summary);
	(void)puts(
		"\ndebar COMMAND --help tells the options of each; the manual, debar(1), explains\n"
		"every word. debar --version --verbose says what debar can do to a system.\n"
		"Exit status of scan: 0 nothing in scope and no open gap, 1 something is present,\n"
		"3 nothing is present but something is undecided; 2 usage or system error.");
	return 0;
}

static int print_version(int argc, char **argv)
{
	bool verbose = argc > 0 && strcmp(argv[0], "--verbose") == 0;
	if (argc > (verbose ? 1 : 0))
		return fail("%s: --version takes --verbose, or nothing", argv[argc - 1]);
	(void)printf("debar %s\n", debar_version());
	if (verbose)
		(void)puts(
			"no network: debar makes no socket but to its own workers\n"
			"reads: what it is pointed at, its policies, its case, its cache, its "
			"settings\n"
			"       (/etc/debar and $XDG_CONFIG_HOME/debar; --no-config leaves them)\n"
			"writes: the case, the cache (--cache), the reports and packs asked for,\n"
			"        temporary files without a name\n"
			"changes nothing that it scans, and runs nothing but its own workers\n"
			"readers run in workers without rights: seccomp, Landlock, no new "
			"privileges, resource limits");
	return 0;
}

/* A descriptor below 3 that is closed would be the next file opened: a report could end up in the
 * case, a pack be read as standard input. What takes its place cannot be used the way it is meant,
 * so that using it fails. */
static void take_standard_places(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDONLY | O_PATH);
	while (fd >= 0 && fd < STDERR_FILENO);
	if (fd > STDERR_FILENO)
		(void)close(fd);
}

static int run(int argc, char **argv)
{
	if (argc < 2)
		return fail("no command given; debar --help lists them");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return print_help();
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		return print_version(argc - 2, argv + 2);
	const char *names[COMMAND_COUNT + 1] = {NULL};
	bool help = strcmp(argv[1], "help") == 0;
	if (help && argc == 2)
		return print_help();
	const char *name = help ? argv[2] : argv[1];
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		names[i] = commands[i]->name;
		if (strcmp(name, names[i]) != 0)
			continue;
		char *for_help[] = {argv[2], (char[]){"--help"}, NULL};
		return help ? commands[i]->run(2, for_help) : commands[i]->run(argc - 1, argv + 1);
	}
	return fail_unknown(name[0] == '-' ? "option" : "command", name, names,
	                    "debar --help lists what there is");
}

int main(int argc, char **argv)
{
	take_standard_places();
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGCHLD, SIG_DFL); /* ignored, nobody would learn how a worker ended */
	(void)signal(SIGXFSZ,
	             SIG_IGN); /* a limit on file size is an error to report, not a death */
	int code = run(argc, argv);
	if (fflush(stdout) != 0 || ferror(stdout))
		code = fail("cannot write to standard output: %s", strerror(errno));
	return code;
}
