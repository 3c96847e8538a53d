/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zip: archives, and what is built on them (jar, war, apk, aab, ipa, docx, nupkg, whl, crx …).
 * APPNOTE 6.3.10. Written here because evidence needs offsets, and because libraries see only what
 * the directory lists: here the members are taken in the order of their place, whatever lies
 * between them is looked at too, and members that overlap cost no more than the zip is long.
 */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/apk_signing_block.h"
#include "reader/rest.h"
#include "reader/zip_codec.h"
#include "reader/zip_member.h"

extern const struct reader reader_zip;

/* A member of the directory, or (at `FIXED_PART` and above) a part that is no member. */
struct place {
	uint64_t at;
	uint64_t entry_at;
};

enum {
	FIXED_PARTS = 5,
	NAME_MOST = 4096,
	METHOD_MOST = 99,
	LOCAL_LEAST = 30, /* bytes of a local header without its name */
};

static const uint64_t FIXED_PART = UINT64_MAX - FIXED_PARTS;

struct directory {
	struct zip zip;
	struct zip_end end;
	struct span fixed[FIXED_PARTS]; /* directory, end records, signing block */
	size_t fixed_count;
	struct place *places; /* sorted by `at` */
	size_t count;
	uint64_t reread_left; /* packed bytes that overlapping members may still cost */
};

static bool is_executable(struct bytes head)
{
	static const struct bytes magics[] = {
		{(const uint8_t *)"MZ", 2},
		{(const uint8_t *)"\177ELF", 4},
		{(const uint8_t *)"\xfe\xed\xfa\xce", 4},
		{(const uint8_t *)"\xfe\xed\xfa\xcf", 4},
		{(const uint8_t *)"\xce\xfa\xed\xfe", 4},
		{(const uint8_t *)"\xcf\xfa\xed\xfe", 4},
		{(const uint8_t *)"\xca\xfe\xba\xbe", 4},
	};
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
		if (bytes_start_with(head, magics[i]))
			return true;
	return false;
}

/* Archives and disk images that may hold members as they are: a zip near the end is a member, and
 * what follows the end is handed over by their readers. */
