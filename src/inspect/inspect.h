/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inspector: what a worker does with a file. Every object is searched for all marks,
 * recognised, read by each reader that claims it, accounted for, and its children are visited the
 * same way, depth first. What a mark asks for, each gap, and one account per file go out through
 * the teller.
 */
#ifndef INSPECT_INSPECT_H
#define INSPECT_INSPECT_H

#include "core/reader.h"
#include "wire/wire.h"

struct inspector;
struct matcher;
struct pack;

/* Where frames go. Called with whole messages of at most WIRE_MESSAGE_MAX; may end the process. */
struct teller {
	void *self;
	void (*send)(void *self, struct bytes message);
	void (*beat)(void *self); /* it moves: called at least once per object and per megabyte */
};

struct inspect_options {
	struct matcher *matcher;
	const struct pack *pack; /* for its roots; may be NULL */
	size_t mark_count;
	int spill_fd; /* an empty file without a name, for what is unpacked */
	struct wire_settings settings;
	struct teller teller;
};

/* Bytes that the file for what is unpacked may come to under these limits. */
uint64_t inspector_room(const struct limits *limits);

/* NULL with errno when memory or the spill file cannot be had. */
struct inspector *inspector_create(const struct inspect_options *options);
void inspector_destroy(struct inspector *inspector);

/* Looks at one file through `fd`, which stays the caller's, and everything inside it. Ends with a
 * DONE frame. */
void inspect_file(struct inspector *inspector, const struct wire_job *job, int fd);

/* Sends what has not been sent. */
void inspector_flush(struct inspector *inspector);

#endif
