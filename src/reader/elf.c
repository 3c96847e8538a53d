/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ELF: programs, libraries, object files, kernel modules, cores (gABI 4.3; Linux module.lds and
 * module_signature.h; systemd's "Package Metadata for Executable Files"). Written here because
 * evidence needs exact offsets, and because libelf trusts tables that a hostile file bends.
 */
#include "core/limits.h"
#include "core/normal.h"
#include "core/reader.h"
#include "reader/carried.h"
#include "reader/elf_image.h"
#include "reader/endian.h"
#include "reader/fatbin.h"
#include "reader/rest.h"
#include "reader/unpack.h"

extern const struct reader reader_elf;

struct elf {
	struct visit *visit;
	struct elf_image image;
	struct rest rest;
	bool debug_only;       /* .text without bytes: only debugging sections are in the file */
	bool notes_by_segment; /* else by section */
	const char *damage;    /* the first; given as one gap at the end */
	uint64_t damage_at;
	bool partly; /* a member could not be unpacked whole; its gap was given with it */
	uint64_t segments_left,
		sections_left; /* bytes that may still be read by way of each table */
	uint64_t overlay_end;  /* where an appended module signature begins, else the end */
};

static void note_damage(struct elf *e, uint64_t at, const char *reason)
{
	if (e->damage)
		return;
	e->damage = reason;
	e->damage_at = at < e->image.body.len ? at : 0;
}

static struct span span_of(const struct elf *e, struct bytes part)
{
	if (part.len == 0)
		return (struct span){0, 0};
	return (struct span){(uint64_t)(part.ptr - e->image.body.ptr), part.len};
}

/* A part that reaches past the end: the file was cut, or the table is false. */
static void account_for(struct elf *e, uint64_t offset, uint64_t size, const char *reason)
{
	rest_add(&e->rest, offset, size);
	if (size > 0 && (offset > e->image.body.len || size > e->image.body.len - offset))
		note_damage(e, offset, reason);
}

/* The string at `at` of a string table, at most as long as a fact may be. */
static struct bytes string_at(struct elf *e, struct bytes table, uint64_t at)
{
	struct cursor c = cursor_over(table);
	cursor_seek(&c, at);
	struct bytes text = bytes_slice(cursor_take(&c, cursor_left(&c)), 0, NORMAL_MAX);
	c = cursor_over(text);
	struct bytes string = cursor_until(&c, '\0');
	if (cursor_ok(&c))
		return string;
	note_damage(e, at, "a string reaches past its table");
	return text;
}

/* Sections that overlap would make a small file a thousand times its size. */
static bool spend(struct elf *e, uint64_t *budget, struct bytes data)
{
	if (data.len > *budget) {
		note_damage(e, span_of(e, data).offset, "sections overlap");
		return false;
	}
	*budget -= data.len;
	return true;
}

static void read_folders(struct elf *e, struct bytes list)
{
	struct cursor c = cursor_over(list);
	while (cursor_left(&c) > 0) {
		struct bytes left = cursor_take(&c, cursor_left(&c));
		size_t colon = bytes_find(left, BYTES(":"));
		struct bytes folder = bytes_slice(left, 0, colon);
		visit_fact(e->visit, FACT_ELF_RUNPATH, folder, span_of(e, folder));
		if (colon == SIZE_MAX)
			break;
		c = cursor_over(bytes_from(left, colon + 1));
	}
}

/* gABI ch. 5, "Dynamic Section". */
enum {
	DT_NULL,
	DT_NEEDED,
	DT_STRTAB = 5,
	DT_STRSZ = 10,
	DT_SONAME = 14,
	DT_RPATH = 15,
	DT_RUNPATH = 29,
	DT_VERDEF = 0x6ffffffc,
	DT_VERDEFNUM = 0x6ffffffd,
	RUNPATHS_MOST = 8
};

struct dynamic {
	struct cursor entries;
	uint64_t strings, strings_size, versions, version_count;
};

static bool next_entry(struct elf *e, struct cursor *c, uint64_t *tag, uint64_t *value)
{
	if (cursor_left(c) < (e->image.wide ? 16u : 8u))
		return false;
	*tag = e->image.wide ? endian_u64(c, e->image.big) : endian_u32(c, e->image.big);
	*value = e->image.wide ? endian_u64(c, e->image.big) : endian_u32(c, e->image.big);
	return *tag != DT_NULL;
}

static struct dynamic survey_dynamic(struct elf *e, struct bytes table)
{
	struct dynamic d = {.entries = cursor_over(table)};
	struct cursor c = d.entries;
	for (uint64_t tag, value; next_entry(e, &c, &tag, &value);) {
		if (tag == DT_STRTAB)
			d.strings = value;
		else if (tag == DT_STRSZ)
			d.strings_size = value;
		else if (tag == DT_VERDEF)
			d.versions = value;
		else if (tag == DT_VERDEFNUM)
			d.version_count = value;
	}
	return d;
}

/* Names of the versions that a library defines (gABI supplement, "Symbol Versioning"). */
static void read_versions(struct elf *e, const struct dynamic *d, struct bytes strings)
{
	enum { VERSION_BASE = 1 }; /* that one repeats the library's own name */
	uint64_t offset = 0;
	struct bytes table = elf_at_address(&e->image, d->versions, &offset);
	struct cursor c = cursor_over(table);
	if (d->version_count > LIMIT_ELF_STRINGS)
		note_damage(e, offset, "too many version definitions");
	for (uint64_t i = 0; i < d->version_count && i < LIMIT_ELF_STRINGS; i++) {
		size_t start = c.at;
		cursor_skip(&c, 2);
		uint16_t flags = endian_u16(&c, e->image.big);
		cursor_skip(&c, 2 + 2 + 4); /* index, count, hash */
		uint32_t name_at = endian_u32(&c, e->image.big);
		uint32_t next = endian_u32(&c, e->image.big);
		struct cursor aux = cursor_over(bytes_from(table, start));
		cursor_seek(&aux, name_at);
		uint32_t name = endian_u32(&aux, e->image.big);
		if (!cursor_ok(&c) || !cursor_ok(&aux)) {
			note_damage(e, offset, "damaged version definitions");
			return;
		}
		struct bytes text = string_at(e, strings, name);
		if (!(flags & VERSION_BASE))
			visit_fact(e->visit, FACT_ELF_NOTE, text, span_of(e, text));
		if (next == 0)
			return;
		cursor_seek(&c, start + next);
	}
}

static void read_dynamic(struct elf *e, struct bytes table, struct bytes section_strings)
{
	struct dynamic d = survey_dynamic(e, table);
	uint64_t offset = 0, given = 0, runpaths = 0;
	struct bytes strings = elf_at_address(&e->image, d.strings, &offset);
	if (strings.len == 0)
		strings = section_strings;
	if (d.strings_size > 0 && d.strings_size < strings.len)
		strings = bytes_slice(strings, 0, (size_t)d.strings_size);
	struct cursor c = d.entries;
	for (uint64_t tag, value; next_entry(e, &c, &tag, &value);) {
		bool is_path = tag == DT_RPATH || tag == DT_RUNPATH;
		if (tag != DT_NEEDED && tag != DT_SONAME && !is_path)
			continue;
		if (given++ == LIMIT_ELF_STRINGS || (is_path && runpaths++ == RUNPATHS_MOST)) {
			note_damage(e, span_of(e, table).offset, "too many dynamic entries");
			return;
		}
		struct bytes text = string_at(e, strings, value);
		if (is_path)
			read_folders(e, text);
		else
			visit_fact(e->visit, tag == DT_NEEDED ? FACT_ELF_NEEDED : FACT_ELF_SONAME,
			           text, span_of(e, text));
	}
	if (d.version_count > 0)
		read_versions(e, &d, strings);
}

static void read_note(struct elf *e, struct bytes name, uint32_t type, struct bytes text)
{
	enum { NT_GNU_BUILD_ID = 3, BUILD_ID_MOST = 64 };
	const uint32_t fdo_package = 0xcafe1a7e;
	if (bytes_equal(name, BYTES("FDO\0")) && type == fdo_package) {
		visit_fact(e->visit, FACT_ELF_NOTE, bytes_trim_end(text, '\0'), span_of(e, text));
	} else if (bytes_equal(name, BYTES("GNU\0")) && type == NT_GNU_BUILD_ID) {
		static const char digits[] = "0123456789abcdef";
		uint8_t hex[2 * BUILD_ID_MOST];
		size_t length = text.len < BUILD_ID_MOST ? text.len : BUILD_ID_MOST;
		for (size_t i = 0; i < length; i++) {
			hex[2 * i] = (uint8_t)digits[text.ptr[i] >> 4];
			hex[2 * i + 1] = (uint8_t)digits[text.ptr[i] & 15];
		}
		visit_fact(e->visit, FACT_ELF_BUILD_ID, (struct bytes){hex, 2 * length},
		           span_of(e, text));
	}
}

static void skip_to(struct cursor *c, uint64_t align)
{
	uint64_t odd = c->at % align;
	if (odd != 0)
		cursor_skip(c, cursor_left(c) < align - odd ? cursor_left(c) : align - odd);
}

/* gABI ch. 5, "Note Section"; names and descriptions are aligned to 4, or to 8 where the segment
 * is. */
static void read_notes(struct elf *e, struct bytes notes, uint64_t align)
{
	enum { HEADER = 12 };
	struct cursor c = cursor_over(notes);
	align = align == 8 ? 8 : 4;
	for (size_t i = 0; cursor_left(&c) >= HEADER; i++) {
		if (i == LIMIT_ELF_STRINGS && e->image.type != ELF_CORE) {
			note_damage(e, span_of(e, notes).offset, "too many notes");
			return;
		}
		uint32_t name_size = endian_u32(&c, e->image.big);
		uint32_t text_size = endian_u32(&c, e->image.big);
		uint32_t type = endian_u32(&c, e->image.big);
		struct bytes name = cursor_take(&c, name_size);
		skip_to(&c, align);
		struct bytes text = cursor_take(&c, text_size);
		skip_to(&c, align);
		if (!cursor_ok(&c)) {
			note_damage(e, span_of(e, notes).offset, "damaged notes");
			return;
		}
		read_note(e, name, type, text);
	}
}

static void read_modinfo(struct elf *e, struct bytes lines)
{
	static const struct {
		const char *key;
		enum fact_kind kind;
	} keys[] = {
		{"name=", FACT_MODULE_NAME},
		{"author=", FACT_MODULE_AUTHOR},
		{"description=", FACT_MODULE_DESCRIPTION},
		{"version=", FACT_MODULE_VERSION},
	};
	struct cursor c = cursor_over(lines);
	size_t given = 0;
	while (cursor_left(&c) > 0) {
		struct bytes line = bytes_from(lines, c.at);
		struct bytes ended = cursor_until(&c, '\0');
		line = cursor_ok(&c) ? ended : line;
		for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
			if (!bytes_start_with(line, bytes_of(keys[i].key)))
				continue;
			struct bytes value = bytes_from(line, strlen(keys[i].key));
			visit_fact(e->visit, keys[i].kind, value, span_of(e, value));
			if (++given == LIMIT_ELF_STRINGS) {
				note_damage(e, span_of(e, lines).offset, "too many modinfo lines");
				return;
			}
		}
	}
}

