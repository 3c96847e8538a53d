/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a scan came to, as it is stored and reported. Everything here is borrowed from whoever hands
 * it over. Text is raw bytes from the target: whoever prints it escapes it.
 */
#ifndef CORE_RESULT_H
#define CORE_RESULT_H

#include "core/finding.h"

enum { EVIDENCE_PROOF_MAX = 64 }; /* bytes of the span kept with a fact, to be shown in hex */

/* One fact that a mark asked for, at one object. */
struct evidence {
	struct bytes object; /* path in the target */
	uint64_t object_size;
	struct bytes sha256; /* 32 bytes, or empty when it was not computed */
	enum fact_kind kind;
	struct bytes value;
	struct span span;
	struct bytes proof; /* first bytes of the span */
	struct bytes mark;  /* id of the mark, empty for context */
	enum nexus nexus;   /* of this piece of evidence */
	enum strength strength;
	struct bytes note; /* why it counts for less than its mark: "unsigned file: a claim, not
	                      proof" */
};

struct finding {
	struct bytes id; /* "F-" and 8 base-32 digits */
	struct bytes vendor, vendor_name, product, product_name, version;
	enum nexus nexus;
	enum certainty certainty;
	struct bytes where; /* path in the target: a folder, an archive or a file */
	uint32_t reach;
	struct bytes cloud_state; /* "on", "off", "unknown"; empty when the product has none */
	uint64_t objects, bytes;  /* objects that carry evidence, and their size */
	uint64_t evidence_count;  /* in all; `evidence` may hold fewer */
	const struct evidence *evidence;
	size_t evidence_kept;
	const enum scope *scope;    /* per directive, in the scan's order */
	const struct bytes *clause; /* per directive: the words that the scope rests on */
};

struct gap {
	struct bytes object;
	uint64_t bytes;
	enum byte_class class; /* CLASS_OPAQUE or CLASS_UNREAD */
	struct bytes reason;
	bool accepted;
	struct bytes accepted_by; /* that it is smaller than the size accepted, or the pattern that
	                             its path matches; empty when not accepted */
};

struct directive_verdict {
	struct bytes directive, title;
	enum verdict verdict;
	struct bytes reason;
	const struct bytes *findings; /* ids */
	size_t finding_count;
};

struct target_result {
	struct bytes kind, name; /* "folder", "file", "stream" */
	struct account account;
	uint64_t remembered;         /* objects of the account that come from the cache */
	uint64_t special;            /* sockets, fifos, devices and links: no bytes to look at */
	const struct bytes *skipped; /* paths left out on purpose, with the reason: "/proc: virtual
	                                file system" */
	size_t skipped_count;
	const struct directive_verdict *verdicts;
	size_t verdict_count;
	uint64_t finding_count, mention_count;
	uint64_t gap_count, gap_bytes, gaps_open; /* open: not accepted */
};

struct scan_summary {
	struct bytes id, version;       /* of the scan; of debar */
	struct bytes pack_digest;       /* "sha256:…" */
	const struct bytes *directives; /* ids */
	size_t directive_count;
	bool complete; /* false: interrupted, the result is partial */
	bool sandboxed;
	bool cached; /* files known from earlier scans were left closed; they are in `remembered` */
	uint64_t accept_gaps_under;
	bool accept_unknown_only; /* of opaque bytes, only what no reader spoke for */
	const struct bytes *accept_patterns;
	size_t accept_pattern_count;
	struct bytes started, finished; /* RFC 3339; empty in a reproducible scan, as are these: */
	struct bytes host, folder;      /* the machine's name; where relative paths begin */
	double seconds;
	uint32_t jobs;
	const struct target_result *targets;
	size_t target_count;
};

/* Where a report gets its rows from. Each call hands the rows over one by one in the order stated,
 * and stops with false as soon as `row` returns false or reading fails. Rows are borrowed for the
 * length of the call. */
struct result_source {
	void *self;
	const struct scan_summary *summary;
	/* By certainty (proven first), then id. With `mentions` false those of nexus mention are
	 * left out. */
	bool (*findings)(void *self, size_t target, bool mentions,
	                 bool (*row)(void *context, const struct finding *finding), void *context);
	/* Largest first, then path; at most `most` rows (0: all). */
	bool (*gaps)(void *self, size_t target, size_t most,
	             bool (*row)(void *context, const struct gap *gap), void *context);
	/* All kept facts (--facts), by path; marks may be empty. */
	bool (*facts)(void *self, size_t target,
	              bool (*row)(void *context, const struct evidence *fact), void *context);
};

#endif
