/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader knows one format. It turns the bytes of one object into facts and child objects. It
 * opens nothing, waits for nothing, and keeps no state between objects.
 *
 * To add the format "foo": write reader/foo.c, add READER(foo) to reader/readers.def, put samples
 * in corpus/foo/. The build does the rest; docs/adding-a-reader.md walks through it.
 */
#ifndef CORE_READER_H
#define CORE_READER_H

#include "core/account.h"
#include "core/fact.h"

struct visit;
struct spool;

enum atom {
#define ATOM(name, bytes) ATOM_##name,
#include "core/atoms.def"
#undef ATOM
	ATOM_COUNT
};

/* What is known of an object before it is read. Borrowed; lives as long as the visit. */
struct sight {
	struct bytes
		head;  /* its first bytes: all of a small object, else at least SIGHT_HEAD_MIN */
	uint64_t size; /* bytes in all */
	struct bytes name; /* last component of `path`; may be empty, may be any bytes */
	struct bytes path; /* inside the target, '/' between folders, "!/" before members */
	uint32_t atoms;    /* bit 1 << ATOM_x for each atom found anywhere in the object */
	uint64_t atom_at[ATOM_COUNT];    /* where each of them stands first */
	uint64_t atom_until[ATOM_COUNT]; /* none ends behind this */
	bool is_text;                    /* the sampled bytes are text (UTF-8, ASCII or UTF-16) */
	bool at_last; /* all other readers are done: those are asked that are asked last */
	const struct span *random; /* for readers that are asked last: stretches that look random
	                              and that nobody spoke for, in order */
	size_t random_count;
};

/* UFS2 has its magic 67 KiB from the beginning. */
enum { SIGHT_HEAD_MIN = 68 * 1024 };

enum read_result {
	READ_WHOLE,   /* everything the format holds was looked at */
	READ_PARTLY,  /* damaged, encrypted or over a limit: facts so far stand, and a gap was given
	               */
	READ_NOT_MINE /* recognised by mistake; must not have given a fact or a child */
};

struct reader {
	const char *name;
	struct bytes magic; /* found at magic_offset; empty: ask `recognise` alone */
	uint64_t magic_offset;
	bool (*recognise)(
		const struct sight *sight); /* asked after the magic; NULL: the magic is enough */
	enum read_result (*read)(struct visit *visit, struct bytes body);
	enum byte_class understood; /* what READ_WHOLE makes of the object's bytes: CLASS_READ,
	                               _SEARCHED or _INERT */
	bool quotes; /* what it names is quoted (debar's own packs and cases): raw bytes in it are
	                mentions */
	bool container; /* its children are members: it stays closed at the depth limit */
	bool stream;    /* its child is what the object itself is, packed or encoded: it has the
	                   object's place among other files */
	bool last;      /* it is asked when all others are done, of what is no container or inert,
	                   and told what still looks random */
	bool shared;    /* it asks visit_takes() before each member: several workers may go through
	                   one large container */
};

/* What an object is called and looks like. */
const struct sight *visit_sight(const struct visit *visit);

/* States one fact. `value` is raw: it is normalised by its kind here and nowhere else; an empty
 * value is dropped. `span` must lie in the object. */
void visit_fact(struct visit *visit, enum fact_kind kind, struct bytes value, struct span span);

/* A member that needs no unpacking. `body` lies in the object (and is not all of it: that is a gap)
 * or in memory from visit_alloc(). The child is visited before this returns. Names may be any
 * bytes; an empty one becomes its number. */
void visit_child(struct visit *visit, struct bytes name, struct bytes body);

/* A member that exists but cannot be opened (encrypted, unknown method): `size` bytes in `class`,
 * which is CLASS_OPAQUE or CLASS_UNREAD. It is counted as an object of its own. `reason` is a
 * constant string. */
void visit_closed(struct visit *visit, struct bytes name, uint64_t size, enum byte_class class,
                  const char *reason);

/* Part of this object that could not be looked into. A span of length 0 reaches from the offset to
 * the end. `class` is CLASS_OPAQUE or CLASS_UNREAD; `reason` is a constant string. Spans given by
 * one reader must not overlap. */
void visit_gap(struct visit *visit, struct span span, enum byte_class class, const char *reason);

/* Zeroed memory of this visit; never NULL (a worker that runs out ends, and the object becomes a
 * gap). */
void *visit_alloc(struct visit *visit, size_t count, size_t size);

/* A member that must be unpacked. Write its bytes in order, then end it: with NULL when it is
 * whole, else with the reason why the rest is missing (a constant string; the child is visited all
 * the same and the gap recorded). `expected` is the declared size or 0: a hint that reserves room,
 * never believed. */
struct spool *visit_spool(struct visit *visit, struct bytes name, uint64_t expected);

/* False when a limit is reached: stop, and call spool_end() (the limit is recorded by itself). */
bool spool_write(struct spool *spool, struct bytes data);

/* Room for `len` bytes to be written in place, or NULL when that much cannot be had at once: write
 * in pieces then. After filling it, call spool_filled() with how much was really written. */
uint8_t *spool_room(struct spool *spool, size_t len);
bool spool_filled(struct spool *spool, size_t len);

void spool_end(struct spool *spool, const char *why_incomplete);

/* A large container is shared out: several workers go through it, each looks at its share of the
 * members. True when the member at `place` (an offset in the object, its own) is this worker's.
 * What is handed over and which gaps are told until the next call belong to that member, and when
 * it is another worker's they are dropped: pass it by without unpacking it. VISIT_REST, which is
 * also where a reader begins, stands for what is no member. Facts are stated either way, and
 * everything that decides where the next member begins is done either way. */
#define VISIT_REST UINT64_MAX
bool visit_takes(struct visit *visit, uint64_t place);

/* So many bytes were gone over, or unpacked, besides what was handed over: shows that the reader
 * moves, and lets pages of the object go. At least every 16 MiB. False when a limit is reached:
 * stop (the limit is recorded by itself). */
bool visit_passed(struct visit *visit, uint64_t bytes);

/* `packed`, a slice of the object, is what a child was unpacked from, or what the format tells to
 * be no more than numbers: it is seen into, and so not opaque here. Readers of containers need not
 * say so. */
void visit_unpacked(struct visit *visit, struct bytes packed);

/* A certificate (DER) that the target's owner trusts: number `index` of those whose subject has
 * this hash (X509_NAME_hash_ex() of OpenSSL); empty past the last. Borrowed for as long as the
 * worker lives. */
struct bytes visit_anchor(const struct visit *visit, uint32_t subject, size_t index);

const struct reader *reader_named(const char *name);

/* The reader after `previous` (NULL to begin) that recognises the object. All of them run. */
const struct reader *reader_next(const struct reader *previous, const struct sight *sight);

/* The readers in the order of the list; NULL past the last. */
const struct reader *reader_at(size_t index);

#endif
