/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/findings.h"

#include "scan/judge.h"

#include <stdlib.h>

/* Rows of one object, gathered until the next object begins: a signature's status must be known
 * before a name counts. */
enum { ROWS_MOST = 4096 };

struct grouping {
	const struct pack *pack;
	struct bytes now; /* RFC 3339; empty: not to be asked */
	struct drafts *drafts;
	struct buffer object;
	struct evidence rows[ROWS_MOST]; /* slices owned: copied */
	size_t row_count;
	bool out_of_memory;
};

static bool copy_bytes(struct bytes *slice)
{
	uint8_t *copy = malloc(slice->len + 1);
	if (!copy)
		return false;
	if (slice->len > 0)
		memcpy(copy, slice->ptr, slice->len);
	slice->ptr = copy;
	return true;
}

static void free_bytes(struct bytes slice)
{
	free((void *)(uintptr_t)slice.ptr);
}

static struct bytes *slices_of(struct evidence *row, size_t index)
{
	struct bytes *slices[] = {&row->object, &row->sha256, &row->value, &row->proof, &row->mark};
	return index < sizeof slices / sizeof slices[0] ? slices[index] : NULL;
}

static void free_row(struct evidence *row)
{
	for (size_t i = 0; slices_of(row, i); i++)
		free_bytes(*slices_of(row, i));
}

/* Deep copy; the note is always a constant. */
static bool copy_row(struct evidence *out, const struct evidence *row)
{
	*out = *row;
	for (size_t i = 0; slices_of(out, i); i++) {
		if (copy_bytes(slices_of(out, i)))
			continue;
		while (i-- > 0)
			free_bytes(*slices_of(out, i));
		return false;
	}
	return true;
}

static bool is_kind_of(enum fact_kind kind, const char *prefix)
{
	return bytes_start_with(bytes_of(fact_kind_name(kind)), bytes_of(prefix));
}

/* Indicators count as independent when they come from different families: what a signature says,
 * what a version resource says, what a file is called … Two strings of one version resource are one
 * indicator. */
static uint32_t family_of(enum fact_kind kind)
{
	static const char *const families[] = {
		"pe.",     "signer.", "cert.",  "file.name", "file.path", "bytes", "package.",
		"npm.",    "maven.",  "pypi.",  "go.",       "nuget.",    "java.", "android.",
		"elf.",    "module.", "macho.", "bundle.",   "msi.",      "unix.", "unit.",
		"setting", "link.",   "jar.",   "catalog.",  "digest."};
	for (uint32_t i = 0; i < sizeof families / sizeof families[0]; i++)
		if (is_kind_of(kind, families[i]))
			return (uint32_t)1 << i;
	return (uint32_t)1 << 31;
}

enum certainty draft_certainty(const struct draft *draft)
{
	if (draft->strongest == STRENGTH_PROOF)
		return CERTAINTY_PROVEN;
	bool two_kinds = (draft->families & (draft->families - 1)) != 0;
	if (draft->strongest == STRENGTH_IDENTITY ||
	    (draft->strongest == STRENGTH_INDICATOR && two_kinds))
		return CERTAINTY_STRONG;
	return CERTAINTY_WEAK;
}

/* The status that weighs most among the object's signatures: one that verifies speaks for the file.
 */
static struct bytes signature_status(const struct grouping *grouping)
{
	struct bytes status = {0};
	for (size_t i = 0; i < grouping->row_count; i++) {
		if (grouping->rows[i].kind != FACT_SIGNER_STATUS)
			continue;
		status = grouping->rows[i].value;
		if (bytes_equal(status, BYTES("verified")))
			break;
	}
	return status;
}

/* What signer.chain says of the certificate that the row was read from; empty: no signature by it
 * verifies. A certificate is told by its place. */
static struct bytes chain_of(const struct grouping *grouping, const struct evidence *row)
{
	for (size_t i = 0; i < grouping->row_count; i++) {
		const struct evidence *chain = &grouping->rows[i];
		if (chain->kind == FACT_SIGNER_CHAIN && chain->span.offset == row->span.offset &&
		    chain->span.length == row->span.length)
			return chain->value;
	}
	return (struct bytes){0};
}

static struct bytes next_word(struct bytes *words)
{
	struct bytes word = bytes_slice(*words, 0, bytes_find(*words, BYTES(" ")));
	*words = bytes_from(*words, word.len + 1);
	return word;
}

static bool is_root(const struct pack *pack, struct bytes digest)
{
	for (size_t i = 0; i < pack_root_count(pack); i++)
		if (bytes_equal(pack_root(pack, i).digest, digest))
			return true;
	return false;
}

