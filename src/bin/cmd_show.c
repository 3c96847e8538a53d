/* SPDX-License-Identifier: Apache-2.0 */
/* debar show and debar report: what a stored scan found. */
#include "bin/scan_options.h"

#include <stdio.h>
#include <unistd.h>

struct request {
	struct debar_options options;
	struct list outputs, policies;
	const char *scan, *argument;
	unsigned flags;
	bool no_config, list;
	struct scan_request settings; /* for what was not said */
};

static const struct option long_options[] = {
	{"case", required_argument, NULL, 'c'}, {"output", required_argument, NULL, 'o'},
	{"scan", required_argument, NULL, 's'}, {"list", no_argument, NULL, 'l'},
	{"mentions", no_argument, NULL, 'm'},   {"reproducible", no_argument, NULL, 'r'},
	{"facts", no_argument, NULL, 'f'},      {"policy", required_argument, NULL, 'p'},
	{"pack", required_argument, NULL, 'P'}, {"no-config", no_argument, NULL, 'N'},
	{"help", no_argument, NULL, 'h'},       {0},
};

static int print_help(const char *command)
{
	(void)printf("usage: debar %s [OPTION...] %s\n\n", command,
	             command[0] == 's' ? "[FINDING]" : "[SCAN]");
	(void)puts(command[0] == 's'
	                   ? "Shows one finding with its whole chain of evidence, or all findings "
	                     "of the\nnewest scan. The beginning of a finding's id will do.\n"
	                   : "Writes the newest or the named scan again, in any format.\n");
	(void)puts(
		"  -c, --case FILE             the case (default: debar/case.db under\n"
		"                              $XDG_STATE_HOME, which is ~/.local/state when\n"
		"                              not set)\n"
		"  -s, --scan ID               this scan instead of the newest\n"
		"  -l, --list                  only list the scans of the case, the newest first");
	if (command[0] == 's')
		(void)puts("for all findings, not for one:");
	(void)puts("  -o, --output FORMAT[=FILE]  text (default), json, ndjson, csv; may be\n"
	           "                              repeated\n"
	           "  -m, --mentions              also what only mentions a vendor\n"
	           "      --facts                 every fact that was kept\n"
	           "      --reproducible          leave out times");
	if (command[0] == 's')
		(void)puts("for one finding:\n"
		           "  -p, --policy DIR            look its marks up in DIR, too; may be\n"
		           "                              repeated\n"
		           "      --pack FILE             look its marks up in this pack");
	(void)puts("      --no-config             leave the files of settings alone");
	return 0;
}

/* NULL, or what is wrong with these words together. */
static const char *conflict(const struct request *request, bool is_show)
{
	bool shapes = request->outputs.count > 0 || request->flags != 0;
	if (request->list && (request->argument || request->scan || shapes))
		return "--list names all scans of the case; it goes with --case alone";
	if (!(is_show && request->argument) &&
	    (request->options.pack_path || request->policies.count > 0))
		return "--pack and --policy look up the marks of one finding; none is named";
	if (!is_show && request->argument && request->scan)
		return "the scan is named twice; leave out --scan";
	if (is_show && request->argument && shapes)
		return "one finding is shown whole, as text: leave out -o, -m, --facts and "
		       "--reproducible, or the finding";
	return NULL;
}

/* 0: go on; else the exit status plus one. */
static int parse(struct request *request, int argc, char **argv)
{
	int option;
	while ((option = next_option(argc, argv, "c:o:s:p:lmh", long_options)) != -1) {
		switch (option) {
		case 'c':
			request->options.case_path = optarg;
			break;
		case 'o':
			list_add(&request->outputs, optarg);
			break;
		case 's':
			request->scan = optarg;
			break;
		case 'm':
			request->flags |= DEBAR_REPORT_MENTIONS;
			break;
		case 'r':
			request->flags |= DEBAR_REPORT_REPRODUCIBLE;
			break;
		case 'f':
			request->flags |= DEBAR_REPORT_FACTS;
			break;
		case 'l':
			request->list = true;
			break;
		case 'p':
			list_add(&request->policies, optarg);
			break;
		case 'P':
			request->options.pack_path = optarg;
			break;
		case 'N':
			request->no_config = true;
			break;
		case 'h':
			return print_help(argv[0]) + 1;
		default:
			return EXIT_TROUBLE + 1;
		}
	}
	if (argc - optind > 1)
		return fail("debar %s takes one %s; '%s' is too much", argv[0],
		            argv[0][0] == 's' ? "finding" : "scan", argv[optind + 1]) +
		       1;
	request->argument = optind < argc ? argv[optind] : NULL;
	const char *wrong = conflict(request, argv[0][0] == 's');
	if (wrong)
		return fail("debar %s: %s", argv[0], wrong) + 1;
	for (size_t i = 0; i < request->outputs.count; i++)
		if (!check_output(request->outputs.items[i]))
			return EXIT_TROUBLE + 1;
	return 0;
}

/* The case, the pack and whether mentions are shown: what the settings say to a scan. */
static bool fill_in(struct request *request, bool is_show)
{
	scan_request_init(&request->settings);
	request->options.policy_dirs = request->policies.items;
	if (request->no_config)
		return true;
	if (!scan_request_load_settings(&request->settings))
		return false;
	if (!request->options.case_path)
		request->options.case_path = request->settings.options.case_path;
	if (!request->options.pack_path) {
		request->options.pack_path = request->settings.options.pack_path;
		if (request->argument && is_show && request->policies.count == 0)
			request->options.policy_dirs = request->settings.policies.items;
	}
	request->flags |= request->settings.flags & DEBAR_REPORT_MENTIONS;
	return true;
}

static int answer(struct request *request, struct debar *debar, bool is_show)
{
	struct debar_error error;
	enum debar_status status = DEBAR_OK;
	const char *named = is_show ? NULL : request->argument;
	if (request->list) {
		status = debar_list_scans(debar, STDOUT_FILENO, &error);
	} else if (is_show && request->argument) {
		status = debar_show(debar, request->scan, request->argument, STDOUT_FILENO, &error);
	} else {
		if (request->outputs.count == 0)
			list_add(&request->outputs, "text");
		return write_reports(debar, named ? named : request->scan, &request->outputs,
		                     request->flags);
	}
	return status == DEBAR_OK ? 0 : fail("%s", error.message);
}

static int run(int argc, char **argv)
{
	struct request request = {.options = {.size = sizeof request.options}};
	struct debar *debar = NULL;
	struct debar_error error;
	bool is_show = argv[0][0] == 's';
	int code = parse(&request, argc, argv);
	if (code != 0) {
		list_finish(&request.outputs);
		list_finish(&request.policies);
		return code - 1;
	}
	if (!fill_in(&request, is_show))
		code = EXIT_TROUBLE;
	else if (debar_open(&request.options, &debar, &error) != DEBAR_OK)
		code = fail("%s", error.message);
	else
		code = answer(&request, debar, is_show);
	debar_close(debar);
	scan_request_finish(&request.settings);
	list_finish(&request.outputs);
	list_finish(&request.policies);
	return code;
}

const struct command command_show = {
	"show", "show the findings of a scan, or one with all its evidence", run};
const struct command command_report = {"report", "write a stored scan again, in any format", run};
