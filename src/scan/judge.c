/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/judge.h"

#include "scan/findings.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

/* What is known of one directive while a target is judged. */
struct judged {
	struct directive directive;
	struct bytes *ids; /* of findings in scope or conditional */
	size_t id_count, id_room;
	uint64_t certain, weak, conditional;
};

static struct bytes word_of(struct bytes *words)
{
	*words = bytes_trim(*words);
	size_t length = 0;
	while (length < words->len && words->ptr[length] != ' ')
		length++;
	struct bytes word = bytes_slice(*words, 0, length);
	*words = bytes_from(*words, length);
	return word;
}

static bool has_word(struct bytes words, struct bytes wanted)
{
	for (struct bytes word; (word = word_of(&words)).len > 0;)
		if (bytes_equal(word, wanted))
			return true;
	return false;
}

static enum scope scope_of(const struct directive *directive, struct bytes vendor,
                           const struct product *product, enum nexus nexus, struct bytes *clause)
{
	*clause = directive->clause[nexus];
	if (!has_word(directive->vendors, vendor)) {
		*clause = BYTES("the directive does not name this vendor");
		return SCOPE_OUT;
	}
	if (product && product->role.len > 0 && has_word(directive->roles_out, product->role)) {
		*clause = directive->roles_out_clause;
		return SCOPE_OUT;
	}
	return directive->scope[nexus];
}

/* "F-" and 40 bits of a digest over what identifies the finding, in RFC 4648 base 32. */
static bool make_id(const struct finding *finding, char id[16])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	const struct bytes parts[] = {finding->vendor, finding->product,
	                              bytes_of(nexus_name(finding->nexus)), finding->where};
	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	bool made = hash && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1;
	for (size_t i = 0; made && i < sizeof parts / sizeof parts[0]; i++)
		made = EVP_DigestUpdate(hash, parts[i].ptr, parts[i].len) == 1 &&
		       EVP_DigestUpdate(hash, "", 1) == 1;
	made = made && EVP_DigestFinal_ex(hash, digest, NULL) == 1;
	EVP_MD_CTX_free(hash);
	uint64_t bits = 0;
	for (size_t i = 0; made && i < 5; i++)
		bits = bits << 8 | digest[i];
	memcpy(id, "F-", 2);
	for (size_t i = 0; i < 8; i++)
		id[2 + i] = digits[bits >> (35 - 5 * i) & 31];
	id[10] = '\0';
	return made;
}

static struct finding finding_of(const struct draft *draft, const struct pack *pack,
                                 struct product *product)
{
	struct vendor vendor = pack_vendor(pack, draft->vendor);
	struct finding finding = {
		.vendor = vendor.id,
		.vendor_name = vendor.name,
		.version = draft->version,
		.nexus = draft->nexus,
		.certainty = draft_certainty(draft),
		.where = draft->where,
		.reach = draft->reach,
		.cloud_state = draft->cloud,
		.objects = draft->objects,
		.bytes = draft->bytes,
		.evidence_count = draft->evidence_count,
		.evidence = draft->evidence,
		.evidence_kept = draft->evidence_kept,
	};
	if (draft->product == PACK_NONE)
		return finding;
	*product = pack_product(pack, draft->product);
	finding.product = product->id;
	finding.product_name = product->name;
	bool doubtful = finding.certainty == CERTAINTY_WEAK ||
	                (draft->claimed && draft->strongest <= STRENGTH_INDICATOR);
	if (!doubtful && (draft->nexus == NEXUS_BRANDED || draft->nexus == NEXUS_REBRANDED)) {
		finding.reach |= product->reach; /* what the product installs */
		if (product->cloud.len > 0 && finding.cloud_state.len == 0)
			finding.cloud_state = BYTES("unknown");
	}
	return finding;
}

static bool note_id(struct judged *judged, struct bytes id)
{
	if (judged->id_count == STORE_VERDICT_FINDINGS)
		return true;
	if (judged->id_count == judged->id_room) {
		size_t room = judged->id_room * 2 + 16;
		struct bytes *ids = realloc(judged->ids, room * sizeof *ids);
		if (!ids)
			return false;
		judged->ids = ids;
		judged->id_room = room;
	}
	uint8_t *copy = malloc(id.len);
	if (!copy)
		return false;
	memcpy(copy, id.ptr, id.len);
	judged->ids[judged->id_count++] = (struct bytes){copy, id.len};
	return true;
}

static bool weigh(struct judged *judged, const struct finding *finding, enum scope scope)
{
	if (finding->nexus == NEXUS_MENTION || scope == SCOPE_OUT)
		return true;
	if (scope == SCOPE_CONDITIONAL)
		judged->conditional++;
	else if (finding->certainty >= CERTAINTY_STRONG)
		judged->certain++;
	else
		judged->weak++;
	return note_id(judged, finding->id);
}

static enum debar_status store_draft(struct store *store, size_t target, const struct draft *draft,
                                     const struct judge_options *options, struct judged *judged,
                                     struct debar_error *error)
{
	struct product product = {0};
	char id[16];
	struct finding finding = finding_of(draft, options->pack, &product);
	struct bytes vendor = finding.vendor;
	enum scope *scope = calloc(options->directive_count + 1, sizeof *scope);
	struct bytes *clause = calloc(options->directive_count + 1, sizeof *clause);
	enum debar_status status = DEBAR_OK;
	if (!scope || !clause || !make_id(&finding, id)) {
		status = error_set(error, DEBAR_NO_MEMORY, 0, "no memory to judge the findings");
		goto out;
	}
	finding.id = bytes_of(id);
	finding.scope = scope;
	finding.clause = clause;
	for (size_t i = 0; i < options->directive_count; i++) {
		scope[i] = scope_of(&judged[i].directive, vendor,
		                    draft->product == PACK_NONE ? NULL : &product, finding.nexus,
		                    &clause[i]);
		if (!weigh(&judged[i], &finding, scope[i]))
			status = error_set(error, DEBAR_NO_MEMORY, 0,
			                   "no memory to judge the findings");
	}
	if (status == DEBAR_OK)
		status = store_add_finding(store, target, &finding, error);
out:
	free(scope);
	free(clause);
	return status;
}

