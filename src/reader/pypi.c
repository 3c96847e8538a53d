/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypi: what Python distributions say of themselves and what they need. METADATA and PKG-INFO (core
 * metadata, PEP 566), setup.cfg, setup.py, pyproject.toml (PEP 621 and poetry), requirements files
 * (PEP 508) and the lock files of pipenv, poetry, pdm and uv. setup.py is a program: only literals
 * in its call of setup() are read.
 */
#include "reader/json_walk.h"
#include "reader/lines.h"
#include "reader/once.h"
#include "reader/toml_walk.h"

extern const struct reader reader_pypi;

enum { PROBE = 1024 };

enum form {
	FORM_NONE,
	FORM_METADATA,
	FORM_REQUIREMENTS,
	FORM_SETUP_CFG,
	FORM_SETUP_PY,
	FORM_PYPROJECT,
	FORM_TOML_LOCK,
	FORM_PIPFILE,
	FORM_PIPFILE_LOCK,
};

struct project {
	struct visit *visit;
	struct once *once;
	struct bytes body;
};

static bool is_requirements_name(const struct sight *sight)
{
	struct bytes name = sight->name;
	if (!bytes_end_with(name, BYTES(".txt")) && !bytes_end_with(name, BYTES(".in")))
		return false;
	return bytes_start_with(name, BYTES("requirements")) ||
	       bytes_end_with(name, BYTES("requirements.txt")) ||
	       bytes_equal(name, BYTES("requires.txt")) ||
	       bytes_find(sight->path, BYTES("requirements/")) != SIZE_MAX;
}

static enum form form_of(const struct sight *sight)
{
	static const struct {
		const char *name;
		enum form form;
	} names[] = {
		{"METADATA", FORM_METADATA},     {"PKG-INFO", FORM_METADATA},
		{"setup.cfg", FORM_SETUP_CFG},   {"setup.py", FORM_SETUP_PY},
		{"Pipfile", FORM_PIPFILE},       {"pyproject.toml", FORM_PYPROJECT},
		{"poetry.lock", FORM_TOML_LOCK}, {"Pipfile.lock", FORM_PIPFILE_LOCK},
		{"pdm.lock", FORM_TOML_LOCK},    {"uv.lock", FORM_TOML_LOCK},
		{"pylock.toml", FORM_TOML_LOCK},
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (bytes_equal(sight->name, bytes_of(names[i].name)))
			return names[i].form;
	return is_requirements_name(sight) ? FORM_REQUIREMENTS : FORM_NONE;
}

static bool begins_as(enum form form, struct bytes head)
{
	switch (form) {
	case FORM_NONE:
		return false;
	case FORM_METADATA:
		return bytes_find(bytes_slice(head, 0, PROBE), BYTES("Metadata-Version:")) !=
		       SIZE_MAX;
	case FORM_PIPFILE_LOCK:
		return json_starts_with(head, '{');
	case FORM_REQUIREMENTS:
	case FORM_SETUP_CFG:
	case FORM_SETUP_PY:
	case FORM_PYPROJECT:
	case FORM_TOML_LOCK:
	case FORM_PIPFILE:
		break;
	}
	return line_is_text(head);
}

static bool recognise_pypi(const struct sight *sight)
{
	return begins_as(form_of(sight), sight->head);
}

/* PEP 503: lower case, and one '-' for each run of '-', '_' and '.'. */
static struct bytes normal_name(struct visit *visit, struct bytes name)
{
	uint8_t *text = visit_alloc(visit, name.len + 1, 1);
	size_t length = 0;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t byte = name.ptr[i];
		bool mark = byte == '-' || byte == '_' || byte == '.';
		if (mark && length > 0 && text[length - 1] == '-')
			continue;
		if (byte >= 'A' && byte <= 'Z')
			byte |= 0x20;
		text[length++] = mark ? '-' : byte;
	}
	return (struct bytes){text, length};
}

/* Returns the name in its normal form. */
static struct bytes state_name(struct project *p, enum fact_kind kind, struct bytes name,
                               struct span span)
{
	struct bytes normal = normal_name(p->visit, bytes_trim(name));
	once_fact(p->once, kind, normal, span);
	return normal;
}

static struct span span_of(const struct project *p, struct bytes part)
{
	return (struct span){(uint64_t)(part.ptr - p->body.ptr), part.len};
}

