/* SPDX-License-Identifier: Apache-2.0 */
/* cpio: the new ASCII formats (Linux's first file systems, rpm payloads), the old character format
 * and the old binary one in both byte orders; see cpio(5). Written here because members need no
 * copy that way, and because what follows the end matters: kernels take several archives in one
 * file, the later ones packed. */
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/lines.h"
#include "reader/pump.h"

extern const struct reader reader_cpio;

enum {
	MAGIC_BINARY = 070707,
	KIND_MASK = 0170000,
	KIND_FILE = 0100000,
	KIND_LINK = 0120000,
	BINARY_NAME_MOST = 4096, /* of what is believed to be a header, two bytes being no magic */
};

enum format { FORMAT_NONE, FORMAT_NEW, FORMAT_SUMS, FORMAT_OLD, FORMAT_LITTLE, FORMAT_BIG };

struct member {
	enum format format;
	size_t at;
	uint64_t mode, name_size, size, sum;
	uint64_t file[3]; /* inode and device, of hard links */
	bool is_linked;
	struct bytes name, body;
	size_t body_at;
};

/* A number of `width` digits, all of them there; anything else makes the cursor bad. */
static uint64_t number(struct cursor *c, size_t width, unsigned base)
{
	struct bytes digits = cursor_take(c, width);
	uint64_t value = 0;
	for (size_t i = 0; i < digits.len; i++) {
		unsigned byte = digits.ptr[i], digit = 16;
		if (byte >= '0' && byte <= '9')
			digit = byte - '0';
		else if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f')
			digit = (byte | 0x20) - 'a' + 10;
		if (digit >= base)
			cursor_fail(c);
		value = value * base + digit;
	}
	return value;
}

static uint16_t half(struct cursor *c, enum format format)
{
	return format == FORMAT_LITTLE ? cursor_u16le(c) : cursor_u16be(c);
}

static enum format format_of(struct bytes head)
{
	struct cursor little = cursor_over(head), big = little;
	if (bytes_start_with(head, BYTES("070701")))
		return FORMAT_NEW;
	if (bytes_start_with(head, BYTES("070702")))
		return FORMAT_SUMS;
	if (bytes_start_with(head, BYTES("070707")))
		return FORMAT_OLD;
	if (cursor_u16le(&little) == MAGIC_BINARY)
		return FORMAT_LITTLE;
	return cursor_u16be(&big) == MAGIC_BINARY ? FORMAT_BIG : FORMAT_NONE;
}

static void read_new(struct cursor *c, struct member *m)
{
	cursor_skip(c, 6);
	m->file[0] = number(c, 8, 16); /* inode */
	m->mode = number(c, 8, 16);
	for (int i = 0; i < 2; i++)
		(void)number(c, 8, 16); /* owner, group */
	m->is_linked = number(c, 8, 16) > 1 && (m->mode & KIND_MASK) == KIND_FILE;
	(void)number(c, 8, 16); /* time */
	m->size = number(c, 8, 16);
	m->file[1] = number(c, 8, 16);
	m->file[2] = number(c, 8, 16);
	for (int i = 0; i < 2; i++)
		(void)number(c, 8, 16); /* device of a device */
	m->name_size = number(c, 8, 16);
	m->sum = number(c, 8, 16);
}

static void read_old(struct cursor *c, struct member *m)
{
	cursor_skip(c, 6 + 6 + 6); /* magic, device, inode */
	m->mode = number(c, 6, 8);
	cursor_skip(c, 4 * 6 + 11); /* owner, group, links, device, time */
	m->name_size = number(c, 6, 8);
	m->size = number(c, 11, 8);
}

static void read_binary(struct cursor *c, struct member *m)
{
	cursor_skip(c, 3 * 2); /* magic, device, inode */
	m->mode = half(c, m->format);
	cursor_skip(c, 6 * 2); /* owner, group, links, device, time */
	m->name_size = half(c, m->format);
	m->size = (uint64_t)half(c, m->format) << 16; /* the PDP-11's order: upper half first */
	m->size |= half(c, m->format);
	if (m->name_size > BINARY_NAME_MOST)
		cursor_fail(c);
}

