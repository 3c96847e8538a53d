/* SPDX-License-Identifier: Apache-2.0 */
/* Imports, exports and debug entries of a PE image ("PE Format", The .idata, .edata and .debug
 * Sections; Delay-Load Import Tables). */
#include "core/limits.h"
#include "reader/pe_image.h"

static bool give_up(struct visit *visit, const struct pe_directory *directory, const char *reason)
{
	visit_gap(visit, directory->span, CLASS_UNREAD, reason);
	return false;
}

/* States the DLL name at `address`. */
static bool import_fact(struct visit *visit, struct pe_image *image, uint64_t address)
{
	struct bytes name;
	struct span span;
	if (!pe_image_name(image, address, &name, &span))
		return false;
	visit_fact(visit, FACT_PE_IMPORT, name, span);
	return true;
}

bool pe_imports_read(struct visit *visit, struct pe_image *image)
{
	struct pe_directory directory;
	if (!pe_image_directory(image, PE_IMPORTS, &directory))
		return true;
	struct cursor c = pe_image_at(image, directory.address);
	for (;;) {
		cursor_skip(&c, 12); /* lookup table, time stamp, forwarder chain */
		uint64_t name = cursor_u32le(&c);
		uint64_t addresses = cursor_u32le(&c);
		if (cursor_ok(&c) && (name == 0 || addresses == 0))
			return true; /* the loader stops at either */
		if (!cursor_ok(&c) || !import_fact(visit, image, name))
			return give_up(visit, &directory, "damaged import table");
	}
}

bool pe_delay_imports_read(struct visit *visit, struct pe_image *image)
{
	struct pe_directory directory;
	if (!pe_image_directory(image, PE_DELAY_IMPORTS, &directory))
		return true;
	struct cursor c = pe_image_at(image, directory.address);
	for (;;) {
		uint32_t attributes = cursor_u32le(&c);
		uint64_t name = cursor_u32le(&c);
		cursor_skip(&c, 24);
		if (cursor_ok(&c) && name == 0)
			return true;
		if (!(attributes & 1) && name > image->image_base)
			name -= image->image_base; /* Visual C++ 6 wrote addresses */
		if (!cursor_ok(&c) || !import_fact(visit, image, name))
			return give_up(visit, &directory, "damaged delay-load import table");
	}
}

bool pe_exports_read(struct visit *visit, struct pe_image *image)
{
	struct pe_directory directory;
	struct bytes name;
	struct span span;
	if (!pe_image_directory(image, PE_EXPORTS, &directory))
		return true;
	struct cursor c = pe_image_at(image, directory.address);
	cursor_skip(&c, 12);
	uint64_t library = cursor_u32le(&c);
	cursor_skip(&c, 8);
	uint64_t count = cursor_u32le(&c);
	cursor_skip(&c, 4);
	uint64_t names = cursor_u32le(&c);
	if (!cursor_ok(&c))
		return give_up(visit, &directory, "damaged export table");
	if (pe_image_name(image, library, &name, &span))
		visit_fact(visit, FACT_PE_EXPORT_NAME, name, span);
	if (count == 0)
		return true;
	c = pe_image_at(image, names);
	if (count > LIMIT_PE_EXPORTS || cursor_fits(&c, count, 4) != count)
		return give_up(visit, &directory, "more exports than there can be");
	for (uint64_t i = 0; i < count; i++) {
		if (!pe_image_name(image, cursor_u32le(&c), &name, &span))
			return give_up(visit, &directory, "damaged export name");
		visit_fact(visit, FACT_PE_EXPORT, name, span);
	}
	return true;
}

/* CodeView data: "RSDS", GUID, age and path, or the older "NB10", offset, time, age and path. */
static bool read_code_view(struct visit *visit, struct pe_image *image, uint64_t at, uint64_t size)
{
	struct cursor c = cursor_over(bytes_slice(image->body, 0, (size_t)(at + size)));
	cursor_seek(&c, at);
	struct bytes kind = cursor_take(&c, 4);
	if (!cursor_ok(&c) || at + size > image->body.len || !pe_image_spend(image, size))
		return false;
	if (bytes_equal(kind, BYTES("RSDS")))
		cursor_skip(&c, 20);
	else if (bytes_equal(kind, BYTES("NB10")))
		cursor_skip(&c, 12);
	else
		return true; /* symbols in the image itself: the search sees them */
	uint64_t path_at = c.at;
	struct bytes rest = cursor_take(&c, cursor_left(&c));
	struct cursor text = cursor_over(bytes_slice(rest, 0, LIMIT_PE_NAME));
	struct bytes path = cursor_until(&text, '\0');
	if (!cursor_ok(&text))
		path = text.all;
	visit_fact(visit, FACT_PE_PDB, path, (struct span){path_at, path.len});
	return true;
}

bool pe_debug_read(struct visit *visit, struct pe_image *image)
{
	struct pe_directory directory;
	if (!pe_image_directory(image, PE_DEBUG, &directory))
		return true;
	struct cursor c = pe_image_at(image, directory.address);
	uint64_t count = cursor_fits(&c, directory.size / 28, 28);
	for (uint64_t i = 0; i < count; i++) {
		cursor_skip(&c, 12);
		uint32_t type = cursor_u32le(&c);
		uint32_t size = cursor_u32le(&c);
		cursor_skip(&c, 4);
		uint32_t at = cursor_u32le(&c);
		bool is_code_view = type == 2 && at != 0 && size != 0; /* else moved to a .dbg */
		if (is_code_view && !read_code_view(visit, image, at, size))
			return give_up(visit, &directory, "damaged debug data");
	}
	return cursor_ok(&c) || give_up(visit, &directory, "damaged debug directory");
}