/* "[extras] (>=1,<2) ; marker  # comment": the specifiers; an address is none. */
static struct bytes specifiers_of(struct bytes text)
{
	if (bytes_start_with(text, BYTES("[")))
		text = bytes_from(text, bytes_find(text, BYTES("]")) + 1);
	text = bytes_trim(text);
	if (bytes_start_with(text, BYTES("(")))
		text = bytes_from(text, 1);
	if (text.len == 0 || !line_is_one_of(text.ptr[0], "<>=!~"))
		return (struct bytes){0};
	size_t length = 0;
	while (length < text.len && !line_is_one_of(text.ptr[length], ";#)\\") &&
	       !bytes_start_with(bytes_from(text, length), BYTES(" --")))
		length++;
	return bytes_trim(bytes_slice(text, 0, length));
}

/* PEP 508: "name [extras] (>=1) ; marker" or "name @ address". Prose gives nothing. */
static void state_requirement(struct project *p, struct bytes text)
{
	text = bytes_trim(text);
	struct bytes name = bytes_slice(text, 0, line_word(text, "-_."));
	struct bytes rest = bytes_trim(bytes_from(text, name.len));
	if (line_word(text, "") == 0 ||
	    (rest.len > 0 && !line_is_one_of(rest.ptr[0], "<>=!~;@([#,")))
		return;
	struct bytes version = specifiers_of(rest);
	name = state_name(p, FACT_PYPI_DEPENDENCY, name, span_of(p, text));
	once_version(p->once, name, version, span_of(p, version));
}

/* The fields that all of these formats share, under their various names. */
static void state_field(struct project *p, struct bytes key, struct bytes value, struct span span)
{
	static const char *const persons[] = {"author",     "author-email",     "author_email",
	                                      "maintainer", "maintainer-email", "maintainer_email"};
	if (bytes_equal_nocase(key, BYTES("name")))
		(void)state_name(p, FACT_PYPI_NAME, value, span);
	if (bytes_equal_nocase(key, BYTES("version")))
		visit_fact(p->visit, FACT_PACKAGE_VERSION, value, span);
	for (size_t i = 0; i < sizeof persons / sizeof persons[0]; i++)
		if (bytes_equal_nocase(key, bytes_of(persons[i])))
			once_persons(p->once, value, span);
}

static enum read_result read_metadata(struct project *p)
{
	struct cursor c = cursor_over(p->body);
	struct bytes key, value;
	for (struct line line; line_next(&c, &line) && line.text.len > 0;) {
		if (line.indent > 0 || !line_split(line.text, ':', &key, &value))
			continue;
		if (bytes_equal_nocase(key, BYTES("Requires-Dist")))
			state_requirement(p, value);
		else
			state_field(p, key, value, line_span(&line, value));
	}
	return READ_WHOLE; /* after the first empty line comes the description, which is prose */
}

/* "git+https://…#egg=name": the name of what is fetched from elsewhere. */
static void state_egg(struct project *p, struct bytes text)
{
	const struct bytes mark = BYTES("#egg=");
	size_t at = bytes_find(text, mark);
	if (at == SIZE_MAX)
		return;
	struct bytes name = bytes_from(text, at + mark.len);
	state_requirement(p, bytes_slice(name, 0, line_word(name, "-_.")));
}

static enum read_result read_requirements(struct project *p)
{
	struct cursor c = cursor_over(p->body);
	for (struct line line; line_next(&c, &line);) {
		struct bytes text = bytes_trim_end(line.text, '\\');
		state_egg(p, text);
		state_requirement(p, text);
	}
	return READ_WHOLE;
}

static bool is_requirement_list(struct bytes section, struct bytes key)
{
	if (bytes_equal(section, BYTES("options.extras_require")))
		return true;
	return bytes_equal(section, BYTES("options")) &&
	       (bytes_equal(key, BYTES("install_requires")) ||
	        bytes_equal(key, BYTES("setup_requires")) ||
	        bytes_equal(key, BYTES("tests_require")));
}

static enum read_result read_setup_cfg(struct project *p)
{
	struct cursor c = cursor_over(p->body);
	struct bytes section = {0}, key = {0};
	for (struct line line; line_next(&c, &line);) {
		struct bytes text = bytes_trim(line.text), value = text;
		if (text.len == 0 || text.ptr[0] == '#' || text.ptr[0] == ';')
			continue;
		if (line.indent == 0 && text.ptr[0] == '[') {
			section = bytes_trim_end(bytes_from(text, 1), ']');
			key = (struct bytes){0};
			continue;
		}
		if (line.indent == 0 && !line_split(text, '=', &key, &value) &&
		    !line_split(text, ':', &key, &value))
			continue;
		if (is_requirement_list(section, key) && value.len > 0)
			state_requirement(p, value);
		else if (bytes_equal(section, BYTES("metadata")) && line.indent == 0)
			state_field(p, key, value, line_span(&line, value));
	}
	return READ_WHOLE;
}

