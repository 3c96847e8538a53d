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

/* The value of a letter, or -1. */
int decode64_letter(uint8_t byte);

/* Decodes letters and passes over blanks and line ends. `out` needs 3 bytes for every 4 of `text`,
 * and 3 more. Returns how many were written. */
size_t decode64_feed(struct decode64 *state, struct bytes text, uint8_t *out);

#endif
