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
	const struct policy_text texts[] = {{"acme.yaml", bytes_of(vendor), POLICY_VENDOR},
	                                    {"order.yaml", bytes_of(directive), POLICY_DIRECTIVE}};
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
	assert_int_equal(matcher_create(f->pack, MATCHER_FOR_ALL, &f->matcher, &error), DEBAR_OK);
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
		{ROW("bytes", "prefix", "ACMZ"), "bytes", "ACMZ and so on", 1},
		{ROW("bytes", "prefix", "ACMZ"), "bytes", "no ACMZ", 0},
		{ROW("bytes", "prefix", "ACMZ"), "bytes", "ACMZ, ACMZ", 1},
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

/* `problem` is what the first message must hold. */
static void test_vendor_problems(void **state)
{
	(void)state;
	static const struct {
		const char *text, *problem;
		size_t count;
	} cases[] = {
		{"", "acme.yaml:1: the file is empty", 1},
		{"- a\n", "acme.yaml:1: the file must be one mapping", 1},
		{"a: [\n", "acme.yaml:2: ", 1},
		{"schema: x\n---\nb: c\n", "acme.yaml:2: ", 1},
		{"a: &x b\nc: *x\n", "acme.yaml:1: anchors are not allowed", 1},
		{"a: !!str b\n", "acme.yaml:1: tags are not allowed", 1},
		{"a: b\nc: d\na: e\n", "acme.yaml:3: key 'a' is given twice", 1},
		{"a: [[[[[[[[[b]]]]]]]]]\n", "acme.yaml:1: nested too deeply", 1},
		{"a: \"x\\0y\"\n", "acme.yaml:1: text must not hold a NUL", 1},
		{"? [a]\n: b\n", "acme.yaml:1: a key must be a word", 1},
		{VENDOR_HEAD ROW("bytes", "exact", "acme") "surprise: 1\n",
	         "acme.yaml:13: surprise: unknown key", 1},
		{VENDOR_HEAD "  - {kinds: [bytes], colour: red}\n",
	         "acme.yaml:12: colour: unknown key", 1},
		{VENDOR_HEAD "  - {kinds: bytes}\n", "acme.yaml:12: kinds: must be a list", 1},
		{"schema: debar-vendor/1\nid: acme\n", "acme.yaml:1: name: the key is missing", 4},
		{VENDOR_HEAD
	         "  - {kinds: [[bytes]], colour: [a, {b: c}], rows: [x, {size: many}]}\n",
	         "acme.yaml:12: kinds: must be a text", 5},
		{VENDOR_HEAD "  - {kinds: []}\n", "acme.yaml:12: kinds: the list is empty", 1},
		{VENDOR_HEAD ROW("pe.compny", "exact", "x"),
	         "acme.yaml:12: unknown fact kind 'pe.compny'", 1},
		{VENDOR_HEAD ROW("pe.company", "exactly", "x"),
	         "acme.yaml:12: unknown match 'exactly'", 1},
		{VENDOR_HEAD ROW("pe.company", "exact", " "), "acme.yaml:12: value is empty", 1},
		{VENDOR_HEAD ROW("bytes", "exact", "abc"),
	         "acme.yaml:12: byte marks must have at least 4 bytes", 1},
		{VENDOR_HEAD ROW("bytes", "suffix", "abcd"),
	         "acme.yaml:12: byte marks are plain text", 1},
		{VENDOR_HEAD ROW("file.name", "regex", "a(b"),
	         "acme.yaml:12: bad regular expression: Missing close parenthesis", 1},
		{VENDOR_HEAD ROW("file.name", "regex", "aßb"), "a regular expression is ASCII", 1},
		{VENDOR_HEAD ROW("signer.serial", "exact", "12xy"), "is not hexadecimal", 1},
		{VENDOR_HEAD ROW("digest.sha256", "exact", "12"), "64 hexadecimal digits", 1},
		{VENDOR_HEAD ROW("file.path", "exact", "C:\\"), "value is empty", 1},
		{VENDOR_HEAD
	         "  - {kinds: [pe.company], nexus: brandet, strength: strong, confidence: "
	         "some, source: shelf, product: sword, cloud: maybe, reach: [moon],\n"
	         "     rows: [{value: x, size: 1}]}\n",
	         "acme.yaml:13: size is for digest marks only", 8},
		{VENDOR_HEAD "  - {kinds: [pe.company], nexus: branded, strength: indicator, "
	                     "confidence: low, source: book, rows: [{value: x}]}\n",
	         "acme.yaml:12: confidence low allows only strength hint", 1},
		{VENDOR_HEAD ROW("pe.company", "exact", "x y") ROW("pe.company", "prefix", "X Y"),
	         "acme.yaml:13: mark 'acme/pe.company/x-y' is already on line 12", 1},
		{VENDOR_HEAD "  - {kinds: [pe.compny], nexus: branded, strength: identity, "
	                     "confidence: high, source: book,\n"
	                     "     rows: [{value: x},\n{value: y},\n{value: z}]}\n",
	         "acme.yaml:12: unknown fact kind 'pe.compny'", 1},
		{VENDOR_HEAD "  - {kinds: [pe.company, pe.product], nexus: brandet, strength: "
	                     "identity, confidence: high, source: book,\n"
	                     "     rows: [{value: x},\n{value: y},\n{value: z, match: near}]}\n",
	         "acme.yaml:12: unknown nexus 'brandet'", 2},
		{VENDOR_HEAD "  - {kinds: [bytes], nexus: mention, strength: hint}\n",
	         "acme.yaml:12: no rows", 1},
		{VENDOR_HEAD "  - {kinds: [bytes], nexus: mention, strength: hint, each: things}\n",
	         "acme.yaml:12: unknown each 'things'", 2},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buffer pack;
		struct debar_error error = {.message = ""};
		enum debar_status status = compile(cases[i].text, NULL, &pack, &error);
		char count[40];
		(void)snprintf(count, sizeof count, "%zu problems in", cases[i].count);
		if (status != DEBAR_INVALID || !strstr(error.message, cases[i].problem) ||
		    (strstr(error.message, count) != NULL) != (cases[i].count > 1))
			fail_msg("%s\n%s\nnot: %s", cases[i].text, error.message, cases[i].problem);
		buffer_finish(&pack);
	}
}