/* gABI ch. 4, "Section Compression". */
static void read_compressed(struct elf *e, struct bytes name, struct bytes data)
{
	enum { ELFCOMPRESS_ZLIB = 1, ELFCOMPRESS_ZSTD = 2 };
	struct cursor c = cursor_over(data);
	uint32_t type = endian_u32(&c, e->image.big);
	if (e->image.wide)
		cursor_skip(&c, 4);
	uint64_t size = e->image.wide ? endian_u64(&c, e->image.big) : endian_u32(&c, e->image.big);
	cursor_skip(&c, e->image.wide ? 8 : 4); /* alignment */
	struct bytes packed = cursor_take(&c, cursor_left(&c));
	if (!cursor_ok(&c))
		note_damage(e, span_of(e, data).offset, "damaged compressed section");
	else if (type == ELFCOMPRESS_ZLIB || type == ELFCOMPRESS_ZSTD)
		e->partly |= !unpack_child(e->visit,
		                           type == ELFCOMPRESS_ZLIB ? UNPACK_ZLIB : UNPACK_ZSTD,
		                           name, packed, size);
	else {
		visit_closed(e->visit, name, packed.len, CLASS_OPAQUE,
		             "section compressed by an unknown method");
		e->partly = true;
	}
}

/* Before the gABI knew compression: ".zdebug_info" is "ZLIB", a big-endian size, a zlib stream. */
static void read_zdebug(struct elf *e, struct bytes name, struct bytes data)
{
	struct cursor c = cursor_over(data);
	bool magic = bytes_equal(cursor_take(&c, 4), BYTES("ZLIB"));
	uint64_t size = cursor_u64be(&c);
	if (!magic || !cursor_ok(&c))
		visit_child(e->visit, name, data);
	else
		e->partly |=
			!unpack_child(e->visit, UNPACK_ZLIB, name, bytes_from(data, c.at), size);
}

