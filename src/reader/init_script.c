/* SPDX-License-Identifier: Apache-2.0 */
/* init_script: scripts that start services before systemd, by what they say they provide. LSB
 * Core 3.1, "Comment Conventions for Init Scripts". The script itself stays searched text. */
#include "core/reader.h"
#include "reader/fields.h"
#include "reader/lines.h"

extern const struct reader reader_init_script;

static const char first_line[] = "### BEGIN INIT INFO";

static bool recognise_init_script(const struct sight *sight)
{
	return bytes_start_with(sight->head, BYTES("#!")) &&
	       bytes_find(sight->head, bytes_of(first_line)) != SIZE_MAX;
}

static void state_names(struct visit *visit, struct bytes body, struct bytes names)
{
	for (struct bytes name; fields_next_part(&names, " \t", &name);)
		visit_fact(visit, FACT_UNIT_NAME, name, fields_span(body, name));
}

static enum read_result read_init_script(struct visit *visit, struct bytes body)
{
	size_t at = bytes_find(body, bytes_of(first_line));
	if (at == SIZE_MAX)
		return READ_NOT_MINE;
	struct cursor c = cursor_over(body);
	cursor_seek(&c, at);
	bool ended = false;
	for (struct bytes line, name, value; fields_next_line(&c, &line, &ended) && ended;) {
		if (bytes_start_with(line, BYTES("### END INIT INFO")))
			break;
		if (bytes_start_with(line, BYTES("#")) &&
		    line_split(bytes_from(line, 1), ':', &name, &value) &&
		    bytes_equal(name, BYTES("Provides")))
			state_names(visit, body, value);
	}
	return READ_WHOLE;
}

const struct reader reader_init_script = {
	.name = "init_script",
	.recognise = recognise_init_script,
	.read = read_init_script,
	.understood = CLASS_SEARCHED,
};
