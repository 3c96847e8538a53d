/* SPDX-License-Identifier: Apache-2.0 */
/* One harness for every reader: the build sets READER_NAME. The first byte of the input chooses
 * among the file names that name-led readers ask for (fuzz/names.def), and for a container that can
 * be shared out, whose share is taken; the rest is the object. */
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
	enum { NAMES = sizeof names / sizeof names[0], SHARES = 3 };
	const struct reader *reader = reader_named(READER_NAME);
	struct bytes name = bytes_of(names[data[0] % NAMES]), body = {data + 1, size - 1};
	uint32_t turn = data[0] / NAMES % (SHARES + 1); /* 0: the whole */
	struct harness_result result =
		reader->shared && turn > 0
			? harness_run_share(reader, name, body, turn - 1, SHARES, false)
			: harness_run(reader, name, body, false);
	harness_finish(&result);
	return 0;
}
