/* SPDX-License-Identifier: Apache-2.0 */
/* The library as a program of somebody else's sees it: the public header and libdebar.so.0. */
#define _GNU_SOURCE /* memfd_create */
#include "unit/test.h"

#include <ctype.h>
#include <debar.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/debar-test-api.XXXXXX";
static char dirty[64], clean[64], case_file[64];

static void put_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int make_folder(void **state)
{
	char path[80];
	(void)state;
	if (!mkdtemp(folder))
		return 1;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)snprintf(dirty, sizeof dirty, "%s/dirty", folder);
	(void)snprintf(clean, sizeof clean, "%s/clean", folder);
	(void)snprintf(case_file, sizeof case_file, "%s/case.db", folder);
	if (mkdir(dirty, 0700) != 0 || mkdir(clean, 0700) != 0)
		return 1;
	(void)snprintf(path, sizeof path, "%s/package.json", dirty);
	put_file(path, "{\"dependencies\":{\"@kaspersky/hexa-ui\":\"1\"}}\n");
	(void)snprintf(path, sizeof path, "%s/text", clean);
	put_file(path, "nothing here\n");
	return 0;
}

static int remove_folder(void **state)
{
	char path[80];
	(void)state;
	static const char *const names[] = {
		"dirty/package.json", "clean/text", "case.db", "dirty", "clean", "junk", ""};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		(void)remove(path);
	}
	return 0;
}

static struct debar_options usual_options(void)
{
	return (struct debar_options){.size = sizeof(struct debar_options),
	                              .case_path = ":memory:",
	                              .worker_path = BUILD "/debar-worker",
	                              .pack_path = BUILD "/policies.pack"};
}

static struct debar *open_with(const struct debar_options *options)
{
	struct debar *debar = NULL;
	struct debar_error error = {.message = ""};
	enum debar_status status = debar_open(options, &debar, &error);
	if (status != DEBAR_OK)
		fail_msg("%s", error.message);
	return debar;
}

static struct debar_scan *start(struct debar *debar, const char *path, bool events)
{
	static const char *target; /* one scan at a time: it outlives the call */
	struct debar_scan *scan = NULL;
	target = path;
	struct debar_error error = {.message = ""};
	struct debar_scan_options how = {.size = sizeof how, .jobs = 1, .stream_events = events};
	if (debar_scan_start(debar, &target, 1, &how, &scan, &error) != DEBAR_OK)
		fail_msg("%s", error.message);
	return scan;
}

/* What was written into a file in memory; it is closed. */
static const char *taken(int fd)
{
	static char text[1 << 20];
	ssize_t length = pread(fd, text, sizeof text - 1, 0);
	assert_true(length >= 0);
	text[length] = '\0';
	assert_int_equal(close(fd), 0);
	return text;
}

static int memory_file(void)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

/* An error is one line that is safe to print. */
static void is_told(const struct debar_error *error, enum debar_status status)
{
	assert_int_equal(error->status, status);
	assert_true(error->message[0] != '\0');
	for (const char *c = error->message; *c; c++)
		assert_true(isprint((unsigned char)*c));
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(debar_version(), DEBAR_VERSION);
	assert_string_equal(debar_status_name(DEBAR_OK), "ok");
	assert_string_equal(debar_status_name(DEBAR_BUSY), "busy");
	assert_string_equal(debar_status_name((enum debar_status)99), "unknown");
	size_t count = 0;
	bool has_text = false;
	for (const char *name; (name = debar_report_format(count)); count++)
		has_text |= strcmp(name, "text") == 0;
	assert_true(has_text);
	assert_null(debar_report_format(count + 1));
}

static void closers(void **state)
{
	(void)state;
	debar_close(NULL);
	debar_scan_close(NULL);
	debar_scan_cancel(NULL);
}

/* A header that is newer than the library: the options, and what follows them. */
struct newer_options {
	struct debar_options known;
	uint64_t unknown;
};

