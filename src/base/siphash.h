/* SPDX-License-Identifier: Apache-2.0 */
/* SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012): who does not know the key
 * cannot make two inputs with the same hash, and it costs little for short inputs. */
#ifndef BASE_SIPHASH_H
#define BASE_SIPHASH_H

#include "base/bytes.h"

enum { SIPHASH_KEY = 16 };

void siphash(const uint8_t key[SIPHASH_KEY], struct bytes data, uint64_t out[2]);

#endif