/* Why the chain proves no more than it names; empty when it ends in a trusted root, and the
 * certificates held when they were used or, without a time stamp, hold still. */
static struct bytes doubt_of(const struct grouping *grouping, struct bytes chain)
{
	struct bytes word = next_word(&chain);
	if (bytes_equal(word, BYTES("unplaced")))
		return BYTES("which of several signatures holds cannot be told: less than proof");
	if (bytes_equal(word, BYTES("misused")))
		return BYTES("a certificate of the chain is not for signing code: less than proof");
	if (bytes_equal(word, BYTES("outdated")))
		return BYTES("a certificate of the chain had run out: less than proof");
	if (bytes_equal(word, BYTES("weak")))
		return BYTES("the chain has a signature that can be forged: less than proof");
	if (!bytes_equal(word, BYTES("anchored")) || !is_root(grouping->pack, next_word(&chain)))
		return BYTES("the chain ends in an unknown root: less than proof");
	if (chain.len == 0)
		return (struct bytes){0};
	(void)next_word(&chain); /* "from" */
	struct bytes from = next_word(&chain);
	(void)next_word(&chain); /* "until" */
	bool holds = grouping->now.len > 0 && bytes_compare(from, grouping->now) <= 0 &&
	             bytes_compare(grouping->now, chain) <= 0;
	return holds ? (struct bytes){0}
	             : BYTES("no time stamp tells that the certificate held: less than proof");
}

/* A certificate that anyone could have made with these words in it proves less than one that is
 * known, or whose chain is trusted. */
static bool names_a_signer(enum fact_kind kind)
{
	static const enum fact_kind names[] = {
		FACT_SIGNER_SUBJECT, FACT_SIGNER_NAME,   FACT_SIGNER_ORGANIZATION,
		FACT_SIGNER_SERIAL,  FACT_SIGNER_ISSUER, FACT_SIGNER_REGISTRATION,
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i] == kind)
			return true;
	return false;
}

/* True when a signature that verifies says so; `status` is that of the object. */
static bool is_signed(const struct grouping *grouping, const struct evidence *row,
                      struct bytes status)
{
	struct bytes chain = chain_of(grouping, row);
	if (row->kind == FACT_SIGNER_CERTIFICATE)
		return chain.len > 0 && !bytes_equal(chain, BYTES("unplaced"));
	if (names_a_signer(row->kind))
		return chain.len > 0;
	return bytes_equal(status, BYTES("verified"));
}

static bool vendor_signed(const struct grouping *grouping, uint32_t vendor, struct bytes status)
{
	for (size_t i = 0; i < grouping->row_count; i++) {
		const struct evidence *row = &grouping->rows[i];
		uint32_t mark =
			row->mark.len > 0 ? pack_mark_named(grouping->pack, row->mark) : PACK_NONE;
		if (mark != PACK_NONE && is_kind_of(row->kind, "signer.") &&
		    pack_mark(grouping->pack, mark).vendor == vendor &&
		    is_signed(grouping, row, status))
			return true;
	}
	return false;
}

/* What a signature says of its signer. */
static void weigh_signer(const struct grouping *grouping, struct evidence *row, struct bytes status)
{
	if (status.len > 0 && !is_signed(grouping, row, status)) {
		row->strength = STRENGTH_INDICATOR;
		row->note = BYTES("the signature does not verify: a claim, not proof");
	} else if (names_a_signer(row->kind)) {
		struct bytes doubt = doubt_of(grouping, chain_of(grouping, row));
		row->strength = doubt.len == 0 ? STRENGTH_PROOF : STRENGTH_IDENTITY;
		row->note = doubt.len == 0 ? BYTES("the chain ends in a trusted root") : doubt;
	} else if (is_kind_of(row->kind, "signer.") && row->kind != FACT_SIGNER_CERTIFICATE &&
	           row->strength == STRENGTH_PROOF) {
		row->strength = STRENGTH_IDENTITY;
		row->note = BYTES("the certificate itself is not a known one");
	}
}

/* A name in a version resource, or in a signature that does not verify, is a claim: malware wears
 * them. */
