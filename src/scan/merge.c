/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts that a person would call one finding become one. */
#include "scan/findings.h"
#include "scan/layout.h"

#include <stdlib.h>

struct merging {
	const struct pack *pack;
	struct draft **list;
	size_t count;
	bool out_of_memory;
};

/* The objects of both; numbers are put in order, and doubles counted once, at the end. */
static bool absorb_objects(struct draft *into, struct draft *from)
{
	if (from->counted_count == 0)
		return true;
	size_t count = into->counted_count + from->counted_count;
	struct counted *all = realloc(into->counted, count * sizeof *all);
	if (!all)
		return false;
	memcpy(all + into->counted_count, from->counted,
	       from->counted_count * sizeof *from->counted);
	into->counted = all;
	into->counted_count = into->counted_room = count;
	return true;
}

/* Names that were seen in both are the same ones. */
static void absorb_names(struct draft *into, const struct draft *from)
{
	for (uint32_t i = 0; i < from->name_count; i++) {
		bool seen = into->name_count == DRAFT_NAMES;
		for (uint32_t j = 0; j < into->name_count && !seen; j++)
			seen = into->names[j] == from->names[i];
		if (!seen)
			into->names[into->name_count++] = from->names[i];
	}
}

static void swap_bytes(struct bytes *a, struct bytes *b)
{
	struct bytes kept = *a;
	*a = *b;
	*b = kept;
}

/* Adds what `from` has to `into`, and frees it. Rows beyond what is kept are only counted. The
 * nexus of another product's evidence is not that of this one. */
static void absorb(struct merging *merging, struct draft *into, struct draft *from)
{
	bool same = from->product == into->product || from->product == PACK_NONE;
	if (same && !into->has_root &&
	    (from->strongest > into->strongest ||
	     (from->strongest == into->strongest && from->nexus < into->nexus)))
		into->nexus = from->nexus;
	if (same && from->version.len > 0 &&
	    (into->version.len == 0 || from->version_strength > into->version_strength)) {
		swap_bytes(&into->version, &from->version);
		into->version_strength = from->version_strength;
	}
	if (same && !draft_take_versions(into, from))
		merging->out_of_memory = true;
	if (from->strongest > into->strongest)
		into->strongest = from->strongest;
	into->families |= from->families;
	into->reach |= from->reach;
	into->claimed |= from->claimed;
	into->own |= from->own;
	into->packaged |= from->packaged;
	into->evidence_count += from->evidence_count;
	if (into->cloud.len == 0)
		into->cloud = from->cloud;
	if (!absorb_objects(into, from))
		merging->out_of_memory = true;
	absorb_names(into, from);
	for (size_t i = 0; i < from->evidence_kept; i++)
		merging->out_of_memory |= !draft_keep(into, &from->evidence[i]);
	from->evidence_kept = 0;
	draft_destroy(from);
}

/* Takes the absorbed ones, set to NULL, out of the list. */
static void close_ranks(struct merging *merging)
{
	size_t kept = 0;
	for (size_t i = 0; i < merging->count; i++)
		if (merging->list[i])
			merging->list[kept++] = merging->list[i];
	merging->count = kept;
}

static struct bytes folder_of(struct bytes path)
{
	for (size_t i = path.len; i > 0; i--)
		if (path.ptr[i - 1] == '/')
			return bytes_slice(path, 0, i > 1 ? i - 1 : 1);
	return (struct bytes){0};
}

static int by_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_place(const struct draft *a, const struct draft *b)
{
	if (a->vendor != b->vendor)
		return by_number(a->vendor, b->vendor);
	return bytes_compare(a->where, b->where);
}

static bool is_branded(const struct draft *draft)
{
	return draft->nexus == NEXUS_BRANDED || draft->nexus == NEXUS_REBRANDED;
}

/* At one place: the vendor's own products first, then those that name a product, the stronger
 * before the weaker. */
static int by_place_and_weight(const void *left, const void *right)
{
	const struct draft *a = *(struct draft *const *)left, *b = *(struct draft *const *)right;
	int order = by_place(a, b);
	if (order == 0)
		order = by_number(!is_branded(a), !is_branded(b));
	if (order == 0)
		order = by_number(a->product == PACK_NONE, b->product == PACK_NONE);
	if (order == 0)
		order = by_number(b->strongest, a->strongest);
	return order != 0 ? order : by_number(a->product, b->product);
}

static bool is_engine(const struct merging *merging, const struct draft *draft)
{
	return draft->product != PACK_NONE &&
	       bytes_equal(pack_product(merging->pack, draft->product).role, BYTES("engine"));
}

