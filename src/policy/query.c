/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/query.h"

#include "base/buffer.h"
#include "base/text.h"
#include "base/whole.h"
#include "core/normal.h"
#include "policy/match.h"

#include <stdio.h>
#include <stdlib.h>

enum { ANSWER_MOST = 64 << 20, LABEL_WIDTH = 12, VALUE_AT = LABEL_WIDTH + 4, PAGE_WIDTH = 80 };

/* Composes the whole answer, then writes it: half of one would mislead. */
static enum debar_status write_answer(struct buffer *answer, int fd, struct debar_error *error)
{
	if (!buffer_ok(answer))
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory for the answer");
	return whole_write(fd, buffer_bytes(answer))
	               ? DEBAR_OK
	               : error_system(error, "cannot write the answer");
}

static void put_escaped(struct buffer *out, struct bytes text)
{
	char part[512]; /* a byte grows to at most 4: \xNN */
	while (text.len > 0) {
		size_t take = text.len < 60 ? text.len : 60;
		while (take < text.len && take > 56 && (text.ptr[take] & 0xC0) == 0x80)
			take--; /* cut between characters */
		(void)text_escape(bytes_slice(text, 0, take), part, sizeof part);
		buffer_put_text(out, part);
		text = bytes_from(text, take);
	}
}

/* From column `indent` on, broken at blanks where the page ends. */
static void put_wrapped(struct buffer *out, struct bytes text, size_t indent)
{
	for (size_t column = indent; text.len > 0;) {
		struct bytes word = bytes_slice(text, 0, bytes_find(text, BYTES(" ")));
		size_t width = text_escape(word, NULL, 0);
		text = bytes_from(text, word.len + 1);
		if (column > indent && column + 1 + width > PAGE_WIDTH) {
			buffer_put_text(out, "\n");
			for (column = 0; column < indent; column++)
				buffer_put_text(out, " ");
		} else if (column > indent) {
			buffer_put_text(out, " ");
			column++;
		}
		put_escaped(out, word);
		column += width;
	}
}

static void put_number(struct buffer *out, size_t number)
{
	char digits[24];
	(void)snprintf(digits, sizeof digits, "%zu", number);
	buffer_put_text(out, digits);
}

/* "  label:      text"; nothing when the text is empty. */
static void put_line(struct buffer *out, const char *label, struct bytes text)
{
	if (text.len == 0)
		return;
	buffer_put_text(out, "  ");
	buffer_put_text(out, label);
	buffer_put_text(out, ":");
	for (size_t width = strlen(label); width < LABEL_WIDTH; width++)
		buffer_put_text(out, " ");
	buffer_put_text(out, " ");
	put_wrapped(out, text, VALUE_AT);
	buffer_put_text(out, "\n");
}

/* Each line of `text` by itself, after `before`. */
static void put_lines(struct buffer *out, const char *before, struct bytes text)
{
	while (text.len > 0) {
		size_t end = bytes_find(text, BYTES("\n"));
		struct bytes line = bytes_slice(text, 0, end);
		text = bytes_from(text, line.len + (end != SIZE_MAX));
		buffer_put_text(out, before);
		put_wrapped(out, line, strlen(before));
		buffer_put_text(out, "\n");
	}
}

static void put_reach(struct buffer *out, uint32_t reach)
{
	if (reach == 0)
		return;
	buffer_put_text(out, "  reach:       ");
	for (unsigned i = 0; reach_name(i); i++)
		if (reach & 1u << i) {
			buffer_put_text(out, " ");
			buffer_put_text(out, reach_name(i));
		}
	buffer_put_text(out, "\n");
}

/* "from 2018-07-16 to 2023-12-03" in parentheses, as far as it is known. */
static void put_dates(struct buffer *out, struct bytes from, struct bytes to)
{
	if (from.len == 0 && to.len == 0)
		return;
	buffer_put_text(out, " (");
	if (from.len > 0)
		buffer_put_text(out, "from ");
	put_escaped(out, from);
	if (to.len > 0)
		buffer_put_text(out, from.len > 0 ? " to " : "to ");
	put_escaped(out, to);
	buffer_put_text(out, ")");
}