/* What every directive file of these tests begins with; the scope follows. */
#define ORDER_HEAD                                                                                 \
	"schema: debar-directive/1\n"                                                              \
	"id: order\n"                                                                              \
	"title: The Order\n"                                                                       \
	"authority: The Crown\n"                                                                   \
	"issued: 2020-02-29\n"                                                                     \
	"status: in force\n"                                                                       \
	"applies_to: everybody\n"                                                                  \
	"vendors: [acme]\n"                                                                        \
	"sources: [{id: roll, is: The Roll}]\n"                                                    \
	"scope:\n"
#define SCOPE(nexus, is) "  - {nexus: " nexus ", is: " is ", clause: so it is, source: roll}\n"
#define SCOPES                                                                                     \
	SCOPE("branded", "in")                                                                     \
	SCOPE("rebranded", "in")                                                                   \
	SCOPE("embedded", "out")                                                                   \
	SCOPE("dependency", "conditional")                                                         \
	SCOPE("residue", "out") SCOPE("history", "out") SCOPE("contact", "out")

static void test_directive_problems(void **state)
{
	(void)state;
	static const struct {
		const char *text, *problem;
	} cases[] = {
		{ORDER_HEAD SCOPES, "order.yaml:10: the scope does not say what holds for mention"},
		{ORDER_HEAD SCOPES SCOPE("mention", "maybe"),
	         "order.yaml:18: is: in, out or conditional, not 'maybe'"},
		{ORDER_HEAD SCOPES SCOPE("mention", "out") SCOPE("mention", "in"),
	         "order.yaml:19: nexus 'mention' is given twice"},
		{ORDER_HEAD SCOPES SCOPE("rumour", "out"), "order.yaml:18: unknown nexus 'rumour'"},
		{ORDER_HEAD SCOPES SCOPE("mention",
	                                 "out") "deadlines:\n  - {what: act, source: roll}\n",
	         "order.yaml:20: neither due nor date is given"},
		{ORDER_HEAD SCOPES SCOPE("mention", "out") "effective: 2020-13-01\n",
	         "order.yaml:19: '2020-13-01' is not a date"},
		{ORDER_HEAD SCOPES SCOPE(
			 "mention",
			 "out") "roles_out: {roles: [jester], clause: so, source: roll}\n",
	         "order.yaml:19: unknown role 'jester'"},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buffer pack;
		struct debar_error error = {.message = ""};
		enum debar_status status = compile(VENDOR_HEAD ROW("bytes", "exact", "acme"),
		                                   cases[i].text, &pack, &error);
		if (status != DEBAR_INVALID || !strstr(error.message, cases[i].problem))
			fail_msg("%s\n%s\nnot: %s", cases[i].text, error.message, cases[i].problem);
		buffer_finish(&pack);
	}
}