static void sizes_of_options(void **state)
{
	(void)state;
	static const uint32_t wrong[] = {
		0, 1, 4, 8, offsetof(struct debar_options, directives), 1u << 31, UINT32_MAX};
	struct debar *debar = NULL;
	struct debar_error error;
	struct debar_options options = usual_options();
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		options.size = wrong[i];
		assert_int_equal(debar_open(&options, &debar, &error), DEBAR_INVALID);
		is_told(&error, DEBAR_INVALID);
	}
	struct newer_options newer = {.known = usual_options()};
	newer.known.size = sizeof newer;
	debar_close(open_with(&newer.known));
	newer.unknown = 1;
	assert_int_equal(debar_open(&newer.known, &debar, &error), DEBAR_INVALID);
	is_told(&error, DEBAR_INVALID);
	assert_null(debar);

	options = usual_options();
	debar = open_with(&options);
	struct debar_scan *scan = NULL;
	struct debar_scan_options how = {0};
	const char *target = clean;
	assert_int_equal(debar_scan_start(debar, &target, 1, &how, &scan, &error), DEBAR_INVALID);
	how.size = sizeof how - 16;
	assert_int_equal(debar_scan_start(debar, &target, 1, &how, &scan, &error), DEBAR_INVALID);
	is_told(&error, DEBAR_INVALID);
	assert_null(scan);
	debar_close(debar);
}

static void missing_arguments(void **state)
{
	(void)state;
	struct debar_error error;
	struct debar_options options = usual_options();
	struct debar_scan_options how = {.size = sizeof how};
	struct debar *debar = open_with(&options), *none = NULL;
	struct debar_scan *scan = NULL;
	const struct debar_event *event = NULL;
	const char *target = clean;
	assert_int_equal(debar_open(NULL, &none, &error), DEBAR_INVALID);
	assert_int_equal(debar_open(&options, NULL, &error), DEBAR_INVALID);
	assert_int_equal(debar_scan_start(NULL, &target, 1, &how, &scan, &error), DEBAR_INVALID);
	assert_int_equal(debar_scan_start(debar, NULL, 1, &how, &scan, &error), DEBAR_INVALID);
	assert_int_equal(debar_scan_start(debar, &target, 1, NULL, &scan, &error), DEBAR_INVALID);
	assert_int_equal(debar_scan_start(debar, &target, 1, &how, NULL, &error), DEBAR_INVALID);
	assert_int_equal(debar_scan_next(NULL, &event, &error), DEBAR_INVALID);
	assert_int_equal(debar_report(NULL, NULL, "text", 0, 1, &error), DEBAR_INVALID);
	assert_int_equal(debar_report(debar, NULL, NULL, 0, 1, &error), DEBAR_INVALID);
	assert_int_equal(debar_show(debar, NULL, NULL, 1, &error), DEBAR_INVALID);
	assert_int_equal(debar_policy_query(debar, NULL, NULL, 1, &error), DEBAR_INVALID);
	assert_int_equal(debar_policy_query(debar, "show", NULL, 1, &error), DEBAR_INVALID);
	assert_int_equal(debar_policy_query(debar, "test", NULL, 1, &error), DEBAR_INVALID);
	assert_int_equal(debar_policy_compile(NULL, NULL, 1, &error), DEBAR_INVALID);
	is_told(&error, DEBAR_INVALID);
	/* Without an error to fill, too. */
	assert_int_equal(debar_open(NULL, &none, NULL), DEBAR_INVALID);
	debar_close(debar);
}

static void errors_of_open(void **state)
{
	(void)state;
	char junk[80];
	(void)snprintf(junk, sizeof junk, "%s/junk", folder);
	put_file(junk, "not a pack\n");
	const char *const no_such[] = {"no-such\n\x1b[2Jdirective", NULL};
	const struct {
		const char *pack;
		const char *const *directives;
		enum debar_status status;
	} cases[] = {
		{"/no/such/pack", NULL, DEBAR_NOT_FOUND},
		{junk, NULL, DEBAR_INVALID},
		{folder, NULL, DEBAR_INVALID},
		{BUILD "/policies.pack", no_such, DEBAR_NOT_FOUND},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct debar_options options = usual_options();
		struct debar_error error;
		struct debar *debar = NULL;
		options.pack_path = cases[i].pack;
		options.directives = cases[i].directives;
		assert_int_equal(debar_open(&options, &debar, &error), cases[i].status);
		is_told(&error, cases[i].status);
		assert_null(debar);
	}
}

