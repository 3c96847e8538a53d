/* SPDX-License-Identifier: Apache-2.0 */
/* pe: Portable Executables (Microsoft, "PE Format"): programs, libraries and drivers of Windows and
 * of UEFI. This file goes through the parts in turn and hands over what no part accounts for. */
#include "core/limits.h"
#include "reader/carried.h"
#include "reader/pe_image.h"

#include <stdlib.h>

extern const struct reader reader_pe;

static bool recognise_pe(const struct sight *sight)
{
	struct cursor c = cursor_over(sight->head);
	cursor_seek(&c, 0x3c);
	uint32_t at = cursor_u32le(&c);
	if (!cursor_ok(&c) || (uint64_t)at + 4 > sight->size)
		return false; /* a DOS program */
	return (uint64_t)at + 4 > sight->head.len ||
	       bytes_equal(bytes_slice(sight->head, at, 4), BYTES("PE\0\0"));
}

/* EFI_SIGNATURE_LIST (UEFI §32.4.1) of type EFI_CERT_X509_GUID: GUID, list size, header size, size
 * of one signature; then the header and signatures, each an owner's GUID and a certificate. */
static const struct bytes guid_x509 = {
	(const uint8_t *)"\xa1\x59\xc0\xa5\xe4\x94\xa7\x4a\x87\xb5\xab\x15\x5c\x2b\xf0\x72", 16};

enum { LIST_HEADER = 28, OWNER = 16 };

/* Hands over each certificate of the lists; returns where they end. */
static size_t read_signature_lists(struct visit *visit, struct bytes name, struct bytes lists)
{
	struct cursor c = cursor_over(lists);
	size_t end = 0;
	while (cursor_left(&c) >= LIST_HEADER) {
		struct bytes type = cursor_take(&c, 16);
		uint64_t size = cursor_u32le(&c);
		uint64_t header = cursor_u32le(&c);
		uint64_t each = cursor_u32le(&c);
		struct bytes rest =
			cursor_take(&c, size >= LIST_HEADER ? size - LIST_HEADER : UINT64_MAX);
		if (!cursor_ok(&c))
			break;
		struct cursor list = cursor_over(bytes_from(rest, (size_t)header));
		while (bytes_equal(type, guid_x509) && each > OWNER && cursor_left(&list) >= each) {
			cursor_skip(&list, OWNER);
			visit_child(visit, name, cursor_take(&list, each - OWNER));
		}
		end = c.at;
	}
	return end;
}

/* The keys that a shim trusts or bars: one certificate, or signature lists. */
static void read_vendor_keys(struct visit *visit, struct bytes name, struct bytes keys)
{
	if (keys.len == 0)
		return;
	bool is_list = keys.ptr[0] != 0x30;
	size_t end = is_list ? read_signature_lists(visit, name, keys) : 0;
	if (end < keys.len)
		visit_child(visit, name, bytes_from(keys, end));
}

/* cert.S of the UEFI shim: sizes, then places in the section, of what it trusts and what it bars.
 */
static bool read_vendor_cert(struct visit *visit, struct bytes section)
{
	struct cursor c = cursor_over(section);
	uint32_t trusted_size = cursor_u32le(&c);
	uint32_t barred_size = cursor_u32le(&c);
	uint32_t trusted_at = cursor_u32le(&c);
	uint32_t barred_at = cursor_u32le(&c);
	cursor_seek(&c, trusted_at);
	struct bytes trusted = cursor_take(&c, trusted_size);
	cursor_seek(&c, barred_at);
	struct bytes barred = cursor_take(&c, barred_size);
	read_vendor_keys(visit, BYTES("vendor_cert"), trusted);
	read_vendor_keys(visit, BYTES("vendor_dbx"), barred);
	return cursor_ok(&c);
}

