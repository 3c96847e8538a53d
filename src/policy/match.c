/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/match.h"

#include "base/buffer.h"
#include "core/normal.h"
#include "core/reader.h"
#include "policy/format.h"
#include "policy/patterns.h"
#include "policy/roots.h"
#include "policy/sieve.h"

#include <assert.h>
#include <stdlib.h>

enum {
	KEY_MOST = 4 * (NORMAL_POINTS + 1), /* what a folded value can grow to */
	SEARCH_MOST = 1 << 30,              /* Vectorscan counts in 32 bits */
	AROUND_MOST = 32, /* runs in one window, each searched around for itself */
};

/* A mark that is looked up by its key; for a path mark, by the key's last component. */
struct keyed {
	uint64_t hash;
	enum fact_kind kind;
	uint32_t mark, next; /* next: keyed of the same hash, + 1 */
	size_t offset, size; /* of the whole key in `keys` */
};

/* Where a literal leads. */
struct literal {
	uint32_t id;
	uint32_t length;
};

struct matcher {
	const struct pack *pack;
	hs_scratch_t *scratch;
	/* The sieve goes over every byte where it can, else `roots`; `search`, which has all
	 * literals, only over what holds a root of one. */
	struct sieve sieve;
	hs_database_t *roots, *search, *values[FACT_KIND_COUNT];
	struct literal *literals;
	size_t literal_count, longest;
	struct buffer keys;
	struct keyed *keyed;
	size_t keyed_count;
	uint32_t *slots; /* into `keyed`, + 1 */
	size_t slot_count;
	bool wanted[FACT_KIND_COUNT];
	uint32_t *sizes; /* of files that digest marks are of */
	size_t size_count;
	uint32_t *found, *stamps; /* marks that the present fact hits; when each was last hit */
	size_t found_count;
	uint32_t stamp;
	struct normal_scratch fold;
	uint8_t path[KEY_MOST];
};

/* Components joined by one '/' each; empty ones and "." go. `out` has the room of `path`. */
static struct bytes join_components(struct bytes path, uint8_t *out)
{
	size_t length = 0;
	for (size_t at = 0; at < path.len;) {
		size_t end = at;
		while (end < path.len && path.ptr[end] != '/')
			end++;
		struct bytes component = bytes_slice(path, at, end - at);
		at = end + 1;
		if (component.len == 0 || bytes_equal(component, BYTES(".")))
			continue;
		if (length > 0)
			out[length++] = '/';
		memmove(out + length, component.ptr, component.len);
		length += component.len;
	}
	return (struct bytes){out, length};
}

/* The key by which values of this kind compare; it lies in `value` or in the matcher. */
static struct bytes fold_value(struct matcher *m, enum fact_kind kind, struct bytes value)
{
	enum normal_form normal = fact_kind_normal(kind);
	struct bytes key = normal_key(normal, value, &m->fold);
	return normal == NORMAL_PATH ? join_components(key, m->path) : key;
}

static uint64_t hash_of(enum fact_kind kind, struct bytes key)
{
	const uint8_t start = (uint8_t)kind;
	return format_hash(format_hash(FORMAT_HASH_START, (struct bytes){&start, 1}), key);
}

static struct bytes last_component(struct bytes path)
{
	size_t start = path.len;
	while (start > 0 && path.ptr[start - 1] != '/')
		start--;
	return bytes_from(path, start);
}

/* The slot of that hash, or the empty one where it belongs. */
static size_t slot_of(const struct matcher *m, uint64_t hash)
{
	size_t slot = hash & (m->slot_count - 1);
	while (m->slots[slot] != 0 && m->keyed[m->slots[slot] - 1].hash != hash)
		slot = (slot + 1) & (m->slot_count - 1);
	return slot;
}

