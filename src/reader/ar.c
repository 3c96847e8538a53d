/* SPDX-License-Identifier: Apache-2.0 */
/* ar: Unix static libraries, and the outer shell of Debian packages. See ar(5). Written here
 * because evidence needs the offset of each member. */
#include "base/cursor.h"
#include "core/reader.h"

extern const struct reader reader_ar;

struct member {
	struct bytes name, body;
	uint64_t header_at, name_at;
};

static struct member read_member(struct cursor *c)
{
	struct member m = {.header_at = c->at, .name_at = c->at};
	m.name = bytes_trim_end(cursor_take(c, 16), ' ');
	cursor_skip(c, 12 + 6 + 6 + 8); /* date, owner, group, mode */
	uint64_t size = cursor_digits(c, 10, 10);
	if (!bytes_equal(cursor_take(c, 2), BYTES("`\n")))
		cursor_fail(c);
	m.body = cursor_take(c, size);
	if (size % 2 == 1 && cursor_left(c) > 0)
		cursor_skip(c, 1); /* members start on even offsets */
	return m;
}

/* GNU keeps long names in a member "//": "/123" points into it, and each name ends with "/\n". */
static struct bytes long_name(struct bytes table, struct bytes reference)
{
	struct cursor digits = cursor_over(bytes_from(reference, 1));
	struct cursor c = cursor_over(table);
	cursor_seek(&c, cursor_digits(&digits, cursor_left(&digits), 10));
	struct bytes line = cursor_until(&c, '\n');
	return cursor_ok(&digits) ? bytes_trim_end(line, '/') : (struct bytes){0};
}

/* BSD puts a long name before the data: "#1/20" says how long it is. */
static void move_bsd_name(struct member *m)
{
	struct cursor digits = cursor_over(bytes_from(m->name, 3));
	struct cursor c = cursor_over(m->body);
	struct bytes name = cursor_take(&c, cursor_digits(&digits, cursor_left(&digits), 10));
	if (!cursor_ok(&c) || !cursor_ok(&digits))
		return;
	m->name_at = m->header_at + 60;
	m->name = bytes_trim_end(name, '\0');
	m->body = cursor_take(&c, cursor_left(&c));
}

static struct bytes plain_name(struct member *m, struct bytes table)
{
	if (bytes_start_with(m->name, BYTES("#1/")))
		move_bsd_name(m);
	else if (m->name.len > 1 && m->name.ptr[0] == '/' && m->name.ptr[1] >= '0' &&
	         m->name.ptr[1] <= '9')
		return long_name(table, m->name);
	return bytes_trim_end(m->name, '/');
}

static enum read_result read_ar(struct visit *visit, struct bytes body)
{
	struct bytes names = {0};
	struct cursor c = cursor_over(body);
	if (!bytes_equal(cursor_take(&c, 8), BYTES("!<arch>\n")))
		return READ_NOT_MINE;

	while (cursor_left(&c) > 0) {
		struct member m = read_member(&c);
		if (!cursor_ok(&c)) {
			visit_gap(visit, (struct span){m.header_at, 0}, CLASS_UNREAD,
			          "damaged ar member header");
			return READ_PARTLY;
		}
		if (bytes_equal(m.name, BYTES("//")))
			names = m.body;
		visit_child(visit, plain_name(&m, names), m.body);
	}
	return READ_WHOLE;
}

const struct reader reader_ar = {
	.name = "ar",
	.magic = {(const uint8_t *)"!<arch>\n", 8},
	.read = read_ar,
	.understood = CLASS_READ,
	.container = true,
};
