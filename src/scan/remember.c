/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* syncfs */
#include "scan/remember.h"

#include "scan/cache_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

enum {
	RACY_SECONDS = 2,      /* a change this soon after another may get the same time */
	SETTLED_SECONDS = 600, /* mapped pages are written back long before: 30 s by default */
	DEVICES_MOST = 256,
	IDENTITY_MOST = 4 << 20, /* a path of a megabyte, and the rest */
};

/* A file system that files were met on. */
struct device {
	dev_t number;
	uint64_t id;  /* its own identity, where it has one: device numbers are used again */
	bool trusted; /* its change times can be relied on */
	bool is_root;
	bool settled, settling_failed; /* what was written through mappings before is on record */
};

struct remember {
	struct remember_options options;
	char *path;
	struct cache *cache;
	struct cache_entry known;
	struct device devices[DEVICES_MOST];
	size_t device_count;
	dev_t root;
	char boot[40]; /* identity of this run of the system; empty when not known */
	int64_t started;
	struct buffer identity;
	/* Of the file whose frames are being handed out. */
	struct buffer gaps;
	bool noted_untrusted;
};

static void note(struct remember *remember, const char *what, const char *why)
{
	char *text = NULL;
	size_t room = strlen(remember->path) + strlen(what) + strlen(why) + 16;
	text = malloc(room);
	if (!text)
		return;
	(void)snprintf(text, room, "the cache %s %s: %s", remember->path, what, why);
	remember->options.note(remember->options.self, text);
	free(text);
}

/* Everything that decides what a scan says of a file whose bytes and path stay the same. */
static bool digest_conditions(const struct remember_options *options, uint8_t out[CACHE_CONDITIONS])
{
	uint8_t pack[CACHE_CONDITIONS];
	struct buffer all;
	buffer_init(&all, 1024);
	buffer_put_text(&all, "debar cache 1, debar " DEBAR_VERSION);
	buffer_put_u8(&all, 0);
	bool good = EVP_Digest(options->pack.ptr, options->pack.len, pack, NULL, EVP_sha256(),
	                       NULL) == 1;
	buffer_put(&all, (struct bytes){pack, sizeof pack});
	buffer_put(&all, options->build);
	buffer_put_u64le(&all, options->limits.bytes);
	buffer_put_u64le(&all, options->limits.objects);
	buffer_put_u32le(&all, options->limits.depth);
	buffer_put_u32le(&all, options->limits.seconds);
	buffer_put_u64le(&all, options->bytes_per_share);
	buffer_put_u8(&all, options->sandboxed);
	good = good && buffer_ok(&all) &&
	       EVP_Digest(all.data, all.len, out, NULL, EVP_sha256(), NULL) == 1;
	buffer_finish(&all);
	return good;
}

static void load(struct remember *remember)
{
	size_t size = 0;
	const char *why = NULL;
	uint8_t *data = cache_file_read(remember->path, &size, &why);
	if (data)
		why = cache_load(remember->cache, data, size);
	if (why)
		note(remember, "is not used, and made anew", why);
}

static void learn_system(struct remember *remember)
{
	struct stat st;
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	remember->started = now.tv_sec;
	remember->root = stat("/", &st) == 0 ? st.st_dev : 0;
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (read(fd, remember->boot, 36) != 36)
		remember->boot[0] = '\0';
	(void)close(fd);
}

struct remember *remember_create(const struct remember_options *options)
{
	uint8_t conditions[CACHE_CONDITIONS];
	struct remember *remember = calloc(1, sizeof *remember);
	if (!remember)
		return NULL;
	remember->options = *options;
	buffer_init(&remember->identity, IDENTITY_MOST);
	buffer_init(&remember->gaps, CACHE_GAPS_OF_FILE);
	remember->path = strdup(options->path);
	if (remember->path && digest_conditions(options, conditions))
		remember->cache = cache_create(conditions);
	if (!remember->cache) {
		remember_destroy(remember);
		return NULL;
	}
	learn_system(remember);
	load(remember);
	return remember;
}

void remember_destroy(struct remember *remember)
{
	if (!remember)
		return;
	cache_destroy(remember->cache);
	buffer_finish(&remember->identity);
	buffer_finish(&remember->gaps);
	free(remember->path);
	free(remember);
}

/* File systems of this kernel's own, which set the change time whenever content changes, through
 * mappings too, once the page was clean. Not tmpfs, where a mapping that was read first is written
 * without a trace; not those whose times come from an image (squashfs, ISO 9660, and overlayfs,
 * which may lie on one), another machine (NFS, CIFS), a daemon (FUSE), or have no change time on
 * disk (FAT). */
static bool is_trusted_type(unsigned long type)
{
	return type == EXT4_SUPER_MAGIC || type == XFS_SUPER_MAGIC || type == BTRFS_SUPER_MAGIC ||
	       type == F2FS_SUPER_MAGIC;
}

