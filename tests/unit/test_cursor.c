/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cursor.h"
#include "unit/test.h"

static void digits_are_read_in_their_base(void **state)
{
	(void)state;
	static const struct {
		const char *field;
		unsigned base;
		uint64_t value;
		bool ok;
	} cases[] = {
		{"0         ", 10, 0, true},   {"1234567890", 10, 1234567890, true},
		{"644       ", 8, 0644, true}, {"8         ", 8, 0, false},
		{"-1        ", 10, 0, false},  {"1 2       ", 10, 0, false},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct cursor c = cursor_over((struct bytes){(const uint8_t *)cases[i].field, 10});
		assert_int_equal(cursor_digits(&c, 10, cases[i].base), cases[i].value);
		assert_int_equal(cursor_ok(&c), cases[i].ok);
	}
}

static void failure_is_sticky(void **state)
{
	(void)state;
	struct cursor c = cursor_over(BYTES("\x01\x02\x03"));
	assert_int_equal(cursor_u16le(&c), 0x0201);
	assert_int_equal(cursor_u32le(&c), 0);
	assert_false(cursor_ok(&c));
	assert_int_equal(c.bad_at, 2);
	assert_int_equal(cursor_u8(&c), 0);
	assert_int_equal(cursor_take(&c, UINT64_MAX).len, 0);
}

static void counts_that_cannot_fit_are_refused(void **state)
{
	(void)state;
	struct cursor c = cursor_over(BYTES("12345678"));
	assert_int_equal(cursor_fits(&c, 2, 4), 2);
	assert_true(cursor_ok(&c));
	assert_int_equal(cursor_fits(&c, UINT64_MAX, 4), 0);
	assert_false(cursor_ok(&c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_are_read_in_their_base),
		cmocka_unit_test(failure_is_sticky),
		cmocka_unit_test(counts_that_cannot_fit_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
