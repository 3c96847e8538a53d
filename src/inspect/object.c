/* SPDX-License-Identifier: Apache-2.0 */
/* One object, once its bytes have been passed over: which readers claim it, which of its facts a
 * mark asks for, and which class each of its bytes is in. */
#include "inspect/object.h"

#include "core/normal.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { TOUCHED = 64 << 10 }; /* bytes that the system maps when a reader goes to a member's place */

void object_init(struct object *object, struct inspector *inspector, struct object *parent,
                 struct bytes member)
{
	*object = (struct object){
		.visit = {.arena = &inspector->arena,
	                  .scratch = &inspector->scratch,
	                  .sink = &inspect_sink},
		.inspector = inspector,
		.parent = parent,
		.member = member,
		.fd = -1,
		.depth = parent ? parent->depth + 1 : 0,
		.understood = CLASS_SEARCHED,
	};
	object->matched_end = &object->matched;
	object->context_end = &object->context;
	pass_begin(&object->pass, &inspector->searcher);
	inspector->options.teller.beat(inspector->options.teller.self);
	if (parent)
		breathe(inspector, TOUCHED);
}

struct bytes object_body(struct object *object)
{
	if (object->body.len == 0 && object->size > 0 && object->fd >= 0) {
		void *map = mmap(NULL, object->size, PROT_READ, MAP_PRIVATE, object->fd, 0);
		if (map != MAP_FAILED)
			object->body = object->inspector->mapping =
				(struct bytes){map, object->size};
	}
	return object->body;
}

static struct kept_fact *keep(struct object *object, const struct fact *fact, const uint32_t *marks,
                              size_t count)
{
	struct kept_fact *kept = visit_alloc(&object->visit, 1, sizeof *kept);
	uint8_t *value = visit_alloc(&object->visit, 1, fact->value.len);
	memcpy(value, fact->value.ptr, fact->value.len);
	kept->fact = *fact;
	kept->fact.value.ptr = value;
	kept->mark_count = count < WIRE_MARKS_MAX ? count : WIRE_MARKS_MAX;
	kept->marks = visit_alloc(&object->visit, kept->mark_count + 1, sizeof *kept->marks);
	if (kept->mark_count > 0)
		memcpy(kept->marks, marks, kept->mark_count * sizeof *marks);
	return kept;
}

static void keep_context(struct object *object, const struct fact *fact)
{
	size_t count = 0;
	for (struct kept_fact *known = object->context; known; known = known->next, count++)
		if (known->fact.kind == fact->kind && bytes_equal(known->fact.value, fact->value) &&
		    (fact->kind != FACT_SIGNER_CHAIN ||
		     known->fact.span.offset == fact->span.offset))
			return; /* the same version in every language of a resource */
	if (count == LIMIT_CONTEXT_PER_OBJECT)
		return;
	*object->context_end = keep(object, fact, NULL, 0);
	object->context_end = &(*object->context_end)->next;
}

/* A lock file names the versions of thousands: those count whose names have matched. */
static bool is_of_match(const struct object *object, const struct fact *fact)
{
	if (fact->kind != FACT_DEPENDENCY_VERSION)
		return true;
	for (const struct kept_fact *kept = object->matched; kept; kept = kept->next)
		if (fact_version_of(fact->value, kept->fact.value).len > 0)
			return true;
	return false;
}

/* An object shows the same marks a few times at most: the rest prove no more, and a jar has
 * thousands of classes. */
static bool is_repeated(const struct object *object, const uint32_t *marks, size_t count)
{
	size_t same = 0;
	for (const struct kept_fact *known = object->matched; known && same < LIMIT_REPEATS;
	     known = known->next)
		same += known->mark_count == count &&
		        memcmp(known->marks, marks, count * sizeof *marks) == 0;
	return same >= LIMIT_REPEATS;
}

static bool may_keep(struct object *object)
{
	bool may = object->kept < LIMIT_FACTS_PER_OBJECT;
	object->kept += may;
	object->shows_more |= !may;
	return may;
}

