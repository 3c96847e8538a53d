/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script: the archive behind an installer's script when it is not packed (makeself --nocomp and its
 * kin): tar, or cpio in the new ASCII format. It is asked last; what is packed there is found by
 * embedded, and zips by their end.
 */
#include "core/reader.h"
#include "reader/tar_header.h"

#include <inttypes.h>
#include <stdio.h>

extern const struct reader reader_script;

enum {
	CPIO_MAGIC = 6, /* "070701", or "070702" with sums; cpio(5) */
	CPIO_DIGITS = 104,
	NAME_MOST = 40,
};

static bool is_hexadecimal(uint8_t byte)
{
	uint8_t lower = byte | 0x20;
	return (byte >= '0' && byte <= '9') || (lower >= 'a' && lower <= 'f');
}

static bool is_cpio_header(struct bytes body, size_t at)
{
	struct bytes digits = bytes_slice(body, at + CPIO_MAGIC, CPIO_DIGITS);
	for (size_t i = 0; i < digits.len; i++)
		if (!is_hexadecimal(digits.ptr[i]))
			return false;
	return digits.len == CPIO_DIGITS;
}

/* Where the first tar archive begins, or SIZE_MAX. */
static size_t find_tar(struct bytes body)
{
	for (size_t at = 0; at < body.len; at++) {
		size_t found = bytes_find(bytes_from(body, at), BYTES("ustar"));
		if (found == SIZE_MAX)
			break;
		at += found;
		if (at > TAR_MAGIC_AT && tar_is_header(body, at - TAR_MAGIC_AT))
			return at - TAR_MAGIC_AT;
	}
	return SIZE_MAX;
}

static size_t find_cpio(struct bytes body)
{
	for (size_t at = 0; at < body.len; at++) {
		size_t found = bytes_find(bytes_from(body, at), BYTES("07070"));
		if (found == SIZE_MAX)
			break;
		at += found;
		if (is_cpio_header(body, at))
			return at;
	}
	return SIZE_MAX;
}

static enum read_result read_script(struct visit *visit, struct bytes body)
{
	size_t tar = find_tar(body);
	size_t cpio = find_cpio(bytes_slice(body, 0, tar));
	size_t at = cpio < tar ? cpio : tar;
	if (at == SIZE_MAX)
		return READ_WHOLE;
	char name[NAME_MOST];
	int length = snprintf(name, sizeof name, "archive at %zu", at);
	visit_child(visit, (struct bytes){(const uint8_t *)name, (size_t)length},
	            bytes_from(body, at));
	return READ_WHOLE;
}

static bool recognise(const struct sight *sight)
{
	return bytes_start_with(sight->head, BYTES("#!"));
}

const struct reader reader_script = {
	.name = "script",
	.recognise = recognise,
	.read = read_script,
	.understood = CLASS_SEARCHED,
	.last = true,
};