/* Not loaded and not one of the compiler's: what a program carries along. */
static bool is_custom(const struct elf_section *s, struct bytes name, struct bytes data)
{
	static const char *const compilers[] = {".debug", ".stab",      ".comment",   ".note",
	                                        ".line",  ".gdb_index", ".gnu_debug", ".gnu.build",
	                                        ".pdr",   ".mdebug"};
	if (s->type != ELF_SHT_PROGBITS || (s->flags & ELF_SHF_ALLOC) ||
	    data.len < LIMIT_PRIVATE_PART)
		return false;
	for (size_t i = 0; i < sizeof compilers / sizeof compilers[0]; i++)
		if (bytes_start_with(name, bytes_of(compilers[i])))
			return false;
	return true;
}

/* What the section is for, as far as it says or carries something. */
static void read_section(struct elf *e, const struct elf_section *s)
{
	struct bytes name = elf_section_name(&e->image, s);
	struct bytes data = elf_section_bytes(&e->image, s);
	bool compressed = s->flags & ELF_SHF_COMPRESSED;
	bool zdebug = bytes_start_with(name, BYTES(".zdebug_"));
	bool symbols = bytes_equal(name, BYTES(".gnu_debugdata"));
	bool modinfo = bytes_equal(name, BYTES(".modinfo"));
	bool notes = s->type == ELF_SHT_NOTE && !e->notes_by_segment;
	/* Guile's programs have a section for the ELF header: that is no file inside. */
	bool file = s->type == ELF_SHT_PROGBITS && (s->offset > 0 || name.len > 0) &&
	            (rest_begins_like_a_file(data) || is_custom(s, name, data));
	if (data.len == 0 || !(compressed || zdebug || symbols || modinfo || notes || file) ||
	    !spend(e, &e->sections_left, data))
		return;
	if (compressed)
		read_compressed(e, name, data);
	else if (zdebug)
		read_zdebug(e, name, data);
	else if (symbols)
		e->partly |= !unpack_child(e->visit, UNPACK_XZ, name, data, 0);
	else if (modinfo)
		read_modinfo(e, data);
	else if (notes)
		read_notes(e, data, s->align);
	else if (fatbin_is(data))
		e->partly |= !fatbin_read(e->visit, data, s->offset);
	else
		visit_child(e->visit, name, data);
}

