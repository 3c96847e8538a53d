/* SPDX-License-Identifier: Apache-2.0 */
/* debar: the command line. Each command has a file of its own, cmd_<verb>.c. */
#include "bin/cli.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

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
	(void)puts("\ndebar COMMAND --help tells the options of each; the manual is debar(1).\n"
	           "Exit status: 0 nothing in scope and no open gap, 1 something is present,\n"
	           "3 nothing is present but something is undecided, 2 usage or system error.");
	return 0;
}

static int print_version(bool verbose)
{
	(void)printf("debar %s\n", debar_version());
	if (verbose)
		(void)puts(
			"no network: debar makes no socket but to its own workers\n"
			"reads: files that it is pointed at, its policy pack, its case\n"
			"writes: the case, the reports asked for, temporary files without a name\n"
			"readers run in workers without rights: seccomp, Landlock, no new "
			"privileges, resource limits");
	return 0;
}

int main(int argc, char **argv)
{
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ,
	             SIG_IGN); /* a limit on file size is an error to report, not a death */
	if (argc < 2) {
		(void)fail("no command given; debar --help lists them");
		return EXIT_TROUBLE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return print_help();
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		return print_version(argc > 2 && strcmp(argv[2], "--verbose") == 0);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(argv[1], commands[i]->name) == 0)
			return commands[i]->run(argc - 1, argv + 1);
	return fail("%s: no such command; debar --help lists them", argv[1]);
}
