/* SPDX-License-Identifier: Apache-2.0 */
/* A worker that has been taken over: what it does to a file is in the file's name. Stands in for
 * debar-worker. */
#define _GNU_SOURCE
#include "wire/wire.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifndef SPEAKS /* the version it says it is of */
#define SPEAKS WIRE_VERSION
#endif
#ifndef JAILED /* and whether it says that it is in its jail */
#define JAILED true
#endif

enum { FD_SOCKET = 3, FD_PACK = 4, FD_PULSE = 5 };

static struct wire_pulse *pulse;

static void send_all(struct buffer *out)
{
	if (!wire_send(FD_SOCKET, buffer_bytes(out), NULL, 0, 0))
		_exit(0);
	buffer_clear(out);
}

static struct wire_done honest(const struct wire_job *job)
{
	struct wire_done done = {.serial = job->serial, .account = {.objects = 1}};
	done.account.bytes[CLASS_SEARCHED] = job->size;
	return done;
}

static struct wire_fact some_fact(const struct wire_job *job)
{
	return (struct wire_fact){.serial = job->serial,
	                          .object_size = 10,
	                          .kind = FACT_PE_COMPANY,
	                          .value = BYTES("x")};
}

static bool is_named(const struct wire_job *job, const char *name)
{
	return bytes_end_with(job->path, bytes_of(name));
}

static void flood(struct buffer *out, const struct wire_job *job)
{
	struct wire_fact fact = some_fact(job);
	for (;;) {
		while (out->len < WIRE_MESSAGE_MAX / 2)
			wire_put_fact(out, &fact);
		send_all(out);
	}
}

/* The same, but never much at once: however fast the machine, its time is over before it is a
 * flood. */
static _Noreturn void chatter(struct buffer *out, const struct wire_job *job)
{
	const struct timespec moment = {.tv_nsec = 100 * 1000};
	struct wire_fact fact = some_fact(job);
	for (;;) {
		wire_put_fact(out, &fact);
		send_all(out);
		(void)nanosleep(&moment, NULL);
	}
}

/* Changes what it was given to read, or to share with its host. True when it could. */
static bool scribble(const struct wire_job *job, int fd)
{
	bool may = bytes_equal(job->path, BYTES("-")) || is_named(job, "scribble");
	return may &&
	       (ftruncate(FD_PULSE, 0) == 0 || pwrite(FD_PACK, "x", 1, 0) == 1 ||
	        ftruncate(FD_PACK, 0) == 0 || pwrite(fd, "x", 1, 0) == 1 || ftruncate(fd, 0) == 0);
}

/* Greets anew: for ever, or with a problem that would end the scan. */
static void greet(struct buffer *out, const struct wire_job *job)
{
	struct wire_hello hello = {WIRE_VERSION, true, {0}, {0}};
	if (is_named(job, "greet-problem"))
		hello.problem = BYTES("it is no fun");
	do {
		wire_put_hello(out, &hello);
		send_all(out);
	} while (is_named(job, "greet-flood"));
}

/* Is busy for ever, now with this file and now with that. */
static _Noreturn void dither(uint32_t serial)
{
	struct timespec moment = {.tv_nsec = 1000L * 1000};
	for (uint32_t turn = 0;; turn++) {
		pulse->serial = serial + turn % 2;
		pulse->beats++;
		(void)nanosleep(&moment, NULL);
	}
}

/* Says that it is done with all other files, which it never took, batch by batch as they must have
 * been sent, until nobody can send any more. Files have serials one after the other. */
static _Noreturn void turn_deaf(struct buffer *out, const struct wire_job *job)
{
	struct timespec moment = {.tv_nsec = 20 * 1000L * 1000};
	struct wire_job next = {.serial = job->serial};
	for (;;) {
		do {
			struct wire_done done = honest(&next);
			if (next.serial != job->serial)
				wire_put_done(out, &done);
		} while (++next.serial % WIRE_BATCH != 0);
		send_all(out);
		pulse->serial = next.serial;
		pulse->beats++;
		(void)nanosleep(&moment, NULL);
	}
}