static void errors_of_reports(void **state)
{
	(void)state;
	struct debar_error error;
	struct debar_options options = usual_options();
	options.case_path = "/no/such/case";
	struct debar *debar = open_with(&options);
	assert_int_equal(debar_report(debar, NULL, "text", 0, 1, &error), DEBAR_NOT_FOUND);
	is_told(&error, DEBAR_NOT_FOUND);
	assert_int_equal(debar_show(debar, NULL, "F-22222222", 1, &error), DEBAR_NOT_FOUND);
	debar_close(debar);
}

static void policies(void **state)
{
	(void)state;
	struct debar_error error;
	struct debar_options options = usual_options();
	struct debar *debar = open_with(&options);
	int fd = memory_file();
	assert_int_equal(debar_policy_query(debar, "list", NULL, fd, &error), DEBAR_OK);
	assert_non_null(strstr(taken(fd), "us-dhs-bod-17-01"));
	fd = memory_file();
	assert_int_equal(
		debar_policy_query(debar, "test", "npm.dependency=@kaspersky/hexa-ui", fd, &error),
		DEBAR_OK);
	assert_non_null(strstr(taken(fd), "kaspersky"));
	assert_int_equal(debar_policy_query(debar, "dance", "a", 1, &error), DEBAR_INVALID);
	assert_int_equal(debar_policy_query(debar, "show", "no-such", 1, &error), DEBAR_NOT_FOUND);
	is_told(&error, DEBAR_NOT_FOUND);
	debar_close(debar);

	const char *const no_policies[] = {clean, NULL};
	fd = memory_file();
	assert_int_not_equal(debar_policy_compile(no_policies, NULL, fd, &error), DEBAR_OK);
	assert_int_equal(close(fd), 0);
}

/* The values of a file, joined; the key `no` is refused. */
static const char *join(void *context, const char *key, const char *value)
{
	char *all = context;
	if (strcmp(key, "no") == 0)
		return "I said no";
	size_t length = strlen(all);
	(void)snprintf(all + length, 200 - length, "%s=%s;", key, value ? value : "(none)");
	return NULL;
}

static void settings(void **state)
{
	(void)state;
	static const struct {
		const char *text, *all;
		uint64_t line; /* 0: fine */
	} cases[] = {
		{"a: 1\nb: [x, 'y z']\nc: []\n", "a=1;b=x;b=y z;c=(none);", 0},
		{"\n# only this\n", "", 0},
		{"{a: 1}", "a=1;", 0},
		{"a: 1\nno: 2\nb: 3\n", "a=1;", 2},
		{"a: [1,\n 2]\nno: [\n2]\n", "a=1;a=2;", 4},
		{"a: {b: c}\n", "", 1},
		{"a: [[b]]\n", "", 1},
		{"a: ''\n", "", 1},
		{"'': a\n", "", 1},
		{"a: \"x\\0y\"\n", "", 1},
		{"a: 1\n\tb: 2\n", "", 2},
		{"- a\n", "", 1},
		{"a: 1\n...\n---\nb: 1\n", "", 3},
		{"a: *b\n", "", 1},
		{"\xff\xfe\n", "", 1},
	};
	char path[80];
	(void)snprintf(path, sizeof path, "%s/junk", folder);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char all[200] = "";
		struct debar_error error = {.where = 0};
		put_file(path, cases[i].text);
		enum debar_status status = debar_settings_read(path, join, all, &error);
		assert_int_equal(status, cases[i].line > 0 ? DEBAR_INVALID : DEBAR_OK);
		assert_string_equal(all, cases[i].all);
		assert_int_equal(error.where, cases[i].line);
		if (cases[i].line > 0)
			is_told(&error, DEBAR_INVALID);
	}
	char all[200] = "";
	struct debar_error error;
	assert_int_equal(debar_settings_read("/no/such/file", join, all, &error), DEBAR_NOT_FOUND);
	assert_int_equal(debar_settings_read(folder, join, all, &error), DEBAR_INVALID);
	is_told(&error, DEBAR_INVALID);
	assert_int_equal(debar_settings_read(NULL, join, all, &error), DEBAR_INVALID);
	assert_int_equal(debar_settings_read(path, NULL, all, &error), DEBAR_INVALID);
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(debar_settings_read(path, join, all, &error), DEBAR_DENIED);
	is_told(&error, DEBAR_DENIED);
	assert_int_equal(chmod(path, 0600), 0);
}

