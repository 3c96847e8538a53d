/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* struct ucred, MSG_CMSG_CLOEXEC */
#include "wire/wire.h"

#include "base/cursor.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static void put_slice(struct buffer *out, struct bytes data)
{
	buffer_put_u32le(out, (uint32_t)data.len);
	buffer_put(out, data);
}

static struct bytes take_slice(struct cursor *c, size_t most)
{
	uint32_t length = cursor_u32le(c);
	if (length > most)
		cursor_fail(c);
	return cursor_take(c, length);
}

static void put_head(struct buffer *out, enum wire_type type, uint32_t serial)
{
	buffer_put_u8(out, (uint8_t)type);
	buffer_put_u32le(out, serial);
}

void wire_put_settings(struct buffer *out, const struct wire_settings *settings)
{
	put_head(out, WIRE_SETTINGS, WIRE_VERSION);
	buffer_put_u64le(out, settings->limits.bytes);
	buffer_put_u64le(out, settings->limits.objects);
	buffer_put_u32le(out, settings->limits.depth);
	buffer_put_u32le(out, settings->limits.seconds);
	buffer_put_u8(out, settings->all_facts);
}

bool wire_get_settings(struct bytes message, struct wire_settings *out)
{
	struct cursor c = cursor_over(message);
	if (cursor_u8(&c) != WIRE_SETTINGS || cursor_u32le(&c) != WIRE_VERSION)
		return false;
	out->limits.bytes = cursor_u64le(&c);
	out->limits.objects = cursor_u64le(&c);
	out->limits.depth = cursor_u32le(&c);
	out->limits.seconds = cursor_u32le(&c);
	out->all_facts = cursor_u8(&c) != 0;
	return cursor_ok(&c) && cursor_left(&c) == 0 && out->limits.depth <= LIMIT_DEPTH_MOST;
}

static void put_atoms(struct buffer *out, const struct wire_atoms *atoms)
{
	buffer_put_u32le(out, atoms->found);
	for (size_t i = 0; i < ATOM_COUNT; i++) {
		buffer_put_u64le(out, atoms->at[i]);
		buffer_put_u64le(out, atoms->until[i]);
	}
}

static void take_atoms(struct cursor *c, struct wire_atoms *atoms)
{
	atoms->found = cursor_u32le(c);
	for (size_t i = 0; i < ATOM_COUNT; i++) {
		atoms->at[i] = cursor_u64le(c);
		atoms->until[i] = cursor_u64le(c);
	}
}

bool wire_atoms_fit(const struct wire_atoms *atoms, uint64_t size)
{
	bool fits = atoms->found >> ATOM_COUNT == 0;
	for (size_t i = 0; i < ATOM_COUNT; i++)
		fits = fits && atoms->at[i] <= atoms->until[i] && atoms->until[i] <= size;
	return fits;
}

void wire_put_job(struct buffer *out, const struct wire_job *job)
{
	put_head(out, WIRE_JOBS, job->serial);
	buffer_put_u64le(out, job->size);
	put_slice(out, job->path);
	buffer_put_u8(out, job->share);
	buffer_put_u8(out, job->shares);
	if (job->share > 0)
		put_atoms(out, &job->atoms);
}

bool wire_next_job(struct bytes *message, struct wire_job *out)
{
	if (message->len == 0)
		return false;
	struct cursor c = cursor_over(*message);
	uint8_t type = cursor_u8(&c);
	out->serial = cursor_u32le(&c);
	out->size = cursor_u64le(&c);
	out->path = take_slice(&c, LIMIT_PATH);
	out->share = cursor_u8(&c);
	out->shares = cursor_u8(&c);
	out->atoms = (struct wire_atoms){0};
	if (out->share > 0)
		take_atoms(&c, &out->atoms);
	*message = bytes_from(*message, c.at);
	return cursor_ok(&c) && type == WIRE_JOBS && out->share < out->shares &&
	       out->shares <= WIRE_SHARES_MOST && wire_atoms_fit(&out->atoms, out->size);
}

