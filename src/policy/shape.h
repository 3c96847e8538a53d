/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares a policy file with the tables that libcyaml reads it by, and names everything that is
 * wrong with its shape: keys that are unknown or missing, and values of another kind. libcyaml
 * itself stops at the first, and knows but the line of the key before.
 */
#ifndef POLICY_SHAPE_H
#define POLICY_SHAPE_H

#include "policy/problems.h"

#include <cyaml/cyaml.h>

enum { SHAPE_PROBLEMS_MOST = 50 }; /* of one file: who has more has another kind of file */

/* The file has passed yaml_look(). True when nothing is wrong. */
bool shape_check(struct bytes file, const cyaml_schema_value_t *schema, struct problems *problems);

#endif