void object_keep_fact(struct object *object, const struct fact *fact)
{
	struct inspector *inspector = object->inspector;
	assert(fact->span.offset <= object->size &&
	       fact->span.length <= object->size - fact->span.offset);
	uint32_t marks[WIRE_MARKS_MAX];
	size_t count = 0;
	if (!matcher_ignores(inspector->searcher.matcher, fact->kind))
		count = matcher_fact(inspector->searcher.matcher, fact->kind, fact->value, marks,
		                     WIRE_MARKS_MAX);
	if (count == 0 && inspector->options.settings.all_facts) {
		struct kept_fact plain = {.fact = *fact};
		tell_fact(object, &plain, (struct bytes){0});
	} else if (count == 0 && fact_kind_is_context(fact->kind) && is_of_match(object, fact)) {
		keep_context(object, fact);
	}
	if (count == 0)
		return;
	object->identified = true;
	if (count > WIRE_MARKS_MAX)
		count = WIRE_MARKS_MAX;
	if (is_repeated(object, marks, count) || !may_keep(object))
		return;
	*object->matched_end = keep(object, fact, marks, count);
	object->matched_end = &(*object->matched_end)->next;
}

/* Where readers believe the object to be. What a stream holds is in the stream's folder, under its
 * own name: "dpkg/info/a.list.gz" holds "dpkg/info/a.list". */
static struct bytes place_of(const struct object *object, struct bytes path, struct bytes name)
{
	if (!object->parent)
		return path;
	if (!object->parent->in_stream)
		return object->member;
	const struct sight *stream = &object->parent->visit.sight;
	if (!bytes_end_with(stream->path, stream->name))
		return object->member; /* a path over the limit lost its end */
	size_t folder = stream->path.len - stream->name.len;
	uint8_t *place = arena_alloc(&object->inspector->arena, 1, folder + name.len + 1);
	if (folder > 0)
		memcpy(place, stream->path.ptr, folder);
	if (name.len > 0)
		memcpy(place + folder, name.ptr, name.len);
	return (struct bytes){place, folder + name.len};
}

void object_state_names(struct object *object, struct bytes path)
{
	struct bytes name = path;
	for (size_t i = path.len; i > 0; i--) {
		if (path.ptr[i - 1] != '/' && path.ptr[i - 1] != '\\')
			continue;
		name = bytes_from(path, i);
		if (name.len > 0)
			break;
	}
	object->visit.sight.name = name;
	object->visit.sight.path = place_of(object, path, name);
	visit_fact(&object->visit, FACT_FILE_NAME, name, (struct span){0, 0});
	visit_fact(&object->visit, FACT_FILE_PATH, path, (struct span){0, 0});
}

static enum read_result begin_reading(struct object *object, const struct reader *reader)
{
	const struct inspector *inspector = object->inspector;
	struct visit *visit = &object->visit;
	object->in_container = reader->container;
	object->in_stream = reader->stream;
	visit->shares = object->parent || !reader->shared ? 1 : inspector->shares;
	visit->share = object->parent ? 0 : inspector->share;
	(void)visit_takes(visit, VISIT_REST);
	return reader->read(visit, object_body(object));
}

static void read_with(struct object *object, const struct reader *reader)
{
	struct inspector *inspector = object->inspector;
	if (reader->container && object->depth >= inspector->options.settings.limits.depth) {
		object->gap_bytes[CLASS_UNREAD] = object->size;
		object->is_closed = true;
		tell_gap(inspector, object->member, object->size, CLASS_UNREAD,
		         "archive left closed by the depth limit");
		return;
	}
	struct bytes body = object_body(object);
	if (body.len != object->size) {
		object->gap_bytes[CLASS_UNREAD] = object->size;
		tell_gap(inspector, object->member, object->size, CLASS_UNREAD,
		         object->fd >= 0 ? "no memory to map it"
		                         : "too large to be kept before a reader claimed it");
		return;
	}
	enum read_result result = begin_reading(object, reader);
	if (result == READ_NOT_MINE)
		return;
	object->read_whole |= result == READ_WHOLE;
	object->read_partly |= result == READ_PARTLY;
	object->is_container |= reader->container;
	object->quotes |= reader->quotes;
	if (reader->understood != CLASS_SEARCHED && object->understood != CLASS_READ)
		object->understood = reader->understood;
}

static void read_all(struct object *object)
{
	struct sight *sight = &object->visit.sight;
	sight->size = object->size;
	sight->atoms = object->pass.atoms;
	memcpy(sight->atom_at, object->pass.atom_at, sizeof sight->atom_at);
	memcpy(sight->atom_until, object->pass.atom_until, sizeof sight->atom_until);
	sight->is_text = pass_is_text(&object->pass);
	if (object->body.len > 0)
		sight->head = bytes_slice(object->body, 0,
		                          object->size <= OBJECT_WHOLE_MOST ? OBJECT_WHOLE_MOST
		                                                            : SIGHT_HEAD_MIN);
	bool first = object->parent || object->inspector->share == 0;
	for (const struct reader *reader = NULL; (reader = reader_next(reader, sight));)
		if (first || reader->shared)
			read_with(object, reader);
}

