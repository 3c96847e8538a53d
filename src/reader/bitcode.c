/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bitcode: what LLVM's compilers write for each other (llvm.org/docs/BitCodeFormat.html): modules,
 * which stand in static libraries and in programs for Apple's systems, Swift's modules and
 * precompiled headers. It is a stream of bits whose characters begin anywhere in a byte and have
 * six, seven or eight bits, so that a search of the file does not see the strings of the program.
 * The numbers of all records are written out as bytes, one child for all. Written here because the
 * one library that reads it is the compiler.
 */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/pump.h"
#include "reader/rest.h"

extern const struct reader reader_bitcode;

enum {
	WRAPPER = 20,  /* bytes: magic, version, offset, size, processor */
	TOP_WIDTH = 2, /* bits of an abbreviation's number outside of all blocks */
	WIDTH_MOST = 32,
	DEPTH_MOST = 64, /* blocks in one another; a module's go six deep */
	ABBREVIATIONS_MOST = 1024,
	OPERANDS_MOST = 8 << 10, /* of all abbreviations that hold at one time */
	STEP = 1 << 20,          /* bytes between two signs of life */
};

/* Numbers of abbreviations that are always there; those that a block has come behind them. */
enum { END_BLOCK, ENTER_BLOCK, DEFINE, UNABBREVIATED, FIRST_DEFINED };

/* As they are numbered in the stream, and what stands for no encoding there. */
enum encoding { LITERAL, FIXED, VARIABLE, ARRAY, CHAR6, BLOB };

enum { INFO_BLOCK = 0, SET_BLOCK = 1 }; /* the block that defines for others; its first record */

struct operand {
	uint64_t value; /* of a literal, else a width in bits */
	enum encoding encoding;
};

struct abbreviation {
	uint64_t block;                /* whose it is, of those that are kept */
	const struct operand *operand; /* the first */
	size_t count;
};

struct abbreviations {
	struct abbreviation list[ABBREVIATIONS_MOST];
	struct operand operands[OPERANDS_MOST];
	size_t count, operand_count;
};

/* What holds inside of a block, and what there was before it. */
struct frame {
	uint64_t block;
	unsigned width;
	size_t abbreviation_count, operand_count;
};

struct stream {
	struct visit *visit;
	struct bytes body;
	uint64_t bit;
	bool bad;
	const char *why; /* a limit that was reached */
	struct frame frames[DEPTH_MOST];
	size_t depth;
	struct abbreviations here, kept; /* of the blocks around; what the info block defined */
	uint64_t info_for;               /* the block that it defines for */
	struct pump pump;
	uint8_t *room; /* where numbers go */
	size_t room_size, filled;
	uint64_t told; /* bytes that were said to be passed */
};

static uint64_t bits_left(const struct stream *s)
{
	return (uint64_t)s->body.len * 8 - s->bit;
}

/* The next eight bytes as a number, the lowest first; those past the end are 0. */
static uint64_t ahead(const struct stream *s)
{
	struct bytes eight = bytes_slice(s->body, (size_t)(s->bit / 8), 8);
	uint64_t value = 0;
	if (eight.len == 8) { /* apart, so that it becomes one load */
		for (size_t i = 0; i < 8; i++)
			value |= (uint64_t)eight.ptr[i] << 8 * i;
		return value;
	}
	for (size_t i = 0; i < eight.len; i++)
		value |= (uint64_t)eight.ptr[i] << 8 * i;
	return value;
}

/* The next `width` bits, the lowest first; 0 and bad past the end. */
static uint64_t take(struct stream *s, uint64_t width)
{
	if (width > WIDTH_MOST || width > bits_left(s)) {
		s->bad = true;
		return 0;
	}
	uint64_t value = ahead(s) >> s->bit % 8 & ((UINT64_C(1) << width) - 1);
	s->bit += width;
	return value;
}

/* A number in pieces of `width` bits, whose highest says that there is another. */
static uint64_t take_variable(struct stream *s, uint64_t width)
{
	uint64_t value = 0, more = 0;
	if (width < 2 || width > WIDTH_MOST)
		s->bad = true;
	else
		more = UINT64_C(1) << (width - 1);
	for (unsigned shift = 0; !s->bad; shift += (unsigned)width - 1) {
		uint64_t piece = take(s, width);
		if (shift > 63)
			s->bad = true;
		else
			value |= (piece & (more - 1)) << shift;
		if (!(piece & more))
			break;
	}
	return s->bad ? 0 : value;
}

static void align(struct stream *s)
{
	(void)take(s, (32 - s->bit % 32) % 32);
}

static void put(struct stream *s, uint64_t value)
{
	if (s->filled == s->room_size) {
		pump_made(&s->pump, s->filled);
		s->filled = s->room_size = 0;
		s->room = pump_room(&s->pump, &s->room_size);
	}
	if (s->room)
		s->room[s->filled++] = value < 256 ? (uint8_t)value : 0;
	else
		s->room_size = 0;
}

static void limit(struct stream *s, const char *why)
{
	s->why = s->why ? s->why : why;
	s->bad = true;
}

