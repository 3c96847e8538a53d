/* SPDX-License-Identifier: Apache-2.0 */
/* The "name" table of OpenType fonts, which states the manufacturer; it is the same in sfnt, WOFF
 * and WOFF2. */
#ifndef READER_FONT_NAMES_H
#define READER_FONT_NAMES_H

#include "core/reader.h"

/* States the manufacturer (name 8). `table` may lie in the visit's memory; `at` is where it, or
 * what it was unpacked from, lies in the object. False when there are more than are stated. */
bool font_names_read(struct visit *visit, struct bytes table, struct span at, bool unpacked);

#endif
