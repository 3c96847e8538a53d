/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mach-O: programs, libraries, kernel extensions and objects of Apple's systems, and the universal
 * ("fat") files that hold one image for each processor (xnu EXTERNAL_HEADERS/mach-o/loader.h,
 * fat.h). Written here because evidence needs exact offsets.
 */
#include "core/limits.h"
#include "core/normal.h"
#include "core/reader.h"
#include "reader/carried.h"
#include "reader/endian.h"
#include "reader/macho_signature.h"
#include "reader/rest.h"

extern const struct reader reader_macho;

enum {
	FAT_IMAGES_MOST =
		42, /* as Java's class files with the same magic have 45 there, and more */
	FILE_OBJECT = 1,
	FILE_CORE = 4,
	FILE_DSYM = 10,
};

/* Load commands, without the flag "required by dyld". */
enum {
	SEGMENT = 0x1,
	SYMBOLS = 0x2,
	DYNAMIC_SYMBOLS = 0xb,
	LOAD_LIBRARY = 0xc,
	OWN_NAME = 0xd,
	LOAD_WEAK_LIBRARY = 0x18,
	SEGMENT_64 = 0x19,
	CODE_SIGNATURE = 0x1d,
	SPLIT_INFO = 0x1e,
	REEXPORT_LIBRARY = 0x1f,
	LAZY_LIBRARY = 0x20,
	ENCRYPTION = 0x21,
	BIND_INFO = 0x22,
	UPWARD_LIBRARY = 0x23,
	FUNCTION_STARTS = 0x26,
	DATA_IN_CODE = 0x29,
	DEPENDENCIES_SIGNATURES = 0x2b,
	ENCRYPTION_64 = 0x2c,
	LINKER_HINTS = 0x2e,
	NOTE = 0x31,
	EXPORTS = 0x33,
	CHAINED_FIXUPS = 0x34,
};

struct macho {
	struct visit *visit;
	struct bytes body;
	bool big, wide;
	uint32_t file_type;
	struct rest rest;
	size_t libraries;
	uint64_t handed_over; /* bytes of the members so far */
	struct span signature, encrypted;
	bool is_signed, is_encrypted;
	const char *damage; /* the first; given as one gap at the end */
	uint64_t damage_at;
};

static bool is_fat(struct bytes head)
{
	struct cursor c = cursor_over(head);
	uint32_t magic = cursor_u32be(&c), count = cursor_u32be(&c);
	return (magic == 0xcafebabe || magic == 0xcafebabf) && count > 0 &&
	       count <= FAT_IMAGES_MOST;
}

static bool is_image(struct bytes head, bool *big, bool *wide)
{
	struct cursor c = cursor_over(head);
	uint32_t magic = cursor_u32be(&c);
	*big = magic == 0xfeedface || magic == 0xfeedfacf;
	*wide = magic == 0xfeedfacf || magic == 0xcffaedfe;
	return *big || magic == 0xcefaedfe || magic == 0xcffaedfe;
}

static bool is_macho(const struct sight *sight)
{
	bool big, wide;
	return is_fat(sight->head) || is_image(sight->head, &big, &wide);
}

static void note_damage(struct macho *m, uint64_t at, const char *reason)
{
	if (m->damage)
		return;
	m->damage = reason;
	m->damage_at = at < m->body.len ? at : 0;
}

/* A part of the file; empty, and damage, when it does not lie inside. */
static struct bytes take_part(struct macho *m, uint64_t offset, uint64_t size)
{
	struct cursor c = cursor_over(m->body);
	if (size == 0)
		return (struct bytes){0};
	cursor_seek(&c, offset);
	struct bytes part = cursor_take(&c, size);
	if (cursor_ok(&c)) {
		rest_add(&m->rest, offset, size);
		return part;
	}
	if (m->file_type != FILE_DSYM) { /* those describe another file */
		rest_add(&m->rest, offset, size);
		note_damage(m, offset, "a part reaches past the end of the file");
	}
	return (struct bytes){0};
}

/* Members may not overlap: else a small file could hold a thousand times its size. */
static void hand_over(struct macho *m, struct bytes name, struct bytes data)
{
	if (data.len > m->body.len - m->handed_over) {
		note_damage(m, 0, "members overlap");
		return;
	}
	m->handed_over += data.len;
	visit_child(m->visit, name, data);
}

