/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The structures of a zip (APPNOTE 6.3.10): where its directory is, what an entry says, what a
 * local header says. Nothing here is believed: who uses an offset seeks with a cursor, and who uses
 * a size cuts it to what is there.
 */
#ifndef READER_ZIP_DIRECTORY_H
#define READER_ZIP_DIRECTORY_H

#include "core/reader.h"

enum {
	ZIP_LOCAL = 0x04034b50,
	ZIP_ENTRY = 0x02014b50,
	ZIP_DESCRIPTOR = 0x08074b50,
	ZIP_ENCRYPTED = 1 << 0,
	ZIP_LZMA_MARKER = 1 << 1,
	ZIP_SIZES_FOLLOW = 1 << 3,
	ZIP_STRONG = 1 << 6,
	ZIP_MASKED = 1 << 13,
	ZIP_STORED = 0,
	ZIP_DEFLATE = 8,
	ZIP_DEFLATE64 = 9,
	ZIP_BZIP2 = 12,
	ZIP_LZMA = 14,
	ZIP_ZSTD_OLD = 20,
	ZIP_ZSTD = 93,
	ZIP_XZ = 95,
	ZIP_AES = 99,
};

/* What a directory entry, or a local header alone, says of a member. */
struct zip_entry {
	struct span header; /* the whole header, in the object */
	struct bytes name;
	struct span name_at;
	struct bytes extra, comment; /* a local header has no comment */
	uint16_t made_by, flags, method;
	uint32_t crc, attributes, disk;
	uint64_t packed, size, local_at;
};

/* Where the end record says that everything is; offsets are in the object. */
struct zip_end {
	struct span record;  /* end of central directory, with its comment */
	struct span zip64;   /* its zip64 record; length 0 when there is none */
	struct span locator; /* of the zip64 record; length 0 when there is none */
	struct bytes comment;
	uint64_t directory_at, size; /* of the directory */
	uint64_t limit;              /* entries end before this */
	uint64_t count;
	uint32_t disk;
	uint64_t shift; /* to be added (modulo 2^64) to the offsets that entries give */
};

/* Finds the last end record that leads to a directory. Looks through the last 64 KiB, or with
 * `everywhere` through all of it. False when there is none. */
bool zip_end_find(struct bytes body, bool everywhere, struct zip_end *out);

/* Reads the directory entry, or the local header, at `at`; false when there is none. */
bool zip_entry_read(struct bytes body, uint64_t at, struct zip_entry *out);
bool zip_local_read(struct bytes body, uint64_t at, struct zip_entry *out);

/* The length of the data descriptor at `at` that confirms `entry`; 0 when there is none. */
uint64_t zip_descriptor_length(struct bytes body, uint64_t at, const struct zip_entry *entry);

/* The value of extra field `id`; false when it is not there. */
bool zip_extra_find(struct bytes extra, uint16_t id, struct bytes *out);

#endif
