/* SPDX-License-Identifier: Apache-2.0 */
/* debar scan: find. */
#include "bin/cli.h"

#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct request {
	struct debar_options options;
	struct debar_scan_options how;
	struct list targets, outputs, policies, directives, excludes, accept;
	unsigned flags;
	bool quiet, live;
};

static struct debar_scan *running; /* for the signal handler */

static void on_signal(int number)
{
	(void)number;
	if (running)
		debar_scan_cancel(running);
}

static int print_help(void)
{
	(void)puts(
		"usage: debar scan [OPTION...] TARGET...\n\n"
		"Looks into each TARGET (a folder, a file, - for standard input), and says for "
		"each\n"
		"directive whether something of a prohibited vendor is there.\n\n"
		"  -o, --output FORMAT[=FILE]  text (default), json, ndjson, csv; may be repeated\n"
		"  -d, --directive ID          judge by this directive alone; may be repeated\n"
		"  -p, --policy DIR            add the policies in DIR; may be repeated\n"
		"      --pack FILE             use this compiled pack\n"
		"  -c, --case FILE             keep the result here (default: debar/case.db under\n"
		"                              $XDG_STATE_HOME)\n"
		"      --files-from FILE       read targets from FILE, separated by NUL bytes (- "
		"for\n"
		"                              standard input)\n"
		"  -x, --one-file-system       stay on the file system of each target\n"
		"  -e, --exclude GLOB          leave out paths or names that match; may be "
		"repeated\n"
		"  -j, --jobs N                workers (default: one per core)\n"
		"      --depth N               containers inside one another (0: archives stay "
		"closed)\n"
		"      --max-bytes SIZE        unpacked out of one file (default 4G)\n"
		"      --max-objects N         members of one file (default 2000000)\n"
		"      --max-seconds N         work on one file (default 300)\n"
		"      --accept-gaps SIZE|GLOB accept opaque objects under SIZE (default 4096), or "
		"gaps\n"
		"                              whose path matches; stands in the report; may be "
		"repeated\n"
		"      --facts                 keep and report every fact, not only evidence\n"
		"  -m, --mentions              list what only mentions a vendor, too\n"
		"      --reproducible          the same bytes for the same target, whatever the "
		"time\n"
		"                              and the number of workers\n"
		"      --live                  tell evidence and gaps on standard error as they "
		"come\n"
		"  -q, --quiet                 no progress\n"
		"      --unsafe-no-sandbox     read hostile bytes without the jail (the report "
		"says so)\n");
	return 0;
}

enum {
	OPTION_PACK = 256,
	OPTION_FILES_FROM,
	OPTION_DEPTH,
	OPTION_MAX_BYTES,
	OPTION_MAX_OBJECTS,
	OPTION_MAX_SECONDS,
	OPTION_ACCEPT,
	OPTION_FACTS,
	OPTION_REPRODUCIBLE,
	OPTION_LIVE,
	OPTION_UNSAFE,
};

static const struct option long_options[] = {
	{"output", required_argument, NULL, 'o'},
	{"directive", required_argument, NULL, 'd'},
	{"policy", required_argument, NULL, 'p'},
	{"pack", required_argument, NULL, OPTION_PACK},
	{"case", required_argument, NULL, 'c'},
	{"files-from", required_argument, NULL, OPTION_FILES_FROM},
	{"one-file-system", no_argument, NULL, 'x'},
	{"exclude", required_argument, NULL, 'e'},
	{"jobs", required_argument, NULL, 'j'},
	{"depth", required_argument, NULL, OPTION_DEPTH},
	{"max-bytes", required_argument, NULL, OPTION_MAX_BYTES},
	{"max-objects", required_argument, NULL, OPTION_MAX_OBJECTS},
	{"max-seconds", required_argument, NULL, OPTION_MAX_SECONDS},
	{"accept-gaps", required_argument, NULL, OPTION_ACCEPT},
	{"facts", no_argument, NULL, OPTION_FACTS},
	{"mentions", no_argument, NULL, 'm'},
	{"reproducible", no_argument, NULL, OPTION_REPRODUCIBLE},
	{"live", no_argument, NULL, OPTION_LIVE},
	{"quiet", no_argument, NULL, 'q'},
	{"unsafe-no-sandbox", no_argument, NULL, OPTION_UNSAFE},
	{"help", no_argument, NULL, 'h'},
	{0},
};

