/* SPDX-License-Identifier: Apache-2.0 */
/* Unpacks one zip member: see zip_member.h. */
#include "reader/zip_member.h"

#include "base/cursor.h"
#include "base/text.h"
#include "core/limits.h"
#include "reader/zip_codec.h"

#include <libdeflate.h>

enum {
	EXTRA_AES = 0x9901,
	EXTRA_UNICODE_PATH = 0x7075,
	MADE_ON_UNIX = 3,
	MADE_ON_DARWIN = 19,
	MODE_KIND = 0170000,
	MODE_LINK = 0120000,
	DEFLATE_RATIO = 1032, /* deflate cannot do better */
};

static const char ends_early[] = "the data of a zip member ends early";

/* The one gap that a member may have in the zip itself, on its header. */
static void doubt_member(struct zip *zip, const struct zip_member *member, const char *reason)
{
	if (!reason)
		return;
	visit_gap(zip->visit, member->entry.header, CLASS_UNREAD, reason);
	zip->has_gaps = true;
}

static void close_member(struct zip *zip, const struct zip_member *member, enum byte_class class,
                         const char *reason)
{
	doubt_member(zip, member, member->doubt);
	visit_closed(zip->visit, member->name, member->packed.len, class, reason);
	zip->has_gaps = true;
}

static bool is_zero(struct bytes data)
{
	return data.len == 0 ||
	       (data.ptr[0] == 0 && memcmp(data.ptr, bytes_from(data, 1).ptr, data.len - 1) == 0);
}

void zip_unlisted(struct zip *zip, struct bytes name, struct bytes data)
{
	if (is_zero(data))
		return;
	if (data.len < zip->body.len) {
		visit_child(zip->visit, name, data);
		return;
	}
	/* A child that is the object itself would be read as the object was, and so on. */
	visit_gap(zip->visit, (struct span){0, 0}, CLASS_UNREAD, "no member of the zip was found");
	zip->has_gaps = true;
}

/* Unpackers end a name at its first zero, as C does. */
static struct bytes until_zero(struct bytes name)
{
	const uint8_t *end = name.len > 0 ? memchr(name.ptr, '\0', name.len) : NULL;
	return end && end > name.ptr ? bytes_slice(name, 0, (size_t)(end - name.ptr)) : name;
}

/* APPNOTE 4.6.9: a name in Unicode counts when it was made for the name in the header. */
struct bytes zip_member_name(const struct zip_entry *entry)
{
	struct bytes field;
	if (!zip_extra_find(entry->extra, EXTRA_UNICODE_PATH, &field))
		return until_zero(entry->name);
	struct cursor c = cursor_over(field);
	uint8_t version = cursor_u8(&c);
	uint32_t crc = cursor_u32le(&c);
	struct bytes name = cursor_take(&c, cursor_left(&c));
	bool fits = version == 1 && libdeflate_crc32(0, entry->name.ptr, entry->name.len) == crc;
	return until_zero(fits && name.len > 0 ? name : entry->name);
}

/* A class lies in its jar under its own name, or under a folder that the class loader knows. */
void zip_state_class(struct zip *zip, const struct zip_entry *entry)
{
	struct bytes name = entry->name;
	if (!bytes_end_with(name, BYTES(".class")))
		return;
	if (bytes_start_with(name, BYTES("BOOT-INF/classes/")))
		name = bytes_from(name, 17);
	else if (bytes_start_with(name, BYTES("WEB-INF/classes/")))
		name = bytes_from(name, 16);
	else if (bytes_start_with(name, BYTES("META-INF/versions/"))) {
		size_t slash = bytes_find(bytes_from(name, 18), BYTES("/"));
		name = slash == SIZE_MAX ? name : bytes_from(name, 18 + slash + 1);
	}
	visit_fact(zip->visit, FACT_JAVA_CLASS, bytes_slice(name, 0, name.len - 6), entry->name_at);
}

static uint8_t *chunk_of(struct zip *zip)
{
	if (!zip->chunk)
		zip->chunk = visit_alloc(zip->visit, ZIP_CHUNK, 1);
	return zip->chunk;
}

/* Unpacks into room for `size` bytes. False when the data does not fit its declared size exactly or
 * is damaged: a stream finds out more. */
