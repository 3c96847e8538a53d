/* SPDX-License-Identifier: Apache-2.0 */
/* unix_group: the groups of a Unix system, group(5). Installers create groups of their own and
 * often leave them behind. */
#include "core/reader.h"
#include "reader/fields.h"

extern const struct reader reader_unix_group;

/* "name:password:number:members". */
static bool take_group(struct bytes line, struct bytes *name)
{
	struct bytes password, number;
	struct bytes rest = line;
	if (!fields_next_part(&rest, ":", name) || !fields_next_part(&rest, ":", &password))
		return false;
	number = fields_before(rest, ":");
	if (name->len == 0 || number.len == 0 || number.len > 10 || number.len == rest.len)
		return false;
	for (size_t i = 0; i < number.len; i++)
		if (number.ptr[i] < '0' || number.ptr[i] > '9')
			return false;
	return true;
}

static bool begins_with_group(struct bytes text)
{
	struct cursor c = cursor_over(text);
	struct bytes line, name;
	while (fields_next_line(&c, &line, NULL))
		if (line.len > 0 && line.ptr[0] != '#' && line.ptr[0] != '+')
			return take_group(line, &name);
	return false;
}

static bool recognise_unix_group(const struct sight *sight)
{
	return bytes_equal(sight->name, BYTES("group")) && begins_with_group(sight->head);
}

static enum read_result read_unix_group(struct visit *visit, struct bytes body)
{
	if (!begins_with_group(body))
		return READ_NOT_MINE;
	struct cursor c = cursor_over(body);
	for (struct bytes line, name; fields_next_line(&c, &line, NULL);)
		if (take_group(line, &name))
			visit_fact(visit, FACT_UNIX_GROUP, name, fields_span(body, name));
	return READ_WHOLE;
}

const struct reader reader_unix_group = {
	.name = "unix_group",
	.recognise = recognise_unix_group,
	.read = read_unix_group,
	.understood = CLASS_READ,
};