/* Evidence without a product joins the first at its place, and the engine joins the product whose
 * folder it is in: a vendor's own product embeds nothing in anybody else's. */
static bool joins_at_place(const struct merging *merging, const struct draft *first,
                           const struct draft *draft)
{
	if (draft->product == PACK_NONE)
		return first->product == PACK_NONE || is_branded(first) || !is_branded(draft) ||
		       !is_engine(merging, first);
	return draft->nexus == NEXUS_EMBEDDED && is_branded(first) &&
	       (first->in_folder || first->own) && is_engine(merging, draft);
}

/* What names only the vendor, about a file that the engine is in, is about the engine: its package,
 * or a part of it in somebody else's product, signed though it is. */
static void lend_product(const struct merging *merging, struct draft *first,
                         const struct draft *draft)
{
	if (first->product == PACK_NONE && !first->in_folder && is_branded(first) &&
	    draft->nexus == NEXUS_EMBEDDED && is_engine(merging, draft)) {
		first->product = draft->product;
		if (!first->packaged)
			first->nexus = NEXUS_EMBEDDED;
	}
}

static bool same_product(const struct draft *a, const struct draft *b)
{
	return a->product == b->product;
}

static void merge_places(struct merging *merging)
{
	struct draft **list = merging->list;
	qsort(list, merging->count, sizeof(struct draft *), by_place_and_weight);
	struct draft *first = NULL;
	for (size_t i = 0; i < merging->count; i++) {
		if (!first || by_place(first, list[i]) != 0) {
			first = list[i];
			continue;
		}
		lend_product(merging, first, list[i]);
		if (same_product(first, list[i]) || joins_at_place(merging, first, list[i])) {
			enum nexus nexus = first->nexus;
			absorb(merging, first, list[i]);
			first->nexus = first->own ? nexus : first->nexus;
			list[i] = NULL;
		}
	}
	close_ranks(merging);
}

static struct bytes container_of(struct bytes path)
{
	return bytes_slice(path, 0, bytes_find(path, BYTES("!/")));
}

/* Each container's own finding before those on what is inside it; what names no product last. */
static int by_container(const void *left, const void *right)
{
	const struct draft *a = *(struct draft *const *)left, *b = *(struct draft *const *)right;
	int order = by_number(a->vendor, b->vendor);
	if (order == 0)
		order = by_number(!is_branded(a), !is_branded(b));
	if (order == 0)
		order = bytes_compare(container_of(a->where), container_of(b->where));
	if (order == 0)
		order = by_number(a->product, b->product); /* PACK_NONE is the highest */
	if (order == 0)
		order = bytes_compare(a->where, b->where);
	return order != 0 ? order : by_number(a->nexus, b->nexus);
}

static bool lies_in(const struct draft *draft, const struct draft *file)
{
	return file && draft->vendor == file->vendor && draft->in_folder && is_branded(draft) &&
	       bytes_equal(container_of(draft->where), file->where);
}

/* The folders in a package file are not yet installed: they belong to the file. */
static void merge_containers(struct merging *merging)
{
	struct draft **list = merging->list, *first = NULL, *same = NULL;
	qsort(list, merging->count, sizeof(struct draft *), by_container);
	for (size_t i = 0; i < merging->count; i++) {
		struct draft *draft = list[i];
		struct draft *file = draft->product == PACK_NONE ? first : same;
		if (lies_in(draft, file) &&
		    (draft->product == PACK_NONE || draft->product == file->product)) {
			absorb(merging, file, draft);
			list[i] = NULL;
		} else if (is_branded(draft) && !draft->has_root &&
		           bytes_equal(draft->where, container_of(draft->where))) {
			if (!first || by_place(first, draft) != 0)
				first = draft;
			same = draft;
		}
	}
	close_ranks(merging);
}

/* An installation that others can join: a product of the vendor's in a system that is known. */
static bool is_home(const struct draft *draft)
{
	return draft->has_root && is_branded(draft) && draft->product != PACK_NONE &&
	       !(draft->claimed && draft->strongest <= STRENGTH_INDICATOR);
}

static int by_system(uint32_t vendor, struct bytes root, const struct draft *home)
{
	int order = by_number(vendor, home->vendor);
	return order != 0 ? order : bytes_compare(root, home->root);
}

/* Homes first, each system's together, each product's together; the folders of one before its
 * databases. */