static void weigh_claims(struct grouping *grouping)
{
	struct bytes status = signature_status(grouping);
	bool verified = bytes_equal(status, BYTES("verified"));
	for (size_t i = 0; i < grouping->row_count; i++) {
		struct evidence *row = &grouping->rows[i];
		uint32_t mark =
			row->mark.len > 0 ? pack_mark_named(grouping->pack, row->mark) : PACK_NONE;
		if (mark == PACK_NONE || row->strength <= STRENGTH_INDICATOR)
			continue;
		if (is_kind_of(row->kind, "signer.")) {
			weigh_signer(grouping, row, status);
		} else if (is_kind_of(row->kind, "pe.") &&
		           !vendor_signed(grouping, pack_mark(grouping->pack, mark).vendor,
		                          status)) {
			row->strength = STRENGTH_INDICATOR;
			row->note = verified ? BYTES("signed by someone else: a claim, not proof")
			                     : BYTES("unsigned file: a claim, not proof");
		}
	}
}

/* Case-insensitive position of `needle` within one component; ASCII is enough for vendors' ids. */
static bool component_names(struct bytes component, struct bytes vendor)
{
	for (size_t at = 0; at + vendor.len <= component.len; at++)
		if (bytes_start_with_nocase(bytes_from(component, at), vendor))
			return true;
	return false;
}

/* The place of a finding: the first folder that bears the vendor's name when a path mark says that
 * it is an installation, else the outermost container, else the file. */
static struct bytes place_of(const struct grouping *grouping, const struct evidence *row,
                             struct bytes vendor)
{
	struct bytes path = row->object;
	bool installed = false;
	for (size_t i = 0; i < grouping->row_count && !installed; i++)
		installed =
			grouping->rows[i].kind == FACT_FILE_PATH && grouping->rows[i].mark.len > 0;
	for (size_t at = 0, start = 0; installed && at < path.len; at++) {
		if (path.ptr[at] != '/')
			continue;
		if (component_names(bytes_slice(path, start, at - start), vendor))
			return bytes_slice(path, 0, at);
		start = at + 1;
	}
	size_t inside = bytes_find(path, BYTES("!/"));
	return inside == SIZE_MAX ? path : bytes_slice(path, 0, inside);
}

static size_t bucket_of(struct bytes where)
{
	uint32_t hash = 2166136261U; /* FNV-1a */
	for (size_t i = 0; i < where.len; i++)
		hash = (hash ^ where.ptr[i]) * 16777619U;
	return hash % DRAFT_BUCKETS;
}

static struct draft *find_draft(struct grouping *grouping, uint32_t vendor, uint32_t product,
                                bool mention, struct bytes where)
{
	struct draft **bucket = &grouping->drafts->buckets[bucket_of(where)];
	for (struct draft *draft = *bucket; draft; draft = draft->chain)
		if (draft->vendor == vendor && draft->product == product &&
		    (draft->nexus == NEXUS_MENTION) == mention && bytes_equal(draft->where, where))
			return draft;
	struct draft *draft = calloc(1, sizeof *draft);
	size_t most = mention ? MENTION_EVIDENCE_KEPT : FINDING_EVIDENCE_KEPT;
	struct evidence *evidence = calloc(most, sizeof *evidence);
	if (!draft || !evidence || !copy_bytes(&where)) {
		free(draft);
		free(evidence);
		grouping->out_of_memory = true;
		return NULL;
	}
	*draft = (struct draft){
		.vendor = vendor, .product = product, .where = where, .evidence = evidence};
	draft->nexus = mention ? NEXUS_MENTION : NEXUS_COUNT;
	draft->chain = *bucket;
	*bucket = draft;
	draft->next = grouping->drafts->first;
	grouping->drafts->first = draft;
	grouping->drafts->count++;
	return draft;
}

static void add_row(struct grouping *grouping, struct draft *draft, const struct evidence *row,
                    const struct mark *mark)
{
	size_t most = draft->nexus == NEXUS_MENTION ? MENTION_EVIDENCE_KEPT : FINDING_EVIDENCE_KEPT;
	if (draft->nexus == NEXUS_COUNT || row->strength > draft->strongest ||
	    (row->strength == draft->strongest && row->nexus < draft->nexus))
		draft->nexus = row->nexus;
	if (row->strength > draft->strongest)
		draft->strongest = row->strength;
	if (row->strength >= STRENGTH_INDICATOR)
		draft->families |= family_of(row->kind);
	if (draft->objects == 0 || !bytes_equal(draft->last_object, row->object)) {
		draft->objects++;
		draft->bytes += row->object_size;
	}
	draft->reach |= mark->reach;
	if (mark->cloud.len > 0)
		draft->cloud = mark->cloud; /* lies in the pack */
	draft->evidence_count++;
	if (draft->evidence_kept == most)
		return;
	struct evidence *kept = &draft->evidence[draft->evidence_kept];
	if (!copy_row(kept, row)) {
		grouping->out_of_memory = true;
		return;
	}
	draft->evidence_kept++;
	draft->last_object = kept->object;
}

