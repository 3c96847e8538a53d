/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policy files into the rows of a pack. Everything wrong with every file is reported, so that an
 * author need not come back once for each mistake; only what keeps a file from being read at all
 * hides the rest of that file.
 */
#ifndef POLICY_LOAD_H
#define POLICY_LOAD_H

#include "core/error.h"
#include "core/normal.h"
#include "policy/builder.h"
#include "policy/load_root.h"
#include "policy/problems.h"
#include "policy/schema.h"
#include "policy/yaml.h"

enum policy_kind { POLICY_VENDOR, POLICY_DIRECTIVE, POLICY_ROOT };

struct policy_text {
	const char *name; /* in messages */
	struct bytes text;
	enum policy_kind kind;
};

/* Loads vendors, directives and roots in the order of their ids (a root's is its digest), whatever
 * that of `texts`. DEBAR_OK says that it could be done, `problems->count` whether the policies are
 * any good. */
enum debar_status load_texts(const struct policy_text *texts, size_t count,
                             struct problems *problems, struct builder *builder,
                             struct debar_error *error);

/* One file on its way into the builder: what the two converters share. */
struct load {
	struct problems *problems;
	struct builder *builder;
	const struct yaml_lines *lines;
	const struct source_row *sources;
	size_t source_count;
	struct normal_scratch *scratch;
	struct buffer text; /* for composing */
	bool vendor_unread; /* so that an unknown one may be that */
};

void load_vendor(struct load *load, const struct vendor_file *file);
void load_directive(struct load *load, const struct directive_file *file);
void load_root(struct load *load, const struct root_file *file);

/* Each reports at `line` what is wrong, and returns what can be stored. */
uint32_t load_text(struct load *load, const char *text); /* NULL: empty */
uint32_t load_word(struct load *load, uint32_t line, const char *what, const char *text);
uint32_t load_id(struct load *load, uint32_t line, const char *what, const char *text);
uint32_t load_date(struct load *load, uint32_t line, const char *text); /* NULL: empty */
/* The end of what begins at `from`. */
uint32_t load_end(struct load *load, uint32_t line, const char *from, const char *to);
uint32_t load_lines(struct load *load, char *const *texts, size_t count, const char *between);
uint32_t load_reach(struct load *load, uint32_t line, char *const *names, size_t count);
/* Citations of the sources that `ids` names, separated by blanks: "first; second". */
uint32_t load_source(struct load *load, uint32_t line, const char *ids);
void load_check_sources(struct load *load);
/* True when `role` is a role that products have. */
bool load_is_role(const char *role);

#endif
