/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/harness.h"

#include "base/text.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { SPOOL_MOST = 4 << 20, SPOOL_COUNT_MOST = 64, ARENA_MOST = 64 << 20 };

struct kept_spool {
	struct spool head;
	struct bytes name;
	uint8_t *data;
	size_t len, room;
	struct arena_mark memory; /* as in the inspector: goes back to it at the end */
	bool open;
};

/* One run at a time: the fuzzer and the replay programs are single-threaded. */
static struct {
	struct bytes body;
	struct harness_result out;
	struct kept_spool spools[SPOOL_COUNT_MOST];
	size_t spool_count;
	bool keep;
	uint32_t shares;
	struct arena *arena;
	struct normal_scratch scratch;
	jmp_buf out_of_memory;
} run;

static _Noreturn void broken(const char *rule)
{
	(void)fprintf(stderr, "harness: %s\n", rule);
	abort();
}

static _Noreturn void exhausted(void)
{
	longjmp(run.out_of_memory, 1);
}

static void must_be_readable(struct bytes part)
{
	volatile uint8_t sink = 0;
	for (size_t i = 0; i < part.len; i += 512)
		sink ^= part.ptr[i];
	if (part.len > 0)
		sink ^= part.ptr[part.len - 1];
	(void)sink;
}

/* The inspector gives back at a spool's end what was allocated since its beginning. */
static void must_have_no_spool_open(void)
{
	for (size_t i = 0; i < SPOOL_COUNT_MOST; i++)
		if (run.spools[i].open)
			broken("something was said while a member was being unpacked");
}

static void must_lie_inside(struct span span)
{
	if (span.offset > run.body.len || span.length > run.body.len - span.offset)
		broken("a span lies outside the object");
}

/* `head`, then `text` escaped, then `tail`, as one line. */
static void say(const char *head, struct bytes text, const char *tail)
{
	if (!run.keep)
		return;
	char *escaped = malloc(text.len * 10 + 1);
	if (!escaped)
		broken("out of memory");
	(void)text_escape(text, escaped, text.len * 10 + 1);
	buffer_put_text(&run.out.lines, head);
	buffer_put_text(&run.out.lines, escaped);
	buffer_put_text(&run.out.lines, tail);
	buffer_put_text(&run.out.lines, "\n");
	free(escaped);
}

static void say_child(struct bytes name, uint64_t size, const char *note)
{
	char tail[200];
	(void)snprintf(tail, sizeof tail, " %" PRIu64 "%s%s", size, note ? " " : "",
	               note ? note : "");
	say("child ", name, tail);
}

static void on_fact(struct visit *visit, const struct fact *fact)
{
	(void)visit;
	must_lie_inside(fact->span);
	must_be_readable(fact->value);
	must_have_no_spool_open();
	if (fact->kind >= FACT_KIND_COUNT || fact->value.len == 0)
		broken("a fact of no kind or of no value");
	size_t at = run.out.fact_count++;
	if (!run.keep)
		return;
	if ((at & (at + 1)) == 0) { /* grows at 0, 1, 3, 7 … */
		run.out.facts = realloc(run.out.facts, (2 * at + 2) * sizeof *run.out.facts);
		if (!run.out.facts)
			broken("out of memory");
	}
	char *value = malloc(fact->value.len + 1);
	if (!value)
		broken("out of memory");
	memcpy(value, fact->value.ptr, fact->value.len);
	value[fact->value.len] = '\0';
	char head[128];
	(void)snprintf(head, sizeof head, "%" PRIu64 "+%" PRIu64 " %s ", fact->span.offset,
	               fact->span.length, fact_kind_name(fact->kind));
	say(head, fact->value, "");
	run.out.facts[at] = (struct harness_fact){fact->kind, fact->span, value, fact->value.len};
}

static void on_child(struct visit *visit, struct bytes name, struct bytes body)
{
	(void)visit;
	must_be_readable(name);
	must_be_readable(body);
	must_have_no_spool_open();
	if (body.ptr == run.body.ptr && body.len == run.body.len && body.len > 0)
		broken("an object is its own child");
	run.out.child_count++;
	say_child(name, body.len, NULL);
}