void wire_put_fact(struct buffer *out, const struct wire_fact *fact)
{
	put_head(out, WIRE_FACT, fact->serial);
	buffer_put_u8(out, fact->flags);
	buffer_put_u16le(out, (uint16_t)fact->kind);
	buffer_put_u64le(out, fact->object_size);
	buffer_put_u64le(out, fact->span.offset);
	buffer_put_u64le(out, fact->span.length);
	put_slice(out, fact->member);
	put_slice(out, fact->sha256);
	put_slice(out, fact->value);
	put_slice(out, fact->proof);
	buffer_put_u32le(out, (uint32_t)fact->mark_count);
	for (size_t i = 0; i < fact->mark_count; i++)
		buffer_put_u32le(out, fact->marks[i]);
}

static bool is_sound(const struct wire_fact *fact, uint16_t kind)
{
	return kind < FACT_KIND_COUNT && fact->mark_count <= WIRE_MARKS_MAX &&
	       fact->value.len > 0 && (fact->sha256.len == 0 || fact->sha256.len == 32) &&
	       fact->span.offset <= fact->object_size &&
	       fact->span.length <= fact->object_size - fact->span.offset;
}

static void take_fact(struct cursor *c, struct wire_fact *fact)
{
	fact->flags = cursor_u8(c);
	uint16_t kind = cursor_u16le(c);
	fact->object_size = cursor_u64le(c);
	fact->span.offset = cursor_u64le(c);
	fact->span.length = cursor_u64le(c);
	fact->member = take_slice(c, LIMIT_PATH);
	fact->sha256 = take_slice(c, 32);
	fact->value = take_slice(c, LIMIT_PATH);
	fact->proof = take_slice(c, WIRE_PROOF_MAX);
	fact->mark_count = (size_t)cursor_fits(c, cursor_u32le(c), 4);
	if (!is_sound(fact, kind)) {
		cursor_fail(c);
		fact->mark_count = 0;
		return;
	}
	fact->kind = (enum fact_kind)kind;
	for (size_t i = 0; i < fact->mark_count; i++)
		fact->marks[i] = cursor_u32le(c);
}

void wire_put_gap(struct buffer *out, const struct wire_gap *gap)
{
	put_head(out, WIRE_GAP, gap->serial);
	buffer_put_u8(out, (uint8_t)gap->class);
	buffer_put_u64le(out, gap->bytes);
	put_slice(out, gap->member);
	put_slice(out, gap->reason);
}

static void take_gap(struct cursor *c, struct wire_gap *gap)
{
	uint8_t class = cursor_u8(c);
	gap->bytes = cursor_u64le(c);
	gap->member = take_slice(c, LIMIT_PATH);
	gap->reason = take_slice(c, LIMIT_REASON);
	if ((class != CLASS_OPAQUE && class != CLASS_UNREAD) || gap->reason.len == 0)
		cursor_fail(c);
	gap->class = class == CLASS_OPAQUE ? CLASS_OPAQUE : CLASS_UNREAD;
}

void wire_put_done(struct buffer *out, const struct wire_done *done)
{
	put_head(out, WIRE_DONE, done->serial);
	buffer_put_u64le(out, done->account.objects);
	for (size_t i = 0; i < CLASS_COUNT; i++)
		buffer_put_u64le(out, done->account.bytes[i]);
	buffer_put_u64le(out, done->moved);
	buffer_put_u8(out, done->partly);
}

static void take_done(struct cursor *c, struct wire_done *done)
{
	done->account.objects = cursor_u64le(c);
	for (size_t i = 0; i < CLASS_COUNT; i++)
		done->account.bytes[i] = cursor_u64le(c);
	done->moved = cursor_u64le(c);
	done->partly = cursor_u8(c) != 0;
}

void wire_put_share(struct buffer *out, const struct wire_share *share)
{
	put_head(out, WIRE_SHARE, share->serial);
	put_atoms(out, &share->atoms);
}

