/* SPDX-License-Identifier: Apache-2.0 */
/*
 * maven: what Java artifacts say of themselves and what they need: pom.xml (the "POM reference" of
 * maven.apache.org) and pom.properties, which lie in every jar that Maven builds. A group that is
 * not said is the parent's; ${…} is resolved from the document itself.
 */
#include "reader/lines.h"
#include "reader/nameless.h"
#include "reader/once.h"
#include "reader/xml_walk.h"

extern const struct reader reader_maven;

enum {
	PROBE = 4096,
	PROPERTIES_MOST = 256, /* a lookup goes over them all; large projects have a hundred */
	REFERENCE_ROUNDS = 4,  /* a property may name a property */
};

struct coordinates {
	struct bytes group, artifact, version;
	struct span span, version_span;
	struct coordinates *next; /* of those that wait for the end of the document */
};

struct project {
	struct visit *visit;
	struct once *once;
	struct coordinates levels[LIMIT_NESTING]; /* of the element at each level */
	struct coordinates own, parent;
	struct coordinates *waiting;
	struct {
		struct bytes name, value;
	} properties[PROPERTIES_MOST];
	size_t property_count;
};

static bool is_pom(const struct sight *sight)
{
	bool named = bytes_equal(sight->name, BYTES("pom.xml")) ||
	             bytes_end_with(sight->name, BYTES(".pom"));
	bool known = named || (is_nameless(sight->name) &&
	                       bytes_find(bytes_slice(sight->head, 0, PROBE),
	                                  BYTES("http://maven.apache.org/POM/")) != SIZE_MAX);
	return known && xml_begins_with(sight->head, "project");
}

static bool is_properties(const struct sight *sight)
{
	return bytes_equal(sight->name, BYTES("pom.properties")) && line_is_text(sight->head);
}

static bool recognise_maven(const struct sight *sight)
{
	return is_pom(sight) || is_properties(sight);
}

static struct bytes copy(struct project *p, struct bytes text)
{
	uint8_t *kept = visit_alloc(p->visit, text.len + 1, 1);
	if (text.len > 0)
		memcpy(kept, text.ptr, text.len);
	return (struct bytes){kept, text.len};
}

static struct bytes own_group(const struct project *p)
{
	return p->own.group.len > 0 ? p->own.group : p->parent.group;
}

/* What stands for ${name}; empty when the document does not say. */
static struct bytes property(const struct project *p, struct bytes name)
{
	static const char *const prefixes[] = {"project.", "pom.", ""};
	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
		struct bytes prefix = bytes_of(prefixes[i]);
		struct bytes rest = bytes_from(name, prefix.len);
		if (!bytes_start_with(name, prefix))
			continue;
		if (bytes_equal(rest, BYTES("groupId")))
			return own_group(p);
		if (bytes_equal(rest, BYTES("artifactId")))
			return p->own.artifact;
		if (bytes_equal(rest, BYTES("version")))
			return p->own.version.len > 0 ? p->own.version : p->parent.version;
		if (bytes_equal(rest, BYTES("parent.groupId")))
			return p->parent.group;
		if (bytes_equal(rest, BYTES("parent.artifactId")))
			return p->parent.artifact;
		if (bytes_equal(rest, BYTES("parent.version")))
			return p->parent.version;
	}
	for (size_t i = 0; i < p->property_count; i++)
		if (bytes_equal(p->properties[i].name, name))
			return p->properties[i].value;
	return (struct bytes){0};
}

/* `text` with its first reference replaced; the same slice when there is none to replace. */
static struct bytes resolve_first(struct project *p, struct bytes text)
{
	size_t begin = bytes_find(text, BYTES("${"));
	if (begin == SIZE_MAX)
		return text;
	struct bytes inside = bytes_from(text, begin + 2);
	size_t end = bytes_find(inside, BYTES("}"));
	if (end == SIZE_MAX)
		return text;
	struct bytes value = property(p, bytes_slice(inside, 0, end));
	struct bytes tail = bytes_from(inside, end + 1);
	if (value.len == 0)
		return text;
	size_t length = begin + value.len + tail.len;
	uint8_t *joined = visit_alloc(p->visit, length + 1, 1);
	memcpy(joined, text.ptr, begin);
	memcpy(joined + begin, value.ptr, value.len);
	memcpy(joined + begin + value.len, tail.ptr, tail.len);
	return (struct bytes){joined, length > XML_TEXT_MOST ? XML_TEXT_MOST : length};
}

static struct bytes resolve(struct project *p, struct bytes text)
{
	for (int round = 0; round < REFERENCE_ROUNDS; round++)
		text = resolve_first(p, text);
	return text;
}

static bool is_reference(struct bytes text)
{
	return bytes_find(text, BYTES("${")) != SIZE_MAX;
}

static void state(struct project *p, enum fact_kind kind, struct coordinates at)
{
	struct bytes group = resolve(p, at.group), artifact = resolve(p, at.artifact);
	if (group.len == 0 || artifact.len == 0)
		return;
	size_t length = group.len + 1 + artifact.len;
	uint8_t *joined = visit_alloc(p->visit, length, 1);
	memcpy(joined, group.ptr, group.len);
	joined[group.len] = ':';
	memcpy(joined + group.len + 1, artifact.ptr, artifact.len);
	once_fact(p->once, kind, (struct bytes){joined, length}, at.span);
	if (kind == FACT_MAVEN_DEPENDENCY)
		once_version(p->once, (struct bytes){joined, length}, resolve(p, at.version),
		             at.version_span);
}