struct seen {
	unsigned facts, gaps;
	bool named;
};

static enum debar_status run(struct debar_scan *scan, struct seen *seen, struct debar_error *error)
{
	const struct debar_event *event = NULL;
	enum debar_status status;
	*seen = (struct seen){0};
	while ((status = debar_scan_next(scan, &event, error)) == DEBAR_OK) {
		seen->gaps += event->kind == DEBAR_EVENT_GAP;
		if (event->kind != DEBAR_EVENT_FACT)
			continue;
		seen->facts++;
		seen->named |= strstr(event->object, "package.json") &&
		               strcmp(event->vendor, "kaspersky") == 0 &&
		               strcmp(event->value, "@kaspersky/hexa-ui") == 0;
	}
	return status;
}

static void scans(void **state)
{
	(void)state;
	struct debar_error error;
	struct debar_options options = usual_options();
	struct debar *debar = open_with(&options);
	struct debar_scan *scan = start(debar, dirty, true);
	struct seen seen;
	assert_int_equal(run(scan, &seen, &error), DEBAR_END);
	assert_true(seen.facts >= 1 && seen.gaps == 0 && seen.named);
	assert_int_equal(run(scan, &seen, &error), DEBAR_END); /* and stays so */
	assert_int_equal(debar_scan_outcome(scan), DEBAR_PRESENT);
	char id[64], finding[16] = "";
	(void)snprintf(id, sizeof id, "%s", debar_scan_id(scan));
	debar_scan_close(scan);

	int fd = memory_file();
	assert_int_equal(debar_report(debar, id, "json", 0, fd, &error), DEBAR_OK);
	const char *json = taken(fd), *found = strstr(json, "\"F-");
	assert_non_null(strstr(json, id));
	assert_non_null(found);
	(void)snprintf(finding, sizeof finding, "%.10s", found + 1);
	fd = memory_file();
	assert_int_equal(debar_show(debar, NULL, finding, fd, &error), DEBAR_OK);
	assert_non_null(strstr(taken(fd), "@kaspersky/hexa-ui"));
	fd = memory_file();
	assert_int_equal(debar_show(debar, id, finding, fd, &error), DEBAR_OK);
	assert_non_null(strstr(taken(fd), "@kaspersky/hexa-ui"));
	assert_int_equal(debar_show(debar, "S-none", finding, 1, &error), DEBAR_NOT_FOUND);
	is_told(&error, DEBAR_NOT_FOUND);

	assert_int_equal(debar_report(debar, id, "haiku", 0, 1, &error), DEBAR_NOT_FOUND);
	is_told(&error, DEBAR_NOT_FOUND);
	assert_int_equal(debar_report(debar, "S-none", "text", 0, 1, &error), DEBAR_NOT_FOUND);
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(debar_report(debar, id, "text", 0, ends[1], &error), DEBAR_IO);
	is_told(&error, DEBAR_IO);
	assert_int_equal(close(ends[1]), 0);

	scan = start(debar, clean, false);
	assert_int_equal(run(scan, &seen, &error), DEBAR_END);
	assert_int_equal(debar_scan_outcome(scan), DEBAR_ABSENT);
	debar_scan_close(scan);
	scan = start(debar, dirty, false);
	assert_int_equal(run(scan, &seen, &error), DEBAR_END);
	assert_int_equal(seen.facts, 0); /* they were not asked for */
	debar_scan_close(scan);
	debar_close(debar);
}

