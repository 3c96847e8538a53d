/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libdebar: find and explain products of prohibited vendors, and account for every byte that was
 * looked at.
 *
 * A failing call returns a status and fills an error that lives in the caller's variable. What a
 * call returns through `**out` belongs to the caller, who hands it to the matching closer; a
 * returned pointer is borrowed. Option structs start with their own size, so that they can grow:
 * what a caller built with an older header does not know is taken as zero, and what the library
 * does not know is refused with DEBAR_INVALID unless it is zero. A NULL where something is needed
 * is DEBAR_INVALID, too. One thread at a time may use a `struct debar` and its scans; a program
 * that writes reports to pipes ignores SIGPIPE, as usual.
 *
 *     struct debar_options options = {.size = sizeof options};
 *     struct debar *debar;
 *     if (debar_open(&options, &debar, &error) != DEBAR_OK) …
 *     struct debar_scan_options how = {.size = sizeof how};
 *     debar_scan_start(debar, (const char *[]){"/srv"}, 1, &how, &scan, &error);
 *     while (debar_scan_next(scan, &event, &error) == DEBAR_OK) …
 *     debar_report(debar, debar_scan_id(scan), "text", 0, STDOUT_FILENO, &error);
 */
#ifndef DEBAR_H
#define DEBAR_H

#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) && !defined(_WIN32)
#define DEBAR_API __attribute__((visibility("default")))
#else
#define DEBAR_API
#endif

enum debar_status {
	DEBAR_OK = 0,
	DEBAR_END,     /* no more events */
	DEBAR_INVALID, /* a bad argument, policy or case; `where` points at it */
	DEBAR_NOT_FOUND,
	DEBAR_DENIED,  /* the system refused */
	DEBAR_CHANGED, /* the target is not what was expected; nothing was done */
	DEBAR_IO,
	DEBAR_NO_MEMORY,
	DEBAR_CANCELLED,
	DEBAR_BUSY /* another process holds the case */
};

/* Filled only on failure. Pass NULL when the status alone is enough. */
struct debar_error {
	enum debar_status status;
	uint64_t where;    /* line or offset in the named input, 0 when it has none */
	char message[400]; /* one line, no trailing full stop, safe to print */
};

struct debar;      /* policies and a case */
struct debar_scan; /* one pass over some targets */

struct debar_options {
	uint32_t size;
	const char *case_path;   /* NULL: debar/case.db under $XDG_STATE_HOME */
	const char *worker_path; /* NULL: beside the running program, then the installed one */
	const char *pack_path;   /* NULL: the compiled pack shipped with debar */
	const char *const *policy_dirs; /* added to the shipped policies, ended by NULL; may be
	                                   NULL, and is with a pack */
	const char *const *directives;  /* ids to judge by, ended by NULL; NULL: all in the pack */
};

struct debar_scan_options {
	uint32_t size;
	uint32_t jobs;  /* workers; 0: one per core */
	uint32_t depth; /* containers inside one another; used when has_depth */
	uint8_t has_depth;
	uint8_t one_file_system; /* stay on the file system of each target */
	uint8_t all_facts;       /* keep every fact, not only those that a mark asks for */
	uint8_t unsafe_no_sandbox;
	uint8_t reproducible;       /* no times, no durations */
	uint8_t stream_events;      /* FACT and GAP events too, not only progress and notes */
	uint64_t max_bytes;         /* unpacked out of one file; 0: default */
	uint64_t max_objects;       /* likewise */
	uint32_t max_seconds;       /* likewise */
	uint64_t accept_gaps_under; /* bytes; smaller opaque objects are accepted; used when
	                               has_accept */
	uint8_t has_accept;
	const char *const *accept_patterns; /* globs over gap paths, ended by NULL; may be NULL */
	const char *const *excludes;        /* globs over paths, ended by NULL; may be NULL */
	const char *files_from; /* a NUL-separated list of paths in this file ("-": standard input);
	                           may be NULL */
	uint8_t use_cache;      /* leave files closed that an earlier scan found nothing in and that
	                           did not change; not with all_facts */
	const char *cache_path; /* used with use_cache; NULL: debar/files.cache under
	                           $XDG_CACHE_HOME */
	uint64_t share_bytes;   /* a large container is shared out among workers, one share for each
	                           so many bytes of it; 0: none is; used when has_share */
	uint8_t has_share;
};

enum debar_event_kind { DEBAR_EVENT_FACT, DEBAR_EVENT_GAP, DEBAR_EVENT_PROGRESS, DEBAR_EVENT_NOTE };

/* Belongs to the scan; valid until the next debar_scan_next(). Text is raw: escape it before
 * printing. */
struct debar_event {
	enum debar_event_kind kind;
	const char *object;
	const char *fact, *value, *mark, *vendor, *nexus; /* FACT */
	const char *reason, *byte_class;                  /* GAP; NOTE has the reason alone */
	uint64_t bytes;                                   /* GAP: its size */
	uint64_t objects_done, bytes_done, facts, gaps;   /* PROGRESS */
	uint64_t files_done, objects_known; /* PROGRESS: files finished with; files walked so far */
	uint8_t walk_finished;              /* PROGRESS: objects_known is final */
};

