/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "report/report.h"
#include "unit/sample_scan.h"
#include "unit/test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROOM = 64 * 1024 };

struct stored {
	struct store *store;
	struct result_source result;
};

static struct stored store_sample(bool reverse, bool finish)
{
	struct stored s = {0};
	struct debar_error error = {0};
	assert_int_equal(store_open(":memory:", true, &s.store, &error), DEBAR_OK);
	assert_int_equal(sample_write(s.store, reverse, finish, &error), DEBAR_OK);
	assert_int_equal(store_result(s.store, NULL, &s.result, &error), DEBAR_OK);
	return s;
}

static void forget(struct stored *s)
{
	store_result_close(&s->result);
	store_close(s->store);
}

/* What was written to `file`; the caller frees it. */
static char *content(FILE *file)
{
	char *text = calloc(1, ROOM);
	assert_non_null(text);
	assert_int_equal(fseek(file, 0, SEEK_SET), 0);
	assert_true(fread(text, 1, ROOM - 1, file) < ROOM - 1);
	assert_int_equal(fclose(file), 0);
	return text;
}

static char *report_of(const struct result_source *result, const char *format, unsigned flags)
{
	struct debar_error error = {0};
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_int_equal(report_write(format, result, flags, fileno(file), &error), DEBAR_OK);
	return content(file);
}

static void assert_printable(const char *format, const char *text)
{
	assert_true(text_is_utf8(bytes_of(text)));
	for (const char *at = text; *at; at++) {
		unsigned char c = (unsigned char)*at;
		if (c >= 0x20 && c != 0x7F)
			continue;
		if (c != '\n' && !(c == '\r' && strcmp(format, "csv") == 0))
			fail_msg("%s: control character %02x", format, c);
	}
	assert_null(strstr(text, "\xE2\x80\xAE"));
}

static void hostile_names_are_escaped_in_every_format(void **state)
{
	(void)state;
	struct stored s = store_sample(false, true);
	for (size_t i = 0; report_format_name(i); i++) {
		char *text = report_of(&s.result, report_format_name(i),
		                       DEBAR_REPORT_MENTIONS | DEBAR_REPORT_FACTS);
		assert_printable(report_format_name(i), text);
		free(text);
	}
	forget(&s);
}

static void the_order_of_rows_does_not_show(void **state)
{
	(void)state;
	struct stored forward = store_sample(false, true), backward = store_sample(true, true);
	unsigned flags = DEBAR_REPORT_REPRODUCIBLE | DEBAR_REPORT_FACTS | DEBAR_REPORT_MENTIONS;
	for (size_t i = 0; report_format_name(i); i++) {
		char *one = report_of(&forward.result, report_format_name(i), flags);
		char *other = report_of(&backward.result, report_format_name(i), flags);
		assert_string_equal(one, other);
		assert_null(strstr(one, "2026-"));
		free(one);
		free(other);
	}
	forget(&forward);
	forget(&backward);
}

static void text_says_what_is_to_be_signed(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"\n  PRESENT   us-dhs-bod-17-01\n",
		"\n  UNDECIDED us-ndaa-2018-1634\n",
		"\n  F-3K7QZ2M4  Kaspersky Endpoint Security for Windows 12.6.0.438 of",
		"signer.organization is \"Kaspersky Lab\"",
		"in scope of us-dhs-bod-17-01, us-ndaa-2018-1634\n",
		"conditional, for a person to decide, under us-ndaa-2018-1634\n",
		"1,203,948,576  ",
		"to close it: run as root",
		"to close it: supply it decrypted",
		"accepted: smaller than 4096 bytes\n",
		"proc: virtual file system\n",
		"1 place only mentions a vendor; --mentions lists it.\n",
		"  debar show ID shows one of them with all that it rests on.\n",
		" from the cache: files left closed\n",
		"sha256:00112233\n",
		"\nHost        node\\x1b[31m7\n",
		"\nRun in      /srv/made up\n",
	};
	struct stored s = store_sample(false, true);
	char *text = report_of(&s.result, "text", 0);
	for (size_t i = 0; i < COUNT_OF(lines); i++)
		if (!strstr(text, lines[i]))
			fail_msg("missing: %s", lines[i]);
	assert_null(strstr(text, "WARNING"));
	assert_null(strstr(text, "F-MMMMMMMM"));
	assert_null(strchr(text, '\x1b'));
	free(text);
	text = report_of(&s.result, "text", DEBAR_REPORT_COLOUR | DEBAR_REPORT_MENTIONS);
	assert_non_null(strstr(text, "\x1b[1;31m  PRESENT"));
	assert_non_null(strstr(text, "F-MMMMMMMM"));
	free(text);
	forget(&s);
}

