/* SPDX-License-Identifier: Apache-2.0 */
/* The small things that every policy file is made of: ids, dates, citations, lists. */
#include "policy/load.h"

#include "core/finding.h"

/* What a product is for. Directives leave roles out by these names. */
static const char *const roles[] = {
	"endpoint-protection",
	"server-protection",
	"mobile-protection",
	"mail-protection",
	"gateway-protection",
	"industrial-protection",
	"agent",
	"console",
	"vpn",
	"password-manager",
	"parental-control",
	"encryption",
	"engine",
	"removal-tool",
	"rescue-disk",
	"detection-response",
	"network-protection",
	"operating-system",
	"boot-loader",
	"utility",
	"library",
	"service",
	"threat-intelligence",
	"training",
	"consulting",
};

bool load_is_role(const char *role)
{
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
		if (strcmp(roles[i], role) == 0)
			return true;
	return false;
}

uint32_t load_text(struct load *load, const char *text)
{
	return builder_text(load->builder, bytes_trim(bytes_of(text)));
}

uint32_t load_word(struct load *load, uint32_t line, const char *what, const char *text)
{
	if (bytes_trim(bytes_of(text)).len == 0)
		problem_add(load->problems, line, "%s is empty", what);
	return load_text(load, text);
}

static bool is_id(struct bytes id)
{
	for (size_t i = 0; i < id.len; i++) {
		uint8_t c = id.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (!letter && (i == 0 || (c != '-' && c != '.' && c != '_')))
			return false;
	}
	return id.len > 0 && id.len <= 80;
}

uint32_t load_id(struct load *load, uint32_t line, const char *what, const char *text)
{
	if (!is_id(bytes_of(text)))
		problem_add(load->problems, line,
		            "%s '%s' is not an id (a-z, 0-9, then also - . _; at most 80)", what,
		            text);
	return load_text(load, text);
}

static unsigned two_digits(const uint8_t *at)
{
	return (unsigned)(at[0] - '0') * 10 + (unsigned)(at[1] - '0');
}

/* YYYY-MM-DD of the Gregorian calendar. */
static bool is_date(struct bytes text)
{
	static const char shape[] = "dddd-dd-dd";
	if (text.len != sizeof shape - 1)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		bool digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
		if (shape[i] == 'd' ? !digit : text.ptr[i] != '-')
			return false;
	}
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	unsigned century = two_digits(text.ptr), year = two_digits(text.ptr + 2);
	unsigned month = two_digits(text.ptr + 5), day = two_digits(text.ptr + 8);
	bool leap = year == 0 ? century % 4 == 0 : year % 4 == 0;
	return month >= 1 && month <= 12 && day >= 1 &&
	       day <= days[month - 1] + (unsigned)(leap && month == 2);
}

uint32_t load_date(struct load *load, uint32_t line, const char *text)
{
	if (text && !is_date(bytes_of(text)))
		problem_add(load->problems, line, "'%s' is not a date (YYYY-MM-DD)", text);
	return load_text(load, text);
}

uint32_t load_end(struct load *load, uint32_t line, const char *from, const char *to)
{
	bool dates = from && to && is_date(bytes_of(from)) && is_date(bytes_of(to));
	if (dates && strcmp(from, to) > 0)
		problem_add(load->problems, line, "to %s is before from %s", to, from);
	return load_date(load, line, to);
}

uint32_t load_lines(struct load *load, char *const *texts, size_t count, const char *between)
{
	buffer_clear(&load->text);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_put_text(&load->text, between);
		buffer_put(&load->text, bytes_trim(bytes_of(texts[i])));
	}
	return builder_text(load->builder, buffer_bytes(&load->text));
}

uint32_t load_reach(struct load *load, uint32_t line, char *const *names, size_t count)
{
	uint32_t reach = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t bit = reach_named(bytes_of(names[i]));
		if (bit == 0)
			problem_add(load->problems, line, "unknown reach '%s'", names[i]);
		reach |= bit;
	}
	return reach;
}

static const struct source_row *find_source(const struct load *load, struct bytes id)
{
	for (size_t i = 0; i < load->source_count; i++)
		if (bytes_equal(bytes_of(load->sources[i].id), id))
			return &load->sources[i];
	return NULL;
}

uint32_t load_source(struct load *load, uint32_t line, const char *ids)
{
	struct bytes left = bytes_trim(bytes_of(ids));
	if (left.len == 0)
		problem_add(load->problems, line, "source is missing");
	buffer_clear(&load->text);
	while (left.len > 0) {
		size_t blank = bytes_find(left, BYTES(" "));
		struct bytes id = bytes_slice(left, 0, blank);
		left = bytes_trim(bytes_from(left, id.len));
		const struct source_row *source = find_source(load, id);
		if (!source) {
			problem_add(load->problems, line, "unknown source '%.*s'",
			            (int)(id.len < 80 ? id.len : 80), (const char *)id.ptr);
			continue;
		}
		if (load->text.len > 0)
			buffer_put_text(&load->text, "; ");
		buffer_put(&load->text, bytes_trim(bytes_of(source->is)));
	}
	return builder_text(load->builder, buffer_bytes(&load->text));
}

void load_check_sources(struct load *load)
{
	for (size_t i = 0; i < load->source_count; i++) {
		uint32_t line = yaml_row_line(load->lines, "sources", i);
		(void)load_id(load, line, "source", load->sources[i].id); /* only checked here */
		(void)load_word(load, line, "citation", load->sources[i].is);
		if (find_source(load, bytes_of(load->sources[i].id)) != &load->sources[i])
			problem_add(load->problems, line, "source '%s' is given twice",
			            load->sources[i].id);
	}
}
