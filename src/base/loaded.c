/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* dl_iterate_phdr */
#include "base/loaded.h"

#include "base/cursor.h"

#include <link.h>

/* Notes are padded to the alignment of their segment: 4, or 8 for a few kinds. elf(5) */
static void skip_padding(struct cursor *c, size_t alignment)
{
	cursor_skip(c, (alignment - c->at % alignment) % alignment);
}

/* The identity among the notes of a segment, or nothing. */
static struct bytes find_build(struct bytes notes, size_t alignment)
{
	struct cursor c = cursor_over(notes);
	while (cursor_left(&c) > 0 && cursor_ok(&c)) {
		uint32_t name_length = cursor_u32le(&c), length = cursor_u32le(&c);
		uint32_t type = cursor_u32le(&c);
		struct bytes name = cursor_take(&c, name_length);
		skip_padding(&c, alignment);
		struct bytes content = cursor_take(&c, length);
		if (cursor_ok(&c) && type == NT_GNU_BUILD_ID && bytes_equal(name, BYTES("GNU\0")))
			return content;
		skip_padding(&c, alignment);
	}
	return (struct bytes){0};
}

static int take_object(struct dl_phdr_info *info, size_t size, void *context)
{
	struct buffer *out = context;
	struct bytes build = {0};
	(void)size;
	if (strcmp(info->dlpi_name, "linux-vdso.so.1") == 0)
		return 0; /* the kernel's: a clock */
	for (size_t i = 0; i < info->dlpi_phnum && build.len == 0; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		const uint8_t *start = (const uint8_t *)(info->dlpi_addr + segment->p_vaddr);
		if (segment->p_type == PT_NOTE)
			build = find_build((struct bytes){start, segment->p_memsz},
			                   segment->p_align == 8 ? 8 : 4);
	}
	buffer_put_u32le(out, (uint32_t)build.len);
	buffer_put(out, build);
	return build.len == 0;
}

bool loaded_builds(struct buffer *out)
{
	return dl_iterate_phdr(take_object, out) == 0 && buffer_ok(out);
}