static void an_interrupted_scan_is_never_clean(void **state)
{
	(void)state;
	struct stored s = store_sample(false, false);
	char *text = report_of(&s.result, "text", 0);
	assert_ptr_equal(strstr(text, "WARNING: the scan was interrupted"), text);
	assert_null(strstr(text, "ABSENT"));
	free(text);
	text = report_of(&s.result, "json", 0);
	assert_non_null(strstr(text, "\"complete\":false"));
	assert_null(strstr(text, "\"absent\""));
	free(text);
	text = report_of(&s.result, "csv", 0);
	assert_non_null(strstr(text, "\r\n\"warning\","));
	assert_null(strstr(text, "\"absent\""));
	free(text);
	forget(&s);
}

static bool explain(void *context, struct bytes id, struct bytes *source, struct bytes *note)
{
	(void)context;
	*source = BYTES("looked at \x1b[31m in 2024");
	*note = BYTES("");
	return bytes_start_with(id, BYTES("kaspersky/signer"));
}

static void a_finding_is_shown_with_its_whole_chain(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"  object    disk.img\n              !/ p1\n                !/ Program Files/",
		"signer.organization: organization in the signing certificate\n",
		"looked at \\x1b[31m in 2024\n",
		"30 82 1f 64 06 09 2a 86  48 86 f7 0d 01 07 02 a0  |0..d..*.H.......|\n",
		"sha256    deadbeef",
		"unsigned file: a claim, not proof\n",
		"in whole or in part (s.1634(a)(1))",
		"2,342 more were counted and not kept.\n",
	};
	const struct report_marks marks = {NULL, explain};
	struct debar_error error = {0};
	struct stored s = store_sample(false, true);
	FILE *file = tmpfile();
	assert_int_equal(report_finding(&s.result, 0, "F-3K7QZ2M4", &marks, fileno(file), &error),
	                 DEBAR_OK);
	assert_int_equal(report_finding(&s.result, 0, "F-AAAAAAAA", NULL, fileno(file), &error),
	                 DEBAR_OK);
	assert_int_equal(report_finding(&s.result, 1, "F-AAAAAAAA", NULL, fileno(file), &error),
	                 DEBAR_NOT_FOUND);
	char *text = content(file);
	assert_printable("show", text);
	for (size_t i = 0; i < COUNT_OF(lines); i++)
		if (!strstr(text, lines[i]))
			fail_msg("missing: %s", lines[i]);
	free(text);
	forget(&s);
}

static void a_report_that_cannot_be_written_is_an_error(void **state)
{
	(void)state;
	struct stored s = store_sample(false, true);
	struct debar_error error = {0};
	int ends[2];
	(void)signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(close(ends[0]), 0);
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_true(full >= 0);
	for (size_t i = 0; report_format_name(i); i++) {
		const char *format = report_format_name(i);
		assert_int_equal(report_write(format, &s.result, 0, ends[1], &error), DEBAR_IO);
		assert_int_equal(report_write(format, &s.result, 0, full, &error), DEBAR_IO);
		assert_int_equal(error.status, DEBAR_IO);
	}
	assert_int_equal(report_finding(&s.result, 0, "F-3K7QZ2M4", NULL, full, &error), DEBAR_IO);
	assert_int_equal(report_write("telegram", &s.result, 0, full, &error), DEBAR_NOT_FOUND);
	assert_int_equal(close(full), 0);
	assert_int_equal(close(ends[1]), 0);
	forget(&s);
}

static bool no_gaps(void *self, size_t target, size_t most,
                    bool (*row)(void *context, const struct gap *gap), void *context)
{
	(void)self, (void)target, (void)most, (void)row, (void)context;
	return false;
}

static void a_source_that_fails_is_not_a_whole_report(void **state)
{
	(void)state;
	struct stored s = store_sample(false, true);
	struct result_source failing = s.result;
	failing.gaps = no_gaps;
	struct debar_error error = {0};
	for (size_t i = 0; report_format_name(i); i++) {
		FILE *file = tmpfile();
		assert_int_equal(
			report_write(report_format_name(i), &failing, 0, fileno(file), &error),
			DEBAR_INVALID);
		char *text = content(file);
		assert_null(strstr(text, "\"end\""));
		if (strcmp(report_format_name(i), "json") == 0)
			assert_int_not_equal(text[strlen(text) - 1], '\n');
		free(text);
	}
	forget(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_names_are_escaped_in_every_format),
		cmocka_unit_test(the_order_of_rows_does_not_show),
		cmocka_unit_test(text_says_what_is_to_be_signed),
		cmocka_unit_test(an_interrupted_scan_is_never_clean),
		cmocka_unit_test(a_finding_is_shown_with_its_whole_chain),
		cmocka_unit_test(a_report_that_cannot_be_written_is_an_error),
		cmocka_unit_test(a_source_that_fails_is_not_a_whole_report),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