static void add_keyed(struct matcher *m, uint32_t index, const struct mark *mark)
{
	struct bytes key = fold_value(m, mark->kind, mark->value);
	bool path = fact_kind_normal(mark->kind) == NORMAL_PATH;
	struct keyed *keyed = &m->keyed[m->keyed_count];
	*keyed = (struct keyed){.hash = hash_of(mark->kind, path ? last_component(key) : key),
	                        .kind = mark->kind,
	                        .mark = index,
	                        .offset = m->keys.len,
	                        .size = key.len};
	buffer_put(&m->keys, key);
	size_t slot = slot_of(m, keyed->hash);
	keyed->next = m->slots[slot];
	m->slots[slot] = (uint32_t)++m->keyed_count;
}

static bool make_tables(struct matcher *m)
{
	size_t count = pack_mark_count(m->pack);
	m->slot_count = 64;
	while (m->slot_count < count * 4)
		m->slot_count *= 2;
	m->slots = calloc(m->slot_count, sizeof *m->slots);
	m->keyed = calloc(count + 1, sizeof *m->keyed);
	m->sizes = calloc(count + 1, sizeof *m->sizes);
	m->found = calloc(count + 1, sizeof *m->found);
	m->stamps = calloc(count + 1, sizeof *m->stamps);
	if (!m->slots || !m->keyed || !m->sizes || !m->found || !m->stamps)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct mark mark = pack_mark(m->pack, i);
		m->wanted[mark.kind] = true;
		if (mark.kind == FACT_DIGEST_SHA256 && mark.size > 0)
			m->sizes[m->size_count++] = mark.size;
		if (mark.kind != FACT_BYTES && !patterns_is_expression(mark.kind, mark.form))
			add_keyed(m, (uint32_t)i, &mark);
	}
	return buffer_ok(&m->keys);
}

/* The pack's database of that fingerprint when it fits this machine, else NULL. */
static hs_database_t *stored_database(const struct matcher *m, uint32_t detail,
                                      uint64_t fingerprint)
{
	hs_database_t *database = NULL;
	struct bytes stored = pack_database(m->pack, detail, fingerprint);
	if (stored.len == 0 ||
	    hs_deserialize_database((const char *)stored.ptr, stored.len, &database) != HS_SUCCESS)
		return NULL;
	return database;
}

/* The stored one, else a new one. */
static enum debar_status take_database(struct matcher *m, const struct patterns *list,
                                       uint32_t detail, hs_database_t **out,
                                       struct debar_error *error)
{
	*out = stored_database(m, detail, patterns_fingerprint(list));
	return *out ? DEBAR_OK : patterns_compile(list, detail == DATABASE_SEARCH, out, error);
}

static enum debar_status add_scratch(struct matcher *m, const hs_database_t *database,
                                     struct debar_error *error)
{
	return hs_alloc_scratch(database, &m->scratch) == HS_SUCCESS
	               ? DEBAR_OK
	               : error_set(error, DEBAR_NO_MEMORY, 0, "no memory to search with");
}

static struct literal *literals_of(const struct patterns *list)
{
	struct literal *literals = calloc(list->count + 1, sizeof *literals);
	for (size_t i = 0; literals && i < list->count; i++)
		literals[i] = (struct literal){list->items[i].id, (uint32_t)list->items[i].size};
	return literals;
}

static enum debar_status make_roots(struct matcher *m, const struct patterns *literals,
                                    struct debar_error *error)
{
	m->roots = stored_database(m, DATABASE_ROOTS, roots_fingerprint(literals));
	enum debar_status status = DEBAR_OK;
	if (!m->roots) {
		struct patterns list;
		status = roots_choose(&list, literals, error);
		if (status == DEBAR_OK)
			status = patterns_compile(&list, true, &m->roots, error);
		patterns_finish(&list);
	}
	return status == DEBAR_OK ? add_scratch(m, m->roots, error) : status;
}

