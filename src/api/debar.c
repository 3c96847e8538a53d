/* SPDX-License-Identifier: Apache-2.0 */
/* The public library over the folders below it: packs, scans, reports. See include/debar.h. */
#define _GNU_SOURCE /* memfd_create */
#include "api/places.h"
#include "base/buffer.h"
#include "base/whole.h"
#include "policy/compile.h"
#include "policy/query.h"
#include "policy/settings.h"
#include "report/ndjson.h"
#include "report/report.h"
#include "scan/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	DIRECTORIES_MOST = 64,
	STREAMS_MOST = 8,
	OPTIONS_MOST = 4096, /* bytes: a size beyond was never set */
};

struct debar {
	char case_path[PLACE_MOST], worker_path[PLACE_MOST];
	struct store *store;
	bool writing, no_case, no_worker;
	int pack_fd;
	struct bytes pack_map;
	struct pack *pack;
	struct matcher *matcher;
	uint32_t *directives;
	size_t directive_count;
};

struct debar_scan {
	struct debar *debar;
	struct scan *scan;
	struct debar_scan_options how;
	char cache_path[PLACE_MOST];
	bool finished;
	struct ndjson *streams[STREAMS_MOST];
	size_t stream_count;
};

/* Where the options of the first released version end: a caller's are never shorter. */
#define END_OF(type, field) (offsetof(type, field) + sizeof(((type *)0)->field))
enum {
	OPTIONS_FIRST = END_OF(struct debar_options, directives),
	SCAN_OPTIONS_FIRST = END_OF(struct debar_scan_options, has_share),
};

/* Copies the options of a caller who may have been built with an older header (what he does not
 * know stays zero) or a newer one (what we do not know must be zero). */
static enum debar_status take_options(void *to, size_t known, size_t least, const void *given,
                                      struct debar_error *error)
{
	uint32_t size = 0;
	if (given)
		memcpy(&size, given, sizeof size);
	if (size < least || size > OPTIONS_MOST)
		return error_set(error, DEBAR_INVALID, 0, "options without their size");
	const unsigned char *bytes = given;
	for (size_t i = known; i < size; i++)
		if (bytes[i] != 0)
			return error_set(error, DEBAR_INVALID, 0,
			                 "options that this version of the library does not know");
	memcpy(to, given, size < known ? size : known);
	return DEBAR_OK;
}

static enum debar_status missing(struct debar_error *error)
{
	return error_set(error, DEBAR_INVALID, 0, "an argument is missing");
}

const char *debar_version(void)
{
	return DEBAR_VERSION;
}

const char *debar_status_name(enum debar_status status)
{
	static const char *const names[] = {"ok",      "end", "invalid",   "not found", "denied",
	                                    "changed", "io",  "no memory", "cancelled", "busy"};
	return (size_t)status < sizeof names / sizeof names[0] ? names[status] : "unknown";
}

const char *debar_report_format(size_t index)
{
	return report_format_name(index);
}

/* Compiles the shipped policies together with the user's into a file in memory, which nobody can
 * change: workers have it, too. */
