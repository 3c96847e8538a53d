/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "scan/scan.h"

#include "base/buffer.h"
#include "core/normal.h"
#include "scan/events.h"
#include "scan/how.h"
#include "scan/judge.h"
#include "scan/pool.h"
#include "scan/remember.h"
#include "scan/targets.h"

#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
	STEP_ENTRIES = 256, /* of the walk, between two looks at what workers say */
	PROGRESS_MS = 100,
	GREETING_SECONDS = 20, /* that a cache is waited for: workers take a fiftieth of one */
	JOINED_MOST = 8 << 20, /* bytes of a path and what is said of it; folders end at 1 MiB */
	OWN_MOST = 10,         /* files that one scan writes: the case, its journal, and streams */
};

/* What is known of a target while it is scanned. */
struct target {
	struct account account;
	uint64_t special, left_out;
	uint64_t remembered; /* objects of the account that come from the cache */
};

struct scan {
	struct scan_options options;
	struct debar_scan_options how;
	struct targets targets;
	struct tree *tree;
	struct pool *pool;
	struct remember *remember; /* NULL: no cache */
	struct buffer joined;      /* a path and what follows it, for the length of one event */
	struct buffer gap_path;    /* ended by NUL, while patterns are tried */
	struct normal_scratch scratch;
	struct events events;
	struct scan_listener listener;
	struct tree_own own[OWN_MOST];
	size_t own_count;
	struct target *all;
	size_t target_count, target_room;
	char id[24];
	uint64_t started_ns, progress_ns;
	uint64_t files_known, files_done, objects_done, bytes_done, facts, gaps;
	volatile sig_atomic_t cancelled;
	bool walked;
	enum verdict outcome;
	enum debar_status failed; /* from a callback, where it cannot be returned */
	struct debar_error failure;
};

static uint64_t now_ns(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static void keep_failure(struct scan *scan, enum debar_status status,
                         const struct debar_error *error)
{
	if (status != DEBAR_OK && scan->failed == DEBAR_OK) {
		scan->failed = status;
		scan->failure = *error;
	}
}

static void no_memory(struct scan *scan)
{
	struct debar_error error;
	keep_failure(scan, error_set(&error, DEBAR_NO_MEMORY, 0, "no memory"), &error);
}

/* One after the other, until the next call. Without memory the scan is over. */
static struct bytes join(struct scan *scan, struct bytes path, struct bytes more)
{
	if (more.len == 0)
		return path;
	buffer_clear(&scan->joined);
	buffer_put(&scan->joined, path);
	buffer_put(&scan->joined, more);
	if (!buffer_ok(&scan->joined))
		no_memory(scan);
	return buffer_ok(&scan->joined) ? buffer_bytes(&scan->joined) : path;
}

/* The mark that says most: strongest, then one that names a product, then the longest. */
static bool says_more(const struct mark *a, const struct mark *b)
{
	if (a->strength != b->strength)
		return a->strength > b->strength;
	if ((a->product == PACK_NONE) != (b->product == PACK_NONE))
		return b->product == PACK_NONE;
	return a->value.len > b->value.len;
}

static void store_evidence(struct scan *scan, size_t target, struct evidence *evidence)
{
	struct debar_error error;
	keep_failure(scan, store_add_fact(scan->options.store, target, evidence, &error), &error);
	if (evidence->mark.len == 0 || (!scan->how.stream_events && !scan->listener.evidence))
		return;
	struct mark mark =
		pack_mark(scan->options.pack, pack_mark_named(scan->options.pack, evidence->mark));
	struct bytes vendor = pack_vendor(scan->options.pack, mark.vendor).id;
	if (scan->listener.evidence)
		scan->listener.evidence(scan->listener.self, target, evidence, vendor);
	if (!scan->how.stream_events)
		return;
	struct debar_event event = {
		.kind = DEBAR_EVENT_FACT,
		.fact = fact_kind_name(evidence->kind),
		.nexus = nexus_name(evidence->nexus),
	};
	struct event_texts texts = {
		.object = evidence->object,
		.value = evidence->value,
		.mark = evidence->mark,
		.vendor = vendor,
	};
	events_put(&scan->events, &event, &texts);
}

/* Stores a fact under the best mark of each vendor that it hits. */
static void store_matches(struct scan *scan, size_t target, struct evidence *evidence, bool quotes,
                          const uint32_t *marks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct mark best = pack_mark(scan->options.pack, marks[i]);
		bool first = true;
		for (size_t j = 0; j < count; j++) {
			struct mark other = pack_mark(scan->options.pack, marks[j]);
			if (other.vendor != best.vendor)
				continue;
			if (j < i)
				first = false;
			if (says_more(&other, &best))
				best = other;
		}
		if (!first)
			continue;
		evidence->mark = best.id;
		evidence->nexus = best.nexus;
		evidence->strength = best.strength;
		if (evidence->kind == FACT_BYTES &&
		    quotes) { /* a text that names it proves nothing but that */
			evidence->nexus = NEXUS_MENTION;
			evidence->strength = STRENGTH_HINT;
		}
		scan->facts++;
		store_evidence(scan, target, evidence);
	}
}

