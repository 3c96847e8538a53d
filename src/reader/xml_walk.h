/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML for package manifests: the end of each element with its text, its attributes at the
 * beginning, and the place of both. expat reads; nothing outside the document is ever fetched, and
 * entities may not multiply. Names come without their namespace prefix.
 */
#ifndef READER_XML_WALK_H
#define READER_XML_WALK_H

#include "core/limits.h"
#include "core/reader.h"

enum { XML_TEXT_MOST = 1024 }; /* of one element's own text; names are shorter */

struct xml_element {
	struct bytes name;
	struct bytes text; /* trimmed, at most XML_TEXT_MOST; empty at the beginning. Lives until
	                      the call returns */
	struct span span;  /* of the start tag, or of the whole element at its end */
	const char **attributes; /* name, value, …, NULL; NULL at the end */
	size_t depth;            /* elements around it: 0 is the outermost */
};

struct xml_walk;

struct xml_handler {
	/* Either may be NULL. `path` is the walk's: ask xml_name(). */
	void (*begin)(void *context, const struct xml_walk *walk,
	              const struct xml_element *element);
	void (*end)(void *context, const struct xml_walk *walk, const struct xml_element *element);
	void *context;
};

/* Reads the whole of `body`, which is the object; states what could not be read or lies behind its
 * end. */
enum read_result xml_read(struct visit *visit, struct bytes body,
                          const struct xml_handler *handler);

/* The name of the element at `level` on the way to the current one, which is at level
 * element->depth; empty past it. */
struct bytes xml_name(const struct xml_walk *walk, size_t level);
bool xml_name_is(const struct xml_walk *walk, size_t level, const char *name);

/* The value of an attribute, with or without prefix; empty when there is none. Lives until the call
 * returns. */
struct bytes xml_attribute(const struct xml_element *element, const char *name);

/* True when `<name` stands in the first bytes, in UTF-8 or UTF-16. */
bool xml_begins_with(struct bytes head, const char *name);

#endif
