/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pdf: every stream of a document is a child, unpacked when it is deflated: attachments, scripts,
 * metadata and packed objects (ISO 32000-1, 7.3.8 and 7.5.7). The file is gone through from front
 * to back and not by its table, so that nothing is missed that the table leaves out. What stands
 * outside of streams is text by the format, and a child where it is not.
 */
#include "base/cursor.h"
#include "base/text.h"
#include "core/limits.h"
#include "reader/inflate.h"
#include "reader/pump.h"
#include "reader/rest.h"

extern const struct reader reader_pdf;

enum {
	HEADER_WITHIN = 1024,   /* ISO 32000-1, implementation note 13 in annex H */
	DICTIONARY_MOST = 4096, /* what is read of it: before the keyword `stream` */
};

/* Where "%PDF-1.7" and the like stand; SIZE_MAX when they do not. */
static size_t find_header(struct bytes body)
{
	struct bytes head = bytes_slice(body, 0, HEADER_WITHIN), mark = BYTES("%PDF-");
	size_t at = bytes_find(head, mark);
	if (at == SIZE_MAX || at + mark.len >= head.len)
		return SIZE_MAX;
	uint8_t version = head.ptr[at + mark.len];
	return version >= '0' && version <= '9' ? at : SIZE_MAX;
}

static bool recognise_pdf(const struct sight *sight)
{
	return find_header(sight->head) != SIZE_MAX;
}

static bool is_blank(uint8_t byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r') || byte == 0;
}

static bool ends_name(struct bytes text, size_t at)
{
	return at >= text.len || is_blank(text.ptr[at]) || strchr("/<>[]()%", text.ptr[at]);
}

/* What follows the name `key` in a dictionary, without blanks; empty when it is not there. */
static struct bytes value_of(struct bytes dictionary, struct bytes key)
{
	for (size_t at; (at = bytes_find(dictionary, key)) != SIZE_MAX;) {
		dictionary = bytes_from(dictionary, at + key.len);
		if (!ends_name(dictionary, 0))
			continue;
		size_t skip = 0;
		while (skip < dictionary.len && is_blank(dictionary.ptr[skip]))
			skip++;
		return bytes_from(dictionary, skip);
	}
	return (struct bytes){0};
}

enum filter { FILTER_NONE, FILTER_DEFLATE, FILTER_PICTURE, FILTER_FACSIMILE, FILTER_OTHER };

/* The outermost filter: of several, it is the first that is listed. */
static enum filter filter_of(struct bytes dictionary)
{
	static const struct {
		const char *name;
		enum filter filter;
	} names[] = {
		{"/FlateDecode", FILTER_DEFLATE},   {"/Fl", FILTER_DEFLATE},
		{"/DCTDecode", FILTER_PICTURE},     {"/DCT", FILTER_PICTURE},
		{"/JPXDecode", FILTER_PICTURE},     {"/CCITTFaxDecode", FILTER_FACSIMILE},
		{"/JBIG2Decode", FILTER_FACSIMILE},
	};
	struct bytes value = value_of(dictionary, BYTES("/Filter"));
	while (value.len > 0 && (value.ptr[0] == '[' || is_blank(value.ptr[0])))
		value = bytes_from(value, 1);
	if (value.len == 0 || value.ptr[0] == ']')
		return FILTER_NONE;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct bytes name = bytes_of(names[i].name);
		if (bytes_start_with(value, name) && ends_name(value, name.len))
			return names[i].filter;
	}
	return FILTER_OTHER;
}

/* One stream: its dictionary, and its bytes as they stand in the file. */
struct part {
	struct bytes name, dictionary, packed;
	uint8_t room[32]; /* for the name */
};

static bool inflate_part(struct visit *visit, const struct part *part)
{
	struct pump pump = pump_start(visit, part->name, 0);
	z_stream z = {0};
	struct bytes left = part->packed;
	size_t len, made;
	uint8_t *room = NULL;
	int status = inflateInit(&z);
	while (status == Z_OK && (room = pump_room(&pump, &len))) {
		status = inflate_step(&z, &left, room, len, &made);
		pump_made(&pump, made);
	}
	(void)inflateEnd(&z);
	bool ended = status == Z_STREAM_END;
	enum read_result result =
		pump_end(&pump, CLASS_UNREAD, ended ? NULL : "damaged deflate data");
	struct bytes rest = bytes_trim(left);
	if (ended)
		(void)rest_hand_over(visit, rest, 0, BYTES("trailing data"));
	return result == READ_WHOLE;
}

/* ISO 32000-1, 7.4.4.4: with a predictor, what is inflated are differences. Only pixels are known
 * to have one, and tables of references. */
