/* SPDX-License-Identifier: Apache-2.0 */
/* XML through expat; see xml_walk.h. expat's memory hooks carry no context, so it has memory of its
 * own, which is freed on the one way out. */
#include "reader/xml_walk.h"

#include "reader/pump.h"

#define XML_DTD 1 /* Debian's expat is built with it; the header hides the limits without it */
#include <expat.h>

enum {
	NAME_MOST = 128,
	PROBE = 16 * 1024, /* licences stand before the outermost element */
	AMPLIFICATION_MOST = 8,
	AMPLIFICATION_FREE = 1 << 20, /* bytes before amplification counts */
};

struct xml_level {
	struct bytes name; /* in `kept` */
	uint8_t kept[NAME_MOST];
	uint64_t begins;
};

struct xml_walk {
	struct visit *visit;
	XML_Parser parser;
	const struct xml_handler *handler;
	size_t depth;
	const char *reason;
	struct xml_level levels[LIMIT_NESTING];
	uint8_t text[XML_TEXT_MOST];
	size_t text_length;
};

static const char *without_prefix(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon ? colon + 1 : name;
}

/* A copy that outlives the call; what a longer name goes on with is cut off. */
static struct bytes keep_name(struct xml_level *level, const char *raw)
{
	struct bytes name = bytes_slice(bytes_of(without_prefix(raw)), 0, NAME_MOST);
	memcpy(level->kept, name.ptr, name.len);
	return (struct bytes){level->kept, name.len};
}

static uint64_t offset_now(const struct xml_walk *walk)
{
	XML_Index index = XML_GetCurrentByteIndex(walk->parser);
	return index > 0 ? (uint64_t)index : 0;
}

static uint64_t count_now(const struct xml_walk *walk)
{
	int count = XML_GetCurrentByteCount(walk->parser);
	return count > 0 ? (uint64_t)count : 0;
}

static void give_up(struct xml_walk *walk, const char *reason)
{
	walk->reason = reason;
	(void)XML_StopParser(walk->parser, XML_FALSE);
}

static void on_begin(void *context, const char *name, const char **attributes)
{
	struct xml_walk *walk = context;
	if (walk->reason)
		return;
	if (walk->depth == LIMIT_NESTING) {
		give_up(walk, "XML nested too deeply");
		return;
	}
	struct xml_level *level = &walk->levels[walk->depth];
	level->name = keep_name(level, name);
	level->begins = offset_now(walk);
	walk->text_length = 0;
	struct xml_element element = {.name = level->name,
	                              .span = {level->begins, count_now(walk)},
	                              .attributes = attributes,
	                              .depth = walk->depth};
	walk->depth++;
	if (walk->handler->begin)
		walk->handler->begin(walk->handler->context, walk, &element);
}

static void on_text(void *context, const char *text, int length)
{
	struct xml_walk *walk = context;
	size_t room = sizeof walk->text - walk->text_length;
	size_t taken = (size_t)length < room ? (size_t)length : room;
	memcpy(walk->text + walk->text_length, text, taken);
	walk->text_length += taken;
}

static void on_end(void *context, const char *name)
{
	struct xml_walk *walk = context;
	(void)name;
	if (walk->reason || walk->depth == 0)
		return;
	walk->depth--;
	const struct xml_level *level = &walk->levels[walk->depth];
	struct bytes text = bytes_trim((struct bytes){walk->text, walk->text_length});
	uint64_t end = offset_now(walk) + count_now(walk);
	struct xml_element element = {
		.name = level->name,
		.text = text,
		.span = {level->begins, end > level->begins ? end - level->begins : 0},
		.depth = walk->depth};
	if (walk->handler->end)
		walk->handler->end(walk->handler->context, walk, &element);
	walk->text_length = 0;
}

/* One byte is one character, whatever it is: manifests in old code pages keep their ASCII. */
static int on_encoding(void *context, const char *name, XML_Encoding *encoding)
{
	(void)context, (void)name;
	for (int i = 0; i < 256; i++)
		encoding->map[i] = i;
	return XML_STATUS_OK;
}

