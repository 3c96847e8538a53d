/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The laws that hold for one reader over its corpus, as a plain test:
 *   replay READER FOLDER           check every sample
 *   replay READER FOLDER --accept  write each sample's .facts anew (the diff is reviewed as code)
 * What the reader says of each sample is what stands in SAMPLE.facts beside it: facts as
 * "offset+length kind value", members as "child name size", and gaps. Samples named crash-* or
 * bad-* are only read, not compared. "CASE__etc%group" is presented under the path etc/group. Each
 * sample is read whole, and then cut at each byte (at 600 places when it is longer): no crash, no
 * broken rule, and no fact that the whole sample does not give, but for a value that the cut made
 * shorter. Of a container that can be shared out, the shares say together what one worker says.
 */
#include "fuzz/harness.h"

#include <dirent.h>
#include <locale.h>
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
	if (fact->kind == FACT_SIGNER_STATUS || fact->kind == FACT_SIGNER_CHAIN ||
	    fact->kind == FACT_DIGEST_SHA256)
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

static int check_facts(const char *path, struct harness_result *whole, bool accept)
{
	static const char *const results[] = {"whole", "partly", "not mine"};
	char facts_path[4200];
	(void)snprintf(facts_path, sizeof facts_path, "%s.facts", path);
	buffer_put_text(&whole->lines, results[whole->result]);
	buffer_put_text(&whole->lines, "\n");
	if (accept) {
		FILE *file = fopen(facts_path, "wb");
		bool written = file && fwrite(whole->lines.data, 1, whole->lines.len, file) ==
		                               whole->lines.len;
		return !(file && fclose(file) == 0 && written);
	}
	size_t size = 0;
	uint8_t *expected = harness_load(facts_path, &size);
	int wrong = !bytes_equal((struct bytes){expected, size}, buffer_bytes(&whole->lines));
	if (wrong)
		(void)fprintf(stderr, "%s: expected:\n%.*s%s: got:\n%s", facts_path, (int)size,
		              (const char *)expected, path, buffer_text(&whole->lines));
	free(expected);
	return wrong;
}

static int compare_lines(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The lines of a text, sorted; the array ends with NULL and is the caller's to free. The text is
 * cut up. */
static const char **sorted_lines(char *text)
{
	size_t count = 0;
	for (const char *c = text; *c; c++)
		count += *c == '\n';
	const char **lines = calloc(count + 1, sizeof *lines);
	if (!lines)
		exit(2);
	count = 0;
	for (char *end; (end = strchr(text, '\n')); text = end + 1) {
		*end = '\0';
		lines[count++] = text;
	}
	qsort(lines, count, sizeof *lines, compare_lines);
	return lines;
}

static bool are_same_lines(char *left, char *right)
{
	const char **ours = sorted_lines(left), **theirs = sorted_lines(right);
	size_t i = 0;
	while (ours[i] && theirs[i] && strcmp(ours[i], theirs[i]) == 0)
		i++;
	bool same = !ours[i] && !theirs[i];
	if (!same)
		(void)fprintf(stderr, "one worker: %s\nseveral: %s\n",
		              ours[i] ? ours[i] : "no more", theirs[i] ? theirs[i] : "no more");
	free(ours);
	free(theirs);
	return same;
}

static int check_shares(const struct reader *reader, const char *path, struct bytes name,
                        struct bytes body)
{
	enum { SHARES = 3 };
	struct harness_result whole = harness_run(reader, name, body, true);
	struct buffer all;
	bool partly = false, mine = true;
	buffer_init(&all, 256 << 20);
	for (uint32_t share = 0; share < SHARES; share++) {
		struct harness_result part =
			harness_run_share(reader, name, body, share, SHARES, true);
		buffer_put(&all, buffer_bytes(&part.lines));
		partly |= part.result == READ_PARTLY;
		mine &= part.result != READ_NOT_MINE;
		harness_finish(&part);
	}
	bool good = mine == (whole.result != READ_NOT_MINE) &&
	            partly == (whole.result == READ_PARTLY) && buffer_ok(&all);
	buffer_put_u8(&all, 0);
	buffer_put_u8(&whole.lines, 0);
	good = good && are_same_lines((char *)whole.lines.data, (char *)all.data);
	if (!good)
		(void)fprintf(stderr, "%s: shared out, it says something else\n", path);
	buffer_finish(&all);
	harness_finish(&whole);
	return !good;
}

/* What the sample is called when it is read; `room` is as long as `file`. */
static struct bytes presented_path(const char *file, char *room)
{
	const char *prefix = strstr(file, "__");
	size_t len = 0;
	for (const char *from = prefix ? prefix + 2 : file; *from; from++)
		room[len++] = *from == '%' ? '/' : *from;
	return (struct bytes){(const uint8_t *)room, len};
}

static int check_sample(const struct reader *reader, const char *folder, const char *file,
                        bool accept)
{
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/%s", folder, file);
	size_t size = 0;
	uint8_t *data = harness_load(path, &size);
	char room[4096];
	struct bytes name = presented_path(file, room);
	struct harness_result whole = harness_run(reader, name, (struct bytes){data, size}, true);
	bool crash_sample = strncmp(file, "crash-", 6) == 0 || strncmp(file, "bad-", 4) == 0;
	int wrong = 0;
	if (!whole.recognised && !crash_sample) {
		(void)fprintf(stderr, "%s: not recognised\n", path);
		wrong = 1;
	}
	if (!crash_sample)
		wrong |= check_facts(path, &whole, accept);
	size_t step = size > CUTS ? size / CUTS : 1;
	for (size_t cut = 0; cut < size && !crash_sample; cut += step)
		wrong |= check_cut(reader, name, (struct bytes){data, cut}, &whole);
	if (reader->shared)
		wrong |= check_shares(reader, path, name, (struct bytes){data, size});
	harness_finish(&whole);
	free(data);
	return wrong;
}

int main(int argc, char **argv)
{
	(void)setlocale(LC_CTYPE, "C.UTF-8"); /* as the worker does, for libarchive's names */
	bool accept = argc == 4 && strcmp(argv[3], "--accept") == 0;
	const struct reader *reader = argc == 3 || accept ? reader_named(argv[1]) : NULL;
	DIR *folder = reader ? opendir(argv[2]) : NULL;
	if (!folder) {
		(void)fprintf(stderr, "usage: replay READER FOLDER [--accept]\n");
		return 2;
	}
	int count = 0, wrong = 0;
	for (struct dirent *entry; (entry = readdir(folder));) {
		const char *dot = strrchr(entry->d_name, '.');
		if (entry->d_name[0] == '.' || (dot && strcmp(dot, ".facts") == 0))
			continue;
		wrong += check_sample(reader, argv[2], entry->d_name, accept);
		count++;
	}
	(void)closedir(folder);
	(void)printf("%s: %d samples, %d wrong\n", argv[1], count, wrong);
	return wrong != 0 || count == 0; /* an empty corpus is a failed test */
}
