/* SPDX-License-Identifier: Apache-2.0 */
/* apkdb: what Alpine's apk and Arch Linux's pacman say of packages: apk's database ("installed"),
 * pacman's ("local/NAME/desc" and "files"), and ".PKGINFO" inside a package file of either. */
#include "core/limits.h"
#include "core/reader.h"
#include "reader/fields.h"
#include "reader/lines.h"

extern const struct reader reader_apkdb;

enum database_part { NO_PART, APK_INSTALLED, PACKAGE_INFO, PACMAN_ENTRY };

/* The repository lists of pacman look alike, but begin with %FILENAME%. */
static enum database_part part_of(const struct sight *sight, struct bytes text)
{
	if (bytes_equal(sight->name, BYTES("installed")) &&
	    (bytes_start_with(text, BYTES("C:Q")) || bytes_start_with(text, BYTES("P:"))))
		return APK_INSTALLED;
	if (bytes_equal(sight->name, BYTES(".PKGINFO")) &&
	    bytes_find(text, BYTES("pkgname = ")) != SIZE_MAX)
		return PACKAGE_INFO;
	if ((bytes_start_with(text, BYTES("%NAME%\n")) ||
	     bytes_start_with(text, BYTES("%FILES%\n"))) &&
	    bytes_find(sight->path, BYTES("pacman/local/")) != SIZE_MAX)
		return PACMAN_ENTRY;
	return NO_PART;
}

static bool recognise_apkdb(const struct sight *sight)
{
	return part_of(sight, sight->head) != NO_PART;
}

/* "busybox>=1.36", "so:libcrypto.so.3", "/bin/sh"; "!conflict" is not needed. */
static void state_needed(struct visit *visit, struct bytes body, struct bytes text)
{
	struct bytes name = fields_before(text, "<>=~@ ");
	if (!bytes_start_with(name, BYTES("!")))
		visit_fact(visit, FACT_PACKAGE_DEPENDS, name, fields_span(body, name));
}

/* A path made of a folder and a name, in `room` of LIMIT_PATH bytes; the proof is the name. */
static void state_path(struct visit *visit, struct bytes body, struct bytes folder,
                       struct bytes name, uint8_t *room)
{
	if (name.len == 0)
		return;
	folder = bytes_slice(folder, 0, LIMIT_PATH / 2 - 2);
	name = bytes_slice(name, 0, LIMIT_PATH / 2);
	size_t len = 0;
	room[len++] = '/';
	if (folder.len > 0) {
		memcpy(room + len, folder.ptr, folder.len);
		len += folder.len;
		room[len++] = '/';
	}
	memcpy(room + len, name.ptr, name.len);
	visit_fact(visit, FACT_PACKAGE_PATH, (struct bytes){room, len + name.len},
	           fields_span(body, name));
}

/* One letter, a colon, a value; packages are parted by blank lines (apk's src/database.c). */
static enum read_result read_installed(struct visit *visit, struct bytes body)
{
	uint8_t *room = visit_alloc(visit, LIMIT_PATH, 1);
	struct cursor c = cursor_over(body);
	struct bytes folder = {0};
	bool ended = true;
	for (struct bytes line; fields_next_line(&c, &line, &ended);) {
		if (line.len < 2 || line.ptr[1] != ':')
			continue;
		struct bytes value = bytes_from(line, 2);
		struct span span = fields_span(body, value);
		switch (line.ptr[0]) {
		case 'P':
			visit_fact(visit, FACT_PACKAGE_INSTALLED, value, span);
			break;
		case 'V':
			visit_fact(visit, FACT_PACKAGE_VERSION, value, span);
			break;
		case 'm':
			visit_fact(visit, FACT_PACKAGE_VENDOR, value, span);
			break;
		case 'D':
			for (struct bytes part; fields_next_part(&value, " ", &part);)
				state_needed(visit, body, part);
			break;
		case 'F':
			folder = value;
			break;
		case 'R':
			state_path(visit, body, folder, value, room);
			break;
		default:
			break;
		}
	}
	if (ended)
		return READ_WHOLE;
	visit_gap(visit, (struct span){body.len, 0}, CLASS_UNREAD, "the package database is cut");
	return READ_PARTLY;
}

static enum read_result read_package_info(struct visit *visit, struct bytes body)
{
	static const struct {
		const char *name;
		enum fact_kind kind;
	} known[] = {
		{"pkgname", FACT_PACKAGE_NAME},    {"pkgver", FACT_PACKAGE_VERSION},
		{"packager", FACT_PACKAGE_VENDOR}, {"maintainer", FACT_PACKAGE_VENDOR},
		{"depend", FACT_PACKAGE_DEPENDS},
	};
	struct cursor c = cursor_over(body);
	for (struct bytes line, name, value; fields_next_line(&c, &line, NULL);) {
		if (!line_split(line, '=', &name, &value))
			continue;
		for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
			if (!bytes_equal(name, bytes_of(known[i].name)))
				continue;
			if (known[i].kind == FACT_PACKAGE_DEPENDS)
				state_needed(visit, body, value);
			else
				visit_fact(visit, known[i].kind, value, fields_span(body, value));
		}
	}
	return READ_WHOLE;
}

static void state_pacman_line(struct visit *visit, struct bytes body, struct bytes section,
                              struct bytes line, uint8_t *room)
{
	struct span span = fields_span(body, line);
	if (bytes_equal(section, BYTES("%NAME%")))
		visit_fact(visit, FACT_PACKAGE_INSTALLED, line, span);
	else if (bytes_equal(section, BYTES("%VERSION%")))
		visit_fact(visit, FACT_PACKAGE_VERSION, line, span);
	else if (bytes_equal(section, BYTES("%PACKAGER%")))
		visit_fact(visit, FACT_PACKAGE_VENDOR, line, span);
	else if (bytes_equal(section, BYTES("%DEPENDS%")))
		state_needed(visit, body, line);
	else if (bytes_equal(section, BYTES("%FILES%")))
		state_path(visit, body, (struct bytes){0}, line, room);
}

/* "%SECTION%", its lines, a blank line. */
static enum read_result read_pacman_entry(struct visit *visit, struct bytes body)
{
	uint8_t *room = visit_alloc(visit, LIMIT_PATH, 1);
	struct cursor c = cursor_over(body);
	struct bytes section = {0};
	for (struct bytes line; fields_next_line(&c, &line, NULL);) {
		if (line.len == 0 || section.len == 0)
			section = line;
		else
			state_pacman_line(visit, body, section, line, room);
	}
	return READ_WHOLE;
}

static enum read_result read_apkdb(struct visit *visit, struct bytes body)
{
	switch (part_of(visit_sight(visit), body)) {
	case APK_INSTALLED:
		return read_installed(visit, body);
	case PACKAGE_INFO:
		return read_package_info(visit, body);
	case PACMAN_ENTRY:
		return read_pacman_entry(visit, body);
	case NO_PART:
		break;
	}
	return READ_NOT_MINE;
}

const struct reader reader_apkdb = {
	.name = "apkdb",
	.recognise = recognise_apkdb,
	.read = read_apkdb,
	.understood = CLASS_READ,
};
