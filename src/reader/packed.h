/* SPDX-License-Identifier: Apache-2.0 */
/* Where a packed stream or an archive ends that begins somewhere in other bytes: it is unpacked,
 * and what comes out is thrown away. Their readers, which get just those bytes then, do it again.
 */
#ifndef READER_PACKED_H
#define READER_PACKED_H

#include "core/reader.h"

enum packed_kind {
	PACKED_GZIP,
	PACKED_ZLIB,
	PACKED_XZ,
	PACKED_ZSTD,
	PACKED_BZIP2,
	PACKED_LZ4,
	PACKED_SEVENZIP,
	PACKED_CAB,
	PACKED_SQUASHFS,
	PACKED_CRAMFS,
	PACKED_UBI,
	PACKED_JFFS2,
	PACKED_KIND_COUNT
};

/* What trials share. */
struct packed_trial {
	struct visit *visit;
	uint8_t *room;    /* PACKED_ROOM bytes */
	uint64_t budget;  /* plain bytes that may still come out, and PACKED_COST for each trial; at
	                     0 nothing is found any more */
	size_t broken_at; /* 0, or how far the last trial came in a stream that broke: too far for
	                     chance */
	bool unfinished;  /* the budget, or memory, ended the last trial: the stream was good so far
	                   */
};
enum { PACKED_ROOM = 64 << 10, PACKED_COST = 4 << 10, PACKED_NO_CHANCE = 64 << 10 };

/* How many bytes from the beginning of `from` are one whole stream of that kind, or one file
 * system; 0: none is. */
size_t packed_length(enum packed_kind kind, struct bytes from, struct packed_trial *trial);

#endif
