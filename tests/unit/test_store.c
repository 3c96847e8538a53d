/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sample_scan.h"
#include "unit/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];

static const char *case_path(const char *name)
{
	static char path[128];
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static struct store *open_case(const char *path, bool for_writing)
{
	struct store *store = NULL;
	struct debar_error error = {0};
	enum debar_status status = store_open(path, for_writing, &store, &error);
	if (status != DEBAR_OK)
		print_error("%s\n", error.message);
	assert_int_equal(status, DEBAR_OK);
	return store;
}

static struct store *written_case(const char *path, bool reverse)
{
	struct debar_error error = {0};
	struct store *store = open_case(path, true);
	enum debar_status status = sample_write(store, reverse, true, &error);
	if (status != DEBAR_OK)
		print_error("%s\n", error.message);
	assert_int_equal(status, DEBAR_OK);
	return store;
}

static void assert_bytes(struct bytes got, struct bytes expected)
{
	assert_int_equal(got.len, expected.len);
	if (got.len > 0)
		assert_memory_equal(got.ptr, expected.ptr, got.len);
}

struct seen {
	size_t rows;
	uint64_t sizes[16];
	char names[16][80];
	uint64_t offsets[16];
};

static bool see_fact(void *context, const struct evidence *fact)
{
	struct seen *seen = context;
	assert_true(seen->rows < COUNT_OF(seen->names));
	(void)snprintf(seen->names[seen->rows], sizeof seen->names[0], "%.*s",
	               (int)fact->object.len, (const char *)fact->object.ptr);
	seen->offsets[seen->rows++] = fact->span.offset;
	return true;
}

static bool see_gap(void *context, const struct gap *gap)
{
	struct seen *seen = context;
	assert_true(seen->rows < COUNT_OF(seen->names));
	seen->sizes[seen->rows] = gap->bytes;
	(void)snprintf(seen->names[seen->rows++], sizeof seen->names[0], "%.*s",
	               (int)gap->object.len, (const char *)gap->object.ptr);
	return true;
}

static bool see_finding(void *context, const struct finding *finding)
{
	struct seen *seen = context;
	assert_true(seen->rows < COUNT_OF(seen->names));
	(void)snprintf(seen->names[seen->rows++], sizeof seen->names[0], "%.*s",
	               (int)finding->id.len, (const char *)finding->id.ptr);
	return true;
}

static bool stop_at_once(void *context, const struct evidence *fact)
{
	(void)context, (void)fact;
	return false;
}

static void a_new_case_is_private_and_its_folders_are_made(void **state)
{
	(void)state;
	char path[128];
	struct stat st;
	(void)snprintf(path, sizeof path, "%s/new/deep/case.db", folder);
	store_close(open_case(path, true));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	(void)snprintf(path, sizeof path, "%s/new/deep", folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void facts_come_sorted_and_once(void **state)
{
	(void)state;
	for (int reverse = 0; reverse < 2; reverse++) {
		struct debar_error error;
		struct store *store = open_case(":memory:", true);
		assert_int_equal(sample_write(store, reverse, false, &error), DEBAR_OK);
		assert_int_equal(store_add_fact(store, 0, &sample_facts[7], &error), DEBAR_OK);
		struct seen seen = {0};
		assert_int_equal(store_facts(store, 0, see_fact, &seen, &error), DEBAR_OK);
		assert_int_equal(seen.rows, SAMPLE_FACTS);
		assert_string_equal(seen.names[0], "+1.txt");
		assert_int_equal(seen.offsets[1], 12);
		assert_true(seen.offsets[2] == UINT64_MAX - 8);
		for (size_t i = 1; i < seen.rows; i++)
			assert_true(strcmp(seen.names[i - 1], seen.names[i]) <= 0);
		assert_int_equal(store_facts(store, 0, stop_at_once, NULL, &error),
		                 DEBAR_CANCELLED);
		assert_int_equal(store_facts(store, 2, see_fact, &seen, &error), DEBAR_INVALID);
		store_close(store);
	}
}

static void gaps_come_largest_first(void **state)
{
	(void)state;
	struct debar_error error;
	struct store *store = open_case(":memory:", true);
	assert_int_equal(sample_write(store, false, false, &error), DEBAR_OK);
	struct result_source result = {0};
	struct seen seen = {0};
	assert_int_equal(store_result(store, NULL, &result, &error), DEBAR_OK);
	assert_true(result.gaps(result.self, 0, 3, see_gap, &seen));
	assert_int_equal(seen.rows, 3);
	assert_true(seen.sizes[0] == UINT64_MAX);
	assert_int_equal(seen.sizes[1], 1048576);
	assert_int_equal(seen.sizes[2], 4097);
	store_result_close(&result);
	uint64_t open, accepted;
	assert_int_equal(store_count_gaps(store, 0, &open, &accepted, &error), DEBAR_OK);
	assert_int_equal(open, 4);
	assert_int_equal(accepted, 2);
	assert_int_equal(store_count_gaps(store, 9, &open, &accepted, &error), DEBAR_INVALID);
	store_close(store);
}

static void check_sample(const struct result_source *result)
{
	const struct scan_summary *s = result->summary;
	assert_bytes(s->id, sample_about.id);
	assert_int_equal(s->directive_count, 2);
	assert_bytes(s->directives[1], sample_about.directives[1]);
	assert_int_equal(s->accept_pattern_count, 1);
	assert_true(s->sandboxed);
	assert_true(s->cached);
	assert_bytes(s->host, sample_about.host);
	assert_bytes(s->folder, sample_about.folder);
	assert_int_equal(s->target_count, 2);
	const struct target_result *t = &s->targets[0];
	assert_bytes(t->name, BYTES("/srv/image"));
	assert_int_equal(t->special, 17);
	assert_int_equal(t->account.objects, 182939);
	assert_true(t->account.bytes[CLASS_UNREAD] == UINT64_MAX);
	assert_int_equal(t->finding_count, 3);
	assert_int_equal(t->mention_count, 1);
	assert_int_equal(t->gap_count, 6);
	assert_int_equal(t->gaps_open, 4);
	assert_true(t->gap_bytes == UINT64_MAX);
	assert_int_equal(t->skipped_count, 3);
	assert_int_equal(t->verdict_count, 2);
	assert_bytes(t->verdicts[1].directive, BYTES("us-ndaa-2018-1634"));
	assert_int_equal(t->verdicts[1].verdict, VERDICT_UNDECIDED);
	assert_int_equal(t->verdicts[1].finding_count, 2);
	assert_int_equal(s->targets[1].verdict_count, 1);
	assert_int_equal(s->targets[1].finding_count, 0);
}

static bool check_first(void *context, const struct finding *f)
{
	(void)context;
	const struct finding *expected = &sample_findings[0];
	assert_bytes(f->id, expected->id);
	assert_bytes(f->where, expected->where);
	assert_int_equal(f->reach, expected->reach);
	assert_int_equal(f->evidence_count, 2345);
	assert_int_equal(f->evidence_kept, 3);
	assert_bytes(f->evidence[0].sha256, expected->evidence[0].sha256);
	assert_bytes(f->evidence[1].note, expected->evidence[1].note);
	assert_int_equal(f->evidence[1].span.offset, 4096);
	assert_int_equal(f->scope[1], SCOPE_IN);
	assert_bytes(f->clause[1], expected->clause[1]);
	return false;
}

static void a_scan_reads_back_as_it_was_written(void **state)
{
	(void)state;
	const char *path = case_path("whole.db");
	struct debar_error error = {0};
	struct result_source result = {0};
	store_close(written_case(path, false));
	struct store *store = open_case(path, false);
	assert_int_equal(store_result(store, NULL, &result, &error), DEBAR_OK);
	check_sample(&result);
	assert_true(result.summary->complete);
	assert_bytes(result.summary->finished, BYTES("2026-01-02T03:14:05Z"));
	assert_true(result.summary->seconds == 600.5);
	assert_false(result.findings(result.self, 0, false, check_first, NULL));
	assert_int_equal(store_result_status(&result, &error), DEBAR_OK);
	struct seen seen = {0};
	assert_true(result.findings(result.self, 0, false, see_finding, &seen));
	assert_int_equal(seen.rows, 3);
	assert_string_equal(seen.names[0], "F-3K7QZ2M4");
	assert_string_equal(seen.names[2], "F-BBBBBBBB");
	assert_true(result.findings(result.self, 0, true, see_finding, &seen));
	assert_int_equal(seen.rows, 3 + 4);
	store_result_close(&result);
	assert_int_equal(store_result(store, "S-nothing", &result, &error), DEBAR_NOT_FOUND);
	struct store_choice choice = {.target = 9};
	assert_int_equal(store_find_finding(store, NULL, "F-AAAAAA", &result, &choice, &error),
	                 DEBAR_OK);
	assert_int_equal(choice.target, 0);
	assert_string_equal(choice.id, "F-AAAAAAAA");
	check_sample(&result);
	char scan[64];
	(void)snprintf(scan, sizeof scan, "%.*s", (int)result.summary->id.len,
	               (const char *)result.summary->id.ptr);
	store_result_close(&result);
	assert_int_equal(store_find_finding(store, scan, "F-AAAAAA", &result, &choice, &error),
	                 DEBAR_OK);
	store_result_close(&result);
	assert_int_equal(store_find_finding(store, "S-no", "F-AAAAAA", &result, &choice, &error),
	                 DEBAR_NOT_FOUND);
	assert_int_equal(store_find_finding(store, NULL, "F-ZZZZZZZZ", &result, &choice, &error),
	                 DEBAR_NOT_FOUND);
	assert_int_equal(store_find_finding(store, NULL, "F-", &result, &choice, &error),
	                 DEBAR_NOT_FOUND);
	assert_non_null(strstr(error.message, "several findings that begin with 'F-'"));
	store_close(store);
}

static bool count_scan(void *context, const struct scan_summary *scan)
{
	unsigned *complete = context;
	*complete = *complete * 2 + scan->complete;
	return true;
}

static void an_interrupted_scan_reads_back_as_incomplete(void **state)
{
	(void)state;
	const char *path = case_path("partial.db");
	struct debar_error error = {0};
	struct result_source result = {0};
	struct store *store = written_case(path, false);
	assert_int_equal(sample_write(store, true, false, &error), DEBAR_OK);
	store_close(store);
	store = open_case(path, false);
	assert_int_equal(store_result(store, NULL, &result, &error), DEBAR_OK);
	assert_false(result.summary->complete);
	check_sample(&result);
	store_result_close(&result);
	unsigned complete = 1;
	assert_int_equal(store_list_scans(store, count_scan, &complete, &error), DEBAR_OK);
	assert_int_equal(complete, 5); /* binary 1 0 1: newest first */
	store_close(store);
}

static void a_killed_scan_keeps_its_begin(void **state)
{
	(void)state;
	const char *path = case_path("killed.db");
	pid_t child = fork();
	if (child == 0) {
		struct store *store = NULL;
		if (store_open(path, true, &store, NULL) == DEBAR_OK &&
		    sample_write(store, false, false, NULL) == DEBAR_OK)
			(void)raise(SIGKILL);
		_exit(1);
	}
	int how = 0;
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFSIGNALED(how));
	struct debar_error error = {0};
	struct result_source result = {0};
	struct store *store = open_case(path, false);
	assert_int_equal(store_result(store, NULL, &result, &error), DEBAR_OK);
	assert_false(result.summary->complete);
	assert_int_equal(result.summary->target_count, 2);
	store_result_close(&result);
	store_close(store);
}

/* What another process gets that opens the case. */
static int status_elsewhere(const char *path, bool for_writing)
{
	pid_t child = fork();
	if (child == 0) {
		struct store *store = NULL;
		enum debar_status status = store_open(path, for_writing, &store, NULL);
		_exit((int)status);
	}
	int how = 0;
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFEXITED(how));
	return WEXITSTATUS(how);
}

static void a_case_belongs_to_one_scan_at_a_time(void **state)
{
	(void)state;
	const char *path = case_path("busy.db");
	struct store *store = written_case(path, false);
	assert_int_equal(status_elsewhere(path, true), DEBAR_BUSY);
	assert_int_equal(status_elsewhere(path, false), DEBAR_BUSY);
	struct store *second = NULL;
	struct debar_error error = {0};
	assert_int_equal(store_open(path, true, &second, &error), DEBAR_BUSY);
	assert_non_null(strstr(error.message, "is in use by another scan; give --case FILE"));
	assert_int_equal(status_elsewhere(path, true), DEBAR_BUSY);
	store_close(store);
	assert_int_equal(status_elsewhere(path, true), DEBAR_OK);
	assert_int_equal(status_elsewhere(path, false), DEBAR_OK);
}

static void put_file(const char *path, const void *data, size_t size)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void foreign_files_are_refused(void **state)
{
	(void)state;
	struct store *store = NULL;
	struct debar_error error = {0};
	const char *path = case_path("text");
	put_file(path, "hello, world: this is no database, nor meant to be one, is it?", 62);
	for (int writing = 0; writing < 2; writing++) {
		assert_int_equal(store_open(path, writing, &store, &error), DEBAR_INVALID);
		assert_non_null(strstr(error.message, "text: not a debar case"));
		assert_int_equal(store_open(folder, writing, &store, &error), DEBAR_INVALID);
		assert_int_equal(store_open("/dev/null", writing, &store, &error), DEBAR_INVALID);
		assert_int_equal(store_open("", writing, &store, &error), DEBAR_INVALID);
	}
	assert_int_equal(store_open(case_path("none.db"), false, &store, &error), DEBAR_NOT_FOUND);
	put_file(path, "", 0);
	assert_int_equal(store_open(path, false, &store, &error), DEBAR_NOT_FOUND);
	assert_null(store);
}

static void alter(const char *path, const char *sql)
{
	char command[512];
	pid_t child = fork();
	(void)snprintf(command, sizeof command, "%s", sql);
	if (child == 0) {
		(void)execlp("sqlite3", "sqlite3", path, command, (char *)NULL);
		_exit(127);
	}
	int how = 0;
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
}

static void altered_schemas_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *sql, *message;
	} cases[] = {
		{"PRAGMA user_version=4", "written by a newer debar"},
		{"PRAGMA user_version=2", "written by an older debar"},
		{"PRAGMA application_id=1", "not a debar case"},
		{"CREATE VIEW v AS SELECT 1", "not a debar case"},
		{"CREATE TRIGGER t AFTER INSERT ON scan BEGIN DELETE FROM finding; END",
	         "not a debar case"},
		{"DROP INDEX finding_id", "not a debar case"},
		{"ALTER TABLE finding ADD COLUMN more BLOB", "not a debar case"},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *path = case_path("altered.db");
		struct store *store = NULL;
		struct debar_error error = {0};
		(void)unlink(path);
		store_close(written_case(path, false));
		alter(path, cases[i].sql);
		assert_int_equal(store_open(path, i % 2, &store, &error), DEBAR_INVALID);
		assert_non_null(strstr(error.message, cases[i].message));
	}
}