enum debar_status policy_list(const struct pack *pack, int fd, struct debar_error *error)
{
	struct buffer out;
	buffer_init(&out, ANSWER_MOST);
	buffer_put_text(&out, "directives\n");
	for (size_t i = 0; i < pack_directive_count(pack); i++) {
		struct directive directive = pack_directive(pack, i);
		put_line(&out, "id", directive.id);
		put_line(&out, "title", directive.title);
		put_line(&out, "issued", directive.issued);
		put_line(&out, "vendors", directive.vendors);
	}
	buffer_put_text(&out, "vendors\n");
	for (size_t i = 0; i < pack_vendor_count(pack); i++) {
		size_t marks = 0, products = 0;
		for (size_t k = 0; k < pack_mark_count(pack); k++)
			marks += pack_mark(pack, k).vendor == i;
		for (size_t k = 0; k < pack_product_count(pack); k++)
			products += pack_product(pack, k).vendor == i;
		struct vendor vendor = pack_vendor(pack, i);
		put_line(&out, "id", vendor.id);
		put_line(&out, "name", vendor.name);
		buffer_put_text(&out, "  products:     ");
		put_number(&out, products);
		buffer_put_text(&out, "\n  marks:        ");
		put_number(&out, marks);
		buffer_put_text(&out, "\n");
	}
	if (pack_root_count(pack) > 0)
		buffer_put_text(&out, "roots that signatures may end in\n");
	for (size_t i = 0; i < pack_root_count(pack); i++) {
		struct root root = pack_root(pack, i);
		put_line(&out, "name", root.name);
		put_line(&out, "sha256", root.digest);
		put_line(&out, "source", root.source);
	}
	buffer_put_text(&out, "digest ");
	buffer_put_text(&out, pack_digest(pack));
	buffer_put_text(&out, "\n");
	enum debar_status status = write_answer(&out, fd, error);
	buffer_finish(&out);
	return status;
}

static void show_mark(const struct pack *pack, size_t index, struct buffer *out)
{
	struct mark mark = pack_mark(pack, index);
	buffer_put_text(out, "mark ");
	put_escaped(out, mark.id);
	buffer_put_text(out, "\n");
	put_line(out, "fact", bytes_of(fact_kind_name(mark.kind)));
	put_line(out, "match", bytes_of(match_form_name(mark.form)));
	put_line(out, "value", mark.value);
	put_line(out, "vendor", pack_vendor(pack, mark.vendor).name);
	if (mark.product != PACK_NONE)
		put_line(out, "product", pack_product(pack, mark.product).name);
	put_line(out, "nexus", bytes_of(nexus_name(mark.nexus)));
	put_line(out, "strength", bytes_of(strength_name(mark.strength)));
	put_line(out, "confidence", bytes_of(confidence_name(mark.confidence)));
	put_reach(out, mark.reach);
	put_line(out, "cloud", mark.cloud);
	put_line(out, "source", mark.source);
	put_line(out, "note", mark.note);
}

static void show_product(const struct pack *pack, size_t index, struct buffer *out)
{
	struct product product = pack_product(pack, index);
	buffer_put_text(out, "product ");
	put_escaped(out, product.id);
	buffer_put_text(out, "\n");
	put_line(out, "name", product.name);
	put_line(out, "vendor", pack_vendor(pack, product.vendor).name);
	put_line(out, "role", product.role);
	put_line(out, "cloud", product.cloud);
	put_reach(out, product.reach);
	put_line(out, "note", product.note);
	buffer_put_text(out, "  marks\n");
	for (size_t i = 0; i < pack_mark_count(pack); i++)
		if (pack_mark(pack, i).product == index)
			put_lines(out, "    ", pack_mark(pack, i).id);
}

