/* SPDX-License-Identifier: Apache-2.0 */
/* Sparse members of tar archives: only the data between the holes is stored, and a map says where
 * it goes. See the GNU tar manual, "Storing Sparse Files", and tar(5) of libarchive. */
#ifndef READER_TAR_SPARSE_H
#define READER_TAR_SPARSE_H

#include "base/cursor.h"
#include "core/reader.h"
#include "reader/tar_header.h"

/* Where each run of data goes: in header blocks (type 'S'), or in text (pax 0.1 and 1.0). */
struct sparse_map {
	struct bytes first;  /* the four records of the header; empty in text */
	struct bytes blocks; /* whole extension blocks, 21 records each */
	uint64_t next, count;
	struct cursor text; /* numbers with `separator` between them */
	uint8_t separator;
	uint64_t real_size; /* with the holes */
};

/* The map of a 'S' member. Reads the extension blocks that follow the header; the cursor goes bad
 * when they are cut off. */
struct sparse_map sparse_map_blocks(struct bytes header, struct cursor *c);

/* The map of pax format 0.1: "offset,length,…". */
struct sparse_map sparse_map_list(struct bytes list, uint64_t real_size);

/* The map of pax format 1.0, which begins `stored`; *stored becomes the data behind it. False when
 * it is damaged. */
bool sparse_map_leading(struct bytes *stored, uint64_t real_size, struct sparse_map *out);

/* Visits the member with its holes. */
enum read_result sparse_visit(struct visit *visit, struct bytes name, struct sparse_map *map,
                              struct bytes stored);

#endif