static void streams(void **state)
{
	(void)state;
	struct debar_error error;
	struct debar_options options = usual_options();
	struct debar *debar = open_with(&options);
	struct seen seen;
	assert_int_equal(debar_scan_stream(NULL, 1, 0, &error), DEBAR_INVALID);

	/* Events that were not asked for do not come because of a stream. */
	struct debar_scan *scan = start(debar, dirty, false);
	int fd = memory_file();
	assert_int_equal(debar_scan_stream(scan, -1, 0, &error), DEBAR_IO);
	is_told(&error, DEBAR_IO);
	assert_int_equal(debar_scan_stream(scan, fd, 0, &error), DEBAR_OK);
	assert_int_equal(run(scan, &seen, &error), DEBAR_END);
	assert_int_equal(seen.facts, 0);
	debar_scan_close(scan);
	const char *rows = taken(fd);
	assert_ptr_equal(strstr(rows, "{\"type\":\"start\""), rows);
	const char *evidence = strstr(rows, "\"type\":\"evidence\"");
	const char *verdict = strstr(rows, "\"type\":\"verdict\"");
	assert_true(evidence && verdict && evidence < verdict);
	assert_non_null(strstr(rows, "{\"type\":\"end\",\"complete\":true}\n"));

	/* A scan that is given up, and one that fails, end their streams. */
	scan = start(debar, clean, false);
	fd = memory_file();
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(debar_scan_stream(scan, fd, 0, &error), DEBAR_OK);
	assert_int_equal(debar_scan_stream(scan, fd, 0, &error), DEBAR_INVALID);
	debar_scan_close(scan);
	assert_non_null(strstr(taken(fd), "{\"type\":\"end\",\"complete\":false,\"error\":\""));
	scan = start(debar, clean, false);
	fd = memory_file();
	assert_int_equal(debar_scan_stream(scan, fd, 0, &error), DEBAR_OK);
	debar_scan_cancel(scan);
	assert_int_equal(run(scan, &seen, &error), DEBAR_CANCELLED);
	debar_scan_close(scan);
	assert_non_null(strstr(taken(fd), "\"complete\":false,\"error\":\"interrupted before"));

	/* One whose reader went away fails the scan. */
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	scan = start(debar, clean, false);
	assert_int_equal(debar_scan_stream(scan, ends[1], 0, &error), DEBAR_OK);
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(run(scan, &seen, &error), DEBAR_IO);
	is_told(&error, DEBAR_IO);
	debar_scan_close(scan);
	assert_int_equal(close(ends[1]), 0);
	debar_close(debar);
}

static void cancelled_scan(void **state)
{
	(void)state;
	struct debar_error error;
	struct debar_options options = usual_options();
	struct debar *debar = open_with(&options);
	struct debar_scan *scan = start(debar, clean, false);
	struct seen seen;
	debar_scan_cancel(scan); /* before anything: there is nothing to judge or to keep */
	assert_int_equal(run(scan, &seen, &error), DEBAR_CANCELLED);
	is_told(&error, DEBAR_CANCELLED);
	assert_int_equal(debar_scan_outcome(scan), DEBAR_UNDECIDED);
	debar_scan_close(scan);
	scan = start(debar, dirty, true);
	const struct debar_event *event = NULL;
	assert_int_equal(debar_scan_next(scan, &event, &error), DEBAR_OK);
	debar_scan_cancel(scan);
	assert_int_equal(run(scan, &seen, &error), DEBAR_END);
	assert_int_not_equal(debar_scan_outcome(scan), DEBAR_ABSENT);
	int fd = memory_file();
	assert_int_equal(debar_report(debar, debar_scan_id(scan), "json", 0, fd, &error), DEBAR_OK);
	assert_non_null(strstr(taken(fd), "\"complete\":false"));
	debar_scan_close(scan);
	/* One that is given up in the middle does not stand in the way of the next. */
	debar_scan_close(start(debar, clean, false));
	scan = start(debar, clean, false);
	assert_int_equal(run(scan, &seen, &error), DEBAR_END);
	debar_scan_close(scan);
	debar_close(debar);
}

