/* SPDX-License-Identifier: Apache-2.0 */
/* debar show and debar report: what a stored scan found. */
#include "bin/scan_options.h"

#include <stdio.h>
#include <unistd.h>

struct request {
	struct debar_options options;
	struct list outputs;
	const char *scan;
	unsigned flags;
	bool no_config, list;
	struct scan_request settings; /* for what was not said */
};

static const struct option long_options[] = {
	{"case", required_argument, NULL, 'c'},
	{"output", required_argument, NULL, 'o'},
	{"scan", required_argument, NULL, 's'},
	{"list", no_argument, NULL, 'l'},
	{"mentions", no_argument, NULL, 'm'},
	{"reproducible", no_argument, NULL, 'r'},
	{"facts", no_argument, NULL, 'f'},
	{"pack", required_argument, NULL, 'P'},
	{"no-config", no_argument, NULL, 'N'},
	{"help", no_argument, NULL, 'h'},
	{0},
};

static int print_help(const char *command)
{
	(void)printf("usage: debar %s [OPTION...] %s\n\n", command,
	             command[0] == 's' ? "[FINDING]" : "[SCAN]");
	(void)puts(command[0] == 's'
	                   ? "Shows one finding with its whole chain of evidence, or all findings "
	                     "of the newest scan.\n"
	                   : "Writes the newest or the named scan again, in any format.\n");
	(void)puts(
		"  -c, --case FILE             the case (default: debar/case.db under "
		"$XDG_STATE_HOME)\n"
		"  -s, --scan ID               this scan instead of the newest\n"
		"  -l, --list                  only list the scans of the case, the newest first\n"
		"  -o, --output FORMAT[=FILE]  text (default), json, ndjson, csv; may be repeated\n"
		"  -m, --mentions              also what only mentions a vendor\n"
		"      --facts                 every fact that was kept\n"
		"      --reproducible          leave out times\n"
		"      --pack FILE             the pack to look marks up in\n"
		"      --no-config             leave the files of settings alone");
	return 0;
}

/* 0: go on; else the exit status plus one. */
static int parse(struct request *request, int argc, char **argv)
{
	int option;
	while ((option = next_option(argc, argv, "c:o:s:lmh", long_options)) != -1) {
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
		return fail("debar %s: too many arguments", argv[0]) + 1;
	for (size_t i = 0; i < request->outputs.count; i++)
		if (!check_output(request->outputs.items[i]))
			return EXIT_TROUBLE + 1;
	return 0;
}

/* The case, the pack and whether mentions are shown: what the settings say to a scan. */
static bool fill_in(struct request *request)
{
	scan_request_init(&request->settings);
	if (request->no_config)
		return true;
	if (!scan_request_load_settings(&request->settings))
		return false;
	if (!request->options.case_path)
		request->options.case_path = request->settings.options.case_path;
	if (!request->options.pack_path)
		request->options.pack_path = request->settings.options.pack_path;
	request->flags |= request->settings.flags & DEBAR_REPORT_MENTIONS;
	return true;
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
		return code - 1;
	}
	const char *argument = optind < argc ? argv[optind] : NULL;
	if (!fill_in(&request)) {
		code = EXIT_TROUBLE;
	} else if (debar_open(&request.options, &debar, &error) != DEBAR_OK) {
		code = fail("%s", error.message);
	} else if (request.list) {
		if (debar_list_scans(debar, STDOUT_FILENO, &error) != DEBAR_OK)
			code = fail("%s", error.message);
	} else if (is_show && argument) {
		if (debar_show(debar, argument, STDOUT_FILENO, &error) != DEBAR_OK)
			code = fail("%s", error.message);
	} else {
		if (request.outputs.count == 0)
			list_add(&request.outputs, "text");
		code = write_reports(debar, argument ? argument : request.scan, &request.outputs,
		                     request.flags);
	}
	debar_close(debar);
	scan_request_finish(&request.settings);
	list_finish(&request.outputs);
	return code;
}

const struct command command_show = {
	"show", "show the findings of a scan, or one with all its evidence", run};
const struct command command_report = {"report", "write a stored scan again, in any format", run};
