/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The laws that hold for one reader over its corpus, as a plain test:
 *   replay READER FOLDER
 * Each sample is read whole, and then cut at each byte (at 600 places when it is longer): no crash,
 * no broken rule, and no fact that the whole sample does not give, but for a value that the cut
 * made shorter.
 */
#include "fuzz/harness.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { CUTS = 600 };

static bool is_prefix_of(const struct harness_fact *cut, const struct harness_fact *whole)
{
	return cut->kind == whole->kind && cut->length <= whole->length &&
	       memcmp(cut->value, whole->value, cut->length) == 0;
}

static bool is_known(const struct harness_fact *fact, const struct harness_result *whole)
{
	if (fact->kind == FACT_SIGNER_STATUS || fact->kind == FACT_DIGEST_SHA256)
		return true; /* they speak of the whole object, so a cut changes them */
	for (size_t i = 0; i < whole->fact_count; i++)
		if (is_prefix_of(fact, &whole->facts[i]))
			return true;
	return false;
}

static int check_cut(const struct reader *reader, struct bytes name, struct bytes cut,
                     const struct harness_result *whole)
{
	uint8_t *copy = malloc(cut.len > 0 ? cut.len : 1); /* so that a sanitizer guards the cut */
	if (!copy)
		return 1;
	memcpy(copy, cut.ptr, cut.len);
	struct harness_result part = harness_run(reader, name, (struct bytes){copy, cut.len}, true);
	int wrong = 0;
	for (size_t i = 0; i < part.fact_count && !wrong; i++) {
		if (is_known(&part.facts[i], whole))
			continue;
		(void)fprintf(stderr, "%.*s cut at %zu: a fact of its own: %s %s\n", (int)name.len,
		              (const char *)name.ptr, cut.len, fact_kind_name(part.facts[i].kind),
		              part.facts[i].value);
		wrong = 1;
	}
	harness_finish(&part);
	free(copy);
	return wrong;
}

static int check_sample(const struct reader *reader, const char *folder, const char *file)
{
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/%s", folder, file);
	size_t size = 0;
	uint8_t *data = harness_load(path, &size);
	struct bytes name = bytes_of(file);
	size_t prefix =
		bytes_find(name, BYTES("__")); /* "case__package.json" is read as package.json */
	if (prefix != SIZE_MAX)
		name = bytes_from(name, prefix + 2);
	struct harness_result whole = harness_run(reader, name, (struct bytes){data, size}, true);
	bool crash_sample = strncmp(file, "crash-", 6) == 0 || strncmp(file, "bad-", 4) == 0;
	int wrong = 0;
	if (!whole.recognised && !crash_sample) {
		(void)fprintf(stderr, "%s: not recognised\n", path);
		wrong = 1;
	}
	size_t step = size > CUTS ? size / CUTS : 1;
	for (size_t cut = 0; cut < size && !crash_sample; cut += step)
		wrong |= check_cut(reader, name, (struct bytes){data, cut}, &whole);
	harness_finish(&whole);
	free(data);
	return wrong;
}

int main(int argc, char **argv)
{
	const struct reader *reader = argc == 3 ? reader_named(argv[1]) : NULL;
	DIR *folder = reader ? opendir(argv[2]) : NULL;
	if (!folder) {
		(void)fprintf(stderr, "usage: replay READER FOLDER\n");
		return 2;
	}
	int count = 0, wrong = 0;
	for (struct dirent *entry; (entry = readdir(folder));) {
		const char *dot = strrchr(entry->d_name, '.');
		if (entry->d_name[0] == '.' || (dot && strcmp(dot, ".facts") == 0))
			continue;
		wrong += check_sample(reader, argv[2], entry->d_name);
		count++;
	}
	(void)closedir(folder);
	(void)printf("%s: %d samples, %d wrong\n", argv[1], count, wrong);
	return wrong != 0 || count == 0; /* an empty corpus is a failed test */
}
