/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/through_libarchive.h"

#include "base/text.h"
#include "core/limits.h"

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

struct walk {
	struct visit *visit;
	struct archive *archive;
	struct bytes body;
	const struct member_checks *checks;
	struct member_summary summary;
	uint32_t crc32; /* of the member being unpacked */
	bool stopped;   /* a limit was reached */
	bool is_dead;   /* libarchive gave up: the archive must be opened anew */
	bool names_only;
	/* The first thing that went wrong outside a member. */
	const char *reason;
	enum byte_class class;
	uint64_t at;
};

struct failure {
	const char *reason;
	enum byte_class class;
};

/* libarchive's error numbers do not tell these apart; its messages do. */
static struct failure failure_of(struct archive *archive)
{
	static const struct {
		const char *says;
		struct failure failure;
	} known[] = {
		{"ncrypt", {"encrypted archive member", CLASS_OPAQUE}},
		{"rypto", {"encrypted archive member", CLASS_OPAQUE}},
		{"assphrase", {"encrypted archive member", CLASS_OPAQUE}},
		{"codec", {"archive member packed by an unknown method", CLASS_OPAQUE}},
		{"upport", {"archive member packed by an unknown method", CLASS_OPAQUE}},
		{"memory", {"not enough memory to unpack an archive member", CLASS_UNREAD}},
		{"runcated", {"truncated archive member", CLASS_UNREAD}},
		{"CRC", {"archive member fails its checksum", CLASS_UNREAD}},
		{"umcheck", {"archive member fails its checksum", CLASS_UNREAD}},
		{"hecksum", {"archive member fails its checksum", CLASS_UNREAD}},
	};
	struct bytes message = bytes_of(archive_error_string(archive));
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (bytes_find(message, bytes_of(known[i].says)) != SIZE_MAX)
			return known[i].failure;
	return (struct failure){"damaged archive member", CLASS_UNREAD};
}

/* A warning that a name has letters which the locale has not: the name is kept all the same. */
static bool is_about_names(struct archive *archive)
{
	struct bytes message = bytes_of(archive_error_string(archive));
	return bytes_find(message, BYTES("annot be converted")) != SIZE_MAX ||
	       bytes_find(message, BYTES("an't be converted")) != SIZE_MAX ||
	       bytes_find(message, BYTES("annot convert")) != SIZE_MAX;
}

static void note(struct walk *walk, const char *reason, enum byte_class class)
{
	if (walk->reason)
		return;
	int64_t at = archive_read_header_position(walk->archive);
	walk->reason = reason;
	walk->class = class;
	walk->at = at > 0 && (uint64_t)at < walk->body.len ? (uint64_t)at : 0;
}

static struct bytes wide_to_utf8(struct visit *visit, const wchar_t *wide)
{
	size_t count = 0, len = 0;
	while (wide && wide[count])
		count++;
	uint8_t *out = visit_alloc(visit, count + 1, 4);
	for (size_t i = 0; i < count; i++)
		len += text_put_utf8((uint32_t)wide[i], out + len);
	return (struct bytes){out, len};
}

/* Borrowed from the entry or the visit. Bytes that are no text in any encoding stay as they are. */
static struct bytes name_of(struct visit *visit, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	if (!name)
		name = archive_entry_pathname_utf8(entry);
	return name ? bytes_of(name) : wide_to_utf8(visit, archive_entry_pathname_w(entry));
}

static struct bytes target_of(struct archive_entry *entry)
{
	const char *target = archive_entry_symlink(entry);
	if (!target)
		target = archive_entry_hardlink(entry);
	return bytes_of(target);
}

static bool unpack_block(struct walk *walk, struct spool **spool, struct bytes name,
                         struct archive_entry *entry, struct bytes block)
{
	int64_t size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0;
	if (!*spool)
		*spool = visit_spool(walk->visit, name, size > 0 ? (uint64_t)size : 0);
	walk->summary.unpacked += block.len;
	if (walk->checks)
		walk->crc32 = (uint32_t)crc32_z(walk->crc32, block.ptr, block.len);
	return spool_write(*spool, block);
}

/* The reason why the member is not whole, or none. */
static struct failure unpack(struct walk *walk, struct bytes name, struct archive_entry *entry,
                             struct spool **spool)
{
	struct failure failure = {0};
	int64_t written = 0;
	for (size_t idle = 0; idle < LIMIT_ARCHIVE_IDLE; idle++) {
		const void *data = NULL;
		size_t len = 0;
		int64_t offset = written;
		int status = archive_read_data_block(walk->archive, &data, &len, &offset);
		if (status == ARCHIVE_EOF)
			return failure;
		if (status != ARCHIVE_OK && !failure.reason)
			failure = failure_of(walk->archive);
		walk->is_dead = status == ARCHIVE_FATAL;
		if (status < ARCHIVE_WARN)
			return failure;
		if (len == 0 || !data)
			continue;
		idle = 0;
		if (offset != written && !failure.reason)
			failure = (struct failure){"parts of an archive member are missing",
			                           CLASS_UNREAD};
		if (!unpack_block(walk, spool, name, entry, (struct bytes){data, len})) {
			walk->stopped = true;
			return failure;
		}
		written = (int64_t)((uint64_t)offset + len);
	}
	return (struct failure){"damaged archive member", CLASS_UNREAD};
}

