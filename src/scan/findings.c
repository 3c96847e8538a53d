/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/findings.h"

#include "scan/judge.h"
#include "scan/layout.h"

#include <stdlib.h>

/* Rows of one object, gathered until the next object begins: a signature's status must be known
 * before a name counts. One object has fewer, but members of one name in a container come as one:
 * then so many are weighed at a time. */
enum { ROWS_MOST = 16384 };

struct grouping {
	const struct pack *pack;
	struct bytes now; /* RFC 3339; empty: not to be asked */
	struct drafts *drafts;
	struct buffer object;
	uint64_t object_number; /* of the present object, in order */
	struct buffer unproven; /* the last program without a signature that verifies */
	struct buffer vessel;   /* the last object that a path mark put into a product's folder */
	size_t vessel_place;    /* how much of its path is that folder */
	struct evidence rows[ROWS_MOST]; /* slices owned: copied */
	uint32_t marks[ROWS_MOST];       /* of the rows, or PACK_NONE */
	size_t row_count;
	bool in_product_path; /* a path mark is among the rows */
	struct {              /* the last answer of product_named() for this object */
		bool known;
		uint32_t vendor, product;
		enum nexus nexus;
	} named;
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

/* All its slices lie in one piece of memory, which begins with the object. */
static void free_row(struct evidence *row)
{
	free_bytes(row->object);
}

/* Deep copy; the note is always a constant. */
static bool copy_row(struct evidence *out, const struct evidence *row)
{
	size_t length = 0;
	*out = *row;
	for (size_t i = 0; slices_of(out, i); i++)
		length += slices_of(out, i)->len;
	uint8_t *copy = malloc(length + 1);
	for (size_t i = 0; copy && slices_of(out, i); i++) {
		struct bytes *slice = slices_of(out, i);
		if (slice->len > 0)
			memcpy(copy, slice->ptr, slice->len);
		slice->ptr = copy;
		copy += slice->len;
	}
	return copy != NULL;
}

/* A path that later ones are compared with: without it, rows of one object look like several. */
static void keep_path(struct grouping *grouping, struct buffer *kept, struct bytes path)
{
	buffer_clear(kept);
	buffer_put(kept, path);
	grouping->out_of_memory |= !buffer_ok(kept);
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
	/* Two kinds of indicator, or a set of names that no other program has together. */
	bool two_kinds =
		(draft->families & (draft->families - 1)) != 0 || draft->name_count == DRAFT_NAMES;
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
		uint32_t mark = grouping->marks[i];
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
	} else if (names_a_signer(row->kind) && row->strength >= STRENGTH_IDENTITY) {
		struct bytes doubt = doubt_of(grouping, chain_of(grouping, row));
		row->strength = doubt.len == 0 ? STRENGTH_PROOF : STRENGTH_IDENTITY;
		row->note = doubt.len == 0 ? BYTES("the chain ends in a trusted root") : doubt;
	} else if (is_kind_of(row->kind, "signer.") && row->kind != FACT_SIGNER_CERTIFICATE &&
	           row->strength == STRENGTH_PROOF) {
		row->strength = STRENGTH_IDENTITY;
		row->note = BYTES("the certificate itself is not a known one");
	}
}

static bool is_inside(struct bytes object, struct bytes container)
{
	return container.len > 0 && bytes_start_with(object, container) &&
	       bytes_start_with(bytes_from(object, container.len), BYTES("!/"));
}

/* What a program says of itself; not what it loads or gives to others. An identifier stands in
 * programs, which can be signed, and in lists, which cannot. */
static bool says_itself(const struct grouping *grouping, enum fact_kind kind, struct bytes status)
{
	if (kind == FACT_BUNDLE_ID)
		return status.len > 0 || is_inside(buffer_bytes(&grouping->object),
		                                   buffer_bytes(&grouping->unproven));
	return is_kind_of(kind, "pe.") && kind != FACT_PE_IMPORT && kind != FACT_PE_EXPORT &&
	       kind != FACT_PE_EXPORT_NAME;
}

/* A name in a version resource, or in a signature that does not verify, is a claim: malware wears
 * them. */