/* One that stands for a number; false when it cannot. */
static bool take_operand(struct stream *s, const struct operand *operand, uint64_t *value)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._";
	switch (operand->encoding) {
	case LITERAL:
		*value = operand->value;
		return true;
	case FIXED:
		*value = take(s, operand->value);
		return true;
	case VARIABLE:
		*value = operand->value > 0 ? take_variable(s, operand->value) : 0;
		return true;
	case CHAR6:
		*value = (uint8_t)letters[take(s, 6)];
		return true;
	case ARRAY:
	case BLOB:
	default:
		return false;
	}
}

/* An array may not be of elements that take no bits: it would have no end. */
static bool has_bits(const struct operand *element)
{
	return element->encoding == CHAR6 ||
	       ((element->encoding == FIXED || element->encoding == VARIABLE) &&
	        element->value > 0);
}

static void read_array(struct stream *s, const struct operand *element)
{
	uint64_t count = take_variable(s, 6), value;
	s->bad |= count > 0 && !has_bits(element);
	for (uint64_t i = 0; i < count && !s->bad; i++)
		if (take_operand(s, element, &value))
			put(s, value);
}

/* Whole bytes, which a search of the file sees. */
static void read_blob(struct stream *s)
{
	uint64_t size = take_variable(s, 6);
	align(s);
	if (size > bits_left(s) / 8)
		s->bad = true;
	else
		s->bit += size * 8;
	align(s);
}

/* In the info block a record says whom the abbreviations behind it are for. */
static void note_record(struct stream *s, uint64_t code, uint64_t first)
{
	if (s->frames[s->depth].block == INFO_BLOCK && s->depth > 0 && code == SET_BLOCK)
		s->info_for = first;
}

static void read_abbreviated(struct stream *s, const struct abbreviation *abbreviation)
{
	uint64_t numbers[2] = {0}; /* the code, and what comes behind it */
	for (size_t i = 0; i < abbreviation->count && !s->bad; i++) {
		const struct operand *operand = &abbreviation->operand[i];
		uint64_t value;
		if (take_operand(s, operand, &value)) {
			if (i < 2)
				numbers[i] = value;
			put(s, value);
		} else if (operand->encoding == ARRAY) {
			read_array(s, &abbreviation->operand[++i]);
		} else {
			read_blob(s);
		}
	}
	note_record(s, numbers[0], numbers[1]);
	put(s, 0);
}

static void read_unabbreviated(struct stream *s)
{
	uint64_t code = take_variable(s, 6), count = take_variable(s, 6), first = 0;
	for (uint64_t i = 0; i < count && !s->bad; i++) {
		uint64_t value = take_variable(s, 6);
		if (i == 0)
			first = value;
		put(s, value);
	}
	note_record(s, code, first);
	put(s, 0);
}

/* The next operand of a definition. */
static struct operand read_operand(struct stream *s)
{
	if (take(s, 1))
		return (struct operand){take_variable(s, 8), LITERAL};
	uint64_t encoding = take(s, 3);
	if (encoding < FIXED || encoding > BLOB)
		s->bad = true;
	bool has_width = encoding == FIXED || encoding == VARIABLE;
	return (struct operand){has_width ? take_variable(s, 5) : 0, (enum encoding)encoding};
}

/* An array stands before its element, which is the last; so is a blob. */
static bool is_sound(const struct operand *operands, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		enum encoding is = operands[i].encoding;
		bool last = i + 1 == count, scalar = is != ARRAY && is != BLOB;
		if ((is == ARRAY && i + 2 != count) || (is == BLOB && !last) ||
		    (i > 0 && operands[i - 1].encoding == ARRAY && !scalar))
			return false;
	}
	return count > 0;
}

static void read_definition(struct stream *s)
{
	bool for_others = s->frames[s->depth].block == INFO_BLOCK && s->depth > 0;
	struct abbreviations *to = for_others ? &s->kept : &s->here;
	uint64_t count = take_variable(s, 5);
	if (to->count == ABBREVIATIONS_MOST || count > OPERANDS_MOST - to->operand_count) {
		limit(s, "more abbreviations than are kept");
		return;
	}
	struct operand *operands = &to->operands[to->operand_count];
	for (uint64_t i = 0; i < count && !s->bad; i++)
		operands[i] = read_operand(s);
	s->bad |= !is_sound(operands, (size_t)count);
	to->list[to->count++] = (struct abbreviation){s->info_for, operands, (size_t)count};
	to->operand_count += (size_t)count;
}

static void enter_block(struct stream *s)
{
	uint64_t block = take_variable(s, 8), width = take_variable(s, 4);
	align(s);
	(void)take(s, 32); /* words of the block: its end is where it says so itself */
	if (s->depth + 1 == DEPTH_MOST) {
		limit(s, "blocks too deep in one another");
		return;
	}
	s->bad |= width > WIDTH_MOST || width < TOP_WIDTH;
	s->frames[++s->depth] =
		(struct frame){block, (unsigned)width, s->here.count, s->here.operand_count};
	for (size_t i = 0; i < s->kept.count; i++) {
		if (s->kept.list[i].block != block)
			continue;
		if (s->here.count == ABBREVIATIONS_MOST)
			limit(s, "more abbreviations than are kept");
		else
			s->here.list[s->here.count++] = s->kept.list[i];
	}
}

