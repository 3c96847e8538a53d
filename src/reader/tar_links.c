/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/tar_links.h"

#include "base/siphash.h"
#include "core/limits.h"
#include "reader/lines.h"

struct tar_held {
	uint64_t name[2]; /* its hash: too long for anybody to find two names with one */
	struct bytes body;
};

enum { ROOM_FIRST = 64 };

/* Without what does not tell two names apart: leading "./" and "/". */
static struct bytes plain_path(struct bytes name)
{
	while (bytes_start_with(name, BYTES("./")) || bytes_start_with(name, BYTES("/")))
		name = bytes_from(name, name.ptr[0] == '/' ? 1 : 2);
	return name;
}

/* Its place, or the free one where it would be. There always is a free one. */
static struct tar_held *place_of(struct tar_held *held, size_t room, const uint64_t name[2])
{
	size_t at = (size_t)name[0] & (room - 1);
	while (held[at].body.len > 0 &&
	       (held[at].name[0] != name[0] || held[at].name[1] != name[1]))
		at = (at + 1) & (room - 1);
	return &held[at];
}

static void grow(struct tar_links *links)
{
	size_t room = links->room > 0 ? links->room * 2 : ROOM_FIRST;
	struct tar_held *held = visit_alloc(links->visit, room, sizeof *held);
	for (size_t i = 0; i < links->room; i++)
		if (links->held[i].body.len > 0)
			*place_of(held, room, links->held[i].name) = links->held[i];
	links->held = held;
	links->room = room;
}

static void hash_name(struct bytes name, uint64_t out[2])
{
	static const uint8_t key[SIPHASH_KEY] = "names of members";
	siphash(key, plain_path(name), out);
}

void tar_links_add(struct tar_links *links, struct bytes name, struct bytes body)
{
	uint64_t hash[2];
	links->is_full |= links->count == LIMIT_TAR_HELD;
	if (links->is_full || !line_is_text(body))
		return;
	if (links->count * 2 >= links->room)
		grow(links);
	hash_name(name, hash);
	struct tar_held *held = place_of(links->held, links->room, hash);
	links->count += held->body.len == 0;
	*held = (struct tar_held){{hash[0], hash[1]}, body};
}

bool tar_links_follow(struct tar_links *links, struct bytes target, struct bytes *body)
{
	uint64_t hash[2];
	*body = (struct bytes){0};
	hash_name(target, hash);
	if (links->room > 0)
		*body = place_of(links->held, links->room, hash)->body;
	return body->len > 0 || !links->is_full;
}
