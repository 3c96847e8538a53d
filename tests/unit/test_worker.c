/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker says to a job that no host gives of itself. */
#define _GNU_SOURCE
#include "base/text.h"
#include "jail/jail.h"
#include "unit/test.h"
#include "wire/wire.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* One worker, and what it said of the last file. */
struct talk {
	pid_t pid;
	int socket;
	struct wire_done done;
	uint64_t gap_bytes;
	char gaps[1024]; /* reasons, one a line */
};

static int memory_file(const char *content, size_t size)
{
	int fd = memfd_create("test-worker", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, size), size);
	return fd;
}

static void send_message(const struct talk *talk, struct buffer *message, const int *fds,
                         size_t count)
{
	assert_true(buffer_ok(message));
	assert_true(wire_send(talk->socket, buffer_bytes(message), fds, count, 0));
	buffer_finish(message);
}

static int start_worker(void **state)
{
	static struct talk talk;
	const char *build = getenv("BUILD");
	char program[512], pack_path[512];
	int pair[2];
	if (!build || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return -1;
	(void)snprintf(program, sizeof program, "%s/debar-worker", build);
	(void)snprintf(pack_path, sizeof pack_path, "%s/policies.pack", build);
	const char *const arguments[] = {"debar-worker", "--jailed", NULL};
	const struct wire_pulse pulse = {0};
	const int fds[] = {pair[1], open(pack_path, O_RDONLY | O_CLOEXEC),
	                   memory_file((const char *)&pulse, sizeof pulse), memory_file("", 0)};
	talk = (struct talk){.pid = jail_spawn(program, arguments, fds, COUNT_OF(fds)),
	                     .socket = pair[0]};
	for (size_t i = 0; i < COUNT_OF(fds); i++)
		(void)close(fds[i]);
	struct buffer message;
	buffer_init(&message, WIRE_MESSAGE_MAX);
	struct wire_settings settings = {
		.limits = {LIMIT_BYTES, LIMIT_OBJECTS, LIMIT_DEPTH, LIMIT_SECONDS}};
	wire_put_settings(&message, &settings);
	send_message(&talk, &message, NULL, 0);
	*state = &talk;
	return talk.pid > 0 ? 0 : -1;
}

static int stop_worker(void **state)
{
	struct talk *talk = *state;
	int status = -1;
	(void)close(talk->socket);
	return waitpid(talk->pid, &status, 0) == talk->pid && status == 0 ? 0 : -1;
}

static void take_frame(struct talk *talk, const struct wire_frame *frame)
{
	size_t length = strlen(talk->gaps);
	if (frame->type == WIRE_DONE)
		talk->done = frame->done;
	if (frame->type != WIRE_GAP)
		return;
	talk->gap_bytes += frame->gap.bytes;
	(void)snprintf(talk->gaps + length, sizeof talk->gaps - length, "%.*s\n",
	               (int)frame->gap.reason.len, (const char *)frame->gap.reason.ptr);
}

/* Gives it a file, and hears what it says until it is done. */
static void ask(struct talk *talk, struct wire_job *job, const char *content)
{
	static uint8_t room[WIRE_MESSAGE_MAX];
	static uint32_t serial;
	struct buffer message;
	buffer_init(&message, WIRE_MESSAGE_MAX);
	job->serial = ++serial;
	job->size = strlen(content);
	wire_put_job(&message, job);
	int fd = memory_file(content, (size_t)job->size);
	send_message(talk, &message, &fd, 1);
	(void)close(fd);
	talk->done.serial = 0;
	talk->gaps[0] = '\0';
	talk->gap_bytes = 0;
	while (talk->done.serial != serial) {
		long length = wire_receive(talk->socket, room, sizeof room, NULL, NULL, 0);
		assert_true(length > 0);
		struct bytes rest = {room, (size_t)length};
		struct wire_frame frame;
		bool broken = false;
		while (wire_next_frame(&rest, &frame, &broken))
			take_frame(talk, &frame);
		assert_false(broken);
	}
}

/* A file that changed between two workers: what the first one took for a container of many members
 * is none to the second, who would pass over its share of them. */
static void a_share_of_no_container_is_a_gap(void **state)
{
	struct talk *talk = *state;
	static const char content[] = "this was a container a moment ago";
	const uint64_t size = sizeof content - 1;
	struct wire_job job = {.path = BYTES("a.zip"), .share = 1, .shares = 2};
	for (unsigned found = 0; found < 2; found++) {
		job.atoms.found = found << ATOM_ZIP_END;
		job.atoms.until[ATOM_ZIP_END] = found * size;
		ask(talk, &job, content);
		assert_string_equal(talk->gaps,
		                    "a share of the container could not be looked into\n");
		assert_int_equal(talk->gap_bytes, size);
		assert_int_equal(talk->done.moved, size);
		assert_true(talk->done.partly);
		assert_int_equal(talk->done.account.objects, 0);
	}
}

/* A worker that was taken over must not fill the disk. */
static void the_spill_has_a_bound(void **state)
{
	const struct talk *talk = *state;
	const struct bytes title = BYTES("Max file size ");
	char path[64], line[256];
	uint64_t most = 0;
	(void)snprintf(path, sizeof path, "/proc/%d/limits", (int)talk->pid);
	FILE *limits = fopen(path, "r");
	assert_non_null(limits);
	while (most == 0 && fgets(line, sizeof line, limits)) {
		struct bytes value = bytes_of(line);
		if (!bytes_start_with(value, title))
			continue;
		value = bytes_trim(bytes_from(value, title.len));
		assert_true(
			text_to_u64(bytes_slice(value, 0, bytes_find(value, BYTES(" "))), &most));
	}
	assert_int_equal(fclose(limits), 0);
	assert_int_equal(most, LIMIT_BYTES + LIMIT_SPOOL_KEPT);
}

/* Socket, pack, pulse and spill; no terminal. */
static void it_has_what_it_was_given(void **state)
{
	const struct talk *talk = *state;
	char path[64];
	unsigned bits = 0;
	(void)snprintf(path, sizeof path, "/proc/%d/fd", (int)talk->pid);
	DIR *open_now = opendir(path);
	if (!open_now) /* others than root may not look */
		skip();
	uint64_t number;
	for (const struct dirent *entry; (entry = readdir(open_now));)
		if (text_to_u64(bytes_of(entry->d_name), &number) && number < 32)
			bits |= 1U << number;
	assert_int_equal(closedir(open_now), 0);
	assert_int_equal(bits, 1U << 3 | 1U << 4 | 1U << 5 | 1U << 6);
}

/* The same file as one of its own is a text. */
static void a_file_is_accounted_for(void **state)
{
	struct talk *talk = *state;
	struct wire_job job = {.path = BYTES("a.zip"), .shares = 1};
	ask(talk, &job, "this was a container a moment ago");
	assert_string_equal(talk->gaps, "");
	assert_int_equal(talk->done.account.bytes[CLASS_SEARCHED], job.size);
	assert_int_equal(talk->done.account.objects, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_accounted_for),
		cmocka_unit_test(a_share_of_no_container_is_a_gap),
		cmocka_unit_test(the_spill_has_a_bound),
		cmocka_unit_test(it_has_what_it_was_given),
	};
	return cmocka_run_group_tests(tests, start_worker, stop_worker);
}
