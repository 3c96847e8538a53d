/* SPDX-License-Identifier: Apache-2.0 */
/* debar policy: list, show, check, compile, test. */
#include "bin/scan_options.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int print_help(void)
{
	(void)puts("usage: debar policy list | show ID | marks [KIND] | test KIND=VALUE [--pack "
	           "FILE] [--policy "
	           "DIR]...\n"
	           "       debar policy check DIR...\n"
	           "       debar policy compile DIR... -o FILE\n"
	           "       --no-config leaves the files of settings alone\n\n"
	           "list     the directives and vendors of the pack, and its digest\n"
	           "show     one directive, vendor, product or mark\n"
	           "marks    the marks, of all fact kinds or of KIND: kind, form, value and id, a "
	           "line each\n"
	           "test     which marks a fact hits: debar policy test 'pe.company=AO Kaspersky "
	           "Lab'\n"
	           "check    read the policies in DIR (folders vendors/ and directives/) and name "
	           "every error\n"
	           "compile  check, and write a pack");
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

/* NULL when the question is complete; else what is wrong with it. */
static const char *incomplete(const struct request *request, const char *verb)
{
	bool compiles = strcmp(verb, "compile") == 0;
	size_t count = request->rest.count;
	if (request->output && !compiles)
		return " writes no file: -o is for compile";
	if (compiles || strcmp(verb, "check") == 0)
		return count < 2                      ? " needs the folder of the policies"
		       : compiles && !request->output ? " needs -o FILE"
		                                      : NULL;
	if (strcmp(verb, "show") == 0 && count < 2)
		return " needs the ID to show";
	if (strcmp(verb, "test") == 0 && count < 2)
		return " needs KIND=VALUE to try";
	return count > (strcmp(verb, "list") == 0 ? 1U : 2U) ? ": too many arguments" : NULL;
}

static int dispatch(struct request *request)
{
	static const char *const verbs[] = {"list",  "show",    "marks", "test",
	                                    "check", "compile", NULL};
	const char *verb = request->rest.count > 0 ? request->rest.items[0] : NULL;
	if (!verb)
		return fail("debar policy needs one of list, show, marks, test, check, compile");
	size_t at = 0;
	while (verbs[at] && strcmp(verbs[at], verb) != 0)
		at++;
	if (!verbs[at])
		return fail_unknown("question about policies", verb, verbs,
		                    "debar policy --help lists them");
	const char *wrong = incomplete(request, verb);
	if (wrong)
		return fail("debar policy %s%s", verb, wrong);
	if (strcmp(verb, "check") == 0 || strcmp(verb, "compile") == 0)
		return compile(request);
	return query(request, verb, request->rest.count > 1 ? request->rest.items[1] : NULL);
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

const struct command command_policy = {"policy", "list, show, check, compile and test policies",
                                       run};
