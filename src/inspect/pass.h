/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one pass over an object's bytes: search for all marks and atoms, and a look into each block
 * that tells text from binary and finds what is compressed or encrypted. Bytes are fed in order, in
 * windows that overlap.
 */
#ifndef INSPECT_PASS_H
#define INSPECT_PASS_H

#include "base/arena.h"
#include "core/reader.h"
#include "policy/match.h"

enum {
	PASS_WINDOW = 128 * 1024, /* stays in a second-level cache while it is searched */
	PASS_BLOCK = 4 * 1024,    /* text or binary, random or plain: told of each */
	PASS_RUNS_MAX = 4096,     /* stretches of random-looking blocks that are told apart */
	PASS_WEIGHTS = 64,
	PASS_STRAY = 8,       /* control characters in a few hundred bytes; logs have a stray one */
	PASS_HITS_MAX = 2048, /* different marks in one object; a list of all marks has no more */
};

struct pass_hit {
	uint32_t mark;
	uint32_t length;
	uint64_t offset;      /* in the object */
	const uint8_t *bytes; /* a copy: a large member is not kept */
};

/* A stretch of blocks that look random. */
struct pass_run {
	uint64_t at, len;
};

/* The state of one pass. */
struct pass {
	struct searcher *searcher;
	uint32_t generation;
	struct bytes window;
	uint64_t window_at; /* where the window in hand begins in the object */
	struct pass_hit *hits;
	size_t hit_count;
	uint32_t atoms;
	uint64_t atom_at[ATOM_COUNT], atom_until[ATOM_COUNT];
	bool head_is_text, saw_binary, utf16;
	struct pass_run *runs; /* in ascending order, apart from one another; the last takes what
	                          comes after PASS_RUNS_MAX */
	size_t run_count;
};

/* What passes share: one per worker. */
struct searcher {
	struct matcher *matcher;
	struct arena *arena;
	uint32_t generation;
	uint32_t *seen; /* per mark: the generation that met it last; owned by the searcher's
	                   creator */
	size_t mark_count;
	uint64_t seed;                /* of the places of samples */
	double weights[PASS_WEIGHTS]; /* n log2 n */
};

/* What is left is the caller's to fill in. */
void searcher_init(struct searcher *searcher, struct matcher *matcher, struct arena *arena,
                   uint64_t seed);

void pass_begin(struct pass *pass, struct searcher *searcher);

/* `window` begins with `overlap` bytes that were fed before. `at` is the offset of the window's
 * first byte. */
void pass_feed(struct pass *pass, struct bytes window, size_t overlap, uint64_t at);

/* All of `body` at once, in windows; `breathe` is called after each with the bytes done. */
void pass_whole(struct pass *pass, struct bytes body,
                void (*breathe)(void *context, uint64_t bytes), void *context);

bool pass_is_text(const struct pass *pass);

/* How many control characters that stand in no text: all but white space and escape. */
unsigned pass_controls(struct bytes text);

#endif
