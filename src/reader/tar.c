/* SPDX-License-Identifier: Apache-2.0 */
/* tar: archives of the seventh edition, ustar, pax (POSIX.1-2001) and GNU; see tar(5). Written here
 * because members need no copy that way, evidence needs their offsets, and a damaged header must
 * leave a gap and not end the archive. */
#include "base/cursor.h"
#include "base/text.h"
#include "core/limits.h"
#include "reader/pump.h"
#include "reader/rest.h"
#include "reader/tar_links.h"
#include "reader/tar_sparse.h"

extern const struct reader reader_tar;

enum {
	BLOCK = TAR_BLOCK,
	NAME_MOST = 100,
	PREFIX_MOST = 155,
	MAGIC_AT = TAR_MAGIC_AT,
};

/* What headers before a member say of it (types x, g, L and K). Empty: nothing. */
struct said {
	struct bytes name, link;
	uint64_t link_at;
	bool has_size;
	uint64_t size;
	struct bytes sparse_name, sparse_map, sparse_major;
	uint64_t sparse_size;
	bool sparse; /* pax format 0.0 or 0.1 */
};

struct header {
	struct bytes block, name, link;
	uint64_t at, link_at, size;
	uint8_t type;
	bool has_gap; /* one for each header: gaps must not overlap */
};

struct tar {
	struct visit *visit;
	struct cursor c;
	struct said all, next; /* of all members from here on, of the next one */
	struct tar_links links;
	uint8_t *joined; /* room for one name in two parts */
	bool partly;
};

static bool has_magic(struct bytes body, size_t at)
{
	return bytes_start_with(bytes_from(bytes_from(body, at), MAGIC_AT), BYTES("ustar"));
}

static bool recognise(const struct sight *sight)
{
	struct bytes first = bytes_slice(sight->head, 0, 1);
	return sight->size >= BLOCK &&
	       (has_magic(sight->head, 0) ||
	        (first.len == 1 && first.ptr[0] != 0 && tar_is_header(sight->head, 0)));
}

static void give_gap(struct tar *tar, uint64_t at, uint64_t length, const char *reason)
{
	visit_gap(tar->visit, (struct span){at, length}, CLASS_UNREAD, reason);
	tar->partly = true;
}

static void give_header_gap(struct tar *tar, struct header *h, const char *reason)
{
	if (!h->has_gap)
		give_gap(tar, h->at, BLOCK, reason);
	h->has_gap = true;
}

static struct bytes until_zero(struct bytes text)
{
	const uint8_t *end = text.len > 0 ? memchr(text.ptr, '\0', text.len) : NULL;
	return end ? bytes_slice(text, 0, (size_t)(end - text.ptr)) : text;
}

/* ustar splits long names in two; GNU has other things where the prefix would be. */
static struct bytes join_name(struct tar *tar, struct bytes block, struct bytes name)
{
	struct bytes prefix = until_zero(bytes_slice(block, 345, PREFIX_MOST));
	if (!bytes_equal(bytes_slice(block, MAGIC_AT, 6),
	                 (struct bytes){(const uint8_t *)"ustar", 6}) ||
	    prefix.len == 0)
		return name;
	memcpy(tar->joined, prefix.ptr, prefix.len);
	tar->joined[prefix.len] = '/';
	if (name.len > 0)
		memcpy(tar->joined + prefix.len + 1, name.ptr, name.len);
	return (struct bytes){tar->joined, prefix.len + 1 + name.len};
}

static struct header read_header(struct tar *tar)
{
	struct header h = {.at = tar->c.at};
	h.block = cursor_take(&tar->c, BLOCK);
	struct cursor type = cursor_over(bytes_from(h.block, 156));
	h.type = cursor_u8(&type);
	h.name = join_name(tar, h.block, until_zero(bytes_slice(h.block, 0, NAME_MOST)));
	h.link = until_zero(bytes_slice(h.block, 157, NAME_MOST));
	h.link_at = h.at + 157;
	if (!tar_number(bytes_slice(h.block, 124, 12), &h.size)) {
		give_header_gap(tar, &h, "tar member of an impossible size");
		h.size = 0;
	}
	return h;
}

/* What a member's header is followed by, without the padding. */
static struct bytes take_body(struct tar *tar, const struct header *h, uint64_t size)
{
	struct bytes body =
		cursor_take(&tar->c, size < cursor_left(&tar->c) ? size : cursor_left(&tar->c));
	if (body.len < size)
		give_gap(tar, h->at + BLOCK, 0, "truncated tar member");
	uint64_t padding = (BLOCK - size % BLOCK) % BLOCK;
	cursor_skip(&tar->c, padding < cursor_left(&tar->c) ? padding : cursor_left(&tar->c));
	return body;
}