/* Control characters among units of two bytes, the low one at `low` (0 or 1). */
static unsigned count_wide_controls(struct bytes block, size_t low)
{
	unsigned count = 0;
	for (size_t i = 0; i + 2 <= block.len; i += 2) {
		uint8_t c = block.ptr[i + low];
		count += block.ptr[i + 1 - low] == 0 && pass_controls((struct bytes){&c, 1}) > 0;
	}
	return count;
}

/* Whether `block` is something else than text. Logs and pastes have a stray control character; wide
 * text is so in either byte order. */
static bool is_binary(struct bytes block, bool utf16)
{
	if (!utf16)
		return pass_controls(block) >= PASS_STRAY;
	return count_wide_controls(block, 0) >= PASS_STRAY &&
	       count_wide_controls(block, 1) >= PASS_STRAY;
}

/* A text only quotes. The pass took samples, which a program behind a text, or one that begins like
 * UTF-16, can pass: where a mark was found the whole object must be text. */
static bool is_text_throughout(struct object *object)
{
	enum { BLOCK = 512 };
	const struct pass *pass = &object->pass;
	if (!object->visit.sight.is_text || object->is_torn)
		return false; /* what could not be read may be anything */
	for (size_t i = 0; pass->utf16 && i < pass->hit_count; i++)
		if (!memchr(pass->hits[i].bytes, '\0', pass->hits[i].length))
			return false; /* bytes of another text than this one */
	for (size_t at = 0; at < object->body.len; at += BLOCK) {
		if (is_binary(bytes_slice(object->body, at, BLOCK), pass->utf16))
			return false;
		breathe(object->inspector, BLOCK);
	}
	return true;
}

/* What the search found. A container that was read whole speaks through its members; and bytes of
 * an object that names the vendor in a text prove nothing but that. */
static void keep_hits(struct object *object)
{
	const struct pass *pass = &object->pass;
	bool if_partly = object->is_container && object->read_whole && !object->read_partly;
	if (pass->hit_count == 0 || (if_partly && !object->is_shared))
		return;
	(void)object_body(object);
	object->quotes = object->quotes || is_text_throughout(object);
	for (size_t i = 0; i < pass->hit_count && may_keep(object); i++) {
		const struct pass_hit *hit = &pass->hits[i];
		struct fact fact = {
			FACT_BYTES, {hit->offset, hit->length}, {hit->bytes, hit->length}};
		struct kept_fact *kept = keep(object, &fact, &hit->mark, 1);
		kept->if_partly = if_partly;
		*object->matched_end = kept;
		object->matched_end = &kept->next;
	}
}

static void keep_digest(struct object *object, uint8_t digest[32])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t hex[64];
	for (size_t i = 0; i < 32; i++) {
		hex[2 * i] = (uint8_t)digits[digest[i] >> 4];
		hex[2 * i + 1] = (uint8_t)digits[digest[i] & 15];
	}
	struct fact fact = {FACT_DIGEST_SHA256, {0, 0}, {hex, sizeof hex}};
	object_keep_fact(object, &fact);
}

static bool make_digest(struct object *object, uint8_t digest[32])
{
	struct bytes body = object_body(object);
	unsigned length = 32;
	if (body.len != object->size || body.len == 0 || object->is_torn)
		return false;
	if (EVP_Digest(body.ptr, body.len, digest, &length, EVP_sha256(), NULL) != 1)
		return false;
	breathe(object->inspector, body.len);
	return true;
}

/* Hashes only what has evidence, or the size of something whose digest is known. One of that size
 * that cannot be hashed may be that very thing. */
static bool digest_if_wanted(struct object *object, uint8_t digest[32])
{
	bool known = object->size > 0 &&
	             matcher_wants_digest(object->inspector->searcher.matcher, object->size);
	if (!object->identified && !known)
		return false;
	bool made = make_digest(object, digest);
	if (!made && known && object->gap_bytes[CLASS_UNREAD] == 0) {
		object->gap_bytes[CLASS_UNREAD] = object->size;
		tell_gap(object->inspector, object->member, object->size, CLASS_UNREAD,
		         "it has the size of a known file, and its digest could not be made");
	}
	return made;
}