/* Whether `object` is no table, but something packed that the program carries. */
static bool begins_packed(struct bytes object)
{
	struct cursor c = cursor_over(object);
	uint16_t head = cursor_u16be(&c); /* of zlib: RFC 1950, 2.2 */
	return rest_begins_like_a_file(object) || (head >> 8 == 0x78 && head % 31 == 0);
}

/* gABI ch. 4, "Symbol Table". In an object file a table of numbers (of a cipher, of a mathematical
 * function) fills most of the bytes, and may look random; its symbol tells what it is and how far
 * it reaches. One as long as a packed program would need is no table. */
static void read_objects(struct elf *e, const struct elf_section *symbols)
{
	enum { STT_OBJECT = 1, TABLE_LEAST = 512, TABLE_MOST = 256 << 10, TABLES = 1024 };
	struct cursor c = cursor_over(elf_section_bytes(&e->image, symbols));
	uint64_t each = e->image.wide ? 24 : 16;
	for (size_t found = 0; cursor_left(&c) >= each && found < TABLES;) {
		struct cursor symbol = cursor_over(cursor_take(&c, each));
		bool wide = e->image.wide, big = e->image.big;
		cursor_skip(&symbol, 4);
		uint64_t value = wide ? 0 : endian_u32(&symbol, big);
		uint64_t size = wide ? 0 : endian_u32(&symbol, big);
		uint8_t info = cursor_u8(&symbol);
		cursor_skip(&symbol, 1);
		uint16_t index = endian_u16(&symbol, big);
		value = wide ? endian_u64(&symbol, big) : value;
		size = wide ? endian_u64(&symbol, big) : size;
		if ((info & 15) != STT_OBJECT || size < TABLE_LEAST || size > TABLE_MOST ||
		    index >= e->image.sections.count)
			continue;
		struct elf_section s = elf_section_at(&e->image, index);
		struct bytes data = elf_section_bytes(&e->image, &s);
		if (s.type != ELF_SHT_PROGBITS || (s.flags & ELF_SHF_EXECINSTR) ||
		    value >= data.len)
			continue;
		struct bytes object = bytes_slice(data, (size_t)value, (size_t)size);
		if (!begins_packed(object))
			visit_unpacked(e->visit, object);
		found++;
	}
}