void wire_put_hello(struct buffer *out, const struct wire_hello *hello)
{
	put_head(out, WIRE_HELLO, hello->version);
	buffer_put_u8(out, hello->jailed);
	put_slice(out, hello->problem);
	put_slice(out, hello->build);
}

static void take_hello(struct cursor *c, uint32_t version, struct wire_hello *hello)
{
	hello->version = version;
	hello->jailed = cursor_u8(c) != 0;
	hello->problem = take_slice(c, WIRE_MESSAGE_MAX);
	hello->build = take_slice(c, WIRE_BUILD);
	if (hello->build.len != 0 && hello->build.len != WIRE_BUILD)
		cursor_fail(c);
}

bool wire_next_frame(struct bytes *message, struct wire_frame *out, bool *broken)
{
	*broken = false;
	if (message->len == 0)
		return false;
	struct cursor c = cursor_over(*message);
	uint8_t type = cursor_u8(&c);
	uint32_t serial = cursor_u32le(&c);
	memset(out, 0, sizeof *out);
	switch (type) {
	case WIRE_FACT:
		out->fact.serial = serial;
		take_fact(&c, &out->fact);
		break;
	case WIRE_GAP:
		out->gap.serial = serial;
		take_gap(&c, &out->gap);
		break;
	case WIRE_DONE:
		out->done.serial = serial;
		take_done(&c, &out->done);
		break;
	case WIRE_SHARE:
		out->share.serial = serial;
		take_atoms(&c, &out->share.atoms);
		break;
	case WIRE_HELLO:
		take_hello(&c, serial, &out->hello);
		break;
	default:
		cursor_fail(&c);
		break;
	}
	out->type = (enum wire_type)type;
	*message = bytes_from(*message, c.at);
	*broken = !cursor_ok(&c);
	return !*broken;
}

union rights {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(int) * WIRE_BATCH)];
};

bool wire_send(int socket, struct bytes message, const int *descriptors, size_t count, int flags)
{
	union rights control;
	struct iovec part = {.iov_base = (void *)(uintptr_t)message.ptr, .iov_len = message.len};
	struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
	if (count > WIRE_BATCH) {
		errno = EINVAL;
		return false;
	}
	if (count > 0) {
		memset(&control, 0, sizeof control);
		header.msg_control = control.room;
		header.msg_controllen = CMSG_SPACE(sizeof(int) * count);
		struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = CMSG_LEN(sizeof(int) * count);
		memcpy(CMSG_DATA(rights), descriptors, sizeof(int) * count);
	}
	long sent;
	do
		sent = sendmsg(socket, &header, MSG_NOSIGNAL | flags);
	while (sent < 0 && errno == EINTR);
	return sent == (long)message.len;
}

/* Descriptors that come without being asked for are closed, so that none leaks in. */
static void keep_descriptors(struct msghdr *header, int *descriptors, size_t *count)
{
	size_t kept = 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t here = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < here; i++) {
			int descriptor;
			memcpy(&descriptor, CMSG_DATA(c) + i * sizeof(int), sizeof descriptor);
			if (descriptors && kept < WIRE_BATCH)
				descriptors[kept++] = descriptor;
			else
				(void)close(descriptor);
		}
	}
	if (count)
		*count = kept;
}

long wire_receive(int socket, uint8_t *room, size_t size, int *descriptors, size_t *count,
                  int flags)
{
	union rights control;
	struct iovec part = {.iov_base = room, .iov_len = size};
	struct msghdr header = {.msg_iov = &part,
	                        .msg_iovlen = 1,
	                        .msg_control = descriptors ? control.room : NULL,
	                        .msg_controllen = descriptors ? sizeof control.room : 0};
	long received;
	do
		received = recvmsg(socket, &header, MSG_CMSG_CLOEXEC | flags);
	while (received < 0 && errno == EINTR);
	if (received < 0)
		return -1;
	keep_descriptors(&header, descriptors, count);
	if (header.msg_flags & MSG_TRUNC) {
		errno = EMSGSIZE;
		return -1;
	}
	return received;
}
