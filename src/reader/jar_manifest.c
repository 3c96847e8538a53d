/* SPDX-License-Identifier: Apache-2.0 */
/* jar_manifest: META-INF/MANIFEST.MF of jars, "JAR File Specification": the main attributes, which
 * end at the first blank line. The sections after it name members and their digests. */
#include "core/reader.h"
#include "reader/lines.h"

extern const struct reader reader_jar_manifest;

enum { VALUE_MOST = 8192 }; /* facts are cut at 4096 bytes */

struct attribute {
	uint8_t text[VALUE_MOST]; /* "name=value" */
	size_t length, name_length;
	struct span span;
};

static bool recognise_jar_manifest(const struct sight *sight)
{
	return bytes_equal_nocase(sight->name, BYTES("MANIFEST.MF")) &&
	       bytes_end_with_nocase(sight->path, BYTES("META-INF/MANIFEST.MF"));
}

static void append(struct attribute *attribute, struct bytes part)
{
	part = bytes_slice(part, 0, VALUE_MOST - attribute->length);
	if (part.len > 0)
		memcpy(attribute->text + attribute->length, part.ptr, part.len);
	attribute->length += part.len;
}

static void state(struct visit *visit, const struct attribute *attribute)
{
	static const struct {
		struct bytes name;
		enum fact_kind kind;
	} kinds[] = {
		{{(const uint8_t *)"Implementation-Vendor", 21}, FACT_PACKAGE_VENDOR},
		{{(const uint8_t *)"Specification-Vendor", 20}, FACT_PACKAGE_VENDOR},
		{{(const uint8_t *)"Bundle-Vendor", 13}, FACT_PACKAGE_VENDOR},
		{{(const uint8_t *)"Implementation-Version", 22}, FACT_PACKAGE_VERSION},
		{{(const uint8_t *)"Bundle-Version", 14}, FACT_PACKAGE_VERSION},
	};
	struct bytes text = {attribute->text, attribute->length};
	struct bytes name = bytes_slice(text, 0, attribute->name_length);
	struct bytes value = bytes_from(text, attribute->name_length + 1);
	if (name.len == 0 || value.len == 0)
		return;
	visit_fact(visit, FACT_JAR_ATTRIBUTE, text, attribute->span);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (bytes_equal_nocase(name, kinds[i].name))
			visit_fact(visit, kinds[i].kind, value, attribute->span);
}

static enum read_result read_jar_manifest(struct visit *visit, struct bytes body)
{
	struct attribute *attribute = visit_alloc(visit, 1, sizeof *attribute);
	struct cursor c = cursor_over(body);
	struct line line;
	bool any = false;
	while (line_next(&c, &line) && line.text.len > 0) {
		struct span span = line_span(&line, line.text);
		if (line.text.ptr[0] == ' ') { /* continues the value, less the blank */
			append(attribute, bytes_from(line.text, 1));
			attribute->span.length = span.offset + span.length - attribute->span.offset;
			continue;
		}
		size_t colon = bytes_find(line.text, BYTES(":"));
		if (colon == SIZE_MAX) {
			if (!any)
				return READ_NOT_MINE;
			continue;
		}
		state(visit, attribute);
		any = true;
		attribute->length = 0;
		attribute->span = span;
		append(attribute, bytes_slice(line.text, 0, colon));
		attribute->name_length = attribute->length;
		append(attribute, BYTES("="));
		struct bytes value = bytes_from(line.text, colon + 1);
		bool has_blank = value.ptr && value.len > 0 && value.ptr[0] == ' ';
		append(attribute, bytes_from(value, has_blank)); /* a last blank belongs to it */
	}
	state(visit, attribute);
	return READ_WHOLE;
}

const struct reader reader_jar_manifest = {
	.name = "jar_manifest",
	.recognise = recognise_jar_manifest,
	.read = read_jar_manifest,
	.understood = CLASS_READ,
};