static void read_sections(struct elf *e)
{
	bool have_dynamic = false;
	for (uint64_t i = 0; i < e->image.segments.count; i++)
		have_dynamic |= elf_segment_at(&e->image, i).type == ELF_PT_DYNAMIC;
	for (uint64_t i = 0; i < e->image.sections.count; i++) {
		struct elf_section s = elf_section_at(&e->image, i);
		if (s.type != 0 && s.type != ELF_SHT_NOBITS)
			account_for(e, s.offset, s.size,
			            "a section reaches past the end of the file");
		if (s.type == ELF_SHT_DYNAMIC && !have_dynamic) {
			struct bytes strings = {0};
			if (s.link < e->image.sections.count) {
				struct elf_section table = elf_section_at(&e->image, s.link);
				strings = elf_section_bytes(&e->image, &table);
			}
			read_dynamic(e, elf_section_bytes(&e->image, &s), strings);
			have_dynamic = true;
		} else if (s.type == ELF_SHT_SYMTAB && e->image.type == ELF_REL) {
			read_objects(e, &s);
		} else if (s.type != 0) {
			read_section(e, &s);
		}
	}
}

static void read_segments(struct elf *e)
{
	bool have_dynamic = false;
	for (uint64_t i = 0; i < e->image.segments.count; i++) {
		struct elf_segment s = elf_segment_at(&e->image, i);
		if (s.type == 0)
			continue;
		account_for(e, s.offset, s.size, "a segment reaches past the end of the file");
		struct elf_section as_section = {.offset = s.offset, .size = s.size};
		struct bytes data = elf_section_bytes(&e->image, &as_section);
		if (s.type == ELF_PT_NOTE) {
			e->notes_by_segment = true;
			if (spend(e, &e->segments_left, data))
				read_notes(e, data, s.align);
		} else if (s.type == ELF_PT_DYNAMIC && !have_dynamic && e->image.type != ELF_CORE) {
			have_dynamic = true;
			read_dynamic(e, data, (struct bytes){0});
		}
	}
}

/* objcopy --only-keep-debug leaves the tables as they were and takes the loaded bytes away. */
static bool is_debug_only(const struct elf_image *image)
{
	bool empty = false;
	for (uint64_t i = 0; i < image->sections.count; i++) {
		struct elf_section s = elf_section_at(image, i);
		if ((s.flags & ELF_SHF_EXECINSTR) && s.size > 0 && s.type == ELF_SHT_PROGBITS)
			return false;
		empty |= (s.flags & ELF_SHF_EXECINSTR) && s.size > 0 && s.type == ELF_SHT_NOBITS;
	}
	return empty;
}

/* UPX writes its l_info (checksum, "UPX!", sizes) right behind the program headers. */
static bool is_upx(const struct elf_image *image)
{
	enum { HEADER_AREA = 1024 };
	uint64_t tables_end = image->segments.offset + image->segments.count * image->segments.each;
	struct bytes head = bytes_slice(image->body, 0, HEADER_AREA);
	size_t at = bytes_find(head, BYTES("UPX!"));
	if (at == SIZE_MAX)
		return false;
	return image->sections.count == 0 || at == tables_end + 4;
}

