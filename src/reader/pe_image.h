/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of a Portable Executable (Microsoft, "PE Format"): headers, sections and the way from
 * an address in memory to a place in the file. Its parts are read by pe_tables.c (imports, exports,
 * debug), pe_resources.c, pe_version.c and authenticode.c. */
#ifndef READER_PE_IMAGE_H
#define READER_PE_IMAGE_H

#include "base/cursor.h"
#include "core/reader.h"

enum { PE_SYMBOL_SIZE = 18 };

enum pe_directory_index {
	PE_EXPORTS = 0,
	PE_IMPORTS = 1,
	PE_RESOURCES = 2,
	PE_CERTIFICATES = 4, /* its address is a place in the file */
	PE_DEBUG = 6,
	PE_BOUND_IMPORTS = 11, /* so is this one's, as it lies in the headers */
	PE_DELAY_IMPORTS = 13,
	PE_CLR = 14,
	PE_DIRECTORY_MOST = 16
};

struct pe_section {
	struct bytes name;                 /* the first eight bytes, or "/" and where it stands */
	uint64_t virtual_at, virtual_size; /* in memory */
	uint64_t raw_at, raw_size;         /* in the file; may lie beyond its end */
};

struct pe_image {
	struct bytes body;
	uint64_t new_header_at; /* "PE\0\0" */
	uint64_t headers_end;   /* of the section table */
	uint64_t headers_size;  /* SizeOfHeaders: mapped as they are */
	uint64_t image_base;    /* some old tables hold addresses and not offsets to it */
	uint64_t checksum_at, directories_at; /* in the file */
	uint64_t directory_count;
	uint64_t symbols_at, symbol_count; /* COFF symbols, left by mingw */
	uint32_t section_alignment;
	size_t section_count;
	struct pe_section *sections; /* by address in memory */
	uint64_t work_left; /* bytes that names and tables may still cost: shared ones are read once
	                       for each reference */
};

/* False when this is no PE, or (with *damaged) its headers are. */
bool pe_image_open(struct visit *visit, struct bytes body, struct pe_image *out, bool *damaged);

struct pe_directory {
	uint64_t address, size;
	struct span span; /* of the entry in the header: where gaps in the table are reported */
};

/* False when the image has no such table. */
bool pe_image_directory(const struct pe_image *image, enum pe_directory_index index,
                        struct pe_directory *out);

/* A cursor over the file, at the place that holds `address` and ending with its section; bad when
 * no byte of the file does. */
struct cursor pe_image_at(const struct pe_image *image, uint64_t address);

/* The NUL-terminated name at `address`, and where it lies; empty and false when there is none or
 * the work is used up. */
bool pe_image_name(struct pe_image *image, uint64_t address, struct bytes *out, struct span *span);

/* Its name, also when it is longer than eight bytes and stands in the COFF string table. */
struct bytes pe_image_section_name(const struct pe_image *image, const struct pe_section *section);

/* Takes from the work that is left; false when it is used up. */
bool pe_image_spend(struct pe_image *image, uint64_t work);

/* The parts. Each returns false after damage, having given its gap. */
bool pe_imports_read(struct visit *visit, struct pe_image *image);
bool pe_delay_imports_read(struct visit *visit, struct pe_image *image);
bool pe_exports_read(struct visit *visit, struct pe_image *image);
bool pe_debug_read(struct visit *visit, struct pe_image *image);
bool pe_resources_read(struct visit *visit, struct pe_image *image);
bool authenticode_read(struct visit *visit, const struct pe_image *image);

/* A version resource: `c` is over the file, ends with the resource and stands at its begin. */
bool pe_version_read(struct visit *visit, struct cursor c);

#endif