static bool came_short(const struct walk *walk, struct archive_entry *entry, uint64_t before)
{
	return archive_entry_size_is_set(entry) && archive_entry_size(entry) > 0 &&
	       walk->summary.unpacked - before < (uint64_t)archive_entry_size(entry);
}

static bool sums_up(const struct walk *walk)
{
	uint64_t number = walk->summary.count - 1;
	if (!walk->checks || number >= walk->checks->count)
		return true;
	const struct member_check *check = &walk->checks->checks[number];
	return !check->known || check->crc32 == walk->crc32;
}

static void visit_file(struct walk *walk, struct bytes name, struct archive_entry *entry)
{
	struct spool *spool = NULL;
	uint64_t before = walk->summary.unpacked;
	int64_t size = archive_entry_size(entry);
	struct failure failure = {"encrypted archive member", CLASS_OPAQUE};
	walk->crc32 = 0;
	if (walk->names_only)
		failure = (struct failure){"archive member behind damaged ones", CLASS_UNREAD};
	else if (!archive_entry_is_data_encrypted(entry))
		failure = unpack(walk, name, entry, &spool);
	if (!failure.reason && !walk->stopped && came_short(walk, entry, before))
		failure = (struct failure){"archive member is shorter than declared", CLASS_UNREAD};
	if (!failure.reason && !walk->stopped && !sums_up(walk))
		failure = (struct failure){"archive member fails its checksum", CLASS_UNREAD};
	if (failure.reason || walk->stopped)
		walk->summary.whole = false;
	if (spool)
		spool_end(spool, walk->stopped ? NULL : failure.reason);
	else if (failure.reason)
		visit_closed(walk->visit, name, size > 0 ? (uint64_t)size : 0, failure.class,
		             failure.reason);
	else
		visit_child(walk->visit, name, (struct bytes){0});
}

/* Folders and links have no bytes. A hard link's bytes came under its first name. */
static void visit_entry(struct walk *walk, struct archive_entry *entry)
{
	struct bytes name = name_of(walk->visit, entry);
	struct bytes target = target_of(entry);
	walk->summary.count++;
	if (target.len == 0 && archive_entry_filetype(entry) != AE_IFDIR) {
		visit_file(walk, name, entry);
		return;
	}
	visit_fact(walk->visit, FACT_LINK_TARGET, target, (struct span){0, 0});
	visit_child(walk->visit, name, (struct bytes){0});
}

/* Visits members until the end, a damaged header, or one that libarchive cannot go on after; passes
 * over those that were visited already. */
static void visit_some(struct walk *walk)
{
	unsigned failures = 0;
	uint64_t passed = walk->summary.count;
	struct archive_entry *entry = NULL;
	while (!walk->stopped && !walk->is_dead && failures < LIMIT_ARCHIVE_FAILURES) {
		int status = archive_read_next_header(walk->archive, &entry);
		if (status == ARCHIVE_EOF)
			return;
		if (status == ARCHIVE_OK ||
		    (status == ARCHIVE_WARN && is_about_names(walk->archive))) {
			failures = 0;
		} else {
			struct failure failure = failure_of(walk->archive);
			note(walk, failure.reason, failure.class);
			failures++;
		}
		if (status == ARCHIVE_FATAL)
			return;
		if (status >= ARCHIVE_WARN && passed > 0)
			passed--;
		else if (status >= ARCHIVE_WARN)
			visit_entry(walk, entry);
	}
}

static bool open_archive(struct walk *walk, int (*enable)(struct archive *))
{
	walk->archive = archive_read_new();
	walk->is_dead = false;
	return walk->archive && enable(walk->archive) >= ARCHIVE_WARN &&
	       archive_read_open_memory(walk->archive, walk->body.ptr, walk->body.len) ==
	               ARCHIVE_OK;
}

/* After a member that libarchive cannot go on from, the archive is opened anew: the members behind
 * it may be well. Not without end: each time, all before is passed over again. */
static void visit_all(struct walk *walk, int (*enable)(struct archive *))
{
	for (unsigned tries = 0; tries <= LIMIT_ARCHIVE_FAILURES; tries++) {
		walk->names_only = tries == LIMIT_ARCHIVE_FAILURES;
		if (open_archive(walk, enable))
			visit_some(walk);
		else
			note(walk, "damaged or unknown archive header", CLASS_UNREAD);
		int64_t consumed = walk->archive ? archive_filter_bytes(walk->archive, 0) : 0;
		walk->summary.consumed = consumed > 0 ? (uint64_t)consumed : 0;
		(void)archive_read_free(walk->archive);
		if (!walk->is_dead || walk->stopped)
			return;
	}
}

struct member_summary visit_members(struct visit *visit, struct bytes body,
                                    int (*enable)(struct archive *), bool in_order,
                                    const struct member_checks *checks)
{
	struct walk walk = {
		.visit = visit, .body = body, .checks = checks, .summary = {.whole = true}};
	visit_all(&walk, enable);
	if (walk.reason) {
		visit_gap(visit, (struct span){in_order ? walk.at : 0, 0}, walk.class, walk.reason);
		walk.summary.whole = false;
	}
	return walk.summary;
}

void visit_unless_zero(struct visit *visit, struct bytes name, struct bytes part)
{
	for (size_t i = 0; i < part.len; i++) {
		if (part.ptr[i] == 0)
			continue;
		visit_child(visit, name, part);
		return;
	}
}
