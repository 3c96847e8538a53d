/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MOST = 10000 };

static enum debar_status read_whole(int fd, const char *path, size_t size, uint8_t *out,
                                    struct debar_error *error)
{
	for (size_t at = 0; at < size;) {
		ssize_t got = read(fd, out + at, size - at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_system(error, "cannot read %s", path);
		if (got == 0)
			return error_set(error, DEBAR_CHANGED, at, "%s became shorter", path);
		at += (size_t)got;
	}
	return DEBAR_OK;
}

/* `*out` and its content are the caller's. */
static enum debar_status read_file(const char *path, struct bytes *out, struct debar_error *error)
{
	enum debar_status status = DEBAR_OK;
	uint8_t *data = NULL;
	struct stat about;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return error_system(error, "cannot open %s", path);
	if (fstat(fd, &about) != 0) {
		status = error_system(error, "cannot read %s", path);
		goto out;
	}
	if (!S_ISREG(about.st_mode) || about.st_size > YAML_SIZE_MOST) {
		status = error_set(error, DEBAR_INVALID, 0, "%s is not a file of at most %u MiB",
		                   path, (unsigned)YAML_SIZE_MOST >> 20);
		goto out;
	}
	size_t size = (size_t)about.st_size;
	data = malloc(size + 1);
	if (!data)
		status = error_set(error, DEBAR_NO_MEMORY, 0, "no memory for %s", path);
	else
		status = read_whole(fd, path, size, data, error);
	if (status == DEBAR_OK) {
		*out = (struct bytes){data, size};
		data = NULL;
	}
out:
	free(data);
	(void)close(fd); /* only read from */
	return status;
}

/* Takes `name`. */
static enum debar_status add_file(struct policy_files *files, char *name, enum policy_kind kind,
                                  struct debar_error *error)
{
	struct bytes text = {0};
	enum debar_status status = read_file(name, &text, error);
	if (status != DEBAR_OK) {
		free(name);
		return status;
	}
	if (files->count == files->room) {
		size_t room = files->room > 0 ? files->room * 2 : 16;
		struct policy_text *texts = realloc(files->texts, room * sizeof *texts);
		if (!texts || files->count >= FILES_MOST) {
			files->texts = texts ? texts : files->texts;
			free(name);
			free((void *)(uintptr_t)text.ptr);
			return error_set(error, DEBAR_NO_MEMORY, 0, "too many policy files");
		}
		files->texts = texts;
		files->room = room;
	}
	files->texts[files->count++] = (struct policy_text){name, text, kind};
	return DEBAR_OK;
}

static char *join_path(const char *dir, const char *name)
{
	size_t room = strlen(dir) + strlen(name) + 2;
	char *path = malloc(room);
	if (path && snprintf(path, room, "%s/%s", dir, name) < 0) {
		free(path);
		return NULL;
	}
	return path;
}

static int is_policy(const struct dirent *entry)
{
	struct bytes name = bytes_of(entry->d_name);
	return entry->d_name[0] != '.' &&
	       (bytes_end_with(name, BYTES(".yaml")) || bytes_end_with(name, BYTES(".yml")));
}

static int is_root(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && bytes_end_with(bytes_of(entry->d_name), BYTES(".pem"));
}

/* Adds the policies of one folder in the order of their names. A folder that is not there sets
 * `*missing`. */
static enum debar_status add_folder(struct policy_files *files, const char *folder,
                                    enum policy_kind kind, bool *missing, struct debar_error *error)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, kind == POLICY_ROOT ? is_root : is_policy, alphasort);
	if (count < 0 && errno == ENOENT) {
		*missing = true;
		return DEBAR_OK;
	}
	if (count < 0 && errno == ENOTDIR)
		return error_set(error, DEBAR_INVALID, 0,
		                 "cannot read %s: Not a directory; name the folder that holds "
		                 "vendors/, directives/ or roots/",
		                 folder);
	if (count < 0)
		return error_system(error, "cannot read %s", folder);
	enum debar_status status = DEBAR_OK;
	for (int i = 0; i < count; i++) {
		char *path = status == DEBAR_OK ? join_path(folder, entries[i]->d_name) : NULL;
		if (path)
			status = add_file(files, path, kind, error);
		else if (status == DEBAR_OK)
			status = error_set(error, DEBAR_NO_MEMORY, 0, "no memory for %s", folder);
		free(entries[i]);
	}
	free(entries);
	return status;
}

static enum debar_status add_policies(struct policy_files *files, const char *dir,
                                      struct debar_error *error)
{
	static const struct {
		const char *folder;
		enum policy_kind kind;
	} parts[] = {{"vendors", POLICY_VENDOR},
	             {"directives", POLICY_DIRECTIVE},
	             {"roots", POLICY_ROOT}};
	enum { PARTS = sizeof parts / sizeof parts[0] };
	size_t before = files->count;
	enum debar_status status = DEBAR_OK;
	size_t missing_count = 0;
	for (size_t i = 0; i < PARTS && status == DEBAR_OK; i++) {
		bool missing = false;
		char *folder = join_path(dir, parts[i].folder);
		status = folder ? add_folder(files, folder, parts[i].kind, &missing, error)
		                : error_set(error, DEBAR_NO_MEMORY, 0, "no memory for %s", dir);
		missing_count += missing;
		free(folder);
	}
	if (status == DEBAR_OK && missing_count == PARTS)
		status = error_set(error, DEBAR_NOT_FOUND, 0,
		                   "%s has neither vendors/ nor directives/ nor roots/", dir);
	else if (status == DEBAR_OK && files->count == before)
		status = error_set(error, DEBAR_NOT_FOUND, 0,
		                   "%s holds no policies: vendors/*.yaml, directives/*.yaml, "
		                   "roots/*.pem",
		                   dir);
	return status;
}

enum debar_status policy_files_read(const char *const *dirs, struct policy_files *files,
                                    struct debar_error *error)
{
	*files = (struct policy_files){0};
	enum debar_status status = DEBAR_OK;
	for (size_t i = 0; dirs[i] && status == DEBAR_OK; i++)
		status = add_policies(files, dirs[i], error);
	return status;
}

void policy_files_finish(struct policy_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free((void *)(uintptr_t)files->texts[i].name); /* both are ours */
		free((void *)(uintptr_t)files->texts[i].text.ptr);
	}
	free(files->texts);
	*files = (struct policy_files){0};
}
