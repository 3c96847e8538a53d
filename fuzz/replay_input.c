/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds each sample of a folder to a fuzz target, whole, cut, and with bytes turned over:
 * replay_… FOLDER. The same damage each time. */
#include "fuzz/input.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CUTS = 40, FLIPS = 60 };

static uint8_t *load(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	if (!file || fstat(fileno(file), &st) != 0 || !S_ISREG(st.st_mode)) {
		perror(path);
		exit(2);
	}
	*size = (size_t)st.st_size;
	uint8_t *data = malloc(*size > 0 ? *size : 1);
	if (!data || fread(data, 1, *size, file) != *size || fclose(file) != 0) {
		perror(path);
		exit(2);
	}
	return data;
}

static void replay(uint8_t *data, size_t size)
{
	uint32_t random = 1;
	(void)LLVMFuzzerTestOneInput(data, size);
	for (size_t i = 0; i < CUTS && size > 0; i++) {
		uint8_t *cut = malloc(size); /* of its own, so that a sanitizer guards its end */
		size_t length = size / CUTS * i;
		if (!cut)
			exit(2);
		memcpy(cut, data, length);
		(void)LLVMFuzzerTestOneInput(cut, length);
		free(cut);
	}
	for (size_t i = 0; i < FLIPS && size > 0; i++) {
		random = random * 1664525 + 1013904223;
		size_t at = (random >> 3) % size;
		uint8_t bit = (uint8_t)(1 << (random >> 29));
		data[at] ^= bit;
		(void)LLVMFuzzerTestOneInput(data, size);
		data[at] ^= bit;
	}
}

int main(int argc, char **argv)
{
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	int count = 0;
	if (!folder) {
		(void)fprintf(stderr, "usage: replay FOLDER\n");
		return 2;
	}
	for (struct dirent *entry; (entry = readdir(folder));) {
		char path[4096];
		size_t size = 0;
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
		uint8_t *data = load(path, &size);
		replay(data, size);
		free(data);
		count++;
	}
	(void)closedir(folder);
	(void)printf("%d samples\n", count);
	return count == 0; /* an empty corpus is a failed test */
}