static void test_directive(void **state)
{
	(void)state;
	struct buffer file;
	struct debar_error error = {.message = ""};
	const char *order = ORDER_HEAD SCOPES SCOPE(
		"mention",
		"out") "  - {nexus: branded, is: out, to: 2019-01-01, clause: before, source: "
		       "roll}\n"
		       "roles_out: {roles: [training, library], clause: not these, source: roll}\n"
		       "deadlines: [{due: day 30, what: report, fields: [a, b], source: roll}]\n";
	enum debar_status status =
		compile(VENDOR_HEAD ROW("bytes", "exact", "acme"), order, &file, &error);
	if (status != DEBAR_OK)
		fail_msg("%s", error.message);
	struct pack *pack;
	assert_int_equal(pack_open(buffer_bytes(&file), &pack, &error), DEBAR_OK);
	struct directive directive = pack_directive(pack, 0);
	assert_int_equal(directive.scope[NEXUS_BRANDED], SCOPE_IN);
	assert_int_equal(directive.scope[NEXUS_EMBEDDED], SCOPE_OUT);
	assert_int_equal(directive.scope[NEXUS_DEPENDENCY], SCOPE_CONDITIONAL);
	assert_true(bytes_equal(directive.clause[NEXUS_BRANDED], BYTES("so it is (The Roll)")));
	assert_true(bytes_equal(directive.roles_out, BYTES("training library")));
	assert_true(bytes_equal(pack_deadline(pack, 0).fields, BYTES("a\nb")));
	pack_close(pack);
	buffer_finish(&file);
}

/* Opens and uses whatever the bytes are; only that it survives is asked. */
static bool survive(struct bytes data)
{
	struct pack *pack;
	struct matcher *matcher;
	struct debar_error error;
	if (pack_open(data, &pack, &error) != DEBAR_OK)
		return false;
	for (size_t i = 0; i < pack_mark_count(pack); i++)
		(void)pack_mark_named(pack, pack_mark(pack, i).id);
	for (size_t i = 0; i < pack_directive_count(pack); i++)
		(void)pack_directive(pack, i);
	if (matcher_create(pack, MATCHER_FOR_ALL, &matcher, &error) == DEBAR_OK) {
		uint32_t marks[4];
		(void)matcher_fact(matcher, FACT_FILE_PATH, BYTES("opt/acme"), marks, 4);
		(void)matcher_fact(matcher, FACT_BYTES, BYTES("Acme engine"), marks, 4);
		matcher_destroy(matcher);
	}
	pack_close(pack);
	return true;
}

/* Of a small pack every prefix and every flipped byte is refused; and when somebody who can count
 * mends the checksum, nothing worse happens than a refusal. */