/* Linux scripts/sign-file.c: signature, struct module_signature, magic; at the end of the file. */
static void read_module_signature(struct elf *e)
{
	enum { INFO = 12 };
	static const struct bytes magic = {(const uint8_t *)"~Module signature appended~\n", 28};
	struct bytes body = e->image.body;
	e->overlay_end = body.len;
	if (!bytes_end_with(body, magic) || body.len < magic.len + INFO)
		return;
	size_t info_at = body.len - magic.len - INFO;
	struct cursor c = cursor_over(bytes_slice(body, info_at, INFO));
	cursor_skip(&c, 3); /* algorithm, hash, kind */
	uint8_t signer = cursor_u8(&c), key = cursor_u8(&c);
	cursor_skip(&c, 3);
	uint64_t size = cursor_u32be(&c);
	if (size + signer + key > info_at) {
		note_damage(e, info_at, "damaged module signature");
		return;
	}
	size_t signature_at = info_at - (size_t)size - signer - key;
	size_t end = (size_t)rest_end(&e->rest);
	/* Behind an overlay it may be that of a module in there, which must stay in one piece. */
	if (end >= signature_at || rest_is_padding(bytes_slice(body, end, signature_at - end)))
		e->overlay_end = signature_at;
	visit_child(e->visit, BYTES("module signature"),
	            bytes_slice(body, info_at - (size_t)size, (size_t)size));
}

static void hand_over_rest(struct elf *e)
{
	uint64_t end = rest_end(&e->rest);
	struct bytes before = bytes_slice(e->image.body, 0, (size_t)e->overlay_end);
	rest_hand_over_holes(&e->rest, e->visit, e->image.body);
	(void)rest_hand_over(e->visit, before, end, BYTES("overlay"));
}

static void prepare(struct elf *e)
{
	const struct elf_table *segments = &e->image.segments, *sections = &e->image.sections;
	uint64_t parts = 3 + segments->count + sections->count;
	if (parts > LIMIT_ELF_PARTS) {
		note_damage(e, 0, "too many sections to look between them");
		parts = LIMIT_ELF_PARTS;
	}
	rest_init(&e->rest, e->visit, (size_t)parts);
	rest_add(&e->rest, 0, e->image.header_size);
	rest_add(&e->rest, segments->offset, segments->count * segments->each);
	rest_add(&e->rest, sections->offset, sections->count * sections->each);
	if (e->image.bad_segments)
		note_damage(e, segments->offset, "program headers lie outside the file");
	if (e->image.bad_sections)
		note_damage(e, sections->offset, "section headers lie outside the file");
	e->debug_only = is_debug_only(&e->image);
}

static enum read_result read_elf(struct visit *visit, struct bytes body)
{
	struct elf e = {.visit = visit};
	if (!elf_open(body, &e.image)) {
		if (e.image.bad_at == 0)
			return READ_NOT_MINE;
		visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD, "damaged ELF header");
		return READ_PARTLY;
	}
	e.segments_left = body.len;
	e.sections_left = body.len - e.image.header_size; /* a section is not the whole file */
	prepare(&e);
	if (!e.debug_only)
		read_segments(&e);
	read_sections(&e);
	read_module_signature(&e);
	hand_over_rest(&e);
	e.partly |= !carried_zips(visit, bytes_slice(body, 0, (size_t)rest_end(&e.rest)));
	if (is_upx(&e.image))
		visit_gap(visit, (struct span){0, 0}, CLASS_OPAQUE, "packed with UPX");
	else if (e.damage)
		visit_gap(visit, (struct span){e.damage_at, 0}, CLASS_UNREAD, e.damage);
	else if (!e.partly)
		return READ_WHOLE;
	return READ_PARTLY;
}

const struct reader reader_elf = {
	.name = "elf",
	.magic = {(const uint8_t *)"\177ELF", 4},
	.read = read_elf,
	.understood = CLASS_READ,
};