static enum debar_status compile_pack(const struct debar_options *options, int *fd,
                                      struct debar_error *error)
{
	char shipped[PLACE_MOST];
	const char *dirs[DIRECTORIES_MOST + 2] = {shipped};
	size_t count = 1;
	for (const char *const *dir = options->policy_dirs; *dir; dir++) {
		if (count > DIRECTORIES_MOST)
			return error_set(error, DEBAR_INVALID, 0, "too many policy folders");
		dirs[count++] = *dir;
	}
	if (!place_policies(shipped))
		return error_set(error, DEBAR_NOT_FOUND, 0,
		                 "cannot find the policies shipped with debar");
	struct buffer pack;
	buffer_init(&pack, PACK_MOST);
	enum debar_status status = policy_compile_dirs(dirs, -1, &pack, error);
	if (status == DEBAR_OK) {
		*fd = memfd_create("debar-pack", MFD_CLOEXEC | MFD_ALLOW_SEALING);
		if (*fd < 0 || !whole_write(*fd, buffer_bytes(&pack)) ||
		    fcntl(*fd, F_ADD_SEALS,
		          F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
			status = error_system(error, "cannot keep the compiled policies");
	}
	buffer_finish(&pack);
	return status;
}

static enum debar_status open_pack(struct debar *debar, const struct debar_options *options,
                                   struct debar_error *error)
{
	char path[PLACE_MOST];
	struct stat st;
	enum debar_status status = DEBAR_OK;
	if (options->policy_dirs && options->policy_dirs[0]) {
		if (options->pack_path) /* which of them would be left out is not for us to say */
			return error_set(error, DEBAR_INVALID, 0,
			                 "--policy adds to the shipped policies, not to the pack "
			                 "%s: give one of the two, or compile all into one pack",
			                 options->pack_path);
		status = compile_pack(options, &debar->pack_fd, error);
		if (status != DEBAR_OK)
			return status;
		(void)snprintf(path, sizeof path, "the compiled policies");
	} else {
		if (options->pack_path)
			(void)snprintf(path, sizeof path, "%s", options->pack_path);
		else if (!place_pack(path))
			return error_set(
				error, DEBAR_NOT_FOUND, 0,
				"cannot find the policy pack shipped with debar; give --pack FILE");
		debar->pack_fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (debar->pack_fd < 0 || fstat(debar->pack_fd, &st) != 0)
		return error_system(error, "%s", path);
	if (!S_ISREG(st.st_mode) || st.st_size == 0 || st.st_size > PACK_MOST)
		return error_set(error, DEBAR_INVALID, 0, "%s: not a policy pack", path);
	void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, debar->pack_fd, 0);
	if (map == MAP_FAILED)
		return error_system(error, "%s", path);
	debar->pack_map = (struct bytes){map, (size_t)st.st_size};
	struct debar_error inner;
	status = pack_open(debar->pack_map, &debar->pack, &inner);
	return status == DEBAR_OK ? DEBAR_OK
	                          : error_set(error, status, 0, "%s: %s", path, inner.message);
}

static enum debar_status choose_directives(struct debar *debar, const char *const *wanted,
                                           struct debar_error *error)
{
	size_t count = pack_directive_count(debar->pack);
	debar->directives = calloc(count + 1, sizeof *debar->directives);
	if (!debar->directives)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory");
	for (uint32_t i = 0; i < count; i++) {
		bool chosen = !wanted || !wanted[0];
		for (const char *const *id = wanted; id && *id && !chosen; id++)
			chosen = bytes_equal(pack_directive(debar->pack, i).id, bytes_of(*id));
		if (chosen)
			debar->directives[debar->directive_count++] = i;
	}
	for (const char *const *id = wanted; id && *id; id++) {
		bool known = false;
		for (size_t i = 0; i < debar->directive_count && !known; i++)
			known = bytes_equal(pack_directive(debar->pack, debar->directives[i]).id,
			                    bytes_of(*id));
		if (!known)
			return error_set(error, DEBAR_NOT_FOUND, 0,
			                 "%s: no such directive; debar policy list names them",
			                 *id);
	}
	return DEBAR_OK;
}

/* Fills in what the caller left out. Not every use needs a case or workers: that there is none is
 * told when one is. */
static void choose_places(struct debar *debar, const struct debar_options *options)
{
	if (options->case_path)
		(void)snprintf(debar->case_path, sizeof debar->case_path, "%s", options->case_path);
	else
		debar->no_case = !place_case(debar->case_path);
	if (options->worker_path)
		(void)snprintf(debar->worker_path, sizeof debar->worker_path, "%s",
		               options->worker_path);
	else
		debar->no_worker = !place_worker(debar->worker_path);
}

enum debar_status debar_open(const struct debar_options *given, struct debar **out,
                             struct debar_error *error)
{
	struct debar_options options = {0};
	enum debar_status status =
		take_options(&options, sizeof options, OPTIONS_FIRST, given, error);
	if (status == DEBAR_OK && !out)
		status = missing(error);
	if (status != DEBAR_OK)
		return status;
	struct debar *debar = calloc(1, sizeof *debar);
	if (!debar)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory");
	debar->pack_fd = -1;
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG,
	                          NULL); /* digests need no settings of the system's */
	choose_places(debar, &options);
	status = open_pack(debar, &options, error);
	if (status == DEBAR_OK)
		status = choose_directives(debar, options.directives, error);
	if (status != DEBAR_OK) {
		debar_close(debar);
		return status;
	}
	*out = debar;
	return DEBAR_OK;
}

void debar_close(struct debar *debar)
{
	if (!debar)
		return;
	store_close(debar->store);
	matcher_destroy(debar->matcher);
	pack_close(debar->pack);
	if (debar->pack_map.len > 0)
		(void)munmap((void *)(uintptr_t)debar->pack_map.ptr, debar->pack_map.len);
	if (debar->pack_fd >= 0)
		(void)close(debar->pack_fd);
	free(debar->directives);
	free(debar);
}

static enum debar_status open_store(struct debar *debar, bool writing, struct debar_error *error)
{
	if (debar->store && (debar->writing || !writing))
		return DEBAR_OK;
	if (debar->no_case)
		return error_set(error, DEBAR_NOT_FOUND, 0,
		                 "neither XDG_STATE_HOME nor HOME is set; give --case FILE");
	store_close(debar->store);
	debar->store = NULL;
	debar->writing = writing;
	return store_open(debar->case_path, writing, &debar->store, error);
}

static enum debar_status open_matcher(struct debar *debar, struct debar_error *error)
{
	return debar->matcher
	               ? DEBAR_OK
	               : matcher_create(debar->pack, MATCHER_FOR_FACTS, &debar->matcher, error);
}

static enum debar_status choose_cache(struct debar_scan *scan, struct debar_error *error)
{
	const struct debar_scan_options *how = &scan->how;
	if (!how->use_cache)
		return DEBAR_OK;
	if (how->all_facts)
		return error_set(error, DEBAR_INVALID, 0,
		                 "a cache holds no facts: it does not go with --facts");
	if (!how->cache_path)
		return place_cache(scan->cache_path)
		               ? DEBAR_OK
		               : error_set(error, DEBAR_NOT_FOUND, 0,
		                           "neither XDG_CACHE_HOME nor HOME is set; give "
		                           "--cache=FILE");
	size_t length = strlen(how->cache_path);
	if (length == 0 || length >= sizeof scan->cache_path)
		return error_set(error, DEBAR_INVALID, 0, "the cache's path is empty or too long");
	memcpy(scan->cache_path, how->cache_path, length + 1);
	return DEBAR_OK;
}

/* It holds parts of the case as they were, which is to say evidence of earlier scans. */
static void leave_journal(struct debar_scan *scan)
{
	struct stat st;
	if (!store_journal(scan->debar->store, &st))
		return;
	const struct tree_own own = {st.st_dev, st.st_ino, "the journal of the case"};
	(void)scan_leave_out(scan->scan, &own); /* there is room: it is the second */
}

enum debar_status debar_scan_start(struct debar *debar, const char *const *targets, size_t count,
                                   const struct debar_scan_options *given, struct debar_scan **out,
                                   struct debar_error *error)
{
	struct stat st = {0};
	struct debar_scan_options options = {0};
	enum debar_status status =
		take_options(&options, sizeof options, SCAN_OPTIONS_FIRST, given, error);
	if (status == DEBAR_OK && (!debar || !out || (count > 0 && !targets)))
		status = missing(error);
	if (status == DEBAR_OK && debar->no_worker)
		status = error_set(error, DEBAR_NOT_FOUND, 0,
		                   "cannot find debar-worker, neither beside debar nor as %s",
		                   debar->worker_path);
	if (status == DEBAR_OK)
		status = open_matcher(debar, error);
	if (status == DEBAR_OK)
		status = open_store(debar, true, error);
	if (status != DEBAR_OK)
		return status;
	struct debar_scan *scan = calloc(1, sizeof *scan);
	if (!scan)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory");
	scan->debar = debar;
	scan->how = options;
	status = choose_cache(scan, error);
	if (status != DEBAR_OK) {
		free(scan);
		return status;
	}
	bool has_file = strcmp(debar->case_path, ":memory:") != 0;
	if (has_file && stat(debar->case_path, &st) != 0) {
		free(scan);
		return error_system(error, "the case %s", debar->case_path);
	}
	struct scan_options inner = {
		.pack = debar->pack,
		.matcher = debar->matcher,
		.pack_fd = debar->pack_fd,
		.store = debar->store,
		.worker_path = debar->worker_path,
		.targets = targets,
		.target_count = count,
		.files_from = scan->how.files_from,
		.directives = debar->directives,
		.directive_count = debar->directive_count,
		.how = &scan->how,
		.cache_path = options.use_cache ? scan->cache_path : NULL,
		.case_file = {st.st_dev, st.st_ino, "the case that this scan writes"},
	};
	status = scan_create(&inner, &scan->scan, error);
	if (status != DEBAR_OK) {
		free(scan);
		return status;
	}
	leave_journal(scan);
	*out = scan;
	return DEBAR_OK;
}

static void stream_target(void *self, size_t target, struct bytes kind, struct bytes name)
{
	struct debar_scan *scan = self;
	for (size_t i = 0; i < scan->stream_count; i++)
		ndjson_target(scan->streams[i], target, kind, name);
}

static void stream_evidence(void *self, size_t target, const struct evidence *evidence,
                            struct bytes vendor)
{
	struct debar_scan *scan = self;
	for (size_t i = 0; i < scan->stream_count; i++)
		ndjson_evidence(scan->streams[i], target, evidence, vendor);
}

static void stream_gap(void *self, size_t target, const struct gap *gap)
{
	struct debar_scan *scan = self;
	for (size_t i = 0; i < scan->stream_count; i++)
		ndjson_gap(scan->streams[i], target, gap);
}

/* The report that is being written is no part of what is scanned. */
static enum debar_status leave_out(struct debar_scan *scan, int fd, struct debar_error *error)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return error_system(error, "the stream");
	struct tree_own own = {st.st_dev, st.st_ino, "a report that this scan writes"};
	if (S_ISREG(st.st_mode) && !scan_leave_out(scan->scan, &own))
		return error_set(error, DEBAR_INVALID, 0, "too many streams");
	return DEBAR_OK;
}

