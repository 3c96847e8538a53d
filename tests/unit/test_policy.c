/* SPDX-License-Identifier: Apache-2.0 */
/* Policies from YAML to marks that match, all in memory. */
#include "test.h"

#include "policy/compile.h"
#include "policy/format.h"
#include "policy/match.h"

#include <stdio.h>
#include <stdlib.h>

/* What every vendor file of these tests begins with; the marks follow. */
#define VENDOR_HEAD                                                                                \
	"schema: debar-vendor/1\n"                                                                 \
	"id: acme\n"                                                                               \
	"name: Acme\n"                                                                             \
	"sources:\n"                                                                               \
	"  - {id: book, is: The Book of Acme}\n"                                                   \
	"entities:\n"                                                                              \
	"  - {name: AO Acme, relation: parent, source: book, confidence: high}\n"                  \
	"  - {name: Acme of Old, relation: former, source: book, confidence: low}\n"               \
	"products:\n"                                                                              \
	"  - {id: shield, name: Acme Shield, role: endpoint-protection, reach: [boot]}\n"          \
	"marks:\n"

#define ROW(kind, match, value)                                                                    \
	"  - {kinds: [" kind "], match: " match                                                    \
	", nexus: branded, strength: indicator, confidence: high, source: book, rows: [{value: "   \
	"'" value "'}]}\n"

static enum debar_status compile(const char *vendor, const char *directive, struct buffer *out,
                                 struct debar_error *error)
{
	const struct policy_text texts[] = {{"acme.yaml", bytes_of(vendor), false},
	                                    {"order.yaml", bytes_of(directive), true}};
	buffer_init(out, PACK_MOST);
	return policy_compile_texts(texts, directive ? 2 : 1, -1, out, error);
}

/* A compiled vendor, opened, with a matcher. */
struct fixture {
	struct buffer file;
	struct pack *pack;
	struct matcher *matcher;
};

static void open_fixture(struct fixture *f, const char *vendor)
{
	struct debar_error error = {.message = ""};
	if (compile(vendor, NULL, &f->file, &error) != DEBAR_OK)
		fail_msg("%s", error.message);
	assert_int_equal(pack_open(buffer_bytes(&f->file), &f->pack, &error), DEBAR_OK);
	assert_int_equal(matcher_create(f->pack, &f->matcher, &error), DEBAR_OK);
}

static void close_fixture(struct fixture *f)
{
	matcher_destroy(f->matcher);
	pack_close(f->pack);
	buffer_finish(&f->file);
}

static size_t count_matches(struct fixture *f, const char *kind, struct bytes value)
{
	uint32_t marks[64];
	return matcher_fact(f->matcher, fact_kind_named(bytes_of(kind)), value, marks,
	                    COUNT_OF(marks));
}

