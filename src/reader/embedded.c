/* SPDX-License-Identifier: Apache-2.0 */
/*
 * embedded: what is packed amid other bytes, where no format tells of it: files compiled into
 * programs, payloads behind scripts and loaders, firmware with its file systems. It is asked when
 * all other readers are done, and looks only where the bytes look random and nobody spoke for them.
 * A stream counts when it comes to a good end; each becomes a child.
 */
#include "core/limits.h"
#include "reader/packed.h"

#include <inttypes.h>
#include <stdio.h>

extern const struct reader reader_embedded;

enum {
	LEAST = 12,        /* bytes of a stream: an empty one of zlib has 8 */
	BEFORE = 32 << 10, /* so far before what looks random may a stream begin: a block */
	STEP = 1 << 20,    /* bytes between two signs of life */
	NAME_MOST = 40,
};

static const struct form {
	struct bytes magic;
	enum packed_kind kind;
	const char *suffix;
} forms[] = {
	{{(const uint8_t *)"\x1f\x8b\x08", 3}, PACKED_GZIP, "gz"},
	{{(const uint8_t *)"\x28\xb5\x2f\xfd", 4}, PACKED_ZSTD, "zst"},
	{{(const uint8_t *)"\x28\xcd\x3d\x45", 4}, PACKED_CRAMFS, "cramfs"},
	{{(const uint8_t *)"\x04\x22\x4d\x18", 4}, PACKED_LZ4, "lz4"},
	{{(const uint8_t *)"\3757zXZ", 6}, PACKED_XZ, "xz"},
	{{(const uint8_t *)"7z\xbc\xaf\x27\x1c", 6}, PACKED_SEVENZIP, "7z"},
	{{(const uint8_t *)"BZh", 3}, PACKED_BZIP2, "bz2"},
	{{(const uint8_t *)"MSCF", 4}, PACKED_CAB, "cab"},
	/* File systems of firmware, most of them behind a header of the maker's. */
	{{(const uint8_t *)"hsqs", 4}, PACKED_SQUASHFS, "squashfs"},
	{{(const uint8_t *)"sqsh", 4}, PACKED_SQUASHFS, "squashfs"},
	{{(const uint8_t *)"\x45\x3d\xcd\x28", 4}, PACKED_CRAMFS, "cramfs"},
	{{(const uint8_t *)"UBI#\1", 5}, PACKED_UBI, "ubi"},
	{{(const uint8_t *)"\x85\x19", 2}, PACKED_JFFS2, "jffs2"},
	{{(const uint8_t *)"\x19\x85", 2}, PACKED_JFFS2, "jffs2"},
	/* RFC 1950, 2.2: what zlib writes at each of its levels. Magics of one first byte stand
           together. */
	{{(const uint8_t *)"\x78\x01", 2}, PACKED_ZLIB, "zz"},
	{{(const uint8_t *)"\x78\x5e", 2}, PACKED_ZLIB, "zz"},
	{{(const uint8_t *)"\x78\x9c", 2}, PACKED_ZLIB, "zz"},
	{{(const uint8_t *)"\x78\xda", 2}, PACKED_ZLIB, "zz"},
};

enum { FORMS = sizeof forms / sizeof forms[0] };

static void hand_over(struct visit *visit, const struct form *form, struct bytes part, size_t at)
{
	char name[NAME_MOST];
	int length = snprintf(name, sizeof name, "packed at %zu.%s", at, form->suffix);
	visit_child(visit, (struct bytes){(const uint8_t *)name, (size_t)length}, part);
}

/* What is looked for, and how much still may be. */
struct look {
	struct visit *visit;
	struct bytes body;
	uint8_t first[256]; /* by a byte: number, from 1, of the first form that begins with it */
	uint64_t bytes_left;
	enum packed_kind whole; /* what the object itself is: it would be found in it again, from
	                           its second block on */
	struct packed_trial trial;
};