enum debar_status debar_scan_stream(struct debar_scan *scan, int fd, unsigned flags,
                                    struct debar_error *error)
{
	if (!scan)
		return missing(error);
	if (scan->stream_count == STREAMS_MOST)
		return error_set(error, DEBAR_INVALID, 0, "too many streams");
	enum debar_status status = leave_out(scan, fd, error);
	if (status != DEBAR_OK)
		return status;
	if (scan->how.reproducible)
		flags |= DEBAR_REPORT_REPRODUCIBLE;
	struct ndjson *stream = ndjson_create(fd, flags);
	if (!stream)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory");
	scan->streams[scan->stream_count++] = stream;
	const struct scan_listener listener = {scan, stream_target, stream_evidence, stream_gap};
	scan_listen(scan->scan, &listener);
	ndjson_start(stream, bytes_of(scan_id(scan->scan)));
	return ndjson_status(stream, error);
}

static enum debar_status streams_status(const struct debar_scan *scan, struct debar_error *error)
{
	enum debar_status status = DEBAR_OK;
	for (size_t i = 0; i < scan->stream_count && status == DEBAR_OK; i++)
		status = ndjson_status(scan->streams[i], error);
	return status;
}

/* The case, not the output, may be at fault when a report fails. */
static enum debar_status explain_failure(const struct result_source *source,
                                         enum debar_status status, struct debar_error *error)
{
	if (status != DEBAR_OK && store_result_status(source, NULL) != DEBAR_OK)
		return store_result_status(source, error);
	return status;
}