static bool holds_members_plain(struct bytes head)
{
	static const struct {
		uint64_t at;
		struct bytes magic;
	} magics[] = {
		{257, {(const uint8_t *)"ustar", 5}},
		{0, {(const uint8_t *)"0707", 4}},
		{0, {(const uint8_t *)"\xc7\x71", 2}},
		{0, {(const uint8_t *)"Rar!\x1a\7", 6}},
		{0, {(const uint8_t *)"7z\xbc\xaf\x27\x1c", 6}},
		{0, {(const uint8_t *)"MSCF", 4}},
		{0, {(const uint8_t *)"xar!", 4}},
		{0, {(const uint8_t *)"!<arch>\n", 8}},
		{0, {(const uint8_t *)"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8}},
		{32769, {(const uint8_t *)"CD001", 5}},
	};
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
		if (bytes_start_with(bytes_from(head, magics[i].at), magics[i].magic))
			return true;
	return false;
}

static bool has_zip_head(struct bytes head)
{
	return bytes_start_with(head, BYTES("PK\3\4")) || bytes_start_with(head, BYTES("PK\5\6")) ||
	       bytes_start_with(head, BYTES("PK\7\x8PK\3\4")) ||
	       bytes_start_with(head, BYTES("PK00PK\3\4")) || bytes_start_with(head, BYTES("Cr24"));
}

static bool recognise_zip(const struct sight *sight)
{
	if (has_zip_head(sight->head))
		return true;
	return (sight->atoms >> ATOM_ZIP_END & 1) && !is_executable(sight->head) &&
	       !holds_members_plain(sight->head);
}

static struct bytes part_of(const struct directory *d, uint64_t from, uint64_t to)
{
	return to > from ? bytes_slice(d->zip.body, (size_t)from, (size_t)(to - from))
	                 : (struct bytes){0};
}

/* A signature may be there by chance; a header that makes sense is not. */
static bool is_plausible(const struct zip_entry *entry)
{
	return entry->name.len > 0 && entry->name.len <= NAME_MOST && entry->method <= METHOD_MOST;
}

/* A stored member whose size follows it ends at a descriptor that says so, or at the next member.
 */
static void find_stored_end(const struct directory *d, struct zip_member *member, uint64_t to)
{
	struct bytes rest = part_of(d, member->packed_at, to);
	rest = bytes_slice(rest, 0, bytes_find(rest, BYTES("PK\3\4")));
	uint64_t length = rest.len;
	for (size_t at = 0; at < rest.len; at++) {
		size_t found = bytes_find(bytes_from(rest, at), BYTES("PK\7\x8"));
		if (found == SIZE_MAX)
			break;
		at += found;
		struct cursor c = cursor_over(bytes_from(rest, at + 4));
		uint32_t crc = cursor_u32le(&c);
		if (cursor_u32le(&c) == at && cursor_ok(&c)) {
			length = at;
			member->entry.crc = crc;
			break;
		}
	}
	member->entry.packed = member->entry.size = length;
	member->packed = part_of(d, member->packed_at, member->packed_at + length);
	member->size_known = true;
}

/* What a header carries beside the member. */
static void visit_header(struct directory *d, const struct zip_entry *entry)
{
	rest_hand_over_part(d->zip.visit, BYTES("extra field"), entry->extra);
	rest_hand_over_part(d->zip.visit, BYTES("member comment"), entry->comment);
}

/* Visits the member whose local header is at `at`, which no directory lists; returns its end. */
static uint64_t visit_unlisted(struct directory *d, const struct zip_entry *entry, uint64_t to,
                               struct bytes folder)
{
	struct zip_member member = {
		.entry = *entry,
		.name = zip_member_name(entry),
		.size_known = (entry->flags & ZIP_SIZES_FOLLOW) == 0 || entry->packed != 0,
		.packed_at = entry->header.offset + entry->header.length,
	};
	if (folder.len > 0) {
		uint8_t *name = visit_alloc(d->zip.visit, folder.len + member.name.len, 1);
		memcpy(name, folder.ptr, folder.len);
		memcpy(name + folder.len, member.name.ptr, member.name.len);
		member.name = (struct bytes){name, folder.len + member.name.len};
	}
	member.packed = part_of(d, member.packed_at, to);
	if (!member.size_known &&
	    (entry->method == ZIP_STORED || (entry->flags & ZIP_ENCRYPTED) != 0 ||
	     !zip_codec_knows(entry->method)))
		find_stored_end(d, &member, to);
	else if (member.size_known) {
		member.is_cut = entry->packed > member.packed.len;
		member.packed = bytes_slice(member.packed, 0, (size_t)entry->packed);
	}
	visit_header(d, entry);
	return zip_member_visit(&d->zip, &member);
}

/* What lies between the known parts: members that no directory lists, and other bytes. */
static void walk_between(struct directory *d, uint64_t from, uint64_t to, struct bytes folder)
{
	uint64_t at = from;
	for (uint64_t look = from; look < to;) {
		size_t found = bytes_find(part_of(d, look, to), BYTES("PK\3\4"));
		if (found == SIZE_MAX)
			break;
		struct zip_entry entry;
		look += found;
		if (!zip_local_read(part_of(d, 0, to), look, &entry) || !is_plausible(&entry)) {
			look++;
			continue;
		}
		zip_unlisted(&d->zip, BYTES("unlisted data"), part_of(d, at, look));
		at = look = visit_unlisted(d, &entry, to, folder);
	}
	zip_unlisted(&d->zip, BYTES("unlisted data"), part_of(d, at, to));
}

/* In front of the first member: a loader, a CRX header, another file's content. */
static void visit_between(struct directory *d, uint64_t from, uint64_t to)
{
	if (from == 0 && !bytes_start_with(part_of(d, 0, to), BYTES("PK\3\4")))
		zip_unlisted(&d->zip, BYTES("prefix"), part_of(d, 0, to));
	else
		walk_between(d, from, to, BYTES("unlisted/"));
}

/* Whether a reader that goes by local headers would see the same member. */
static bool local_agrees(const struct zip_entry *entry, const struct zip_entry *local)
{
	bool may_lack = (local->flags & ZIP_SIZES_FOLLOW) != 0;
	bool packed = local->packed == entry->packed || (may_lack && local->packed == 0);
	bool size = local->size == entry->size || (may_lack && local->size == 0);
	return packed && size && local->method == entry->method &&
	       bytes_equal(local->name, entry->name);
}

/* The place of the next part that begins elsewhere than places[i]; `hint` only grows. */
static uint64_t next_start(const struct directory *d, size_t i, size_t *hint)
{
	if (*hint <= i)
		*hint = i + 1;
	while (*hint < d->count && d->places[*hint].at == d->places[i].at)
		++*hint;
	return *hint < d->count ? d->places[*hint].at : UINT64_MAX;
}

struct walk {
	uint64_t covered;       /* everything before it was visited or is known */
	uint64_t group_covered; /* the same, before the members that begin where this one does */
	uint64_t next;          /* where the next part begins */
	bool is_repeated;       /* another entry led to this local header before */
};

/* Members that share bytes are read while what they cost together stays below the zip's length: a
 * directory may point a thousand times to one member. */
static bool may_visit(struct directory *d, const struct walk *walk, const struct zip_member *member)
{
	if (!walk->is_repeated && member->entry.local_at >= walk->group_covered)
		return true;
	uint64_t cost = member->packed.len + member->entry.header.length;
	if (cost > d->reread_left)
		return false;
	d->reread_left -= cost;
	return true;
}

static void close_entry(struct directory *d, const struct zip_entry *entry, const char *reason)
{
	zip_state_class(&d->zip, entry);
	visit_closed(d->zip.visit, zip_member_name(entry), entry->packed, CLASS_UNREAD, reason);
	d->zip.has_gaps = true;
}

static void visit_listed(struct directory *d, uint64_t entry_at, struct walk *walk)
{
	struct zip_member member = {.size_known = true};
	struct zip_entry local, *entry = &member.entry;
	if (!zip_entry_read(d->zip.body, entry_at, entry))
		return;
	visit_header(d, entry);
	uint64_t at = entry->local_at + d->end.shift;
	if (entry->disk != d->end.disk) {
		close_entry(d, entry, "the zip member is on another disk");
		return;
	}
	if (!zip_local_read(d->zip.body, at, &local)) {
		close_entry(d, entry, "no zip member where the directory points");
		return;
	}
	entry->local_at = at;
	member.name = zip_member_name(entry);
	member.packed_at = local.header.offset + local.header.length;
	member.packed = bytes_slice(d->zip.body, (size_t)member.packed_at, (size_t)entry->packed);
	member.is_cut = member.packed.len < entry->packed;
	uint64_t end = member.packed_at + member.packed.len;
	if (at < walk->group_covered || end > walk->next)
		member.doubt = "overlapping zip members";
	else if (!local_agrees(entry, &local))
		member.doubt = "a local zip header disagrees with the directory";
	if (!may_visit(d, walk, &member)) {
		close_entry(d, entry, "overlapping zip members");
		return;
	}
	if (!bytes_equal(local.extra, entry->extra))
		visit_header(d, &local);
	end = zip_member_visit(&d->zip, &member);
	if (end > walk->covered)
		walk->covered = end;
}

static void visit_places(struct directory *d)
{
	struct walk walk = {0};
	size_t hint = 0;
	for (size_t i = 0; i < d->count; i++) {
		const struct place *place = &d->places[i];
		walk.is_repeated = i > 0 && place->at == d->places[i - 1].at;
		if (!walk.is_repeated)
			walk.group_covered = walk.covered;
		walk.next = next_start(d, i, &hint);
		if (place->at > walk.covered) {
			uint64_t to = place->at < d->zip.body.len ? place->at : d->zip.body.len;
			visit_between(d, walk.covered, to);
			walk.covered = walk.group_covered = to;
		}
		if (place->entry_at < FIXED_PART) {
			visit_listed(d, place->entry_at, &walk);
			continue;
		}
		struct span part = d->fixed[place->entry_at - FIXED_PART];
		if (part.offset + part.length > walk.covered)
			walk.covered = part.offset + part.length;
	}
	zip_unlisted(&d->zip, BYTES("trailing data"), part_of(d, walk.covered, d->zip.body.len));
}

/* Heap sort: no memory, no bad case. Directories are nearly always in order already. */
static void sift(struct place *places, size_t root, size_t count)
{
	for (;;) {
		size_t child = 2 * root + 1;
		if (child >= count)
			return;
		if (child + 1 < count && places[child].at < places[child + 1].at)
			child++;
		if (places[root].at >= places[child].at)
			return;
		struct place moved = places[root];
		places[root] = places[child];
		places[child] = moved;
		root = child;
	}
}

static void sort_places(struct place *places, size_t count)
{
	bool sorted = true;
	for (size_t i = 1; i < count && sorted; i++)
		sorted = places[i - 1].at <= places[i].at;
	if (sorted)
		return;
	for (size_t root = count / 2; root-- > 0;)
		sift(places, root, count);
	for (size_t last = count; last-- > 1;) {
		struct place largest = places[0];
		places[0] = places[last];
		places[last] = largest;
		sift(places, 0, last);
	}
}

static void add_fixed(struct directory *d, struct span part)
{
	if (part.length == 0)
		return;
	d->fixed[d->fixed_count] = part;
	d->places[d->count++] = (struct place){part.offset, FIXED_PART + d->fixed_count++};
}

/* Counts the entries, which is more to be trusted than the count in the end record. */
static size_t count_entries(const struct directory *d, uint64_t *stop)
{
	struct zip_entry entry;
	struct bytes body = part_of(d, 0, d->end.limit);
	size_t count = 0;
	*stop = d->end.directory_at;
	for (; count < LIMIT_ZIP_MEMBERS && zip_entry_read(body, *stop, &entry); count++)
		*stop += entry.header.length;
	return count;
}

/* More entries than counted are fine: 16-bit counts wrap in files of writers without zip64. */
static const char *judge_count(const struct directory *d, size_t count)
{
	if (count == LIMIT_ZIP_MEMBERS && count < d->end.count)
		return "too many zip members";
	if (count < d->end.count)
		return "damaged zip directory";
	return NULL;
}

static void read_directory(struct directory *d)
{
	uint64_t stop;
	size_t entries = count_entries(d, &stop);
	d->places = visit_alloc(d->zip.visit, entries + FIXED_PARTS, sizeof *d->places);
	struct zip_entry entry;
	for (uint64_t at = d->end.directory_at; d->count < entries; at += entry.header.length) {
		if (!zip_entry_read(d->zip.body, at, &entry))
			break;
		d->places[d->count++] = (struct place){entry.local_at + d->end.shift, at};
	}
	const char *reason = judge_count(d, entries);
	if (reason) {
		visit_gap(d->zip.visit, d->end.record, CLASS_UNREAD, reason);
		d->zip.has_gaps = true;
	}
	add_fixed(d, (struct span){d->end.directory_at, stop - d->end.directory_at});
	add_fixed(d, d->end.zip64);
	add_fixed(d, d->end.locator);
	add_fixed(d, d->end.record);
	add_fixed(d, apk_signing_block_read(d->zip.visit, d->zip.body, d->end.directory_at,
	                                    &d->zip.has_gaps));
	sort_places(d->places, d->count);
}

/* Where the first member begins. A program that writes zips holds their magics, too. */
static size_t first_local(struct bytes body)
{
	for (size_t at = 0; at < body.len; at++) {
		struct zip_entry entry;
		size_t found = bytes_find(bytes_from(body, at), BYTES("PK\3\4"));
		if (found == SIZE_MAX)
			break;
		at += found;
		if (zip_local_read(body, at, &entry) && is_plausible(&entry))
			return at;
	}
	return SIZE_MAX;
}

/* Without a directory the local headers tell what they can. */
static enum read_result read_without_directory(struct directory *d)
{
	struct bytes body = d->zip.body;
	size_t first = first_local(body);
	if (first == SIZE_MAX && body.len >= LOCAL_LEAST)
		return READ_NOT_MINE;
	visit_gap(d->zip.visit, (struct span){body.len, 0}, CLASS_UNREAD,
	          "the zip has no readable directory");
	if (first == SIZE_MAX)
		return READ_PARTLY; /* cut short in its first header */
	zip_unlisted(&d->zip, BYTES("prefix"), part_of(d, 0, first));
	walk_between(d, first, body.len, (struct bytes){0});
	return READ_PARTLY;
}

static enum read_result read_zip(struct visit *visit, struct bytes body)
{
	struct directory d = {.zip = {.visit = visit, .body = body, .trial_left = LIMIT_TRIAL},
	                      .reread_left = body.len};
	bool is_mine = has_zip_head(body);
	if (!zip_end_find(body, is_mine, &d.end))
		return is_mine ? read_without_directory(&d) : READ_NOT_MINE;
	if (!is_mine && d.end.count == 0 && d.end.size == 0)
		return READ_NOT_MINE;
	read_directory(&d);
	visit_places(&d);
	if (d.end.comment.len > 0)
		visit_child(visit, BYTES("comment"), d.end.comment);
	return d.zip.has_gaps ? READ_PARTLY : READ_WHOLE;
}

const struct reader reader_zip = {
	.name = "zip",
	.recognise = recognise_zip,
	.read = read_zip,
	.understood = CLASS_READ,
	.container = true,
	.shared = true,
};