static enum debar_status make_search(struct matcher *m, struct debar_error *error)
{
	struct patterns list;
	enum debar_status status = patterns_make_literals(&list, m->pack, error);
	if (status != DEBAR_OK)
		goto out;
	m->literals = literals_of(&list);
	if (!m->literals) {
		status = error_set(error, DEBAR_NO_MEMORY, 0, "no memory to search with");
		goto out;
	}
	m->literal_count = list.count;
	m->longest = list.longest;
	status = take_database(m, &list, DATABASE_SEARCH, &m->search, error);
	if (status == DEBAR_OK)
		status = add_scratch(m, m->search, error);
	if (status == DEBAR_OK)
		status = sieve_make(&m->sieve, &list, error);
	if (status == DEBAR_OK && !m->sieve.ready)
		status = make_roots(m, &list, error);
out:
	patterns_finish(&list);
	return status;
}

static enum debar_status make_values(struct matcher *m, enum fact_kind kind,
                                     struct debar_error *error)
{
	struct patterns list;
	enum debar_status status = patterns_make_expressions(&list, m->pack, kind, error);
	if (status == DEBAR_OK && list.count > 0) {
		status = take_database(m, &list, (uint32_t)kind, &m->values[kind], error);
		if (status == DEBAR_OK)
			status = add_scratch(m, m->values[kind], error);
	}
	patterns_finish(&list);
	return status;
}

enum debar_status matcher_create(const struct pack *pack, enum matcher_use use,
                                 struct matcher **out, struct debar_error *error)
{
	struct matcher *m = calloc(1, sizeof *m);
	if (!m)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory for a matcher");
	m->pack = pack;
	buffer_init(&m->keys, SIZE_MAX);
	enum debar_status status = DEBAR_OK;
	if (!make_tables(m))
		status = error_set(error, DEBAR_NO_MEMORY, 0, "no memory for a matcher");
	if (status == DEBAR_OK && use == MATCHER_FOR_ALL)
		status = make_search(m, error);
	for (enum fact_kind kind = 0; kind < FACT_KIND_COUNT && status == DEBAR_OK; kind++)
		if (m->wanted[kind])
			status = make_values(m, kind, error);
	if (status != DEBAR_OK) {
		matcher_destroy(m);
		return status;
	}
	*out = m;
	return DEBAR_OK;
}

static void free_database(hs_database_t *database)
{
	hs_error_t freed = hs_free_database(database);
	assert(freed == HS_SUCCESS); /* fails only for what is no database */
	(void)freed;
}

void matcher_destroy(struct matcher *matcher)
{
	if (!matcher)
		return;
	free_database(matcher->search);
	free_database(matcher->roots);
	for (size_t i = 0; i < FACT_KIND_COUNT; i++)
		free_database(matcher->values[i]);
	hs_error_t freed = hs_free_scratch(matcher->scratch);
	assert(freed == HS_SUCCESS); /* fails only while a search runs */
	(void)freed;
	buffer_finish(&matcher->keys);
	free(matcher->literals);
	free(matcher->keyed);
	free(matcher->slots);
	free(matcher->sizes);
	free(matcher->found);
	free(matcher->stamps);
	free(matcher);
}

size_t matcher_overlap(const struct matcher *matcher)
{
	return matcher->longest;
}

struct search {
	const struct matcher *matcher;
	size_t base; /* of the present part in the window */
	size_t told; /* what ends up to here was told */
	void (*hit)(void *context, uint32_t id, size_t end, size_t length);
	void *context;
	bool has_root; /* of a mark, in the present part */
};

static int give_literal(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                        void *context)
{
	(void)from, (void)flags;
	const struct search *search = context;
	size_t end = search->base + (size_t)to;
	if (id < search->matcher->literal_count && end > search->told) {
		struct literal literal = search->matcher->literals[id];
		search->hit(search->context, literal.id, end, literal.length);
	}
	return 0;
}

/* Atoms are told at once; the root of a mark calls for the whole search. */
static int note_root(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                     void *context)
{
	struct search *search = context;
	if (id < ATOM_COUNT) /* they come first in both lists */
		(void)give_literal(id, from, to, flags, context);
	else
		search->has_root = true;
	return 0;
}