static void test_damaged_pack(void **state)
{
	(void)state;
	struct buffer file;
	struct debar_error error = {.message = ""};
	assert_int_equal(compile(VENDOR_HEAD ROW("bytes", "exact", "Acme engine")
	                                 ROW("file.path", "exact", "opt/acme"),
	                         ORDER_HEAD SCOPES SCOPE("mention", "out"), &file, &error),
	                 DEBAR_OK);
	uint8_t *copy = malloc(file.len);
	assert_non_null(copy);
	for (size_t length = 0; length < file.len; length++) {
		assert_false(survive((struct bytes){file.data, length}));
		if (length < PACK_HEADER)
			continue;
		memcpy(copy, file.data, length);
		assert_true(format_seal(copy, length));
		(void)survive((struct bytes){copy, length});
	}
	memcpy(copy, file.data, file.len);
	for (size_t at = 0; at < file.len; at++) {
		copy[at] ^= 0xFF;
		assert_false(survive((struct bytes){copy, file.len}));
		assert_true(format_seal(copy, file.len));
		(void)survive((struct bytes){copy, file.len});
		memcpy(copy, file.data, file.len);
	}
	free(copy);
	buffer_finish(&file);
}

static void test_same_bytes(void **state)
{
	(void)state;
	static const char *const dirs[] = {POLICIES, NULL};
	struct buffer first, second;
	buffer_init(&first, PACK_MOST);
	buffer_init(&second, PACK_MOST);
	struct debar_error error = {.message = ""};
	assert_int_equal(policy_compile_dirs(dirs, -1, &first, &error), DEBAR_OK);
	assert_int_equal(policy_compile_dirs(dirs, -1, &second, &error), DEBAR_OK);
	assert_true(bytes_equal(buffer_bytes(&first), buffer_bytes(&second)));
	buffer_finish(&first);
	buffer_finish(&second);
	static const char *const twice[] = {POLICIES, POLICIES, NULL};
	buffer_init(&first, PACK_MOST);
	assert_int_equal(policy_compile_dirs(twice, -1, &first, &error), DEBAR_INVALID);
	assert_non_null(strstr(error.message, "is already that of"));
	static const char *const nowhere[] = {POLICIES "/vendors", NULL};
	assert_int_equal(policy_compile_dirs(nowhere, -1, &first, &error), DEBAR_NOT_FOUND);
	buffer_finish(&first);
}

/* The digest is of what the policies say: comments do not count, a note does. */
static void test_digest(void **state)
{
	(void)state;
	static const char *const texts[] = {
		VENDOR_HEAD ROW("bytes", "exact", "acme"),
		"# a comment\n" VENDOR_HEAD ROW("bytes", "exact", "acme"),
		VENDOR_HEAD ROW("bytes", "exact", "acme") "note: changed\n",
	};
	char digests[3][80];
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct fixture f;
		open_fixture(&f, texts[i]);
		(void)snprintf(digests[i], sizeof digests[i], "%s", pack_digest(f.pack));
		close_fixture(&f);
	}
	assert_string_equal(digests[0], digests[1]);
	assert_string_not_equal(digests[0], digests[2]);
}

static void open_shipped(struct fixture *f)
{
	static const char *const dirs[] = {POLICIES, NULL};
	struct debar_error error = {.message = ""};
	buffer_init(&f->file, PACK_MOST);
	if (policy_compile_dirs(dirs, -1, &f->file, &error) != DEBAR_OK)
		fail_msg("%s", error.message);
	assert_int_equal(pack_open(buffer_bytes(&f->file), &f->pack, &error), DEBAR_OK);
	assert_int_equal(matcher_create(f->pack, MATCHER_FOR_ALL, &f->matcher, &error), DEBAR_OK);
}

