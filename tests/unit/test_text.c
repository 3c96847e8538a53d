/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "unit/test.h"

static void hostile_text_is_made_safe_to_print(void **state)
{
	(void)state;
	static const struct {
		const char *raw, *safe;
	} cases[] = {
		{"plain", "plain"},
		{"caf\xC3\xA9", "caf\xC3\xA9"},
		{"a\nb\t\x1b[2J", "a\\nb\\t\\x1b[2J"},
		{"back\\slash", "back\\\\slash"},
		{"\xE2\x80\xAE"
	         "fdp.exe",
	         "\\u{202e}fdp.exe"},
		{"bad \xFF\xC0\x80", "bad \\xff\\xc0\\x80"},
		{"\xC2\x9B"
	         "31m",
	         "\\u{9b}31m"},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char out[64];
		size_t whole = text_escape(bytes_of(cases[i].raw), out, sizeof out);
		assert_string_equal(out, cases[i].safe);
		assert_int_equal(whole, strlen(cases[i].safe));
	}
}

static void escapes_are_never_cut_in_half(void **state)
{
	(void)state;
	char out[6];
	assert_int_equal(text_escape(BYTES("abc\x01"), out, sizeof out), 7);
	assert_string_equal(out, "abc");
}

static void utf8_is_checked_by_the_book(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool ok;
	} cases[] = {
		{"", true},          {"\xF0\x9F\x92\xA9", true}, {"\xED\xA0\x80", false},
		{"\xC0\xAF", false}, {"\xE2\x82", false},        {"\xF4\x90\x80\x80", false},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(text_is_utf8(bytes_of(cases[i].text)), cases[i].ok);
}

static void utf16_becomes_utf8(void **state)
{
	(void)state;
	uint8_t out[32];
	size_t length = text_from_utf16(BYTES("K\0\x21\x04\x3D\xD8\xA9\xDC\x00\xD8"), false, out);
	assert_int_equal(length, 1 + 2 + 4 + 3);
	assert_memory_equal(out, "K\xD0\xA1\xF0\x9F\x92\xA9\xEF\xBF\xBD", length);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_text_is_made_safe_to_print),
		cmocka_unit_test(escapes_are_never_cut_in_half),
		cmocka_unit_test(utf8_is_checked_by_the_book),
		cmocka_unit_test(utf16_becomes_utf8),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