static uint64_t take_word(struct macho *m, struct cursor *c)
{
	return m->wide ? endian_u64(c, m->big) : endian_u32(c, m->big);
}

/* Property lists are members; so is whatever file a program carries along. */
static void read_section(struct macho *m, struct cursor *c)
{
	struct bytes name = bytes_trim_end(cursor_take(c, 16), '\0');
	cursor_skip(c, 16);    /* segment */
	(void)take_word(m, c); /* address */
	uint64_t size = take_word(m, c);
	uint32_t offset = endian_u32(c, m->big);
	cursor_skip(c, 4); /* alignment */
	uint32_t relocations_at = endian_u32(c, m->big), relocations = endian_u32(c, m->big);
	uint32_t flags = endian_u32(c, m->big);
	cursor_skip(c, m->wide ? 12 : 8);
	uint32_t kind = flags & 0xff;
	bool is_empty = kind == 1 || kind == 0xc || kind == 0x12 || offset == 0; /* zero-filled */
	if (!cursor_ok(c))
		return;
	(void)take_part(m, relocations_at, (uint64_t)relocations * 8);
	struct bytes data = is_empty ? (struct bytes){0} : take_part(m, offset, size);
	if (data.len == 0)
		return;
	if (bytes_equal(name, BYTES("__info_plist")))
		hand_over(m, BYTES("Info.plist"), bytes_trim_end(data, '\0'));
	else if (bytes_equal(name, BYTES("__launchd_plist")))
		hand_over(m, BYTES("launchd.plist"), bytes_trim_end(data, '\0'));
	else if (rest_begins_like_a_file(data))
		hand_over(m, name, data);
}

static void read_segment(struct macho *m, struct cursor c)
{
	cursor_skip(&c, 16);    /* name */
	(void)take_word(m, &c); /* address */
	(void)take_word(m, &c); /* size in memory */
	uint64_t offset = take_word(m, &c);
	uint64_t size = take_word(m, &c);
	cursor_skip(&c, 4 + 4); /* protection */
	uint32_t sections = endian_u32(&c, m->big);
	cursor_skip(&c, 4); /* flags */
	if (cursor_ok(&c))
		(void)take_part(m, offset, size);
	sections = (uint32_t)cursor_fits(&c, sections, m->wide ? 80 : 68);
	for (uint32_t i = 0; i < sections; i++)
		read_section(m, &c);
	if (!cursor_ok(&c))
		note_damage(m, 0, "damaged segment command");
}

static void read_library(struct macho *m, struct bytes command)
{
	struct cursor c = cursor_over(command);
	cursor_skip(&c, 8);
	uint32_t at = endian_u32(&c, m->big);
	cursor_seek(&c, at);
	struct bytes path = bytes_slice(command, c.at, NORMAL_MAX);
	path = bytes_slice(path, 0, bytes_find(path, BYTES("\0")));
	if (!cursor_ok(&c) || m->libraries++ >= LIMIT_ELF_STRINGS) {
		note_damage(m, 0, "damaged or too many library commands");
		return;
	}
	visit_fact(m->visit, FACT_MACHO_LIBRARY, path,
	           (struct span){path.len ? (uint64_t)(path.ptr - m->body.ptr) : 0, path.len});
}

static struct span take_span(struct macho *m, struct cursor *c)
{
	struct span span = {.offset = endian_u32(c, m->big)};
	span.length = endian_u32(c, m->big);
	return span;
}

static void read_symbols(struct macho *m, struct cursor c)
{
	struct span symbols = take_span(m, &c), strings = take_span(m, &c);
	(void)take_part(m, symbols.offset, symbols.length * (m->wide ? 16 : 12));
	(void)take_part(m, strings.offset, strings.length);
}

/* Tables of objects; those of programs lie in a segment. */
static void read_dynamic_symbols(struct macho *m, struct cursor c)
{
	static const unsigned sizes[] = {8, 56, 4, 4, 8, 8};
	cursor_skip(&c, 6 * 4);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct span table = take_span(m, &c);
		(void)take_part(m, table.offset, table.length * sizes[i]);
	}
}

