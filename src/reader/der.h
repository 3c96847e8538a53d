/* SPDX-License-Identifier: Apache-2.0 */
/* DER (ITU-T X.690) by cursor: one element at a time, with its place in the object, which is what
 * evidence needs and libcrypto hides. Indefinite lengths and tags above 30 fail like damage does.
 */
#ifndef READER_DER_H
#define READER_DER_H

#include "base/cursor.h"
#include "core/fact.h"

enum {
	DER_INTEGER = 0x02,
	DER_OCTETS = 0x04,
	DER_OID = 0x06,
	DER_BMP_STRING = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT_0 = 0xa0, /* constructed [0]; [1] and [2] follow */
	DER_PRIMITIVE_0 = 0x80,
};

struct der {
	uint8_t tag;
	struct bytes whole, body; /* with and without tag and length */
	uint64_t at, body_at;     /* where they begin in the cursor's bytes */
};

/* Takes the next element; false and a bad cursor when none is whole. */
bool der_next(struct cursor *c, struct der *out);

/* The same, and bad as well when the tag is another. */
bool der_expect(struct cursor *c, uint8_t tag, struct der *out);

/* Takes the next element only if it has this tag; a bad cursor stays bad. */
bool der_optional(struct cursor *c, uint8_t tag, struct der *out);

/* A cursor over what is inside an element that `from` gave; places stay those of `from`. */
struct cursor der_inside(const struct cursor *from, const struct der *element);

/* Whether it is an OBJECT IDENTIFIER with this encoding (without tag and length). */
bool der_is_oid(const struct der *element, struct bytes oid);

struct span der_span(const struct der *element);

#endif
