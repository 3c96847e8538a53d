/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "scan/pool.h"

#include "base/checked.h"
#include "scan/worker.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	JOBS_MOST = 256,
	BATCH_BYTES =
		16 << 20, /* a batch of large files is sent before it is full, to share them out */
	BATCH_PATHS = 96 * 1024, /* bytes of paths: they must fit a message */
	SAID_HELD = 8 << 20,     /* bytes a file may say before it is believed line by line */
	HELD_MOST = 64 << 20,  /* the same for all files: a worker may speak of each it was given */
	SAID_MOST = 512 << 20, /* more than any file has to say: a flood */
	DEATHS_IN_A_ROW = 5,   /* workers that die before they greet: the installation is broken */
	DESCRIPTORS_KEPT = 64, /* for the case, the walk, and whatever else the process has open */
	AWAY_MS = 3000,        /* between two looks at the workers: this process did not run */
};

struct pool {
	struct pool_options options;
	struct worker workers[JOBS_MOST];
	struct batch *filling, *waiting, **waiting_end;
	uint32_t serial;
	uint64_t replacements, polled_ns;
	unsigned early_deaths;
	size_t open_items, open_most;
	size_t held; /* bytes that open items have said */
	size_t filling_paths;
	bool no_memory; /* to share a container out */
	struct pool_build build;
	uint8_t build_digest[WIRE_BUILD]; /* what build.digest points at */
	uint8_t room[WIRE_MESSAGE_MAX];
};