static void read_encryption(struct macho *m, struct cursor c)
{
	struct span span = take_span(m, &c);
	uint32_t method = endian_u32(&c, m->big);
	if (method == 0 || m->is_encrypted)
		return;
	m->is_encrypted = true;
	m->encrypted = take_part(m, span.offset, span.length).len > 0 ? span : (struct span){0, 0};
}

static void read_note(struct macho *m, struct cursor c)
{
	cursor_skip(&c, 16); /* owner */
	uint64_t offset = endian_u64(&c, m->big), size = endian_u64(&c, m->big);
	(void)take_part(m, offset, size);
}

/* One load command: `c` is behind its kind and size. */
static void read_command(struct macho *m, uint32_t kind, struct bytes command)
{
	struct cursor c = cursor_over(command);
	cursor_skip(&c, 8);
	struct cursor data = c;
	switch (kind & INT32_MAX) {
	case SEGMENT:
	case SEGMENT_64:
		read_segment(m, c);
		break;
	case LOAD_LIBRARY:
	case OWN_NAME:
	case LOAD_WEAK_LIBRARY:
	case REEXPORT_LIBRARY:
	case LAZY_LIBRARY:
	case UPWARD_LIBRARY:
		read_library(m, command);
		break;
	case SYMBOLS:
		read_symbols(m, c);
		break;
	case DYNAMIC_SYMBOLS:
		read_dynamic_symbols(m, c);
		break;
	case BIND_INFO:
		for (int i = 0; i < 5; i++) {
			struct span span = take_span(m, &data);
			(void)take_part(m, span.offset, span.length);
		}
		break;
	case CODE_SIGNATURE:
		m->signature = take_span(m, &data);
		m->is_signed = take_part(m, m->signature.offset, m->signature.length).len > 0;
		break;
	case ENCRYPTION:
	case ENCRYPTION_64:
		read_encryption(m, c);
		break;
	case NOTE:
		read_note(m, c);
		break;
	case SPLIT_INFO:
	case FUNCTION_STARTS:
	case DATA_IN_CODE:
	case DEPENDENCIES_SIGNATURES:
	case LINKER_HINTS:
	case EXPORTS:
	case CHAINED_FIXUPS: {
		struct span span = take_span(m, &data);
		(void)take_part(m, span.offset, span.length);
		break;
	}
	default:
		break;
	}
}

static void read_commands(struct macho *m, struct cursor *c, uint32_t count, uint32_t size)
{
	size_t at = c->at;
	struct bytes commands = cursor_take(c, size);
	struct cursor inside = cursor_over(commands);
	if (!cursor_ok(c)) /* cut short: what is there may still say something */
		inside = cursor_over(bytes_from(m->body, at));
	for (uint32_t i = 0; i < count; i++) {
		struct cursor ahead = inside;
		uint32_t kind = endian_u32(&ahead, m->big), length = endian_u32(&ahead, m->big);
		struct bytes command = cursor_take(&inside, length);
		if (!cursor_ok(&inside) || length < 8)
			break;
		read_command(m, kind, command);
		if (i + 1 == count && cursor_ok(c))
			return;
	}
	if (count > 0 || !cursor_ok(c))
		note_damage(m, at, "damaged load commands");
}

static enum read_result finish(struct macho *m)
{
	if (m->is_signed) {
		const char *reason =
			macho_signature_read(m->visit, m->body, m->signature, m->is_encrypted);
		if (reason)
			note_damage(m, m->signature.offset, reason);
	} else if (m->signature.length == 0 && m->file_type != FILE_OBJECT &&
	           m->file_type != FILE_CORE) {
		visit_fact(m->visit, FACT_SIGNER_STATUS, BYTES("unsigned"), (struct span){0, 0});
	}
	rest_hand_over_holes(&m->rest, m->visit, m->body);
	(void)rest_hand_over(m->visit, m->body, rest_end(&m->rest), BYTES("overlay"));
	bool carried = carried_zips(m->visit, bytes_slice(m->body, 0, (size_t)rest_end(&m->rest)));
	if (m->is_encrypted)
		visit_gap(m->visit, m->damage ? (struct span){0, 0} : m->encrypted, CLASS_OPAQUE,
		          m->damage ? "encrypted segment, and damage" : "encrypted segment");
	else if (m->damage)
		visit_gap(m->visit, (struct span){m->damage_at, 0}, CLASS_UNREAD, m->damage);
	return m->is_encrypted || m->damage || !carried ? READ_PARTLY : READ_WHOLE;
}

