/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/nameless.h"

enum { DIGITS_LEAST = 30 }; /* of MD5, with two in the folder's name */

bool is_nameless(struct bytes name)
{
	static const struct bytes ends[] = {{(const uint8_t *)"-exec", 5},
	                                    {(const uint8_t *)".file", 5}};
	if (bytes_start_with(name, BYTES("blob at ")) || bytes_equal(name, BYTES("file")) ||
	    bytes_equal(name, BYTES("-")))
		return true;
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (bytes_end_with(name, ends[i]))
			name = bytes_slice(name, 0, name.len - ends[i].len);
	for (size_t i = 0; i < name.len; i++) {
		uint8_t lower = name.ptr[i] | 0x20;
		bool digit = name.ptr[i] >= '0' && name.ptr[i] <= '9';
		if (!digit && (lower < 'a' || lower > 'f'))
			return false;
	}
	return name.len >= DIGITS_LEAST;
}