/* The strongest mark that a fact hits; -1 for none. */
static int strongest(struct fixture *f, const char *kind, const char *value)
{
	uint32_t marks[64];
	size_t count = matcher_fact(f->matcher, fact_kind_named(bytes_of(kind)), bytes_of(value),
	                            marks, COUNT_OF(marks));
	int best = -1;
	for (size_t i = 0; i < count && i < COUNT_OF(marks); i++) {
		int strength = (int)pack_mark(f->pack, marks[i]).strength;
		best = strength > best ? strength : best;
	}
	return best;
}

/* A root comes out of the pack as it went in; the same one twice counts once. */
static void test_roots(void **state)
{
	(void)state;
	size_t size = 0;
	char text[8192] = "";
	FILE *file = fopen(POLICIES "/../corpus/policy/root.pem", "rb");
	assert_non_null(file);
	size = fread(text, 1, sizeof text - 1, file);
	assert_int_equal(fclose(file), 0);
	const struct bytes root = {(const uint8_t *)text, size};
	const struct policy_text texts[] = {{"a.pem", root, POLICY_ROOT},
	                                    {"b.pem", root, POLICY_ROOT},
	                                    {"c.pem", BYTES("name: nothing"), POLICY_ROOT}};
	struct buffer out;
	struct debar_error error = {.message = ""};
	struct pack *pack = NULL;
	buffer_init(&out, PACK_MOST);
	assert_int_equal(policy_compile_texts(texts, 3, -1, &out, &error), DEBAR_INVALID);
	assert_non_null(strstr(error.message, "c.pem: holds no certificate"));
	buffer_clear(&out);
	assert_int_equal(policy_compile_texts(texts, 2, -1, &out, &error), DEBAR_OK);
	assert_int_equal(pack_open(buffer_bytes(&out), &pack, &error), DEBAR_OK);
	assert_int_equal(pack_root_count(pack), 1);
	struct root found = pack_root(pack, 0);
	assert_true(bytes_equal(found.name, BYTES("Root of the samples")));
	assert_int_equal(found.digest.len, 64);
	assert_int_equal(found.certificate.ptr[0], 0x30);
	assert_int_not_equal(found.subject, 0);
	pack_close(pack);
	buffer_finish(&out);
}

/* What somebody signs: who is meant, and no day that nobody set. */
static void test_citations(void **state)
{
	(void)state;
	struct fixture f;
	open_shipped(&f);
	size_t controls = 0, undated = 0;
	for (size_t i = 0; i < pack_directive_count(f.pack); i++)
		controls += bytes_find(pack_directive(f.pack, i).clause[NEXUS_BRANDED],
		                       BYTES("an entity that controls it")) != SIZE_MAX;
	for (size_t i = 0; i < pack_clause_count(f.pack); i++) {
		struct clause clause = pack_clause(f.pack, i);
		undated += bytes_equal(clause.id, BYTES("FAR 52.240-91")) && clause.from.len == 0;
	}
	assert_int_equal(controls, 1);
	assert_int_equal(undated, 1);
	close_fixture(&f);
}

