/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports of a scan, in any format, written as the rows come: a report's size does not matter.
 * Everything that comes from a target is escaped wherever it stands. Flags are DEBAR_REPORT_* of
 * debar.h.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "core/error.h"
#include "core/result.h"

/* "text", "json" …; NULL past the last. */
const char *report_format_name(size_t index);

/* Writes the whole report to `fd`. DEBAR_NOT_FOUND: no such format. DEBAR_IO: `fd` took no more
 * (a closed pipe, a full disk). DEBAR_INVALID: the source failed; it knows why. */
enum debar_status report_write(const char *format, const struct result_source *source,
                               unsigned flags, int fd, struct debar_error *error);

/* What the policies say about a mark; false when the mark is not known (any more). Borrowed until
 * the next call. */
struct report_marks {
	void *context;
	bool (*mark)(void *context, struct bytes id, struct bytes *source, struct bytes *note);
};

/* Writes the finding of that id in `target`, with its whole chain of evidence. `marks` may be NULL.
 * Errors as report_write(); DEBAR_NOT_FOUND: no such finding there. */
enum debar_status report_finding(const struct result_source *source, size_t target,
                                 const char *finding_id, const struct report_marks *marks, int fd,
                                 struct debar_error *error);

/* Where the scans of a case come from, the newest first. */
struct scans_source {
	void *self;
	enum debar_status (*list)(void *self,
	                          bool (*row)(void *context, const struct scan_summary *scan),
	                          void *context, struct debar_error *error);
};

/* Writes a line for each. */
enum debar_status report_scans(const struct scans_source *source, int fd,
                               struct debar_error *error);

#endif