static void scan(const hs_database_t *database, hs_scratch_t *scratch, struct bytes data,
                 match_event_handler handler, void *context)
{
	/* Vectorscan refuses a null pointer even when there is nothing to read. */
	const char *start = data.len > 0 ? (const char *)data.ptr : "";
	hs_error_t code =
		hs_scan(database, start, (unsigned)data.len, 0, scratch, handler, context);
	assert(code ==
	       HS_SUCCESS); /* else our scratch or database is broken: nothing was searched */
	(void)code;
}

/* Only around the roots that stand there, as far as the longest literal reaches. */
static void search_around(struct search *search, struct bytes part)
{
	const struct matcher *m = search->matcher;
	const size_t base = search->base, reach = m->longest;
	bool dense = false;
	for (size_t at = 0, count = 0; !dense; at++, count++) {
		at = sieve_next(&m->sieve, part, at, &dense);
		if (at == part.len)
			break;
		dense |= count == AROUND_MOST;
		size_t from = at > reach ? at - reach : 0;
		struct bytes around = bytes_slice(part, from, dense ? SIZE_MAX : at - from + reach);
		search->base = base + from;
		scan(m->search, m->scratch, around, give_literal, search);
		search->told = search->base + around.len;
	}
	search->base = base;
}

static void search_part(struct search *search, struct bytes part)
{
	const struct matcher *m = search->matcher;
	assert(m->search);
	if (m->sieve.ready) {
		search_around(search, part);
		return;
	}
	search->has_root = false;
	scan(m->roots, m->scratch, part, note_root, search);
	if (search->has_root)
		scan(m->search, m->scratch, part, give_literal, search);
}

enum debar_status matcher_forgo_sieve(struct matcher *matcher)
{
	struct patterns list;
	enum debar_status status = patterns_make_literals(&list, matcher->pack, NULL);
	if (status == DEBAR_OK && !matcher->roots)
		status = make_roots(matcher, &list, NULL);
	matcher->sieve.ready = false;
	patterns_finish(&list);
	return status;
}

void matcher_search(struct matcher *matcher, struct bytes window,
                    void (*hit)(void *context, uint32_t id, size_t end, size_t length),
                    void *context)
{
	struct search search = {matcher, 0, 0, hit, context, false};
	while (window.len - search.base > SEARCH_MOST) {
		search_part(&search, bytes_slice(window, search.base, SEARCH_MOST));
		search.base += SEARCH_MOST - matcher->longest;
	}
	search_part(&search, bytes_from(window, search.base));
}

static void add_found(struct matcher *m, uint32_t mark)
{
	if (mark >= pack_mark_count(m->pack) || m->stamps[mark] == m->stamp)
		return;
	m->stamps[mark] = m->stamp;
	m->found[m->found_count++] = mark;
}

bool matcher_is_at_start(const struct matcher *matcher, uint32_t id)
{
	return id < pack_mark_count(matcher->pack) &&
	       pack_mark(matcher->pack, id).form == MATCH_PREFIX;
}

static void add_byte_hit(void *context, uint32_t id, size_t end, size_t length)
{
	if (end == length || !matcher_is_at_start(context, id))
		add_found(context, id);
}

static int add_expression_hit(unsigned id, unsigned long long from, unsigned long long to,
                              unsigned flags, void *context)
{
	(void)from, (void)to, (void)flags;
	add_found(context, id);
	return 0;
}

/* The first keyed mark of that hash. */
static const struct keyed *first_keyed(const struct matcher *m, uint64_t hash)
{
	uint32_t index = m->slots[slot_of(m, hash)];
	return index > 0 ? &m->keyed[index - 1] : NULL;
}

static const struct keyed *next_keyed(const struct matcher *m, const struct keyed *keyed)
{
	return keyed->next > 0 ? &m->keyed[keyed->next - 1] : NULL;
}

static struct bytes key_of(const struct matcher *m, const struct keyed *keyed)
{
	return bytes_slice(buffer_bytes(&m->keys), keyed->offset, keyed->size);
}

