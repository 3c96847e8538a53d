/* SPDX-License-Identifier: Apache-2.0 */
/* Files that lie under another name than their own: stores go by content, and packs of git give no
 * name at all. Readers of formats that are known by a name go by the content then. */
#ifndef READER_NAMELESS_H
#define READER_NAMELESS_H

#include "base/bytes.h"

/* Whether `name` is a digest in hexadecimal digits (pnpm's store adds "-exec", OSTree ".file"), or
 * what readers of git call what they find, or standard input. */
bool is_nameless(struct bytes name);

#endif