/* A reference may be explained further down, so it waits for the end of the document. */
static void state_or_wait(struct project *p, struct coordinates at)
{
	struct coordinates now = at;
	if (is_reference(at.version))
		now.version = (struct bytes){0};
	bool named = !is_reference(at.group) && !is_reference(at.artifact);
	if (named)
		state(p, FACT_MAVEN_DEPENDENCY, now); /* the document may be cut short */
	if (named && now.version.len == at.version.len)
		return;
	struct coordinates *waiting = visit_alloc(p->visit, 1, sizeof *waiting);
	*waiting = at;
	waiting->next = p->waiting;
	p->waiting = waiting;
}

static bool needs_artifact(struct bytes name)
{
	return bytes_equal(name, BYTES("dependency")) || bytes_equal(name, BYTES("plugin")) ||
	       bytes_equal(name, BYTES("parent")) || bytes_equal(name, BYTES("extension")) ||
	       bytes_equal(name, BYTES("path"));
}

static void end_of_artifact(struct project *p, const struct xml_element *element)
{
	struct coordinates at = p->levels[element->depth];
	at.span = element->span;
	if (at.group.len == 0 && bytes_equal(element->name, BYTES("plugin")))
		at.group = BYTES("org.apache.maven.plugins"); /* POM reference, "Plugins" */
	if (element->depth == 1 && bytes_equal(element->name, BYTES("parent")))
		p->parent = at;
	state_or_wait(p, at);
}

static void add_property(struct project *p, const struct xml_element *element)
{
	if (p->property_count == PROPERTIES_MOST || element->text.len == 0)
		return;
	p->properties[p->property_count].name = copy(p, element->name);
	p->properties[p->property_count++].value = copy(p, element->text);
}

/* Of the project itself, or of what the element around it names. */
static void take_version(struct project *p, struct coordinates *around,
                         const struct xml_element *element)
{
	around->version = copy(p, element->text);
	around->version_span = element->span;
	if (element->depth == 1)
		visit_fact(p->visit, FACT_PACKAGE_VERSION, element->text, element->span);
}

static void begin_element(void *context, const struct xml_walk *walk,
                          const struct xml_element *element)
{
	struct project *p = context;
	(void)walk;
	p->levels[element->depth] = (struct coordinates){0};
}

static void end_element(void *context, const struct xml_walk *walk,
                        const struct xml_element *element)
{
	struct project *p = context;
	struct coordinates *around = element->depth > 0 ? &p->levels[element->depth - 1] : NULL;
	if (around && bytes_equal(element->name, BYTES("groupId")))
		around->group = copy(p, element->text);
	else if (around && bytes_equal(element->name, BYTES("artifactId")))
		around->artifact = copy(p, element->text);
	else if (around && bytes_equal(element->name, BYTES("version")))
		take_version(p, around, element);
	else if (element->depth == 2 && xml_name_is(walk, 1, "organization") &&
	         bytes_equal(element->name, BYTES("name")))
		once_persons(p->once, copy(p, element->text), element->span);
	else if (element->depth == 2 && xml_name_is(walk, 1, "properties"))
		add_property(p, element);
	else if (needs_artifact(element->name))
		end_of_artifact(p, element);
	if (element->depth == 1)
		p->own = p->levels[0];
	if (element->depth > 0 || !bytes_equal(element->name, BYTES("project")))
		return;
	p->own.span = element->span;
	struct coordinates name = p->own;
	name.group = own_group(p);
	state(p, FACT_MAVEN_NAME, name);
	for (const struct coordinates *each = p->waiting; each; each = each->next)
		state(p, FACT_MAVEN_DEPENDENCY, *each);
}

static enum read_result read_pom(struct visit *visit, struct bytes body)
{
	struct project *p = visit_alloc(visit, 1, sizeof *p);
	p->visit = visit;
	p->once = once_create(visit);
	const struct xml_handler handler = {begin_element, end_element, p};
	return xml_read(visit, body, &handler);
}

static enum read_result read_properties(struct visit *visit, struct bytes body)
{
	struct project *p = visit_alloc(visit, 1, sizeof *p);
	p->visit = visit;
	p->once = once_create(visit);
	struct cursor c = cursor_over(body);
	struct bytes key, value;
	for (struct line line; line_next(&c, &line);) {
		if (!line_split(line.text, '=', &key, &value))
			continue;
		if (bytes_equal(key, BYTES("groupId")))
			p->own.group = value;
		else if (bytes_equal(key, BYTES("artifactId")))
			p->own.artifact = value;
		else if (bytes_equal(key, BYTES("version")))
			visit_fact(visit, FACT_PACKAGE_VERSION, value, line_span(&line, value));
	}
	p->own.span = (struct span){0, body.len};
	state(p, FACT_MAVEN_NAME, p->own);
	return READ_WHOLE;
}

static enum read_result read_maven(struct visit *visit, struct bytes body)
{
	struct sight sight = *visit_sight(visit);
	sight.head = body;
	if (is_properties(&sight))
		return read_properties(visit, body);
	return is_pom(&sight) ? read_pom(visit, body) : READ_NOT_MINE;
}

const struct reader reader_maven = {
	.name = "maven",
	.recognise = recognise_maven,
	.read = read_maven,
	.understood = CLASS_READ,
};
