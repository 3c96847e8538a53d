/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failures one by one: a scan is stored, read back and reported in every format, and the first,
 * second, third … call of one kind fails. Each run must end in an error, or in the very reports of
 * a run without failure (SQLite gets over some). Afterwards the case must open again.
 */
#include "report/report.h"
#include "torture/inject.h"
#include "unit/sample_scan.h"
#include "unit/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[64], reports[128], expected[128];

static int prepare(void **state)
{
	(void)state;
	if (!inject_prepare())
		return -1;
	(void)snprintf(path, sizeof path, "/tmp/debar-torture-%ld.db", (long)getpid());
	(void)snprintf(reports, sizeof reports, "%s-reports", path);
	(void)snprintf(expected, sizeof expected, "%s-expected", path);
	return 0;
}

static int remove_files(void **state)
{
	(void)state;
	char journal[128];
	(void)snprintf(journal, sizeof journal, "%s-journal", path);
	(void)unlink(journal);
	(void)unlink(path);
	(void)unlink(reports);
	(void)unlink(expected);
	return 0;
}

static enum debar_status write_case(struct debar_error *error)
{
	struct store *store = NULL;
	enum debar_status status = store_open(path, true, &store, error);
	if (status == DEBAR_OK)
		status = sample_write(store, false, true, error);
	store_close(store);
	return status;
}

static enum debar_status write_reports(int fd, struct debar_error *error)
{
	struct store *store = NULL;
	struct result_source result = {0};
	unsigned flags = DEBAR_REPORT_MENTIONS | DEBAR_REPORT_FACTS;
	struct store_choice choice = {0};
	enum debar_status status = store_open(path, false, &store, error);
	if (status == DEBAR_OK)
		status = store_find_finding(store, NULL, "F-AAAAAAAA", &result, &choice, error);
	if (status == DEBAR_OK)
		status = report_finding(&result, choice.target, choice.id, NULL, fd, error);
	store_result_close(&result);
	if (status == DEBAR_OK)
		status = store_result(store, NULL, &result, error);
	for (size_t i = 0; status == DEBAR_OK && report_format_name(i); i++)
		status = report_write(report_format_name(i), &result, flags, fd, error);
	store_result_close(&result);
	store_close(store);
	return status;
}

static enum debar_status run(const char *to)
{
	struct debar_error error = {0};
	(void)unlink(path);
	int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	enum debar_status status = write_case(&error);
	if (status == DEBAR_OK)
		status = write_reports(fd, &error);
	assert_int_equal(close(fd), 0);
	if (status != DEBAR_OK) { /* an error says what it is */
		assert_int_equal(error.status, status);
		assert_true(error.message[0] != '\0');
	}
	return status;
}

static size_t load(const char *from, char *data, size_t room)
{
	FILE *file = fopen(from, "rb");
	assert_non_null(file);
	size_t size = fread(data, 1, room, file);
	assert_int_equal(fclose(file), 0);
	assert_true(size < room);
	return size;
}

static void check_reports(void)
{
	static char got[128 * 1024], wanted[128 * 1024];
	size_t size = load(reports, got, sizeof got);
	assert_int_equal(size, load(expected, wanted, sizeof wanted));
	assert_memory_equal(got, wanted, size);
}

/* Whatever happened, the file is a case, or one that was never made. */
static void check_case(void)
{
	struct store *store = NULL;
	struct stat st;
	struct debar_error error = {0};
	enum debar_status status = store_open(path, false, &store, &error);
	if (status != DEBAR_OK && status != DEBAR_NOT_FOUND)
		fail_msg("the case is broken: %s", error.message);
	if (status == DEBAR_NOT_FOUND && stat(path, &st) == 0)
		assert_int_equal(st.st_size, 0);
	store_close(store);
}

/* With `every` 1 each later call fails, too: a disk stays full. */
static void torture(enum inject_kind kind, uint64_t every, size_t least)
{
	size_t failures = 0;
	bool failed = true;
	for (uint64_t n = 1; failed; n += 1 + n / 128) {
		long blocks = inject_blocks();
		inject_start(kind, n, every);
		enum debar_status status = run(reports);
		failed = inject_stop();
		assert_int_equal(inject_blocks(), blocks);
		if (status == DEBAR_OK)
			check_reports();
		check_case();
		failures += status != DEBAR_OK;
	}
	if (failures < least)
		fail_msg("only %zu runs failed: is anything caught?", failures);
}

static void a_run_without_failure_succeeds(void **state)
{
	(void)state;
	assert_int_equal(run(expected), DEBAR_OK);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	torture(INJECT_MEMORY, 0, 10);
}

static void every_write_of_a_report_may_fail(void **state)
{
	(void)state;
	torture(INJECT_WRITE, 0, 10);
}

static void every_allocation_of_sqlite_may_fail(void **state)
{
	(void)state;
	torture(INJECT_SQLITE_MEMORY, 0, 100);
}

static void the_disk_may_fill_at_every_write(void **state)
{
	(void)state;
	torture(INJECT_SQLITE_WRITE, 1, 10);
}

static void every_truncation_may_fail(void **state)
{
	(void)state;
	torture(INJECT_SQLITE_TRUNCATE, 0, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_without_failure_succeeds),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(every_write_of_a_report_may_fail),
		cmocka_unit_test(every_allocation_of_sqlite_may_fail),
		cmocka_unit_test(the_disk_may_fill_at_every_write),
		cmocka_unit_test(every_truncation_may_fail),
	};
	return cmocka_run_group_tests(tests, prepare, remove_files);
}
