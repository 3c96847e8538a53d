/* SPDX-License-Identifier: Apache-2.0 */
/* Packs as input. The checksum is mended first: it keeps out accidents, not people. */
#include "fuzz/input.h"
#include "policy/format.h"
#include "policy/match.h"

#include <stdlib.h>

static void use_text(struct bytes text)
{
	volatile uint8_t sum = 0; /* every byte must be there */
	for (size_t i = 0; i < text.len; i++)
		sum = (uint8_t)(sum + text.ptr[i]);
}

static void use_rows(const struct pack *pack)
{
	for (size_t i = 0; i < pack_mark_count(pack); i++) {
		struct mark mark = pack_mark(pack, i);
		use_text(mark.value);
		use_text(mark.source);
		use_text(pack_vendor(pack, mark.vendor).name);
		if (mark.product != PACK_NONE)
			use_text(pack_product(pack, mark.product).role);
		(void)pack_mark_named(pack, mark.id); /* ids may repeat: any answer is fine */
	}
	for (size_t i = 0; i < pack_directive_count(pack); i++)
		use_text(pack_directive(pack, i).clause[NEXUS_BRANDED]);
	for (size_t i = 0; i < pack_deadline_count(pack); i++)
		use_text(pack_deadline(pack, i).fields);
	for (size_t i = 0; i < pack_entity_count(pack); i++)
		use_text(pack_entity(pack, i).name);
	for (size_t i = 0; i < pack_clause_count(pack); i++)
		use_text(pack_clause(pack, i).text);
	for (size_t i = 0; i < pack_exception_count(pack); i++)
		use_text(pack_exception(pack, i).text);
	for (size_t i = 0; i < pack_root_count(pack); i++)
		use_text(pack_root(pack, i).certificate);
}

static void use_matcher(const struct pack *pack)
{
	struct matcher *matcher;
	struct debar_error error;
	if (matcher_create(pack, MATCHER_FOR_ALL, &matcher, &error) != DEBAR_OK)
		return;
	uint32_t marks[8];
	for (enum fact_kind kind = 0; kind < FACT_KIND_COUNT; kind++) {
		size_t count =
			matcher_fact(matcher, kind, BYTES("opt/Acme/engine\xff.sys"), marks, 8);
		for (size_t i = 0; i < count && i < 8; i++)
			if (marks[i] >= pack_mark_count(pack) ||
			    (i > 0 && marks[i] <= marks[i - 1]))
				abort();
	}
	matcher_destroy(matcher);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);
	if (!copy)
		return 0;
	if (size > 0)
		memcpy(copy, data, size);
	struct pack *pack;
	struct debar_error error;
	if (size >= PACK_HEADER && format_seal(copy, size) &&
	    pack_open((struct bytes){copy, size}, &pack, &error) == DEBAR_OK) {
		use_rows(pack);
		use_matcher(pack);
		pack_close(pack);
	}
	free(copy);
	return 0;
}