static uint64_t now_ns(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

/* Gives the memory back, too: there may be many such. */
static void forget_said(struct pool *pool, struct item *item)
{
	pool->held -= item->said.len;
	buffer_finish(&item->said);
	buffer_init(&item->said, SAID_HELD + 2 * WIRE_MESSAGE_MAX);
}

static void close_item(struct pool *pool, struct batch *batch, struct item *item)
{
	if (!item->shared) {
		if (item->fd >= 0)
			(void)close(item->fd);
		free((void *)(uintptr_t)item->file.path.ptr);
	}
	forget_said(pool, item);
	item->fd = -1;
	item->open = false;
	batch->left--;
	pool->open_items--;
}

static void destroy_batch(struct pool *pool, struct batch *batch)
{
	for (size_t i = 0; batch && i < batch->count; i++) {
		struct item *item = &batch->items[i];
		if (!item->open)
			continue;
		struct shared *shared = item->shared;
		close_item(pool, batch, item);
		shared_abandon(shared);
	}
	free(batch);
}

/* Hands out what a file said. */
static void deliver(struct pool *pool, struct item *item)
{
	frames_tell(buffer_bytes(&item->said), &item->file, &pool->options.events);
	forget_said(pool, item);
}

/* The end of a file, or of a share of one: by a worker's word, or (`why`) because no worker could.
 */
static void end_item(struct pool *pool, struct batch *batch, struct item *item,
                     const struct wire_done *done, const char *why)
{
	const struct pool_events *events = &pool->options.events;
	struct shared *shared = item->shared;
	if (shared) {
		pool->held -= item->said.len; /* it is with the others of the container then */
		shared_end(shared, &(struct share_end){.share = item->share,
		                                       .file = &item->file,
		                                       .said = &item->said,
		                                       .done = done,
		                                       .why = why});
	} else {
		deliver(pool, item);
		events->done(events->self, &item->file, &done->account, why != NULL);
	}
	close_item(pool, batch, item);
	if (shared && shared_left(shared) == 0) {
		shared_tell(shared, events);
		shared_destroy(shared);
	}
}

static void give_up(struct pool *pool, struct batch *batch, struct item *item, const char *why)
{
	struct wire_gap gap = {
		.bytes = item->file.size, .class = CLASS_UNREAD, .reason = bytes_of(why)};
	struct wire_done done = {.account = {.objects = 1}};
	done.account.bytes[CLASS_UNREAD] = item->file.size;
	if (!item->shared) {
		deliver(pool, item);
		pool->options.events.gap(pool->options.events.self, &item->file, &gap);
	}
	end_item(pool, batch, item, &done, why);
}

static struct batch *batch_create(void)
{
	return calloc(1, sizeof(struct batch));
}

static void wait_in_line(struct pool *pool, struct batch *batch)
{
	batch->next = NULL;
	*pool->waiting_end = batch;
	pool->waiting_end = &batch->next;
}

/* Moves an open item to a batch of its own, or to the end of `into`. */
static void move_item(struct batch *from, struct item *item, struct batch *into)
{
	struct item *moved = &into->items[into->count++];
	*moved = *item;
	into->left++;
	into->bytes += item->file.size;
	item->open = false;
	from->left--;
}

static struct batch *batch_of(struct worker *worker, const struct item *item)
{
	for (size_t b = 0; b < worker->batch_count; b++)
		if (item >= worker->batches[b]->items &&
		    item < worker->batches[b]->items + WIRE_BATCH)
			return worker->batches[b];
	return NULL;
}

/* Puts an open item back in line: alone when it is a suspect, else with the others. */
static bool line_up(struct pool *pool, struct batch *old, struct item *item, bool suspect,
                    struct batch **others)
{
	struct batch *into = suspect   ? batch_create()
	                     : *others ? *others
	                               : (*others = batch_create());
	if (!into)
		return false;
	forget_said(pool, item);
	if (item->shared && item->share == 0)
		shared_forget_held(item->shared);
	item->bytes_said = item->gap_bytes = 0;
	item->begun = item->told_shares = false;
	item->tried |= suspect;
	item->file.suspect |= suspect;
	into->alone = suspect;
	move_item(old, item, into);
	if (suspect)
		wait_in_line(pool, into);
	return true;
}

/* What a dead worker left: the file in hand is tried again alone, or given up when it was; the
 * others go back in line. Without a `current`, all are suspects: a lie may come long after its
 * file. */
static enum debar_status reclaim(struct pool *pool, struct worker *worker, const char *why,
                                 struct item *current, bool blame_all, struct debar_error *error)
{
	for (size_t b = 0; b < worker->batch_count; b++) {
		struct batch *old = worker->batches[b], *others = NULL;
		bool fits = true;
		for (size_t i = 0; i < old->count && fits; i++) {
			struct item *item = &old->items[i];
			if (!item->open)
				continue;
			bool suspect = blame_all || item == current;
			if (suspect && item->tried && old->alone)
				give_up(pool, old, item, why);
			else
				fits = line_up(pool, old, item, suspect, &others);
		}
		if (others)
			wait_in_line(pool, others);
		if (!fits)
			return error_set(error, DEBAR_NO_MEMORY, 0, "no memory");
		free(old);
		worker->batches[b] = NULL;
	}
	worker->batch_count = 0;
	return DEBAR_OK;
}

/* `why`: what the host holds against it; NULL when it died by itself. `lied`: it may have been any
 * of its files. */
static enum debar_status replace(struct pool *pool, struct worker *worker, const char *why,
                                 bool lied, struct debar_error *error)
{
	char how[LIMIT_REASON] = "reader ended";
	bool greeted = worker->greeted;
	struct item *current = greeted && !lied ? worker_current(worker) : NULL;
	worker_stop(worker, how);
	pool->replacements++;
	if (!greeted && ++pool->early_deaths >= DEATHS_IN_A_ROW)
		return error_set(error, DEBAR_IO, 0,
		                 "workers end before they begin (%s): is %s the right program?",
		                 how, pool->options.worker_path);
	enum debar_status status = reclaim(pool, worker, why ? why : how, current, lied, error);
	return status != DEBAR_OK ? status : worker_start(worker, &pool->options, error);
}

/* What could not be looked into is told by gaps: else a target that was not read would be clean. */
static bool gaps_tell(const struct item *item, const struct wire_done *done)
{
	uint64_t missed = done->moved;
	account_sum(&missed, done->account.bytes[CLASS_UNREAD]);
	account_sum(&missed, done->account.bytes[CLASS_OPAQUE]);
	return missed <= item->gap_bytes;
}

static bool account_is_possible(const struct item *item, const struct account *account)
{
	uint64_t sum = 0;
	if (item->share > 0)
		return true; /* of some members, or of none */
	for (size_t i = 0; i < CLASS_COUNT; i++)
		if (ckd_add(&sum, sum, account->bytes[i]))
			return true; /* more than can be counted is more than enough */
	return account->objects > 0 && sum >= item->file.size;
}

static void put_first_in_line(struct pool *pool, struct batch *batch)
{
	batch->next = pool->waiting;
	if (!pool->waiting)
		pool->waiting_end = &batch->next;
	pool->waiting = batch;
}

/* The other shares of a container come next, before files that have not been begun. */
static bool share_out(struct pool *pool, struct item *item, const struct wire_atoms *atoms)
{
	struct batch *batches[WIRE_SHARES_MOST] = {0};
	struct shared *shared = NULL;
	bool fits = true;
	for (size_t i = 1; i < item->shares && fits; i++)
		fits = (batches[i] = batch_create()) != NULL;
	if (fits)
		shared = shared_create(&item->file, item->fd, item->shares, atoms);
	item->shared = shared;
	for (size_t i = item->shares; i-- > 1;) {
		if (!shared) {
			free(batches[i]);
			continue;
		}
		struct item *other = &batches[i]->items[0];
		*other = (struct item){.file = item->file,
		                       .serial = pool->serial++,
		                       .fd = item->fd,
		                       .open = true,
		                       .share = (uint8_t)i,
		                       .shares = item->shares,
		                       .shared = shared};
		other->file.said = 0;
		buffer_init(&other->said, SAID_HELD + 2 * WIRE_MESSAGE_MAX);
		batches[i]->count = batches[i]->left = 1;
		put_first_in_line(pool, batches[i]);
		pool->open_items++;
	}
	pool->no_memory |= !shared;
	return shared != NULL;
}

static bool take_share(struct pool *pool, struct item *item, const struct wire_atoms *atoms)
{
	if (item->shares < 2 || item->share != 0 || item->told_shares ||
	    !wire_atoms_fit(atoms, item->file.size))
		return false;
	item->told_shares = true;
	return item->shared || share_out(pool, item, atoms); /* it may be the second try */
}

static bool take_fact_or_gap(struct pool *pool, struct item *item, const struct wire_frame *frame,
                             struct bytes raw)
{
	bool is_fact = frame->type == WIRE_FACT;
	for (size_t i = 0; is_fact && i < frame->fact.mark_count; i++)
		if (frame->fact.marks[i] >= pool->options.mark_count)
			return false;
	item->bytes_said += raw.len;
	item->file.said += raw.len;
	if (item->bytes_said >= SAID_MOST)
		return false;
	if (!is_fact)
		account_sum(&item->gap_bytes, frame->gap.bytes);
	if (is_fact && frame->fact.flags & WIRE_IF_PARTLY && item->share == 0 && item->shared)
		return shared_hold(item->shared, raw);
	buffer_put(&item->said, raw);
	if (!buffer_ok(&item->said))
		return false;
	pool->held += raw.len;
	if (item->said.len > SAID_HELD || pool->held > HELD_MOST) {
		item->file.in_parts = true;
		deliver(pool, item);
	}
	return true;
}

static uint32_t serial_of(const struct wire_frame *frame)
{
	if (frame->type == WIRE_FACT)
		return frame->fact.serial;
	if (frame->type == WIRE_GAP)
		return frame->gap.serial;
	return frame->type == WIRE_SHARE ? frame->share.serial : frame->done.serial;
}

/* One frame about an open file. False when it is a lie. */
static bool take_frame(struct pool *pool, struct worker *worker, const struct wire_frame *frame,
                       struct bytes raw)
{
	struct item *item = worker_item(worker, serial_of(frame));
	if (!item)
		return false;
	if (frame->type == WIRE_SHARE)
		return take_share(pool, item, &frame->share.atoms);
	if (frame->type != WIRE_DONE)
		return take_fact_or_gap(pool, item, frame, raw);
	if (!account_is_possible(item, &frame->done.account) || !gaps_tell(item, &frame->done))
		return false;
	end_item(pool, batch_of(worker, item), item, &frame->done, NULL);
	return true;
}

static void take_build(struct pool *pool, struct bytes digest)
{
	struct pool_build *build = &pool->build;
	if (build->greeted) {
		build->mixed |= !bytes_equal(digest, build->digest);
		return;
	}
	build->greeted = true;
	if (digest.len != sizeof pool->build_digest)
		return;
	memcpy(pool->build_digest, digest.ptr, digest.len);
	build->digest = (struct bytes){pool->build_digest, digest.len};
}

struct pool_build pool_build(const struct pool *pool)
{
	return pool->build;
}

/* What the programs say before they have seen a hostile byte: it is believed, once. */
static enum debar_status take_hello(struct pool *pool, struct worker *worker,
                                    const struct wire_hello *hello, struct debar_error *error)
{
	worker->greeted = true;
	pool->early_deaths = 0;
	if (hello->problem.len > 0)
		return error_set(error, DEBAR_DENIED, 0,
		                 "cannot build the jail for readers (%.*s); --unsafe-no-sandbox "
		                 "scans without one",
		                 (int)hello->problem.len, (const char *)hello->problem.ptr);
	if (!hello->jailed && !pool->options.unsafe_no_sandbox)
		return error_set(error, DEBAR_DENIED, 0, "%s says that it is in no jail",
		                 pool->options.worker_path);
	if (hello->version != WIRE_VERSION)
		return error_set(error, DEBAR_INVALID, 0, "%s is of another version",
		                 pool->options.worker_path);
	take_build(pool, hello->build);
	return DEBAR_OK;
}

static void drop_finished(struct worker *worker)
{
	size_t kept = 0;
	for (size_t b = 0; b < worker->batch_count; b++) {
		if (worker->batches[b]->left > 0)
			worker->batches[kept++] = worker->batches[b];
		else
			free(worker->batches[b]);
	}
	worker->batch_count = kept;
}

static enum debar_status take_message(struct pool *pool, struct worker *worker,
                                      struct bytes message, struct debar_error *error)
{
	struct wire_frame frame;
	bool broken = false;
	for (struct bytes before = message; wire_next_frame(&message, &frame, &broken);
	     before = message) {
		struct bytes raw = bytes_slice(before, 0, before.len - message.len);
		if (frame.type == WIRE_HELLO && !worker->greeted) {
			enum debar_status status = take_hello(pool, worker, &frame.hello, error);
			if (status != DEBAR_OK)
				return status;
		} else if (!worker->greeted || frame.type == WIRE_HELLO ||
		           !take_frame(pool, worker, &frame, raw)) {
			broken = true;
			break;
		}
	}
	drop_finished(worker);
	if (pool->no_memory)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory");
	return broken ? replace(pool, worker, "reader broke the rules", true, error) : DEBAR_OK;
}

static enum debar_status hear(struct pool *pool, struct worker *worker, struct debar_error *error)
{
	long length = wire_receive(worker->socket, pool->room, sizeof pool->room, NULL, NULL,
	                           MSG_DONTWAIT);
	if (length > 0)
		return take_message(pool, worker, (struct bytes){pool->room, (size_t)length},
		                    error);
	if (length < 0 && errno == EAGAIN)
		return DEBAR_OK;
	bool too_long = length < 0 && errno == EMSGSIZE;
	return replace(pool, worker, too_long ? "reader broke the rules" : NULL, too_long, error);
}

static bool has_room_for(const struct worker *worker, const struct batch *batch)
{
	if (worker->batch_count == 0)
		return true;
	return worker->batch_count < WORKER_BATCHES && !batch->alone && !worker->batches[0]->alone;
}

/* The least busy worker that may take the batch, or NULL. */
static struct worker *worker_for(struct pool *pool, const struct batch *batch)
{
	struct worker *best = NULL;
	for (size_t i = 0; i < pool->options.jobs; i++) {
		struct worker *worker = &pool->workers[i];
		if (has_room_for(worker, batch) &&
		    (!best || worker->batch_count < best->batch_count))
			best = worker;
	}
	return best;
}

/* Gives waiting batches to workers that have room. */
static enum debar_status hand_out(struct pool *pool, struct debar_error *error)
{
	for (struct worker *worker; pool->waiting && (worker = worker_for(pool, pool->waiting));) {
		struct batch *batch = pool->waiting;
		pool->waiting = batch->next;
		if (!pool->waiting)
			pool->waiting_end = &pool->waiting;
		if (worker_send_batch(worker, batch))
			continue;
		const char *why = errno == EAGAIN ? "reader hung" : NULL;
		enum debar_status status = replace(pool, worker, why, false, error);
		if (status != DEBAR_OK)
			return status;
	}
	return DEBAR_OK;
}

/* The time. When this process was stopped, its workers may have been with it (Ctrl-Z stops all):
 * that time is not theirs. */
static uint64_t look_at_clock(struct pool *pool)
{
	uint64_t now = now_ns(), away = now - pool->polled_ns;
	if (pool->polled_ns > 0 && away > AWAY_MS * (uint64_t)1000000)
		for (size_t i = 0; i < pool->options.jobs; i++)
			worker_forgive(&pool->workers[i], away);
	pool->polled_ns = now;
	return now;
}

enum debar_status pool_poll(struct pool *pool, int milliseconds, struct debar_error *error)
{
	struct pollfd polled[JOBS_MOST];
	for (size_t i = 0; i < pool->options.jobs; i++)
		polled[i] = (struct pollfd){.fd = pool->workers[i].socket, .events = POLLIN};
	if (poll(polled, pool->options.jobs, milliseconds) < 0 && errno != EINTR)
		return error_system(error, "cannot wait for workers");
	if (*pool->options.cancelled)
		return error_set(error, DEBAR_CANCELLED, 0, "the scan was interrupted");
	uint64_t now = look_at_clock(pool);
	uint32_t seconds = pool->options.settings.limits.seconds;
	for (size_t i = 0; i < pool->options.jobs; i++) {
		struct worker *worker = &pool->workers[i];
		enum debar_status status = DEBAR_OK;
		const char *stuck = worker_stuck(worker, now, seconds);
		if (polled[i].revents & (POLLIN | POLLHUP | POLLERR)) {
			status = hear(pool, worker, error);
			/* To speak without an end gains no time. */
			stuck = worker_overdue(worker, now, seconds);
		}
		if (status == DEBAR_OK && stuck)
			status = replace(pool, worker, stuck, false, error);
		if (status != DEBAR_OK)
			return status;
	}
	return hand_out(pool, error);
}

static size_t waiting_count(const struct pool *pool)
{
	size_t count = 0;
	for (const struct batch *batch = pool->waiting; batch; batch = batch->next)
		count++;
	return count;
}

enum debar_status pool_flush(struct pool *pool, struct debar_error *error)
{
	if (!pool->filling)
		return DEBAR_OK;
	wait_in_line(pool, pool->filling);
	pool->filling = NULL;
	enum debar_status status = hand_out(pool, error);
	while (status == DEBAR_OK && waiting_count(pool) > 0)
		status = pool_poll(pool, 1000, error);
	return status;
}

static size_t path_on_wire(const struct pool_file *file)
{
	return file->path.len < LIMIT_PATH ? file->path.len : LIMIT_PATH;
}

/* How many files may be open at once: a descriptor too few, and the next file would become a gap.
 */
static size_t most_open(unsigned jobs)
{
	struct rlimit limit;
	rlim_t kept = DESCRIPTORS_KEPT + jobs;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= kept)
		return 1;
	return limit.rlim_cur - kept;
}