static bool inflate_at_once(struct bytes packed, uint8_t *out, size_t size,
                            struct zip_unpacked *result)
{
	struct libdeflate_decompressor *deflate = libdeflate_alloc_decompressor();
	if (!deflate)
		return false;
	size_t consumed = 0, produced = 0;
	enum libdeflate_result said = libdeflate_deflate_decompress_ex(
		deflate, packed.ptr, packed.len, out, size, &consumed, &produced);
	libdeflate_free_decompressor(deflate);
	if (said != LIBDEFLATE_SUCCESS)
		return false;
	*result = (struct zip_unpacked){
		.consumed = consumed,
		.produced = produced,
		.crc = libdeflate_crc32(0, out, produced),
	};
	return true;
}

static bool is_link(const struct zip_entry *entry)
{
	unsigned system = entry->made_by >> 8;
	return (system == MADE_ON_UNIX || system == MADE_ON_DARWIN) &&
	       (entry->attributes >> 16 & MODE_KIND) == MODE_LINK && entry->size <= LIMIT_LINK;
}

static void state_link(struct zip *zip, const struct zip_member *member, uint16_t method)
{
	const struct zip_entry *entry = &member->entry;
	struct bytes target = member->packed;
	if (!is_link(entry) || target.len == 0 || member->is_cut)
		return;
	struct zip_unpacked whole;
	if (method == ZIP_DEFLATE) {
		if (!inflate_at_once(target, chunk_of(zip), (size_t)entry->size, &whole))
			return;
		target = (struct bytes){zip->chunk, (size_t)whole.produced};
	} else if (method != ZIP_STORED) {
		return;
	}
	visit_fact(zip->visit, FACT_LINK_TARGET, bytes_slice(target, 0, LIMIT_LINK),
	           (struct span){member->packed_at, member->packed.len});
}

static void visit_stored(struct zip *zip, const struct zip_member *member)
{
	const struct zip_entry *entry = &member->entry;
	struct bytes data = member->packed;
	const char *reason = member->doubt;
	if (!reason && member->is_cut)
		reason = ends_early;
	else if (!reason && member->size_known && entry->size != data.len)
		reason = "the sizes of a stored zip member differ";
	else if (!reason && libdeflate_crc32(0, data.ptr, data.len) != entry->crc)
		reason = "CRC mismatch in a zip member";
	doubt_member(zip, member, reason);
	visit_child(zip->visit, member->name, data);
}

static bool unpack_at_once(const struct zip_member *member, struct spool *spool,
                           struct zip_unpacked *out)
{
	uint64_t size = member->entry.size;
	if (!member->size_known || size == 0 || size > LIMIT_ROOM ||
	    size / DEFLATE_RATIO > member->packed.len)
		return false;
	uint8_t *room = spool_room(spool, (size_t)size);
	if (!room)
		return false;
	bool whole = inflate_at_once(member->packed, room, (size_t)size, out);
	out->limited = !spool_filled(spool, whole ? (size_t)out->produced : 0);
	return whole;
}

static struct zip_job job_for(struct zip *zip, const struct zip_member *member, uint16_t method)
{
	return (struct zip_job){
		.method = method,
		.has_marker = (member->entry.flags & ZIP_LZMA_MARKER) != 0,
		.size_known = member->size_known,
		.packed = member->packed,
		.size = member->entry.size,
		.chunk = chunk_of(zip),
	};
}

/* Why the unpacked data is not what was declared; NULL when it is. */
static const char *judge(const struct zip_member *member, const struct zip_unpacked *got,
                         uint64_t descriptor)
{
	const struct zip_entry *entry = &member->entry;
	if (got->reason)
		return member->is_cut ? ends_early : got->reason;
	if (!member->size_known)
		return descriptor > 0 ? NULL : "a zip member lacks its data descriptor";
	if (got->produced != entry->size)
		return "a zip member is not as long as declared";
	if (got->crc != entry->crc)
		return "CRC mismatch in a zip member";
	return member->is_cut ? ends_early : NULL;
}

static uint64_t visit_coded(struct zip *zip, const struct zip_member *member, uint16_t method)
{
	struct zip_unpacked got = {0};
	doubt_member(zip, member, member->doubt);
	(void)chunk_of(zip); /* now: what is allocated while a spool is open goes with it */
	struct spool *spool = visit_spool(zip->visit, member->name, member->entry.size);
	if (method != ZIP_DEFLATE || !unpack_at_once(member, spool, &got)) {
		struct zip_job job = job_for(zip, member, method);
		job.spool = spool;
		got = zip_codec_run(&job);
	}
	struct zip_entry seen = member->entry;
	uint64_t end = member->packed_at + member->packed.len;
	if (!member->size_known) {
		seen.crc = got.crc;
		seen.packed = got.consumed;
		seen.size = got.produced;
		end = member->packed_at + got.consumed;
	}
	uint64_t descriptor = zip_descriptor_length(zip->body, end, &seen);
	const char *reason = judge(member, &got, descriptor);
	zip->has_gaps |= reason != NULL || got.limited;
	spool_end(spool, got.limited ? NULL : reason);
	if (member->size_known && !got.reason)
		zip_unlisted(zip, BYTES("unlisted data"),
		             bytes_from(member->packed, (size_t)got.consumed));
	return end + descriptor;
}

