/* SPDX-License-Identifier: Apache-2.0 */
/* A case file of hostile bytes: opened, read whole and reported in every format, for reading and
 * for writing a scan more. Nothing is expected of it but an end. */
#include "fuzz/input.h"
#include "report/report.h"
#include "store/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char path[64], journal[80];

static void give_up(const char *what)
{
	perror(what);
	abort();
}

/* SQLite wants a file with a name. */
static void put_file(const uint8_t *data, size_t size)
{
	if (!path[0]) {
		bool shared_memory = access("/dev/shm", W_OK) == 0;
		(void)snprintf(path, sizeof path, "%s/debar-fuzz-%ld.db",
		               shared_memory ? "/dev/shm" : "/tmp", (long)getpid());
		(void)snprintf(journal, sizeof journal, "%s-journal", path);
	}
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size || close(fd) != 0)
		give_up(path);
}

static bool see_scan(void *context, const struct scan_summary *scan)
{
	(void)context, (void)scan;
	return true;
}

static void read_case(int null)
{
	struct store *store = NULL;
	struct result_source result = {0};
	struct debar_error error = {0};
	unsigned flags = DEBAR_REPORT_MENTIONS | DEBAR_REPORT_FACTS;
	struct store_choice choice = {0};
	if (store_open(path, false, &store, &error) != DEBAR_OK)
		return;
	(void)store_list_scans(store, see_scan, NULL, &error);
	if (store_result(store, NULL, &result, &error) == DEBAR_OK)
		for (size_t i = 0; report_format_name(i); i++)
			(void)report_write(report_format_name(i), &result, flags, null, &error);
	store_result_close(&result);
	if (store_find_finding(store, NULL, "F-3K", &result, &choice, &error) == DEBAR_OK)
		(void)report_finding(&result, choice.target, choice.id, NULL, null, &error);
	store_result_close(&result);
	store_close(store);
}

static void write_case(void)
{
	struct store *store = NULL;
	struct debar_error error = {0};
	const struct scan_summary about = {.id = BYTES("S-1")};
	const struct gap gap = {.object = BYTES("a"), .reason = BYTES("b")};
	if (store_open(path, true, &store, &error) == DEBAR_OK &&
	    store_begin_scan(store, &about, &error) == DEBAR_OK &&
	    store_add_target(store, BYTES("file"), BYTES("a"), &error) == DEBAR_OK &&
	    store_add_gap(store, 0, &gap, &error) == DEBAR_OK)
		(void)store_end_scan(store, true, BYTES(""), 0, &error);
	store_close(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int null = -1;
	if (null < 0)
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	put_file(data, size);
	read_case(null);
	write_case();
	(void)unlink(path);
	(void)unlink(journal);
	return 0;
}