static bool is_version(enum fact_kind kind)
{
	return kind == FACT_PE_VERSION || kind == FACT_PACKAGE_VERSION ||
	       kind == FACT_ANDROID_VERSION || kind == FACT_BUNDLE_VERSION ||
	       kind == FACT_MODULE_VERSION;
}

static void take_version(struct grouping *grouping, struct draft *draft)
{
	for (size_t i = 0; i < grouping->row_count && draft->version.len == 0; i++) {
		struct bytes version = grouping->rows[i].value;
		if (!is_version(grouping->rows[i].kind))
			continue;
		if (copy_bytes(&version))
			draft->version = version;
		else
			grouping->out_of_memory = true;
	}
}

/* All rows of one object are here: weigh them, and add each to its draft. */
static void close_object(struct grouping *grouping)
{
	weigh_claims(grouping);
	for (size_t i = 0; i < grouping->row_count && !grouping->out_of_memory; i++) {
		struct evidence *row = &grouping->rows[i];
		uint32_t index =
			row->mark.len > 0 ? pack_mark_named(grouping->pack, row->mark) : PACK_NONE;
		if (index == PACK_NONE)
			continue;
		struct mark mark = pack_mark(grouping->pack, index);
		bool mention = row->nexus == NEXUS_MENTION || row->strength == STRENGTH_HINT;
		struct bytes where =
			place_of(grouping, row, pack_vendor(grouping->pack, mark.vendor).id);
		struct draft *draft = find_draft(
			grouping, mark.vendor, mention ? PACK_NONE : mark.product, mention, where);
		if (!draft)
			break;
		if (mention)
			row->nexus = NEXUS_MENTION;
		add_row(grouping, draft, row, &mark);
		if (!mention && row->nexus != NEXUS_DEPENDENCY) /* else it is its host's version */
			take_version(grouping, draft);
	}
	for (size_t i = 0; i < grouping->row_count; i++)
		free_row(&grouping->rows[i]);
	grouping->row_count = 0;
}

static bool on_fact(void *context, const struct evidence *fact)
{
	struct grouping *grouping = context;
	if (!bytes_equal(buffer_bytes(&grouping->object), fact->object)) {
		close_object(grouping);
		buffer_clear(&grouping->object);
		buffer_put(&grouping->object, fact->object);
	}
	if (grouping->row_count < ROWS_MOST) {
		if (copy_row(&grouping->rows[grouping->row_count], fact))
			grouping->row_count++;
		else
			grouping->out_of_memory = true;
	}
	return !grouping->out_of_memory;
}

enum debar_status drafts_make(struct store *store, size_t target,
                              const struct judge_options *options, struct drafts *out,
                              struct debar_error *error)
{
	struct grouping *grouping = calloc(1, sizeof *grouping);
	*out = (struct drafts){0};
	if (!grouping)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory to judge the findings");
	grouping->pack = options->pack;
	grouping->now = options->now;
	grouping->drafts = out;
	buffer_init(&grouping->object, STORE_TEXT_MOST);
	enum debar_status status = store_facts(store, target, on_fact, grouping, error);
	if (status == DEBAR_OK || status == DEBAR_CANCELLED)
		close_object(grouping);
	if (grouping->out_of_memory)
		status = error_set(error, DEBAR_NO_MEMORY, 0, "no memory to judge the findings");
	for (size_t i = 0; i < grouping->row_count; i++)
		free_row(&grouping->rows[i]);
	buffer_finish(&grouping->object);
	free(grouping);
	return status;
}

static void free_draft(struct draft *draft)
{
	for (size_t i = 0; i < draft->evidence_kept; i++)
		free_row(&draft->evidence[i]);
	free(draft->evidence);
	free_bytes(draft->where);
	free_bytes(draft->version);
	free(draft);
}

/* Adds what `from` has to `into`, and frees it. Rows beyond what is kept are only counted. */
static void absorb(struct draft *into, struct draft *from)
{
	if (from->strongest > into->strongest ||
	    (from->strongest == into->strongest && from->nexus < into->nexus))
		into->nexus = from->nexus;
	if (from->strongest > into->strongest)
		into->strongest = from->strongest;
	into->families |= from->families;
	into->reach |= from->reach;
	into->objects += from->objects;
	into->bytes += from->bytes;
	into->evidence_count += from->evidence_count;
	if (into->cloud.len == 0)
		into->cloud = from->cloud;
	if (into->version.len == 0) {
		struct bytes none = into->version;
		into->version = from->version;
		from->version = none;
	}
	for (size_t i = 0; i < from->evidence_kept && into->evidence_kept < FINDING_EVIDENCE_KEPT;
	     i++) {
		into->evidence[into->evidence_kept++] = from->evidence[i];
		from->evidence[i] = (struct evidence){0};
	}
	free_draft(from);
}

