/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of an ELF file (gABI 4.3; 32 and 64 bits, both byte orders), read entry by entry from
 * the bytes: nothing is kept, so a table of a million entries costs no memory.
 */
#ifndef READER_ELF_IMAGE_H
#define READER_ELF_IMAGE_H

#include "base/bytes.h"

struct elf_table {
	uint64_t offset, count, each;
};

struct elf_image {
	struct bytes body;
	bool wide, big; /* 64 bits; big-endian */
	uint16_t type, machine;
	uint64_t header_size;
	struct elf_table segments, sections; /* within the body; empty when missing */
	uint32_t names;                      /* index of the section that names sections */
	bool bad_segments, bad_sections;     /* a table that is stated but does not lie inside */
	uint64_t bad_at;
};

struct elf_segment {
	uint32_t type;
	uint64_t offset, address, size, align;
};

struct elf_section {
	uint32_t name, type;
	uint64_t flags, address, offset, size;
	uint32_t link;
	uint64_t align;
};

enum {
	ELF_REL = 1,
	ELF_CORE = 4,
	ELF_PT_LOAD = 1,
	ELF_PT_DYNAMIC = 2,
	ELF_PT_NOTE = 4,
	ELF_SHT_PROGBITS = 1,
	ELF_SHT_SYMTAB = 2,
	ELF_SHT_DYNAMIC = 6,
	ELF_SHT_NOTE = 7,
	ELF_SHT_NOBITS = 8,
	ELF_SHF_ALLOC = 2,
	ELF_SHF_EXECINSTR = 4,
	ELF_SHF_COMPRESSED = 0x800,
};

/* False when the body does not begin with a whole ELF header of a known class and byte order;
 * `bad_at` is then 0 for an unknown kind, else where the header ends too soon. */
bool elf_open(struct bytes body, struct elf_image *out);

/* Entry `index`, which is below the table's count. */
struct elf_segment elf_segment_at(const struct elf_image *image, uint64_t index);
struct elf_section elf_section_at(const struct elf_image *image, uint64_t index);

/* Borrowed from the body; empty when there is none. */
struct bytes elf_section_name(const struct elf_image *image, const struct elf_section *section);

/* What of the section lies in the file. */
struct bytes elf_section_bytes(const struct elf_image *image, const struct elf_section *section);

/* The file's bytes from a virtual address to the end of its segment; `offset` is where they begin.
 * Empty when no segment holds the address. */
struct bytes elf_at_address(const struct elf_image *image, uint64_t address, uint64_t *offset);

#endif
