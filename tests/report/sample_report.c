/* SPDX-License-Identifier: Apache-2.0 */
/* The sample scan: sample_report FORMAT [FLAGS [partial]] and sample_report show FINDING print it,
 * sample_report case FILE [partial] makes a case of it. */
#include "base/text.h"
#include "report/report.h"
#include "unit/sample_scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool explain(void *context, struct bytes id, struct bytes *source, struct bytes *note)
{
	(void)context;
	*source = BYTES("certificate of klif.sys 12.6, looked at in 2024");
	*note = BYTES("stood in every driver since 2017");
	return bytes_start_with(id, BYTES("kaspersky/signer"));
}

static enum debar_status make_case(const char *path, bool finish, struct debar_error *error)
{
	struct store *store = NULL;
	enum debar_status status = store_open(path, true, &store, error);
	if (status == DEBAR_OK)
		status = sample_write(store, false, finish, error);
	store_close(store);
	return status;
}

static enum debar_status print_report(int argc, char **argv, struct debar_error *error)
{
	struct store *store = NULL;
	struct result_source result = {0};
	const struct report_marks marks = {NULL, explain};
	bool show = argc == 3 && strcmp(argv[1], "show") == 0;
	uint64_t flags = 0;
	if (argc > 2 && !show && !text_to_u64(bytes_of(argv[2]), &flags))
		return error_set(error, DEBAR_INVALID, 0, "the flags are a number");
	enum debar_status status = store_open(":memory:", true, &store, error);
	if (status == DEBAR_OK)
		status = sample_write(store, false, argc < 4, error);
	if (status == DEBAR_OK)
		status = store_result(store, NULL, &result, error);
	if (status == DEBAR_OK)
		status = show ? report_finding(&result, 0, argv[2], &marks, STDOUT_FILENO, error)
		              : report_write(argv[1], &result, (unsigned)flags, STDOUT_FILENO,
		                             error);
	store_result_close(&result);
	store_close(store);
	return status;
}

int main(int argc, char **argv)
{
	struct debar_error error = {0};
	if (argc < 2)
		return 2;
	bool make = argc > 2 && strcmp(argv[1], "case") == 0;
	enum debar_status status =
		make ? make_case(argv[2], argc < 4, &error) : print_report(argc, argv, &error);
	if (status != DEBAR_OK)
		(void)fprintf(stderr, "%s\n", error.message);
	return status == DEBAR_OK ? 0 : 1;
}
