/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mime: messages and web archives (eml, mht, mbox): every part is a child, decoded from base64 or
 * quoted-printable (RFC 2045, RFC 2046). Boundaries are looked for line by line, at any level, so
 * that a damaged outer part does not hide an inner one.
 */
#include "core/limits.h"
#include "reader/decode64.h"
#include "reader/fields.h"
#include "reader/lines.h"
#include "reader/mime_field.h"
#include "reader/pump.h"

extern const struct reader reader_mime;

enum {
	BOUNDARIES_MOST = 16, /* parts in parts: forwarded mail nests four or five */
	CHUNK = 4096,
};

enum encoding { ENCODING_NONE, ENCODING_BASE64, ENCODING_QUOTED, ENCODING_UNKNOWN };

struct message {
	struct visit *visit;
	struct bytes body;
	struct bytes boundaries[BOUNDARIES_MOST];
	size_t boundary_count;
	uint64_t header_at; /* of the header being read */
	uint8_t *decoded;   /* CHUNK bytes */
	bool is_mailbox, is_partly, is_too_deep;
	/* Of the part being read. */
	struct bytes name;
	enum encoding encoding;
	bool is_multipart;
};

/* Before the header may stand a byte order mark, blank lines, and what programs put into a file of
 * one message: its length (Apple Mail's .emlx). */
static size_t header_at(struct bytes head)
{
	size_t at = bytes_start_with(head, BYTES("\xEF\xBB\xBF")) ? 3 : 0;
	while (at < head.len && line_is_one_of(head.ptr[at], "0123456789 \t\r\n"))
		at++;
	return at;
}

static bool is_mailbox(struct bytes body)
{
	return bytes_start_with(bytes_from(body, header_at(body)), BYTES("From "));
}

/* "Name:", as every line of a header begins that does not go on with the one before. */
static struct bytes field_name(struct bytes text)
{
	size_t word = line_word(text, "-_.");
	bool ends = word > 1 && bytes_start_with(bytes_from(text, word), BYTES(":"));
	return bytes_slice(text, 0, ends ? word : 0);
}

/* A field that only messages in parts, or encoded ones, have. */
static bool is_mime_field(struct bytes name, struct bytes text)
{
	if (bytes_equal_nocase(name, BYTES("MIME-Version")) ||
	    bytes_equal_nocase(name, BYTES("Content-Transfer-Encoding")))
		return true;
	struct bytes value = mime_value(bytes_from(text, name.len + 1));
	return bytes_equal_nocase(name, BYTES("Content-Type")) &&
	       bytes_start_with_nocase(value, BYTES("multipart/"));
}

/* Gone through line by line, because what gateways add may come to many KiB before such a field. In
 * a mailbox any message may have one. */
static bool recognise_mime(const struct sight *sight)
{
	struct cursor c = cursor_over(bytes_from(sight->head, header_at(sight->head)));
	bool mailbox = is_mailbox(sight->head);
	struct line line;
	if (mailbox)
		(void)line_next(&c, &line);
	for (bool first = true; line_next(&c, &line); first = false) {
		struct bytes name = field_name(line.text);
		if (name.len > 0 && (mailbox || is_mime_field(name, line.text)))
			return true;
		if (name.len == 0 && (first || bytes_trim(line.text).len == 0))
			return false;
	}
	return false;
}

static enum encoding encoding_named(struct bytes value)
{
	value = bytes_trim(fields_before(mime_value(value), ";("));
	if (bytes_equal_nocase(value, BYTES("base64")))
		return ENCODING_BASE64;
	if (bytes_equal_nocase(value, BYTES("quoted-printable")))
		return ENCODING_QUOTED;
	bool plain = bytes_equal_nocase(value, BYTES("7bit")) ||
	             bytes_equal_nocase(value, BYTES("8bit")) ||
	             bytes_equal_nocase(value, BYTES("binary")) || value.len == 0;
	return plain ? ENCODING_NONE : ENCODING_UNKNOWN;
}

static void add_boundary(struct message *m, struct bytes boundary)
{
	if (boundary.len == 0)
		return;
	if (m->boundary_count < BOUNDARIES_MOST) {
		m->boundaries[m->boundary_count++] = boundary;
		return;
	}
	if (!m->is_too_deep)
		visit_gap(m->visit, (struct span){m->header_at, 0}, CLASS_UNREAD,
		          "MIME parts nested too deeply");
	m->is_too_deep = m->is_partly = true;
}

static void read_field(struct message *m, struct bytes name, struct bytes value)
{
	if (bytes_equal_nocase(name, BYTES("Content-Type"))) {
		add_boundary(m, mime_parameter(m->visit, value, "boundary"));
		m->is_multipart = bytes_start_with_nocase(mime_value(value), BYTES("multipart/"));
		if (m->name.len == 0)
			m->name = mime_parameter(m->visit, value, "name");
	} else if (bytes_equal_nocase(name, BYTES("Content-Disposition"))) {
		struct bytes file = mime_parameter(m->visit, value, "filename");
		m->name = file.len > 0 ? file : m->name;
	} else if (bytes_equal_nocase(name, BYTES("Content-Transfer-Encoding"))) {
		m->encoding = encoding_named(value);
	}
}

static bool is_mailbox_line(const struct message *m, struct bytes text)
{
	return m->is_mailbox && bytes_start_with(text, BYTES("From "));
}

/* Header fields up to the empty line that ends them. A header of `least` bytes and more is a child:
 * what mail servers write there names them, and a long one could hold a program. */