static void on_unpacked(struct visit *visit, struct bytes packed)
{
	(void)visit;
	if (packed.len > 0 && (packed.ptr < run.body.ptr ||
	                       (size_t)(packed.ptr - run.body.ptr) > run.body.len - packed.len))
		broken("unpacked bytes lie outside the object");
}

static bool on_passed(struct visit *visit, uint64_t bytes)
{
	(void)visit, (void)bytes;
	return true;
}

static void on_share_out(struct visit *visit)
{
	(void)visit; /* there are no others */
}

/* The root of the samples' certificates is trusted. */
static const uint8_t sample_root[] = {
#define ROOT_SUBJECT(hash)
#define ROOT_BYTE(byte) byte,
#include "fuzz/sample_root.def"
#undef ROOT_SUBJECT
#undef ROOT_BYTE
};
static const uint32_t sample_root_subject =
#define ROOT_SUBJECT(hash) hash
#define ROOT_BYTE(byte)
#include "fuzz/sample_root.def"
#undef ROOT_SUBJECT
#undef ROOT_BYTE
	;

static struct bytes on_anchor(const struct visit *visit, uint32_t subject, size_t index)
{
	(void)visit;
	return subject == sample_root_subject && index == 0
	               ? (struct bytes){sample_root, sizeof sample_root}
	               : (struct bytes){0};
}

static void on_gap(struct visit *visit, struct span span, enum byte_class class, const char *reason)
{
	(void)visit;
	must_lie_inside(span);
	if ((class != CLASS_OPAQUE && class != CLASS_UNREAD) || !reason || !*reason)
		broken("a gap without class or reason");
	run.out.gap_count++;
	char head[128];
	(void)snprintf(head, sizeof head, "gap %" PRIu64 "+%" PRIu64 " %s ", span.offset,
	               span.length, byte_class_name(class));
	say(head, bytes_of(reason), "");
}

static void on_closed(struct visit *visit, struct bytes name, uint64_t size, enum byte_class class,
                      const char *reason)
{
	must_be_readable(name);
	say_child(name, size, "closed");
	on_gap(visit, (struct span){0, 0}, class, reason);
}

static struct spool *on_spool(struct visit *visit, struct bytes name, uint64_t expected)
{
	(void)visit, (void)expected;
	must_be_readable(name);
	struct kept_spool *spool = &run.spools[run.spool_count % SPOOL_COUNT_MOST];
	if (spool->open)
		broken("too many spools open at once");
	run.spool_count++;
	spool->name = name;
	spool->len = 0;
	spool->open = true;
	spool->memory = arena_here(run.arena);
	return &spool->head;
}

static uint8_t *spool_reserve(struct spool *head, size_t len)
{
	struct kept_spool *spool = (struct kept_spool *)head;
	if (!spool->open)
		broken("a spool was used after its end");
	if (len > SPOOL_MOST - spool->len)
		return NULL;
	if (!spool->data || spool->len + len > spool->room) {
		spool->room = 2 * (spool->len + len) + 4096;
		spool->data = realloc(spool->data, spool->room);
		if (!spool->data)
			broken("out of memory");
	}
	return spool->data + spool->len;
}

static bool on_filled(struct spool *head, size_t len)
{
	struct kept_spool *spool = (struct kept_spool *)head;
	if (len > spool->room - spool->len)
		broken("more was filled than there was room for");
	spool->len += len;
	return true;
}

static bool on_write(struct spool *head, struct bytes data)
{
	must_be_readable(data);
	uint8_t *room = spool_reserve(head, data.len);
	if (!room) {
		run.out.gap_count++; /* a limit is a gap by itself */
		return false;
	}
	if (data.len > 0)
		memcpy(room, data.ptr, data.len);
	return on_filled(head, data.len);
}

static void on_end(struct spool *head, const char *why_incomplete)
{
	struct kept_spool *spool = (struct kept_spool *)head;
	if (!spool->open)
		broken("a spool was ended twice");
	spool->open = false;
	run.out.child_count++;
	run.out.gap_count += why_incomplete != NULL;
	say_child(spool->name, spool->len, why_incomplete);
	arena_rewind(run.arena, spool->memory);
}