static bool names_dependencies_by_key(struct bytes table)
{
	const struct bytes poetry = BYTES("tool.poetry.");
	if (!bytes_start_with(table, poetry))
		return false;
	table = bytes_from(table, poetry.len);
	return bytes_equal(table, BYTES("dependencies")) ||
	       bytes_equal(table, BYTES("dev-dependencies")) ||
	       (bytes_start_with(table, BYTES("group.")) &&
	        bytes_end_with(table, BYTES(".dependencies")));
}

static void read_project_string(struct project *p, const struct toml_walk *walk,
                                const struct toml_item *item)
{
	bool people = toml_key_is(walk, "authors") || toml_key_is(walk, "maintainers");
	bool about = toml_table_is(walk, "project") || toml_table_is(walk, "tool.poetry");
	if (about && people &&
	    (walk->inner.len == 0 || bytes_equal(walk->inner, BYTES("name")) ||
	     bytes_equal(walk->inner, BYTES("email"))))
		once_persons(p->once, item->text, item->span);
	else if (about && walk->depth == 0)
		state_field(p, walk->key, item->text, item->span);
	else if (toml_table_is(walk, "project.optional-dependencies") ||
	         toml_table_is(walk, "dependency-groups") ||
	         (toml_table_is(walk, "build-system") && toml_key_is(walk, "requires")) ||
	         (toml_table_is(walk, "project") && toml_key_is(walk, "dependencies")))
		state_requirement(p, item->text);
}

/* `name = "^1"` or `name = {version = "^1"}`; returns the name, to be given for what follows. */
static struct bytes read_named(struct project *p, const struct toml_walk *walk, enum toml_kind kind,
                               const struct toml_item *item, struct bytes name)
{
	if (kind == TOML_KEY)
		return state_name(p, FACT_PYPI_DEPENDENCY, item->text, item->span);
	if (kind == TOML_STRING && (walk->depth == 0 || bytes_equal(walk->inner, BYTES("version"))))
		once_version(p->once, name, item->text, item->span);
	return name;
}

static enum read_result read_pyproject(struct project *p)
{
	struct toml_walk walk;
	struct toml_item item;
	struct bytes name = {0};
	toml_init(&walk, p->visit, p->body);
	for (enum toml_kind kind; (kind = toml_next(&walk, &item)) != TOML_END;) {
		if (names_dependencies_by_key(walk.table) &&
		    !bytes_equal(walk.key, BYTES("python")))
			name = read_named(p, &walk, kind, &item, name);
		else if (kind == TOML_STRING)
			read_project_string(p, &walk, &item);
	}
	return toml_finish(&walk);
}

static enum read_result read_pipfile(struct project *p)
{
	struct toml_walk walk;
	struct toml_item item;
	struct bytes name = {0};
	toml_init(&walk, p->visit, p->body);
	for (enum toml_kind kind; (kind = toml_next(&walk, &item)) != TOML_END;)
		if (toml_table_is(&walk, "packages") || toml_table_is(&walk, "dev-packages"))
			name = read_named(p, &walk, kind, &item, name);
	return toml_finish(&walk);
}

static enum read_result read_toml_lock(struct project *p)
{
	struct toml_walk walk;
	struct toml_item item;
	struct bytes name = {0}; /* which stands before the version */
	toml_init(&walk, p->visit, p->body);
	for (enum toml_kind kind; (kind = toml_next(&walk, &item)) != TOML_END;) {
		if (kind == TOML_TABLE)
			name = (struct bytes){0};
		if (kind != TOML_STRING || !walk.is_list ||
		    !(toml_table_is(&walk, "package") || toml_table_is(&walk, "packages")))
			continue;
		if (toml_key_is(&walk, "name"))
			name = state_name(p, FACT_PYPI_DEPENDENCY, item.text, item.span);
		else if (toml_key_is(&walk, "version"))
			once_version(p->once, name, item.text, item.span);
	}
	return toml_finish(&walk);
}

