/* SPDX-License-Identifier: Apache-2.0 */
/* Where no root stands no literal may: of the shipped marks, and of marks made to be awkward. */
#include "sample_vendor.h"
#include "test.h"

#include "core/reader.h"
#include "policy/compile.h"
#include "policy/match.h"
#include "policy/roots.h"

#include <stdlib.h>

static bool same(uint8_t a, uint8_t b, bool caseless)
{
	struct bytes left = {&a, 1}, right = {&b, 1};
	return caseless ? bytes_equal_nocase(left, right) : a == b;
}

/* True when the search for `root` finds it in `text` however `text` is written: a root that minds
 * case is none for a text that does not. */
static bool stands_in(struct bytes root, bool root_caseless, struct bytes text, bool text_caseless)
{
	if (text_caseless && !root_caseless)
		return false;
	for (size_t at = 0; at + root.len <= text.len; at++) {
		size_t i = 0;
		while (i < root.len && same(text.ptr[at + i], root.ptr[i], root_caseless))
			i++;
		if (i == root.len)
			return true;
	}
	return false;
}

static void check_roots(const struct pack *pack)
{
	struct patterns literals, roots;
	assert_int_equal(patterns_make_literals(&literals, pack, NULL), DEBAR_OK);
	assert_int_equal(roots_choose(&roots, &literals, NULL), DEBAR_OK);
	for (size_t i = 0; i < literals.count; i++) {
		const struct pattern *literal = &literals.items[i];
		struct bytes text = patterns_text(&literals, i);
		if (literal->id >= MATCHER_ATOM) { /* in its own place, whole */
			assert_int_equal(roots.items[i].id, literal->id);
			assert_true(bytes_equal(patterns_text(&roots, i), text));
			continue;
		}
		bool found = false;
		for (size_t j = ATOM_COUNT; j < roots.count && !found; j++)
			found = stands_in(patterns_text(&roots, j),
			                  roots.items[j].flags & HS_FLAG_CASELESS, text,
			                  literal->flags & HS_FLAG_CASELESS);
		if (!found)
			fail_msg("no root in literal %zu: %.*s", i, (int)text.len,
			         (const char *)text.ptr);
	}
	for (size_t j = ATOM_COUNT; j < roots.count; j++)
		assert_true(roots.items[j].size >= BYTE_MARK_LEAST);
	patterns_finish(&roots);
	patterns_finish(&literals);
}

static void check_policies(const struct policy_text *text, const char *const *dirs)
{
	struct buffer out;
	struct pack *pack;
	struct debar_error error = {.message = ""};
	buffer_init(&out, 64 << 20);
	enum debar_status status = text ? policy_compile_texts(text, 1, -1, &out, &error)
	                                : policy_compile_dirs(dirs, -1, &out, &error);
	if (status != DEBAR_OK)
		fail_msg("%s", error.message);
	assert_int_equal(pack_open(buffer_bytes(&out), &pack, NULL), DEBAR_OK);
	check_roots(pack);
	pack_close(pack);
	buffer_finish(&out);
}

static void test_shipped(void **state)
{
	(void)state;
	const char *const dirs[] = {POLICIES, NULL};
	check_policies(NULL, dirs);
}

/* Shortest ones, one inside another, letters without ASCII, one letter over and over. */
static void test_awkward(void **state)
{
	(void)state;
	static const char vendor[] = ACME_BYTES(
		"      {value: acme}, {value: ACMEs}, {value: an acme product}, {value: aaaaaaaa}, "
		"{value: 华为技术},\n"
		"      {value: 卡巴}, {value: ЩИТ-акме}, {value: щит}, {value: 'a b c d e'}, "
		"{value: zzzz}, {value: xzzzz}");
	const struct policy_text text = {"acme.yaml", bytes_of(vendor), false};
	check_policies(&text, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_awkward),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
