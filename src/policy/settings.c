/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/settings.h"

#include "policy/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

/* The shape was checked by yaml_look(): one mapping, whose keys are words. */
struct reading {
	const struct settings_taker *taker;
	struct problems *problems;
	char key[YAML_KEY_MOST]; /* empty: a key comes next */
	bool in_list, list_empty;
};

static bool refuse(struct reading *r, const yaml_event_t *event, const char *why)
{
	problem_add(r->problems, (uint32_t)event->start_mark.line + 1, "%s: %s", r->key, why);
	return false;
}

static bool give(struct reading *r, const yaml_event_t *event, const char *value)
{
	const char *wrong = r->taker->take(r->taker->context, r->key, value);
	return !wrong || refuse(r, event, wrong);
}

static bool take_scalar(struct reading *r, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	if (r->key[0] == '\0' && !r->in_list) {
		memcpy(r->key, text, event->data.scalar.length); /* yaml_look() measured it */
		r->key[event->data.scalar.length] = '\0';
		return r->key[0] != '\0' || refuse(r, event, "a key must be a word");
	}
	if (text[0] == '\0')
		return refuse(r, event, "there is no value");
	if (!give(r, event, text))
		return false;
	r->list_empty = false;
	if (!r->in_list)
		r->key[0] = '\0';
	return true;
}

static bool take_event(struct reading *r, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return take_scalar(r, event);
	case YAML_MAPPING_START_EVENT:
		return r->key[0] == '\0' ||
		       refuse(r, event, "a setting is a value or a list of values");
	case YAML_SEQUENCE_START_EVENT:
		if (r->in_list)
			return refuse(r, event, "a setting is a value or a list of values");
		r->in_list = r->list_empty = true;
		return true;
	case YAML_SEQUENCE_END_EVENT: {
		bool fine = !r->list_empty || give(r, event, NULL);
		r->in_list = false;
		r->key[0] = '\0';
		return fine;
	}
	default:
		return true;
	}
}

static bool hand_out(struct reading *r, struct bytes file)
{
	yaml_parser_t parser;
	if (!yaml_parser_initialize(&parser)) {
		problem_add(r->problems, 0, "no memory to read the file");
		return false;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, file.ptr, file.len);
	bool fine = true, more = true;
	while (fine && more) {
		yaml_event_t event;
		if (!yaml_parser_parse(&parser, &event)) {
			problem_add(r->problems, 0, "no memory to read the file");
			fine = false;
			break;
		}
		more = event.type != YAML_STREAM_END_EVENT;
		fine = take_event(r, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return fine;
}

/* Settings decide what is looked at and what is accepted: nobody else may have a say. */
static enum debar_status check_owner(const char *path, const struct stat *about,
                                     struct debar_error *error)
{
	if (!S_ISREG(about->st_mode) || about->st_size > SETTINGS_SIZE_MOST)
		return error_set(error, DEBAR_INVALID, 0, "%s is not a file of at most %u KiB",
		                 path, (unsigned)SETTINGS_SIZE_MOST >> 10);
	if (about->st_uid != 0 && about->st_uid != geteuid())
		return error_set(error, DEBAR_DENIED, 0, "%s belongs to somebody else", path);
	if (about->st_mode & (S_IWGRP | S_IWOTH))
		return error_set(error, DEBAR_DENIED, 0,
		                 "%s can be written by others: chmod go-w takes that away", path);
	return DEBAR_OK;
}

static enum debar_status open_error(const char *path, struct debar_error *error)
{
	struct stat link;
	int code = errno;
	if (code == ENOENT && lstat(path, &link) == 0)
		return error_set(error, DEBAR_IO, 0, "%s is a link to nothing", path);
	errno = code;
	return error_system(error, "%s", path);
}

/* `*out` is the caller's. */
static enum debar_status read_file(const char *path, struct bytes *out, struct debar_error *error)
{
	struct stat about;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return open_error(path, error);
	enum debar_status status = fstat(fd, &about) == 0 ? check_owner(path, &about, error)
	                                                  : error_system(error, "%s", path);
	uint8_t *data = status == DEBAR_OK ? malloc(SETTINGS_SIZE_MOST) : NULL;
	if (status == DEBAR_OK && !data)
		status = error_set(error, DEBAR_NO_MEMORY, 0, "no memory for %s", path);
	size_t length = 0;
	while (status == DEBAR_OK && length < SETTINGS_SIZE_MOST) {
		ssize_t got = read(fd, data + length, SETTINGS_SIZE_MOST - length);
		if (got < 0 && errno != EINTR)
			status = error_system(error, "%s", path);
		if (got == 0)
			break;
		length += got > 0 ? (size_t)got : 0;
	}
	(void)close(fd); /* only read from */
	if (status != DEBAR_OK) {
		free(data);
		return status;
	}
	*out = (struct bytes){data, length};
	return DEBAR_OK;
}

/* A file of comments alone is fine, if not YAML's idea of a document. */
static bool says_nothing(struct bytes file)
{
	bool in_comment = false;
	for (size_t i = 0; i < file.len; i++) {
		uint8_t c = file.ptr[i];
		in_comment = c != '\n' && (in_comment || c == '#');
		if (!in_comment && c != '\n' && c != '\r' && c != ' ')
			return false;
	}
	return true;
}

enum debar_status settings_read(const char *path, const struct settings_taker *taker,
                                struct debar_error *error)
{
	struct bytes file = {0};
	enum debar_status status = read_file(path, &file, error);
	if (status != DEBAR_OK)
		return status;
	struct problems problems = {.fd = -1, .file = path};
	struct yaml_lines lines = {0};
	struct reading reading = {.taker = taker, .problems = &problems};
	bool fine = says_nothing(file) ||
	            (yaml_look(file, &problems, &lines) && hand_out(&reading, file));
	yaml_finish(&lines);
	free((void *)(uintptr_t)file.ptr);
	return fine ? DEBAR_OK
	            : error_set(error, DEBAR_INVALID, problems.first_line, "%s", problems.first);
}
