/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames between the host and a worker, over a SOCK_SEQPACKET pair. Little-endian, no padding; a
 * message holds whole frames. The host's decoder distrusts every byte: a frame that breaks a rule
 * condemns the worker that sent it.
 *
 *   host to worker    SETTINGS once, then JOBS: a batch of files, their descriptors beside the
 *                     message (SCM_RIGHTS)
 *   worker to host    HELLO once, then FACT, GAP and DONE frames; one DONE closes each file of a
 *                     batch. SHARE in between: the file is a container, and others may go through
 *                     it for their shares of the members
 */
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H

#include "base/buffer.h"
#include "core/account.h"
#include "core/fact.h"
#include "core/limits.h"
#include "core/reader.h"

enum {
	WIRE_VERSION = 3,
	WIRE_MESSAGE_MAX = 128 * 1024, /* bytes; a path and a value fit several times over */
	WIRE_BATCH = 64,               /* files in a JOBS message */
	WIRE_MARKS_MAX = 64, /* marks that one fact may hit; more are dropped, they prove no more */
	WIRE_PROOF_MAX = 64, /* first bytes of a fact's span, to be shown */
	WIRE_BUILD = 32,     /* SHA-256 */
	WIRE_SHARES_MOST = 16, /* of one container: each goes through its headers anew */
};

enum wire_type {
	WIRE_SETTINGS = 1,
	WIRE_JOBS,
	WIRE_HELLO,
	WIRE_FACT,
	WIRE_GAP,
	WIRE_DONE,
	WIRE_SHARE
};

struct wire_settings {
	struct limits limits;
	bool all_facts;
};

/* What the first worker that went over a container knows of it, and the others need: see struct
 * sight. */
struct wire_atoms {
	uint32_t found;
	uint64_t at[ATOM_COUNT], until[ATOM_COUNT];
};

/* A file to look at. `path` is its path in the target. Should it be a container that can be shared
 * out, it has `shares` (1: it is not shared), of which this is number `share`; for all but the
 * first, `atoms` tells what stands in it. */
struct wire_job {
	uint32_t serial;
	uint64_t size;
	struct bytes path;
	uint8_t share, shares;
	struct wire_atoms atoms;
};

/* Flags of a fact. */
enum {
	/* Its object is a text, or reference data: to name something there is only to mention it.
	 */
	WIRE_OBJECT_QUOTES = 1,
	/* It counts only when not all of the members could be read: a container speaks through
	 * them. Of the first share of a container, where the other shares' success is not known. */
	WIRE_IF_PARTLY = 2,
};

struct wire_fact {
	uint32_t serial;
	struct bytes member; /* path below the file: "" for the file itself, else "!/a/b" */
	uint64_t object_size;
	struct bytes sha256; /* 32 bytes or none */
	uint8_t flags;
	enum fact_kind kind;
	struct span span;
	struct bytes value, proof;
	uint32_t marks[WIRE_MARKS_MAX];
	size_t mark_count;
};

struct wire_gap {
	uint32_t serial;
	struct bytes member;
	uint64_t bytes;
	enum byte_class class;
	struct bytes reason;
};

/* Of a share other than the first, the account is that of its members. `moved`: so many bytes of
 * the container itself, which the first share counts as read, could not be looked into. */
struct wire_done {
	uint32_t serial;
	struct account account;
	uint64_t moved;
	bool partly; /* of a share: some of its members could not be read */
};

struct wire_share {
	uint32_t serial;
	struct wire_atoms atoms;
};

struct wire_hello {
	uint32_t version;
	bool jailed;
	struct bytes problem; /* why there is no jail; empty when there is */
	struct bytes build;   /* digest of the code that runs there; empty when not known */
};

struct wire_frame {
	enum wire_type type;
	union {
		struct wire_fact fact;
		struct wire_gap gap;
		struct wire_done done;
		struct wire_hello hello;
		struct wire_share share;
	};
};

/* Encoders append one frame; the buffer's own state tells whether it fitted. */
void wire_put_settings(struct buffer *out, const struct wire_settings *settings);
void wire_put_job(struct buffer *out, const struct wire_job *job);
void wire_put_fact(struct buffer *out, const struct wire_fact *fact);
void wire_put_gap(struct buffer *out, const struct wire_gap *gap);
void wire_put_done(struct buffer *out, const struct wire_done *done);
void wire_put_hello(struct buffer *out, const struct wire_hello *hello);
void wire_put_share(struct buffer *out, const struct wire_share *share);

/* Takes the next frame off `*message` (slices borrow from it). False when the message is used up or
 * breaks a rule;
 * `*broken` tells which. Serials and mark indexes are the caller's to check against what it gave
 * out. */
bool wire_next_frame(struct bytes *message, struct wire_frame *out, bool *broken);

/* Whether they can be those of a file of so many bytes. */
bool wire_atoms_fit(const struct wire_atoms *atoms, uint64_t size);

/* The worker trusts its host, and checks all the same. */
bool wire_get_settings(struct bytes message, struct wire_settings *out);
bool wire_next_job(struct bytes *message, struct wire_job *out);

/* One message with `count` descriptors (at most WIRE_BATCH) beside it. False with errno; EAGAIN
 * when `flags` has MSG_DONTWAIT and there is no room. */
bool wire_send(int socket, struct bytes message, const int *descriptors, size_t count, int flags);

/* Receives one message into `room` and up to WIRE_BATCH descriptors. Returns its length; 0 when the
 * other side is gone; -1 with errno (EMSGSIZE for one that did not fit). Descriptors received
 * belong to the caller. */
long wire_receive(int socket, uint8_t *room, size_t size, int *descriptors, size_t *count,
                  int flags);

/* What a worker shows of itself in shared memory, so that the host knows where it was when it died.
 * Hints, not facts. */
struct wire_pulse {
	_Atomic uint32_t serial; /* the file in hand */
	_Atomic uint32_t beats;  /* changes as long as it moves */
};

#endif
