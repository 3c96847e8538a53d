/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The case: the store of scans, with their facts, gaps, findings and verdicts. Rows go in one by
 * one in any order and come out one by one in an order of their own, so that neither the number of
 * workers nor the size of a scan shows. A case file is hostile input like any other: what it holds
 * is checked on the way out.
 *
 * A scan is written in this order: store_begin_scan(), store_add_target() for each target; facts,
 * gaps, skipped paths and accounts as they come; store_accept_gaps(); findings and verdicts, judged
 * from store_facts() and store_count_gaps(); store_end_scan(). What was written is kept within
 * seconds: a scan that never came to its end reads back as incomplete.
 *
 * Byte runs longer than STORE_TEXT_MOST are cut to it when they are written. After a failed write
 * the store takes no more (each further call fails likewise); close it.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "core/error.h"
#include "core/result.h"

#include <sys/stat.h>

enum {
	STORE_TEXT_MOST = 64 * 1024,    /* a path is at most half of it */
	STORE_EVIDENCE_MOST = 1000,     /* rows kept with one finding: nobody reads more */
	STORE_TARGETS_MOST = 100000,    /* their summaries are held in memory */
	STORE_LIST_MOST = 1000,         /* directives, or accepted patterns, of one scan */
	STORE_SKIPPED_MOST = 10000,     /* paths in a summary; a last line counts the rest */
	STORE_VERDICT_FINDINGS = 10000, /* ids in a verdict */
	STORE_ID_MOST = 64,             /* room for the id of a finding */
};

struct store;

/* Opens the case in `path` (":memory:": one that lives as long as it is open). For writing: makes
 * the file (0600) and the folders above it (0700) when missing, and holds the case for itself until
 * store_close(). DEBAR_BUSY: another scan holds it. DEBAR_NOT_FOUND: no case there, or an empty
 * one. DEBAR_INVALID: not a case, a damaged one, or a newer debar's. */
enum debar_status store_open(const char *path, bool for_writing, struct store **out,
                             struct debar_error *error);

/* The file beside the case in which a store that was opened for writing keeps what its case was
 * before: from the one's opening to its closing it is the same. False when there is none, as for a
 * case in memory. */
bool store_journal(const struct store *store, struct stat *out);

/* Keeps what was written so far. NULL is fine. Close the results read from it first. */
void store_close(struct store *store);

/* `about` gives the identifiers, directives and settings; its targets, `complete`, `finished` and
 * `seconds` are not looked at. */
enum debar_status store_begin_scan(struct store *store, const struct scan_summary *about,
                                   struct debar_error *error);

/* Targets are numbered 0, 1, 2 … in the order they are added. */
enum debar_status store_add_target(struct store *store, struct bytes kind, struct bytes name,
                                   struct debar_error *error);
enum debar_status store_add_fact(struct store *store, size_t target, const struct evidence *fact,
                                 struct debar_error *error);
enum debar_status store_add_gap(struct store *store, size_t target, const struct gap *gap,
                                struct debar_error *error);
enum debar_status store_add_skipped(struct store *store, size_t target, struct bytes path,
                                    struct debar_error *error);
enum debar_status store_set_account(struct store *store, size_t target,
                                    const struct account *account, uint64_t special,
                                    uint64_t remembered, struct debar_error *error);

/* At most STORE_EVIDENCE_MOST rows of evidence are kept, the first ones. `scope` and `clause` have
 * one entry per directive of the scan. */
enum debar_status store_add_finding(struct store *store, size_t target,
                                    const struct finding *finding, struct debar_error *error);

/* The directive must be one of the scan's. */
enum debar_status store_add_verdict(struct store *store, size_t target,
                                    const struct directive_verdict *verdict,
                                    struct debar_error *error);

/* Asks about every gap that is not yet accepted; on true, `*by` says what accepts it. */
enum debar_status store_accept_gaps(struct store *store, size_t target,
                                    bool (*accept)(void *context, const struct gap *gap,
                                                   struct bytes *by),
                                    void *context, struct debar_error *error);

/* The facts of the scan being written, by object, kind, span and mark (bytes compare as unsigned);
 * rows that are alike in everything come once. Stops with DEBAR_CANCELLED when `row` returns false.
 * Rows are borrowed for the length of the call; adding findings meanwhile is fine. */
enum debar_status store_facts(struct store *store, size_t target,
                              bool (*row)(void *context, const struct evidence *fact),
                              void *context, struct debar_error *error);

/* How many gaps of the scan being written are open, and how many were accepted. */
enum debar_status store_count_gaps(struct store *store, size_t target, uint64_t *open,
                                   uint64_t *accepted, struct debar_error *error);

enum debar_status store_end_scan(struct store *store, bool complete, struct bytes finished,
                                 double seconds, struct debar_error *error);

/* Fills `*out` with a stored scan, the newest of that id (NULL: the newest of all). It borrows the
 * store; close it with store_result_close(). */
enum debar_status store_result(struct store *store, const char *scan_id, struct result_source *out,
                               struct debar_error *error);
void store_result_close(struct result_source *result); /* one that was never filled: all zero */

/* After a call into the result returned false: why, or DEBAR_OK when its `row` asked to stop. */
enum debar_status store_result_status(const struct result_source *result,
                                      struct debar_error *error);

/* Which finding of a result was meant. */
struct store_choice {
	char id[STORE_ID_MOST];
	size_t target;
};

/* As store_result(), the scan `scan_id` (NULL: the newest that has it) with the finding whose id
 * begins with `prefix`, if there is but one such id there; the whole of it, and which target it is
 * in. */
enum debar_status store_find_finding(struct store *store, const char *scan_id, const char *prefix,
                                     struct result_source *out, struct store_choice *choice,
                                     struct debar_error *error);

/* Newest first. The summary is borrowed for the length of the call. Stops with DEBAR_CANCELLED when
 * `row` returns false. */
enum debar_status store_list_scans(struct store *store,
                                   bool (*row)(void *context, const struct scan_summary *scan),
                                   void *context, struct debar_error *error);

#endif