static void tell_facts(struct object *object)
{
	uint8_t digest[32];
	bool has_digest = digest_if_wanted(object, digest);
	if (has_digest)
		keep_digest(object, digest);
	keep_hits(object);
	if (object->shows_more)
		tell_gap(object->inspector, object->member, 0, CLASS_UNREAD,
		         "more evidence in one object than is told");
	if (!object->matched)
		return;
	struct bytes sha256 =
		has_digest && object->identified ? (struct bytes){digest, 32} : (struct bytes){0};
	*object->matched_end = object->context;
	for (struct kept_fact *kept = object->matched; kept; kept = kept->next) {
		size_t length = kept->fact.span.length < WIRE_PROOF_MAX
		                        ? (size_t)kept->fact.span.length
		                        : WIRE_PROOF_MAX;
		kept->proof =
			kept->fact.kind == FACT_BYTES
				? bytes_slice(kept->fact.value, 0, length)
				: bytes_slice(object->body, (size_t)kept->fact.span.offset, length);
		tell_fact(object, kept, sha256);
	}
}

void object_answered(struct object *object, uint64_t at, uint64_t len)
{
	struct pass_run *last =
		object->seen_count > 0 ? &object->seen[object->seen_count - 1] : NULL;
	if (last && at >= last->at && at < last->at + last->len + LIMIT_HOLE) {
		uint64_t end = at + len; /* what parts stand behind one another are one stretch */
		if (end > last->at + last->len)
			last->len = end - last->at;
		return;
	}
	if (object->seen_count == LIMIT_SEEN_PER_OBJECT)
		return; /* then more looks opaque than is */
	if (!object->seen)
		object->seen =
			visit_alloc(&object->visit, LIMIT_SEEN_PER_OBJECT, sizeof *object->seen);
	object->seen[object->seen_count++] = (struct pass_run){at, len};
}

void object_see(struct object *object, struct bytes part)
{
	const struct bytes body = object->body;
	if (part.len == 0 || object->in_container || part.ptr < body.ptr ||
	    (size_t)(part.ptr - body.ptr) > body.len - part.len)
		return; /* unpacked memory */
	object_answered(object, (uint64_t)(part.ptr - body.ptr), part.len);
}

static int by_place(const void *left, const void *right)
{
	const struct pass_run *a = left, *b = right;
	return (a->at > b->at) - (a->at < b->at);
}

static void sort_seen(struct object *object)
{
	if (object->seen_count > 1)
		qsort(object->seen, object->seen_count, sizeof *object->seen, by_place);
}

/* A container's bytes are its members', and media may look random. */
static bool is_spoken_for(const struct object *object)
{
	bool read = object->read_whole || object->read_partly;
	return read && (object->is_container || object->understood == CLASS_INERT);
}

static uint64_t at_most(uint64_t value, uint64_t most)
{
	return value < most ? value : most;
}

/* Takes the first part of *run that nobody answers for off its front, with what comes before it;
 * false when none is left. What is answered for is in order, and may overlap. */
static bool take_unseen(const struct object *object, struct pass_run *run, struct pass_run *part)
{
	uint64_t from = run->at, end = run->at + run->len, stop = end;
	for (size_t i = 0; i < object->seen_count; i++) {
		const struct pass_run *seen = &object->seen[i];
		if (seen->at > from) {
			stop = at_most(seen->at, end);
			break;
		}
		if (seen->at + seen->len > from)
			from = seen->at + seen->len;
	}
	if (from >= end)
		return false;
	*part = (struct pass_run){from, stop - from};
	*run = (struct pass_run){stop, end - stop};
	return true;
}

/* How much of `run` nobody answers for. */
static uint64_t unseen(const struct object *object, struct pass_run run)
{
	uint64_t sum = 0;
	for (struct pass_run part; take_unseen(object, &run, &part);)
		sum += part.len;
	return sum;
}

/* What looks random may be packed, and is not unpacked where the limit of depth is reached. */
static bool may_be_unpacked(const struct object *object)
{
	return object->depth < object->inspector->options.settings.limits.depth;
}

/* Bytes that look random in what no reader takes apart. In programs short runs are tables of
 * numbers (an elliptic curve's are 150 KiB in libcrypto; the most in one of 30,000 programs were
 * 608 KiB); a packed program is random for most of its length. Elsewhere a few blocks that stand
 * alone are numbers, too, unless there is little else. */
