/* SPDX-License-Identifier: Apache-2.0 */
/* dpkg: what the package database of Debian, Ubuntu and their kin says is installed: "status" (also
 * opkg's), the one-package files of distroless images ("status.d/NAME"), and the lists of paths
 * ("info/NAME.list"). status-old is yesterday's state and says nothing of today's. */
#include "reader/debian_package.h"

extern const struct reader reader_dpkg;

enum database_part { NO_PART, STATUS, ONE_PACKAGE, PATHS };

static enum database_part part_of(const struct sight *sight, struct bytes text)
{
	if (bytes_start_with(text, BYTES("/")) && bytes_end_with(sight->name, BYTES(".list")) &&
	    bytes_find(sight->path, BYTES("dpkg/info/")) != SIZE_MAX)
		return PATHS;
	if (!bytes_start_with(text, BYTES("Package:")))
		return NO_PART;
	if (bytes_find(sight->path, BYTES("dpkg/status.d/")) != SIZE_MAX)
		return ONE_PACKAGE;
	return bytes_equal(sight->name, BYTES("status")) ? STATUS : NO_PART;
}

static bool recognise_dpkg(const struct sight *sight)
{
	return part_of(sight, sight->head) != NO_PART;
}

static enum read_result read_paths(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	for (struct bytes line; fields_next_line(&c, &line, NULL);)
		if (!bytes_equal(line, BYTES("/.")))
			visit_fact(visit, FACT_PACKAGE_PATH, line, fields_span(body, line));
	return READ_WHOLE;
}

/* dpkg(1): "want flag state". Every state but not-installed and config-files has the package's
 * files in place, at least in part. Returns false when it is no state. */
static bool kind_of_state(struct bytes status, enum fact_kind *kind)
{
	static const struct {
		const char *state;
		enum fact_kind kind;
	} states[] = {
		{"installed", FACT_PACKAGE_INSTALLED},
		{"unpacked", FACT_PACKAGE_INSTALLED},
		{"half-installed", FACT_PACKAGE_INSTALLED},
		{"half-configured", FACT_PACKAGE_INSTALLED},
		{"triggers-awaited", FACT_PACKAGE_INSTALLED},
		{"triggers-pending", FACT_PACKAGE_INSTALLED},
		{"config-files", FACT_PACKAGE_REMOVED},
		{"not-installed", FACT_KIND_COUNT},
	};
	struct bytes word = {0};
	for (struct bytes rest = status; fields_next_part(&rest, " \t", &word);)
		continue;
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		*kind = states[i].kind;
		if (bytes_equal(word, bytes_of(states[i].state)))
			return true;
	}
	return false;
}

static enum read_result read_status(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	struct debian_package package;
	enum read_result result = READ_WHOLE;
	for (size_t from = 0; debian_package_next(&c, &package); from = c.at) {
		enum fact_kind kind = FACT_KIND_COUNT;
		if (package.name.len == 0 || package.cut || !kind_of_state(package.status, &kind)) {
			visit_gap(visit, (struct span){from, c.at - from}, CLASS_UNREAD,
			          "damaged stanza in the package database");
			result = READ_PARTLY;
		} else if (kind == FACT_PACKAGE_REMOVED) {
			visit_fact(visit, kind, package.name, fields_span(body, package.name));
		} else if (kind == FACT_PACKAGE_INSTALLED) {
			debian_package_facts(visit, body, kind, &package);
		}
	}
	return result;
}

static enum read_result read_one_package(struct visit *visit, struct bytes body)
{
	struct cursor c = cursor_over(body);
	for (struct debian_package package; debian_package_next(&c, &package);)
		debian_package_facts(visit, body, FACT_PACKAGE_INSTALLED, &package);
	return READ_WHOLE;
}

static enum read_result read_dpkg(struct visit *visit, struct bytes body)
{
	switch (part_of(visit_sight(visit), body)) {
	case STATUS:
		return read_status(visit, body);
	case ONE_PACKAGE:
		return read_one_package(visit, body);
	case PATHS:
		return read_paths(visit, body);
	case NO_PART:
		break;
	}
	return READ_NOT_MINE;
}

const struct reader reader_dpkg = {
	.name = "dpkg",
	.recognise = recognise_dpkg,
	.read = read_dpkg,
	.understood = CLASS_READ,
};
