/* SPDX-License-Identifier: Apache-2.0 */
/* unit: service units of systemd, systemd.service(5): the name and what is started. */
#include "core/reader.h"
#include "reader/fields.h"
#include "reader/lines.h"

extern const struct reader reader_unit;

static bool has_section(struct bytes text)
{
	struct cursor c = cursor_over(text);
	for (struct bytes line; fields_next_line(&c, &line, NULL);) {
		line = bytes_trim(line);
		if (bytes_equal(line, BYTES("[Unit]")) || bytes_equal(line, BYTES("[Service]")))
			return true;
	}
	return false;
}

static bool recognise_unit(const struct sight *sight)
{
	return bytes_end_with(sight->name, BYTES(".service")) && has_section(sight->head);
}

/* "ExecStart = -/usr/bin/x" is stated as "ExecStart=-/usr/bin/x". */
static void state_start(struct visit *visit, struct bytes body, struct bytes command)
{
	const struct bytes name = BYTES("ExecStart=");
	uint8_t *text = visit_alloc(visit, name.len + command.len, 1);
	memcpy(text, name.ptr, name.len);
	memcpy(text + name.len, command.ptr, command.len);
	visit_fact(visit, FACT_SETTING, (struct bytes){text, name.len + command.len},
	           fields_span(body, command));
}

static enum read_result read_unit(struct visit *visit, struct bytes body)
{
	if (!has_section(body))
		return READ_NOT_MINE;
	visit_fact(visit, FACT_UNIT_NAME, visit_sight(visit)->name, (struct span){0, 0});
	struct cursor c = cursor_over(body);
	for (struct bytes line, name, value; fields_next_line(&c, &line, NULL);)
		if (line_split(line, '=', &name, &value) && value.len > 0 &&
		    bytes_equal(name, BYTES("ExecStart")))
			state_start(visit, body, value);
	return READ_WHOLE;
}

const struct reader reader_unit = {
	.name = "unit",
	.recognise = recognise_unit,
	.read = read_unit,
	.understood = CLASS_READ,
};