static enum debar_status finish_streams(struct debar_scan *scan, struct debar_error *error)
{
	struct result_source source = {0};
	if (scan->stream_count == 0)
		return DEBAR_OK;
	enum debar_status status =
		store_result(scan->debar->store, scan_id(scan->scan), &source, error);
	for (size_t i = 0; i < scan->stream_count && status == DEBAR_OK; i++)
		status = ndjson_finish(scan->streams[i], &source, error);
	status = explain_failure(&source, status, error);
	store_result_close(&source);
	return status;
}

/* One step, and what the streams have to say of it. */
static enum debar_status step(struct debar_scan *scan, struct debar_error *error)
{
	struct debar_error own;
	if (!error)
		error = &own;
	enum debar_status status = scan_step(scan->scan, error);
	if (status == DEBAR_END) {
		scan->finished = true;
		status = finish_streams(scan, error);
	} else if (status == DEBAR_OK) {
		status = streams_status(scan, error);
	}
	for (size_t i = 0; i < scan->stream_count && status != DEBAR_OK; i++)
		ndjson_fail(scan->streams[i], error->message);
	return status;
}

enum debar_status debar_scan_next(struct debar_scan *scan, const struct debar_event **out,
                                  struct debar_error *error)
{
	if (!scan || !out)
		return missing(error);
	for (;;) {
		*out = scan_take_event(scan->scan);
		for (size_t i = 0; i < scan->stream_count && *out; i++)
			ndjson_event(scan->streams[i], *out);
		if (*out)
			return DEBAR_OK;
		if (scan->finished)
			return DEBAR_END;
		enum debar_status status = step(scan, error);
		if (status != DEBAR_OK)
			return status;
	}
}

void debar_scan_cancel(struct debar_scan *scan)
{
	if (scan)
		scan_cancel(scan->scan);
}

const char *debar_scan_id(const struct debar_scan *scan)
{
	return scan_id(scan->scan);
}