static int by_home(const void *left, const void *right)
{
	const struct draft *a = *(struct draft *const *)left, *b = *(struct draft *const *)right;
	int order = by_number(!is_home(a), !is_home(b));
	if (order == 0 && is_home(a))
		order = by_system(a->vendor, a->root, b);
	if (order == 0 && is_home(a))
		order = by_number(a->product, b->product);
	if (order == 0)
		order = by_number(!a->in_folder, !b->in_folder);
	if (order == 0)
		order = by_place(a, b);
	if (order == 0)
		order = by_number(a->product, b->product);
	return order != 0 ? order : by_number(a->nexus, b->nexus);
}

/* One finding a product and system; returns how many homes there are. */
static size_t merge_homes(struct merging *merging)
{
	struct draft **list = merging->list, *home = NULL;
	qsort(list, merging->count, sizeof(struct draft *), by_home);
	size_t count = 0;
	for (size_t i = 0; i < merging->count && list[i] && is_home(list[i]); i++) {
		if (home && by_system(home->vendor, home->root, list[i]) == 0 &&
		    home->product == list[i]->product) {
			absorb(merging, home, list[i]);
			list[i] = NULL;
		} else {
			home = list[i];
			count++;
		}
	}
	close_ranks(merging);
	return count;
}

static unsigned count_bits(uint32_t bits)
{
	unsigned count = 0;
	for (; bits; bits &= bits - 1)
		count++;
	return count;
}

/* Of the homes from `first` on that are in one system: the one of this product; for what names no
 * product the one that installs most, when there is just one such. */
static struct draft *choose_home(const struct merging *merging, size_t first, size_t homes,
                                 const struct draft *draft)
{
	struct draft *best = NULL;
	unsigned most = 0;
	bool several = false;
	for (size_t i = first; i < homes; i++) {
		struct draft *home = merging->list[i];
		if (by_system(draft->vendor, merging->list[first]->root, home) != 0)
			break;
		if (home->product == draft->product)
			return home;
		unsigned reach = count_bits(pack_product(merging->pack, home->product).reach);
		if (best && reach <= most) {
			several |= reach == most;
			continue;
		}
		best = home;
		most = reach;
		several = false;
	}
	return draft->product == PACK_NONE && !several ? best : NULL;
}

