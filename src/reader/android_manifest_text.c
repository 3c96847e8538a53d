/* SPDX-License-Identifier: Apache-2.0 */
/* android_manifest_text: AndroidManifest.xml as XML text, as it is in sources and in libraries
 * (.aar). The binary form of packages is read by axml. */
#include "reader/android_component.h"
#include "reader/xml_walk.h"

extern const struct reader reader_android_manifest_text;

struct manifest {
	struct visit *visit;
	uint8_t package[ANDROID_NAME_MOST];
	size_t package_length;
};

static bool recognise_android_manifest_text(const struct sight *sight)
{
	return bytes_equal(sight->name, BYTES("AndroidManifest.xml")) &&
	       xml_begins_with(sight->head, "manifest");
}

static void on_element(void *context, const struct xml_walk *walk,
                       const struct xml_element *element)
{
	(void)walk;
	struct manifest *m = context;
	enum android_element kind = android_element_kind(element->name);
	struct bytes package = {m->package, m->package_length};
	if (kind == ANDROID_MANIFEST && element->depth == 0) {
		struct bytes said =
			bytes_slice(xml_attribute(element, "package"), 0, ANDROID_NAME_MOST);
		if (said.len > 0)
			memcpy(m->package, said.ptr, said.len);
		m->package_length = said.len;
		visit_fact(m->visit, FACT_ANDROID_PACKAGE, said, element->span);
		visit_fact(m->visit, FACT_ANDROID_VERSION, xml_attribute(element, "versionName"),
		           element->span);
	} else if (kind != ANDROID_OTHER && kind != ANDROID_MANIFEST) {
		android_component_state(m->visit, kind, package, xml_attribute(element, "name"),
		                        element->span);
		android_component_state(m->visit, kind, package,
		                        xml_attribute(element, "targetActivity"), element->span);
	}
}

static enum read_result read_android_manifest_text(struct visit *visit, struct bytes body)
{
	struct manifest *m = visit_alloc(visit, 1, sizeof *m);
	m->visit = visit;
	struct xml_handler handler = {.begin = on_element, .context = m};
	return xml_read(visit, body, &handler);
}

const struct reader reader_android_manifest_text = {
	.name = "android_manifest_text",
	.recognise = recognise_android_manifest_text,
	.read = read_android_manifest_text,
	.understood = CLASS_READ,
};
