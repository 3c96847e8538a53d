/* SPDX-License-Identifier: Apache-2.0 */
/* A small scan with every kind of row and hostile names in them, for the tests of store and report.
 */
#ifndef UNIT_SAMPLE_SCAN_H
#define UNIT_SAMPLE_SCAN_H

#include "store/store.h"

enum { SAMPLE_FACTS = 8, SAMPLE_GAPS = 6, SAMPLE_FINDINGS = 4, SAMPLE_SKIPPED = 3 };

extern const struct scan_summary sample_about;
extern const struct evidence sample_facts[SAMPLE_FACTS]; /* all of target 0 */
extern const struct gap sample_gaps[SAMPLE_GAPS];        /* all of target 0 */
extern const struct finding sample_findings[SAMPLE_FINDINGS];
extern const struct directive_verdict sample_verdicts[2];

/* Writes the scan, rows in order or in reverse; the first error ends it. Target 1 is empty. With
 * `finish` false the end of the scan is left out. */
enum debar_status sample_write(struct store *store, bool reverse, bool finish,
                               struct debar_error *error);

#endif
