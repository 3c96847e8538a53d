/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/tar_header.h"

enum { SUM_AT = 148, SUM_SIZE = 8 };

bool tar_number(struct bytes field, uint64_t *out)
{
	uint64_t value = 0;
	if (field.len > 0 && field.ptr[0] & 0x80) {
		value = field.ptr[0] & 0x7f;
		for (size_t i = 1; i < field.len; i++) {
			if (value >> 56 != 0)
				return false;
			value = value << 8 | field.ptr[i];
		}
		*out = value;
		return field.ptr[0] != 0xff;
	}
	struct bytes digits = bytes_trim(field);
	size_t i = 0;
	for (; i < digits.len && digits.ptr[i] >= '0' && digits.ptr[i] <= '7'; i++) {
		if (value >> 61 != 0)
			return false;
		value = value << 3 | (uint64_t)(digits.ptr[i] - '0');
	}
	*out = value;
	return i == digits.len || digits.ptr[i] == '\0' || digits.ptr[i] == ' ';
}

/* The sum of all bytes with blanks in place of the sum; some writers took bytes as signed. */
bool tar_is_header(struct bytes body, size_t at)
{
	struct bytes block = bytes_slice(body, at, TAR_BLOCK);
	struct bytes field = bytes_trim(bytes_slice(block, SUM_AT, SUM_SIZE));
	uint64_t stored;
	if (block.len < TAR_BLOCK || field.len == 0 || field.ptr[0] < '0' || field.ptr[0] > '7' ||
	    !tar_number(field, &stored))
		return false;
	uint64_t sum = SUM_SIZE * ' ', high = 0;
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		bool counted = i < SUM_AT || i >= SUM_AT + SUM_SIZE;
		sum += counted ? block.ptr[i] : 0;
		high += counted && block.ptr[i] >= 0x80;
	}
	return stored == sum || stored + 256 * high == sum;
}
