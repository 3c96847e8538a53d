/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The workers: started in their jails, given files in batches, distrusted. What they say comes out
 * through callbacks, each file's facts and gaps together and once, unless there are very many. A
 * worker that crashes, hangs, floods or lies is killed and replaced; the file it had in hand is
 * tried once more alone, and then becomes a gap with the reason.
 */
#ifndef SCAN_POOL_H
#define SCAN_POOL_H

#include "core/error.h"
#include "wire/wire.h"

#include <signal.h>

struct pool;

/* A file handed in, as the callbacks see it. */
struct pool_file {
	size_t target;
	struct bytes path;
	uint64_t size;
	uint64_t identity[2]; /* the caller's own word for it, not looked at here */
	uint64_t said;        /* bytes of frames that workers sent about it, in all attempts */
	bool suspect;         /* a worker died or lied while it had the file */
	bool in_parts;        /* too much was said of it to be handed out at once */
};

struct pool_events {
	void *self;
	void (*fact)(void *self, const struct pool_file *file, const struct wire_fact *fact);
	void (*gap)(void *self, const struct pool_file *file, const struct wire_gap *gap);
	/* The file is finished with. `lost`: no worker could, and a gap was given; its names were
	 * not looked at. */
	void (*done)(void *self, const struct pool_file *file, const struct account *account,
	             bool lost);
};

struct pool_options {
	unsigned jobs;
	const char *worker_path;
	int pack_fd;
	bool unsafe_no_sandbox;
	uint64_t bytes_per_share; /* of a large container that several workers go through; 0: none
	                             is */
	size_t mark_count;
	struct wire_settings settings;
	struct pool_events events;
	const volatile sig_atomic_t *cancelled; /* once it is not 0, nothing is waited for */
};

/* Starts the workers. Fails closed: DEBAR_DENIED when a worker cannot build its jail. */
enum debar_status pool_create(const struct pool_options *options, struct pool **out,
                              struct debar_error *error);

/* Kills what still runs. NULL is fine. */
void pool_destroy(struct pool *pool);

/* Takes over `fd`. May wait for a worker to become free. */
enum debar_status pool_submit(struct pool *pool, const struct pool_file *file, int fd,
                              struct debar_error *error);

/* Handles what workers have said, waiting at most `milliseconds`. DEBAR_CANCELLED, here and
 * wherever it is waited for a worker: the scan is. */
enum debar_status pool_poll(struct pool *pool, int milliseconds, struct debar_error *error);

/* Sends what is left of a half-filled batch. */
enum debar_status pool_flush(struct pool *pool, struct debar_error *error);

/* True when no file is with a worker or waiting for one. */
bool pool_is_idle(const struct pool *pool);

/* Which code the workers run: `digest` is empty while none has greeted or when that is not known,
 * `mixed` when not all run the same. */
struct pool_build {
	bool greeted, mixed;
	struct bytes digest;
};
struct pool_build pool_build(const struct pool *pool);

/* How often a worker had to be replaced. */
uint64_t pool_replacements(const struct pool *pool);

#endif