/* Reads everything that a case holds; what comes of it does not matter, but that it comes to an
 * end. */
static enum debar_status read_all(const char *path)
{
	struct store *store = NULL;
	struct debar_error error = {0};
	struct result_source result = {0};
	struct seen seen;
	enum debar_status status = store_open(path, false, &store, &error);
	if (status == DEBAR_OK)
		status = store_result(store, NULL, &result, &error);
	for (size_t i = 0; status == DEBAR_OK && i < result.summary->target_count; i++) {
		memset(&seen, 0, sizeof seen);
		if (!result.findings(result.self, i, true, see_finding, &seen))
			status = store_result_status(&result, &error);
		memset(&seen, 0, sizeof seen);
		if (!result.gaps(result.self, i, 0, see_gap, &seen))
			status = store_result_status(&result, &error);
		memset(&seen, 0, sizeof seen);
		if (!result.facts(result.self, i, see_fact, &seen))
			status = store_result_status(&result, &error);
	}
	store_result_close(&result);
	store_close(store);
	return status;
}

static void damaged_rows_are_not_believed(void **state)
{
	(void)state;
	static const char *const cases[] = {
		"UPDATE finding SET nexus=99",
		"UPDATE finding SET certainty=-1",
		"DELETE FROM finding WHERE id=(SELECT min(id) FROM finding)",
		"DELETE FROM gap WHERE bytes=4097",
		"UPDATE gap SET class=5",
		"UPDATE finding SET id=zeroblob(70000)",
		"UPDATE evidence SET sha256=x'00'",
		"DELETE FROM finding_scope",
		"UPDATE scan SET jobs=-1",
		"UPDATE verdict SET directive=7",
		"UPDATE target SET findings=0",
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *path = case_path("rows.db");
		(void)unlink(path);
		store_close(written_case(path, false));
		assert_int_equal(read_all(path), DEBAR_OK);
		alter(path, cases[i]);
		if (read_all(path) != DEBAR_INVALID)
			fail_msg("believed: %s", cases[i]);
	}
}

