/* SPDX-License-Identifier: Apache-2.0 */
/* Normal forms of fact values, and the keys by which they compare. One place, so that a rule
 * written once matches whatever format a value came from. Unicode by utf8proc (UAX #15 NFC, default
 * case folding). */
#ifndef CORE_NORMAL_H
#define CORE_NORMAL_H

#include "base/arena.h"
#include "core/fact.h"

/* `raw` in the given normal form, as shown to people: case kept except for HEX and DNS. The result
 * lies in `raw` or in `arena`. Values are cut at NORMAL_MAX bytes. */
struct bytes normal_value(enum normal_form form, struct bytes raw, struct arena *arena);

/* What two values of a kind are compared by: case-folded where the form says so. */
struct bytes normal_key(enum normal_form form, struct bytes value, struct arena *arena);

enum { NORMAL_MAX = 4096 };

#endif
