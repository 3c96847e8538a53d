/* SPDX-License-Identifier: Apache-2.0 */
/* Archives that a program carries among its data: what is compiled into it begins nowhere that a
 * table tells. */
#ifndef READER_CARRIED_H
#define READER_CARRIED_H

#include "core/reader.h"

/* Visits each zip that lies whole in `image`, the part of the object that its format accounts for.
 * False when there may be more: one closed member stands for them. */
bool carried_zips(struct visit *visit, struct bytes image);

#endif