static size_t load(const char *path, uint8_t *data, size_t room)
{
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	size_t size = fread(data, 1, room, file);
	assert_int_equal(fclose(file), 0);
	assert_true(size < room);
	return size;
}

static void no_damage_to_the_file_breaks_the_reader(void **state)
{
	(void)state;
	static uint8_t whole[512 * 1024], hurt[512 * 1024];
	char path[128];
	(void)snprintf(path, sizeof path, "%s", case_path("hurt.db"));
	store_close(written_case(path, false));
	size_t size = load(path, whole, sizeof whole);
	uint32_t random = 1;
	for (int i = 0; i < 600; i++) {
		memcpy(hurt, whole, size);
		for (int flips = i % 4 + 1; flips > 0; flips--) {
			random = random * 1664525 + 1013904223;
			/* every other time the schema and headers, where it hurts most */
			size_t at = (random >> 4) % (i % 2 ? size : 4096);
			hurt[at] ^= (uint8_t)(1 << (random >> 28) % 8);
		}
		put_file(path, hurt, size);
		(void)read_all(path);
	}
	for (size_t cut = 0; cut < size; cut += 1021) {
		put_file(path, whole, cut);
		assert_int_not_equal(read_all(path), DEBAR_OK);
	}
}

static void a_full_disk_is_an_error_and_the_rest_is_kept(void **state)
{
	(void)state;
	const char *path = case_path("full.db");
	struct debar_error error = {0};
	store_close(written_case(path, false));
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	struct rlimit before, less;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	less = before;
	less.rlim_cur = (rlim_t)st.st_size + 64 * 1024;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &less), 0);
	struct store *store = open_case(path, true);
	enum debar_status status = sample_write(store, false, false, &error);
	struct gap gap = sample_gaps[0];
	for (int i = 0; i < 100000 && status == DEBAR_OK; i++)
		status = store_add_gap(store, 0, &gap, &error);
	assert_int_equal(status, DEBAR_IO);
	assert_non_null(strstr(error.message, "full.db"));
	assert_int_equal(store_add_gap(store, 0, &gap, &error), DEBAR_IO);
	assert_int_equal(store_end_scan(store, true, BYTES(""), 0, &error), DEBAR_IO);
	store_close(store);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	struct result_source result = {0};
	store = open_case(path, false);
	assert_int_equal(store_result(store, NULL, &result, &error), DEBAR_OK);
	assert_false(result.summary->complete);
	store_result_close(&result);
	store_close(store);
}

