/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a case. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/sqlite.h"

/* Inside a transaction: makes the tables in an empty file opened for writing, else checks that the
 * file holds exactly these. */
enum debar_status schema_prepare(const struct store *store, struct debar_error *error);

/* Says whose file it is and of which version, whether it does already or not. */
enum debar_status schema_stamp(const struct store *store, struct debar_error *error);

#endif