static void end_block(struct stream *s)
{
	const struct frame *frame = &s->frames[s->depth];
	align(s);
	s->here.count = frame->abbreviation_count;
	s->here.operand_count = frame->operand_count;
	s->depth--;
}

static void read_defined(struct stream *s, uint64_t number)
{
	size_t from = s->frames[s->depth].abbreviation_count;
	if (number >= s->here.count - from)
		s->bad = true;
	else
		read_abbreviated(s, &s->here.list[from + (size_t)number]);
}

static void read_item(struct stream *s)
{
	uint64_t number = take(s, s->frames[s->depth].width);
	if (s->bad || (s->depth == 0 && number != ENTER_BLOCK))
		s->bad = true;
	else if (number == END_BLOCK)
		end_block(s);
	else if (number == ENTER_BLOCK)
		enter_block(s);
	else if (number == DEFINE)
		read_definition(s);
	else if (number == UNABBREVIATED)
		read_unabbreviated(s);
	else
		read_defined(s, number - FIRST_DEFINED);
}

static bool begins_stream(struct bytes body)
{
	static const struct bytes magics[] = {
		{(const uint8_t *)"BC\xc0\xde", 4},
		{(const uint8_t *)"\xe2\x9c\xa8\x0e", 4}, /* Swift's module */
		{(const uint8_t *)"\xe2\x9c\xa8\x05", 4}, /* and its documentation */
		{(const uint8_t *)"CPCH", 4},             /* Clang's headers and modules */
	};
	uint8_t next = body.len > 4 ? body.ptr[4] : 0;
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
		if (bytes_start_with(body, magics[i]))
			return (next & ((1 << TOP_WIDTH) - 1)) == ENTER_BLOCK;
	return false;
}

/* Behind the last block; what comes there is not of the stream. Linkers put one behind another. */
static bool is_at_end(struct stream *s)
{
	if (s->depth > 0)
		return false;
	struct bytes rest = bytes_from(s->body, (size_t)(s->bit / 8));
	if (begins_stream(rest)) {
		s->bit += 32;
		s->kept.count = s->kept.operand_count = 0;
		return false;
	}
	return rest.len < 4 || (rest.ptr[0] & ((1 << TOP_WIDTH) - 1)) != ENTER_BLOCK;
}

/* To the end, or where it breaks. False when a limit of the visit was reached. */
static bool read_stream(struct stream *s)
{
	while (!s->bad && !s->pump.stopped && !is_at_end(s)) {
		read_item(s);
		if (s->bit / 8 - s->told < STEP)
			continue;
		if (!visit_passed(s->visit, s->bit / 8 - s->told))
			return false;
		s->told = s->bit / 8;
	}
	return !s->pump.stopped;
}

/* The stream behind a wrapper, as in Mach-O for old systems of Apple: magic 0x0B17C0DE, version,
 * offset, size, processor. */
static struct bytes unwrap(struct bytes body)
{
	struct cursor c = cursor_over(body);
	bool wrapped = cursor_u32le(&c) == 0x0B17C0DE;
	cursor_skip(&c, 4);
	uint32_t offset = cursor_u32le(&c), size = cursor_u32le(&c);
	if (!wrapped || !cursor_ok(&c) || offset < WRAPPER)
		return body;
	return bytes_slice(body, offset, size);
}

static bool recognise_bitcode(const struct sight *sight)
{
	return begins_stream(unwrap(sight->head));
}

static enum read_result read_bitcode(struct visit *visit, struct bytes body)
{
	struct bytes inner = unwrap(body);
	if (!begins_stream(inner))
		return READ_NOT_MINE;
	size_t from = (size_t)(inner.ptr - body.ptr);
	struct stream *s = visit_alloc(visit, 1, sizeof *s);
	s->visit = visit;
	s->body = inner;
	s->bit = 32;
	s->frames[0].width = TOP_WIDTH;
	s->pump = pump_start(visit, BYTES("records"), inner.len);
	bool going = read_stream(s);
	pump_made(&s->pump, s->filled);
	if (s->pump.spool)
		(void)pump_end(&s->pump, CLASS_UNREAD, NULL);
	size_t end = from + (size_t)((s->bit + 7) / 8);
	struct bytes between =
		from > WRAPPER ? bytes_slice(body, WRAPPER, from - WRAPPER) : (struct bytes){0};
	if (between.len >= LIMIT_HOLE && !rest_is_padding(between))
		visit_child(visit, BYTES("data between parts"), between);
	if (going && s->bad)
		return rest_damaged(visit, body, end, s->why ? s->why : "damaged bitcode");
	if (going)
		visit_trailing(visit, body, end);
	return going ? READ_WHOLE : READ_PARTLY;
}

const struct reader reader_bitcode = {
	.name = "bitcode",
	.recognise = recognise_bitcode,
	.read = read_bitcode,
	.understood = CLASS_READ,
};