static void refused_scans(void **state)
{
	(void)state;
	struct debar_error error;
	struct debar_options options = usual_options();
	struct debar *debar = open_with(&options);
	/* It is told before the first target is looked into. */
	const char *const missing[] = {clean, "/no/such/target"};
	struct debar_scan_options usual = {.size = sizeof usual, .jobs = 1};
	struct debar_scan *scan = NULL;
	struct seen seen;
	assert_int_equal(debar_scan_start(debar, missing, 2, &usual, &scan, &error),
	                 DEBAR_NOT_FOUND);
	is_told(&error, DEBAR_NOT_FOUND);
	assert_null(scan);
	debar_close(debar);

	/* A list that names nothing is no clean bill. */
	debar = open_with(&options);
	struct debar_scan_options listed = {
		.size = sizeof listed, .jobs = 1, .files_from = "/dev/null"};
	assert_int_equal(debar_scan_start(debar, NULL, 0, &listed, &scan, &error), DEBAR_OK);
	assert_int_equal(debar_scan_outcome(scan), DEBAR_UNDECIDED);
	assert_int_equal(run(scan, &seen, &error), DEBAR_INVALID);
	is_told(&error, DEBAR_INVALID);
	assert_int_equal(debar_scan_outcome(scan), DEBAR_UNDECIDED);
	debar_scan_close(scan);
	debar_close(debar);

	/* What is accepted stands in the report, all of it. */
	debar = open_with(&options);
	const char *patterns[66] = {NULL};
	for (size_t i = 0; i < COUNT_OF(patterns) - 1; i++)
		patterns[i] = "*";
	const char *path = clean;
	struct debar_scan_options accepting = {
		.size = sizeof accepting, .jobs = 1, .accept_patterns = patterns};
	struct debar_scan *none = NULL;
	assert_int_equal(debar_scan_start(debar, &path, 1, &accepting, &none, &error),
	                 DEBAR_INVALID);
	is_told(&error, DEBAR_INVALID);
	patterns[64] = NULL;
	assert_int_equal(debar_scan_start(debar, &path, 1, &accepting, &scan, &error), DEBAR_OK);
	assert_int_equal(run(scan, &seen, &error), DEBAR_END);
	debar_scan_close(scan);
	debar_close(debar);
}

static void two_on_one_case(void **state)
{
	(void)state;
	struct debar_error error;
	struct debar_options options = usual_options();
	struct seen seen;
	options.case_path = case_file;
	struct debar *debar = open_with(&options);
	struct debar *other = open_with(&options);
	struct debar_scan_options how = {.size = sizeof how, .jobs = 1};
	const char *target = clean;
	struct debar_scan *scan = start(debar, clean, false);
	struct debar_scan *refused = NULL;
	assert_int_equal(debar_scan_start(other, &target, 1, &how, &refused, &error), DEBAR_BUSY);
	is_told(&error, DEBAR_BUSY);
	assert_null(refused);
	assert_int_equal(run(scan, &seen, &error), DEBAR_END);
	debar_scan_close(scan);
	debar_close(other);
	debar_close(debar);
}

static void broken_worker(void **state)
{
	(void)state;
	struct debar_error error;
	struct debar_options options = usual_options();
	struct seen seen;
	options.worker_path = "/bin/false";
	struct debar *debar = open_with(&options);
	struct debar_scan *scan = start(debar, clean, false);
	assert_int_equal(run(scan, &seen, &error), DEBAR_IO);
	is_told(&error, DEBAR_IO);
	debar_scan_close(scan);
	debar_close(debar);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(closers),
		cmocka_unit_test(sizes_of_options),
		cmocka_unit_test(missing_arguments),
		cmocka_unit_test(errors_of_open),
		cmocka_unit_test(errors_of_reports),
		cmocka_unit_test(policies),
		cmocka_unit_test(settings),
		cmocka_unit_test(scans),
		cmocka_unit_test(streams),
		cmocka_unit_test(cancelled_scan),
		cmocka_unit_test(refused_scans),
		cmocka_unit_test(two_on_one_case),
		cmocka_unit_test(broken_worker),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
