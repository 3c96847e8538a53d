/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nuget: what .NET packages say of themselves and what they need: *.nuspec, packages.config,
 * PackageReference in project files, and what the tools resolved (packages.lock.json,
 * project.assets.json, *.deps.json, the last beside every published program). See
 * learn.microsoft.com/nuget/reference.
 */
#include "reader/json_walk.h"
#include "reader/once.h"
#include "reader/xml_walk.h"

extern const struct reader reader_nuget;

enum form { FORM_NONE, FORM_NUSPEC, FORM_CONFIG, FORM_PROJECT, FORM_LOCK, FORM_LIBRARIES };

static enum form form_of(const struct sight *sight)
{
	static const struct {
		const char *suffix, *element; /* NULL: JSON */
		enum form form;
	} forms[] = {
		{".nuspec", "package", FORM_NUSPEC},
		{"packages.config", "packages", FORM_CONFIG},
		{".csproj", "Project", FORM_PROJECT},
		{".vbproj", "Project", FORM_PROJECT},
		{".fsproj", "Project", FORM_PROJECT},
		{".props", "Project", FORM_PROJECT},
		{".targets", "Project", FORM_PROJECT},
		{"packages.lock.json", NULL, FORM_LOCK},
		{"project.assets.json", NULL, FORM_LIBRARIES},
		{".deps.json", NULL, FORM_LIBRARIES},
	};
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		if (!bytes_end_with_nocase(sight->name, bytes_of(forms[i].suffix)))
			continue;
		bool begins = forms[i].element ? xml_begins_with(sight->head, forms[i].element)
		                               : json_starts_with(sight->head, '{');
		return begins ? forms[i].form : FORM_NONE;
	}
	return FORM_NONE;
}

static bool recognise_nuget(const struct sight *sight)
{
	return form_of(sight) != FORM_NONE;
}

struct package {
	struct visit *visit;
	struct once *once;
	enum form form;
	struct bytes needed; /* by the element around, at this depth */
	size_t needed_depth;
};

/* Texts of the XML walk live only for a call. */
static struct bytes copy(struct package *p, struct bytes text)
{
	uint8_t *kept = visit_alloc(p->visit, text.len + 1, 1);
	if (text.len > 0)
		memcpy(kept, text.ptr, text.len);
	return (struct bytes){kept, text.len};
}

/* What names a package that is needed; its version is an attribute, or an element inside. */
static void state_need(struct package *p, const struct xml_element *element, const char *attribute)
{
	const char *version = p->form == FORM_PROJECT ? "Version" : "version";
	struct bytes name = copy(p, xml_attribute(element, attribute));
	if (name.len == 0)
		return;
	p->needed = name;
	p->needed_depth = element->depth;
	once_fact(p->once, FACT_NUGET_DEPENDENCY, name, element->span);
	once_version(p->once, name, copy(p, xml_attribute(element, version)), element->span);
}

static void begin_element(void *context, const struct xml_walk *walk,
                          const struct xml_element *element)
{
	static const struct {
		enum form form;
		const char *element, *attribute;
	} needs[] = {
		{FORM_NUSPEC, "dependency", "id"},
		{FORM_CONFIG, "package", "id"},
		{FORM_PROJECT, "PackageReference", "Include"},
		{FORM_PROJECT, "PackageReference", "Update"},
		{FORM_PROJECT, "PackageVersion", "Include"},
		{FORM_PROJECT, "GlobalPackageReference", "Include"},
		{FORM_PROJECT, "PackageDownload", "Include"},
	};
	struct package *p = context;
	(void)walk;
	for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++)
		if (needs[i].form == p->form &&
		    bytes_equal_nocase(element->name, bytes_of(needs[i].element)))
			state_need(p, element, needs[i].attribute);
}

static void end_element(void *context, const struct xml_walk *walk,
                        const struct xml_element *element)
{
	struct package *p = context;
	const char *group = p->form == FORM_NUSPEC ? "metadata" : "PropertyGroup";
	if (element->depth <= p->needed_depth)
		p->needed = (struct bytes){0};
	else if (element->depth == p->needed_depth + 1 &&
	         bytes_equal(element->name, BYTES("Version")))
		once_version(p->once, p->needed, copy(p, element->text), element->span);
	if (element->depth != 2 || p->form == FORM_CONFIG ||
	    !bytes_equal_nocase(xml_name(walk, 1), bytes_of(group)) || element->text.len == 0)
		return;
	if (bytes_equal_nocase(element->name,
	                       p->form == FORM_NUSPEC ? BYTES("id") : BYTES("PackageId")))
		once_fact(p->once, FACT_NUGET_NAME, copy(p, element->text), element->span);
	else if (bytes_equal_nocase(element->name, BYTES("version")))
		visit_fact(p->visit, FACT_PACKAGE_VERSION, element->text, element->span);
	else if (bytes_equal_nocase(element->name, BYTES("authors")) ||
	         bytes_equal_nocase(element->name, BYTES("owners")) ||
	         bytes_equal_nocase(element->name, BYTES("company")))
		once_persons(p->once, copy(p, element->text), element->span);
}

/* "Name/1.2.3" */
static void state_library(struct package *p, struct bytes key, struct span span)
{
	struct bytes name = bytes_slice(key, 0, bytes_find(key, BYTES("/")));
	once_fact(p->once, FACT_NUGET_DEPENDENCY, name, span);
	once_version(p->once, name, bytes_from(key, name.len + 1), span);
}

/* Lock: dependencies, framework, name. Libraries: libraries, name and version. */
static enum read_result read_json(struct package *p, struct bytes body)
{
	struct json_walk walk;
	struct json_item item;
	bool lock = p->form == FORM_LOCK;
	size_t depth = lock ? 3 : 2;
	json_init(&walk, p->visit, body);
	for (enum json_kind kind; (kind = json_next(&walk, &item)) < JSON_END;) {
		if (!json_key_is(&walk, 0, lock ? "dependencies" : "libraries"))
			continue;
		if (kind == JSON_OBJECT && item.depth == depth)
			state_library(p, json_key(&walk, depth - 1),
			              json_key_span(&walk, depth - 1));
		else if (kind == JSON_STRING && lock && item.depth == 4 &&
		         json_key_is(&walk, 3, "resolved"))
			once_version(p->once, json_key(&walk, 2), json_text(&walk, &item),
			             item.span);
	}
	return json_finish(&walk);
}

static enum read_result read_nuget(struct visit *visit, struct bytes body)
{
	struct sight sight = *visit_sight(visit);
	sight.head = body;
	struct package package = {
		.visit = visit, .once = once_create(visit), .form = form_of(&sight)};
	const struct xml_handler handler = {begin_element, end_element, &package};
	switch (package.form) {
	case FORM_NONE:
		return READ_NOT_MINE;
	case FORM_LOCK:
	case FORM_LIBRARIES:
		return read_json(&package, body);
	case FORM_NUSPEC:
	case FORM_CONFIG:
	case FORM_PROJECT:
		break;
	}
	return xml_read(visit, body, &handler);
}

const struct reader reader_nuget = {
	.name = "nuget",
	.recognise = recognise_nuget,
	.read = read_nuget,
	.understood = CLASS_READ,
};
