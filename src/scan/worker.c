/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memfd_create, O_TMPFILE */
#include "scan/worker.h"

#include "jail/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	STILL_SECONDS = 20, /* no beat for so long: nothing it does takes a second between two */
	SEND_TRIES = 200,   /* when the system is short of something, 10 ms apart */
};

static const uint64_t SECOND = 1000000000U; /* in nanoseconds */

/* Where unpacked members go: a file without a name on disk, so that large ones cost no memory;
 * memory if there is no such place. */
static int open_spill(void)
{
	const char *wanted = getenv("TMPDIR");
	const char *const places[] = {wanted && *wanted ? wanted : "/var/tmp", "/var/tmp", "/tmp"};
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		int fd = open(places[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		if (fd >= 0)
			return fd;
	}
	return memfd_create("debar-spill", MFD_CLOEXEC);
}

/* The worker has it, too, and must not take the ground from under us. */
static struct wire_pulse *map_pulse(int fd)
{
	if (ftruncate(fd, sizeof(struct wire_pulse)) != 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
		return NULL;
	void *map =
		mmap(NULL, sizeof(struct wire_pulse), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return map == MAP_FAILED ? NULL : map;
}

static bool send_settings(struct worker *worker, const struct wire_settings *settings)
{
	struct buffer message;
	buffer_init(&message, 256);
	wire_put_settings(&message, settings);
	bool sent = buffer_ok(&message) &&
	            wire_send(worker->socket, buffer_bytes(&message), NULL, 0, 0);
	buffer_finish(&message);
	return sent;
}

enum debar_status worker_start(struct worker *worker, const struct pool_options *options,
                               struct debar_error *error)
{
	enum debar_status status = DEBAR_OK;
	int pair[2] = {-1, -1}, pulse = -1, spill = -1;
	const char *mode = options->unsafe_no_sandbox ? "--unsafe-no-sandbox" : "--jailed";
	const char *const arguments[] = {"debar-worker", mode, NULL};
	*worker = (struct worker){.socket = -1};
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0 ||
	    (pulse = memfd_create("debar-pulse", MFD_CLOEXEC | MFD_ALLOW_SEALING)) < 0 ||
	    (spill = open_spill()) < 0 || !(worker->pulse = map_pulse(pulse))) {
		status = error_system(error, "cannot prepare a worker");
		goto out;
	}
	int room = 1 << 20; /* several messages: a worker seldom waits for its host */
	(void)setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	(void)setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	/* One that never takes a message must not keep its host waiting for good. */
	struct timeval patience = {.tv_sec = STILL_SECONDS};
	(void)setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	const int descriptors[] = {pair[1], options->pack_fd, pulse, spill};
	pid_t child = jail_spawn(options->worker_path, arguments, descriptors, 4);
	if (child < 0) {
		status = error_system(error, "cannot start %s", options->worker_path);
		goto out;
	}
	worker->pid = child;
	worker->socket = pair[0];
	pair[0] = -1;
	if (!send_settings(worker, &options->settings))
		status = error_set(error, DEBAR_IO, 0, "cannot start %s", options->worker_path);
out:
	for (size_t i = 0; i < 2; i++)
		if (pair[i] >= 0)
			(void)close(pair[i]);
	if (pulse >= 0)
		(void)close(pulse);
	if (spill >= 0)
		(void)close(spill);
	return status;
}

static void say_why(int status, char why[LIMIT_REASON])
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS)
		(void)snprintf(why, LIMIT_REASON, "%s",
		               "the file became shorter or could not be read while it was mapped");
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		(void)snprintf(why, LIMIT_REASON, "reader tried what its jail forbids");
	else if (WIFSIGNALED(status))
		(void)snprintf(why, LIMIT_REASON, "reader crashed (signal %d)", WTERMSIG(status));
	else if (WIFEXITED(status) && WEXITSTATUS(status) == 90)
		(void)snprintf(why, LIMIT_REASON, "reader ran out of memory");
	else
		(void)snprintf(why, LIMIT_REASON, "reader ended by itself (status %d)",
		               WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

/* A child that somebody else took note of has ended, too: its number may be another process's. */
static bool has_ended(pid_t pid, int *status)
{
	pid_t ended;
	do
		ended = waitpid(pid, status, WNOHANG);
	while (ended < 0 && errno == EINTR);
	return ended == pid || (ended < 0 && errno == ECHILD);
}

void worker_stop(struct worker *worker, char why[LIMIT_REASON])
{
	int status = 0;
	if (worker->pid > 0) {
		bool ended = has_ended(worker->pid, &status);
		if (!ended && why) {
			struct timespec moment = {
				.tv_nsec = 20 * 1000L * 1000}; /* a dying one gets to say how */
			(void)nanosleep(&moment, NULL);
			ended = has_ended(worker->pid, &status);
		}
		if (!ended) {
			(void)kill(worker->pid, SIGKILL);
			while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
				;
		}
		if (why)
			say_why(status, why);
	}
	if (worker->socket >= 0)
		(void)close(worker->socket);
	if (worker->pulse)
		(void)munmap(worker->pulse, sizeof *worker->pulse);
	worker->pid = 0;
	worker->socket = -1;
	worker->pulse = NULL;
	worker->greeted = false;
}

/* Descriptors on their way are limited for each user, and buffers for all: both soon come back. */
static bool send_patiently(int socket, struct bytes message, const int *descriptors, size_t count)
{
	struct timespec moment = {.tv_nsec = 10 * 1000L * 1000};
	bool sent = wire_send(socket, message, descriptors, count, 0);
	for (size_t tries = 0; !sent && tries < SEND_TRIES; tries++) {
		if (errno != ETOOMANYREFS && errno != ENOBUFS && errno != ENOMEM)
			break;
		(void)nanosleep(&moment, NULL);
		sent = wire_send(socket, message, descriptors, count, 0);
	}
	return sent;
}

bool worker_send_batch(struct worker *worker, struct batch *batch)
{
	struct buffer message;
	int descriptors[WIRE_BATCH];
	size_t count = 0;
	buffer_init(&message, WIRE_MESSAGE_MAX);
	for (size_t i = 0; i < batch->count; i++) {
		const struct item *item = &batch->items[i];
		struct wire_job job = {.serial = item->serial,
		                       .size = item->file.size,
		                       .path = item->file.path,
		                       .share = item->share,
		                       .shares = item->shares};
		if (item->share > 0)
			job.atoms = *shared_atoms(item->shared);
		if (job.path.len > LIMIT_PATH) /* its end says more than its beginning */
			job.path = bytes_from(job.path, job.path.len - LIMIT_PATH);
		wire_put_job(&message, &job);
		descriptors[count++] = item->fd;
	}
	bool sent = buffer_ok(&message) &&
	            send_patiently(worker->socket, buffer_bytes(&message), descriptors, count);
	int code = errno;
	buffer_finish(&message);
	errno = code;
	worker->batches[worker->batch_count++] = batch;
	return sent;
}

/* Each of its files begins once: a pulse that wanders about gains no time. */
static bool begins(struct worker *worker, uint32_t serial)
{
	struct item *item = worker_item(worker, serial);
	bool first = item && !item->begun;
	if (first)
		item->begun = true;
	return first;
}

const char *worker_overdue(const struct worker *worker, uint64_t now_ns, uint32_t seconds_per_file)
{
	uint64_t most = ((uint64_t)seconds_per_file + STILL_SECONDS) * SECOND;
	bool over =
		worker->batch_count > 0 && worker->begun_ns > 0 && now_ns - worker->begun_ns > most;
	return over ? "over the limit of time for one file" : NULL;
}

const char *worker_stuck(struct worker *worker, uint64_t now_ns, uint32_t seconds_per_file)
{
	if (worker->batch_count == 0 || worker->moved_ns == 0 ||
	    worker->last_beats != worker->pulse->beats) {
		worker->last_beats = worker->pulse->beats;
		worker->moved_ns = now_ns;
	}
	uint32_t serial = worker->pulse->serial;
	if (worker->batch_count == 0 || worker->begun_ns == 0 ||
	    (worker->last_serial != serial && begins(worker, serial)))
		worker->begun_ns = now_ns;
	worker->last_serial = serial;
	if (now_ns - worker->moved_ns > STILL_SECONDS * SECOND)
		return "reader hung";
	return worker_overdue(worker, now_ns, seconds_per_file);
}

void worker_forgive(struct worker *worker, uint64_t nanoseconds)
{
	if (worker->moved_ns > 0)
		worker->moved_ns += nanoseconds;
	if (worker->begun_ns > 0)
		worker->begun_ns += nanoseconds;
}

struct item *worker_item(struct worker *worker, uint32_t serial)
{
	for (size_t b = 0; b < worker->batch_count; b++)
		for (size_t i = 0; i < worker->batches[b]->count; i++)
			if (worker->batches[b]->items[i].serial == serial &&
			    worker->batches[b]->items[i].open)
				return &worker->batches[b]->items[i];
	return NULL;
}

struct item *worker_current(struct worker *worker)
{
	struct item *item = worker->pulse ? worker_item(worker, worker->pulse->serial) : NULL;
	for (size_t b = 0; b < worker->batch_count && !item; b++)
		for (size_t i = 0; i < worker->batches[b]->count && !item; i++)
			if (worker->batches[b]->items[i].open)
				item = &worker->batches[b]->items[i];
	return item;
}
