/* SPDX-License-Identifier: Apache-2.0 */
/* debar policy: list, show, marks, kinds, test, check, compile. */
#include "bin/scan_options.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int print_help(void)
{
	(void)puts(
		"usage: debar policy QUESTION [OPTION...]\n"
		"       debar policy check DIR...\n"
		"       debar policy compile DIR... -o FILE\n\n"
		"Questions about the pack, which are the policies that a scan judges by:\n\n"
		"list            its directives, vendors and roots, and its digest\n"
		"show ID         one directive, vendor, product or mark\n"
		"marks [KIND]    the marks, of all fact kinds or of KIND, a line each: kind,\n"
		"                form, value and id\n"
		"kinds           the fact kinds, with their meaning\n"
		"test KIND=VALUE which marks such a fact hits, as in\n"
		"                debar policy test 'pe.company=AO Kaspersky Lab'\n\n"
		"Policies of your own, each DIR a folder with vendors/, directives/ or roots/:\n\n"
		"check           name every error in them; silent when there is none\n"
		"compile         check them, and write a pack\n\n"
		"  -p, --policy DIR   add the policies in DIR to the shipped ones; may be\n"
		"                     repeated; for questions\n"
		"      --pack FILE    ask this compiled pack; for questions\n"
		"  -o, --output FILE  the pack to write; for compile\n"
		"      --no-config    leave the files of settings alone");
	return 0;
}

struct request {
	struct debar_options options;
	struct list policies, rest;
	const char *output;
	bool no_config;
};

static int query(struct request *request, const char *what, const char *argument)
{
	struct debar *debar = NULL;
	struct debar_error error;
	struct scan_request settings;
	scan_request_init(&settings);
	if (!request->no_config && !scan_request_load_settings(&settings)) {
		scan_request_finish(&settings);
		return EXIT_TROUBLE;
	}
	/* The pack that a scan would use, unless one is named. */
	request->options.policy_dirs = request->policies.items;
	if (!request->options.pack_path) {
		request->options.pack_path = settings.options.pack_path;
		if (request->policies.count == 0)
			request->options.policy_dirs = settings.policies.items;
	}
	enum debar_status status = debar_open(&request->options, &debar, &error);
	if (status == DEBAR_OK)
		status = debar_policy_query(debar, what, argument, STDOUT_FILENO, &error);
	debar_close(debar);
	scan_request_finish(&settings);
	return status == DEBAR_OK ? 0 : fail("%s", error.message);
}

static int compile(struct request *request)
{
	struct debar_error error;
	if (debar_policy_compile(request->rest.items + 1, request->output, STDERR_FILENO, &error) ==
	    DEBAR_OK)
		return 0;
	return fail("%s", error.message);
}

/* How many arguments a verb takes behind itself, and what to say when they are too few or too
 * many. */
static const struct verb {
	const char *name;
	size_t least, most;
	const char *wrong;
} verbs[] = {
	{"list", 0, 0, "takes no argument"},
	{"show", 1, 1, "needs the ID to show, and one alone"},
	{"marks", 0, 1, "takes one KIND, or none"},
	{"kinds", 0, 0, "takes no argument"},
	{"test", 1, 1, "needs one KIND=VALUE to try; put one with blanks in quotes"},
	{"check", 1, SIZE_MAX, "needs the folder of the policies"},
	{"compile", 1, SIZE_MAX, "needs the folder of the policies"},
};

enum { VERB_COUNT = sizeof verbs / sizeof verbs[0] };

static bool reads_folders(const struct verb *verb)
{
	return verb->least == 1 && verb->most > 1;
}

/* NULL when the question is complete; else what is wrong with it. */
static const char *incomplete(const struct request *request, const struct verb *verb)
{
	bool compiles = strcmp(verb->name, "compile") == 0;
	size_t count = request->rest.count - 1;
	if (request->output && !compiles)
		return "writes no file: -o is for compile";
	if (count < verb->least || count > verb->most)
		return verb->wrong;
	if (compiles && !request->output)
		return "needs -o FILE";
	if (reads_folders(verb) && (request->options.pack_path || request->policies.count > 0))
		return "reads the folders named alone: leave out --pack and --policy";
	return NULL;
}

static int dispatch(struct request *request)
{
	const char *names[VERB_COUNT + 1] = {NULL};
	const struct verb *verb = NULL;
	if (request->rest.count == 0)
		return fail("debar policy needs one of list, show, marks, kinds, test, check, "
		            "compile");
	for (size_t i = 0; i < VERB_COUNT; i++) {
		names[i] = verbs[i].name;
		if (strcmp(names[i], request->rest.items[0]) == 0)
			verb = &verbs[i];
	}
	if (!verb)
		return fail_unknown("question about policies", request->rest.items[0], names,
		                    "debar policy --help lists them");
	const char *wrong = incomplete(request, verb);
	if (wrong)
		return fail("debar policy %s %s", verb->name, wrong);
	if (reads_folders(verb))
		return compile(request);
	return query(request, verb->name, request->rest.count > 1 ? request->rest.items[1] : NULL);
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{"pack", required_argument, NULL, 'P'},   {"policy", required_argument, NULL, 'p'},
		{"output", required_argument, NULL, 'o'}, {"no-config", no_argument, NULL, 'N'},
		{"help", no_argument, NULL, 'h'},         {0},
	};
	struct request request = {.options = {.size = sizeof request.options}};
	int option, code = -1;
	while (code < 0 && (option = next_option(argc, argv, "p:o:h", options)) != -1) {
		switch (option) {
		case 'P':
			request.options.pack_path = optarg;
			break;
		case 'p':
			list_add(&request.policies, optarg);
			break;
		case 'o':
			request.output = optarg;
			break;
		case 'N':
			request.no_config = true;
			break;
		case 'h':
			code = print_help();
			break;
		default:
			code = EXIT_TROUBLE;
			break;
		}
	}
	for (int i = optind; i < argc; i++)
		list_add(&request.rest, argv[i]);
	if (code < 0)
		code = dispatch(&request);
	list_finish(&request.policies);
	list_finish(&request.rest);
	return code;
}

const struct command command_policy = {"policy", "list, show, test, check and compile policies",
                                       run};