/* An entity may hold entities, and expat follows them by recursion: manifests need none. */
// NOLINTNEXTLINE(readability-function-size): the signature is expat's
static void on_entity(void *context, const char *name, int is_parameter, const char *value,
                      int length, const char *base, const char *system, const char *public_id,
                      const char *notation)
{
	struct xml_walk *walk = context;
	(void)name, (void)is_parameter, (void)length, (void)base;
	(void)system, (void)public_id, (void)notation;
	if (value && !walk->reason)
		give_up(walk, "XML with entities of its own");
}

static XML_Parser create_parser(struct xml_walk *walk)
{
	XML_Parser parser = XML_ParserCreate(NULL);
	if (!parser)
		return NULL;
	XML_SetUserData(parser, walk);
	XML_SetElementHandler(parser, on_begin, on_end);
	XML_SetCharacterDataHandler(parser, on_text);
	XML_SetEntityDeclHandler(parser, on_entity);
	XML_SetUnknownEncodingHandler(parser, on_encoding, NULL);
	/* expat would ask the system for random bytes; where the arena lies is random too. */
	(void)XML_SetHashSalt(parser, (unsigned long)(uintptr_t)walk);
	(void)XML_SetBillionLaughsAttackProtectionMaximumAmplification(parser, AMPLIFICATION_MOST);
	(void)XML_SetBillionLaughsAttackProtectionActivationThreshold(parser, AMPLIFICATION_FREE);
	return parser;
}

enum read_result xml_read(struct visit *visit, struct bytes body, const struct xml_handler *handler)
{
	struct xml_walk *walk = visit_alloc(visit, 1, sizeof *walk);
	walk->visit = visit;
	walk->handler = handler;
	walk->parser = body.len <= LIMIT_XML ? create_parser(walk) : NULL;
	if (!walk->parser) {
		visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD, "XML too large");
		return READ_PARTLY;
	}
	enum XML_Status status =
		XML_Parse(walk->parser, (const char *)body.ptr, (int)body.len, XML_TRUE);
	enum XML_Error error = XML_GetErrorCode(walk->parser);
	uint64_t at = offset_now(walk);
	XML_ParserFree(walk->parser);
	at = at > body.len ? body.len : at;
	if (status == XML_STATUS_OK && !walk->reason)
		return READ_WHOLE;
	if (!walk->reason && error == XML_ERROR_JUNK_AFTER_DOC_ELEMENT) {
		visit_trailing(visit, body, (size_t)at);
		return READ_WHOLE;
	}
	visit_gap(visit, (struct span){at, 0}, CLASS_UNREAD,
	          walk->reason ? walk->reason : "damaged XML");
	return READ_PARTLY;
}

struct bytes xml_name(const struct xml_walk *walk, size_t level)
{
	return level < LIMIT_NESTING ? walk->levels[level].name : (struct bytes){0};
}

bool xml_name_is(const struct xml_walk *walk, size_t level, const char *name)
{
	return bytes_equal(xml_name(walk, level), bytes_of(name));
}

struct bytes xml_attribute(const struct xml_element *element, const char *name)
{
	for (const char **each = element->attributes; each && each[0]; each += 2)
		if (bytes_equal_nocase(bytes_of(without_prefix(each[0])), bytes_of(name)))
			return bytes_of(each[1]);
	return (struct bytes){0};
}

bool xml_begins_with(struct bytes head, const char *name)
{
	uint8_t tag[2][64];
	size_t length = strlen(name) + 1;
	head = bytes_slice(head, 0, PROBE);
	if (length > sizeof tag[0])
		return false;
	for (size_t i = 0; i < length; i++)
		tag[0][i] = i == 0 ? '<' : (uint8_t)name[i - 1];
	if (bytes_find(head, (struct bytes){tag[0], length}) != SIZE_MAX)
		return true;
	if (2 * length > sizeof tag[1])
		return false;
	for (size_t i = 0; i < length; i++) {
		tag[1][2 * i] = tag[0][i];
		tag[1][2 * i + 1] = 0;
	}
	/* Without its last byte, the little-endian form is found in both orders. */
	return bytes_find(head, (struct bytes){tag[1], 2 * length - 1}) != SIZE_MAX;
}
