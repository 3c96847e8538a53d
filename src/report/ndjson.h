/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report that is written while the scan runs, as docs/debar-ndjson-1.schema.json says: one JSON
 * object to a line, each written out as soon as it is made, for pipes and loaders. Rows name their
 * target by its number. First `start`; `target`, `evidence`, `gap`, `progress` and `note` as they
 * come; then what was judged. The last is of type `end`: a stream without it is not whole.
 *
 * With DEBAR_REPORT_REPRODUCIBLE nothing is told before the end, so that it comes in one order.
 * Failure is sticky: tell on, ask once.
 */
#ifndef REPORT_NDJSON_H
#define REPORT_NDJSON_H

#include "core/error.h"
#include "core/result.h"

struct ndjson;

/* NULL when there is no memory. `fd` stays the caller's. */
struct ndjson *ndjson_create(int fd, unsigned flags);
/* Says that the scan was given up, unless an end was written. */
void ndjson_destroy(struct ndjson *n);

void ndjson_start(struct ndjson *n, struct bytes id);
void ndjson_target(struct ndjson *n, size_t target, struct bytes kind, struct bytes name);
/* As it was met, before findings are made of it and weighed. */
void ndjson_evidence(struct ndjson *n, size_t target, const struct evidence *evidence,
                     struct bytes vendor);
void ndjson_gap(struct ndjson *n, size_t target, const struct gap *gap);
void ndjson_event(struct ndjson *n, const struct debar_event *event); /* PROGRESS, NOTE */

/* Whether everything so far could be written. */
enum debar_status ndjson_status(const struct ndjson *n, struct debar_error *error);

/* The verdicts, accounts, findings and, when they were not told before, targets and gaps; the end.
 * Errors as report_write(). */
enum debar_status ndjson_finish(struct ndjson *n, const struct result_source *source,
                                struct debar_error *error);
/* An end that says the result is incomplete, and why. */
void ndjson_fail(struct ndjson *n, const char *why);

#endif