static void long_runs_are_cut_and_empty_lists_are_fine(void **state)
{
	(void)state;
	static uint8_t name[STORE_TEXT_MOST + 5];
	memset(name, 'x', sizeof name);
	struct debar_error error = {0};
	struct result_source result = {0};
	struct store *store = open_case(":memory:", true);
	struct scan_summary about = {.id = {name, sizeof name}};
	assert_int_equal(store_begin_scan(store, &about, &error), DEBAR_OK);
	assert_int_equal(store_begin_scan(store, &about, &error), DEBAR_INVALID);
	assert_int_equal(store_add_verdict(store, 0, &sample_verdicts[0], &error), DEBAR_INVALID);
	assert_int_equal(store_end_scan(store, true, BYTES(""), 1, &error), DEBAR_OK);
	assert_int_equal(store_result(store, NULL, &result, &error), DEBAR_OK);
	assert_int_equal(result.summary->id.len, STORE_TEXT_MOST);
	assert_int_equal(result.summary->target_count, 0);
	store_result_close(&result);
	store_close(store);
}

static int make_folder(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof folder, "/tmp/debar-store-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	pid_t child = fork();
	if (child == 0) {
		(void)execlp("rm", "rm", "-rf", folder, (char *)NULL);
		_exit(127);
	}
	int how = 0;
	return waitpid(child, &how, 0) == child && how == 0 ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_case_is_private_and_its_folders_are_made),
		cmocka_unit_test(facts_come_sorted_and_once),
		cmocka_unit_test(gaps_come_largest_first),
		cmocka_unit_test(a_scan_reads_back_as_it_was_written),
		cmocka_unit_test(an_interrupted_scan_reads_back_as_incomplete),
		cmocka_unit_test(a_killed_scan_keeps_its_begin),
		cmocka_unit_test(a_case_belongs_to_one_scan_at_a_time),
		cmocka_unit_test(foreign_files_are_refused),
		cmocka_unit_test(altered_schemas_are_refused),
		cmocka_unit_test(damaged_rows_are_not_believed),
		cmocka_unit_test(no_damage_to_the_file_breaks_the_reader),
		cmocka_unit_test(a_full_disk_is_an_error_and_the_rest_is_kept),
		cmocka_unit_test(long_runs_are_cut_and_empty_lists_are_fine),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
