/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failures one by one, for the whole of a scan: targets of every kind are looked at by real
 * workers, and the first, second, third … call of one kind that the host makes fails. Each run must
 * end in an error that says what it is, or in the very report of a run without failure, or in one
 * that has more gaps: what is dirty never looks clean. Afterwards nothing is left behind (memory,
 * descriptors, processes), and the case still has the scan that was in it before.
 */
#define _GNU_SOURCE
#include "report/report.h"
#include "store/store.h"
#include "torture/inject.h"
#include "unit/test.h"

#include <debar.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SMALL_FILES = 80, /* more than one batch */
	TARGETS = 6,
	DIRECTIVES_MOST = 8,
	REPORT_MOST = 512 * 1024,
	GAPS_MOST = 64 * 1024,
	RUN_SECONDS = 60, /* one that takes longer hangs */
};

/* What a target came to, as far as a failure may change it. */
struct outcome {
	enum verdict verdicts[DIRECTIVES_MOST];
	size_t verdict_count;
	uint64_t findings, mentions, open, remembered;
	char gaps[GAPS_MOST]; /* lines "object: reason (bytes)" */
};

struct result {
	bool complete;
	char id[24];
	struct outcome targets[TARGETS];
	size_t target_count;
	size_t report_size;
	char report[REPORT_MOST];
};

static const char *worker_path, *pack_path;
static char folder[64], case_path[128], before_path[128], list_path[128], stdin_path[128];
static char paths[3][128];
static char first_id[24];
static struct result first, expected, got;
static bool half_an_event;
static struct debar_scan *running; /* to be interrupted */
static char cache_path[128], full_cache_path[128];
static const char *cache_from; /* what a run begins with: "", none; NULL: what is there */
static bool use_cache;
static enum debar_outcome ended_as;

static const char npm[] = "{\"name\": \"@kaspersky/hexa-ui\", \"version\": \"6.198.2\"}\n";

