/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sample_scan.h"

/* A line end, an escape sequence, a right-to-left override, malformed UTF-8, a formula. */
#define HOSTILE_NAME "a\nb\x1b[2J\xE2\x80\xAE\xFF\\.exe"
#define ARCHIVE "disk.img!/p1!/Program Files/Kaspersky Lab"

static const uint8_t digest[32] = {0xDE, 0xAD, 0xBE, 0xEF};

static const struct bytes directives[] = {
	{(const uint8_t *)"us-dhs-bod-17-01", 16},
	{(const uint8_t *)"us-ndaa-2018-1634", 17},
};

static const struct bytes patterns[] = {{(const uint8_t *)"*.vmdk", 6}};

const struct scan_summary sample_about = {
	.id = {(const uint8_t *)"S-7QK2M4ZD", 10},
	.version = {(const uint8_t *)"0.1.0", 5},
	.pack_digest = {(const uint8_t *)"sha256:00112233", 15},
	.directives = directives,
	.directive_count = 2,
	.sandboxed = true,
	.cached = true,
	.accept_gaps_under = 4096,
	.accept_patterns = patterns,
	.accept_pattern_count = 1,
	.started = {(const uint8_t *)"2026-01-02T03:04:05Z", 20},
	.host = {(const uint8_t *)"node\x1b[31m7", 10},
	.folder = {(const uint8_t *)"/srv/made up", 12},
	.jobs = 2,
};

#define TEXT(literal)                                                                              \
	{                                                                                          \
		(const uint8_t *)("" literal), sizeof(literal) - 1                                 \
	}

const struct evidence sample_facts[SAMPLE_FACTS] = {
	{.object = TEXT(ARCHIVE "/klif.sys"),
         .object_size = 1187219,
         .sha256 = {digest, 32},
         .kind = FACT_SIGNER_ORGANIZATION,
         .value = TEXT("Kaspersky Lab"),
         .span = {1179136, 8040},
         .proof = TEXT("\x30\x82\x1f\x64\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x02\xa0\x82"),
         .mark = TEXT("kaspersky/signer.organization/kaspersky-lab"),
         .nexus = NEXUS_BRANDED,
         .strength = STRENGTH_PROOF},
	{.object = TEXT(ARCHIVE "/avp.exe"),
         .object_size = 700000,
         .kind = FACT_PE_COMPANY,
         .value = TEXT("AO Kaspersky Lab"),
         .span = {4096, 34},
         .proof = TEXT("A\0O\0 \0K\0a\0s\0p\0"),
         .mark = TEXT("kaspersky/pe.company/ao-kaspersky-lab"),
         .nexus = NEXUS_BRANDED,
         .strength = STRENGTH_INDICATOR,
         .note = TEXT("unsigned file: a claim, not proof")},
	{.object = TEXT(ARCHIVE "/avp.exe"),
         .object_size = 700000,
         .kind = FACT_PE_VERSION,
         .value = TEXT("12.6.0.438"),
         .span = {4200, 22},
         .proof = TEXT("1\0002\0.\0006\0"),
         .nexus = NEXUS_BRANDED,
         .strength = STRENGTH_HINT},
	{.object = TEXT(HOSTILE_NAME),
         .object_size = UINT64_MAX,
         .kind = FACT_BYTES,
         .value = TEXT("=cmd|' /C calc'!A0"),
         .span = {UINT64_MAX - 8, 8},
         .proof = TEXT("\x00\x01\x02\x7f\x80\xff"),
         .mark = TEXT("kaspersky/bytes/kav-base"),
         .nexus = NEXUS_EMBEDDED,
         .strength = STRENGTH_INDICATOR},
	{.object = TEXT(HOSTILE_NAME),
         .object_size = UINT64_MAX,
         .kind = FACT_BYTES,
         .value = TEXT("=cmd|' /C calc'!A0"),
         .span = {12, 8},
         .mark = TEXT("kaspersky/bytes/kav-base"),
         .nexus = NEXUS_EMBEDDED,
         .strength = STRENGTH_INDICATOR},
	{.object = TEXT("etc/hosts"),
         .object_size = 200,
         .kind = FACT_BYTES,
         .value = TEXT("kaspersky.com"),
         .span = {90, 13},
         .mark = TEXT("kaspersky/bytes/kaspersky-com"),
         .nexus = NEXUS_MENTION,
         .strength = STRENGTH_HINT},
	{.object = TEXT("etc/hosts"),
         .object_size = 200,
         .kind = FACT_BYTES,
         .value = TEXT("kaspersky.com"),
         .span = {20, 13},
         .mark = TEXT("kaspersky/bytes/kaspersky-com"),
         .nexus = NEXUS_MENTION,
         .strength = STRENGTH_HINT},
	{.object = TEXT("+1.txt"),
         .object_size = 3,
         .kind = FACT_FILE_NAME,
         .value = TEXT("+1.txt")},
};