static void lie(struct buffer *out, const struct wire_job *job)
{
	struct wire_done done = honest(job);
	struct wire_fact fact = some_fact(job);
	if (is_named(job, "lie-serial"))
		done.serial += 100000;
	if (is_named(job, "lie-account"))
		done.account.bytes[CLASS_SEARCHED] = 0; /* "there was nothing in it" */
	if (is_named(job, "lie-unread")) {              /* and no gap that tells why */
		done.account.bytes[CLASS_SEARCHED] = 0;
		done.account.bytes[CLASS_UNREAD] = job->size;
	}
	if (is_named(job, "lie-opaque"))
		done.account.bytes[CLASS_OPAQUE] = 1;
	if (is_named(job, "lie-span"))
		fact.span.length = 1000;
	if (is_named(job, "lie-mark"))
		fact.marks[fact.mark_count++] = 0x7FFFFFFF;
	if (is_named(job, "lie-name")) /* a match that is none: the host matches again */
		fact.marks[fact.mark_count++] = 0;
	wire_put_fact(out, &fact);
	wire_put_done(out, &done);
	if (is_named(job, "lie-garbage")) {
		buffer_clear(out);
		buffer_put(out, BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"));
	}
	send_all(out);
}

/* A container that is shared out: of "share-tail" the other shares come to nothing, of "share-head"
 * the first; "share-atoms" is said to hold what lies behind its end; of "share-flood" it is said
 * for ever that it is shared. */
static void share_out(struct buffer *out, const struct wire_job *job)
{
	struct wire_share share = {.serial = job->serial};
	struct wire_done done = {.serial = job->serial};
	if (is_named(job, "share-atoms"))
		share.atoms.until[0] = job->size + 1;
	if (job->share == 0) {
		done = honest(job);
		done.account.bytes[CLASS_SEARCHED] = 0;
		done.account.bytes[CLASS_READ] = job->size;
		do {
			wire_put_share(out, &share);
			send_all(out);
		} while (is_named(job, "share-flood"));
	}
	if (is_named(job, "share-moved") && job->share > 0)
		done.moved = 1; /* and no gap */
	if (is_named(job, job->share == 0 ? "share-head" : "share-tail"))
		(void)raise(SIGSEGV);
	wire_put_done(out, &done);
	send_all(out);
}

/* Says much of each file, and is done with none before it has spoken of all. */
static void hoard(struct buffer *out, const struct wire_job *job)
{
	enum { MUCH = 6 << 20, LONG = 30000 };
	static uint8_t text[LONG];
	struct wire_fact fact = some_fact(job);
	memset(text, 'x', sizeof text);
	fact.value = (struct bytes){text, sizeof text};
	for (size_t said = 0; said < MUCH; said += sizeof text) {
		wire_put_fact(out, &fact);
		send_all(out);
	}
}

static void end_hoard(struct buffer *out, struct bytes jobs)
{
	struct wire_job job;
	while (wire_next_job(&jobs, &job)) {
		struct wire_done done = honest(&job);
		if (bytes_find(job.path, BYTES("/hoard-")) != SIZE_MAX)
			wire_put_done(out, &done);
	}
	if (out->len > 0)
		send_all(out);
}

static void misbehave(struct buffer *out, const struct wire_job *job)
{
	pulse->serial = job->serial;
	pulse->beats++;
	if (is_named(job, "crash"))
		(void)raise(SIGSEGV);
	if (is_named(job, "exit"))
		_exit(0);
	if (is_named(job, "hang"))
		for (;;)
			(void)pause();
	if (bytes_find(job->path, BYTES("/greet-")) != SIZE_MAX)
		greet(out, job);
	if (is_named(job, "/flood"))
		flood(out, job);
	if (is_named(job, "chatter"))
		chatter(out, job);
	if (is_named(job, "dither"))
		dither(job->serial);
	if (is_named(job, "deaf"))
		turn_deaf(out, job);
	if (is_named(job, "wrong-pulse")) {
		pulse->serial = 0xFFFFFFFF;
		(void)raise(SIGILL);
	}
	if (bytes_find(job->path, BYTES("/hoard-")) != SIZE_MAX)
		hoard(out, job);
	else if (bytes_find(job->path, BYTES("/share-")) != SIZE_MAX)
		share_out(out, job);
	else
		lie(out, job);
}

int main(void)
{
	static uint8_t room[WIRE_MESSAGE_MAX];
	int descriptors[WIRE_BATCH];
	size_t count;
	struct buffer out;
	buffer_init(&out, WIRE_MESSAGE_MAX);
	pulse = mmap(NULL, sizeof *pulse, PROT_READ | PROT_WRITE, MAP_SHARED, FD_PULSE, 0);
	(void)wire_receive(FD_SOCKET, room, sizeof room, NULL, NULL, 0);
	struct wire_hello hello = {SPEAKS, JAILED, {0}, {0}};
	wire_put_hello(&out, &hello);
	send_all(&out);
	long length;
	while ((length = wire_receive(FD_SOCKET, room, sizeof room, descriptors, &count, 0)) > 0) {
		struct bytes message = {room, (size_t)length};
		struct wire_job job;
		for (size_t i = 0; i < count && wire_next_job(&message, &job); i++) {
			if (scribble(&job, descriptors[i]))
				(void)raise(SIGSEGV);
			misbehave(&out, &job);
			(void)close(descriptors[i]);
		}
		end_hoard(&out, (struct bytes){room, (size_t)length});
	}
	return 0;
}
