/* SPDX-License-Identifier: Apache-2.0 */
/* One harness for every reader: the build sets READER_NAME. The first byte of the input chooses
 * among the file names that name-led readers ask for (fuzz/names.def); the rest is the object. */
#include "fuzz/harness.h"

#include <locale.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {
#define NAME(text) text,
#include "fuzz/names.def"
#undef NAME
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	(void)setlocale(LC_CTYPE, "C.UTF-8"); /* as the worker does, for libarchive's names */
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	const char *name = names[data[0] % (sizeof names / sizeof names[0])];
	struct bytes body = {data + 1, size - 1};
	struct harness_result result =
		harness_run(reader_named(READER_NAME), bytes_of(name), body, false);
	harness_finish(&result);
	return 0;
}