const struct gap sample_gaps[SAMPLE_GAPS] = {
	{.object = TEXT("backup/old.zip!/secret.doc"),
         .bytes = 1048576,
         .class = CLASS_OPAQUE,
         .reason = TEXT("encrypted zip member")},
	{.object = TEXT("root/.ssh"),
         .bytes = 0,
         .class = CLASS_UNREAD,
         .reason = TEXT("permission denied")},
	{.object = TEXT("-" HOSTILE_NAME),
         .bytes = UINT64_MAX,
         .class = CLASS_UNREAD,
         .reason = TEXT("size limit reached")},
	{.object = TEXT("a"), .bytes = 4095, .class = CLASS_OPAQUE, .reason = TEXT("high entropy")},
	{.object = TEXT("b"), .bytes = 4095, .class = CLASS_OPAQUE, .reason = TEXT("high entropy")},
	{.object = TEXT("vm/x.vmdk"),
         .bytes = 4097,
         .class = CLASS_UNREAD,
         .reason = TEXT("damaged \"descriptor\", line 3")},
};

static const enum scope both_in[] = {SCOPE_IN, SCOPE_IN};
static const enum scope out_and_in[] = {SCOPE_OUT, SCOPE_IN};
static const enum scope conditional[] = {SCOPE_OUT, SCOPE_CONDITIONAL};
static const struct bytes clauses[] = {
	TEXT("information security products, solutions, and services supplied by Kaspersky"),
	TEXT("in whole or in part (s.1634(a)(1))"),
};

const struct finding sample_findings[SAMPLE_FINDINGS] = {
	{.id = TEXT("F-3K7QZ2M4"),
         .vendor = TEXT("kaspersky"),
         .vendor_name = TEXT("Kaspersky Lab"),
         .product = TEXT("kes-windows"),
         .product_name = TEXT("Kaspersky Endpoint Security for Windows"),
         .version = TEXT("12.6.0.438"),
         .nexus = NEXUS_BRANDED,
         .certainty = CERTAINTY_PROVEN,
         .where = TEXT(ARCHIVE),
         .reach = REACH_KERNEL_DRIVER | REACH_SYSTEM_SERVICE | REACH_ROOT_CERTIFICATE,
         .cloud_state = TEXT("on"),
         .objects = 412,
         .bytes = 1203948576,
         .evidence_count = 2345,
         .evidence = sample_facts,
         .evidence_kept = 3,
         .scope = both_in,
         .clause = clauses},
	{.id = TEXT("F-AAAAAAAA"),
         .vendor = TEXT("kaspersky"),
         .vendor_name = TEXT("Kaspersky Lab"),
         .nexus = NEXUS_EMBEDDED,
         .certainty = CERTAINTY_WEAK,
         .where = TEXT(HOSTILE_NAME),
         .objects = 1,
         .bytes = UINT64_MAX,
         .evidence_count = 2,
         .evidence = sample_facts + 3,
         .evidence_kept = 2,
         .scope = out_and_in,
         .clause = clauses},
	{.id = TEXT("F-BBBBBBBB"),
         .vendor = TEXT("kaspersky"),
         .vendor_name = TEXT("Kaspersky Lab"),
         .product = TEXT("=HYPERLINK(\"http://x\")"),
         .version = TEXT("@SUM(1)"),
         .nexus = NEXUS_DEPENDENCY,
         .certainty = CERTAINTY_WEAK,
         .where = TEXT("-" HOSTILE_NAME),
         .objects = 1,
         .bytes = 1,
         .scope = conditional,
         .clause = clauses},
	{.id = TEXT("F-MMMMMMMM"),
         .vendor = TEXT("kaspersky"),
         .vendor_name = TEXT("Kaspersky Lab"),
         .nexus = NEXUS_MENTION,
         .certainty = CERTAINTY_WEAK,
         .where = TEXT("etc/hosts"),
         .objects = 1,
         .bytes = 200,
         .evidence_count = 2,
         .evidence = sample_facts + 5,
         .evidence_kept = 2,
         .scope = out_and_in,
         .clause = clauses},
};