/* A worker's word for a match counts only for raw bytes; everything else is matched again here. */
static size_t match_again(struct scan *scan, const struct wire_fact *fact, uint32_t *marks)
{
	if (fact->kind != FACT_BYTES) {
		size_t count = matcher_fact(scan->options.matcher, fact->kind, fact->value, marks,
		                            WIRE_MARKS_MAX);
		return count < WIRE_MARKS_MAX ? count : WIRE_MARKS_MAX;
	}
	size_t count = 0;
	for (size_t i = 0; i < fact->mark_count; i++) {
		struct mark mark = pack_mark(scan->options.pack, fact->marks[i]);
		if (mark.kind == FACT_BYTES &&
		    (mark.form != MATCH_PREFIX || fact->span.offset == 0))
			marks[count++] = fact->marks[i];
	}
	return count;
}

static void on_fact(void *self, const struct pool_file *file, const struct wire_fact *fact)
{
	struct scan *scan = self;
	uint32_t marks[WIRE_MARKS_MAX];
	size_t count = match_again(scan, fact, marks);
	struct evidence evidence = {
		.object = join(scan, file->path, fact->member),
		.object_size = fact->object_size,
		.sha256 = fact->sha256,
		.kind = fact->kind,
		.value = fact->value,
		.span = fact->span,
		.proof = fact->proof,
		.nexus = NEXUS_MENTION,
	};
	if (count > 0)
		store_matches(scan, file->target, &evidence, fact->flags & WIRE_OBJECT_QUOTES,
		              marks, count);
	else if (fact_kind_is_context(fact->kind) || scan->how.all_facts)
		store_evidence(scan, file->target, &evidence);
}

/* Which rule accepts a gap, if one does. */
static bool accept_gap(void *context, const struct gap *gap, struct bytes *by)
{
	struct scan *scan = context;
	uint64_t under = how_accept_under(&scan->how);
	/* By itself only what looks random: a member that is locked was locked by someone. */
	bool may = scan->how.has_accept || bytes_equal(gap->reason, bytes_of(GAP_LOOKS_RANDOM));
	if (may && gap->class == CLASS_OPAQUE && gap->bytes < under && gap->bytes > 0) {
		*by = BYTES("opaque and smaller than the size accepted");
		return true;
	}
	if (!scan->how.accept_patterns || !scan->how.accept_patterns[0])
		return false;
	buffer_clear(&scan->gap_path);
	buffer_put(&scan->gap_path, gap->object);
	const char *path = buffer_text(&scan->gap_path);
	if (!buffer_ok(&scan->gap_path)) {
		no_memory(scan);
		return false;
	}
	for (const char *const *glob = scan->how.accept_patterns; *glob; glob++)
		if (fnmatch(*glob, path, 0) == 0) {
			buffer_clear(&scan->gap_path); /* it has served */
			buffer_put_text(&scan->gap_path, "its path matches ");
			buffer_put_text(&scan->gap_path, *glob);
			*by = buffer_bytes(&scan->gap_path);
			if (!buffer_ok(&scan->gap_path))
				no_memory(scan);
			return buffer_ok(&scan->gap_path);
		}
	return false;
}