static const struct form *form_at(const struct look *look, size_t at)
{
	struct bytes from = bytes_from(look->body, at);
	uint8_t first = look->body.ptr[at];
	for (size_t i = look->first[first]; i > 0 && i <= FORMS; i++) {
		if (forms[i - 1].magic.ptr[0] != first)
			break;
		if (bytes_start_with(from, forms[i - 1].magic))
			return &forms[i - 1];
	}
	return NULL;
}

/* Where the next byte stands that a magic begins with. */
static size_t next_candidate(const struct look *look, size_t at, size_t end)
{
	const uint8_t *bytes = look->body.ptr;
	while (at < end && look->first[bytes[at]] == 0)
		at++;
	return at;
}

/* The stream at `at`; its length, or 0. One that a trial did not come to the end of in all that it
 * may unpack is one, too, and so is one that broke after a good while: its reader tells. */
static size_t take_stream(struct look *look, size_t at)
{
	struct bytes from = bytes_from(look->body, at);
	const struct form *form = form_at(look, at);
	bool is_itself = form && at == 0 && form->kind >= PACKED_SQUASHFS;
	if (is_itself || (form && form->kind == look->whole))
		return 0; /* it was told already what the object is */
	size_t length = form ? packed_length(form->kind, from, &look->trial) : 0;
	if (form && look->trial.unfinished)
		length = from.len;
	else if (form && length == 0)
		length = look->trial.broken_at;
	if (length < LEAST || length == look->body.len)
		return 0;
	hand_over(look->visit, form, bytes_slice(from, 0, length), at);
	return length;
}

/* All streams that begin from `at` on and before `end`. Returns where the last of them ends. */
static size_t look_among(struct look *look, size_t at, size_t end)
{
	while (at < end && look->trial.budget > 0 && look->bytes_left > 0) {
		size_t from = at, stop = end - at < STEP ? end : at + STEP, length = 0;
		while (length == 0 && (at = next_candidate(look, at, stop)) < stop) {
			length = take_stream(look, at);
			at += length > 0 ? length : 1;
		}
		uint64_t passed = at - length - from;
		look->bytes_left -= passed < look->bytes_left ? passed : look->bytes_left;
		if (!visit_passed(look->visit, passed))
			look->bytes_left = 0;
	}
	return at;
}

/* The file system without an end that the object is, if it is one. */
static enum packed_kind whole_kind(struct look *look)
{
	const struct form *form = look->body.len > 0 ? form_at(look, 0) : NULL;
	bool endless = form && (form->kind == PACKED_UBI || form->kind == PACKED_JFFS2);
	bool whole = endless && packed_length(form->kind, look->body, &look->trial) > 0;
	return whole ? form->kind : PACKED_KIND_COUNT;
}

static enum read_result read_embedded(struct visit *visit, struct bytes body)
{
	const struct sight *sight = visit_sight(visit);
	struct look look = {
		.visit = visit,
		.body = body,
		.bytes_left = LIMIT_EMBEDDED,
		.trial = {.visit = visit,
	                  .room = visit_alloc(visit, 1, PACKED_ROOM),
	                  .budget = LIMIT_EMBEDDED},
	};
	for (size_t i = FORMS; i > 0; i--)
		look.first[forms[i - 1].magic.ptr[0]] = (uint8_t)i;
	look.whole = whole_kind(&look);
	size_t done = 0;
	for (size_t i = 0; i < sight->random_count; i++) {
		size_t from = (size_t)sight->random[i].offset;
		size_t end = from + (size_t)sight->random[i].length;
		from -= from < BEFORE ? from : BEFORE;
		done = look_among(&look, from > done ? from : done, end);
		if (done >= end)
			continue;
		visit_closed(visit, BYTES("packed parts"), 0, CLASS_OPAQUE,
		             "over the limit of bytes that are searched for packed parts");
		return READ_PARTLY;
	}
	return READ_WHOLE;
}

static bool recognise(const struct sight *sight)
{
	return sight->random_count > 0;
}

const struct reader reader_embedded = {
	.name = "embedded",
	.recognise = recognise,
	.read = read_embedded,
	.understood = CLASS_SEARCHED,
	.last = true,
};
