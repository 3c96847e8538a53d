/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/roots.h"

#include "policy/format.h"
#include "policy/match.h"

#include <stdlib.h>

enum {
	VERSION = 5,  /* of the choice: a stored database of another one is not used */
	NARROW = 4,   /* bytes of a root, as many as Vectorscan's first look takes in */
	WIDE = 8,     /* of one of UTF-16, the same in letters */
	LONGEST = 12, /* bytes; what stands before the run makes Vectorscan's second look surer */
	WITHIN = 64,  /* bytes of a literal among which its root is sought */
	SHARED = 20,  /* a root of several literals is at least so rare: once in 1 MB */
	CLASSES = 30, /* of bytes: letters, and these */
	DIGIT = 26,
	PRINTABLE = 27,
	OTHER = 28,
	ZERO = 29,
};

/* How rare it is that two bytes stand side by side in programs and texts: 'a' is once in 8 pairs,
 * each further letter half as often. Counted over 900 MB of /usr of a Debian 12 system, letters
 * without case; for bytes that are no letters the count of their class is shared out among them. */
static const char rarity[CLASSES][CLASSES + 1] = {
	"lhhhlkhlimkghfmhmgggigjjjlmknj", /* a */
	"illlinmmjinhmnjmnjkminnnhnnnoj", /* b */
	"hmjkhmmhinihlmgknijgimnlknmmoj", /* c */
	"hlkjgklkhlijllilnkjkjmmnlnnkni", /* d */
	"hjghiijljmlhhgkikfggkikhjkkkni", /* e */
	"jmmljimkhnnimmhmnjkljnnnlonmnj", /* f */
	"jllmglkkinnklijlnjklkmmnlnokoj", /* g */
	"hmklhmnkinmkkmhmnjljlnnnmnmmlj", /* h */
	"iigiijhlkllghfgjmjhgmjkkmjnmnj", /* i */
	"gnkjimnnlmmlmmlmnnjnlknnnnoooj", /* j */
	"jmlmimmmjnnllllmnljllnmnlnnmoj", /* k */
	"gljjgllmgglilmhknmijikmnjnnlnj", /* l */
	"hjklgjmminmjjlihnmjlkmmmlnnloj", /* m */
	"hlhhhjglhmjkljhknmhgijlmlnmkoj", /* n */
	"jiihljjmjljhhfhinfiihjjlkmnmoj", /* o */
	"hmkkhlmjinjhlmijnhjijlmminmmnj", /* p */
	"nnnnnnonmnolnnnnmnlnjnnnmooooj", /* q */
	"glijfkjlgnjkiihkniihjimninmkoj", /* r */
	"ilikgkmihnjjkkiillgghljmgnmkni", /* s */
	"gkjkfkkgfmlkjlgjmghiikkkhmlkni", /* t */
	"jjkkjkkkinmiigmjnhihmmmlmmmnoj", /* u */
	"fnmnhnmminnmknjmnnllmnnlmnnnoi", /* v */
	"jnmmjmnlinnmnlkmnkjknnmnmonnoj", /* w */
	"lmjmkmnllnnmkmmknmkinnnlmmmmnj", /* x */
	"lmlmlmmmlnnkkkkinmjhmnmnlmolmj", /* y */
	"lnnnjnnmlnnmnjknnnmmmnnnmmnooj", /* z */
	"mmmmmnnmnnonnnononmnooonnokmpj", /* digits */
	"klklllmlklnklmllolkklmmnmmmmoj", /* other printable bytes, tab, line ends */
	"nonnnnomnoonooonoonnnooonopooj", /* any other byte */
	"hijiiijgijjhijjhjjijijjijjjija", /* zero */
};

/* The same of one byte: 'a' is once in 2. */
static const char rarity_alone[CLASSES + 1] = "egffeggffghfgfffiffegghhghhhic";

/* Of a mark of writing and itself, which is more frequent than two such marks are. */
#define TWICE 'i'

/* A run of bytes in a literal. */
struct run {
	uint64_t order; /* its bytes, the first one highest */
	uint8_t size, rarity;
	bool caseless;
	uint8_t at; /* in the literal */
	uint32_t literal;
};

/* Runs alike, one for each literal that has them. */
struct group {
	size_t first, count;
	unsigned rarity;
};

static uint8_t lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + ('a' - 'A')) : byte;
}