static void weigh_claims(struct grouping *grouping)
{
	struct bytes status = signature_status(grouping);
	bool verified = bytes_equal(status, BYTES("verified"));
	if (status.len > 0 && !verified)
		keep_path(grouping, &grouping->unproven, buffer_bytes(&grouping->object));
	for (size_t i = 0; i < grouping->row_count; i++) {
		struct evidence *row = &grouping->rows[i];
		if (grouping->marks[i] == PACK_NONE || row->strength < STRENGTH_INDICATOR)
			continue;
		uint32_t vendor = pack_mark(grouping->pack, grouping->marks[i]).vendor;
		if (is_kind_of(row->kind, "signer.")) {
			weigh_signer(grouping, row, status);
		} else if (says_itself(grouping, row->kind, status) &&
		           !vendor_signed(grouping, vendor, status)) {
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

/* How much of a path is the product's own folder: the one below the folder that bears the vendor's
 * name, or that one itself when only a file is below. Folders of its own, because one vendor's
 * products lie side by side. */
static size_t product_folder(struct bytes path, bool folder, struct bytes vendor)
{
	size_t found = 0;
	for (size_t at = 0, start = 0; at <= path.len; at++) {
		if (at == start || (at < path.len && path.ptr[at] != '/'))
			continue;
		if (found > 0)
			return at < path.len || folder ? at : found;
		if (component_names(bytes_slice(path, start, at - start), vendor))
			found = at;
		start = at + 1;
	}
	return found;
}

/* The place of a finding: the product's folder when a path mark says that it is an installation,
 * also for what is inside a file there; else the outermost container, else the file. */
static struct bytes place_of(struct grouping *grouping, const struct evidence *row,
                             struct bytes vendor, bool *installed)
{
	struct bytes path = row->object, vessel = buffer_bytes(&grouping->vessel);
	size_t folder = grouping->in_product_path /* folders have no bytes */
	                        ? product_folder(path, row->object_size == 0, vendor)
	                        : 0;
	if (folder > 0) {
		keep_path(grouping, &grouping->vessel, path);
		grouping->vessel_place = folder;
	} else if (is_inside(path, vessel)) {
		folder = grouping->vessel_place;
	}
	*installed = folder > 0;
	size_t inside = bytes_find(path, BYTES("!/"));
	return bytes_slice(path, 0, folder > 0 ? folder : inside);
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
	if (!draft || !copy_bytes(&where)) {
		free(draft);
		grouping->out_of_memory = true;
		return NULL;
	}
	*draft = (struct draft){.vendor = vendor, .product = product, .where = where};
	draft->nexus = mention ? NEXUS_MENTION : NEXUS_COUNT;
	draft->chain = *bucket;
	*bucket = draft;
	draft->next = grouping->drafts->first;
	grouping->drafts->first = draft;
	grouping->drafts->count++;
	return draft;
}

/* Most drafts have a row or two, and there may be very many of them: room grows with the rows. */
static bool make_room(struct draft *draft, size_t most)
{
	if (draft->evidence_kept < draft->evidence_room)
		return true;
	size_t room = draft->evidence_room > 0 ? draft->evidence_room * 2 : 1;
	if (room > most)
		room = most;
	struct evidence *rows = realloc(draft->evidence, room * sizeof *rows);
	if (!rows)
		return false;
	draft->evidence = rows;
	draft->evidence_room = room;
	return true;
}

/* A place that a weaker row has: what a finding rests on is always kept. */
static struct evidence *weaker_than(struct draft *draft, enum strength strength)
{
	for (size_t i = draft->evidence_kept; i > 0 && strength > STRENGTH_INDICATOR; i--)
		if (draft->evidence[i - 1].strength < strength)
			return &draft->evidence[i - 1];
	return NULL;
}

bool draft_keep(struct draft *draft, struct evidence *row)
{
	size_t most = draft->nexus == NEXUS_MENTION ? MENTION_EVIDENCE_KEPT : FINDING_EVIDENCE_KEPT;
	struct evidence *place = NULL;
	bool fits = draft->evidence_kept >= most || make_room(draft, most);
	if (fits && draft->evidence_kept < most)
		place = &draft->evidence[draft->evidence_kept++];
	else if (fits && (place = weaker_than(draft, row->strength)))
		free_row(place);
	if (place)
		*place = *row;
	else
		free_row(row);
	*row = (struct evidence){0};
	return fits;
}

/* Names of files that are in other programs too, one or two of them, are together nowhere but in
 * the vendor's own set; one object counts once, however many marks it hits. */
static void note_name(struct draft *draft, uint32_t mark, uint64_t object)
{
	if (draft->name_count == DRAFT_NAMES ||
	    (draft->name_count > 0 && draft->name_object == object))
		return;
	for (uint32_t i = 0; i < draft->name_count; i++)
		if (draft->names[i] == mark)
			return;
	draft->names[draft->name_count++] = mark;
	draft->name_object = object;
}

static bool count_object(struct draft *draft, uint64_t number, uint64_t size)
{
	if (draft->counted_count > 0 && draft->counted[draft->counted_count - 1].number == number)
		return true;
	if (draft->counted_count == draft->counted_room) {
		size_t room = draft->counted_room * 2 + 1;
		struct counted *counted = realloc(draft->counted, room * sizeof *counted);
		if (!counted)
			return false;
		draft->counted = counted;
		draft->counted_room = room;
	}
	draft->counted[draft->counted_count++] = (struct counted){number, size};
	return true;
}

static void add_row(struct grouping *grouping, struct draft *draft, const struct evidence *row,
                    const struct mark *mark, uint32_t index)
{
	if (draft->nexus == NEXUS_COUNT || row->strength > draft->strongest ||
	    (row->strength == draft->strongest && row->nexus < draft->nexus))
		draft->nexus = row->nexus;
	if (row->strength > draft->strongest)
		draft->strongest = row->strength;
	/* Claims are one kind together: who wears a name copies its signature, too. */
	bool claim = row->strength == STRENGTH_INDICATOR && row->note.len > 0;
	if (row->strength >= STRENGTH_INDICATOR)
		draft->families |= family_of(claim ? FACT_PE_COMPANY : row->kind);
	draft->claimed |= claim;
	if (row->strength == STRENGTH_INDICATOR && row->kind == FACT_FILE_NAME)
		note_name(draft, index, grouping->object_number);
	draft->reach |= mark->reach;
	if (mark->cloud.len > 0)
		draft->cloud = mark->cloud; /* lies in the pack */
	draft->evidence_count++;
	struct evidence copy;
	if (!count_object(draft, grouping->object_number, row->object_size) ||
	    !copy_row(&copy, row) || !draft_keep(draft, &copy))
		grouping->out_of_memory = true;
}

static bool is_version(enum fact_kind kind)
{
	return kind == FACT_PE_VERSION || kind == FACT_PACKAGE_VERSION ||
	       kind == FACT_ANDROID_VERSION || kind == FACT_BUNDLE_VERSION ||
	       kind == FACT_MODULE_VERSION;
}

/* What uses a part says its own version, not the part's. */
static bool has_version_of(const struct evidence *row)
{
	static const enum fact_kind users[] = {
		FACT_PE_IMPORT,         FACT_ELF_NEEDED,    FACT_ELF_RUNPATH,
		FACT_JAVA_CLASS,        FACT_LINK_TARGET,   FACT_SETTING,
		FACT_ANDROID_COMPONENT, FACT_MACHO_LIBRARY, FACT_GO_MODULE};
	for (size_t i = 0; i < sizeof users / sizeof users[0]; i++)
		if (row->kind == users[i])
			return false;
	return row->nexus != NEXUS_DEPENDENCY;
}

/* The version that belongs to a row: in a database of packages it stands behind the name, before
 * the next package's. Rows come in the order of their places. */
static const struct evidence *version_beside(const struct grouping *grouping,
                                             const struct evidence *row)
{
	const struct evidence *before = NULL, *behind = NULL;
	for (size_t i = 0; i < grouping->row_count; i++) {
		const struct evidence *version = &grouping->rows[i];
		if (!is_version(version->kind))
			continue;
		if (version->span.offset < row->span.offset)
			before = version;
		else if (!behind || version->span.offset < behind->span.offset)
			behind = version;
	}
	return behind ? behind : before;
}

static void take_version(struct grouping *grouping, struct draft *draft, const struct evidence *row)
{
	if (!has_version_of(row) ||
	    (draft->version.len > 0 && draft->version_strength >= row->strength))
		return;
	const struct evidence *beside = version_beside(grouping, row);
	if (!beside || beside->value.len == 0)
		return;
	struct bytes version = beside->value;
	if (!copy_bytes(&version)) {
		grouping->out_of_memory = true;
		return;
	}
	free_bytes(draft->version);
	draft->version = version;
	draft->version_strength = row->strength;
}

/* The versions that the object names a dependency with. They are evidence, too. */
static void take_named_versions(struct grouping *grouping, struct draft *draft,
                                const struct evidence *row)
{
	for (size_t i = 0; i < grouping->row_count && names_dependency(row->kind); i++) {
		const struct evidence *version = &grouping->rows[i];
		if (version->kind != FACT_DEPENDENCY_VERSION ||
		    fact_version_of(version->value, row->value).len == 0)
			continue;
		enum draft_addition added = draft_add_version(draft, version->value);
		struct evidence copy;
		if (added == DRAFT_HAS_IT)
			continue;
		if (added == DRAFT_NO_MEMORY || !copy_row(&copy, version)) {
			grouping->out_of_memory = true;
			return;
		}
		copy.nexus = row->nexus;
		draft->evidence_count++;
		grouping->out_of_memory |= !draft_keep(draft, &copy);
	}
}

static bool is_mention(const struct evidence *row)
{
	return row->nexus == NEXUS_MENTION || row->strength == STRENGTH_HINT;
}

static uint32_t find_product(const struct grouping *grouping, uint32_t vendor, enum nexus nexus)
{
	uint32_t product = PACK_NONE;
	enum strength strongest = STRENGTH_HINT;
	for (size_t i = 0; i < grouping->row_count; i++) {
		const struct evidence *row = &grouping->rows[i];
		if (grouping->marks[i] == PACK_NONE || is_mention(row) || row->nexus != nexus ||
		    (product != PACK_NONE && row->strength <= strongest))
			continue;
		struct mark mark = pack_mark(grouping->pack, grouping->marks[i]);
		if (mark.vendor != vendor || mark.product == PACK_NONE)
			continue;
		product = mark.product;
		strongest = row->strength;
	}
	return product;
}

/* The product that the strongest row of this object names, for those that name only the vendor. */
static uint32_t product_named(struct grouping *grouping, uint32_t vendor, enum nexus nexus)
{
	if (!grouping->named.known || grouping->named.vendor != vendor ||
	    grouping->named.nexus != nexus) {
		grouping->named.known = true;
		grouping->named.vendor = vendor;
		grouping->named.nexus = nexus;
		grouping->named.product = find_product(grouping, vendor, nexus);
	}
	return grouping->named.product;
}

static void note_root(struct grouping *grouping, struct draft *draft, const struct evidence *row,
                      bool installed)
{
	struct layout layout = row->kind == FACT_PACKAGE_INSTALLED ? layout_of_database(row->object)
	                       : installed                         ? layout_of_product(draft->where)
	                                                           : (struct layout){0};
	draft->in_folder |= installed;
	if (!layout.known || draft->has_root)
		return;
	struct bytes root = bytes_slice(row->object, 0, layout.root);
	if (!copy_bytes(&root)) {
		grouping->out_of_memory = true;
		return;
	}
	draft->root = root;
	draft->has_root = true;
}

/* What a file or its direct members say, of the vendor's own product, is about the file: a
 * manifest, a signature. */
static bool is_about(struct bytes where, const struct evidence *row)
{
	struct bytes inside = bytes_from(row->object, where.len);
	size_t member = bytes_find(inside, BYTES("!/"));
	return (row->nexus == NEXUS_BRANDED || row->nexus == NEXUS_REBRANDED) &&
	       (member == SIZE_MAX ||
	        bytes_find(bytes_from(inside, member + 2), BYTES("!/")) == SIZE_MAX);
}

static void group_row(struct grouping *grouping, struct evidence *row, uint32_t index)
{
	struct mark mark = pack_mark(grouping->pack, index);
	bool mention = is_mention(row), installed;
	uint32_t product = mark.product;
	if (mention)
		product = PACK_NONE;
	else if (product == PACK_NONE)
		product = product_named(grouping, mark.vendor, row->nexus);
	struct bytes where =
		place_of(grouping, row, pack_vendor(grouping->pack, mark.vendor).id, &installed);
	struct draft *draft = find_draft(grouping, mark.vendor, product, mention, where);
	if (!draft)
		return;
	if (mention)
		row->nexus = NEXUS_MENTION;
	add_row(grouping, draft, row, &mark, index);
	if (mention)
		return;
	bool own = is_about(draft->where, row);
	draft->own |= own;
	draft->packaged |=
		own && !is_kind_of(row->kind, "pe.") && !is_kind_of(row->kind, "signer.");
	take_version(grouping, draft, row);
	take_named_versions(grouping, draft, row);
	note_root(grouping, draft, row, installed);
}

/* Weighs the rows that are here, and adds each to its draft. */
static void group_rows(struct grouping *grouping)
{
	grouping->named.known = false;
	grouping->in_product_path = false;
	for (size_t i = 0; i < grouping->row_count; i++) {
		const struct evidence *row = &grouping->rows[i];
		bool marked = row->mark.len > 0;
		grouping->marks[i] =
			marked ? pack_mark_named(grouping->pack, row->mark) : PACK_NONE;
		grouping->in_product_path |= marked && row->kind == FACT_FILE_PATH;
	}
	weigh_claims(grouping);
	for (size_t i = 0; i < grouping->row_count && !grouping->out_of_memory; i++)
		if (grouping->marks[i] != PACK_NONE)
			group_row(grouping, &grouping->rows[i], grouping->marks[i]);
	for (size_t i = 0; i < grouping->row_count; i++)
		free_row(&grouping->rows[i]);
	grouping->row_count = 0;
}

static bool on_fact(void *context, const struct evidence *fact)
{
	struct grouping *grouping = context;
	bool same = bytes_equal(buffer_bytes(&grouping->object), fact->object);
	if (!same || grouping->row_count == ROWS_MOST)
		group_rows(grouping);
	if (!same) {
		grouping->object_number++;
		keep_path(grouping, &grouping->object, fact->object);
	}
	if (copy_row(&grouping->rows[grouping->row_count], fact))
		grouping->row_count++;
	else
		grouping->out_of_memory = true;
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
	buffer_init(&grouping->vessel, STORE_TEXT_MOST);
	buffer_init(&grouping->unproven, STORE_TEXT_MOST);
	enum debar_status status = store_facts(store, target, on_fact, grouping, error);
	if (status == DEBAR_OK || status == DEBAR_CANCELLED)
		group_rows(grouping);
	if (grouping->out_of_memory)
		status = error_set(error, DEBAR_NO_MEMORY, 0, "no memory to judge the findings");
	for (size_t i = 0; i < grouping->row_count; i++)
		free_row(&grouping->rows[i]);
	buffer_finish(&grouping->object);
	buffer_finish(&grouping->vessel);
	buffer_finish(&grouping->unproven);
	free(grouping);
	return status;
}

void draft_destroy(struct draft *draft)
{
	for (size_t i = 0; i < draft->evidence_kept; i++)
		free_row(&draft->evidence[i]);
	free(draft->evidence);
	free(draft->counted);
	free_bytes(draft->where);
	free_bytes(draft->root);
	free_bytes(draft->version);
	draft_drop_versions(draft);
	free(draft);
}

void drafts_finish(struct drafts *drafts)
{
	for (struct draft *next, *draft = drafts->first; draft; draft = next) {
		next = draft->next;
		draft_destroy(draft);
	}
	*drafts = (struct drafts){0};
}