/* Options that carry a number. False with a message when it is none. */
static bool take_number(struct request *request, int option, const char *text)
{
	uint64_t value = 0;
	struct debar_scan_options *how = &request->how;
	bool good = option == OPTION_MAX_BYTES ? parse_size(text, &value) && value > 0
	                                       : parse_number(text, 4000000000U, &value);
	switch (option) {
	case 'j':
		good = good && value >= 1 && value <= 256;
		how->jobs = (uint32_t)value;
		break;
	case OPTION_DEPTH:
		good = good && value <= 64;
		how->depth = (uint32_t)value;
		how->has_depth = 1;
		break;
	case OPTION_MAX_BYTES:
		how->max_bytes = value;
		break;
	case OPTION_MAX_OBJECTS:
		good = good && value > 0;
		how->max_objects = value;
		break;
	default:
		good = good && value > 0;
		how->max_seconds = (uint32_t)value;
		break;
	}
	if (!good)
		(void)fail("%s: not a number that makes sense here", text);
	return good;
}

static void take_accept(struct request *request, const char *text)
{
	if (parse_size(text, &request->how.accept_gaps_under))
		request->how.has_accept = 1;
	else
		list_add(&request->accept, text);
}

/* 0: go on; 1: an error was told; 2: help was. */
static int take_option(struct request *request, int option, const char *text)
{
	switch (option) {
	case 'o':
		list_add(&request->outputs, text);
		return 0;
	case 'd':
		list_add(&request->directives, text);
		return 0;
	case 'p':
		list_add(&request->policies, text);
		return 0;
	case 'e':
		list_add(&request->excludes, text);
		return 0;
	case 'c':
		request->options.case_path = text;
		return 0;
	case 'x':
		request->how.one_file_system = 1;
		return 0;
	case 'm':
		request->flags |= DEBAR_REPORT_MENTIONS;
		return 0;
	case 'q':
		request->quiet = true;
		return 0;
	case OPTION_PACK:
		request->options.pack_path = text;
		return 0;
	case OPTION_FILES_FROM:
		request->how.files_from = text;
		return 0;
	case OPTION_ACCEPT:
		take_accept(request, text);
		return 0;
	case OPTION_LIVE:
		request->how.stream_events = request->live = true;
		return 0;
	case OPTION_UNSAFE:
		request->how.unsafe_no_sandbox = 1;
		return 0;
	case OPTION_FACTS:
		request->how.all_facts = 1;
		request->flags |= DEBAR_REPORT_FACTS;
		return 0;
	case OPTION_REPRODUCIBLE:
		request->how.reproducible = 1;
		request->flags |= DEBAR_REPORT_REPRODUCIBLE;
		return 0;
	case 'h':
		(void)print_help();
		return 2;
	case '?':
		(void)fail("debar scan --help lists the options");
		return 1;
	default:
		return take_number(request, option, text) ? 0 : 1;
	}
}

static bool is_format(const char *output)
{
	size_t length = strcspn(output, "=");
	const char *name;
	for (size_t i = 0; (name = debar_report_format(i)); i++)
		if (strlen(name) == length && strncmp(name, output, length) == 0)
			return true;
	return false;
}

static int parse(struct request *request, int argc, char **argv)
{
	int option;
	while ((option = getopt_long(argc, argv, "o:d:p:c:xe:j:mqh", long_options, NULL)) != -1) {
		int problem = take_option(request, option, optarg);
		if (problem != 0)
			return problem;
	}
	for (int i = optind; i < argc; i++)
		list_add(&request->targets, argv[i]);
	if (request->targets.count == 0 && !request->how.files_from) {
		(void)fail("no target given; debar scan --help tells how");
		return 1;
	}
	if (request->outputs.count == 0)
		list_add(&request->outputs, "text");
	for (size_t i = 0; i < request->outputs.count; i++)
		if (!is_format(request->outputs.items[i])) {
			(void)fail("%s: no such report format", request->outputs.items[i]);
			return 1;
		}
	request->how.excludes = request->excludes.items;
	request->how.accept_patterns = request->accept.items;
	request->options.policy_dirs = request->policies.items;
	request->options.directives = request->directives.items;
	return 0;
}