static void test_forms(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		const char *kind, *value;
		size_t matches;
	} cases[] = {
		{ROW("pe.company", "exact", "AO Acme"), "pe.company", "ao ACME", 1},
		{ROW("pe.company", "exact", "AO Acme"), "pe.company", "AO Acme Inc", 0},
		{ROW("pe.company", "exact", "AO Acme"), "pe.product", "AO Acme", 0},
		{ROW("pe.company", "exact", "Kelvin"), "pe.company", "\u212AELVIN", 1},
		{ROW("pe.company", "exact", "Stra\u00DFe"), "pe.company", "STRASSE", 1},
		{ROW("pe.company", "exact", "INFO"), "pe.company", "info", 1},
		{ROW("pe.company", "exact", "info"), "pe.company", "\u0131nfo", 0},
		{ROW("pe.company", "exact", "info"), "pe.company", "\u0130NFO", 0},
		{ROW("pe.company", "exact", "Лаборатория"), "pe.company", "ЛАБОРАТОРИЯ", 1},
		{ROW("pe.company", "exact", "Ångström"), "pe.company", "A\u030AngstrO\u0308m", 1},
		{ROW("pe.company", "prefix", "acme"), "pe.company", "ACME \xff", 1},
		{ROW("pe.product", "prefix", "Acme "), "pe.product", "ACME SHIELD", 1},
		{ROW("pe.product", "prefix", "Acme S"), "pe.product", "acme shield", 1},
		{ROW("pe.product", "prefix", "Acme S"), "pe.product", "the acme shield", 0},
		{ROW("file.name", "suffix", ".kdc"), "file.name", "BASE001.KDC", 1},
		{ROW("file.name", "suffix", ".kdc"), "file.name", "base.kdc.txt", 0},
		{ROW("pe.copyright", "substring", "acme lab"), "pe.copyright", "(c) ACME Lab", 1},
		{ROW("file.name", "glob", "acme*.s?s"), "file.name", "ACME_x.SYS", 1},
		{ROW("file.name", "glob", "acme*.s?s"), "file.name", "ACME_x.SYYS", 0},
		{ROW("file.name", "glob", "a?b"), "file.name", "aЖb", 1},
		{ROW("file.name", "glob", "a.b"), "file.name", "axb", 0},
		{ROW("file.name", "regex", "^base[0-9]+\\.kdc$"), "file.name", "BASE12.kdc", 1},
		{ROW("file.name", "regex", "^base[0-9]+\\.kdc$"), "file.name", "xbase12.kdc", 0},
		{ROW("npm.name", "prefix", "@acme/"), "npm.name", "@acme/ui", 1},
		{ROW("npm.name", "prefix", "@acme/"), "npm.name", "@Acme/ui", 0},
		{ROW("java.class", "prefix", "com/acme/"), "java.class", "com/acme/X", 1},
		{ROW("cert.dns", "suffix", "acme.com"), "cert.dns", "www.acme.com", 1},
		{ROW("cert.dns", "suffix", "acme.com"), "cert.dns", "acme.com", 1},
		{ROW("cert.dns", "suffix", "acme.com"), "cert.dns", "notacme.com", 0},
		{ROW("signer.serial", "exact", "0A:FC:35"), "signer.serial", "0afc35", 1},
		{ROW("bytes", "exact", "acme engine"), "bytes", "the ACME Engine runs", 1},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char vendor[2048];
		(void)snprintf(vendor, sizeof vendor, VENDOR_HEAD "%s", cases[i].row);
		struct fixture f;
		open_fixture(&f, vendor);
		size_t matches = count_matches(&f, cases[i].kind, bytes_of(cases[i].value));
		if (matches != cases[i].matches)
			fail_msg("%s%s: %zu matches", cases[i].row, cases[i].value, matches);
		close_fixture(&f);
	}
}

static void test_paths(void **state)
{
	(void)state;
	struct fixture f;
	open_fixture(&f, VENDOR_HEAD ROW("file.path", "exact", "/opt/acme")
	                         ROW("file.path", "prefix", "%ProgramData%\\Acme Lab\\Shield")
	                                 ROW("file.path", "exact", "C:\\Drivers\\acme.sys")
	                                         ROW("file.path", "glob", "drivers/K4W-*"));
	static const struct {
		const char *value;
		size_t matches;
	} cases[] = {
		{"opt/acme", 1},
		{"/opt/acme/", 1},
		{"x/OPT/Acme/y/z", 1},
		{"opt//./acme", 1},
		{"opt/acme2", 0},
		{"xopt/acme", 0},
		{"opt/x/acme", 0},
		{"acme", 0},
		{"", 0},
		{"/", 0},
		{"disk.img!/p2/ProgramData/acme lab/shield/a.dll", 1},
		{"acme lab\\shield", 0}, /* not in normal form: '\' is for normal_value */
		{"windows/drivers/acme.sys", 1},
		{"System32/drivers/K4W-21-3/klif.sys", 1},
		{"System32/drivers/K5W-21-3/klif.sys", 0},
		{"System32/xdrivers/K4W-21-3/klif.sys", 0},
		{"opt/acme/drivers/acme.sys/acme lab/shield", 3},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		size_t matches = count_matches(&f, "file.path", bytes_of(cases[i].value));
		if (matches != cases[i].matches)
			fail_msg("%s: %zu matches", cases[i].value, matches);
	}
	close_fixture(&f);
}

