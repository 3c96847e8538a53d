/* SPDX-License-Identifier: Apache-2.0 */
/*
 * States a fact once an object: lists of dependencies name the same package hundreds of times. A
 * cache of fixed size, so a rare repetition may pass; nothing is ever left out.
 */
#ifndef READER_ONCE_H
#define READER_ONCE_H

#include "core/reader.h"

struct once;

/* Memory of the visit. */
struct once *once_create(struct visit *visit);

/* visit_fact(), unless the same kind and value were just stated. `value` must live as long as the
 * visit. */
void once_fact(struct once *once, enum fact_kind kind, struct bytes value, struct span span);

/* States the version or range that a dependency is named with, as it was stated before: "NAME
 * VERSION". What refers to something else ("${v}", "$v") is none, nor is an empty text. */
void once_version(struct once *once, struct bytes name, struct bytes version, struct span span);

/* The same for what names a person: "Name <address> (page), Name …" gives each name and each
 * address. */
void once_persons(struct once *once, struct bytes text, struct span span);

#endif