static uint64_t opaque_bytes(struct object *object)
{
	enum { LONG_RUN = 256 << 10, TABLES_MOST = 768 << 10, STRAYS_MOST = 32 << 10 };
	const struct pass *pass = &object->pass;
	bool read = object->read_whole || object->read_partly;
	if (is_spoken_for(object))
		return 0;
	uint64_t sum = 0, longest = 0, strays = 0;
	sort_seen(object);
	for (size_t i = 0; i < pass->run_count; i++) {
		uint64_t bytes = unseen(object, pass->runs[i]);
		sum += bytes;
		longest = bytes > longest ? bytes : longest;
		strays += bytes <= PASS_BLOCK ? bytes : 0;
	}
	if (read && object->understood == CLASS_READ && !pass->head_is_text) {
		bool tables = longest < LONG_RUN && sum < TABLES_MOST &&
		              sum < object->size / 10 * 7 && may_be_unpacked(object);
		return tables ? 0 : sum;
	}
	return strays < STRAYS_MOST && sum < object->size / 2 ? sum - strays : sum;
}

/* What of the stretches that look random nobody answers for, as readers are told it. */
static void tell_random(struct object *object)
{
	const struct pass *pass = &object->pass;
	struct span *spans = visit_alloc(&object->visit, pass->run_count + object->seen_count + 1,
	                                 sizeof *spans);
	size_t count = 0;
	for (size_t i = 0; i < pass->run_count; i++) {
		struct pass_run run = pass->runs[i], part;
		while (take_unseen(object, &run, &part))
			spans[count++] = (struct span){part.at, part.len};
	}
	object->visit.sight.random = spans;
	object->visit.sight.random_count = count;
}

/* In what is no container, readers may still find something: where bytes look random, amid text,
 * behind a script. Other objects need not be mapped. */
static bool may_hold_more(const struct object *object)
{
	const struct sight *sight = &object->visit.sight;
	return (object->pass.run_count > 0 && may_be_unpacked(object)) || sight->is_text ||
	       bytes_start_with(sight->head, BYTES("#!"));
}

static void read_last(struct object *object)
{
	if (!may_hold_more(object) || is_spoken_for(object) || object->is_closed ||
	    object_body(object).len != object->size)
		return;
	sort_seen(object);
	if (may_be_unpacked(object))
		tell_random(object);
	struct sight *sight = &object->visit.sight;
	sight->at_last = true;
	for (const struct reader *reader = NULL; (reader = reader_next(reader, sight));)
		begin_reading(object, reader);
}

static void account_for(struct object *object)
{
	struct inspector *inspector = object->inspector;
	uint64_t *sums = inspector->account.bytes, left = object->size;
	uint64_t unread = at_most(object->gap_bytes[CLASS_UNREAD], left);
	left -= unread;
	uint64_t opaque = at_most(object->gap_bytes[CLASS_OPAQUE], left);
	left -= opaque;
	uint64_t random = at_most(opaque_bytes(object), left); /* beside what readers could not */
	if (random > 0)
		tell_gap(inspector, object->member, random, CLASS_OPAQUE,
		         may_be_unpacked(object) ? GAP_LOOKS_RANDOM : GAP_LEFT_PACKED);
	left -= random;
	opaque += random;
	bool read = object->read_whole || object->read_partly;
	account_sum(&sums[CLASS_UNREAD], unread);
	account_sum(&sums[CLASS_OPAQUE], opaque);
	account_sum(&sums[read ? object->understood : CLASS_SEARCHED], left);
	inspector->account.objects++;
}

void object_finish(struct object *object)
{
	if (object->gap_bytes[CLASS_UNREAD] == 0 && object->gap_bytes[CLASS_OPAQUE] == 0 &&
	    object->size > 0)
		read_all(object);
	if (!object->is_torn)
		read_last(object);
	tell_facts(object);
	account_for(object);
}

void object_finish_share(struct object *object)
{
	read_all(object);
	if (object->read_whole || object->read_partly || object->gap_bytes[CLASS_UNREAD] > 0)
		return; /* the first worker met members: so must this one */
	object->gap_bytes[CLASS_UNREAD] = object->size;
	tell_gap(object->inspector, object->member, object->size, CLASS_UNREAD,
	         "a share of the container could not be looked into");
}
