/* SPDX-License-Identifier: Apache-2.0 */
/* debar-compile DIR OUT: makes the shipped pack while debar is built. Users have `debar policy
 * compile`. */
#include "policy/compile.h"
#include "core/error.h"
#include "policy/format.h"

#include <stdio.h>
#include <unistd.h>

static bool write_out(const char *path, struct bytes data)
{
	FILE *file = fopen(path, "wb");
	if (!file)
		return false;
	bool written = fwrite(data.ptr, 1, data.len, file) == data.len;
	return fclose(file) == 0 && written;
}

int main(int count, char **arguments)
{
	if (count != 3) {
		(void)fprintf(stderr, "usage: debar-compile DIR OUT\n");
		return 2;
	}
	struct buffer pack;
	buffer_init(&pack, PACK_MOST);
	struct debar_error error = {.message = ""};
	const char *const dirs[] = {arguments[1], NULL};
	enum debar_status status = policy_compile_dirs(dirs, STDERR_FILENO, &pack, &error);
	if (status == DEBAR_OK && !write_out(arguments[2], buffer_bytes(&pack)))
		status = error_system(&error, "cannot write %s", arguments[2]);
	if (status != DEBAR_OK)
		(void)fprintf(stderr, "debar-compile: %s\n", error.message);
	buffer_finish(&pack);
	return status == DEBAR_OK ? 0 : 2;
}