/* The first home of the system whose root this is; `homes` when there is none. */
static size_t first_home(const struct merging *merging, size_t homes, uint32_t vendor,
                         struct bytes root)
{
	size_t low = 0, high = homes;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (by_system(vendor, root, merging->list[middle]) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < homes && by_system(vendor, root, merging->list[low]) == 0 ? low : homes;
}

/* The innermost system that the draft lies in, if a product of the vendor's is installed there. */
static struct draft *home_of(const struct merging *merging, size_t homes, const struct draft *draft)
{
	bool joins = is_branded(draft) || draft->nexus == NEXUS_RESIDUE;
	if (!joins || (draft->claimed && draft->strongest <= STRENGTH_INDICATOR))
		return NULL;
	for (size_t at = draft->where.len + 1; at-- > 0;) {
		if (at > 0 && draft->where.ptr[at - 1] != '/')
			continue;
		struct bytes root = bytes_slice(draft->where, 0, at);
		size_t first = first_home(merging, homes, draft->vendor, root);
		if (first < homes)
			return layout_is_system(bytes_from(draft->where, at))
			               ? choose_home(merging, first, homes, draft)
			               : NULL;
	}
	return NULL;
}

static void merge_systems(struct merging *merging)
{
	size_t homes = merge_homes(merging);
	for (size_t i = homes; i < merging->count && homes > 0; i++) {
		struct draft *home = home_of(merging, homes, merging->list[i]);
		if (!home)
			continue;
		absorb(merging, home, merging->list[i]);
		merging->list[i] = NULL;
	}
	close_ranks(merging);
}

/* How much of the place is the folder of the product that something is embedded in, or that a file
 * is in. */
static size_t host_length(const struct draft *draft)
{
	struct layout layout = {0};
	if (draft->nexus == NEXUS_EMBEDDED)
		layout = layout_of_product(draft->where);
	return layout.known && layout.host < draft->where.len ? layout.host
	                                                      : folder_of(draft->where).len;
}

static struct bytes host_of(const struct draft *draft)
{
	return bytes_slice(draft->where, 0, draft->host);
}

static int by_host(const void *left, const void *right)
{
	const struct draft *a = *(struct draft *const *)left, *b = *(struct draft *const *)right;
	int order = by_number(a->vendor, b->vendor);
	if (order == 0)
		order = by_number(a->product, b->product);
	if (order == 0)
		order = by_number(a->nexus, b->nexus);
	if (order == 0)
		order = by_number(a->claimed, b->claimed);
	if (order == 0)
		order = bytes_compare(host_of(a), host_of(b));
	return order != 0 ? order : bytes_compare(a->where, b->where);
}

static bool same_host(const struct draft *a, const struct draft *b)
{
	return a->vendor == b->vendor && a->product == b->product && a->nexus == b->nexus &&
	       a->claimed == b->claimed && host_of(a).len > 0 &&
	       bytes_equal(host_of(a), host_of(b));
}

static void merge_hosts(struct merging *merging)
{
	struct draft **list = merging->list;
	for (size_t i = 0; i < merging->count; i++)
		list[i]->host = host_length(list[i]);
	qsort(list, merging->count, sizeof(struct draft *), by_host);
	size_t kept = 0;
	for (size_t i = 0, run; i < merging->count; i += run) {
		for (run = 1; i + run < merging->count && same_host(list[i], list[i + run]); run++)
			;
		struct draft *whole = list[kept++] = list[i];
		for (size_t j = 1; j < run; j++)
			absorb(merging, whole, list[i + j]);
		if (run > 1)
			whole->where.len = host_of(whole).len;
	}
	merging->count = kept;
}

static int by_object(const void *left, const void *right)
{
	const struct counted *a = left, *b = right;
	return by_number(a->number, b->number);
}

static void count_objects(struct draft *draft)
{
	if (draft->counted_count > 0)
		qsort(draft->counted, draft->counted_count, sizeof *draft->counted, by_object);
	for (size_t i = 0; i < draft->counted_count; i++) {
		if (i > 0 && draft->counted[i].number == draft->counted[i - 1].number)
			continue;
		draft->objects++;
		draft->bytes += draft->counted[i].size;
	}
}

static int by_vendor_and_place(const void *left, const void *right)
{
	const struct draft *a = *(struct draft *const *)left, *b = *(struct draft *const *)right;
	int order = by_number(a->vendor, b->vendor);
	return order != 0 ? order : bytes_compare(a->where, b->where);
}

static bool is_place_of_finding(const struct merging *merging, uint32_t vendor, struct bytes place)
{
	struct draft wanted = {.vendor = vendor, .where = place}, *key = &wanted;
	return bsearch(&key, merging->list, merging->count, sizeof(struct draft *),
	               by_vendor_and_place) != NULL;
}

/* Where a finding of the vendor stands, or below, what only names the vendor is part of that. */
static bool is_part_of_finding(const struct merging *merging, const struct draft *mention)
{
	struct bytes where = mention->where;
	for (size_t end = where.len; end > 1; end--) {
		bool ends =
			end == where.len || where.ptr[end] == '/' ||
			(where.ptr[end] == '!' && end + 1 < where.len && where.ptr[end + 1] == '/');
		if (ends &&
		    is_place_of_finding(merging, mention->vendor, bytes_slice(where, 0, end)))
			return true;
	}
	return false;
}

/* Takes such mentions off the list; returns how many stay. */
static size_t drop_mentions(struct merging *merging, struct draft **mentions)
{
	size_t kept = 0;
	qsort(merging->list, merging->count, sizeof(struct draft *), by_vendor_and_place);
	for (struct draft **at = mentions; *at;) {
		struct draft *mention = *at;
		if (!is_part_of_finding(merging, mention)) {
			at = &mention->next;
			kept++;
			continue;
		}
		*at = mention->next;
		draft_destroy(mention);
	}
	return kept;
}

bool drafts_merge(struct drafts *drafts, const struct pack *pack)
{
	struct merging merging = {.pack = pack,
	                          .list = calloc(drafts->count + 1, sizeof(struct draft *))};
	if (!merging.list)
		return false;
	struct draft *mentions = NULL;
	for (struct draft *next, *draft = drafts->first; draft; draft = next) {
		next = draft->next;
		if (draft->nexus != NEXUS_MENTION) {
			merging.list[merging.count++] = draft;
			continue;
		}
		draft->next = mentions;
		mentions = draft;
	}
	merge_places(&merging);
	merge_containers(&merging);
	merge_systems(&merging);
	merge_hosts(&merging);
	drafts->count = drop_mentions(&merging, &mentions) + merging.count;
	drafts->first = mentions;
	for (size_t i = 0; i < merging.count; i++) {
		merging.list[i]->next = drafts->first;
		drafts->first = merging.list[i];
	}
	free(merging.list);
	for (struct draft *draft = drafts->first; draft; draft = draft->next) {
		count_objects(draft);
		merging.out_of_memory |= !draft_state_versions(draft);
	}
	return !merging.out_of_memory;
}
