/* SPDX-License-Identifier: Apache-2.0 */
/* Policy files as input: taken for a vendor, for a directive about a vendor that is fine, for a
 * root. What compiles must open. */
#include "fuzz/input.h"
#include "policy/compile.h"
#include "policy/format.h"
#include "policy/pack.h"

#include <stdlib.h>

static const char vendor[] =
	"schema: debar-vendor/1\nid: acme\nname: Acme\nsources: [{id: book, is: Book}]\n"
	"entities: [{name: Acme, relation: self, source: book, confidence: high}]\n"
	"marks: [{kinds: [pe.company], each: entities, nexus: branded, strength: identity}]\n";

static void compile(const struct policy_text *texts, size_t count)
{
	struct buffer file;
	buffer_init(&file, PACK_MOST);
	struct debar_error error = {.message = ""};
	struct pack *pack = NULL;
	if (policy_compile_texts(texts, count, -1, &file, &error) == DEBAR_OK) {
		if (pack_open(buffer_bytes(&file), &pack, &error) != DEBAR_OK)
			abort();
	} else if (error.message[0] == '\0') {
		abort(); /* refused without a reason */
	}
	pack_close(pack);
	buffer_finish(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bytes text = {data, size};
	compile(&(struct policy_text){"input", text, POLICY_VENDOR}, 1);
	const struct policy_text order[] = {{"vendor", bytes_of(vendor), POLICY_VENDOR},
	                                    {"input", text, POLICY_DIRECTIVE}};
	compile(order, 2);
	compile(&(struct policy_text){"input", text, POLICY_ROOT}, 1);
	return 0;
}