static void read_header(struct message *m, struct cursor *c, size_t least)
{
	size_t from = c->at;
	m->header_at = from;
	m->name = (struct bytes){0};
	m->encoding = ENCODING_NONE;
	m->is_multipart = false;
	for (struct field field; fields_next(c, &field) && field.name.len > 0;)
		read_field(m, field.name, field.value);
	if (c->at - from >= least)
		visit_child(m->visit, BYTES("header"), bytes_slice(m->body, from, c->at - from));
}

/* A text like any other, which is what the header of a message is when it is looked at again. */
static bool is_header_alone(struct cursor c)
{
	for (struct field field; fields_next(&c, &field) && field.name.len > 0;)
		;
	return cursor_left(&c) == 0;
}

enum boundary { BOUNDARY_NONE, BOUNDARY_NEXT, BOUNDARY_LAST };

/* "--boundary" or "--boundary--". What is inside of it is over then. */
static enum boundary find_boundary(struct message *m, struct bytes text)
{
	if (!bytes_start_with(text, BYTES("--")))
		return BOUNDARY_NONE;
	text = bytes_trim_end(bytes_trim_end(bytes_from(text, 2), ' '), '\t');
	struct bytes plain = {0};
	if (bytes_end_with(text, BYTES("--")))
		plain = bytes_slice(text, 0, text.len - 2);
	for (size_t i = m->boundary_count; i > 0; i--) {
		bool last = plain.len > 0 && bytes_equal(plain, m->boundaries[i - 1]);
		if (!last && !bytes_equal(text, m->boundaries[i - 1]))
			continue;
		m->boundary_count = last ? i - 1 : i;
		return last ? BOUNDARY_LAST : BOUNDARY_NEXT;
	}
	return BOUNDARY_NONE;
}

static void decode_quoted(struct message *m, struct pump *pump, struct bytes part)
{
	for (size_t at = 0; at < part.len;) {
		size_t length = part.len - at < CHUNK ? part.len - at : CHUNK;
		/* An escape must not be parted: the piece ends before a late '='. */
		for (size_t back = 1; at + length < part.len && back <= 3 && back < length; back++)
			if (part.ptr[at + length - back] == '=') {
				length -= back;
				break;
			}
		size_t made = mime_unquote(bytes_slice(part, at, length), m->decoded);
		if (!pump_write(pump, (struct bytes){m->decoded, made}))
			return;
		at += length;
	}
}

static const char *decode_base64(struct message *m, struct pump *pump, struct bytes part)
{
	struct decode64 state = {0};
	for (size_t at = 0; at < part.len; at += CHUNK) {
		size_t made = decode64_feed(&state, bytes_slice(part, at, CHUNK), m->decoded);
		if (!pump_write(pump, (struct bytes){m->decoded, made}))
			return NULL;
	}
	return state.damaged ? "damaged base64" : NULL;
}

static void visit_part(struct message *m, struct bytes part)
{
	if (bytes_trim(part).len == 0)
		return;
	if (m->is_multipart || m->encoding == ENCODING_NONE) {
		visit_child(m->visit, m->is_multipart ? BYTES("between the parts") : m->name, part);
		return;
	}
	if (m->encoding == ENCODING_UNKNOWN) {
		visit_closed(m->visit, m->name, part.len, CLASS_UNREAD, "unknown MIME encoding");
		m->is_partly = true;
		return;
	}
	struct pump pump = pump_start(m->visit, m->name, 0);
	const char *why = NULL;
	if (m->encoding == ENCODING_BASE64)
		why = decode_base64(m, &pump, part);
	else
		decode_quoted(m, &pump, part);
	if (pump_end(&pump, CLASS_UNREAD, why) != READ_WHOLE)
		m->is_partly = true;
}

static enum read_result read_mime(struct visit *visit, struct bytes body)
{
	struct sight sight = *visit_sight(visit);
	sight.head = body;
	if (!recognise_mime(&sight))
		return READ_NOT_MINE;
	struct message m = {.visit = visit,
	                    .body = body,
	                    .decoded = visit_alloc(visit, CHUNK, 1),
	                    .is_mailbox = is_mailbox(body)};
	struct cursor c = cursor_over(body);
	cursor_seek(&c, header_at(body));
	if (is_header_alone(c))
		return READ_NOT_MINE;
	read_header(&m, &c, LIMIT_HOLE);
	uint64_t begin = c.at;
	for (struct line line; line_next(&c, &line);) {
		bool mail = is_mailbox_line(&m, line.text);
		enum boundary boundary = mail ? BOUNDARY_NEXT : find_boundary(&m, line.text);
		if (boundary == BOUNDARY_NONE)
			continue;
		visit_part(&m, bytes_slice(body, (size_t)begin, (size_t)(line.at - begin)));
		if (mail)
			m.boundary_count = 0;
		if (boundary == BOUNDARY_NEXT)
			read_header(&m, &c, mail ? LIMIT_HOLE : LIMIT_PRIVATE_PART);
		else
			m.is_multipart = true; /* up to the next boundary there is no part */
		begin = c.at;
	}
	visit_part(&m, bytes_from(body, (size_t)begin)); /* a last boundary is often missing */
	return m.is_partly ? READ_PARTLY : READ_WHOLE;
}

const struct reader reader_mime = {
	.name = "mime",
	.recognise = recognise_mime,
	.read = read_mime,
	.understood = CLASS_READ,
	.container = true,
};