static void put_gap(struct scan *scan, size_t target, const struct gap *gap)
{
	struct debar_error error;
	scan->gaps++;
	keep_failure(scan, store_add_gap(scan->options.store, target, gap, &error), &error);
	if (scan->listener.gap) {
		struct gap told = *gap;
		told.accepted = accept_gap(scan, gap, &told.accepted_by);
		scan->listener.gap(scan->listener.self, target, &told);
	}
	if (!scan->how.stream_events)
		return;
	struct debar_event event = {
		.kind = DEBAR_EVENT_GAP,
		.byte_class = byte_class_name(gap->class),
		.bytes = gap->bytes,
	};
	struct event_texts texts = {.object = gap->object, .reason = gap->reason};
	events_put(&scan->events, &event, &texts);
}

static void take_gap(struct scan *scan, const struct pool_file *file, const struct wire_gap *gap)
{
	struct gap stored = {.object = join(scan, file->path, gap->member),
	                     .bytes = gap->bytes,
	                     .class = gap->class,
	                     .reason = gap->reason};
	put_gap(scan, file->target, &stored);
}

static void on_gap(void *self, const struct pool_file *file, const struct wire_gap *gap)
{
	struct scan *scan = self;
	take_gap(scan, file, gap);
	remember_gap(scan->remember, file, gap);
}

static void match_one(struct scan *scan, size_t target, enum fact_kind kind, struct bytes object,
                      struct bytes value)
{
	uint32_t marks[WIRE_MARKS_MAX];
	struct bytes normal = normal_value(fact_kind_normal(kind), value, &scan->scratch);
	if (normal.len == 0)
		return;
	size_t count = matcher_fact(scan->options.matcher, kind, normal, marks, WIRE_MARKS_MAX);
	struct evidence evidence = {.object = object, .kind = kind, .value = normal};
	store_matches(scan, target, &evidence, false, marks,
	              count < WIRE_MARKS_MAX ? count : WIRE_MARKS_MAX);
}

/* What can be said of an entry that no worker sees: its name, and where a link points. */
static void match_names(struct scan *scan, size_t target, struct bytes path, struct bytes link)
{
	size_t start = path.len;
	while (start > 0 && path.ptr[start - 1] != '/')
		start--;
	struct bytes shown = bytes_slice(path, 0, STORE_TEXT_MOST);
	match_one(scan, target, FACT_FILE_NAME, shown, bytes_from(path, start));
	match_one(scan, target, FACT_FILE_PATH, shown, path);
	match_one(scan, target, FACT_LINK_TARGET, shown, link);
}

static void count_file(struct scan *scan, const struct pool_file *file,
                       const struct account *account)
{
	account_add(&scan->all[file->target].account, account);
	account_sum(&scan->objects_done, account->objects);
	scan->bytes_done += file->size;
	scan->files_done++;
}

static void on_done(void *self, const struct pool_file *file, const struct account *account,
                    bool lost)
{
	struct scan *scan = self;
	count_file(scan, file, account);
	remember_done(scan->remember, file, account, lost);
	if (lost)
		match_names(scan, file->target, file->path, (struct bytes){0});
}

/* A file that the cache speaks for, as if a worker had. Its names were looked at when it was read:
 * they are part of what it is known by. */
static void take_known(struct scan *scan, const struct pool_file *file)
{
	struct cache_entry entry = *remember_known(scan->remember);
	struct target *target = &scan->all[file->target];
	struct wire_gap gap;
	bool broken = false;
	while (cache_next_gap(&entry.gaps, &gap, &broken))
		take_gap(scan, file, &gap);
	count_file(scan, file, &entry.account);
	account_sum(&target->remembered, entry.account.objects);
}

static void skip(struct scan *scan, size_t target, const struct tree_entry *entry)
{
	struct debar_error error;
	scan->all[target].left_out++;
	buffer_clear(&scan->joined);
	buffer_put(&scan->joined, entry->path);
	buffer_put_text(&scan->joined, ": ");
	buffer_put_text(&scan->joined, entry->reason);
	if (!buffer_ok(&scan->joined))
		no_memory(scan);
	else
		keep_failure(scan,
		             store_add_skipped(scan->options.store, target,
		                               buffer_bytes(&scan->joined), &error),
		             &error);
}