static void show_progress(const struct debar_event *event, const struct timespec *start)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	double seconds =
		(double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
	double rate = seconds > 0 ? (double)event->bytes_done / seconds / 1e6 : 0;
	(void)fprintf(stderr,
	              "\r\033[K%" PRIu64 " objects  %.1f MB  %.0f MB/s  found %" PRIu64
	              "  gaps %" PRIu64,
	              event->objects_done, (double)event->bytes_done / 1e6, rate, event->facts,
	              event->gaps);
	if (event->walk_finished && event->files_done > 0 &&
	    event->files_done < event->objects_known) {
		double left = seconds * (double)(event->objects_known - event->files_done) /
		              (double)event->files_done;
		(void)fprintf(stderr, "  %.0f:%02.0f left", left / 60,
		              left - 60 * (double)(int)(left / 60));
	}
	(void)fflush(stderr);
}

static void show_live(const struct debar_event *event)
{
	if (event->kind == DEBAR_EVENT_FACT)
		(void)fail("evidence: %s: %s = %s (%s, %s)", event->object, event->fact,
		           event->value, event->vendor, event->nexus);
	else if (event->kind == DEBAR_EVENT_GAP)
		(void)fail("gap: %s: %s (%" PRIu64 " bytes)", event->object, event->reason,
		           event->bytes);
}

static int run_scan(struct request *request, struct debar *debar)
{
	struct debar_error error;
	const struct debar_event *event = NULL;
	struct timespec start;
	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	bool progress = !request->quiet && isatty(STDERR_FILENO);
	if (debar_scan_start(debar, request->targets.items, request->targets.count, &request->how,
	                     &running, &error) != DEBAR_OK)
		return fail("%s", error.message);
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	enum debar_status status;
	while ((status = debar_scan_next(running, &event, &error)) == DEBAR_OK) {
		if (event->kind == DEBAR_EVENT_PROGRESS && progress)
			show_progress(event, &start);
		else if (event->kind == DEBAR_EVENT_NOTE)
			(void)fail("%s", event->reason);
		else if (request->live)
			show_live(event);
	}
	if (progress)
		(void)fputs("\r\033[K", stderr);
	if (status != DEBAR_END)
		return fail("%s", error.message);
	if (write_reports(debar, debar_scan_id(running), &request->outputs, request->flags) != 0)
		return EXIT_TROUBLE;
	static const int exits[] = {[DEBAR_ABSENT] = EXIT_ABSENT,
	                            [DEBAR_PRESENT] = EXIT_PRESENT,
	                            [DEBAR_UNDECIDED] = EXIT_UNDECIDED};
	return exits[debar_scan_outcome(running)];
}

/* Every worker has files open here: on many cores the usual 1,024 descriptors are few. */
static void allow_many_files(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit); /* else there are fewer at a time */
	}
}

static int run(int argc, char **argv)
{
	struct request request = {.options = {.size = sizeof request.options},
	                          .how = {.size = sizeof request.how}};
	struct debar *debar = NULL;
	struct debar_error error;
	int code = parse(&request, argc, argv);
	allow_many_files();
	if (code == 0) {
		if (debar_open(&request.options, &debar, &error) != DEBAR_OK)
			code = fail("%s", error.message);
		else
			code = run_scan(&request, debar);
	} else {
		code = code == 2 ? 0 : EXIT_TROUBLE;
	}
	struct debar_scan *scan = running;
	running = NULL;
	debar_scan_close(scan);
	debar_close(debar);
	struct list *lists[] = {&request.targets,    &request.outputs,  &request.policies,
	                        &request.directives, &request.excludes, &request.accept};
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		list_finish(lists[i]);
	return code;
}

const struct command command_scan = {"scan", "look into targets and judge them", run};