static void put_file(const char *name, const void *data, size_t size)
{
	char path[256];
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void put_text(const char *name, const char *text)
{
	put_file(name, text, strlen(text));
}

static void put_folder(const char *name)
{
	char path[256];
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

/* One member; see tar(5). */
static void put_tar(const char *name, const char *member, const char *text)
{
	static char tar[4 * 512];
	memset(tar, 0, sizeof tar);
	(void)snprintf(tar, 100, "%s", member);
	(void)snprintf(tar + 100, 8, "%07o", 0644U);
	(void)snprintf(tar + 108, 8, "%07o", 0U);
	(void)snprintf(tar + 116, 8, "%07o", 0U);
	(void)snprintf(tar + 124, 12, "%011o", (unsigned)strlen(text));
	(void)snprintf(tar + 136, 12, "%011o", 0U);
	memset(tar + 148, ' ', 8);
	tar[156] = '0';
	memcpy(tar + 257,
	       "ustar\0"
	       "00",
	       8);
	unsigned sum = 0;
	for (size_t i = 0; i < 512; i++)
		sum += (unsigned char)tar[i];
	(void)snprintf(tar + 148, 8, "%06o", sum);
	memcpy(tar + 512, text, strlen(text));
	put_file(name, tar, sizeof tar);
}

/* A zip with one encrypted member of twelve bytes; APPNOTE 4.3. */
static void put_locked_zip(const char *name)
{
	static const unsigned char zip[] =
		"PK\3\4\12\0\1\0\0\0\0\0\0\0\1\2\3\4\30\0\0\0\14\0\0\0\1\0\0\0x"
		"abcdefghijklmnopqrstuvwx"
		"PK\1\2\12\0\12\0\1\0\0\0\0\0\0\0\1\2\3\4\30\0\0\0\14\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0"
		"\0\0\0\0\0\0x"
		"PK\5\6\0\0\0\0\1\0\1\0\57\0\0\0\67\0\0\0\0";
	put_file(name, zip, sizeof zip);
}

static void make_targets(void)
{
	char name[64], link[256];
	put_folder("tree");
	put_folder("tree/kaspersky");
	put_folder("tree/inner");
	put_text("tree/inner/package.json", npm);
	put_tar("tree/inner/archive.tar", "package.json", npm);
	put_locked_zip("tree/locked.zip");
	put_text("tree/unreadable", "content\n");
	put_text("tree/left.skip", "content\n");
	for (unsigned i = 0; i < SMALL_FILES; i++) {
		(void)snprintf(name, sizeof name, "tree/inner/%02u.txt", i);
		put_text(name, "content\n");
	}
	(void)snprintf(link, sizeof link, "%s/tree/link", folder);
	assert_int_equal(symlink("/opt/kaspersky/kesl", link), 0);
	put_text("package.json", npm);
	put_text("clean.txt", "content\n");
	put_folder("linked");
	(void)snprintf(link, sizeof link, "%s/linked/link", folder);
	assert_int_equal(symlink("/opt/kaspersky/kesl", link), 0);
	(void)snprintf(stdin_path, sizeof stdin_path, "%s/tree/inner/archive.tar", folder);
}

/* One target comes by a list, one by standard input. */
static void make_list(void)
{
	char text[256];
	(void)snprintf(text, sizeof text, "%s/linked", folder);
	size_t length = strlen(text) + 1;
	(void)snprintf(list_path, sizeof list_path, "%s/list", folder);
	put_file("list", text, length);
}

static void copy_file(const char *from, const char *to)
{
	static char room[1 << 20];
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	assert_true(in && out);
	size_t size = fread(room, 1, sizeof room, in);
	assert_true(size < sizeof room);
	assert_int_equal(fwrite(room, 1, size, out), size);
	assert_int_equal(fclose(in), 0);
	assert_int_equal(fclose(out), 0);
}

/* What an event points to is there to be read. */
static void check_event(const struct debar_event *event)
{
	if (event->kind == DEBAR_EVENT_FACT && !(event->object && event->fact && event->value &&
	                                         event->mark && event->vendor && event->nexus))
		half_an_event = true;
	if (event->kind == DEBAR_EVENT_GAP &&
	    !(event->object && event->reason && event->byte_class))
		half_an_event = true;
}

static enum debar_status scan_all(bool reproducible, struct debar_error *error)
{
	static const char *const excludes[] = {"*.skip", NULL}, *const accepted[] = {"*/no", NULL};
	const struct debar_options options = {.size = sizeof options,
	                                      .case_path = case_path,
	                                      .worker_path = worker_path,
	                                      .pack_path = pack_path};
	const struct debar_scan_options how = {.size = sizeof how,
	                                       .jobs = 1,
	                                       .reproducible = reproducible,
	                                       .stream_events = 1,
	                                       .excludes = excludes,
	                                       .accept_patterns = accepted,
	                                       .files_from = list_path,
	                                       .use_cache = use_cache,
	                                       .cache_path = cache_path,
	                                       .share_bytes = 700, /* two for the tar */
	                                       .has_share = 1};
	const char *const targets[] = {paths[0], paths[1], paths[2], "-"};
	struct debar *debar = NULL;
	struct debar_scan *scan = NULL;
	const struct debar_event *event = NULL;
	enum debar_status status = debar_open(&options, &debar, error);
	if (status == DEBAR_OK)
		status = debar_scan_start(debar, targets, COUNT_OF(targets), &how, &scan, error);
	running = scan;
	while (status == DEBAR_OK) {
		status = debar_scan_next(scan, &event, error);
		if (status == DEBAR_OK)
			check_event(event);
	}
	running = NULL;
	if (status == DEBAR_END)
		ended_as = debar_scan_outcome(scan);
	debar_scan_close(scan);
	debar_close(debar);
	return status;
}

static void take_targets(const struct scan_summary *summary, struct result *out)
{
	out->complete = summary->complete;
	(void)snprintf(out->id, sizeof out->id, "%.*s", (int)summary->id.len,
	               (const char *)summary->id.ptr);
	assert_true(summary->target_count <= TARGETS);
	out->target_count = summary->target_count;
	for (size_t i = 0; i < summary->target_count; i++) {
		const struct target_result *target = &summary->targets[i];
		struct outcome *outcome = &out->targets[i];
		assert_true(target->verdict_count <= DIRECTIVES_MOST);
		outcome->verdict_count = target->verdict_count;
		for (size_t j = 0; j < target->verdict_count; j++)
			outcome->verdicts[j] = target->verdicts[j].verdict;
		outcome->findings = target->finding_count;
		outcome->mentions = target->mention_count;
		outcome->open = target->gaps_open;
		outcome->remembered = target->remembered;
	}
}

static bool add_gap(void *context, const struct gap *gap)
{
	char *lines = context;
	size_t length = strlen(lines);
	int added =
		snprintf(lines + length, GAPS_MOST - length, "%.*s: %.*s (%llu)\n",
	                 (int)gap->object.len, (const char *)gap->object.ptr, (int)gap->reason.len,
	                 (const char *)gap->reason.ptr, (unsigned long long)gap->bytes);
	assert_true(added > 0 && (size_t)added < GAPS_MOST - length);
	return true;
}

static void take_gaps(const struct result_source *source, struct result *out)
{
	for (size_t i = 0; i < out->target_count; i++) {
		out->targets[i].gaps[0] = '\0';
		assert_true(source->gaps(source->self, i, 0, add_gap, out->targets[i].gaps));
	}
}

/* The scan of that id (NULL: the newest) as it lies in the case. */
static void load_result(const char *id, struct result *out)
{
	struct debar_error error = {0};
	struct store *store = NULL;
	struct result_source source = {0};
	if (store_open(case_path, false, &store, &error) != DEBAR_OK ||
	    store_result(store, id, &source, &error) != DEBAR_OK)
		fail_msg("the case is broken: %s", error.message);
	take_targets(source.summary, out);
	take_gaps(&source, out);
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_int_equal(report_write("json", &source, DEBAR_REPORT_MENTIONS, fileno(file), &error),
	                 DEBAR_OK);
	rewind(file);
	out->report_size = fread(out->report, 1, REPORT_MOST, file);
	assert_int_equal(fclose(file), 0);
	assert_true(out->report_size < REPORT_MOST);
	store_result_close(&source);
	store_close(store);
}

static bool same_report(const struct result *a, const struct result *b)
{
	return a->report_size == b->report_size &&
	       memcmp(a->report, b->report, a->report_size) == 0;
}

static bool has_new_gap(const struct outcome *now, const struct outcome *then)
{
	char line[1024];
	for (const char *at = now->gaps, *end; (end = strchr(at, '\n')); at = end + 1) {
		(void)snprintf(line, sizeof line, "%.*s\n", (int)(end - at), at);
		if (!strstr(then->gaps, line))
			return true;
	}
	return false;
}

/* A target that was disturbed may have lost findings to gaps, and says so. True if it was. */
static bool check_target(size_t index, const struct outcome *now, const struct outcome *then)
{
	bool disturbed = has_new_gap(now, then);
	assert_int_equal(now->verdict_count, then->verdict_count);
	if (disturbed && now->open == 0)
		fail_msg("target %zu: its new gap is not open", index);
	if (!disturbed && (now->findings < then->findings || now->mentions < then->mentions))
		fail_msg("target %zu lost a finding, and no gap tells", index);
	if (!disturbed && strcmp(now->gaps, then->gaps) != 0)
		fail_msg("target %zu lost a gap, and no gap tells", index);
	for (size_t i = 0; i < now->verdict_count; i++) {
		if (now->verdicts[i] == VERDICT_ABSENT && then->verdicts[i] != VERDICT_ABSENT)
			fail_msg("target %zu became clean", index);
		if (now->verdicts[i] != then->verdicts[i] && !disturbed)
			fail_msg("target %zu: another verdict, and no gap tells why", index);
	}
	return disturbed;
}

static void check_result(void)
{
	bool disturbed = false;
	if (same_report(&got, &expected))
		return;
	assert_int_equal(got.target_count, expected.target_count);
	for (size_t i = 0; i < got.target_count; i++)
		disturbed |= check_target(i, &got.targets[i], &expected.targets[i]);
	if (!disturbed && !use_cache) /* of which more or less may be used */
		fail_msg("another report, and no gap tells why:\n%s", got.report);
}

/* What was interrupted says so, and is absent nowhere. */
static void check_incomplete(void)
{
	for (size_t i = 0; i < got.target_count; i++)
		for (size_t j = 0; j < got.targets[i].verdict_count; j++)
			if (got.targets[i].verdicts[j] == VERDICT_ABSENT)
				fail_msg("target %zu is absent, and the scan incomplete", i);
	if (ended_as == DEBAR_ABSENT)
		fail_msg("an incomplete scan that ends as absent");
}

static size_t descriptor_count(void)
{
	size_t count = 0;
	DIR *open_now = opendir("/proc/self/fd");
	assert_non_null(open_now);
	while (readdir(open_now))
		count++;
	assert_int_equal(closedir(open_now), 0);
	return count;
}

static void begin_again(void)
{
	char journal[160];
	(void)snprintf(journal, sizeof journal, "%s-journal", case_path);
	(void)unlink(journal);
	copy_file(before_path, case_path);
	if (use_cache && cache_from) {
		(void)unlink(cache_path);
		if (cache_from[0])
			copy_file(cache_from, cache_path);
		(void)chmod(cache_path, 0600);
	}
	int input = open(stdin_path, O_RDONLY | O_CLOEXEC);
	assert_true(input >= 0);
	assert_int_equal(dup2(input, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(close(input), 0);
}

/* Which calls fail in a run. */
struct plan {
	enum inject_kind kind;
	uint64_t nth, every;
	enum inject_kind then; /* INJECT_NOTHING: no other */
	uint64_t then_nth;
};

/* One scan. True when the last call planned to fail did. */
static bool run(const struct plan *plan, enum debar_status *status)
{
	struct debar_error error = {0};
	begin_again();
	size_t descriptors = descriptor_count();
	long blocks = inject_blocks();
	(void)alarm(RUN_SECONDS);
	inject_start(plan->kind, plan->nth, plan->every);
	inject_then(plan->then, plan->then_nth);
	*status = scan_all(true, &error);
	bool failed = inject_stop();
	(void)alarm(0);
	assert_false(half_an_event);
	if (inject_blocks() != blocks)
		fail_msg("%ld blocks of memory are lost", inject_blocks() - blocks);
	if (descriptor_count() != descriptors)
		fail_msg("%zu descriptors became %zu", descriptors, descriptor_count());
	if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
		fail_msg("a process is left");
	if (*status != DEBAR_END) {
		assert_int_equal(error.status, *status);
		if (error.message[0] == '\0' || strchr(error.message, '\n') ||
		    strstr(error.message, "Success"))
			fail_msg("not a clear line: \"%s\"", error.message);
	}
	load_result(first_id, &got);
	if (!same_report(&got, &first))
		fail_msg("the scan before is not what it was");
	load_result(NULL, &got);
	if (*status == DEBAR_END && !got.complete)
		check_incomplete();
	else if (*status == DEBAR_END || (got.complete && strcmp(got.id, first_id) != 0))
		check_result();
	return failed;
}

/* At least `least` calls must be caught. After the first ones, `close` by `close`, steps grow. */
static void torture(enum inject_kind kind, uint64_t every, uint64_t close, size_t least)
{
	size_t errors = 0, disturbed = 0, runs = 0;
	enum debar_status status;
	struct plan plan = {.kind = kind, .nth = 1, .every = every};
	for (; run(&plan, &status); plan.nth += 1 + plan.nth / close) {
		runs++;
		errors += status != DEBAR_END;
		disturbed += status == DEBAR_END && !same_report(&got, &expected);
	}
	assert_int_equal(status, DEBAR_END);
	if (!same_report(&got, &expected))
		fail_msg("a run without failure came out differently");
	print_message("           %zu of %llu calls failed: %zu errors, %zu with other gaps\n",
	              runs, (unsigned long long)plan.nth - 1, errors, disturbed);
	if (runs < least)
		fail_msg("only %zu calls failed: is anything caught?", runs);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	torture(INJECT_MEMORY, 0, 1000, 100);
	torture(INJECT_MEMORY, 1, 8, 10);
	torture(INJECT_MEMORY, 3, 8, 10);
}

static void every_file_may_fail_to_open(void **state)
{
	(void)state;
	torture(INJECT_OPEN, 0, 50, 20);
	torture(INJECT_OPEN, 1, 8, 10);
}

static void every_folder_may_fail_to_be_listed(void **state)
{
	(void)state;
	torture(INJECT_LIST, 0, 50, 4);
}

static void every_question_about_a_file_may_fail(void **state)
{
	(void)state;
	torture(INJECT_STAT, 0, 50, 20);
	torture(INJECT_STAT, 1, 8, 5);
}

static void types_may_be_hidden(void **state)
{
	(void)state;
	inject_hide_types(true);
	torture(INJECT_STAT, 0, 20, 20);
	inject_hide_types(false);
}

static void every_link_may_be_unreadable(void **state)
{
	(void)state;
	torture(INJECT_LINK, 0, 50, 2);
}

static void every_read_and_write_may_fail(void **state)
{
	(void)state;
	torture(INJECT_READ, 0, 50, 2);
	torture(INJECT_WRITE, 0, 50, 1);
	torture(INJECT_SIZE, 0, 50, 1);
	torture(INJECT_MAP, 0, 50, 2);
}

static void every_message_may_be_lost(void **state)
{
	(void)state;
	torture(INJECT_SOCKET, 0, 50, 1);
	torture(INJECT_SEND, 0, 50, 2);
	torture(INJECT_SEND, 1, 50, 2);
	torture(INJECT_RECEIVE, 0, 50, 2);
	torture(INJECT_RECEIVE, 2, 50, 2);
	torture(INJECT_POLL, 0, 50, 2);
}

static void memory_may_fail_when_a_worker_was_lost(void **state)
{
	(void)state;
	static const enum inject_kind losses[] = {INJECT_SEND, INJECT_RECEIVE};
	enum debar_status status;
	size_t runs = 0;
	for (size_t i = 0; i < COUNT_OF(losses); i++) {
		struct plan plan = {.kind = losses[i], .nth = 2, .then = INJECT_MEMORY};
		for (; plan.nth <= 6; plan.nth++)
			for (plan.then_nth = 1; plan.then_nth <= 8; plan.then_nth++)
				runs += run(&plan, &status);
	}
	assert_true(runs >= 20);
}

static void every_worker_may_fail_to_start(void **state)
{
	(void)state;
	torture(INJECT_FORK, 0, 50, 1);
	torture(INJECT_CHILD, 0, 50, 1);
	torture(INJECT_CHILD, 1, 50, 1);
}

static void every_allocation_of_sqlite_may_fail(void **state)
{
	(void)state;
	torture(INJECT_SQLITE_MEMORY, 0, 8, 20);
}

static void the_disk_may_fill_at_every_write(void **state)
{
	(void)state;
	torture(INJECT_SQLITE_WRITE, 1, 50, 10);
	torture(INJECT_SQLITE_TRUNCATE, 0, 50, 1);
}

static void interrupt_it(void)
{
	debar_scan_cancel(running);
}

/* It comes with one call or the other, up to the last of the scan. */
static void it_may_be_interrupted_at_every_call(void **state)
{
	(void)state;
	static const enum inject_kind kinds[] = {INJECT_STAT, INJECT_READ,          INJECT_POLL,
	                                         INJECT_OPEN, INJECT_SQLITE_MEMORY, INJECT_MEMORY};
	size_t ends[2] = {0};
	inject_instead(interrupt_it);
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		enum debar_status status;
		struct plan plan = {.kind = kinds[i], .nth = 1};
		for (; run(&plan, &status); plan.nth += 1 + plan.nth / 6) {
			if (status != DEBAR_END && status != DEBAR_CANCELLED)
				fail_msg("an interruption is no error");
			ends[status == DEBAR_END && got.complete]++;
		}
	}
	inject_instead(NULL);
	print_message("           %zu interrupted in time, %zu too late\n", ends[0], ends[1]);
	assert_true(ends[0] > 20 && ends[1] > 0);
}

static uint64_t remembered(void)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < got.target_count; i++)
		sum += got.targets[i].remembered;
	return sum;
}

/* Of a cache that is written beside the old one; names that end otherwise are left over. */
static size_t left_over(void)
{
	size_t count = 0;
	DIR *here = opendir(folder);
	assert_non_null(here);
	for (const struct dirent *entry; (entry = readdir(here));)
		count += strncmp(entry->d_name, "cache.", strlen("cache.")) == 0;
	assert_int_equal(closedir(here), 0);
	return count;
}

/* Without a cache, which is then written, and with one. Whatever fails, the next scan with what is
 * left says what a scan without a cache says. */
static void torture_cache(enum inject_kind kind, const char *from)
{
	static const struct plan nothing = {.kind = INJECT_NOTHING};
	enum debar_status status;
	struct plan plan = {.kind = kind, .nth = 1};
	bool failed = true;
	for (; failed; plan.nth += 1 + plan.nth / 5) {
		cache_from = from;
		failed = run(&plan, &status);
		assert_int_equal(left_over(), 0);
		cache_from = NULL;
		(void)run(&nothing, &status);
		assert_int_equal(status, DEBAR_END);
		for (size_t i = 0; i < got.target_count; i++)
			if (check_target(i, &got.targets[i], &expected.targets[i]))
				fail_msg("target %zu has other gaps", i);
	}
	print_message("           %llu calls\n", (unsigned long long)plan.nth);
}

/* False when the files lie where no cache is trusted. */
static bool fill_cache(void)
{
	static const struct plan nothing = {.kind = INJECT_NOTHING};
	enum debar_status status;
	(void)sleep(3); /* what has just changed is not kept */
	cache_from = "";
	(void)run(&nothing, &status);
	assert_int_equal(status, DEBAR_END);
	assert_int_equal(remembered(), 0);
	if (access(cache_path, R_OK) != 0)
		return false;
	copy_file(cache_path, full_cache_path);
	cache_from = NULL;
	(void)run(&nothing, &status);
	assert_true(remembered() > SMALL_FILES);
	return true;
}

static void a_cache_may_fail_at_every_call(void **state)
{
	(void)state;
	static const enum inject_kind kinds[] = {INJECT_MEMORY, INJECT_OPEN, INJECT_STAT,
	                                         INJECT_READ, INJECT_WRITE};
	use_cache = true;
	bool trusted = fill_cache();
	for (size_t i = 0; trusted && i < COUNT_OF(kinds); i++) {
		torture_cache(kinds[i], "");
		torture_cache(kinds[i], full_cache_path);
	}
	use_cache = false;
	if (!trusted)
		skip();
}

static int prepare(void **state)
{
	(void)state;
	const char *build = getenv("BUILD");
	static char worker[512], pack[512];
	if (!build || !inject_prepare())
		return -1;
	(void)snprintf(worker, sizeof worker, "%s/debar-worker", build);
	(void)snprintf(pack, sizeof pack, "%s/policies.pack", build);
	worker_path = worker;
	pack_path = pack;
	(void)snprintf(folder, sizeof folder, "/tmp/debar-torture-XXXXXX");
	assert_non_null(mkdtemp(folder));
	(void)snprintf(case_path, sizeof case_path, "%s/case.db", folder);
	(void)snprintf(before_path, sizeof before_path, "%s/before.db", folder);
	(void)snprintf(cache_path, sizeof cache_path, "%s/cache", folder);
	(void)snprintf(full_cache_path, sizeof full_cache_path, "%s/full", folder);
	(void)snprintf(paths[0], sizeof paths[0], "%s/tree", folder);
	(void)snprintf(paths[1], sizeof paths[1], "%s/package.json", folder);
	(void)snprintf(paths[2], sizeof paths[2], "%s/clean.txt", folder);
	make_targets();
	make_list();
	inject_forbid("unreadable");
	put_text("before.db", "");
	struct debar_error error = {0};
	begin_again();
	if (scan_all(false, &error) != DEBAR_END)
		fail_msg("the first scan: %s", error.message);
	load_result(NULL, &first);
	(void)snprintf(first_id, sizeof first_id, "%s", first.id);
	copy_file(case_path, before_path);
	begin_again();
	if (scan_all(true, &error) != DEBAR_END)
		fail_msg("the expected scan: %s", error.message);
	load_result(NULL, &expected);
	return 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st, (void)type, (void)where;
	return remove(path);
}

static int remove_all(void **state)
{
	(void)state;
	return nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* What the other tests rest on. */
static void the_targets_are_what_they_should_be(void **state)
{
	(void)state;
	assert_int_equal(expected.target_count, 5);
	for (size_t i = 0; i < expected.target_count; i++)
		assert_true(expected.targets[i].verdict_count > 0);
	assert_true(expected.targets[0].findings >= 2);
	assert_int_equal(expected.targets[0].open, 2);
	assert_true(expected.targets[1].findings >= 1);
	assert_int_equal(expected.targets[2].verdicts[0], VERDICT_ABSENT);
	assert_true(expected.targets[3].findings >= 1);
	assert_true(expected.targets[4].findings >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_targets_are_what_they_should_be),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(every_file_may_fail_to_open),
		cmocka_unit_test(every_folder_may_fail_to_be_listed),
		cmocka_unit_test(every_question_about_a_file_may_fail),
		cmocka_unit_test(types_may_be_hidden),
		cmocka_unit_test(every_link_may_be_unreadable),
		cmocka_unit_test(every_read_and_write_may_fail),
		cmocka_unit_test(every_message_may_be_lost),
		cmocka_unit_test(memory_may_fail_when_a_worker_was_lost),
		cmocka_unit_test(every_worker_may_fail_to_start),
		cmocka_unit_test(every_allocation_of_sqlite_may_fail),
		cmocka_unit_test(the_disk_may_fill_at_every_write),
		cmocka_unit_test(it_may_be_interrupted_at_every_call),
		cmocka_unit_test(a_cache_may_fail_at_every_call),
	};
	return cmocka_run_group_tests(tests, prepare, remove_all);
}