struct gap_counts {
	uint64_t open, accepted;
};

enum { REASON_MOST = 200 };

static void add_count(char reason[REASON_MOST], uint64_t count, const char *says)
{
	size_t used = strlen(reason);
	if (count > 0)
		(void)snprintf(reason + used, REASON_MOST - used, "%s%llu %s", used > 0 ? ", " : "",
		               (unsigned long long)count, says);
}

/* What an answer of absent rests on besides what was looked at. */
static void add_note(char reason[REASON_MOST], uint64_t count, const char *one, const char *many)
{
	size_t used = strlen(reason);
	if (count > 0)
		(void)snprintf(reason + used, REASON_MOST - used, "; %llu %s",
		               (unsigned long long)count, count == 1 ? one : many);
}

static enum verdict verdict_of(const struct judged *judged, const struct gap_counts *gaps,
                               const struct judge_options *options, char reason[REASON_MOST])
{
	reason[0] = '\0';
	add_count(reason, judged->certain, "in scope, strong or proven");
	add_count(reason, judged->conditional, "for a person to decide");
	add_count(reason, judged->weak, "weak");
	if (reason[0])
		return judged->certain > 0 ? VERDICT_PRESENT : VERDICT_UNDECIDED;
	if (!options->complete) {
		(void)snprintf(reason, REASON_MOST,
		               "the scan was interrupted: not everything was looked at");
		return VERDICT_UNDECIDED;
	}
	if (gaps->open > 0) {
		(void)snprintf(reason, REASON_MOST,
		               "nothing in scope was found, but %llu gap%s could hide it",
		               (unsigned long long)gaps->open, gaps->open == 1 ? "" : "s");
		return VERDICT_UNDECIDED;
	}
	(void)snprintf(reason, REASON_MOST, "nothing in scope was found, and no gap is open");
	add_note(reason, gaps->accepted, "gap was accepted", "gaps were accepted");
	add_note(reason, options->left_out, "path was left out on purpose",
	         "paths were left out on purpose");
	return VERDICT_ABSENT;
}

static void raise_outcome(enum verdict *outcome, enum verdict verdict)
{
	if (verdict == VERDICT_PRESENT ||
	    (verdict == VERDICT_UNDECIDED && *outcome == VERDICT_ABSENT))
		*outcome = verdict;
}

static enum debar_status store_verdicts(struct store *store, size_t target,
                                        const struct judge_options *options, struct judged *judged,
                                        enum verdict *outcome, struct debar_error *error)
{
	struct gap_counts gaps = {0};
	enum debar_status status =
		store_count_gaps(store, target, &gaps.open, &gaps.accepted, error);
	for (size_t i = 0; i < options->directive_count && status == DEBAR_OK; i++) {
		char reason[REASON_MOST];
		struct directive_verdict verdict = {
			.directive = judged[i].directive.id,
			.title = judged[i].directive.title,
			.verdict = verdict_of(&judged[i], &gaps, options, reason),
			.findings = judged[i].ids,
			.finding_count = judged[i].id_count,
		};
		verdict.reason = bytes_of(reason);
		raise_outcome(outcome, verdict.verdict);
		status = store_add_verdict(store, target, &verdict, error);
	}
	return status;
}

static int compare_ids(const void *left, const void *right)
{
	return bytes_compare(*(const struct bytes *)left, *(const struct bytes *)right);
}

enum debar_status judge_target(struct store *store, size_t target,
                               const struct judge_options *options, enum verdict *outcome,
                               struct debar_error *error)
{
	struct drafts *drafts = calloc(1, sizeof *drafts);
	struct judged *judged = calloc(options->directive_count + 1, sizeof *judged);
	enum debar_status status = DEBAR_OK;
	if (!judged || !drafts) {
		free(judged);
		free(drafts);
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory to judge the findings");
	}
	for (size_t i = 0; i < options->directive_count; i++)
		judged[i].directive = pack_directive(options->pack, options->directives[i]);
	status = drafts_make(store, target, options, drafts, error);
	if (status == DEBAR_OK && !drafts_merge(drafts, options->pack))
		status = error_set(error, DEBAR_NO_MEMORY, 0, "no memory to judge the findings");
	for (struct draft *draft = drafts->first; draft && status == DEBAR_OK; draft = draft->next)
		status = store_draft(store, target, draft, options, judged, error);
	for (size_t i = 0; i < options->directive_count; i++)
		if (judged[i].ids)
			qsort(judged[i].ids, judged[i].id_count, sizeof(struct bytes), compare_ids);
	if (status == DEBAR_OK)
		status = store_verdicts(store, target, options, judged, outcome, error);
	for (size_t i = 0; i < options->directive_count; i++) {
		for (size_t j = 0; j < judged[i].id_count; j++)
			free((void *)(uintptr_t)judged[i].ids[j].ptr);
		free(judged[i].ids);
	}
	drafts_finish(drafts);
	free(drafts);
	free(judged);
	return status;
}
