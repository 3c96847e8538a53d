/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OLE compound files ([MS-CFB]): a file system of 512-byte sectors in a file, which Windows
 * Installer packages, old Office documents and thumbnail caches are. Written here because evidence
 * needs the place of each stream, and streams that lie in one piece need no copy.
 *
 * Each sector belongs to one chain: following one takes its sectors, so that hostile chains cost no
 * more than the file is long.
 */
#ifndef READER_COMPOUND_H
#define READER_COMPOUND_H

#include "core/reader.h"

/* Sector numbers, in memory of the visit. */
struct chain {
	uint32_t *sectors;
	size_t count;
	bool is_ended; /* its last sector says that it is the last */
};

struct compound {
	struct visit *visit;
	struct bytes body;
	unsigned shift;       /* sectors are 1 << shift bytes */
	uint32_t mini_cutoff; /* smaller streams lie in sectors of 64 bytes */
	size_t sector_count, mini_count;
	uint8_t *taken, *mini_taken; /* a bit a sector */
	struct chain fat;            /* sectors that hold the allocation table */
	struct chain mini_fat, mini_stream, directory;
	size_t entry_count;
	const char *reason; /* what is damaged, or NULL */
};

enum compound_type { COMPOUND_STORAGE = 1, COMPOUND_STREAM = 2, COMPOUND_ROOT = 5 };

struct compound_entry {
	struct bytes name; /* UTF-8; the names of Windows Installer are resolved */
	uint8_t type;
	struct bytes class_id; /* 16 bytes */
	uint32_t start;
	uint64_t size;
	uint64_t at; /* of the entry in the object */
};

/* A stream's bytes are runs of the object. */
struct stream {
	const struct compound *file;
	struct chain chain;
	bool is_mini;
	uint64_t size; /* what there is of it */
	bool is_whole; /* that is all that its entry says */
};

/* Reads header, tables and directory. False: it is no compound file. Look at `reason` else. */
bool compound_open(struct compound *file, struct visit *visit, struct bytes body);

/* Entry `index` of the directory; false when it is unused. */
bool compound_entry_at(struct compound *file, size_t index, struct compound_entry *entry);

/* Takes the sectors of a stream. */
struct stream compound_stream(struct compound *file, const struct compound_entry *entry);

/* The run of bytes that begins at `at`, as long as it lies in one piece and at most `most`; empty
 * at the end. */
struct bytes stream_run(const struct stream *stream, uint64_t at, uint64_t most);

/* The whole of it: a slice of the object, or a copy in the visit's memory of at most `most` bytes.
 */
struct bytes stream_bytes(const struct stream *stream, size_t most);

/* Where byte `at` of the stream lies, and as much of `length` as follows it in one piece. */
struct span stream_span(const struct stream *stream, uint64_t at, uint64_t length);

/* The next run of sectors, from *sector on, that no chain took; empty after the last. */
struct bytes compound_unused(const struct compound *file, size_t *sector);

#endif