enum debar_outcome { DEBAR_ABSENT, DEBAR_PRESENT, DEBAR_UNDECIDED };

/* Flags of debar_report(). */
enum {
	DEBAR_REPORT_MENTIONS = 1,
	DEBAR_REPORT_REPRODUCIBLE = 2,
	DEBAR_REPORT_FACTS = 4,
	DEBAR_REPORT_COLOUR = 8,
	DEBAR_REPORT_PROGRESS = 16 /* rows of debar_scan_stream() about how far it is */
};

DEBAR_API const char *debar_version(void);
DEBAR_API const char *debar_status_name(enum debar_status status);
DEBAR_API const char *debar_report_format(size_t index); /* "text", "json" …; NULL after the last */

DEBAR_API enum debar_status debar_open(const struct debar_options *options, struct debar **out,
                                       struct debar_error *error);
DEBAR_API void
debar_close(struct debar *debar); /* after its scans; NULL is fine, in every closer */

/* Targets are paths; "-" is standard input. They, and what the options point to, stay the caller's
 * until debar_scan_close(). */
DEBAR_API enum debar_status debar_scan_start(struct debar *debar, const char *const *targets,
                                             size_t count, const struct debar_scan_options *options,
                                             struct debar_scan **out, struct debar_error *error);

/* Writes the report "ndjson" to `fd` while the scan runs: targets, evidence and gaps as they come,
 * what was judged at the end (docs/debar-ndjson-1.schema.json). Call it before the first
 * debar_scan_next(), which fails with DEBAR_IO when `fd` takes no more. `fd` stays the caller's; a
 * file of it is left out of the scan. Once for each of up to 8 streams. */
DEBAR_API enum debar_status debar_scan_stream(struct debar_scan *scan, int fd, unsigned flags,
                                              struct debar_error *error);

/* DEBAR_OK with an event, or DEBAR_END once everything is judged and stored; for a scan that was
 * given up, what there is. DEBAR_CANCELLED: it was given up before there was anything. */
DEBAR_API enum debar_status debar_scan_next(struct debar_scan *scan, const struct debar_event **out,
                                            struct debar_error *error);
DEBAR_API void debar_scan_cancel(struct debar_scan *scan); /* any thread, any signal handler */
DEBAR_API const char *debar_scan_id(const struct debar_scan *scan);
DEBAR_API enum debar_outcome
debar_scan_outcome(const struct debar_scan *scan);        /* after DEBAR_END */
DEBAR_API void debar_scan_close(struct debar_scan *scan); /* before its end: it stays incomplete */

/* Writes a stored scan to `fd`. `scan_id` NULL: the newest. Formats: debar_report_format(). */
DEBAR_API enum debar_status debar_report(struct debar *debar, const char *scan_id,
                                         const char *format, unsigned flags, int fd,
                                         struct debar_error *error);

/* Writes a line for each stored scan to `fd`, the newest first. */
DEBAR_API enum debar_status debar_list_scans(struct debar *debar, int fd,
                                             struct debar_error *error);

/* Writes one finding with its whole chain of evidence to `fd`. `scan_id` NULL: as the newest scan
 * that has it found it. The beginning of the finding's id will do when no other begins so. */
DEBAR_API enum debar_status debar_show(struct debar *debar, const char *scan_id,
                                       const char *finding_id, int fd, struct debar_error *error);

/* The packs. `what`: "list" (arg ignored), "show" (arg: an id), "test" (arg: "kind=value": which
 * marks match), "marks" (arg: a fact kind, or NULL: all marks, a line each), "kinds" (arg ignored:
 * the fact kinds). */
DEBAR_API enum debar_status debar_policy_query(struct debar *debar, const char *what,
                                               const char *arg, int fd, struct debar_error *error);

/* Reads the policies in `dirs` (ended by NULL) and checks them; with `pack_path` not NULL also
 * compiles them into that file, replaced atomically. Every error of every file is written to `fd`
 * as "file:line: message". */
DEBAR_API enum debar_status debar_policy_compile(const char *const *dirs, const char *pack_path,
                                                 int fd, struct debar_error *error);

/* Reads a file of settings: YAML, one mapping of keys to a value or a list of values. `take` gets
 * each value in the order of the file (NULL: an empty list) and returns NULL, or what is wrong with
 * it, which ends the reading. Errors say "file:line: …" and have the line in `where`.
 * DEBAR_NOT_FOUND: there is no such file. DEBAR_DENIED: it cannot be read, or somebody else could
 * have written it. The library itself never looks for settings. */
DEBAR_API enum debar_status debar_settings_read(const char *path,
                                                const char *(*take)(void *context, const char *key,
                                                                    const char *value),
                                                void *context, struct debar_error *error);

#ifdef __cplusplus
}
#endif
#endif