static void show_entities(const struct pack *pack, size_t vendor, struct buffer *out)
{
	buffer_put_text(out, "  entities\n");
	for (size_t i = 0; i < pack_entity_count(pack); i++) {
		struct entity entity = pack_entity(pack, i);
		if (entity.vendor != vendor)
			continue;
		buffer_put_text(out, "    ");
		put_escaped(out, entity.name);
		buffer_put_text(out, ", ");
		put_escaped(out, entity.relation);
		put_dates(out, entity.from, entity.to);
		buffer_put_text(out, ", confidence ");
		buffer_put_text(out, confidence_name(entity.confidence));
		buffer_put_text(out, "\n");
	}
}

static void show_vendor(const struct pack *pack, size_t index, struct buffer *out)
{
	struct vendor vendor = pack_vendor(pack, index);
	buffer_put_text(out, "vendor ");
	put_escaped(out, vendor.id);
	buffer_put_text(out, "\n");
	put_line(out, "name", vendor.name);
	put_line(out, "note", vendor.note);
	show_entities(pack, index, out);
	buffer_put_text(out, "  products\n");
	for (size_t i = 0; i < pack_product_count(pack); i++) {
		struct product product = pack_product(pack, i);
		if (product.vendor != index)
			continue;
		buffer_put_text(out, "    ");
		put_escaped(out, product.id);
		buffer_put_text(out, ": ");
		put_escaped(out, product.name);
		buffer_put_text(out, ", ");
		put_escaped(out, product.role);
		buffer_put_text(out, "\n");
	}
	buffer_put_text(out, "  marks\n");
	for (enum fact_kind kind = 0; kind < FACT_KIND_COUNT; kind++) {
		size_t count, of_vendor = 0, first = pack_marks_of(pack, kind, &count);
		for (size_t i = first; i < first + count; i++)
			of_vendor += pack_mark(pack, i).vendor == index;
		if (of_vendor == 0)
			continue;
		buffer_put_text(out, "    ");
		buffer_put_text(out, fact_kind_name(kind));
		buffer_put_text(out, ": ");
		put_number(out, of_vendor);
		buffer_put_text(out, "\n");
	}
}

static void show_clauses(const struct pack *pack, size_t directive, struct buffer *out)
{
	for (size_t i = 0; i < pack_clause_count(pack); i++) {
		struct clause clause = pack_clause(pack, i);
		if (clause.directive != directive)
			continue;
		buffer_put_text(out, "  clause ");
		put_escaped(out, clause.id);
		put_dates(out, clause.from, clause.to);
		buffer_put_text(out, "\n");
		put_lines(out, "    ", clause.text);
	}
}

static void show_deadlines(const struct pack *pack, size_t directive, struct buffer *out)
{
	for (size_t i = 0; i < pack_deadline_count(pack); i++) {
		struct deadline deadline = pack_deadline(pack, i);
		if (deadline.directive != directive)
			continue;
		buffer_put_text(out, "  deadline ");
		put_escaped(out, deadline.due);
		if (deadline.due.len > 0 && deadline.date.len > 0)
			buffer_put_text(out, ", ");
		put_escaped(out, deadline.date);
		buffer_put_text(out, "\n");
		put_lines(out, "    ", deadline.what);
		put_lines(out, "      - ", deadline.fields);
	}
}

static void show_exceptions(const struct pack *pack, size_t directive, struct buffer *out)
{
	for (size_t i = 0; i < pack_exception_count(pack); i++) {
		struct exception exception = pack_exception(pack, i);
		if (exception.directive == directive)
			put_line(out, "except", exception.text);
	}
}