static enum debar_status take_entry(struct scan *scan, const struct tree_entry *entry,
                                    struct debar_error *error)
{
	size_t target = scan->target_count - 1;
	struct pool_file file = {.target = target, .path = entry->path, .size = entry->size};
	struct gap gap = {.object = entry->path,
	                  .bytes = entry->size,
	                  .class = CLASS_UNREAD,
	                  .reason = bytes_of(entry->reason)};
	switch (entry->kind) {
	case TREE_FILE:
		scan->files_known++;
		remember_file(scan->remember, entry->fd, entry->stat, &file);
		return pool_submit(scan->pool, &file, entry->fd, error);
	case TREE_KNOWN:
		scan->files_known++;
		take_known(scan, &file);
		break;
	case TREE_FOLDER:
		match_names(scan, target, entry->path, (struct bytes){0});
		break;
	case TREE_SKIPPED:
		skip(scan, target, entry);
		break;
	case TREE_LINK:
	case TREE_SPECIAL:
		scan->all[target].special++;
		match_names(scan, target, entry->path, entry->link);
		break;
	case TREE_UNREACHABLE:
		account_sum(&scan->all[target].account.objects, 1);
		account_sum(&scan->all[target].account.bytes[CLASS_UNREAD], entry->size);
		match_names(scan, target, entry->path, (struct bytes){0});
		put_gap(scan, target, &gap);
		break;
	}
	return DEBAR_OK;
}