/* One record of a pax header, "LENGTH key=value\n"; false when it is damaged. */
static bool take_record(struct cursor *c, struct bytes *key, struct bytes *value)
{
	size_t from = c->at;
	struct bytes digits = bytes_slice(c->all, from, 20);
	const uint8_t *blank = digits.len > 0 ? memchr(digits.ptr, ' ', digits.len) : NULL;
	uint64_t length;
	if (!blank || !text_to_u64(bytes_slice(digits, 0, (size_t)(blank - digits.ptr)), &length))
		return false;
	size_t begun = (size_t)(blank - digits.ptr) + 1;
	cursor_skip(c, begun);
	struct cursor record =
		cursor_over(cursor_take(c, length < begun ? UINT64_MAX : length - begun));
	*key = cursor_until(&record, '=');
	*value = cursor_take(&record, cursor_left(&record));
	bool ended = bytes_end_with(*value, BYTES("\n"));
	*value = bytes_slice(*value, 0, value->len - ended);
	return cursor_ok(c) && cursor_ok(&record) && ended;
}

/* False when the value makes no sense. */
static bool note_record(struct said *said, struct bytes key, struct bytes value, uint64_t value_at)
{
	if (bytes_equal(key, BYTES("path"))) {
		said->name = value;
	} else if (bytes_equal(key, BYTES("linkpath"))) {
		said->link = value;
		said->link_at = value_at;
	} else if (bytes_equal(key, BYTES("size"))) {
		said->has_size = value.len > 0;
		return value.len == 0 || text_to_u64(value, &said->size);
	} else if (bytes_equal(key, BYTES("GNU.sparse.name"))) {
		said->sparse_name = value;
	} else if (bytes_equal(key, BYTES("GNU.sparse.major"))) {
		said->sparse_major = value;
	} else if (bytes_equal(key, BYTES("GNU.sparse.map"))) {
		said->sparse_map = value;
	} else if (bytes_equal(key, BYTES("GNU.sparse.numblocks"))) {
		said->sparse = true;
	} else if (bytes_equal(key, BYTES("GNU.sparse.size")) ||
	           bytes_equal(key, BYTES("GNU.sparse.realsize"))) {
		return text_to_u64(value, &said->sparse_size);
	}
	return true;
}

static void read_pax(struct tar *tar, struct header *h, struct said *said)
{
	struct bytes body = take_body(tar, h, h->size);
	struct cursor c = cursor_over(body);
	rest_hand_over_part(tar->visit, BYTES("extended header"), body);
	while (cursor_left(&c) > 0) {
		struct bytes key, value;
		if (!take_record(&c, &key, &value) ||
		    !note_record(said, key, value, h->at + BLOCK + c.at - 1 - value.len)) {
			give_header_gap(tar, h, "damaged pax header");
			return;
		}
	}
}

/* What was said of the next member, and where nothing was, of all. */
static struct said all_said(const struct tar *tar)
{
	struct said said = tar->next;
	if (said.name.len == 0)
		said.name = tar->all.name;
	if (said.link.len == 0) {
		said.link = tar->all.link;
		said.link_at = tar->all.link_at;
	}
	if (!said.has_size) {
		said.has_size = tar->all.has_size;
		said.size = tar->all.size;
	}
	return said;
}

/* Old writers give sizes to members that have no data: links and folders. Whether there is any
 * shows in what follows. */
static uint64_t size_of_link(const struct tar *tar, uint64_t size)
{
	struct bytes next = bytes_slice(tar->c.all, tar->c.at, BLOCK);
	return padding_end(next, 0) == next.len || tar_is_header(next, 0) ? 0 : size;
}

/* False when the member is not sparse, or nothing is known of where its data goes. */
static bool find_map(const struct header *h, const struct said *said, struct bytes *body,
                     struct sparse_map *map)
{
	if (bytes_equal(said->sparse_major, BYTES("1")))
		return sparse_map_leading(body, said->sparse_size, map);
	if (said->sparse_map.len > 0)
		*map = sparse_map_list(said->sparse_map, said->sparse_size);
	return h->type == 'S' || said->sparse_map.len > 0;
}

/* A regular member that is stored as it is, or a hard link without data of its own. */
static void visit_plain(struct tar *tar, struct header *h, const struct said *said,
                        struct bytes name, struct bytes body)
{
	struct bytes target = said->link.len > 0 ? said->link : h->link;
	if (h->type == '1' && body.len == 0 && !tar_links_follow(&tar->links, target, &body))
		give_header_gap(tar, h, "hard link to a member that was not kept in mind");
	tar_links_add(&tar->links, name, body);
	visit_child(tar->visit, name, body);
}