static enum read_result read_pipfile_lock(struct project *p)
{
	struct json_walk walk;
	struct json_item item;
	json_init(&walk, p->visit, p->body);
	struct bytes name = {0};
	for (enum json_kind kind; (kind = json_next(&walk, &item)) < JSON_END;) {
		if (json_key_is(&walk, 0, "_meta"))
			continue;
		if (kind == JSON_OBJECT && item.depth == 2)
			name = state_name(p, FACT_PYPI_DEPENDENCY, json_key(&walk, 1),
			                  json_key_span(&walk, 1));
		else if (kind == JSON_STRING && item.depth == 3 && json_key_is(&walk, 2, "version"))
			once_version(p->once, name, json_text(&walk, &item), item.span);
	}
	return json_finish(&walk);
}

/* Where the scan of setup.py stands. */
struct call {
	struct bytes word, key; /* the last identifier; the last `identifier =` of setup() */
	size_t depth;           /* brackets since setup's own; 0: not in the call */
};

/* A colon follows the closing quote: the string names a list of requirements, and is none. */
static bool is_dictionary_key(struct bytes body, struct bytes text)
{
	struct bytes rest = bytes_from(body, (size_t)(text.ptr - body.ptr) + text.len + 1);
	return rest.len == 0 || bytes_start_with(rest, BYTES(":")) ||
	       bytes_start_with(rest, BYTES(" :"));
}

static void read_setup_string(struct project *p, const struct call *call, struct bytes text)
{
	struct span span = {(uint64_t)(text.ptr - p->body.ptr), text.len};
	if (call->depth == 1)
		state_field(p, call->key, text, span);
	else if (call->depth > 1 && !is_dictionary_key(p->body, text) &&
	         (bytes_end_with(call->key, BYTES("_requires")) ||
	          bytes_end_with(call->key, BYTES("_require"))))
		state_requirement(p, text);
}

static void take_punctuation(struct call *call, uint8_t byte)
{
	bool in_call = call->depth > 0;
	if (byte == '(' && !in_call && bytes_equal(call->word, BYTES("setup")))
		call->depth = 1;
	else if (in_call && (byte == '(' || byte == '[' || byte == '{'))
		call->depth++;
	else if (in_call && (byte == ')' || byte == ']' || byte == '}'))
		call->depth--;
	else if (byte == '=' && call->depth == 1)
		call->key = call->word;
	else if (byte == ',' && call->depth == 1)
		call->key = (struct bytes){0};
	call->word = (struct bytes){0};
}

static enum read_result read_setup_py(struct project *p)
{
	struct call call = {0};
	const struct bytes body = p->body;
	for (size_t at = 0; at < body.len;) {
		uint8_t byte = body.ptr[at];
		struct bytes text, rest = bytes_from(body, at);
		size_t word = line_word(rest, "_"), end = 0;
		if (byte == '#') {
			struct cursor c = cursor_over(rest);
			(void)cursor_until(&c, '\n');
			at = cursor_ok(&c) ? at + c.at : body.len;
		} else if (byte == '"' || byte == '\'') {
			end = line_quoted(body, at, true, &text);
			if (end == 0) {
				visit_gap(p->visit, (struct span){at, 0}, CLASS_UNREAD,
				          "string without an end in setup.py");
				return READ_PARTLY;
			}
			read_setup_string(p, &call, text);
			at = end;
		} else if (word > 0) {
			call.word = bytes_slice(rest, 0, word);
			at += word;
		} else {
			if (byte > ' ')
				take_punctuation(&call, byte);
			at++;
		}
	}
	if (call.depth == 0)
		return READ_WHOLE;
	visit_gap(p->visit, (struct span){body.len, 0}, CLASS_UNREAD, "setup.py cut short");
	return READ_PARTLY;
}

static enum read_result read_pypi(struct visit *visit, struct bytes body)
{
	static enum read_result (*const readers[])(struct project *) = {
		[FORM_METADATA] = read_metadata,   [FORM_REQUIREMENTS] = read_requirements,
		[FORM_SETUP_CFG] = read_setup_cfg, [FORM_SETUP_PY] = read_setup_py,
		[FORM_PYPROJECT] = read_pyproject, [FORM_TOML_LOCK] = read_toml_lock,
		[FORM_PIPFILE] = read_pipfile,     [FORM_PIPFILE_LOCK] = read_pipfile_lock,
	};
	enum form form = form_of(visit_sight(visit));
	if (!begins_as(form, body))
		return READ_NOT_MINE;
	struct project project = {visit, once_create(visit), body};
	return readers[form](&project);
}

const struct reader reader_pypi = {
	.name = "pypi",
	.recognise = recognise_pypi,
	.read = read_pypi,
	.understood = CLASS_READ,
};