/* Waits until one file more can be held. */
static enum debar_status make_way(struct pool *pool, const struct pool_file *file,
                                  struct debar_error *error)
{
	enum debar_status status = DEBAR_OK;
	bool full = pool->filling && pool->filling_paths + path_on_wire(file) > BATCH_PATHS;
	if (full || pool->open_items >= pool->open_most)
		status = pool_flush(pool, error);
	while (status == DEBAR_OK && pool->open_items >= pool->open_most)
		status = pool_poll(pool, 1000, error);
	return status;
}

enum debar_status pool_submit(struct pool *pool, const struct pool_file *file, int fd,
                              struct debar_error *error)
{
	enum debar_status status = make_way(pool, file, error);
	if (status != DEBAR_OK) {
		(void)close(fd);
		return status;
	}
	uint8_t *path = malloc(file->path.len + 1);
	if (!pool->filling) {
		pool->filling = batch_create();
		pool->filling_paths = 0;
	}
	if (!path || !pool->filling) {
		(void)close(fd);
		free(path);
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory");
	}
	memcpy(path, file->path.ptr, file->path.len);
	struct batch *batch = pool->filling;
	struct item *item = &batch->items[batch->count++];
	*item = (struct item){.file = *file,
	                      .serial = pool->serial++,
	                      .fd = fd,
	                      .open = true,
	                      .shares = shared_count(file->size, pool->options.bytes_per_share)};
	item->file.path.ptr = path;
	buffer_init(&item->said, SAID_HELD + 2 * WIRE_MESSAGE_MAX);
	batch->left++;
	batch->bytes += file->size;
	pool->filling_paths += path_on_wire(file);
	pool->open_items++;
	if (batch->count == WIRE_BATCH || batch->bytes >= BATCH_BYTES)
		return pool_flush(pool, error);
	return DEBAR_OK;
}

