/* SPDX-License-Identifier: Apache-2.0 */
/* The way of one file of the target: read it in windows, pass over it, then see what it is. */
#define _GNU_SOURCE /* SEEK_DATA */
#include "inspect/object.h"

#include "policy/pack.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum {
	BREATH = 24 << 20, /* bytes between two rounds of letting pages go */
};

/* Of addresses for what is unpacked: no file on ext4 is larger, and a process has eight times that.
 */
#define ROOM_MOST ((uint64_t)16 << 40)

uint64_t monotonic_ns(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static _Noreturn void out_of_memory(void)
{
	_exit(WORKER_OUT_OF_MEMORY);
}

/* The digest's digits will do: all that counts is that it differs. */
static uint64_t seed_of(const struct pack *pack)
{
	struct bytes digest = bytes_of(pack ? pack_digest(pack) : "");
	uint64_t seed = 0;
	for (size_t i = 0; i < digest.len; i++)
		seed = seed * 31 + digest.ptr[i];
	return seed;
}

uint64_t inspector_room(const struct limits *limits)
{
	return limits->bytes < ROOM_MOST ? limits->bytes + LIMIT_SPOOL_KEPT : ROOM_MOST;
}

struct inspector *inspector_create(const struct inspect_options *options)
{
	struct inspector *inspector = calloc(1, sizeof *inspector);
	if (!inspector)
		return NULL;
	inspector->options = *options;
	inspector->arena = (struct arena){.limit = LIMIT_ARENA, .exhausted = out_of_memory};
	searcher_init(&inspector->searcher, options->matcher, &inspector->arena,
	              seed_of(options->pack));
	inspector->searcher.seen = calloc(options->mark_count + 1, sizeof(uint32_t));
	inspector->searcher.mark_count = options->mark_count;
	inspector->window = malloc(OBJECT_WHOLE_MOST + matcher_overlap(options->matcher));
	buffer_init(&inspector->out, WIRE_MESSAGE_MAX);
	buffer_init(&inspector->frame, WIRE_MESSAGE_MAX);
	uint64_t room = inspector_room(&options->settings.limits);
	if (!inspector->searcher.seen || !inspector->window ||
	    !spill_open(&inspector->spill, options->spill_fd, room)) {
		inspector_destroy(inspector);
		return NULL;
	}
	return inspector;
}

void inspector_destroy(struct inspector *inspector)
{
	if (!inspector)
		return;
	if (inspector->spill.map)
		(void)munmap(inspector->spill.map, inspector->spill.size);
	free(inspector->searcher.seen);
	free(inspector->window);
	buffer_finish(&inspector->out);
	buffer_finish(&inspector->frame);
	arena_release(&inspector->arena);
	free(inspector);
}

bool within_limits(struct inspector *inspector)
{
	const struct limits *limits = &inspector->options.settings.limits;
	if (inspector->over)
		return false;
	if (inspector->account.objects >= limits->objects)
		inspector->over = "over the limit of objects in one file";
	else if (inspector->unpacked >= limits->bytes)
		inspector->over = "over the limit of bytes unpacked out of one file";
	else if (monotonic_ns() - inspector->started_ns > (uint64_t)limits->seconds * 1000000000U)
		inspector->over = "over the limit of time for one file";
	return !inspector->over;
}

/* Pages of large mappings are given back from time to time: they stay in the system's cache, and
 * this process stays small. */
void breathe(void *context, uint64_t bytes)
{
	struct inspector *inspector = context;
	inspector->since_breath += bytes;
	if (inspector->since_breath < BREATH)
		return;
	inspector->since_breath = 0;
	inspector->options.teller.beat(inspector->options.teller.self);
	if (inspector->mapping.len > 0)
		(void)madvise((void *)(uintptr_t)inspector->mapping.ptr, inspector->mapping.len,
		              MADV_DONTNEED);
	spill_breathe(&inspector->spill, 0, inspector->spill.backed);
}

/* One read that is only short at the end of the file. -1 with errno. */
static ssize_t read_at(int fd, uint8_t *room, size_t len, uint64_t at)
{
	size_t done = 0;
	while (done < len) {
		ssize_t got = pread(fd, room + done, len - done, (off_t)(at + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

/* Where holes may lie in a file. A hole reads as zeros, which are plain bytes with nothing in them:
 * it is skipped. */
static bool has_holes(const struct object *object)
{
	off_t hole = lseek(object->fd, 0, SEEK_HOLE);
	return hole >= 0 && (uint64_t)hole < object->size;
}

/* Where data begins at or after `at`. */
static uint64_t skip_hole(const struct object *object, uint64_t at)
{
	off_t data = lseek(object->fd, (off_t)at, SEEK_DATA);
	if (data < 0)
		return errno == ENXIO
		               ? object->size
		               : at; /* no data to the end; or the question is not understood */
	return (uint64_t)data > at ? (uint64_t)data / PASS_BLOCK * PASS_BLOCK : at;
}

static void not_all_read(struct object *object, uint64_t from, const char *reason)
{
	object->gap_bytes[CLASS_UNREAD] = object->size - from;
	object->is_torn = true;
	tell_gap(object->inspector, object->member, object->size - from, CLASS_UNREAD, reason);
}

/* False when the time for the file is over: what was not passed over until then is a gap. */
static bool has_time(struct object *object, uint64_t at)
{
	if (within_limits(object->inspector))
		return true;
	not_all_read(object, at, object->inspector->over);
	return false;
}

/* Reads the next part to `place`, behind `overlap` bytes that were passed over before, and passes
 * over it. Returns how much that was; 0 when no more can be read, and a gap was given. */
static size_t pass_over_part(struct object *object, int fd, uint64_t at, uint8_t *place,
                             size_t overlap)
{
	size_t want = object->size - at < PASS_WINDOW ? (size_t)(object->size - at) : PASS_WINDOW;
	if (!has_time(object, at))
		return 0;
	ssize_t got = read_at(fd, place, want, at);
	if (got < 0) {
		not_all_read(object, at, "input/output error");
		return 0;
	}
	struct bytes window = {place - overlap, overlap + (size_t)got};
	pass_feed(&object->pass, window, overlap, at - overlap);
	breathe(object->inspector, (uint64_t)got);
	if ((size_t)got == want)
		return want;
	not_all_read(object, at + (uint64_t)got, "the file became shorter while it was read");
	return 0;
}

/* Files that the kernel or a server makes up say that they are empty, and are not. */
static void look_behind_the_end(struct object *object, int fd)
{
	ssize_t got = read_at(fd, object->inspector->window, 1, 0);
	if (got != 0)
		tell_gap(object->inspector, object->member, 0, CLASS_UNREAD,
		         got < 0 ? "input/output error"
		                 : "it has bytes, though its size says that it has none");
}

/* A file of moderate size is read part by part into one run of memory, which readers then get. */
static void pass_over_whole(struct object *object, int fd)
{
	uint8_t *room = object->inspector->window;
	size_t keep = matcher_overlap(object->inspector->searcher.matcher);
	for (size_t at = 0, part; at < object->size; at += part) {
		part = pass_over_part(object, fd, at, room + at, at < keep ? at : keep);
		if (part == 0)
			return;
	}
	object->body = (struct bytes){room, (size_t)object->size};
}

/* Readers ask for the head when all is passed over. */
static void keep_head(struct object *object, const uint8_t *bytes)
{
	uint8_t *head = arena_alloc(&object->inspector->arena, 1, SIGHT_HEAD_MIN);
	memcpy(head, bytes, SIGHT_HEAD_MIN);
	object->visit.sight.head = (struct bytes){head, SIGHT_HEAD_MIN};
}

/* Zeros behind the `overlap` bytes in hand: a mark of UTF-16 may end with the first of a hole. */
static void pass_into_hole(struct object *object, uint64_t at, uint8_t *room, size_t overlap)
{
	uint64_t left = object->size - at;
	size_t zeros = left < overlap ? (size_t)left : overlap;
	memset(room + overlap, 0, zeros);
	pass_feed(&object->pass, (struct bytes){room, overlap + zeros}, overlap, at - overlap);
}

/* A large file goes through a window, which stays in the processor's cache. Its readers map it:
 * docs/decisions/010-copied.md. */
static void pass_over_large(struct object *object)
{
	struct inspector *inspector = object->inspector;
	uint8_t *room = inspector->window;
	size_t keep = matcher_overlap(inspector->searcher.matcher), overlap = 0;
	bool holes = has_holes(object);
	for (uint64_t at = 0; at < object->size;) {
		uint64_t data =
			holes && at > 0 ? skip_hole(object, at) : at; /* the head is always read */
		if (data > at) {
			pass_into_hole(object, at, room, overlap);
			at = data;
			overlap = 0;
			continue;
		}
		size_t part = pass_over_part(object, object->fd, at, room + overlap, overlap);
		if (part == 0)
			return;
		if (at == 0)
			keep_head(object, room);
		at += part;
		size_t held = overlap + part; /* few, behind a hole */
		overlap = held < keep ? held : keep;
		memmove(room, room + held - overlap, overlap);
	}
}

/* A container that another worker passed over: what was found there is taken from it. */
static void know_container(struct object *object, const struct wire_atoms *atoms)
{
	object->visit.share = object->inspector->share; /* names are stated by the first */
	object->pass.atoms = atoms->found;
	memcpy(object->pass.atom_at, atoms->at, sizeof object->pass.atom_at);
	memcpy(object->pass.atom_until, atoms->until, sizeof object->pass.atom_until);
	(void)object_body(object);
}

void inspect_file(struct inspector *inspector, const struct wire_job *job, int fd)
{
	struct object object;
	struct arena_mark memory = arena_here(&inspector->arena);
	inspector->serial = job->serial;
	inspector->share = job->share;
	inspector->shares = job->shares;
	inspector->account = (struct account){0};
	inspector->unpacked = 0;
	inspector->started_ns = monotonic_ns();
	inspector->over = NULL;
	inspector->dropped_objects = inspector->dropped_bytes = 0;
	inspector->gaps_told = 0;
	inspector->gaps_left = inspector->gaps_left_bytes = 0;

	object_init(&object, inspector, NULL, (struct bytes){0});
	object.size = job->size;
	object.fd = fd;
	if (job->share > 0)
		know_container(&object, &job->atoms);
	else if (job->size == 0)
		look_behind_the_end(&object, fd);
	else if (job->size <= OBJECT_WHOLE_MOST)
		pass_over_whole(&object, fd);
	else
		pass_over_large(&object);
	object_state_names(&object, job->path);
	if (job->share > 0)
		object_finish_share(&object);
	else
		object_finish(&object);
	tell_done(&object);

	if (inspector->mapping.len > 0)
		(void)munmap((void *)(uintptr_t)inspector->mapping.ptr, inspector->mapping.len);
	inspector->mapping = (struct bytes){0};
	spill_empty(&inspector->spill);
	arena_rewind(&inspector->arena, memory);
}