static void find_exact(struct matcher *m, enum fact_kind kind, struct bytes key)
{
	for (const struct keyed *k = first_keyed(m, hash_of(kind, key)); k; k = next_keyed(m, k))
		if (k->kind == kind && bytes_equal(key_of(m, k), key))
			add_found(m, k->mark);
}

/* True when `path` ends with `key` and the key begins with a component. */
static bool ends_with_components(struct bytes path, struct bytes key)
{
	return key.len > 0 && bytes_end_with(path, key) &&
	       (path.len == key.len || path.ptr[path.len - key.len - 1] == '/');
}

/* Takes each component in turn for a mark's last one. */
static void find_paths(struct matcher *m, enum fact_kind kind, struct bytes path)
{
	for (size_t at = 0; at < path.len;) {
		size_t end = at;
		while (end < path.len && path.ptr[end] != '/')
			end++;
		struct bytes so_far = bytes_slice(path, 0, end);
		uint64_t hash = hash_of(kind, bytes_from(so_far, at));
		at = end + 1;
		for (const struct keyed *k = first_keyed(m, hash); k; k = next_keyed(m, k))
			if (k->kind == kind && ends_with_components(so_far, key_of(m, k)))
				add_found(m, k->mark);
	}
}

static int compare_numbers(const void *left, const void *right)
{
	uint32_t a, b;
	memcpy(&a, left, sizeof a);
	memcpy(&b, right, sizeof b);
	return (a > b) - (a < b);
}

static void next_stamp(struct matcher *m)
{
	m->found_count = 0;
	if (++m->stamp != 0)
		return;
	memset(m->stamps, 0, pack_mark_count(m->pack) * sizeof *m->stamps);
	m->stamp = 1;
}

static void find_value(struct matcher *m, enum fact_kind kind, struct bytes value)
{
	struct bytes key = fold_value(m, kind, value);
	if (fact_kind_normal(kind) == NORMAL_PATH)
		find_paths(m, kind, key);
	else
		find_exact(m, kind, key);
	if (m->values[kind])
		scan(m->values[kind], m->scratch, key, add_expression_hit, m);
}

/* Nested containers make paths longer than one key: they are looked at in overlapping parts, each
 * from the start of a component. */
static void find_long_path(struct matcher *m, enum fact_kind kind, struct bytes path)
{
	for (size_t at = 0; at < path.len; at += NORMAL_MAX / 2) {
		struct bytes part = bytes_slice(path, at, NORMAL_MAX);
		size_t start = 0;
		while (at > 0 && start < part.len && part.ptr[start] != '/')
			start++;
		find_value(m, kind, bytes_from(part, start));
	}
}

size_t matcher_fact(struct matcher *matcher, enum fact_kind kind, struct bytes value,
                    uint32_t *marks, size_t room)
{
	if (matcher_ignores(matcher, kind))
		return 0;
	next_stamp(matcher);
	if (kind == FACT_BYTES)
		matcher_search(matcher, value, add_byte_hit, matcher);
	else if (fact_kind_normal(kind) == NORMAL_PATH && value.len > NORMAL_MAX)
		find_long_path(matcher, kind, value);
	else
		find_value(matcher, kind, value);
	if (matcher->found_count > 1)
		qsort(matcher->found, matcher->found_count, sizeof *matcher->found,
		      compare_numbers);
	size_t given = matcher->found_count < room ? matcher->found_count : room;
	for (size_t i = 0; i < given; i++)
		marks[i] = matcher->found[i];
	return matcher->found_count;
}

bool matcher_ignores(const struct matcher *matcher, enum fact_kind kind)
{
	return kind >= FACT_KIND_COUNT || !matcher->wanted[kind];
}

bool matcher_wants_digest(const struct matcher *matcher, uint64_t size)
{
	for (size_t i = 0; i < matcher->size_count; i++)
		if (matcher->sizes[i] == size)
			return true;
	return false;
}
