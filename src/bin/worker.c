/* SPDX-License-Identifier: Apache-2.0 */
/*
 * debar-worker: reads hostile bytes in a jail. Started by the host with four descriptors; takes
 * batches of files, says what is in them, and ends when the host closes the socket. It never opens
 * anything.
 *
 *   debar-worker --jailed | --unsafe-no-sandbox
 */
#include "base/loaded.h"
#include "inspect/inspect.h"
#include "jail/jail.h"
#include "policy/match.h"

#include <locale.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FD_SOCKET = 3, FD_PACK, FD_PULSE, FD_SPILL };
enum { BAD_START = 92, NO_JAIL = 91 };
#ifdef SANITIZED /* its shadow memory is larger than any limit worth the name; never in a release  \
                  */
static const uint64_t worker_memory = (uint64_t)1 << 62;
#else /* bytes of private memory: xz -9 takes 65 MiB, the search database 20 */
static const uint64_t worker_memory = 160 << 20;
#endif

static struct wire_pulse *pulse;

static void send_message(void *self, struct bytes message)
{
	(void)self;
	if (!wire_send(FD_SOCKET, message, NULL, 0, 0))
		_exit(0); /* the host is gone */
}

static void beat(void *self)
{
	(void)self;
	pulse->beats++;
}

/* Told before any hostile byte was seen: what a cache of this code's results depends on. */
static struct bytes own_build(uint8_t digest[WIRE_BUILD])
{
	struct buffer builds;
	unsigned length = 0;
	buffer_init(&builds, WIRE_MESSAGE_MAX);
	bool known = loaded_builds(&builds) &&
	             EVP_Digest(builds.data, builds.len, digest, &length, EVP_sha256(), NULL) == 1;
	buffer_finish(&builds);
	return known ? (struct bytes){digest, WIRE_BUILD} : (struct bytes){0};
}

static void say_hello(bool jailed, const char *problem)
{
	uint8_t digest[WIRE_BUILD];
	struct buffer out;
	buffer_init(&out, WIRE_MESSAGE_MAX);
	struct wire_hello hello = {WIRE_VERSION, jailed, bytes_of(problem), own_build(digest)};
	wire_put_hello(&out, &hello);
	send_message(NULL, buffer_bytes(&out));
	buffer_finish(&out);
}

static struct bytes map_pack(void)
{
	struct stat st;
	if (fstat(FD_PACK, &st) != 0 || st.st_size <= 0)
		return (struct bytes){0};
	void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, FD_PACK, 0);
	return map == MAP_FAILED ? (struct bytes){0} : (struct bytes){map, (size_t)st.st_size};
}

/* OpenSSL looks for its configuration at first use, which the jail would punish. */
static void warm_up_crypto(void)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	(void)EVP_Digest("", 0, digest, &length, EVP_sha256(), NULL);
}

static bool receive_settings(struct wire_settings *settings)
{
	uint8_t room[256];
	long length = wire_receive(FD_SOCKET, room, sizeof room, NULL, NULL, 0);
	return length > 0 && wire_get_settings((struct bytes){room, (size_t)length}, settings);
}

static struct inspector *prepare(struct pack **pack, struct matcher **matcher, uint64_t *room)
{
	struct inspect_options options = {.spill_fd = FD_SPILL,
	                                  .teller = {.send = send_message, .beat = beat}};
	pulse = mmap(NULL, sizeof *pulse, PROT_READ | PROT_WRITE, MAP_SHARED, FD_PULSE, 0);
	if (pulse == MAP_FAILED || pack_open(map_pack(), pack, NULL) != DEBAR_OK ||
	    matcher_create(*pack, MATCHER_FOR_ALL, matcher, NULL) != DEBAR_OK ||
	    !receive_settings(&options.settings))
		return NULL;
	options.matcher = *matcher;
	options.pack = *pack;
	options.mark_count = pack_mark_count(*pack);
	*room = inspector_room(&options.settings.limits);
	return inspector_create(&options);
}

static void work(struct inspector *inspector)
{
	static uint8_t room[WIRE_MESSAGE_MAX];
	int descriptors[WIRE_BATCH];
	size_t count = 0;
	long length;
	while ((length = wire_receive(FD_SOCKET, room, sizeof room, descriptors, &count, 0)) > 0) {
		struct bytes message = {room, (size_t)length};
		struct wire_job job;
		for (size_t i = 0; i < count && wire_next_job(&message, &job); i++) {
			pulse->serial = job.serial;
			inspect_file(inspector, &job, descriptors[i]);
		}
		for (size_t i = 0; i < count; i++)
			(void)close(descriptors[i]);
		inspector_flush(inspector);
	}
}

int main(int argc, char **argv)
{
	bool jailed = argc == 2 && strcmp(argv[1], "--jailed") == 0;
	if (!jailed && !(argc == 2 && strcmp(argv[1], "--unsafe-no-sandbox") == 0))
		return BAD_START;
	(void)setlocale(LC_CTYPE, "C.UTF-8"); /* libarchive converts names by it */
	(void)setenv("TZ", "UTC0",
	             1); /* and times by this, settled now: later it would look for a file */
	tzset();
	warm_up_crypto();
	struct pack *pack = NULL;
	struct matcher *matcher = NULL;
	struct jail_limits limits = {.memory = worker_memory};
	struct inspector *inspector = prepare(&pack, &matcher, &limits.file);
	if (!inspector)
		return BAD_START;
	const char *problem = jailed ? jail_enter(&limits) : jail_limit(&limits);
	if (problem) {
		say_hello(false, problem);
		return NO_JAIL;
	}
	say_hello(jailed, NULL);
#ifndef SANITIZED   /* which reports there */
	if (jailed) /* hostile bytes must not come to speak on somebody's terminal */
		(void)close(STDERR_FILENO);
#endif
	work(inspector);
	_exit(0); /* the system takes back what there is */
}
