/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the inspector: the object in hand and what its parts share. Nobody outside this folder
 * includes it. */
#ifndef INSPECT_OBJECT_H
#define INSPECT_OBJECT_H

#include "core/visit.h"
#include "inspect/inspect.h"
#include "inspect/pass.h"
#include "inspect/spill.h"

/* A fact kept until its object is done: only then are its digest and its signature known. */
struct kept_fact {
	struct kept_fact *next;
	struct fact fact;
	struct bytes proof;
	uint32_t *marks;
	size_t mark_count;
	bool if_partly; /* it counts only when another worker could not read a member */
};

struct object {
	struct visit visit; /* first: readers hand it back */
	struct inspector *inspector;
	struct object *parent;
	struct bytes member; /* "" for the file itself, else "!/a!/b" */
	struct bytes body;   /* empty as long as it is not mapped */
	int fd;              /* the file, to be mapped when a reader asks; -1 for members */
	uint64_t size;
	unsigned depth;
	struct pass pass;
	struct kept_fact *matched, **matched_end, *context, **context_end;
	size_t kept;
	bool shows_more; /* than LIMIT_FACTS_PER_OBJECT */
	bool identified; /* a mark of another kind than raw bytes has matched */
	uint64_t gap_bytes[CLASS_COUNT];
	bool is_torn;   /* not all of its bytes could be had: they are not touched again */
	bool is_closed; /* a container that the depth limit leaves alone */
	bool read_whole, read_partly, is_container;
	bool quotes;       /* reference data by a reader's word, or a text */
	bool in_container; /* the reader at work is one of containers */
	bool in_stream;    /* and it is one whose child stands in the object's place */
	bool is_shared;    /* other workers look at some of its members */
	enum byte_class understood;
	struct pass_run
		*seen; /* stretches that children see into or gaps tell of: answered for there */
	size_t seen_count;
	struct spool_state *spool; /* the one open */
};

struct inspector {
	struct inspect_options options;
	struct arena arena;
	struct normal_scratch scratch;
	struct searcher searcher;
	struct spill spill;
	uint8_t *window; /* room for a file of moderate size, or a window and the overlap */
	struct buffer out, frame;
	/* The file in hand. */
	uint32_t serial, share, shares;
	struct account account;
	uint64_t unpacked, started_ns;
	const char *over; /* the limit that was hit */
	uint64_t dropped_objects, dropped_bytes;
	size_t gaps_told;
	uint64_t gaps_left, gaps_left_bytes; /* beyond LIMIT_GAPS_PER_FILE */
	uint64_t since_breath;
	struct bytes mapping; /* the file's, when it is mapped */
};

enum { OBJECT_WHOLE_MOST = 512 << 10 }; /* bytes of a file that is read into one run of memory */

/* object.c: everything that happens to one object once its bytes have been passed over. */
void object_init(struct object *object, struct inspector *inspector, struct object *parent,
                 struct bytes member);
void object_finish(struct object *object);
/* The same for a container of which this worker has a share other than the first: only the members
 * count. */
void object_finish_share(struct object *object);
/* Its bytes as one run; a large file is mapped at the first call. Empty when it cannot be. A file
 * that is cut short meanwhile ends this process with SIGBUS, which the host makes a gap of. */
struct bytes object_body(struct object *object);
void object_state_names(struct object *object, struct bytes path);
/* `part` of the object became a child, or what a child was unpacked from. */
void object_see(struct object *object, struct bytes part);
/* The same for a stretch that a child or a gap answers for. */
void object_answered(struct object *object, uint64_t at, uint64_t len);
void object_keep_fact(struct object *object, const struct fact *fact);

/* members.c: children, closed members and spools; the sink that readers talk to. */
extern const struct visit_sink inspect_sink;

/* tell.c: frames. */
void tell_fact(struct object *object, const struct kept_fact *fact, struct bytes sha256);
void tell_gap(struct inspector *inspector, struct bytes member, uint64_t bytes,
              enum byte_class class, const char *reason);
/* Of `object`, the file. */
void tell_share(const struct object *object);
void tell_done(const struct object *object);

/* True as long as no limit of the file is reached; the first one that is stays in `over`. */
/* Exit codes by which the host tells why a worker ended of itself. */
enum { WORKER_OUT_OF_MEMORY = 90, WORKER_NO_JAIL = 91, WORKER_BAD_START = 92 };

bool within_limits(struct inspector *inspector);
void breathe(void *context, uint64_t bytes);
uint64_t monotonic_ns(void);

#endif