static enum read_result read_image(struct macho *m)
{
	struct cursor c = cursor_over(m->body);
	cursor_skip(&c, 4 + 4 + 4); /* magic, processor */
	m->file_type = endian_u32(&c, m->big);
	uint32_t count = endian_u32(&c, m->big), size = endian_u32(&c, m->big);
	cursor_skip(&c, m->wide ? 8 : 4); /* flags */
	if (!cursor_ok(&c))
		return rest_damaged(m->visit, m->body, 0, "damaged Mach-O header");
	/* The shortest that states a part is a section; a command states up to six. */
	uint64_t most = (m->body.len < size ? m->body.len : size) / 8 + 16;
	if (most > LIMIT_ELF_PARTS)
		most = LIMIT_ELF_PARTS;
	rest_init(&m->rest, m->visit, (size_t)most);
	rest_add(&m->rest, 0, c.at + (uint64_t)size);
	read_commands(m, &c, count, size);
	if (m->rest.count == m->rest.room)
		note_damage(m, 0, "too many parts to look between them");
	return finish(m);
}

static struct bytes processor_name(uint32_t processor, uint32_t kind)
{
	static const struct {
		uint32_t processor, kind; /* UINT32_MAX: any */
		const char *name;
	} names[] = {
		{0x01000007, 8, "x86_64h"},
		{0x01000007, UINT32_MAX, "x86_64"},
		{7, UINT32_MAX, "i386"},
		{0x0100000c, 2, "arm64e"},
		{0x0100000c, UINT32_MAX, "arm64"},
		{0x0200000c, UINT32_MAX, "arm64_32"},
		{12, 6, "armv6"},
		{12, 9, "armv7"},
		{12, 11, "armv7s"},
		{12, 12, "armv7k"},
		{12, UINT32_MAX, "arm"},
		{18, UINT32_MAX, "ppc"},
		{0x01000012, UINT32_MAX, "ppc64"},
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].processor == processor &&
		    (names[i].kind == UINT32_MAX || names[i].kind == (kind & 0xffffff)))
			return bytes_of(names[i].name);
	return (struct bytes){0};
}

/* Universal files are always big-endian. */
static enum read_result read_fat(struct macho *m)
{
	struct cursor c = cursor_over(m->body);
	bool wide = cursor_u32be(&c) == 0xcafebabf;
	uint32_t count = cursor_u32be(&c);
	rest_init(&m->rest, m->visit, FAT_IMAGES_MOST + 1);
	m->handed_over = 8 + count * (wide ? 32u : 20u); /* an image that is the whole would be its
	                                                    own child */
	m->handed_over = m->handed_over < m->body.len ? m->handed_over : m->body.len;
	rest_add(&m->rest, 0, m->handed_over);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t processor = cursor_u32be(&c), kind = cursor_u32be(&c);
		uint64_t offset = wide ? cursor_u64be(&c) : cursor_u32be(&c);
		uint64_t size = wide ? cursor_u64be(&c) : cursor_u32be(&c);
		cursor_skip(&c, wide ? 8 : 4); /* alignment */
		if (!cursor_ok(&c)) {
			note_damage(m, 0, "damaged universal header");
			break;
		}
		struct bytes image = take_part(m, offset, size);
		if (image.len > 0)
			hand_over(m, processor_name(processor, kind), image);
	}
	rest_hand_over_holes(&m->rest, m->visit, m->body);
	(void)rest_hand_over(m->visit, m->body, rest_end(&m->rest), BYTES("overlay"));
	return m->damage ? rest_damaged(m->visit, m->body, m->damage_at, m->damage) : READ_WHOLE;
}

static enum read_result read_macho(struct visit *visit, struct bytes body)
{
	struct macho m = {.visit = visit, .body = body};
	if (is_fat(body))
		return read_fat(&m);
	return is_image(body, &m.big, &m.wide) ? read_image(&m) : READ_NOT_MINE;
}

const struct reader reader_macho = {
	.name = "macho",
	.recognise = is_macho,
	.read = read_macho,
	.understood = CLASS_READ,
};
