/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648, both alphabets), fed in pieces. */
#ifndef READER_DECODE64_H
#define READER_DECODE64_H

#include "base/bytes.h"

struct decode64 {
	uint32_t bits;
	unsigned held; /* bits that wait for more letters */
	bool ended;    /* a '=' was met */
	bool damaged;  /* letters after it, or what is no letter */
};

/* One more than the value of a letter; 0: it is none. */
extern const uint8_t decode64_values[256];

/* The value of a letter, or -1. */
static inline int decode64_letter(uint8_t byte)
{
	return decode64_values[byte] - 1;
}

/* Decodes letters and passes over blanks and line ends. `out` needs 3 bytes for every 4 of `text`,
 * and 3 more. Returns how many were written. */
size_t decode64_feed(struct decode64 *state, struct bytes text, uint8_t *out);

#endif
