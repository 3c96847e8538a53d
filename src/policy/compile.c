/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile.h"

#include "policy/files.h"
#include "policy/format.h"
#include "policy/match.h"
#include "policy/patterns.h"
#include "policy/roots.h"

#include <stdlib.h>

enum { DATABASES_MOST = FACT_KIND_COUNT + 2 };

struct databases {
	struct builder_database items[DATABASES_MOST];
	char *owned[DATABASES_MOST];
	size_t count;
};

static enum debar_status add_database(struct databases *databases, uint32_t detail,
                                      const struct patterns *list, uint64_t fingerprint,
                                      struct debar_error *error)
{
	hs_database_t *database = NULL;
	enum debar_status status = patterns_compile(
		list, detail == DATABASE_SEARCH || detail == DATABASE_ROOTS, &database, error);
	if (status != DEBAR_OK)
		return status;
	char *data = NULL;
	size_t size = 0;
	hs_error_t code = hs_serialize_database(database, &data, &size);
	if (hs_free_database(database) != HS_SUCCESS || code != HS_SUCCESS) {
		free(data);
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory for search databases");
	}
	databases->owned[databases->count] = data;
	databases->items[databases->count++] =
		(struct builder_database){detail, fingerprint, {(const uint8_t *)data, size}};
	return DEBAR_OK;
}

static enum debar_status add_kind(struct databases *databases, const struct pack *pack,
                                  enum fact_kind kind, struct debar_error *error)
{
	struct patterns list;
	enum debar_status status = patterns_make_expressions(&list, pack, kind, error);
	if (status == DEBAR_OK && list.count > 0)
		status = add_database(databases, (uint32_t)kind, &list, patterns_fingerprint(&list),
		                      error);
	patterns_finish(&list);
	return status;
}

static enum debar_status make_databases(struct databases *databases, struct bytes plain,
                                        struct debar_error *error)
{
	struct pack *pack = NULL;
	enum debar_status status = pack_open(plain, &pack, error);
	if (status != DEBAR_OK)
		return status;
	struct patterns list;
	status = patterns_make_literals(&list, pack, error);
	if (status == DEBAR_OK)
		status = add_database(databases, DATABASE_SEARCH, &list,
		                      patterns_fingerprint(&list), error);
	if (status == DEBAR_OK) {
		struct patterns roots;
		status = roots_choose(&roots, &list, error);
		if (status == DEBAR_OK)
			status = add_database(databases, DATABASE_ROOTS, &roots,
			                      roots_fingerprint(&list), error);
		patterns_finish(&roots);
	}
	patterns_finish(&list);
	for (enum fact_kind kind = 0; kind < FACT_KIND_COUNT && status == DEBAR_OK; kind++)
		status = add_kind(databases, pack, kind, error);
	pack_close(pack);
	return status;
}

/* Twice: the databases are made from a pack without any, as a matcher would make them. */
static enum debar_status write_pack(struct builder *builder, struct buffer *out,
                                    struct debar_error *error)
{
	struct buffer plain;
	buffer_init(&plain, PACK_MOST);
	struct databases databases = {.count = 0};
	enum debar_status status = builder_write(builder, NULL, 0, &plain, error);
	if (status == DEBAR_OK)
		status = make_databases(&databases, buffer_bytes(&plain), error);
	if (status == DEBAR_OK)
		status = builder_write(builder, databases.items, databases.count, out, error);
	for (size_t i = 0; i < databases.count; i++)
		free(databases.owned[i]);
	buffer_finish(&plain);
	return status;
}

enum debar_status policy_compile_texts(const struct policy_text *texts, size_t count, int fd,
                                       struct buffer *out, struct debar_error *error)
{
	struct problems problems = {.fd = fd, .file = "policies"};
	struct builder builder;
	builder_init(&builder);
	enum debar_status status = load_texts(texts, count, &problems, &builder, error);
	if (status == DEBAR_OK && problems.count > 0)
		status = problems_error(&problems, error);
	if (status == DEBAR_OK)
		status = write_pack(&builder, out, error);
	builder_finish(&builder);
	return status;
}

enum debar_status policy_compile_dirs(const char *const *dirs, int fd, struct buffer *out,
                                      struct debar_error *error)
{
	struct policy_files files;
	enum debar_status status = policy_files_read(dirs, &files, error);
	if (status == DEBAR_OK)
		status = policy_compile_texts(files.texts, files.count, fd, out, error);
	policy_files_finish(&files);
	return status;
}
