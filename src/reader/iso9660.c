/* SPDX-License-Identifier: Apache-2.0 */
/* iso9660: images of optical discs (ECMA-119, with Rock Ridge and Joliet), by libarchive, which
 * sees the files only; what a disc holds outside of them is found here. UDF is not read. */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/iso_extents.h"
#include "reader/pump.h"
#include "reader/through_libarchive.h"

#include <archive.h>

extern const struct reader reader_iso9660;

enum { SECTOR = 2048, FIRST_DESCRIPTOR = 16 * SECTOR };

struct disc {
	uint64_t end;          /* of the volume, by its own word; 0 when not said */
	uint64_t boot_catalog; /* sector; 0 when there is none */
	bool has_udf, has_joliet;
};

/* ECMA-119 8.1: descriptors of one sector each; ECMA-167 3/9.1 uses the same row for UDF. */
static struct disc read_descriptors(struct bytes body, struct iso_extents *extents)
{
	struct disc disc = {0};
	struct cursor c = cursor_over(body);
	cursor_seek(&c, FIRST_DESCRIPTOR);
	for (unsigned i = 0; i < LIMIT_ISO_DESCRIPTORS; i++) {
		struct bytes sector = cursor_take(&c, SECTOR);
		struct cursor d = cursor_over(sector);
		uint8_t type = cursor_u8(&d);
		struct bytes id = cursor_take(&d, 5);
		bool is_iso = bytes_equal(id, BYTES("CD001"));
		if (bytes_start_with(id, BYTES("NSR0")))
			disc.has_udf = true;
		else if (!is_iso && !bytes_equal(id, BYTES("BEA01")) &&
		         !bytes_equal(id, BYTES("BOOT2")))
			return disc;
		rest_add(&extents->rest, c.at - SECTOR, SECTOR);
		if (is_iso && (type == 1 || type == 2))
			iso_extents_volume(extents, sector);
		if (is_iso && type == 0 &&
		    bytes_start_with(bytes_from(sector, 7), BYTES("EL TORITO SPECIFICATION"))) {
			cursor_seek(&d, 71);
			disc.boot_catalog = cursor_u32le(&d);
		}
		if (is_iso && type == 2 && d.all.ptr &&
		    bytes_equal(bytes_slice(sector, 88, 2), BYTES("%/")))
			disc.has_joliet = true;
		if (is_iso && type == 1) {
			cursor_seek(&d, 80);
			uint64_t sectors = cursor_u32le(&d);
			cursor_seek(&d, 128);
			disc.end = sectors * cursor_u16le(&d);
		}
	}
	return disc;
}

/* El Torito: what the machine boots need not be a file of the disc. Entries of 32 bytes; the first
 * validates, the second is the default; headers (0x90, 0x91) and extensions (0x44) hold none. */
static void visit_boot_images(struct visit *visit, struct bytes body, uint64_t catalog,
                              struct rest *rest)
{
	struct cursor c = cursor_over(body);
	cursor_seek(&c, catalog * SECTOR);
	struct cursor entries = cursor_over(cursor_take(&c, SECTOR));
	rest_add(rest, catalog * SECTOR, SECTOR);
	cursor_skip(&entries, 32);
	while (cursor_left(&entries) >= 32) {
		struct cursor e = cursor_over(cursor_take(&entries, 32));
		uint8_t indicator = cursor_u8(&e);
		cursor_skip(&e, 5);
		uint64_t sectors = cursor_u16le(&e); /* of 512 bytes */
		uint64_t start = cursor_u32le(&e);
		if ((indicator != 0x88 && indicator != 0) || start == 0)
			continue;
		struct cursor image = cursor_over(body);
		cursor_seek(&image, start * SECTOR);
		uint64_t len = sectors * 512;
		uint64_t left = cursor_left(&image);
		rest_add(rest, start * SECTOR, len);
		visit_unless_zero(visit, BYTES("boot image"),
		                  cursor_take(&image, len < left ? len : left));
	}
}

/* A disc can hold two trees of the same files under two kinds of names, and a file can be left out
 * of either. */
static int enable_plain_tree(struct archive *archive)
{
	int status = archive_read_support_format_iso9660(archive);
	return status == ARCHIVE_OK
	               ? archive_read_set_format_option(archive, "iso9660", "joliet", NULL)
	               : status;
}

static int enable_joliet_tree(struct archive *archive)
{
	int status = archive_read_support_format_iso9660(archive);
	return status == ARCHIVE_OK
	               ? archive_read_set_format_option(archive, "iso9660", "rockridge", NULL)
	               : status;
}

static bool recognise_iso9660(const struct sight *sight)
{
	return sight->size > FIRST_DESCRIPTOR + SECTOR;
}

static enum read_result read_iso9660(struct visit *visit, struct bytes body)
{
	if (body.len <= FIRST_DESCRIPTOR)
		return READ_NOT_MINE;
	struct iso_extents extents;
	iso_extents_init(&extents, visit, body);
	rest_add(&extents.rest, 0, FIRST_DESCRIPTOR);
	struct disc disc = read_descriptors(body, &extents);
	struct member_summary members = visit_members(visit, body, enable_plain_tree, false, NULL);
	bool whole = members.whole;
	if (disc.has_joliet)
		whole &= visit_members(visit, body, enable_joliet_tree, false, NULL).whole;
	visit_unless_zero(visit, BYTES("system area"), bytes_slice(body, 0, FIRST_DESCRIPTOR));
	if (disc.boot_catalog > 0)
		visit_boot_images(visit, body, disc.boot_catalog, &extents.rest);
	if (disc.end > FIRST_DESCRIPTOR && disc.end < body.len)
		visit_trailing(visit, body, (size_t)disc.end);
	uint64_t end = disc.end > FIRST_DESCRIPTOR && disc.end < body.len ? disc.end : body.len;
	whole &= iso_extents_hand_over(&extents, visit, end);
	bool hidden = disc.has_udf && members.unpacked < body.len - body.len / 16;
	if (hidden)
		visit_closed(visit, BYTES("UDF"), body.len - members.unpacked, CLASS_UNREAD,
		             "the disc's UDF file system is not read");
	return whole && !hidden ? READ_WHOLE : READ_PARTLY;
}

const struct reader reader_iso9660 = {
	.name = "iso9660",
	.magic = {(const uint8_t *)"CD001", 5},
	.magic_offset = FIRST_DESCRIPTOR + 1,
	.recognise = recognise_iso9660,
	.read = read_iso9660,
	.understood = CLASS_READ,
	.container = true,
};
