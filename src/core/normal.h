/* SPDX-License-Identifier: Apache-2.0 */
/* Normal forms of fact values, and the keys by which they compare. One place, so that a rule
 * written once matches whatever format a value came from. Unicode by utf8proc (UAX #15 NFC, default
 * case folding). */
#ifndef CORE_NORMAL_H
#define CORE_NORMAL_H

#include "core/fact.h"

/* A value is cut at NORMAL_MAX bytes. One byte of UTF-8 folds to at most two code points that
 * decompose further (U+1F82, 3 bytes, to 4; U+0390, 2 bytes, to 3). */
enum { NORMAL_MAX = 4096, NORMAL_POINTS = 2 * NORMAL_MAX };

/* Memory for one value or key: what a call returns may lie in it until the next call. */
struct normal_scratch {
	uint8_t text[NORMAL_MAX];
	int32_t points[NORMAL_POINTS + 1];
};

/* `raw` in the given normal form, as shown to people: case kept except for HEX and DNS. The result
 * lies in `raw` or in `scratch`. Values are cut at NORMAL_MAX bytes. */
struct bytes normal_value(enum normal_form form, struct bytes raw, struct normal_scratch *scratch);

/* What two values of a kind are compared by: case-folded where the form says so; of malformed UTF-8
 * only the ASCII letters are. The result lies in `value` or in `scratch`; `value` itself must not
 * lie in `scratch`. */
struct bytes normal_key(enum normal_form form, struct bytes value, struct normal_scratch *scratch);

/* Each letter in its simple lower or upper case, in `scratch`. `text` must not lie there. */
struct bytes normal_lower(struct bytes text, struct normal_scratch *scratch);
struct bytes normal_upper(struct bytes text, struct normal_scratch *scratch);

#endif