static struct bytes time_now(struct scan *scan, char text[40])
{
	time_t now = time(NULL);
	struct tm parts;
	if (scan->how.reproducible || !gmtime_r(&now, &parts) ||
	    strftime(text, 40, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		return (struct bytes){0};
	return bytes_of(text);
}

/* Where this runs: a relative target means nothing without. */
struct place {
	char host[256], folder[4096];
};

static void find_place(const struct scan *scan, struct place *place)
{
	bool named = !scan->how.reproducible && gethostname(place->host, sizeof place->host) == 0;
	place->host[named ? sizeof place->host - 1 : 0] = '\0';
	if (scan->how.reproducible || !getcwd(place->folder, sizeof place->folder))
		place->folder[0] = '\0';
}

/* With the first target, so that a scan which comes to none leaves nothing in the case. */
static enum debar_status begin(struct scan *scan, struct debar_error *error)
{
	char text[40];
	struct place place;
	struct bytes *ids = calloc(scan->options.directive_count + 1, sizeof *ids);
	struct bytes patterns[HOW_PATTERNS_MOST];
	size_t pattern_count = how_pattern_count(&scan->how);
	if (!ids)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory");
	for (size_t i = 0; i < scan->options.directive_count; i++)
		ids[i] = pack_directive(scan->options.pack, scan->options.directives[i]).id;
	for (size_t i = 0; i < pattern_count; i++) /* not too many: scan_create() saw to it */
		patterns[i] = bytes_of(scan->how.accept_patterns[i]);
	find_place(scan, &place);
	struct scan_summary about = {
		.id = bytes_of(scan->id),
		.version = BYTES(DEBAR_VERSION),
		.pack_digest = bytes_of(pack_digest(scan->options.pack)),
		.directives = ids,
		.directive_count = scan->options.directive_count,
		.sandboxed = !scan->how.unsafe_no_sandbox,
		.cached = scan->remember != NULL,
		.accept_gaps_under = how_accept_under(&scan->how),
		.accept_unknown_only = !scan->how.has_accept,
		.accept_patterns = patterns,
		.accept_pattern_count = pattern_count,
		.started = time_now(scan, text),
		.host = bytes_of(place.host),
		.folder = bytes_of(place.folder),
		.jobs = scan->how.reproducible ? 0 : how_jobs(&scan->how),
	};
	enum debar_status status = store_begin_scan(scan->options.store, &about, error);
	free(ids);
	return status;
}

static enum debar_status add_target(struct scan *scan, const char *kind, struct bytes name,
                                    struct debar_error *error)
{
	if (scan->target_count == scan->target_room) {
		size_t room = scan->target_room * 2 + 16;
		struct target *all = realloc(scan->all, room * sizeof *all);
		if (!all)
			return error_set(error, DEBAR_NO_MEMORY, 0, "no memory");
		scan->all = all;
		scan->target_room = room;
	}
	enum debar_status status = scan->target_count == 0 ? begin(scan, error) : DEBAR_OK;
	if (status != DEBAR_OK)
		return status;
	if (scan->listener.target)
		scan->listener.target(scan->listener.self, scan->target_count, bytes_of(kind),
		                      name);
	scan->all[scan->target_count++] = (struct target){0};
	return store_add_target(scan->options.store, bytes_of(kind), name, error);
}

static enum debar_status scan_stdin(struct scan *scan, struct debar_error *error)
{
	uint64_t size = 0;
	int copy = -1;
	enum debar_status status = targets_copy_stdin(&scan->targets, &copy, &size, error);
	if (status != DEBAR_OK)
		return status;
	status = add_target(scan, "stream", BYTES("-"), error);
	if (status != DEBAR_OK) {
		(void)close(copy);
		return status;
	}
	struct pool_file file = {
		.target = scan->target_count - 1, .path = BYTES("-"), .size = size};
	scan->files_known++;
	return pool_submit(scan->pool, &file, copy, error);
}

/* A path that cannot be entered, though it could when the scan was begun or the list was made. */
static void miss_target(struct scan *scan, const char *path, enum debar_status why,
                        const char *message)
{
	size_t target = scan->target_count - 1;
	struct bytes object = bytes_slice(bytes_of(path), 0, STORE_TEXT_MOST);
	struct gap gap = {.object = object, .class = CLASS_UNREAD, .reason = bytes_of(message)};
	if (why == DEBAR_DENIED)
		gap.reason = BYTES("no permission to read it");
	else if (why == DEBAR_NOT_FOUND)
		gap.reason = BYTES("it is not there");
	match_names(scan, target, object, (struct bytes){0});
	if (why == DEBAR_INVALID) { /* a device or the like */
		scan->all[target].special++;
		return;
	}
	account_sum(&scan->all[target].account.objects, 1);
	put_gap(scan, target, &gap);
}

static enum debar_status open_next(struct scan *scan, struct debar_error *error)
{
	enum debar_status status;
	const char *path = targets_next(&scan->targets, &status, error);
	if (!path) {
		scan->walked = status == DEBAR_OK;
		return status;
	}
	bool listed = scan->targets.listed;
	if (listed && scan->targets.listed_count == 1)
		status = add_target(scan, "list", bytes_of(scan->options.files_from), error);
	if (status == DEBAR_OK && strcmp(path, "-") == 0 && !listed)
		return scan_stdin(scan, error);
	struct tree_options how = {
		.one_file_system = scan->how.one_file_system,
		.excludes = scan->how.excludes,
		.own = scan->own,
		.own_count = scan->own_count,
		.knows = scan->remember ? remember_knows : NULL,
		.self = scan->remember,
	};
	struct debar_error why;
	if (status != DEBAR_OK)
		return status;
	enum debar_status opened = tree_open(path, &how, &scan->tree, &why);
	if (!listed)
		status = add_target(scan, opened == DEBAR_OK ? tree_kind_name(scan->tree) : "path",
		                    bytes_of(path), error);
	if (status == DEBAR_OK && opened != DEBAR_OK)
		miss_target(scan, path, opened, why.message);
	return status;
}

static enum debar_status walk_a_little(struct scan *scan, struct debar_error *error)
{
	if (!scan->tree)
		return open_next(scan, error);
	struct debar_error walking = {.status = DEBAR_OK};
	for (size_t i = 0; i < STEP_ENTRIES; i++) {
		struct tree_entry entry;
		if (!tree_next(scan->tree, &entry, &walking)) {
			tree_close(scan->tree);
			scan->tree = NULL;
			if (walking.status != DEBAR_OK && error)
				*error = walking;
			return walking.status;
		}
		enum debar_status status = take_entry(scan, &entry, error);
		if (status != DEBAR_OK)
			return status;
	}
	return DEBAR_OK;
}

static void show_progress(struct scan *scan)
{
	uint64_t now = now_ns();
	if (now - scan->progress_ns < PROGRESS_MS * (uint64_t)1000000)
		return;
	scan->progress_ns = now;
	struct debar_event event = {
		.kind = DEBAR_EVENT_PROGRESS,
		.objects_done = scan->objects_done,
		.bytes_done = scan->bytes_done,
		.facts = scan->facts,
		.gaps = scan->gaps,
		.files_done = scan->files_done,
		.objects_known = scan->files_known,
		.walk_finished = scan->walked,
	};
	events_put(&scan->events, &event, NULL);
}

/* What went wrong where no status could be returned. */
static enum debar_status failed_before(const struct scan *scan, struct debar_error *error)
{
	if (scan->failed != DEBAR_OK && error)
		*error = scan->failure;
	return scan->failed;
}

static enum debar_status conclude(struct scan *scan, struct debar_error *error)
{
	char now[40];
	const bool complete = !scan->cancelled; /* once and for all: who cancels now is too late */
	struct judge_options judging = {
		.now = time_now(scan, now),
		.pack = scan->options.pack,
		.directives = scan->options.directives,
		.directive_count = scan->options.directive_count,
		.complete = complete,
	};
	enum debar_status status = DEBAR_OK;
	if (scan->target_count == 0)
		return error_set(error, DEBAR_CANCELLED, 0,
		                 "interrupted before anything was looked into");
	scan->outcome = complete ? VERDICT_ABSENT : VERDICT_UNDECIDED;
	for (size_t i = 0; i < scan->target_count && status == DEBAR_OK; i++) {
		status = store_set_account(scan->options.store, i, &scan->all[i].account,
		                           scan->all[i].special, scan->all[i].remembered, error);
		if (status == DEBAR_OK)
			status = store_accept_gaps(scan->options.store, i, accept_gap, scan, error);
		judging.left_out = scan->all[i].left_out;
		if (status == DEBAR_OK)
			status = failed_before(scan, error);
		if (status == DEBAR_OK)
			status = judge_target(scan->options.store, i, &judging, &scan->outcome,
			                      error);
	}
	if (status != DEBAR_OK)
		return status;
	char text[40];
	double seconds = scan->how.reproducible ? 0 : (double)(now_ns() - scan->started_ns) / 1e9;
	status =
		store_end_scan(scan->options.store, complete, time_now(scan, text), seconds, error);
	if (status == DEBAR_OK && complete)
		remember_save(scan->remember, pool_build(scan->pool).mixed);
	return status == DEBAR_OK ? DEBAR_END : status;
}

/* Walks, and hears what workers say. */
static enum debar_status go_on(struct scan *scan, struct debar_error *error)
{
	enum debar_status status = DEBAR_OK;
	if (!scan->walked)
		status = walk_a_little(scan, error);
	if (status == DEBAR_OK && scan->walked)
		status = pool_flush(scan->pool, error);
	if (status == DEBAR_OK)
		status = pool_poll(scan->pool,
		                   scan->walked && !pool_is_idle(scan->pool) ? PROGRESS_MS : 0,
		                   error);
	show_progress(scan);
	return status;
}

enum debar_status scan_step(struct scan *scan, struct debar_error *error)
{
	bool finished = scan->cancelled || (scan->walked && pool_is_idle(scan->pool));
	enum debar_status status = finished ? DEBAR_OK : go_on(scan, error);
	if (status == DEBAR_CANCELLED)
		status = DEBAR_OK; /* what it waited for may never come: judged in the next step */
	if (status == DEBAR_OK)
		status = failed_before(scan, error);
	return status == DEBAR_OK && finished ? conclude(scan, error) : status;
}

void scan_cancel(struct scan *scan)
{
	scan->cancelled = 1;
}

void scan_listen(struct scan *scan, const struct scan_listener *listener)
{
	scan->listener = *listener;
}

bool scan_leave_out(struct scan *scan, const struct tree_own *own)
{
	if (scan->own_count == OWN_MOST)
		return false;
	scan->own[scan->own_count++] = *own;
	return true;
}

const struct debar_event *scan_take_event(struct scan *scan)
{
	return events_take(&scan->events);
}

const char *scan_id(const struct scan *scan)
{
	return scan->id;
}

enum verdict scan_outcome(const struct scan *scan)
{
	return scan->outcome;
}

static void put_note(void *self, const char *text)
{
	struct scan *scan = self;
	struct debar_event event = {.kind = DEBAR_EVENT_NOTE};
	struct event_texts texts = {.reason = bytes_of(text)};
	events_put(&scan->events, &event, &texts);
}

/* The cache depends on the code that the workers run, which they tell when they greet. */
static enum debar_status begin_remembering(struct scan *scan, struct debar_error *error)
{
	enum debar_status status = DEBAR_OK;
	while (status == DEBAR_OK && !pool_build(scan->pool).greeted &&
	       now_ns() - scan->started_ns < GREETING_SECONDS * (uint64_t)1000000000)
		status = pool_poll(scan->pool, PROGRESS_MS, error);
	if (status != DEBAR_OK)
		return status;
	struct remember_options options = {
		.path = scan->options.cache_path,
		.pack = pack_bytes(scan->options.pack),
		.build = pool_build(scan->pool).digest,
		.limits = how_limits(&scan->how),
		.bytes_per_share = how_share_bytes(&scan->how),
		.sandboxed = !scan->how.unsafe_no_sandbox,
		.note = put_note,
		.self = scan,
	};
	if (options.build.len == 0) {
		put_note(scan, "no cache is used: the readers' code has no identity");
		return DEBAR_OK;
	}
	scan->remember = remember_create(&options);
	return scan->remember ? DEBAR_OK : error_set(error, DEBAR_NO_MEMORY, 0, "no memory");
}

static void make_id(struct scan *scan)
{
	uint64_t unique =
		scan->how.reproducible
			? 0
			: ((uint64_t)time(NULL) << 20 ^ (uint64_t)getpid() ^ now_ns() << 8);
	(void)snprintf(scan->id, sizeof scan->id, "S-%016llx", (unsigned long long)unique);
}

enum debar_status scan_create(const struct scan_options *options, struct scan **out,
                              struct debar_error *error)
{
	if (how_pattern_count(options->how) > HOW_PATTERNS_MOST)
		return error_set(error, DEBAR_INVALID, 0, "more than %u patterns of gaps to accept",
		                 HOW_PATTERNS_MOST);
	struct scan *scan = calloc(1, sizeof *scan);
	if (!scan)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory");
	scan->options = *options;
	scan->how = *options->how;
	buffer_init(&scan->joined, JOINED_MOST);
	buffer_init(&scan->gap_path, JOINED_MOST);
	scan->started_ns = scan->progress_ns = now_ns();
	scan->targets.list = -1;
	scan->outcome = VERDICT_UNDECIDED; /* until it is judged */
	scan->targets.cancelled = &scan->cancelled;
	scan->own[scan->own_count++] = options->case_file;
	make_id(scan);
	struct pool_options workers = {
		.jobs = how_jobs(&scan->how),
		.worker_path = options->worker_path,
		.pack_fd = options->pack_fd,
		.unsafe_no_sandbox = scan->how.unsafe_no_sandbox,
		.bytes_per_share = how_share_bytes(&scan->how),
		.mark_count = pack_mark_count(options->pack),
		.settings = {.limits = how_limits(&scan->how), .all_facts = scan->how.all_facts},
		.cancelled = &scan->cancelled,
		.events = {.self = scan, .fact = on_fact, .gap = on_gap, .done = on_done},
	};
	enum debar_status status = targets_open(&scan->targets, options->targets,
	                                        options->target_count, options->files_from, error);
	if (status == DEBAR_OK) /* first: workers get ready while the case does */
		status = pool_create(&workers, &scan->pool, error);
	if (status == DEBAR_OK && options->cache_path)
		status = begin_remembering(scan, error);
	if (status != DEBAR_OK) {
		scan_destroy(scan);
		return status;
	}
	*out = scan;
	return DEBAR_OK;
}

void scan_destroy(struct scan *scan)
{
	if (!scan)
		return;
	pool_destroy(scan->pool);
	tree_close(scan->tree);
	remember_destroy(scan->remember);
	targets_close(&scan->targets);
	events_finish(&scan->events);
	buffer_finish(&scan->joined);
	buffer_finish(&scan->gap_path);
	free(scan->all);
	free(scan);
}