static void skip_to_multiple(struct cursor *c, size_t of)
{
	size_t padding = (of - c->at % of) % of;
	cursor_skip(c, padding < cursor_left(c) ? padding : cursor_left(c));
}

/* The header and name; the cursor goes bad when there is none, and else stays before the data. The
 * archive begins at offset 0 of `c`: alignment is counted from there. */
static struct member read_header(struct cursor *c)
{
	struct member m = {.at = c->at, .format = format_of(bytes_from(c->all, c->at))};
	switch (m.format) {
	case FORMAT_NEW:
	case FORMAT_SUMS:
		read_new(c, &m);
		break;
	case FORMAT_OLD:
		read_old(c, &m);
		break;
	case FORMAT_LITTLE:
	case FORMAT_BIG:
		read_binary(c, &m);
		break;
	case FORMAT_NONE:
		cursor_fail(c);
		break;
	}
	m.name = cursor_take(c, m.name_size <= LIMIT_PATH ? m.name_size : UINT64_MAX);
	if (m.name.len == 0 || m.name.ptr[m.name.len - 1] != '\0')
		cursor_fail(c);
	m.name = bytes_trim_end(m.name, '\0');
	return m;
}

static size_t alignment(enum format format)
{
	if (format == FORMAT_OLD)
		return 1;
	return format == FORMAT_NEW || format == FORMAT_SUMS ? 4 : 2;
}

/* Two bytes of binary magic are not enough: the whole first header must make sense. Text may begin
 * with the six digits of the others, so that more digits must follow. */
static bool recognise(const struct sight *sight)
{
	struct cursor c = cursor_over(sight->head);
	enum format format = format_of(sight->head);
	if (format == FORMAT_NONE)
		return false;
	if (format == FORMAT_LITTLE || format == FORMAT_BIG) {
		struct member m = read_header(&c);
		return cursor_ok(&c) && m.mode != 0 && m.size <= sight->size;
	}
	cursor_skip(&c, 6);
	size_t width = cursor_left(&c) < 12 ? cursor_left(&c) : 12;
	(void)number(&c, width, format == FORMAT_OLD ? 8 : 16);
	return cursor_ok(&c);
}

/* The new format gives the data of hard links with one of them, mostly the last. */
struct links {
	struct {
		struct bytes name;
		uint64_t file[3];
	} waiting[LIMIT_CPIO_LINKS]; /* for data */
	size_t count;
	struct member with_data; /* the last one that had some */
};

static bool is_same_file(const uint64_t a[3], const uint64_t b[3])
{
	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
}

/* A text is handed over by each of its names: readers know it by one of them. False when there are
 * more names than are kept in mind. */
static bool follow_links(struct visit *visit, const struct member *m, struct links *links)
{
	if (!m->is_linked)
		return true;
	if (m->size == 0 && links->with_data.size > 0 &&
	    is_same_file(m->file, links->with_data.file)) {
		visit_child(visit, m->name, links->with_data.body);
		return true;
	}
	if (m->size == 0 && links->count == LIMIT_CPIO_LINKS)
		return false;
	if (m->size == 0) {
		links->waiting[links->count].name = m->name;
		memcpy(links->waiting[links->count++].file, m->file, sizeof m->file);
		return true;
	}
	if (!line_is_text(m->body))
		return true;
	size_t left = 0;
	for (size_t i = 0; i < links->count; i++) {
		if (is_same_file(links->waiting[i].file, m->file))
			visit_child(visit, links->waiting[i].name, m->body);
		else
			links->waiting[left++] = links->waiting[i];
	}
	links->count = left;
	links->with_data = *m;
	return true;
}

static void visit_member(struct visit *visit, const struct member *m)
{
	if ((m->mode & KIND_MASK) == KIND_LINK) {
		visit_fact(visit, FACT_LINK_TARGET, bytes_trim_end(m->body, '\0'),
		           (struct span){m->body_at, m->body.len});
		visit_child(visit, m->name, (struct bytes){0});
	} else {
		visit_child(visit, m->name, m->body);
	}
}

