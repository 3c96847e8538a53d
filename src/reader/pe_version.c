/* SPDX-License-Identifier: Apache-2.0 */
/* The version resource of a PE image: VS_VERSIONINFO and what is in it (Windows SDK, "Version
 * Information Structures"). Strings of every language are stated. */
#include "base/text.h"
#include "reader/pe_image.h"

/* { WORD length, WORD value length, WORD type, key in UTF-16, padding, value, padding, children }
 */
struct block {
	struct bytes key;       /* UTF-16LE */
	uint64_t value_at, end; /* in the file; `end` is that of the children too */
	uint64_t children_at;
};

struct version {
	struct visit *visit;
	uint64_t from; /* padding counts from the begin of the resource */
};

static uint64_t align(const struct version *version, uint64_t at)
{
	return at + (4 - (at - version->from) % 4) % 4;
}

/* Text in UTF-16LE up to, and then past, its NUL or the end. */
static struct bytes take_text(struct cursor *c)
{
	size_t from = c->at, length = 0;
	while (cursor_left(c) >= 2 && cursor_u16le(c) != 0)
		length += 2;
	return bytes_slice(c->all, from, length);
}

static bool next_block(const struct version *version, struct cursor *c, struct block *out)
{
	if (cursor_left(c) < 6)
		return false;
	uint64_t from = c->at;
	uint16_t length = cursor_u16le(c);
	uint16_t value_length = cursor_u16le(c);
	cursor_skip(c, 2);
	if (length < 6) {
		if (length != 0) /* zeros pad the end of a parent */
			cursor_fail(c);
		return false;
	}
	/* Some resource compilers let a child end after its parent. */
	out->end = from + length < c->all.len ? from + length : c->all.len;
	struct cursor inside = cursor_over(bytes_slice(c->all, 0, (size_t)out->end));
	cursor_seek(&inside, c->at);
	out->key = take_text(&inside);
	out->value_at = align(version, inside.at);
	out->children_at = align(version, out->value_at + value_length);
	uint64_t next = align(version, out->end);
	cursor_seek(c, next < c->all.len ? next : c->all.len);
	return true;
}

static struct cursor children(const struct cursor *c, const struct block *block)
{
	struct cursor inside = cursor_over(bytes_slice(c->all, 0, (size_t)block->end));
	cursor_seek(&inside, block->children_at < block->end ? block->children_at : block->end);
	return inside;
}

static struct bytes utf8(struct visit *visit, struct bytes utf16)
{
	uint8_t *text = visit_alloc(visit, 1, 2 * utf16.len + 1);
	return (struct bytes){text, text_from_utf16(utf16, false, text)};
}

static void string_fact(const struct version *version, const struct cursor *c,
                        const struct block *block)
{
	static const struct {
		const char *key;
		enum fact_kind kind;
	} kinds[] = {
		{"CompanyName", FACT_PE_COMPANY},
		{"ProductName", FACT_PE_PRODUCT},
		{"FileVersion", FACT_PE_VERSION},
		{"ProductVersion", FACT_PE_VERSION},
		{"FileDescription", FACT_PE_DESCRIPTION},
		{"OriginalFilename", FACT_PE_ORIGINAL_NAME},
		{"InternalName", FACT_PE_ORIGINAL_NAME},
		{"LegalCopyright", FACT_PE_COPYRIGHT},
		{"LegalTrademarks", FACT_PE_TRADEMARKS},
		{"LegalTrademarks1", FACT_PE_TRADEMARKS},
		{"LegalTrademarks2", FACT_PE_TRADEMARKS},
	};
	if (block->key.len > 64 || block->value_at >= block->end)
		return;
	struct bytes key = utf8(version->visit, block->key);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (!bytes_equal_nocase(key, bytes_of(kinds[i].key)))
			continue;
		/* The value's length is in words, or in bytes by some compilers: its NUL counts. */
		struct cursor value = cursor_over(bytes_slice(c->all, 0, (size_t)block->end));
		cursor_seek(&value, block->value_at);
		struct bytes text = take_text(&value);
		visit_fact(version->visit, kinds[i].kind, utf8(version->visit, text),
		           (struct span){block->value_at, text.len});
	}
}

/* StringFileInfo: a table for each language, each full of strings. */
static bool read_tables(const struct version *version, struct cursor tables)
{
	struct block table, string;
	bool whole = true;
	while (next_block(version, &tables, &table)) {
		struct cursor strings = children(&tables, &table);
		while (next_block(version, &strings, &string))
			string_fact(version, &strings, &string);
		whole &= cursor_ok(&strings);
	}
	return whole && cursor_ok(&tables);
}

bool pe_version_read(struct visit *visit, struct cursor c)
{
	const struct version version = {visit, c.at};
	struct block root, part;
	bool whole = true;
	if (!next_block(&version, &c, &root))
		return false;
	struct cursor parts = children(&c, &root);
	while (next_block(&version, &parts, &part))
		if (bytes_equal(utf8(visit, bytes_slice(part.key, 0, 64)), BYTES("StringFileInfo")))
			whole &= read_tables(&version, children(&parts, &part));
	return whole && cursor_ok(&parts);
}
