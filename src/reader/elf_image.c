/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/elf_image.h"

#include "base/checked.h"
#include "reader/endian.h"

enum { SHORT_NAME = 256, PN_XNUM = 0xffff, SHN_XINDEX = 0xffff };

static uint64_t take_word(struct cursor *c, const struct elf_image *image)
{
	return image->wide ? endian_u64(c, image->big) : endian_u32(c, image->big);
}

static struct cursor cursor_at(const struct elf_image *image, uint64_t at)
{
	struct cursor c = cursor_over(image->body);
	cursor_seek(&c, at);
	return c;
}

/* A table that does not lie in the body, or whose entries are too short, is emptied. */
static bool fits(const struct elf_image *image, struct elf_table *table, uint64_t least)
{
	struct cursor c = cursor_at(image, table->offset);
	if (table->count == 0)
		return true;
	if (table->each >= least && cursor_ok(&c) &&
	    cursor_fits(&c, table->count, (size_t)table->each) == table->count)
		return true;
	table->count = 0;
	return false;
}

/* gABI ch. 4, "Extended numbering": counts that do not fit their field stand in section 0. */
static void read_extended_counts(struct elf_image *image)
{
	struct elf_table first = image->sections;
	first.count = 1;
	if (!fits(image, &first, image->wide ? 64 : 40))
		return;
	struct cursor c = cursor_at(image, first.offset + (image->wide ? 32 : 20));
	uint64_t count = take_word(&c, image);
	uint32_t link = endian_u32(&c, image->big);
	uint32_t info = endian_u32(&c, image->big);
	if (image->sections.count == 0)
		image->sections.count = count;
	if (image->names == SHN_XINDEX)
		image->names = link;
	if (image->segments.count == PN_XNUM && info != 0)
		image->segments.count = info;
}

bool elf_open(struct bytes body, struct elf_image *out)
{
	*out = (struct elf_image){.body = body};
	struct cursor c = cursor_over(body);
	bool magic = bytes_equal(cursor_take(&c, 4), BYTES("\177ELF"));
	uint8_t class = cursor_u8(&c), order = cursor_u8(&c);
	if (!magic || class < 1 || class > 2 || order < 1 || order > 2)
		return false;
	out->wide = class == 2;
	out->big = order == 2;
	cursor_skip(&c, 10); /* the rest of e_ident */
	out->type = endian_u16(&c, out->big);
	out->machine = endian_u16(&c, out->big);
	cursor_skip(&c, 4);       /* version */
	(void)take_word(&c, out); /* entry point */
	out->segments.offset = take_word(&c, out);
	out->sections.offset = take_word(&c, out);
	cursor_skip(&c, 4 + 2); /* flags, header size */
	out->segments.each = endian_u16(&c, out->big);
	out->segments.count = endian_u16(&c, out->big);
	out->sections.each = endian_u16(&c, out->big);
	out->sections.count = endian_u16(&c, out->big);
	out->names = endian_u16(&c, out->big);
	if (!cursor_ok(&c)) {
		out->bad_at = c.bad_at;
		return false;
	}
	out->header_size = c.at;
	if (out->sections.offset != 0)
		read_extended_counts(out);
	out->bad_segments = !fits(out, &out->segments, out->wide ? 56 : 32);
	out->bad_sections = (out->sections.offset > body.len) ||
	                    !fits(out, &out->sections, out->wide ? 64 : 40);
	if (out->sections.offset > body.len)
		out->sections.count = 0;
	return true;
}

struct elf_segment elf_segment_at(const struct elf_image *image, uint64_t index)
{
	struct cursor c = cursor_at(image, image->segments.offset + index * image->segments.each);
	struct elf_segment s = {.type = endian_u32(&c, image->big)};
	if (image->wide)
		cursor_skip(&c, 4); /* flags */
	s.offset = take_word(&c, image);
	s.address = take_word(&c, image);
	(void)take_word(&c, image); /* physical address */
	s.size = take_word(&c, image);
	(void)take_word(&c, image); /* size in memory */
	if (!image->wide)
		cursor_skip(&c, 4); /* flags */
	s.align = take_word(&c, image);
	return s;
}

/* Of NVIDIA's programs: shared memory, which has no bytes in the file (seen in CUDA 9 to 13). */
enum { EM_CUDA = 190, SHT_CUDA_SHARED = 0x7000000a };

struct elf_section elf_section_at(const struct elf_image *image, uint64_t index)
{
	struct cursor c = cursor_at(image, image->sections.offset + index * image->sections.each);
	struct elf_section s = {.name = endian_u32(&c, image->big)};
	s.type = endian_u32(&c, image->big);
	s.flags = take_word(&c, image);
	s.address = take_word(&c, image);
	s.offset = take_word(&c, image);
	s.size = take_word(&c, image);
	s.link = endian_u32(&c, image->big);
	cursor_skip(&c, 4); /* info */
	s.align = take_word(&c, image);
	if (image->machine == EM_CUDA && s.type == SHT_CUDA_SHARED)
		s.type = ELF_SHT_NOBITS;
	return s;
}

struct bytes elf_section_bytes(const struct elf_image *image, const struct elf_section *section)
{
	if (section->type == ELF_SHT_NOBITS || section->offset > image->body.len)
		return (struct bytes){0};
	size_t size = section->size < image->body.len ? (size_t)section->size : image->body.len;
	return bytes_slice(image->body, (size_t)section->offset, size);
}

struct bytes elf_section_name(const struct elf_image *image, const struct elf_section *section)
{
	if (image->names >= image->sections.count)
		return (struct bytes){0};
	struct elf_section names = elf_section_at(image, image->names);
	struct bytes text = bytes_from(elf_section_bytes(image, &names), section->name);
	struct cursor c = cursor_over(bytes_slice(text, 0, SHORT_NAME));
	return cursor_until(&c, '\0');
}

struct bytes elf_at_address(const struct elf_image *image, uint64_t address, uint64_t *offset)
{
	for (uint64_t i = 0; i < image->segments.count; i++) {
		struct elf_segment s = elf_segment_at(image, i);
		if (s.type != ELF_PT_LOAD || address < s.address || address - s.address >= s.size)
			continue;
		if (ckd_add(offset, s.offset, address - s.address) || *offset >= image->body.len)
			continue;
		uint64_t left = s.size - (address - s.address);
		size_t length = left < image->body.len ? (size_t)left : image->body.len;
		return bytes_slice(image->body, (size_t)*offset, length);
	}
	return (struct bytes){0};
}