static void test_shipped(void **state)
{
	(void)state;
	struct fixture f;
	open_shipped(&f);
	assert_int_equal(pack_directive_count(f.pack), 3);
	assert_true(pack_mark_count(f.pack) > 1000);
	assert_true(pack_root_count(f.pack) > 20);
	static const struct {
		const char *kind, *value;
		int strength;
	} cases[] = {
		{"signer.organization", "AO Kaspersky Lab", STRENGTH_IDENTITY},
		{"signer.registration", "1027739867473", STRENGTH_PROOF},
		{"signer.team", "2Y8XE5CQ94", STRENGTH_PROOF},
		{"signer.program", "Kaspersky Lab AO", STRENGTH_IDENTITY},
		{"pe.company", "Лаборатория Касперского", STRENGTH_IDENTITY},
		{"pe.company", "Kaspersky Lab UK Ltd", STRENGTH_HINT},
		{"pe.copyright", "© 2024 AO Kaspersky Lab.", STRENGTH_INDICATOR},
		{"pe.product", "Kaspersky Endpoint Security for Windows", STRENGTH_INDICATOR},
		{"package.installed", "kesl", STRENGTH_PROOF},
		{"package.name", "klnagent64", STRENGTH_IDENTITY},
		{"file.name", "KLIF.SYS", STRENGTH_INDICATOR},
		{"file.name", "unp009.kdc", STRENGTH_INDICATOR},
		{"file.name", "xyz-1313g.xml.klz", STRENGTH_INDICATOR},
		{"file.name", "kesl-12.1.0-1508.x86_64.rpm", STRENGTH_INDICATOR},
		{"file.path", "disk!/Program Files (x86)/Kaspersky Lab/NetworkAgent/x.dll",
	         STRENGTH_INDICATOR},
		{"java.class", "com/kavsdk/KavSdk", STRENGTH_IDENTITY},
		{"android.package", "com.kaspersky.safekids", STRENGTH_IDENTITY},
		{"android.package", "com.kaspersky.kaspresso.sample", -1},
		{"npm.dependency", "@kaspersky/hexa-ui", STRENGTH_IDENTITY},
		{"maven.name", "com.kaspersky:x", STRENGTH_IDENTITY},
		{"maven.name", "com.kasperskyx:x", -1},
		{"cert.name", "Kaspersky Anti-Virus Personal Root Certificate", STRENGTH_IDENTITY},
		{"cert.dns", "gc.kis.v2.scr.kaspersky-labs.com", STRENGTH_INDICATOR},
		{"unit.name", "com.kaspersky.kav", STRENGTH_INDICATOR},
		{"setting", "USE_KSN=yes", STRENGTH_INDICATOR},
		{"bytes", "xx KASPERSKY xx", STRENGTH_HINT},
		{"bytes", "KLZF\xfd\x06", STRENGTH_INDICATOR},
		{"bytes", "a rule for KLZF", -1},
		{"bytes", "winget install Kaspersky.SecurityCloud", STRENGTH_HINT},
		{"bytes", "msiexec /x {305a9ec9-294e-4555-a7c5-e1c767e01c11}", STRENGTH_HINT},
		{"file.path", "c/Windows/Installer/{305A9EC9-294E-4555-A7C5-E1C767E01C11}/i.ico",
	         STRENGTH_INDICATOR},
		{"file.path", "ProgramData/Kaspersky Lab/KES10SP2/Data", STRENGTH_INDICATOR},
		{"file.path", "home/kaspersky/UpdateUtility/Updates/x", STRENGTH_INDICATOR},
		{"unit.name", "KSCWebConsole.service", STRENGTH_INDICATOR},
		{"bytes", "setup_kes.exe /s /pEULA=1 /pKSN=1", STRENGTH_HINT},
		{"bytes", "pkg:rpm/redos/kesl@12.1.0-1508?arch=x86_64", STRENGTH_HINT},
		{"package.installed", "kics", STRENGTH_HINT},
		{"package.depends", "klnagent64", STRENGTH_IDENTITY},
		{"package.depends", "kics", STRENGTH_HINT},
		{"go.dependency", "github.com/KasperskyLab/x", STRENGTH_IDENTITY},
		{"module.author", "AO Kaspersky Lab", STRENGTH_INDICATOR},
		{"module.description", "Kaspersky file filter", STRENGTH_INDICATOR},
		{"cert.dns", "kas.pr", STRENGTH_INDICATOR},
		/* Short or shared names never say more than a hint. */
		{"file.name", "avp", -1},
		{"file.name", "kavstart.exe", -1},
		{"file.name", "KslD.sys", -1},
		{"file.name", "kpf4ss.exe", -1},
		{"file.name", "klist.exe", -1},
		{"file.name", "sdk.dat", STRENGTH_HINT},
		{"file.name", "x.kdc", STRENGTH_HINT},
		{"file.name", "kl1.sys", STRENGTH_HINT},
		{"file.name", "libapp_services.so", STRENGTH_HINT},
		{"unit.name", "AVP", -1},
		{"setting", "ExecStart=/opt/kaspersky/kesl/bin/kesl -d", STRENGTH_INDICATOR},
		{"setting", "ExecStart=/opt/kasperskyless/x", -1},
		{"setting", "KSN=1", STRENGTH_HINT},
		{"pe.company", "Kingsoft Corporation", -1},
		{"signer.organization", "Kasperskylabs Fan Club", -1},
		{"cert.dns", "www.notkaspersky.com", -1},
		{"bytes", "Lcom/kavsdk/KavSdk;", STRENGTH_INDICATOR},
		{"bytes", "https://example.org/src/com/kavsdk/KavSdk.java", STRENGTH_HINT},
		{"bytes", "drweb klavemu ekrn KlaveMusic", STRENGTH_HINT},
		{"package.publisher", "AO Kaspersky Lab", STRENGTH_IDENTITY},
		{"package.publisher", "kaspersky", STRENGTH_INDICATOR},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int strength = strongest(&f, cases[i].kind, cases[i].value);
		if (strength != cases[i].strength)
			fail_msg("%s=%s: %d", cases[i].kind, cases[i].value, strength);
	}
	close_fixture(&f);
}

