/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of OpenType fonts, which are the same in sfnt, WOFF and WOFF2. */
#ifndef READER_FONT_TABLES_H
#define READER_FONT_TABLES_H

#include "core/reader.h"

/* Outlines and pictures of glyphs, where they lie and how they vary: what stands there is taken for
 * that. */
bool font_table_is_glyphs(struct bytes tag);

/* Hands over what `table` has besides, when it is long: all but glyphs; of a table DSIG, each
 * signature. The names are not stated. */
void font_table_read(struct visit *visit, struct bytes tag, struct bytes table);

#endif