/* A regular member, stored whole or with holes. */
static void visit_file(struct tar *tar, struct header *h, const struct said *said,
                       struct bytes name, bool mine)
{
	struct sparse_map map = {0};
	if (h->type == 'S')
		map = sparse_map_blocks(h->block, &tar->c);
	if (!cursor_ok(&tar->c))
		give_header_gap(tar, h, "truncated sparse map");
	struct bytes body = take_body(tar, h, said->has_size ? said->size : h->size);
	bool sparse = said->sparse || said->sparse_major.len > 0 || h->type == 'S';
	bool mapped = find_map(h, said, &body, &map);
	if (mapped && map.real_size <= LIMIT_SPARSE) {
		tar->partly |= mine && sparse_visit(tar->visit, name, &map, body) != READ_WHOLE;
		return;
	}
	visit_plain(tar, h, said, name, body);
	if (mapped)
		give_header_gap(tar, h, "sparse tar member over the size limit");
	else if (sparse)
		give_header_gap(tar, h, "sparse tar member");
}

static void visit_link(struct tar *tar, const struct header *h, const struct said *said)
{
	if (said->link.len > 0)
		visit_fact(tar->visit, FACT_LINK_TARGET, said->link,
		           (struct span){said->link_at, said->link.len});
	else
		visit_fact(tar->visit, FACT_LINK_TARGET, h->link,
		           (struct span){h->link_at, h->link.len});
}

static void visit_member(struct tar *tar, struct header *h)
{
	struct said said = all_said(tar);
	tar->next = (struct said){0};
	struct bytes name = said.name.len > 0 ? said.name : h->name;
	if (said.sparse_name.len > 0)
		name = said.sparse_name;
	if (h->type == '1' || h->type == '2')
		visit_link(tar, h, &said);
	bool mine = visit_takes(tar->visit, h->at);
	if (h->type == 'M')
		give_header_gap(tar, h, "tar member continues from another volume");
	bool without_data = (h->type >= '1' && h->type <= '6') || h->type == 'V' ||
	                    (h->type == '\0' && bytes_end_with(name, BYTES("/")));
	if (without_data) {
		said.has_size = true;
		said.size = size_of_link(tar, h->size);
	}
	visit_file(tar, h, &said, name, mine);
}

static struct bytes take_name(struct tar *tar, const struct header *h)
{
	struct bytes body = take_body(tar, h, h->size);
	rest_hand_over_part(tar->visit, BYTES("long name"), body);
	return until_zero(body);
}

static void read_entry(struct tar *tar)
{
	struct header h = read_header(tar);
	switch (h.type) {
	case 'x':
	case 'X':
		read_pax(tar, &h, &tar->next);
		break;
	case 'g':
		read_pax(tar, &h, &tar->all);
		break;
	case 'L':
		tar->next.name = take_name(tar, &h);
		break;
	case 'K':
		tar->next.link_at = tar->c.at;
		tar->next.link = take_name(tar, &h);
		break;
	default:
		visit_member(tar, &h);
		(void)visit_takes(tar->visit, VISIT_REST);
	}
}

/* Where the next block that is a header begins, or the end. */
static size_t next_header(struct bytes body, size_t at)
{
	while (at < body.len && !tar_is_header(body, at))
		at = body.len - at > BLOCK ? at + BLOCK : body.len;
	return at;
}

/* Zero blocks end an archive, but another may stand behind them ("tar -i"). False at the end. */
static bool skip_end(struct tar *tar)
{
	struct bytes body = tar->c.all;
	size_t at = padding_end(body, tar->c.at);
	if (at == body.len)
		return false;
	at -= at % BLOCK;
	if (at > tar->c.at && !tar_is_header(body, at)) {
		visit_child(tar->visit, BYTES("trailing data"), bytes_from(body, at));
		return false;
	}
	cursor_seek(&tar->c, at);
	return true;
}

static enum read_result read_tar(struct visit *visit, struct bytes body)
{
	if (!recognise(visit_sight(visit)))
		return READ_NOT_MINE;
	struct tar tar = {.visit = visit, .c = cursor_over(body), .links = {.visit = visit}};
	tar.joined = visit_alloc(visit, 1, PREFIX_MOST + 1 + NAME_MOST);
	while (cursor_left(&tar.c) > 0 && skip_end(&tar)) {
		size_t at = tar.c.at;
		if (tar_is_header(body, at)) {
			read_entry(&tar);
			continue;
		}
		cursor_seek(&tar.c, next_header(body, at));
		give_gap(&tar, at, tar.c.at - at, "damaged tar header");
	}
	if (tar.next.name.len > 0 || tar.next.link.len > 0 || tar.next.has_size)
		give_gap(&tar, body.len, 0, "truncated tar archive");
	return tar.partly ? READ_PARTLY : READ_WHOLE;
}

const struct reader reader_tar = {
	.name = "tar",
	.recognise = recognise,
	.read = read_tar,
	.understood = CLASS_READ,
	.container = true,
	.shared = true,
};