/* Of the format with sums: all bytes added up. */
static bool has_wrong_sum(const struct member *m)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < m->body.len; i++)
		sum += m->body.ptr[i];
	return m->format == FORMAT_SUMS && sum != m->sum && (m->mode & KIND_MASK) == KIND_FILE;
}

/* Where the next header of a text format begins behind a damaged one, or the end. */
static size_t next_header(struct bytes body, size_t at)
{
	for (size_t from = at + 1;;) {
		size_t found = bytes_find(bytes_from(body, from), BYTES("07070"));
		if (found == SIZE_MAX)
			return body.len;
		struct cursor c = cursor_over(body);
		cursor_seek(&c, from + found);
		(void)read_header(&c);
		if (cursor_ok(&c))
			return from + found;
		from += found + 1;
	}
}

/* What cannot be a header is skipped, as cpio does; false when nothing is left. */
static bool skip_damage(struct visit *visit, struct cursor *c)
{
	size_t at = c->at, next = at < c->all.len ? next_header(c->all, at) : at;
	visit_gap(visit, (struct span){at, next - at}, CLASS_UNREAD,
	          at < next ? "damaged cpio member header" : "cpio archive without an end");
	cursor_seek(c, next);
	return next < c->all.len;
}

/* The member's data, as much as there is. */
static void take_body(struct cursor *c, struct member *m)
{
	skip_to_multiple(c, alignment(m->format));
	m->body_at = c->at;
	m->body = cursor_take(c, m->size < cursor_left(c) ? m->size : cursor_left(c));
	skip_to_multiple(c, alignment(m->format));
}

/* After an end may come padding and another archive. False when there is none. */
static bool skip_end(struct visit *visit, struct cursor *c)
{
	struct cursor ahead = *c;
	cursor_seek(&ahead, padding_end(c->all, c->at));
	struct cursor next = ahead;
	(void)read_header(&ahead);
	if (cursor_ok(&ahead))
		*c = next;
	else
		visit_trailing(visit, c->all, c->at);
	return cursor_ok(&ahead);
}

/* One member that is all there, or cut off at the end. False when it is not whole. */
static bool read_member(struct visit *visit, const struct member *m, size_t end,
                        struct links *links)
{
	bool mine = visit_takes(visit, m->at);
	if (m->body.len < m->size)
		visit_gap(visit, (struct span){m->at, 0}, CLASS_UNREAD, "truncated cpio member");
	else if (mine && has_wrong_sum(m))
		visit_gap(visit, (struct span){m->at, end - m->at}, CLASS_UNREAD,
		          "cpio checksum mismatch");
	visit_member(visit, m);
	bool followed = follow_links(visit, m, links);
	if (!followed)
		visit_gap(visit, (struct span){m->at, end - m->at}, CLASS_UNREAD,
		          "more hard links than are kept in mind");
	(void)visit_takes(visit, VISIT_REST);
	return m->body.len == m->size && followed && !(mine && has_wrong_sum(m));
}

static enum read_result read_cpio(struct visit *visit, struct bytes body)
{
	if (!recognise(visit_sight(visit)))
		return READ_NOT_MINE;
	enum read_result result = READ_WHOLE;
	struct links *links = visit_alloc(visit, 1, sizeof *links);
	for (struct cursor c = cursor_over(body);;) {
		struct cursor next = c;
		struct member m = read_header(&next);
		if (!cursor_ok(&next)) {
			result = READ_PARTLY;
			if (!skip_damage(visit, &c))
				return result;
			continue;
		}
		take_body(&next, &m);
		c = next;
		bool end = bytes_equal(m.name, BYTES("TRAILER!!!"));
		if ((!end || m.size > 0) && !read_member(visit, &m, c.at, links))
			result = READ_PARTLY;
		if (m.body.len < m.size || (end && !skip_end(visit, &c)))
			return result;
	}
}

const struct reader reader_cpio = {
	.name = "cpio",
	.recognise = recognise,
	.read = read_cpio,
	.understood = CLASS_READ,
	.container = true,
	.shared = true,
};