static void show_directive(const struct pack *pack, size_t index, struct buffer *out)
{
	struct directive directive = pack_directive(pack, index);
	buffer_put_text(out, "directive ");
	put_escaped(out, directive.id);
	buffer_put_text(out, "\n");
	put_line(out, "title", directive.title);
	put_line(out, "authority", directive.authority);
	put_line(out, "issued", directive.issued);
	put_line(out, "effective", directive.effective);
	put_line(out, "status", directive.status);
	put_line(out, "applies to", directive.applies_to);
	put_line(out, "vendors", directive.vendors);
	put_line(out, "note", directive.note);
	for (enum nexus nexus = 0; nexus < NEXUS_COUNT; nexus++) {
		buffer_put_text(out, "  scope ");
		buffer_put_text(out, nexus_name(nexus));
		buffer_put_text(out, ": ");
		buffer_put_text(out, scope_name(directive.scope[nexus]));
		buffer_put_text(out, "\n");
		put_lines(out, "    ", directive.clause[nexus]);
	}
	put_line(out, "roles out", directive.roles_out);
	put_lines(out, "    ", directive.roles_out_clause);
	if (directive.products_named.len > 0)
		buffer_put_text(out, "  products named\n");
	put_lines(out, "    ", directive.products_named);
	show_exceptions(pack, index, out);
	show_clauses(pack, index, out);
	show_deadlines(pack, index, out);
}

/* False when nothing has that id. */
static bool show_named(const struct pack *pack, struct bytes id, struct buffer *out)
{
	for (size_t i = 0; i < pack_directive_count(pack); i++)
		if (bytes_equal(pack_directive(pack, i).id, id)) {
			show_directive(pack, i, out);
			return true;
		}
	for (size_t i = 0; i < pack_vendor_count(pack); i++)
		if (bytes_equal(pack_vendor(pack, i).id, id)) {
			show_vendor(pack, i, out);
			return true;
		}
	bool found = false; /* two vendors may have a product of the same id */
	for (size_t i = 0; i < pack_product_count(pack); i++)
		if (bytes_equal(pack_product(pack, i).id, id)) {
			show_product(pack, i, out);
			found = true;
		}
	uint32_t mark = pack_mark_named(pack, id);
	if (mark != PACK_NONE)
		show_mark(pack, mark, out);
	return found || mark != PACK_NONE;
}

enum debar_status policy_show(const struct pack *pack, const char *id, int fd,
                              struct debar_error *error)
{
	struct buffer out;
	buffer_init(&out, ANSWER_MOST);
	enum debar_status status;
	if (show_named(pack, bytes_of(id), &out))
		status = write_answer(&out, fd, error);
	else
		status = error_set(error, DEBAR_NOT_FOUND, 0,
		                   "no directive, vendor, product or mark '%s'; debar policy list "
		                   "names the first two, show VENDOR its products",
		                   id);
	buffer_finish(&out);
	return status;
}

static void put_matches(const struct pack *pack, const uint32_t *marks, size_t count,
                        struct buffer *out)
{
	if (count == 0)
		buffer_put_text(out, "no mark matches\n");
	for (size_t i = 0; i < count; i++)
		show_mark(pack, marks[i], out);
}

/* Answers for one fact, in memory that the caller frees. */
struct inquiry {
	struct matcher *matcher;
	struct normal_scratch *scratch;
	uint32_t *marks;
};

static enum debar_status answer(const struct pack *pack, struct inquiry *inquiry,
                                enum fact_kind kind, struct bytes value, struct buffer *out,
                                struct debar_error *error)
{
	size_t room = pack_mark_count(pack);
	inquiry->scratch = malloc(sizeof *inquiry->scratch);
	inquiry->marks = calloc(room + 1, sizeof *inquiry->marks);
	if (!inquiry->scratch || !inquiry->marks)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory for the answer");
	enum debar_status status = matcher_create(pack, MATCHER_FOR_ALL, &inquiry->matcher, error);
	if (status != DEBAR_OK)
		return status;
	value = normal_value(fact_kind_normal(kind), value, inquiry->scratch);
	size_t count = matcher_fact(inquiry->matcher, kind, value, inquiry->marks, room);
	put_matches(pack, inquiry->marks, count, out);
	return DEBAR_OK;
}