/* Names that other tools and rules have taken for Kaspersky's. */
static void test_false_positives(void **state)
{
	(void)state;
	static const char *const names[] = {
		"kavstart.exe",
		"kav32.exe",
		"kissvc.exe",
		"kwatch.exe",
		"kmailmon.exe",
		"kpfwsvc.exe",
		"Kisknl.sys",
		"kavnsi.sys",
		"kpf4ss.exe",
		"kpf4gui.exe",
		"KslD.sys",
		"klist.exe",
		"klist",
		"klogd",
		"kldload",
		"kldstat",
		"klibc",
		"klcc",
		"Kavita.dll",
		"kavcontrol.exe",
		"avp3.exe",
		"geosite.dat",
		"dlc.dat",
		"Winapp2.ini",
		"general.sig",
		"SbieDll.dll",
		"UltraAV.exe",
		"UltraVPN.exe",
		"kasparov.exe",
		"master.xml",
		"updater.xml",
		"report.rpt",
		"default.set",
		"patch.dif",
		"ess_x64.msi",
		"libndpi.so",
		"kaspersky_careto.yaml",
	};
	static const struct {
		const char *kind, *value;
	} others[] = {
		{"pe.company", "Kingsoft Corporation"},
		{"pe.company", "Kerio Technologies"},
		{"pe.company", "KasperSkytte"},
		{"pe.product", "UltraAV"},
		{"pe.product", "Windows Kerberos"},
		{"npm.name", "cloudflash-kaspersky"},
		{"pypi.name", "kasperskytip"},
		{"pypi.name", "opentip-cli"},
		{"pypi.name", "ioc-triage"},
		{"package.installed", "klibc-utils"},
		{"package.installed", "kavita"},
		{"go.module", "github.com/KasperSkytte/x"},
		{"android.package", "com.kasperskyfan.app"},
		{"file.path", "usr/share/kaspersky-tools/readme"},
		{"file.path", "opt/kaspersky2/x"},
		{"java.class", "com/kasperskyx/A"},
		{"bytes", "www.kaspersky.com securelist.com avp.exe klif.sys klnagent.exe"},
	};
	struct fixture f;
	open_shipped(&f);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strongest(&f, "file.name", names[i]) > STRENGTH_HINT)
			fail_msg("file.name=%s is more than a hint", names[i]);
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (strongest(&f, others[i].kind, others[i].value) > STRENGTH_HINT)
			fail_msg("%s=%s is more than a hint", others[i].kind, others[i].value);
	close_fixture(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_long_path),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_entities),
		cmocka_unit_test(test_vendor_problems),
		cmocka_unit_test(test_directive_problems),
		cmocka_unit_test(test_directive),
		cmocka_unit_test(test_damaged_pack),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_roots),
		cmocka_unit_test(test_citations),
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_false_positives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