static bool is_unpredictable(struct bytes dictionary)
{
	struct bytes predictor = value_of(dictionary, BYTES("/Predictor"));
	struct bytes elsewhere = value_of(dictionary, BYTES("/DecodeParms"));
	bool plain = predictor.len == 0 || (predictor.ptr[0] == '1' && ends_name(predictor, 1));
	bool pixels = bytes_start_with(value_of(dictionary, BYTES("/Subtype")), BYTES("/Image"));
	bool table = bytes_start_with(value_of(dictionary, BYTES("/Type")), BYTES("/XRef"));
	bool reference = elsewhere.len > 0 && elsewhere.ptr[0] >= '0' && elsewhere.ptr[0] <= '9';
	return (!plain || reference) && !pixels && !table;
}

static bool visit_part(struct visit *visit, const struct part *part)
{
	enum filter filter = filter_of(part->dictionary);
	if (filter == FILTER_DEFLATE && is_unpredictable(part->dictionary))
		filter = FILTER_OTHER;
	switch (filter) {
	case FILTER_NONE:
	case FILTER_PICTURE:
		visit_child(visit, part->name, part->packed);
		return true;
	case FILTER_DEFLATE:
		return inflate_part(visit, part);
	case FILTER_FACSIMILE: /* black and white pixels without a frame */
		if (rest_begins_like_a_file(part->packed))
			visit_child(visit, part->name, part->packed);
		return true;
	case FILTER_OTHER:
		break;
	}
	visit_closed(visit, part->name, part->packed.len, CLASS_UNREAD,
	             "PDF stream of another filter");
	return false;
}

static size_t skip_digits_back(struct bytes text, size_t end)
{
	while (end > 0 && text.ptr[end - 1] >= '0' && text.ptr[end - 1] <= '9')
		end--;
	return end;
}

static size_t skip_blanks_back(struct bytes text, size_t end)
{
	while (end > 0 && is_blank(text.ptr[end - 1]))
		end--;
	return end;
}

/* "object 12", in the part itself: there may be millions. */
static void name_object(struct part *part, struct bytes number)
{
	const struct bytes prefix = BYTES("object ");
	if (number.len == 0 || number.len > sizeof part->room - prefix.len)
		return;
	memcpy(part->room, prefix.ptr, prefix.len);
	memcpy(part->room + prefix.len, number.ptr, number.len);
	part->name = (struct bytes){part->room, prefix.len + number.len};
}

/* What follows the last "obj" before the keyword `stream`: "12 0 obj << … >>". */
static struct bytes dictionary_in(struct bytes between)
{
	const struct bytes keyword = BYTES("obj");
	size_t begin = between.len > DICTIONARY_MOST ? between.len - DICTIONARY_MOST : 0;
	struct bytes dictionary = bytes_from(between, begin);
	for (size_t at; (at = bytes_find(dictionary, keyword)) != SIZE_MAX;)
		dictionary = bytes_from(dictionary, at + keyword.len);
	return dictionary;
}

static void find_dictionary(struct bytes between, struct part *part)
{
	const struct bytes keyword = BYTES("obj");
	part->dictionary = dictionary_in(between);
	size_t end = between.len - part->dictionary.len;
	if (end < keyword.len)
		return;
	end = skip_blanks_back(between, end - keyword.len);
	end = skip_blanks_back(between, skip_digits_back(between, end));
	size_t number = skip_digits_back(between, end);
	name_object(part, bytes_slice(between, number, end - number));
}

/* The stream's bytes: what /Length says when `endstream` stands there, else up to the next one.
 * Returns where it ends; 0 when it does not. */
static size_t find_end(struct bytes body, size_t begin, struct part *part)
{
	const struct bytes keyword = BYTES("endstream");
	struct bytes digits = value_of(part->dictionary, BYTES("/Length"));
	size_t count = 0;
	while (count < digits.len && digits.ptr[count] >= '0' && digits.ptr[count] <= '9')
		count++;
	uint64_t length;
	if (text_to_u64(bytes_slice(digits, 0, count), &length) && length <= body.len - begin) {
		size_t end = begin + (size_t)length;
		for (size_t at = end; at <= end + 2; at++)
			if (bytes_start_with(bytes_from(body, at), keyword)) {
				part->packed = bytes_slice(body, begin, (size_t)length);
				return at + keyword.len;
			}
	}
	size_t found = bytes_find(bytes_from(body, begin), keyword);
	part->packed = bytes_slice(body, begin, found);
	return found == SIZE_MAX ? 0 : begin + found + keyword.len;
}

/* Where the bytes after the keyword `stream` at `at` begin; 0 when that is not the keyword. */
static size_t stream_begin(struct bytes body, size_t at)
{
	size_t begin = at + 6;
	if (at >= 3 && bytes_equal(bytes_slice(body, at - 3, 3), BYTES("end")))
		return 0;
	if (bytes_start_with(bytes_from(body, begin), BYTES("\r\n")))
		return begin + 2;
	return begin < body.len && (body.ptr[begin] == '\n' || body.ptr[begin] == '\r') ? begin + 1
	                                                                                : 0;
}

