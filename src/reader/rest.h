/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a format does not account for: bytes after its end, and between its parts. They are handed
 * over as objects of their own, so that nothing hides behind a picture or a program. Padding (a run
 * of one byte value) is not, nor are holes too short for any container.
 */
#ifndef READER_REST_H
#define READER_REST_H

#include "core/reader.h"

/* The bytes of `body` from `at` to its end, as a child of that name. Returns whether there was one.
 */
bool rest_hand_over(struct visit *visit, struct bytes body, uint64_t at, struct bytes name);

/* The same for a part that the format allows but does not explain (a private chunk, a comment): a
 * child when it is long enough to hold something. */
void rest_hand_over_part(struct visit *visit, struct bytes name, struct bytes part);

/* One byte value throughout: linkers fill with zeros, 0xff (flash), 0x90 and 0xcc (code). */
bool rest_is_padding(struct bytes run);

/* True when some of `run`, which should be text, is not: more than an eighth of a block. */
bool rest_looks_binary(struct bytes run);

/* True for data that begins with the magic of an archive, a compressed stream or a program: a part
 * of a program that does is a file it carries along. */
bool rest_begins_like_a_file(struct bytes data);

/* Metadata of a picture that is a TIFF (Exif 2.32, 4.5): its small picture looks random. No more
 * than twice what JPEG has room for, where it comes from. */
bool rest_is_exif(struct bytes data);

/* A gap from `at` to the end, for a structure that broke there. Returns READ_PARTLY. */
enum read_result rest_damaged(struct visit *visit, struct bytes body, uint64_t at,
                              const char *reason);

/* The parts of an object that its format accounts for. They may overlap and come in any order. */
struct rest {
	struct span *parts; /* in the visit's memory */
	size_t count, room;
};

/* Room for `most` parts. */
void rest_init(struct rest *rest, struct visit *visit, size_t most);

/* Adds a part; what lies past `room` or past the end of the object is left out. */
void rest_add(struct rest *rest, uint64_t offset, uint64_t length);

/* Where the last part ends. */
uint64_t rest_end(const struct rest *rest);

/* Hands over each hole between the parts, not what comes after the last. Sorts the parts. */
void rest_hand_over_holes(struct rest *rest, struct visit *visit, struct bytes body);

#endif