static const struct visit_sink harness_sink = {
	.fact = on_fact,
	.child = on_child,
	.closed = on_closed,
	.unpacked = on_unpacked,
	.passed = on_passed,
	.share_out = on_share_out,
	.anchor = on_anchor,
	.gap = on_gap,
	.spool = on_spool,
	.spool_write = on_write,
	.spool_room = spool_reserve,
	.spool_filled = on_filled,
	.spool_end = on_end,
};

static void note_atoms(struct sight *sight, struct bytes body)
{
	static const struct bytes atoms[] = {
#define ATOM(name, literal) {(const uint8_t *)(literal), sizeof(literal) - 1},
#include "core/atoms.def"
#undef ATOM
	};
	for (size_t i = 0; i < ATOM_COUNT; i++) {
		size_t at = bytes_find(body, atoms[i]);
		if (at != SIZE_MAX)
			sight->atoms |= (uint32_t)1 << i;
		sight->atom_at[i] = at != SIZE_MAX ? at : 0;
		sight->atom_until[i] = body.len;
	}
}

static void check_result(void)
{
	for (size_t i = 0; i < SPOOL_COUNT_MOST; i++)
		if (run.spools[i].open)
			broken("a spool was never ended");
	if (run.out.result == READ_PARTLY && run.out.gap_count == 0 && run.shares < 2)
		broken("a reader gave up without a gap");
	if (run.out.result == READ_NOT_MINE && run.out.fact_count + run.out.child_count > 0)
		broken("a reader used an object and then disowned it");
}

static struct bytes last_component(struct bytes path)
{
	size_t from = path.len;
	while (from > 0 && path.ptr[from - 1] != '/')
		from--;
	return bytes_from(path, from);
}

static struct harness_result run_reader(const struct reader *reader, struct bytes path,
                                        struct bytes body, bool keep, uint32_t share,
                                        uint32_t shares)
{
	struct arena arena = {.limit = ARENA_MOST, .exhausted = exhausted};
	struct visit visit = {
		.arena = &arena,
		.scratch = &run.scratch,
		.sight = {.head = body,
	                  .size = body.len,
	                  .name = last_component(path),
	                  .path = path},
		.sink = &harness_sink,
		.share = share,
		.shares = shares,
		.elsewhere = share > 0,
	};
	note_atoms(&visit.sight, body);
	const struct span all = {0, body.len};
	if (reader->last && body.len > 0) {
		visit.sight.random = &all;
		visit.sight.random_count = 1;
		visit.sight.is_text = visit.sight.at_last = true;
	}
	run.body = body;
	run.keep = keep;
	run.shares = shares;
	run.arena = &arena;
	run.out = (struct harness_result){.result = READ_NOT_MINE};
	buffer_init(&run.out.lines, 64 << 20);
	run.spool_count = 0;
	for (const struct reader *r = NULL; (r = reader_next(r, &visit.sight));)
		run.out.recognised |= r == reader;
	if (setjmp(run.out_of_memory) == 0) {
		run.out.result = reader->read(&visit, body);
		check_result();
	}
	for (size_t i = 0; i < SPOOL_COUNT_MOST; i++) {
		free(run.spools[i].data);
		run.spools[i] = (struct kept_spool){0};
	}
	arena_release(&arena);
	return run.out;
}

struct harness_result harness_run(const struct reader *reader, struct bytes path, struct bytes body,
                                  bool keep)
{
	return run_reader(reader, path, body, keep, 0, 1);
}

struct harness_result harness_run_share(const struct reader *reader, struct bytes path,
                                        struct bytes body, uint32_t share, uint32_t shares,
                                        bool keep)
{
	return run_reader(reader, path, body, keep, share, shares);
}

void harness_finish(struct harness_result *result)
{
	for (size_t i = 0; result->facts && i < result->fact_count; i++)
		free(result->facts[i].value);
	free(result->facts);
	buffer_finish(&result->lines);
	*result = (struct harness_result){0};
}

uint8_t *harness_load(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	if (!file || fstat(fileno(file), &st) != 0 || !S_ISREG(st.st_mode)) {
		perror(path);
		exit(2);
	}
	size_t length = (size_t)st.st_size;
	uint8_t *data = malloc(length > 0 ? length : 1);
	if (!data || fread(data, 1, length, file) != length) {
		perror(path);
		exit(2);
	}
	(void)fclose(file);
	*size = length;
	return data;
}
