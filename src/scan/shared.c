/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { HELD_MOST = 8 << 20 }; /* bytes: what one object may say of raw bytes, twice over */

struct shared {
	struct pool_file file; /* its path is owned */
	int fd;
	struct wire_atoms atoms;
	size_t left;
	struct account account;
	uint64_t moved;
	bool partly, lost;
	struct buffer held;
	struct buffer said[WIRE_SHARES_MOST];
	char why[WIRE_SHARES_MOST][LIMIT_REASON]; /* empty: the share was looked into */
};

uint8_t shared_count(uint64_t size, uint64_t bytes_per_share)
{
	uint64_t count = bytes_per_share > 0 ? size / bytes_per_share : 1;
	if (count < 1)
		count = 1;
	return count < WIRE_SHARES_MOST ? (uint8_t)count : WIRE_SHARES_MOST;
}

struct shared *shared_create(const struct pool_file *file, int fd, uint8_t shares,
                             const struct wire_atoms *atoms)
{
	struct shared *shared = calloc(1, sizeof *shared);
	if (!shared)
		return NULL;
	shared->file = *file;
	shared->fd = fd;
	shared->atoms = *atoms;
	shared->file.said = 0; /* each share brings its own */
	shared->left = shares;
	buffer_init(&shared->held, HELD_MOST);
	return shared;
}

void shared_destroy(struct shared *shared)
{
	if (!shared)
		return;
	(void)close(shared->fd);
	free((void *)(uintptr_t)shared->file.path.ptr);
	buffer_finish(&shared->held);
	for (size_t i = 0; i < WIRE_SHARES_MOST; i++)
		buffer_finish(&shared->said[i]);
	free(shared);
}

void shared_abandon(struct shared *shared)
{
	if (shared && --shared->left == 0)
		shared_destroy(shared);
}

const struct wire_atoms *shared_atoms(const struct shared *shared)
{
	return &shared->atoms;
}

bool shared_hold(struct shared *shared, struct bytes frame)
{
	buffer_put(&shared->held, frame);
	return buffer_ok(&shared->held);
}

void shared_forget_held(struct shared *shared)
{
	buffer_clear(&shared->held);
}

void shared_end(struct shared *shared, const struct share_end *end)
{
	bool first = end->share == 0;
	shared->left--;
	shared->said[end->share] = *end->said;
	*end->said = (struct buffer){0};
	shared->file.said += end->file->said;
	shared->file.suspect |= end->file->suspect;
	shared->file.in_parts |= end->file->in_parts;
	shared->partly |= end->why || end->done->partly;
	if (end->why)
		(void)snprintf(shared->why[end->share], LIMIT_REASON, "%s", end->why);
	if (end->why && first) {
		shared->lost = true;
		account_sum(&shared->account.objects, 1);
		account_sum(&shared->account.bytes[CLASS_UNREAD], shared->file.size);
	} else if (!end->why) {
		account_add(&shared->account, &end->done->account);
		account_sum(&shared->moved, end->done->moved);
	}
}

size_t shared_left(const struct shared *shared)
{
	return shared->left;
}

void frames_tell(struct bytes frames, const struct pool_file *file,
                 const struct pool_events *events)
{
	struct wire_frame frame;
	bool broken;
	while (wire_next_frame(&frames, &frame, &broken)) {
		if (frame.type == WIRE_FACT)
			events->fact(events->self, file, &frame.fact);
		else if (frame.type == WIRE_GAP)
			events->gap(events->self, file, &frame.gap);
	}
}

/* So many bytes of the container were counted as read, and are not. Returns how many there were. */
static uint64_t move_to_unread(struct account *account, uint64_t bytes)
{
	uint64_t *read = &account->bytes[CLASS_READ];
	uint64_t moved = bytes < *read ? bytes : *read;
	*read -= moved;
	account_sum(&account->bytes[CLASS_UNREAD], moved);
	return moved;
}

/* Of a share that is lost nobody knows which bytes were its members': none counts as read. */
static void tell_lost_share(struct shared *shared, const char *why,
                            const struct pool_events *events, uint64_t bytes)
{
	struct wire_gap gap = {.bytes = bytes, .class = CLASS_UNREAD, .reason = bytes_of(why)};
	events->gap(events->self, &shared->file, &gap);
}

void shared_tell(struct shared *shared, const struct pool_events *events)
{
	if (!shared->lost)
		(void)move_to_unread(&shared->account, shared->moved);
	for (size_t i = 0; i < WIRE_SHARES_MOST; i++) {
		frames_tell(buffer_bytes(&shared->said[i]), &shared->file, events);
		if (i == 0 && shared->partly)
			frames_tell(buffer_bytes(&shared->held), &shared->file, events);
		if (shared->why[i][0] == '\0')
			continue;
		uint64_t bytes = i == 0 ? shared->file.size : 0;
		if (!shared->lost)
			bytes = move_to_unread(&shared->account, shared->file.size);
		tell_lost_share(shared, shared->why[i], events, bytes);
	}
	events->done(events->self, &shared->file, &shared->account, shared->lost);
}
