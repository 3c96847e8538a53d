/* SPDX-License-Identifier: Apache-2.0 */
/* own: debar's compiled packs and its cases. They hold every mark, and prove nothing by it. */
#include "core/reader.h"

extern const struct reader reader_own;

static bool recognise_own(const struct sight *sight)
{
	if (bytes_start_with(sight->head, BYTES("debarpk1")))
		return true;
	/* SQLite keeps a number of the program's choice at offset 68 (store/schema.c). */
	return bytes_start_with(sight->head, BYTES("SQLite format 3\0")) &&
	       bytes_equal(bytes_slice(sight->head, 68, 4), BYTES("debr"));
}

static enum read_result read_own(struct visit *visit, struct bytes body)
{
	(void)visit, (void)body;
	return READ_WHOLE; /* its bytes are plain: the search has seen them */
}

const struct reader reader_own = {
	.name = "own",
	.recognise = recognise_own,
	.read = read_own,
	.understood = CLASS_SEARCHED,
	.quotes = true,
};