bool pool_is_idle(const struct pool *pool)
{
	return pool->open_items == 0;
}

uint64_t pool_replacements(const struct pool *pool)
{
	return pool->replacements;
}

enum debar_status pool_create(const struct pool_options *options, struct pool **out,
                              struct debar_error *error)
{
	struct pool *pool = calloc(1, sizeof *pool);
	if (!pool)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory");
	pool->options = *options;
	if (pool->options.jobs > JOBS_MOST)
		pool->options.jobs = JOBS_MOST;
	pool->open_most = most_open(pool->options.jobs);
	pool->waiting_end = &pool->waiting;
	enum debar_status status = DEBAR_OK;
	for (size_t i = 0; i < JOBS_MOST; i++)
		pool->workers[i].socket = -1;
	for (size_t i = 0; i < pool->options.jobs && status == DEBAR_OK; i++)
		status = worker_start(&pool->workers[i], &pool->options, error);
	if (status != DEBAR_OK) {
		pool_destroy(pool);
		return status;
	}
	*out = pool;
	return DEBAR_OK;
}

void pool_destroy(struct pool *pool)
{
	if (!pool)
		return;
	for (size_t i = 0; i < pool->options.jobs; i++) {
		struct worker *worker = &pool->workers[i];
		if (worker->socket >= 0)
			(void)shutdown(worker->socket,
			               SHUT_RDWR); /* an idle worker ends by itself */
		worker_stop(worker, NULL);
		for (size_t b = 0; b < worker->batch_count; b++)
			destroy_batch(pool, worker->batches[b]);
	}
	destroy_batch(pool, pool->filling);
	for (struct batch *next, *batch = pool->waiting; batch; batch = next) {
		next = batch->next;
		destroy_batch(pool, batch);
	}
	free(pool);
}