static enum debar_status no_such_kind(struct bytes kind, struct debar_error *error)
{
	return error_set(error, DEBAR_NOT_FOUND, 0,
	                 "'%.*s': no such kind of fact; debar policy kinds lists them",
	                 (int)(kind.len < 80 ? kind.len : 80), (const char *)kind.ptr);
}

enum debar_status policy_kinds(int fd, struct debar_error *error)
{
	static const char *const normals[] = {
		[NORMAL_TEXT] = "text: without case",
		[NORMAL_EXACT] = "exact: byte by byte",
		[NORMAL_PATH] = "path: without case, whole components",
		[NORMAL_HEX] = "hexadecimal digits",
		[NORMAL_DNS] = "host name: without case, whole labels",
	};
	struct buffer out;
	buffer_init(&out, ANSWER_MOST);
	for (enum fact_kind kind = 0; kind < FACT_KIND_COUNT; kind++) {
		buffer_put_text(&out, fact_kind_name(kind));
		buffer_put_text(&out, "\n    ");
		put_wrapped(&out, bytes_of(fact_kind_says(kind)), 4);
		buffer_put_text(&out, "\n    ");
		buffer_put_text(&out, kind == FACT_BYTES ? "bytes: without case, also as UTF-16LE"
		                                         : normals[fact_kind_normal(kind)]);
		buffer_put_text(&out, "\n");
	}
	enum debar_status status = write_answer(&out, fd, error);
	buffer_finish(&out);
	return status;
}

enum debar_status policy_test(const struct pack *pack, const char *question, int fd,
                              struct debar_error *error)
{
	struct bytes text = bytes_of(question);
	size_t equals = bytes_find(text, BYTES("="));
	enum fact_kind kind = fact_kind_named(bytes_slice(text, 0, equals));
	if (equals == SIZE_MAX)
		return error_set(error, DEBAR_INVALID, 0,
		                 "'%s' is not KIND=VALUE, as in 'pe.company=AO Kaspersky Lab'",
		                 question);
	if (kind == FACT_KIND_COUNT)
		return no_such_kind(bytes_slice(text, 0, equals), error);
	struct buffer out;
	buffer_init(&out, ANSWER_MOST);
	struct inquiry inquiry = {0};
	enum debar_status status =
		answer(pack, &inquiry, kind, bytes_from(text, equals + 1), &out, error);
	if (status == DEBAR_OK)
		status = write_answer(&out, fd, error);
	matcher_destroy(inquiry.matcher);
	free(inquiry.scratch);
	free(inquiry.marks);
	buffer_finish(&out);
	return status;
}

enum debar_status policy_marks(const struct pack *pack, const char *kind, int fd,
                               struct debar_error *error)
{
	enum fact_kind wanted = kind ? fact_kind_named(bytes_of(kind)) : FACT_KIND_COUNT;
	if (kind && wanted == FACT_KIND_COUNT)
		return no_such_kind(bytes_of(kind), error);
	struct buffer out;
	buffer_init(&out, ANSWER_MOST);
	for (size_t i = 0; i < pack_mark_count(pack); i++) {
		struct mark mark = pack_mark(pack, i);
		if (kind && mark.kind != wanted)
			continue;
		buffer_put_text(&out, fact_kind_name(mark.kind));
		buffer_put_text(&out, "\t");
		buffer_put_text(&out, match_form_name(mark.form));
		buffer_put_text(&out, "\t");
		put_escaped(&out, mark.value);
		buffer_put_text(&out, "\t");
		put_escaped(&out, mark.id);
		buffer_put_text(&out, "\n");
	}
	enum debar_status status = write_answer(&out, fd, error);
	buffer_finish(&out);
	return status;
}
