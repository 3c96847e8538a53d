/* SPDX-License-Identifier: Apache-2.0 */
/* PE headers and address arithmetic (Microsoft, "PE Format"). Written here because evidence needs
 * exact places and because libraries give up where a loader does not. */
#include "reader/pe_image.h"

#include "base/checked.h"
#include "base/text.h"
#include "core/limits.h"

#include <stdlib.h>

/* Optional header, PE32 (0x10b) or PE32+ (0x20b): "PE Format", Optional Header. */
static void read_optional_header(struct cursor *c, struct pe_image *out)
{
	uint64_t from = c->at;
	bool is_wide = false;
	switch (cursor_u16le(c)) {
	case 0x10b:
		break;
	case 0x20b:
		is_wide = true;
		break;
	default:
		cursor_fail(c);
	}
	cursor_skip(c, is_wide ? 22 : 26);
	out->image_base = is_wide ? cursor_u64le(c) : cursor_u32le(c);
	out->section_alignment = cursor_u32le(c);
	cursor_skip(c, 24);
	out->headers_size = cursor_u32le(c);
	out->checksum_at = from + 64;
	cursor_skip(c, is_wide ? 44 : 28);
	out->directory_count = cursor_u32le(c);
	out->directories_at = c->at;
	if (out->directory_count > PE_DIRECTORY_MOST)
		out->directory_count = PE_DIRECTORY_MOST;
}

static void read_section(struct cursor *c, bool is_flat, struct pe_section *out)
{
	out->name = bytes_trim_end(cursor_take(c, 8), '\0');
	out->virtual_size = cursor_u32le(c);
	out->virtual_at = cursor_u32le(c);
	out->raw_size = cursor_u32le(c);
	out->raw_at = cursor_u32le(c);
	cursor_skip(c, 16);
	if (!is_flat) /* what the loader does */
		out->raw_at -= out->raw_at % 512;
	if (out->raw_at == 0)
		out->raw_size = 0; /* no data in the file */
}

static int compare_sections(const void *left, const void *right)
{
	const struct pe_section *a = left, *b = right;
	if (a->virtual_at != b->virtual_at)
		return a->virtual_at < b->virtual_at ? -1 : 1;
	return (a->raw_at > b->raw_at) - (a->raw_at < b->raw_at);
}

bool pe_image_open(struct visit *visit, struct bytes body, struct pe_image *out, bool *damaged)
{
	struct cursor c = cursor_over(body);
	*out = (struct pe_image){.body = body};
	if (ckd_mul(&out->work_left, (uint64_t)body.len, 4U) ||
	    ckd_add(&out->work_left, out->work_left, 64U * 1024))
		out->work_left = UINT64_MAX;
	cursor_seek(&c, 0x3c);
	out->new_header_at = cursor_u32le(&c);
	cursor_seek(&c, out->new_header_at);
	if (!bytes_start_with(body, BYTES("MZ")) ||
	    !bytes_equal(cursor_take(&c, 4), BYTES("PE\0\0")))
		return false;
	*damaged = true;
	cursor_skip(&c, 2);
	uint16_t section_count = cursor_u16le(&c);
	cursor_skip(&c, 4);
	out->symbols_at = cursor_u32le(&c);
	out->symbol_count = cursor_u32le(&c);
	uint16_t optional_size = cursor_u16le(&c);
	cursor_skip(&c, 2);
	uint64_t optional_at = c.at;
	read_optional_header(&c, out);
	/* A header may be cut short so that its last fields overlap the section table. */
	cursor_seek(&c, optional_at + optional_size);
	out->section_count = (size_t)cursor_fits(&c, section_count, 40);
	out->sections = visit_alloc(visit, out->section_count, sizeof *out->sections);
	for (size_t i = 0; i < out->section_count; i++)
		read_section(&c, out->section_alignment < 4096, &out->sections[i]);
	out->headers_end = c.at;
	if (out->section_count > 0)
		qsort(out->sections, out->section_count, sizeof *out->sections, compare_sections);
	return cursor_ok(&c);
}

bool pe_image_directory(const struct pe_image *image, enum pe_directory_index index,
                        struct pe_directory *out)
{
	struct cursor c = cursor_over(image->body);
	cursor_seek(&c, image->directories_at + 8 * (uint64_t)index);
	*out = (struct pe_directory){.span = {c.at, 8}};
	out->address = cursor_u32le(&c);
	out->size = cursor_u32le(&c);
	if (!cursor_ok(&c))
		out->span = (struct span){0, 0}; /* the header is cut short before it */
	return index < image->directory_count && cursor_ok(&c) && out->address != 0 &&
	       out->size != 0;
}

/* The last section that begins at or before the address; sections of an image do not overlap. */
static const struct pe_section *find_section(const struct pe_image *image, uint64_t address)
{
	size_t low = 0, high = image->section_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (image->sections[middle].virtual_at <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &image->sections[low - 1] : NULL;
}

struct cursor pe_image_at(const struct pe_image *image, uint64_t address)
{
	const struct pe_section *section = find_section(image, address);
	uint64_t at = address, end = image->headers_size;
	if (section) {
		at = section->raw_at + (address - section->virtual_at);
		end = section->raw_at + section->raw_size;
	}
	size_t most = end < image->body.len ? (size_t)end : image->body.len;
	struct cursor c = cursor_over(bytes_slice(image->body, 0, most));
	cursor_seek(&c, at);
	if (at >= most)
		cursor_fail(&c);
	return c;
}

struct bytes pe_image_section_name(const struct pe_image *image, const struct pe_section *section)
{
	uint64_t offset;
	if (!bytes_start_with(section->name, BYTES("/")) || image->symbols_at == 0 ||
	    !text_to_u64(bytes_from(section->name, 1), &offset))
		return section->name;
	uint64_t at = image->symbols_at + PE_SYMBOL_SIZE * image->symbol_count + offset;
	if (at >= image->body.len)
		return section->name;
	struct cursor c = cursor_over(bytes_slice(image->body, (size_t)at, LIMIT_PE_NAME));
	struct bytes name = cursor_until(&c, '\0');
	return cursor_ok(&c) ? name : section->name;
}

bool pe_image_spend(struct pe_image *image, uint64_t work)
{
	if (work > image->work_left) {
		image->work_left = 0;
		return false;
	}
	image->work_left -= work;
	return true;
}

bool pe_image_name(struct pe_image *image, uint64_t address, struct bytes *out, struct span *span)
{
	struct cursor c = pe_image_at(image, address);
	size_t from = c.at;
	*out = (struct bytes){0};
	*span = (struct span){0, 0};
	if (!cursor_ok(&c))
		return false;
	struct cursor name = cursor_over(bytes_slice(c.all, from, LIMIT_PE_NAME));
	struct bytes text = cursor_until(&name, '\0');
	if (!cursor_ok(&name) || !pe_image_spend(image, text.len + 1))
		return false;
	*out = text;
	*span = (struct span){from, text.len};
	return true;
}