/* The device that `stat` is on; `fd` is open on it, or nothing is learned. NULL: not known. */
static struct device *device_of(struct remember *remember, int fd, const struct stat *stat)
{
	for (size_t i = 0; i < remember->device_count; i++)
		if (remember->devices[i].number == stat->st_dev)
			return &remember->devices[i];
	struct stat st;
	struct statfs about;
	if (remember->device_count == DEVICES_MOST || fstat(fd, &st) != 0 ||
	    st.st_dev != stat->st_dev || fstatfs(fd, &about) != 0)
		return NULL; /* a file that is mounted over another stands on a device of its own */
	struct device *device = &remember->devices[remember->device_count++];
	*device = (struct device){
		.number = stat->st_dev,
		.trusted = is_trusted_type((unsigned long)about.f_type),
		.is_root = stat->st_dev == remember->root,
	};
	_Static_assert(sizeof about.f_fsid == sizeof device->id, "an identity of eight bytes");
	memcpy(&device->id, &about.f_fsid, sizeof device->id);
	return device;
}

/* A time in whole seconds is one that the maker of an image wrote, not one of the kernel's clock:
 * the next image may have the same. Only the root file system cannot be exchanged while the system
 * runs. */
static bool is_image_time(const struct stat *stat)
{
	return stat->st_ctim.tv_nsec == 0;
}

/* False when a change of the file could escape. */
static bool identify(struct remember *remember, int fd, const struct stat *stat, struct bytes path,
                     struct cache_key *key)
{
	struct device *device = device_of(remember, fd, stat);
	bool image = is_image_time(stat);
	if (!device || !device->trusted ||
	    (image && (!device->is_root || remember->boot[0] == '\0')))
		return false;
	struct buffer *all = &remember->identity;
	buffer_clear(all);
	buffer_put_u64le(all, stat->st_dev);
	buffer_put_u64le(all, device->id);
	buffer_put_u64le(all, stat->st_ino);
	buffer_put_u64le(all, (uint64_t)stat->st_size);
	buffer_put_u64le(all, (uint64_t)stat->st_mtim.tv_sec);
	buffer_put_u64le(all, (uint64_t)stat->st_mtim.tv_nsec);
	buffer_put_u64le(all, (uint64_t)stat->st_ctim.tv_sec);
	buffer_put_u64le(all, (uint64_t)stat->st_ctim.tv_nsec);
	buffer_put_text(all, image ? remember->boot : "");
	buffer_put_u8(all, 0);
	buffer_put(all, path);
	*key = cache_key(remember->cache, buffer_bytes(all));
	return buffer_ok(all);
}

bool remember_knows(void *self, int folder, struct bytes path, const struct stat *stat)
{
	struct remember *remember = self;
	struct cache_key key;
	return identify(remember, folder, stat, path, &key) &&
	       cache_find(remember->cache, key, (uint64_t)stat->st_size, &remember->known);
}

const struct cache_entry *remember_known(const struct remember *remember)
{
	return &remember->known;
}

/* Whoever has a page of a file mapped and has written to it may write again without a trace, until
 * the page is written back. So what changed of late is believed only when the whole file system
 * was written back since the scan began. */
static bool is_settled(struct remember *remember, int fd, struct device *device,
                       const struct stat *stat)
{
	int64_t changed = stat->st_ctim.tv_sec;
	if (changed >= remember->started - RACY_SECONDS)
		return false;
	if (changed < remember->started - SETTLED_SECONDS || device->settled)
		return true;
	if (!device->settling_failed)
		device->settled = syncfs(fd) == 0;
	device->settling_failed = !device->settled;
	return device->settled;
}

void remember_file(struct remember *remember, int fd, const struct stat *stat,
                   struct pool_file *file)
{
	struct cache_key key;
	if (!remember || !stat)
		return;
	struct device *device = device_of(remember, fd, stat);
	if (device && !device->trusted && !remember->noted_untrusted) {
		remember->noted_untrusted = true;
		note(remember, "does not hold every file",
		     "some lie on file systems whose change times cannot be relied on");
	}
	if (!device || !is_settled(remember, fd, device, stat) ||
	    !identify(remember, fd, stat, file->path, &key))
		return;
	file->identity[0] = key.words[0];
	file->identity[1] = key.words[1];
}

/* What is handed out in parts comes amid that of other files. */
void remember_gap(struct remember *remember, const struct pool_file *file,
                  const struct wire_gap *gap)
{
	bool may = remember && !file->in_parts;
	if (may && gap->class == CLASS_OPAQUE) /* what could not be read is tried again */
		wire_put_gap(&remember->gaps, gap);
}

/* Frames of a file come in one run before its end. */
void remember_done(struct remember *remember, const struct pool_file *file,
                   const struct account *account, bool lost)
{
	if (!remember)
		return;
	struct cache_key key = {{file->identity[0], file->identity[1]}};
	struct cache_entry entry = {*account, buffer_bytes(&remember->gaps)};
	/* Every byte counts: a fact, an unread gap, or what was said before a worker died is not
	 * among the gaps here. */
	if ((key.words[0] | key.words[1]) != 0 && !lost && !file->suspect && !file->in_parts &&
	    buffer_ok(&remember->gaps) && file->said == entry.gaps.len)
		cache_keep(remember->cache, key, &entry);
	buffer_clear(&remember->gaps);
}

void remember_save(struct remember *remember, bool mixed)
{
	if (!remember)
		return;
	struct buffer out;
	const char *why = NULL;
	buffer_init(&out, CACHE_FILE_MOST);
	if (mixed)
		why = "the readers were exchanged during the scan";
	else if (!cache_has_news(remember->cache))
		why = NULL;
	else if (!cache_write(remember->cache, &out))
		why = "no memory";
	else
		why = cache_file_write(remember->path, buffer_bytes(&out));
	if (why)
		note(remember, "was not written", why);
	buffer_finish(&out);
}
