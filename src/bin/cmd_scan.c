/* SPDX-License-Identifier: Apache-2.0 */
/* debar scan: find. */
#include "bin/scan_options.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { STREAMS_MOST = 8 };

static struct debar_scan *running; /* for the signal handler */
static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
	if (running)
		debar_scan_cancel(running);
}

/* While it scans, the first of these ends the scan in good order and the second the process. What
 * is ignored already, by nohup or a shell, stays so. */
static void answer_signals(bool scanning)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction before, action = {.sa_handler = scanning ? on_signal : SIG_DFL,
	                                   .sa_flags = (int)SA_RESETHAND};
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			(void)sigaction(numbers[i], &action, NULL);
}

/* What is left, as " 1:05:09 left"; "" while that cannot be told. */
static void time_left(const struct debar_event *event, double seconds, char out[32])
{
	out[0] = '\0';
	if (!event->walk_finished || event->files_done == 0 ||
	    event->files_done >= event->objects_known)
		return;
	double left = seconds * (double)(event->objects_known - event->files_done) /
	              (double)event->files_done;
	unsigned long whole = left < 1e6 ? (unsigned long)left : 1000000;
	if (whole >= 3600)
		(void)snprintf(out, 32, "  %lu:%02lu:%02lu left", whole / 3600, whole / 60 % 60,
		               whole % 60);
	else
		(void)snprintf(out, 32, "  %lu:%02lu left", whole / 60, whole % 60);
}

static void show_progress(const struct debar_event *event, const struct timespec *start)
{
	struct timespec now;
	struct winsize size = {.ws_col = 80};
	char line[200], left[32];
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	double seconds =
		(double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
	double rate = seconds > 0 ? (double)event->bytes_done / seconds / 1e6 : 0;
	time_left(event, seconds, left);
	(void)snprintf(line, sizeof line,
	               "%" PRIu64 " objects  %.1f MB  %.0f MB/s  found %" PRIu64 "  gaps %" PRIu64
	               "%s",
	               event->objects_done, (double)event->bytes_done / 1e6, rate, event->facts,
	               event->gaps, left);
	/* A line that wraps cannot be written over. */
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		size.ws_col = 80;
	(void)fprintf(stderr, "\r\033[K%.*s", (int)size.ws_col - 1, line);
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

/* Outputs that are written while the scan runs, and those that come after it. */
struct streams {
	const char *outputs[STREAMS_MOST];
	int fds[STREAMS_MOST];
	size_t count;
	bool on_terminal; /* where progress would fall into the rows */
	struct list others;
};

static bool is_streamed(const char *output)
{
	return strncmp(output, "ndjson", 6) == 0 && (output[6] == '\0' || output[6] == '=');
}

static bool begin_stream(struct streams *streams, const char *output, unsigned flags)
{
	struct debar_error error;
	char format[FORMAT_MOST];
	if (streams->count == STREAMS_MOST) {
		(void)fail("%s: too many reports of that format", output);
		return false;
	}
	int fd = open_output(output, format);
	if (fd < 0)
		return false;
	streams->outputs[streams->count] = output;
	streams->fds[streams->count++] = fd;
	streams->on_terminal |= isatty(fd) == 1;
	if (debar_scan_stream(running, fd, flags, &error) == DEBAR_OK)
		return true;
	(void)fail("%s", error.message);
	return false;
}

static bool begin_streams(struct streams *streams, const struct scan_request *request)
{
	unsigned flags = request->flags | (request->quiet ? 0U : DEBAR_REPORT_PROGRESS);
	for (size_t i = 0; i < request->outputs.count; i++) {
		const char *output = request->outputs.items[i];
		if (!is_streamed(output))
			list_add(&streams->others, output);
		else if (!begin_stream(streams, output, flags))
			return false;
	}
	return true;
}

/* False when one of them could not be closed, which was told. */
static bool end_streams(struct streams *streams)
{
	bool fine = true;
	for (size_t i = 0; i < streams->count; i++)
		fine &= close_output(streams->outputs[i], streams->fds[i]);
	return fine;
}

/* Turns the scan to its end. False: it has none, and that was told. */
static bool turn(const struct scan_request *request, bool progress)
{
	struct debar_error error;
	const struct debar_event *event = NULL;
	struct timespec start;
	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	enum debar_status status;
	while ((status = debar_scan_next(running, &event, &error)) == DEBAR_OK) {
		if (event->kind == DEBAR_EVENT_PROGRESS && progress)
			show_progress(event, &start);
		else if (event->kind == DEBAR_EVENT_NOTE)
			(void)fail("%s", event->reason);
		else if (request->live)
			show_live(event);
	}
	answer_signals(false);
	if (progress)
		(void)fputs("\r\033[K", stderr);
	if (status != DEBAR_END)
		(void)fail("%s", error.message);
	else if (interrupted)
		(void)fail("interrupted: the result is incomplete");
	return status == DEBAR_END;
}

static int finish(const struct scan_request *request, struct debar *debar,
                  const struct list *outputs)
{
	static const int exits[] = {[DEBAR_ABSENT] = EXIT_ABSENT,
	                            [DEBAR_PRESENT] = EXIT_PRESENT,
	                            [DEBAR_UNDECIDED] = EXIT_UNDECIDED};
	if (write_reports(debar, debar_scan_id(running), outputs, request->flags) != 0)
		return EXIT_TROUBLE;
	return exits[debar_scan_outcome(running)];
}

static int run_scan(struct scan_request *request, struct debar *debar)
{
	struct debar_error error;
	struct streams streams = {.count = 0};
	if (debar_scan_start(debar, request->targets.items, request->targets.count, &request->how,
	                     &running, &error) != DEBAR_OK)
		return fail("%s", error.message);
	answer_signals(true);
	int code = EXIT_TROUBLE;
	if (begin_streams(&streams, request) &&
	    turn(request, !request->quiet && !streams.on_terminal && isatty(STDERR_FILENO)))
		code = finish(request, debar, &streams.others);
	struct debar_scan *scan = running;
	running = NULL;
	debar_scan_close(scan); /* which ends its streams */
	if (!end_streams(&streams))
		code = EXIT_TROUBLE;
	list_finish(&streams.others);
	return code;
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
	struct scan_request request;
	struct debar *debar = NULL;
	struct debar_error error;
	scan_request_init(&request);
	int code = scan_request_parse(&request, argc, argv);
	allow_many_files();
	if (code == SCAN_REQUEST_GO)
		code = debar_open(&request.options, &debar, &error) == DEBAR_OK
		               ? run_scan(&request, debar)
		               : fail("%s", error.message);
	debar_close(debar);
	scan_request_finish(&request);
	return code;
}

const struct command command_scan = {"scan", "look into targets and judge them", run};
