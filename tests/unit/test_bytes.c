/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"
#include "unit/test.h"

static void needles_are_found_at_every_place(void **state)
{
	(void)state;
	uint8_t room[300];
	for (size_t length = 1; length <= 13; length += 3)
		for (size_t at = 0; at + length <= sizeof room; at++) {
			memset(room, '-', sizeof room);
			memcpy(room + at, "BEGIN REQUEST", length);
			struct bytes needle = {(const uint8_t *)"BEGIN REQUEST", length};
			assert_int_equal(bytes_find((struct bytes){room, sizeof room}, needle), at);
		}
}

static void what_is_not_there_is_not_found(void **state)
{
	(void)state;
	uint8_t room[200];
	memset(room, 'a', sizeof room);
	struct bytes all = {room, sizeof room};
	assert_int_equal(bytes_find(all, BYTES("ab")), SIZE_MAX);
	assert_int_equal(bytes_find(all, BYTES("")), SIZE_MAX);
	assert_int_equal(bytes_find(BYTES("short"), BYTES("shorter")), SIZE_MAX);
	assert_int_equal(bytes_find((struct bytes){0}, BYTES("a")), SIZE_MAX);
	assert_int_equal(bytes_find(all, BYTES("aa")), 0);
}

static void slices_stay_inside(void **state)
{
	(void)state;
	struct bytes all = BYTES("0123456789");
	assert_int_equal(bytes_slice(all, 8, 5).len, 2);
	assert_int_equal(bytes_slice(all, 11, 1).len, 0);
	assert_int_equal(bytes_from(all, SIZE_MAX).len, 0);
	assert_true(bytes_equal(bytes_trim(BYTES(" \t a b\n")), BYTES("a b")));
	assert_true(bytes_compare(BYTES("a"), BYTES("ab")) < 0);
	assert_true(bytes_end_with_nocase(BYTES("x.SYS"), BYTES(".sys")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(needles_are_found_at_every_place),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(slices_stay_inside),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