static unsigned class_of(uint8_t byte)
{
	byte = lower(byte);
	if (byte >= 'a' && byte <= 'z')
		return (unsigned)byte - 'a';
	if (byte >= '0' && byte <= '9')
		return DIGIT;
	if ((byte >= ' ' && byte <= '~') || (byte >= '\t' && byte <= '\r'))
		return PRINTABLE;
	return byte == 0 ? ZERO : OTHER;
}

/* In bits: how many bytes hold the run once, as a chain of pairs has it. UTF-16 is rated by its
 * letters, for among texts of UTF-16 it must be rare too. */
static unsigned rarity_of(const uint8_t *bytes, size_t size)
{
	size_t step = size == WIDE ? 2 : 1;
	unsigned sum = 0;
	for (size_t i = 0; i + step < size; i += step) {
		unsigned one = class_of(bytes[i]), next = class_of(bytes[i + step]);
		bool rule = bytes[i] == bytes[i + step] && one > DIGIT; /* "----" */
		sum += 3u + (unsigned)((rule ? TWICE : rarity[one][next]) - 'a');
		if (i > 0)
			sum -= 1u + (unsigned)(rarity_alone[one] - 'a');
	}
	return sum;
}

double roots_rate(uint8_t byte)
{
	return 1.0 / (double)(2U << (rarity_alone[class_of(byte)] - 'a'));
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool is_wide(const struct pattern *literal, struct bytes text)
{
	bool wide = literal->wide;
	for (size_t i = 0; i < text.len; i++)
		wide |= text.ptr[i] >= 0x80;
	return wide;
}

/* All runs of one literal go to the end of `runs`; its whole text if it is no longer. */
static size_t add_runs(struct run *runs, const struct patterns *literals, size_t index)
{
	const struct pattern *literal = &literals->items[index];
	struct bytes text = bytes_slice(patterns_text(literals, index), 0, WITHIN);
	size_t size = smaller(is_wide(literal, text) ? WIDE : NARROW, text.len), added = 0;
	for (size_t at = 0; at + size <= text.len; at += literal->wide ? 2 : 1) {
		if (text.ptr[at] == 0)
			continue; /* Vectorscan takes it for an empty text */
		struct run *run = &runs[added++];
		*run = (struct run){.size = (uint8_t)size,
		                    .caseless = literal->flags & HS_FLAG_CASELESS,
		                    .at = (uint8_t)at,
		                    .literal = (uint32_t)index};
		uint8_t bytes[WIDE];
		for (size_t i = 0; i < size; i++) {
			bytes[i] = run->caseless ? lower(text.ptr[at + i]) : text.ptr[at + i];
			run->order = run->order << 8 | bytes[i];
		}
		run->rarity = (uint8_t)rarity_of(bytes, size);
	}
	return added;
}

static int compare_runs(const void *left, const void *right)
{
	const struct run *a = left, *b = right;
	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	if (a->caseless != b->caseless)
		return a->caseless ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return (a->literal > b->literal) - (a->literal < b->literal);
}

static bool are_alike(const struct run *a, const struct run *b)
{
	return a->size == b->size && a->caseless == b->caseless && a->order == b->order;
}

/* Those that serve most literals first, then the rarest; the order of the runs settles the rest. */
static int compare_groups(const void *left, const void *right)
{
	const struct group *a = left, *b = right;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	if (a->rarity != b->rarity)
		return a->rarity > b->rarity ? -1 : 1;
	return (a->first > b->first) - (a->first < b->first);
}

/* The rarest first, then as above. */
static int compare_rarity(const void *left, const void *right)
{
	const struct group *a = left, *b = right;
	if (a->rarity != b->rarity)
		return a->rarity > b->rarity ? -1 : 1;
	return compare_groups(left, right);
}

/* The choice in hand. */
struct choice {
	const struct patterns *literals;
	struct patterns *list;
	struct run *runs;
	struct group *groups;
	size_t run_count, group_count;
	bool *served; /* per literal */
};

static bool prepare(struct choice *choice)
{
	size_t count = choice->literals->count;
	choice->runs = calloc(count * WITHIN + 1, sizeof *choice->runs);
	choice->groups = calloc(count * WITHIN + 1, sizeof *choice->groups);
	choice->served = calloc(count + 1, sizeof *choice->served);
	return choice->runs && choice->groups && choice->served;
}

static void group_runs(struct choice *choice)
{
	for (size_t i = 0; i < choice->run_count; i++) {
		struct group *group = &choice->groups[choice->group_count];
		const struct run *run = &choice->runs[i];
		if (i == 0 || !are_alike(run, run - 1)) {
			*group = (struct group){i, 1, run->rarity};
			choice->group_count++;
		} else {
			group[-1].count++; /* a run that its literal has twice counts twice */
		}
	}
}

/* How many literals that nothing serves yet the group would serve. */
static size_t would_serve(const struct choice *choice, const struct group *group)
{
	size_t count = 0;
	uint32_t last = UINT32_MAX;
	for (size_t i = group->first; i < group->first + group->count; i++) {
		uint32_t literal = choice->runs[i].literal;
		count += literal != last && !choice->served[literal];
		last = literal;
	}
	return count;
}

/* The byte `back` places before a run. */
static uint8_t byte_before(const struct choice *choice, const struct run *run, size_t back)
{
	uint8_t byte = patterns_text(choice->literals, run->literal).ptr[run->at - back];
	return run->caseless ? lower(byte) : byte;
}

/* How many bytes before their runs all literals of a group share. */
static size_t shared_before(const struct choice *choice, const struct group *group)
{
	const struct run *run = &choice->runs[group->first];
	size_t back = smaller(LONGEST - run->size, run->at);
	for (size_t i = 1; i < group->count; i++) {
		back = smaller(back, run[i].at);
		for (size_t j = 1; j <= back; j++)
			if (byte_before(choice, &run[i], j) != byte_before(choice, run, j))
				back = j - 1;
	}
	while (back > 0 && byte_before(choice, run, back) == 0)
		back--;
	return back;
}

static void take(struct choice *choice, const struct group *group)
{
	const struct run *run = &choice->runs[group->first];
	for (size_t i = 0; i < group->count; i++)
		choice->served[run[i].literal] = true;
	size_t back = shared_before(choice, group);
	struct bytes root = bytes_slice(patterns_text(choice->literals, run->literal),
	                                run->at - back, back + run->size);
	patterns_put(choice->list, 0, root,
	             HS_FLAG_SINGLEMATCH | (run->caseless ? HS_FLAG_CASELESS : 0));
}

/* First what serves several, as long as it is rare; then each one left takes its rarest run. */
static void choose(struct choice *choice)
{
	qsort(choice->runs, choice->run_count, sizeof *choice->runs, compare_runs);
	group_runs(choice);
	qsort(choice->groups, choice->group_count, sizeof *choice->groups, compare_groups);
	for (size_t i = 0; i < choice->group_count && choice->groups[i].count > 1; i++)
		if (choice->groups[i].rarity >= SHARED &&
		    would_serve(choice, &choice->groups[i]) > 1)
			take(choice, &choice->groups[i]);
	qsort(choice->groups, choice->group_count, sizeof *choice->groups, compare_rarity);
	for (size_t i = 0; i < choice->group_count; i++)
		if (would_serve(choice, &choice->groups[i]) > 0)
			take(choice, &choice->groups[i]);
}

enum debar_status roots_choose(struct patterns *list, const struct patterns *literals,
                               struct debar_error *error)
{
	patterns_init(list);
	struct choice choice = {.literals = literals, .list = list};
	enum debar_status status = DEBAR_OK;
	if (!prepare(&choice))
		status = error_set(error, DEBAR_NO_MEMORY, 0, "no memory for search patterns");
	for (size_t i = 0; i < literals->count && status == DEBAR_OK; i++) {
		const struct pattern *literal = &literals->items[i];
		if (literal->id >= MATCHER_ATOM)
			patterns_put(list, literal->id, patterns_text(literals, i), literal->flags);
		else
			choice.run_count += add_runs(choice.runs + choice.run_count, literals, i);
	}
	if (status == DEBAR_OK) {
		choose(&choice);
		status = patterns_check_list(list, error);
	}
	for (size_t i = 0; i < literals->count && status == DEBAR_OK; i++)
		if (literals->items[i].id < MATCHER_ATOM && !choice.served[i])
			status = error_set(error, DEBAR_INVALID, 0,
			                   "a byte mark has no run to be searched for by");
	free(choice.runs);
	free(choice.groups);
	free(choice.served);
	return status;
}

uint64_t roots_fingerprint(const struct patterns *literals)
{
	const uint8_t version = VERSION;
	return format_hash(patterns_fingerprint(literals), (struct bytes){&version, 1});
}