static void test_long_path(void **state)
{
	(void)state;
	struct fixture f;
	open_fixture(&f, VENDOR_HEAD ROW("file.path", "exact", "/opt/acme"));
	enum { BEFORE = 9000 };
	char path[BEFORE + 64];
	for (size_t i = 0; i < BEFORE; i++)
		path[i] = i % 10 == 9 ? '/' : 'x';
	for (size_t shift = 0; shift < BEFORE; shift += 700) {
		(void)snprintf(path + BEFORE - shift, 64, "/opt/acme/shield");
		assert_int_equal(count_matches(&f, "file.path", bytes_of(path)), 1);
	}
	close_fixture(&f);
}

struct hits {
	size_t count;
	uint32_t id;
	size_t end, length;
};

static void count_hit(void *context, uint32_t id, size_t end, size_t length)
{
	struct hits *hits = context;
	hits->count++;
	hits->id = id;
	hits->end = end;
	hits->length = length;
}

static void test_search(void **state)
{
	(void)state;
	struct fixture f;
	open_fixture(&f, VENDOR_HEAD ROW("bytes", "exact", "Acme Lab")
	                         ROW("bytes", "exact", "Лаборатория"));
	const struct {
		struct bytes window;
		size_t count, end, length;
	} cases[] = {
		{BYTES("xx acme LAB yy"), 1, 11, 8},
		{BYTES("x\0A\0c\0M\0e\0 \0l\0a\0b\0"), 1, 18, 16},
		{BYTES("Acme La"), 0, 0, 0},
		{BYTES(""), 0, 0, 0},
		{BYTES("лаборатория"), 1, 22, 22},
		{BYTES("\x1b\x04\x30\x04\x31\x04\x3e\x04\x40\x04\x30\x04\x42\x04\x3e\x04\x40\x04"
	               "\x38\x04\x4f\x04"),
	         1, 22, 22},
		{BYTES("PK\5\6"), 1, 4, 4},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct hits hits = {0};
		matcher_search(f.matcher, cases[i].window, count_hit, &hits);
		assert_int_equal(hits.count, cases[i].count);
		assert_int_equal(hits.end, cases[i].end);
		assert_int_equal(hits.length, cases[i].length);
	}
	assert_true(matcher_overlap(f.matcher) >= 22);
	struct hits hits = {0};
	matcher_search(f.matcher, BYTES("PK\5\6"), count_hit, &hits);
	assert_int_equal(hits.id, MATCHER_ATOM);
	close_fixture(&f);
}

static void test_entities(void **state)
{
	(void)state;
	struct fixture f;
	open_fixture(&f,
	             VENDOR_HEAD "  - {kinds: [pe.company, signer.name], each: entities, nexus: "
	                         "branded, strength: identity}\n");
	assert_int_equal(pack_mark_count(f.pack), 4);
	uint32_t index = pack_mark_named(f.pack, BYTES("acme/pe.company/ao-acme"));
	assert_int_not_equal(index, PACK_NONE);
	struct mark mark = pack_mark(f.pack, index);
	assert_int_equal(mark.strength, STRENGTH_IDENTITY);
	assert_int_equal(mark.confidence, CONFIDENCE_HIGH);
	assert_true(bytes_equal(mark.source, BYTES("The Book of Acme")));
	mark = pack_mark(f.pack, pack_mark_named(f.pack, BYTES("acme/signer.name/acme-of-old")));
	assert_int_equal(mark.strength, STRENGTH_HINT);
	assert_int_equal(pack_mark_named(f.pack, BYTES("acme/no")), PACK_NONE);
	assert_false(matcher_ignores(f.matcher, FACT_PE_COMPANY));
	assert_true(matcher_ignores(f.matcher, FACT_PE_PRODUCT));
	assert_false(matcher_wants_digest(f.matcher, 0));
	close_fixture(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),     cmocka_unit_test(test_paths),
		cmocka_unit_test(test_long_path), cmocka_unit_test(test_search),
		cmocka_unit_test(test_entities),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
