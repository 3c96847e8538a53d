/* SPDX-License-Identifier: Apache-2.0 */
/* Modified UTF-8, in which Java and Android keep strings (JVM specification, 4.4.7). */
#ifndef READER_MUTF8_H
#define READER_MUTF8_H

#include "base/bytes.h"

enum { MUTF8_ROOM = 4096 };

/* `text` as UTF-8: itself, or converted into `room` (MUTF8_ROOM bytes; what does not fit is cut
 * off). Surrogates without a partner become U+FFFD. */
struct bytes mutf8_to_utf8(struct bytes text, uint8_t *room);

#endif