static struct bytes folder_of(struct bytes path)
{
	for (size_t i = path.len; i > 0; i--)
		if (path.ptr[i - 1] == '/')
			return bytes_slice(path, 0, i > 1 ? i - 1 : 1);
	return (struct bytes){0};
}

static int by_place(const struct draft *a, const struct draft *b)
{
	if (a->vendor != b->vendor)
		return a->vendor < b->vendor ? -1 : 1;
	return bytes_compare(a->where, b->where);
}

/* At one place: those that name a product first, the stronger before the weaker. */
static int by_place_and_weight(const void *left, const void *right)
{
	const struct draft *a = *(struct draft *const *)left, *b = *(struct draft *const *)right;
	int order = by_place(a, b);
	if (order != 0)
		return order;
	if ((a->product == PACK_NONE) != (b->product == PACK_NONE))
		return a->product == PACK_NONE ? 1 : -1;
	if (a->strongest != b->strongest)
		return a->strongest > b->strongest ? -1 : 1;
	return (a->product > b->product) - (a->product < b->product);
}

static int by_folder(const void *left, const void *right)
{
	const struct draft *a = *(struct draft *const *)left, *b = *(struct draft *const *)right;
	if (a->vendor != b->vendor)
		return a->vendor < b->vendor ? -1 : 1;
	if (a->product != b->product)
		return a->product < b->product ? -1 : 1;
	if (a->nexus != b->nexus)
		return a->nexus < b->nexus ? -1 : 1;
	int order = bytes_compare(folder_of(a->where), folder_of(b->where));
	return order != 0 ? order : bytes_compare(a->where, b->where);
}

static bool same_folder(const struct draft *a, const struct draft *b)
{
	return a->vendor == b->vendor && a->product == b->product && a->nexus == b->nexus &&
	       folder_of(a->where).len > 0 && bytes_equal(folder_of(a->where), folder_of(b->where));
}

/* Evidence without a product joins the strongest product at its place. */
static size_t merge_places(struct draft **list, size_t count)
{
	qsort(list, count, sizeof *list, by_place_and_weight);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && list[i]->product == PACK_NONE &&
		    by_place(list[kept - 1], list[i]) == 0) {
			size_t first = kept - 1;
			while (first > 0 && by_place(list[first - 1], list[i]) == 0)
				first--;
			absorb(list[first], list[i]);
		} else {
			list[kept++] = list[i];
		}
	}
	return kept;
}

static size_t merge_folders(struct draft **list, size_t count)
{
	qsort(list, count, sizeof *list, by_folder);
	size_t kept = 0;
	for (size_t i = 0, run; i < count; i += run) {
		for (run = 1; i + run < count && same_folder(list[i], list[i + run]); run++)
			;
		struct draft *whole = list[kept++] = list[i];
		for (size_t j = 1; j < run; j++)
			absorb(whole, list[i + j]);
		if (run > 1)
			whole->where.len = folder_of(whole->where).len;
	}
	return kept;
}

bool drafts_merge(struct drafts *drafts)
{
	struct draft **list = calloc(drafts->count + 1, sizeof(struct draft *));
	if (!list)
		return false;
	struct draft *mentions = NULL;
	size_t count = 0;
	for (struct draft *next, *draft = drafts->first; draft; draft = next) {
		next = draft->next;
		if (draft->nexus == NEXUS_MENTION) {
			draft->next = mentions;
			mentions = draft;
		} else {
			list[count++] = draft;
		}
	}
	size_t mention_count = drafts->count - count;
	count = merge_folders(list, merge_places(list, count));
	drafts->first = mentions;
	for (size_t i = 0; i < count; i++) {
		list[i]->next = drafts->first;
		drafts->first = list[i];
	}
	drafts->count = mention_count + count;
	free(list);
	return true;
}

void drafts_finish(struct drafts *drafts)
{
	for (struct draft *next, *draft = drafts->first; draft; draft = next) {
		next = draft->next;
		free_draft(draft);
	}
	*drafts = (struct drafts){0};
}