enum debar_outcome debar_scan_outcome(const struct debar_scan *scan)
{
	static const enum debar_outcome outcomes[] = {[VERDICT_ABSENT] = DEBAR_ABSENT,
	                                              [VERDICT_PRESENT] = DEBAR_PRESENT,
	                                              [VERDICT_UNDECIDED] = DEBAR_UNDECIDED};
	return outcomes[scan_outcome(scan->scan)];
}

void debar_scan_close(struct debar_scan *scan)
{
	if (!scan)
		return;
	for (size_t i = 0; i < scan->stream_count; i++)
		ndjson_destroy(scan->streams[i]);
	scan_destroy(scan->scan);
	if (!scan->finished) { /* the case keeps it as incomplete, and the next one can begin */
		store_close(scan->debar->store);
		scan->debar->store = NULL;
	}
	free(scan);
}

enum debar_status debar_report(struct debar *debar, const char *scan_id, const char *format,
                               unsigned flags, int fd, struct debar_error *error)
{
	struct result_source source = {0};
	if (!debar || !format)
		return missing(error);
	enum debar_status status = open_store(debar, false, error);
	if (status == DEBAR_OK)
		status = store_result(debar->store, scan_id, &source, error);
	if (status != DEBAR_OK)
		return status;
	status = report_write(format, &source, flags, fd, error);
	status = explain_failure(&source, status, error);
	store_result_close(&source);
	return status;
}

/* Where a mark comes from, for the chain of evidence. */
static bool look_up_mark(void *context, struct bytes id, struct bytes *source, struct bytes *note)
{
	const struct pack *pack = context;
	uint32_t index = pack_mark_named(pack, id);
	if (index == PACK_NONE)
		return false;
	struct mark mark = pack_mark(pack, index);
	*source = mark.source;
	*note = mark.note;
	return true;
}

enum debar_status debar_show(struct debar *debar, const char *scan_id, const char *finding_id,
                             int fd, struct debar_error *error)
{
	struct result_source source = {0};
	struct store_choice choice = {0};
	if (!debar || !finding_id)
		return missing(error);
	enum debar_status status = open_store(debar, false, error);
	if (status == DEBAR_OK)
		status = store_find_finding(debar->store, scan_id, finding_id, &source, &choice,
		                            error);
	if (status != DEBAR_OK)
		return status;
	struct report_marks marks = {debar->pack, look_up_mark};
	status = report_finding(&source, choice.target, choice.id, &marks, fd, error);
	store_result_close(&source);
	return status;
}

static enum debar_status list_scans(void *self,
                                    bool (*row)(void *context, const struct scan_summary *scan),
                                    void *context, struct debar_error *error)
{
	return store_list_scans(self, row, context, error);
}

enum debar_status debar_list_scans(struct debar *debar, int fd, struct debar_error *error)
{
	enum debar_status status = open_store(debar, false, error);
	struct scans_source source = {debar->store, list_scans};
	return status == DEBAR_OK ? report_scans(&source, fd, error) : status;
}

enum debar_status debar_policy_query(struct debar *debar, const char *what, const char *arg, int fd,
                                     struct debar_error *error)
{
	if (!debar || !what)
		return missing(error);
	if (strcmp(what, "list") == 0)
		return policy_list(debar->pack, fd, error);
	if (strcmp(what, "kinds") == 0)
		return policy_kinds(fd, error);
	if (strcmp(what, "marks") == 0)
		return policy_marks(debar->pack, arg, fd, error);
	bool known = strcmp(what, "show") == 0 || strcmp(what, "test") == 0;
	if (!known)
		return error_set(error, DEBAR_INVALID, 0, "%s: no such question about policies",
		                 what);
	if (!arg)
		return missing(error);
	return strcmp(what, "show") == 0 ? policy_show(debar->pack, arg, fd, error)
	                                 : policy_test(debar->pack, arg, fd, error);
}

enum debar_status debar_policy_compile(const char *const *dirs, const char *pack_path, int fd,
                                       struct debar_error *error)
{
	struct buffer pack;
	if (!dirs)
		return missing(error);
	buffer_init(&pack, PACK_MOST);
	enum debar_status status = policy_compile_dirs(dirs, fd, &pack, error);
	if (status == DEBAR_OK && pack_path)
		status = place_file(pack_path, buffer_bytes(&pack), error);
	buffer_finish(&pack);
	return status;
}

enum debar_status debar_settings_read(const char *path,
                                      const char *(*take)(void *context, const char *key,
                                                          const char *value),
                                      void *context, struct debar_error *error)
{
	struct settings_taker taker = {context, take};
	return path && take ? settings_read(path, &taker, error) : missing(error);
}