/* Where the end marks of the versions that follow one another in `tail` end; 0: there is none. */
static size_t last_mark(struct bytes tail)
{
	const struct bytes mark = BYTES("%%EOF");
	size_t end = 0;
	for (size_t at; (at = bytes_find(bytes_from(tail, end), mark)) != SIZE_MAX;)
		end += at + mark.len;
	return end;
}

/* What stands before, between or behind the streams: dictionaries and tables are ASCII, but for
 * strings. False when that is the whole document: a child that is its parent would be read as that
 * is, and so on. */
static bool visit_between(struct visit *visit, struct bytes body, struct bytes between)
{
	if (!rest_looks_binary(between))
		return true;
	if (between.len == body.len)
		return false;
	visit_child(visit, BYTES("data between streams"), between);
	return true;
}

static struct bytes without_blanks(struct bytes text)
{
	size_t at = 0;
	while (at < text.len && is_blank(text.ptr[at]))
		at++;
	return bytes_from(text, at);
}

static bool is_encrypted(struct bytes body)
{
	return value_of(body, BYTES("/Encrypt")).len > 0;
}

/* Goes from stream to stream; `done` is where the last one ended. */
struct walk {
	struct bytes body;
	size_t at, done;
};

/* Where the bytes of the next stream begin, and what stands between it and the last one, which
 * holds its dictionary; 0 when there is none. */
static size_t next_stream(struct walk *walk, struct bytes *between)
{
	size_t found;
	while ((found = bytes_find(bytes_from(walk->body, walk->at), BYTES("stream"))) !=
	       SIZE_MAX) {
		size_t keyword = walk->at + found, data = stream_begin(walk->body, keyword);
		walk->at = keyword + 6;
		*between = bytes_slice(walk->body, walk->done, keyword - walk->done);
		if (data > 0)
			return data;
	}
	return 0;
}

/* The dictionaries and tables, joined, are a child as well: they have words in them, and scripts.
 * Without their head, which makes a document of them. */
static bool visit_text(struct visit *visit, struct bytes body, size_t begin, size_t end)
{
	const struct bytes mark = BYTES("%PDF-");
	struct walk walk = {body, begin + mark.len, begin + mark.len};
	struct pump pump = pump_start(visit, BYTES("between the streams"), 0);
	struct part part = {0};
	struct bytes between;
	for (size_t data; (data = next_stream(&walk, &between)) > 0;) {
		part.dictionary = dictionary_in(between);
		if (!rest_looks_binary(between) && !pump_write(&pump, between))
			break;
		walk.at = walk.done = find_end(body, data, &part);
	}
	between = bytes_slice(body, walk.done, end - walk.done);
	if (!rest_looks_binary(between))
		(void)pump_write(&pump, between);
	return pump_end(&pump, CLASS_UNREAD, NULL) == READ_WHOLE;
}

/* What stands behind the last stream. False after a gap. */
static bool visit_end(struct visit *visit, struct bytes body, size_t done, size_t *end)
{
	size_t mark = last_mark(bytes_from(body, done));
	*end = done + mark;
	bool has_parts =
		visit_between(visit, body, bytes_slice(body, done, mark > 0 ? mark : SIZE_MAX));
	if (*end > 0)
		(void)rest_hand_over(visit, without_blanks(bytes_from(body, *end)), 0,
		                     BYTES("trailing data"));
	if (mark > 0 && has_parts)
		return true;
	visit_gap(visit, (struct span){done < body.len ? done : 0, 0}, CLASS_UNREAD,
	          mark > 0 ? "no part of the PDF document was found"
	                   : "PDF document without an end");
	return false;
}

static enum read_result read_pdf(struct visit *visit, struct bytes body)
{
	size_t begin = find_header(body);
	if (begin == SIZE_MAX)
		return READ_NOT_MINE;
	(void)rest_hand_over(visit, bytes_slice(body, 0, begin), 0, BYTES("before the document"));
	if (is_encrypted(body)) {
		visit_gap(visit, (struct span){begin, 0}, CLASS_OPAQUE, "encrypted PDF document");
		return READ_PARTLY;
	}
	bool whole = true;
	struct walk walk = {body, begin, begin};
	struct bytes between;
	for (size_t data; (data = next_stream(&walk, &between)) > 0;) {
		struct part part = {0};
		(void)visit_between(visit, body, between);
		find_dictionary(between, &part);
		walk.at = walk.done = find_end(body, data, &part);
		whole &= visit_part(visit, &part);
		if (walk.done > 0)
			continue;
		visit_gap(visit, (struct span){data, 0}, CLASS_UNREAD, "PDF stream without an end");
		return READ_PARTLY;
	}
	size_t end;
	if (!visit_end(visit, body, walk.done, &end))
		return READ_PARTLY;
	if (whole && walk.done > begin) /* else the search still speaks for all of it */
		whole = visit_text(visit, body, begin, end);
	return whole ? READ_WHOLE : READ_PARTLY;
}

const struct reader reader_pdf = {
	.name = "pdf",
	.recognise = recognise_pdf,
	.read = read_pdf,
	.understood = CLASS_READ,
	.container = true,
};
