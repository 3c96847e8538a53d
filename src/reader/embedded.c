/* SPDX-License-Identifier: Apache-2.0 */
/*
 * embedded: what is packed amid other bytes, where no format tells of it: files compiled into
 * programs, payloads behind scripts and loaders, firmware. It is asked when all other readers are
 * done, and looks only where the bytes look random and nobody spoke for them. A stream counts when
 * it comes to a good end; each becomes a child.
 */
#include "core/limits.h"
#include "reader/packed.h"

#include <inttypes.h>
#include <stdio.h>

extern const struct reader reader_embedded;

enum {
	LEAST = 64, /* bytes of a stream: less holds no program */
	BEFORE = 32 *
	         1024, /* so far before a random-looking stretch may the stream begin: a block */
	NAME_MOST = 40,
};

static const struct form {
	struct bytes magic;
	enum packed_kind kind;
	const char *suffix;
} forms[] = {
	{{(const uint8_t *)"\x1f\x8b\x08", 3}, PACKED_GZIP, "gz"},
	{{(const uint8_t *)"\x28\xb5\x2f\xfd", 4}, PACKED_ZSTD, "zst"},
	{{(const uint8_t *)"\x04\x22\x4d\x18", 4}, PACKED_LZ4, "lz4"},
	{{(const uint8_t *)"\xfd"
                           "7zXZ",
          6},
         PACKED_XZ,
         "xz"},
	{{(const uint8_t *)"7z\xbc\xaf\x27\x1c", 6}, PACKED_SEVENZIP, "7z"},
	{{(const uint8_t *)"BZh", 3}, PACKED_BZIP2, "bz2"},
	{{(const uint8_t *)"MSCF", 4}, PACKED_CAB, "cab"},
	/* RFC 1950, 2.2: what zlib writes at each of its levels. */
	{{(const uint8_t *)"\x78\x01", 2}, PACKED_ZLIB, "zz"},
	{{(const uint8_t *)"\x78\x5e", 2}, PACKED_ZLIB, "zz"},
	{{(const uint8_t *)"\x78\x9c", 2}, PACKED_ZLIB, "zz"},
	{{(const uint8_t *)"\x78\xda", 2}, PACKED_ZLIB, "zz"},
};

enum { FORMS = sizeof forms / sizeof forms[0] };

static const struct form *form_of(struct bytes from)
{
	for (size_t i = 0; i < FORMS; i++)
		if (bytes_start_with(from, forms[i].magic))
			return &forms[i];
	return NULL;
}

static void note_first_bytes(bool first[256])
{
	for (size_t i = 0; i < FORMS; i++)
		first[forms[i].magic.ptr[0]] = true;
}

static void hand_over(struct visit *visit, const struct form *form, struct bytes part, size_t at)
{
	char name[NAME_MOST];
	int length = snprintf(name, sizeof name, "packed at %zu.%s", at, form->suffix);
	visit_child(visit, (struct bytes){(const uint8_t *)name, (size_t)length}, part);
}

/* All streams that begin from `at` on and before `end`. Returns where the last of them ends. */
static size_t look_among(struct visit *visit, struct bytes body, size_t at, size_t end,
                         struct packed_trial *trial)
{
	bool first[256] = {0};
	note_first_bytes(first);
	while (at < end && trial->budget > 0) {
		const struct form *form =
			first[body.ptr[at]] ? form_of(bytes_from(body, at)) : NULL;
		size_t length = form ? packed_length(form->kind, bytes_from(body, at), trial) : 0;
		if (length < LEAST || length == body.len) {
			at++;
			continue;
		}
		hand_over(visit, form, bytes_slice(body, at, length), at);
		at += length;
	}
	return at;
}

static enum read_result read_embedded(struct visit *visit, struct bytes body)
{
	const struct sight *sight = visit_sight(visit);
	struct packed_trial trial = {.room = visit_alloc(visit, 1, PACKED_ROOM),
	                             .budget = LIMIT_TRIAL};
	size_t done = 0;
	for (size_t i = 0; i < sight->random_count; i++) {
		size_t from = (size_t)sight->random[i].offset;
		size_t end = from + (size_t)sight->random[i].length;
		from -= from < BEFORE ? from : BEFORE;
		done = look_among(visit, body, from > done ? from : done, end, &trial);
	}
	if (trial.budget > 0)
		return READ_WHOLE;
	visit_closed(visit, BYTES("packed parts"), 0, CLASS_UNREAD,
	             "over the limit of bytes unpacked to look for packed parts");
	return READ_PARTLY;
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