/* What the method must be for the data to come out as declared: Android reads members whose method
 * it does not know, or which are only said to be encrypted, and files made to mislead use that.
 * ZIP_AES when nothing fits. */
static uint16_t method_that_fits(struct zip *zip, const struct zip_member *member)
{
	const struct zip_entry *entry = &member->entry;
	struct bytes packed = member->packed;
	if (!member->size_known || member->is_cut || entry->size > zip->trial_left)
		return ZIP_AES;
	if (entry->size == packed.len) {
		zip->trial_left -= packed.len;
		if (libdeflate_crc32(0, packed.ptr, packed.len) == entry->crc)
			return ZIP_STORED;
	}
	struct zip_job job =
		job_for(zip, member, zip_codec_knows(entry->method) ? entry->method : ZIP_DEFLATE);
	struct zip_unpacked got = zip_codec_run(&job);
	zip->trial_left -= got.produced < zip->trial_left ? got.produced : zip->trial_left;
	bool fits = !got.reason && got.produced == entry->size && got.crc == entry->crc;
	return fits ? job.method : ZIP_AES;
}

static bool is_encrypted(const struct zip_entry *entry)
{
	struct bytes field;
	return (entry->flags & (ZIP_ENCRYPTED | ZIP_STRONG)) != 0 || entry->method == ZIP_AES ||
	       zip_extra_find(entry->extra, EXTRA_AES, &field);
}

static uint64_t visit_mine(struct zip *zip, const struct zip_member *member)
{
	const struct zip_entry *entry = &member->entry;
	uint64_t end = member->packed_at + member->packed.len;
	bool is_known = entry->method == ZIP_STORED || zip_codec_knows(entry->method);
	uint16_t method = entry->method;
	if (is_encrypted(entry) || !is_known)
		method = method_that_fits(zip, member);
	if (method != ZIP_AES)
		state_link(zip, member, method);
	if (method == ZIP_AES)
		close_member(zip, member, CLASS_OPAQUE,
		             is_encrypted(entry) ? "encrypted zip member"
		                                 : "zip method is not supported");
	else if (method == ZIP_STORED)
		visit_stored(zip, member);
	else
		return visit_coded(zip, member, method);
	return end + zip_descriptor_length(zip->body, end, entry);
}

/* Where a member ends that another worker looks at: one that does not say how long it is must be
 * unpacked to know. */
static uint64_t pass_by(struct zip *zip, const struct zip_member *member)
{
	struct zip_entry seen = member->entry;
	uint64_t end = member->packed_at + member->packed.len;
	if (!member->size_known && !is_encrypted(&seen) && zip_codec_knows(seen.method)) {
		struct zip_job job = job_for(zip, member, seen.method);
		struct zip_unpacked got = zip_codec_run(&job);
		seen.crc = got.crc;
		seen.packed = got.consumed;
		seen.size = got.produced;
		end = member->packed_at + got.consumed;
	}
	return end + zip_descriptor_length(zip->body, end, &seen);
}

/* Some unpackers know of names in Unicode, and some do not: readable under both, it is read under
 * both. */
static bool has_other_name(const struct zip_member *member)
{
	struct bytes listed = zip_member_name(&member->entry), plain = member->entry.name;
	return !bytes_equal(listed, until_zero(plain)) && text_is_utf8(plain);
}

uint64_t zip_member_visit(struct zip *zip, const struct zip_member *member)
{
	zip_state_class(zip, &member->entry);
	/* A link's target is a fact of the zip, and those are stated by the first worker. */
	uint64_t place = is_link(&member->entry) ? VISIT_REST : member->packed_at;
	bool mine = visit_takes(zip->visit, place);
	uint64_t end = mine ? visit_mine(zip, member) : pass_by(zip, member);
	if (mine && has_other_name(member)) {
		struct zip_member again = *member;
		again.name = until_zero(member->entry.name);
		again.doubt = NULL;
		(void)visit_mine(zip, &again);
	}
	(void)visit_takes(zip->visit, VISIT_REST);
	return end;
}