static const struct bytes present_ids[] = {TEXT("F-3K7QZ2M4"), TEXT("F-AAAAAAAA")};

const struct directive_verdict sample_verdicts[2] = {
	{.directive = TEXT("us-dhs-bod-17-01"),
         .title = TEXT("Removal of Kaspersky-branded products"),
         .verdict = VERDICT_PRESENT,
         .reason = TEXT("1 finding in scope is proven"),
         .findings = present_ids,
         .finding_count = 1},
	{.directive = TEXT("us-ndaa-2018-1634"),
         .title = TEXT("Prohibition on use of products and services of Kaspersky Lab"),
         .verdict = VERDICT_UNDECIDED,
         .reason = TEXT("the best finding in scope is weak"),
         .findings = present_ids,
         .finding_count = 2},
};

static const struct bytes skipped[SAMPLE_SKIPPED] = {
	TEXT("proc: virtual file system"),
	TEXT("sys: virtual file system"),
	TEXT(HOSTILE_NAME ": excluded"),
};

static size_t pick(size_t i, size_t count, bool reverse)
{
	return reverse ? count - 1 - i : i;
}

static bool accept_small(void *context, const struct gap *gap, struct bytes *by)
{
	(void)context;
	*by = BYTES("smaller than 4096 bytes");
	return gap->bytes < 4096 && gap->class == CLASS_OPAQUE;
}

static enum debar_status write_rows(struct store *store, bool reverse, struct debar_error *error)
{
	enum debar_status status = DEBAR_OK;
	for (size_t i = 0; i < SAMPLE_GAPS && status == DEBAR_OK; i++)
		status =
			store_add_gap(store, 0, &sample_gaps[pick(i, SAMPLE_GAPS, reverse)], error);
	for (size_t i = 0; i < SAMPLE_FACTS && status == DEBAR_OK; i++)
		status = store_add_fact(store, 0, &sample_facts[pick(i, SAMPLE_FACTS, reverse)],
		                        error);
	for (size_t i = 0; i < SAMPLE_SKIPPED && status == DEBAR_OK; i++)
		status = store_add_skipped(store, 0, skipped[pick(i, SAMPLE_SKIPPED, reverse)],
		                           error);
	return status;
}

static enum debar_status write_judgement(struct store *store, bool reverse,
                                         struct debar_error *error)
{
	enum debar_status status = DEBAR_OK;
	for (size_t i = 0; i < SAMPLE_FINDINGS && status == DEBAR_OK; i++)
		status = store_add_finding(
			store, 0, &sample_findings[pick(i, SAMPLE_FINDINGS, reverse)], error);
	for (size_t i = 0; i < 2 && status == DEBAR_OK; i++)
		status = store_add_verdict(store, 0, &sample_verdicts[pick(i, 2, reverse)], error);
	struct directive_verdict absent = sample_verdicts[0];
	absent.verdict = VERDICT_ABSENT;
	absent.reason = BYTES("nothing was found, and no gap is open");
	absent.finding_count = 0;
	return status == DEBAR_OK ? store_add_verdict(store, 1, &absent, error) : status;
}

enum debar_status sample_write(struct store *store, bool reverse, bool finish,
                               struct debar_error *error)
{
	static const struct account account = {
		.objects = 182939,
		.bytes = {1203948576, 10240, 0, 1056769, UINT64_MAX},
	};
	enum debar_status status = store_begin_scan(store, &sample_about, error);
	if (status == DEBAR_OK)
		status = store_add_target(store, BYTES("folder"), BYTES("/srv/image"), error);
	if (status == DEBAR_OK)
		status = store_add_target(store, BYTES("file"), BYTES("empty"), error);
	if (status == DEBAR_OK)
		status = write_rows(store, reverse, error);
	if (status == DEBAR_OK)
		status = store_set_account(store, 0, &account, 17, 5, error);
	if (status == DEBAR_OK)
		status = store_accept_gaps(store, 0, accept_small, NULL, error);
	if (status == DEBAR_OK)
		status = write_judgement(store, reverse, error);
	if (status == DEBAR_OK && finish)
		status = store_end_scan(store, true, BYTES("2026-01-02T03:14:05Z"), 600.5, error);
	return status;
}