/* Sections that are files of their own: unified kernel images (systemd-stub(7)). */
static bool is_file_section(struct bytes name)
{
	static const char *const names[] = {".linux", ".initrd", ".ucode", ".dtb"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (bytes_equal(name, bytes_of(names[i])))
			return true;
	return false;
}

static bool read_sections(struct visit *visit, struct pe_image *image)
{
	bool is_cut = false;
	for (size_t i = 0; i < image->section_count; i++) {
		const struct pe_section *section = &image->sections[i];
		uint64_t needed = section->raw_size;
		if (section->virtual_size != 0 && section->virtual_size < needed)
			needed = section->virtual_size; /* the rest pads */
		is_cut |= needed > 0 && section->raw_at + needed > image->body.len;
		struct bytes data =
			bytes_slice(image->body, (size_t)section->raw_at, (size_t)needed);
		struct bytes name = pe_image_section_name(image, section);
		bool has_keys = bytes_start_with(name, BYTES(".vendor_"));
		if (!has_keys && !is_file_section(name))
			continue;
		if (data.len == 0 || !pe_image_spend(image, data.len))
			is_cut = true;
		else if (has_keys)
			is_cut |= !read_vendor_cert(visit, data);
		else
			visit_child(visit, name, data);
	}
	if (is_cut)
		visit_gap(visit,
		          (struct span){image->headers_end - 40 * image->section_count,
		                        40 * image->section_count},
		          CLASS_UNREAD, "a section is damaged or lies outside the file");
	return !is_cut;
}

/* A part of the file that something accounts for. */
struct part {
	uint64_t from, to;
};

static int compare_parts(const void *left, const void *right)
{
	const struct part *a = left, *b = right;
	return (a->from > b->from) - (a->from < b->from);
}

enum { PARTS_MOST = 6, BOUND_MOST = 64 * 1024 };

/* COFF symbols and the strings behind them, which begin with their size. */
static struct part symbols_of(const struct pe_image *image)
{
	uint64_t to = image->symbols_at + PE_SYMBOL_SIZE * image->symbol_count;
	struct cursor c = cursor_over(image->body);
	cursor_seek(&c, to);
	if (image->symbols_at == 0 || !cursor_ok(&c))
		return (struct part){0, 0};
	uint64_t strings = cursor_u32le(&c);
	if (to + strings <= image->body.len)
		to += strings;
	return (struct part){image->symbols_at, to};
}

static size_t collect_parts(const struct pe_image *image, struct part *parts)
{
	struct pe_directory directory;
	size_t count = 0;
	uint64_t stub_end = image->new_header_at <= LIMIT_DOS_STUB ? image->headers_end : 64;
	parts[count++] = (struct part){0, stub_end};
	parts[count++] = (struct part){image->new_header_at, image->headers_end};
	parts[count++] = symbols_of(image);
	if (pe_image_directory(image, PE_CERTIFICATES, &directory))
		parts[count++] =
			(struct part){directory.address, directory.address + directory.size};
	if (pe_image_directory(image, PE_BOUND_IMPORTS, &directory) &&
	    directory.size <= BOUND_MOST && directory.address < image->headers_size)
		parts[count++] =
			(struct part){directory.address, directory.address + directory.size};
	for (size_t i = 0; i < image->section_count; i++)
		parts[count++] =
			(struct part){image->sections[i].raw_at,
		                      image->sections[i].raw_at + image->sections[i].raw_size};
	qsort(parts, count, sizeof *parts, compare_parts);
	return count;
}

static void hand_over(struct visit *visit, const struct pe_image *image, struct part loose,
                      uint64_t sections_end)
{
	struct bytes data =
		bytes_slice(image->body, (size_t)loose.from, (size_t)(loose.to - loose.from));
	if (bytes_trim_end(data, '\0').len == 0)
		return;
	if (loose.from >= sections_end)
		visit_child(visit, BYTES("overlay"), data);
	else if (loose.from < image->new_header_at)
		visit_child(visit, BYTES("DOS stub"), data);
	else
		visit_child(visit, BYTES("between sections"), data);
}

static uint64_t sections_end_of(const struct pe_image *image)
{
	uint64_t end = image->headers_end;
	for (size_t i = 0; i < image->section_count; i++) {
		const struct pe_section *section = &image->sections[i];
		if (section->raw_size > 0 && section->raw_at + section->raw_size > end)
			end = section->raw_at + section->raw_size;
	}
	return end;
}

/* What lies between and behind the parts: installers keep their payload there. */
static void read_loose(struct visit *visit, const struct pe_image *image)
{
	struct part *parts = visit_alloc(visit, image->section_count + PARTS_MOST, sizeof *parts);
	size_t count = collect_parts(image, parts);
	uint64_t sections_end = sections_end_of(image), at = 0;
	for (size_t i = 0; i < count && at < image->body.len; i++) {
		if (parts[i].from > at && parts[i].to > parts[i].from)
			hand_over(visit, image, (struct part){at, parts[i].from}, sections_end);
		if (parts[i].to > at && parts[i].to > parts[i].from)
			at = parts[i].to;
	}
	if (at < image->body.len)
		hand_over(visit, image, (struct part){at, image->body.len}, sections_end);
	struct part symbols = symbols_of(image);
	if (symbols.to > symbols.from && symbols.from >= sections_end)
		visit_child(visit, BYTES("symbols"),
		            bytes_slice(image->body, (size_t)symbols.from,
		                        (size_t)(symbols.to - symbols.from)));
}

static enum read_result read_pe(struct visit *visit, struct bytes body)
{
	struct pe_image image;
	bool damaged = false;
	if (!pe_image_open(visit, body, &image, &damaged)) {
		if (!damaged)
			return READ_NOT_MINE;
		visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD, "damaged PE header");
		return READ_PARTLY;
	}
	bool whole = pe_imports_read(visit, &image);
	whole &= pe_delay_imports_read(visit, &image);
	whole &= pe_exports_read(visit, &image);
	whole &= pe_debug_read(visit, &image);
	whole &= pe_resources_read(visit, &image);
	whole &= read_sections(visit, &image);
	whole &= authenticode_read(visit, &image);
	read_loose(visit, &image);
	whole &= carried_zips(visit, bytes_slice(body, 0, (size_t)sections_end_of(&image)));
	return whole ? READ_WHOLE : READ_PARTLY;
}

const struct reader reader_pe = {
	.name = "pe",
	.magic = {(const uint8_t *)"MZ", 2},
	.recognise = recognise_pe,
	.read = read_pe,
	.understood = CLASS_READ,
};
