/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* O_NOATIME, getdents64, openat2 */
#include "source/tree.h"

#include "base/buffer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
	PATHS_MOST = 128 << 20, /* of folders still to be walked: a million of a hundred bytes */
	PATH_LONGEST = 1 << 20, /* deeper than any tool can make by accident */
	STEP_MOST = 3000,       /* bytes of a path that one system call takes, below PATH_MAX */
};

struct tree {
	struct tree_options options;
	int root; /* the target itself */
	bool is_file, done;
	bool is_placed;     /* `real` is known, and not what `name` says */
	uint64_t root_size; /* of a file */
	dev_t root_device;
	struct buffer name;    /* of the target, without trailing '/' */
	struct buffer real;    /* where it lies, as far as an exclude asks; empty for the root */
	struct buffer placed;  /* the path of the entry in hand from there */
	struct buffer pending; /* folders to walk, below the target: each its bytes, then its length
	                          (4 bytes) */
	/* The folder in hand. */
	int folder;
	dev_t device;
	struct buffer below;     /* its path below the target; "" for the target */
	struct buffer path;      /* of the entry in hand, in full */
	char entries[64 * 1024]; /* from getdents64 */
	size_t at, end;
	struct stat stat; /* of the file in hand */
	char link[4096];
	char reason[200];
};

/* File systems that show the kernel's state, not stored bytes. statfs(2). */
static const struct {
	unsigned long magic;
	const char *name;
} virtual_systems[] = {
	{PROC_SUPER_MAGIC, "virtual file system (proc)"},
	{SYSFS_MAGIC, "virtual file system (sysfs)"},
	{DEVPTS_SUPER_MAGIC, "virtual file system (devpts)"},
	{DEBUGFS_MAGIC, "virtual file system (debugfs)"},
	{TRACEFS_MAGIC, "virtual file system (tracefs)"},
	{SECURITYFS_MAGIC, "virtual file system (securityfs)"},
	{CGROUP_SUPER_MAGIC, "virtual file system (cgroup)"},
	{CGROUP2_SUPER_MAGIC, "virtual file system (cgroup2)"},
	{BPF_FS_MAGIC, "virtual file system (bpf)"},
	{PSTOREFS_MAGIC, "virtual file system (pstore)"},
	{EFIVARFS_MAGIC, "virtual file system (efivarfs)"},
	{SELINUX_MAGIC, "virtual file system (selinuxfs)"},
	{BINFMTFS_MAGIC, "virtual file system (binfmt_misc)"},
	{NSFS_MAGIC, "virtual file system (nsfs)"},
	{0x19800202 /* MQUEUE_MAGIC */, "virtual file system (mqueue)"},
	{0x62656570 /* CONFIGFS_MAGIC */, "virtual file system (configfs)"},
	{0x65735543 /* FUSE_CTL_SUPER_MAGIC */, "virtual file system (fusectl)"},
	{0x67596969 /* RPC_PIPEFS_SUPER_MAGIC */, "virtual file system (rpc_pipefs)"},
};

static const char *virtual_name(int folder)
{
	struct statfs about;
	if (fstatfs(folder, &about) != 0)
		return NULL;
	for (size_t i = 0; i < sizeof virtual_systems / sizeof virtual_systems[0]; i++)
		if ((unsigned long)about.f_type == virtual_systems[i].magic)
			return virtual_systems[i].name;
	return NULL;
}

static const char *reason_of(struct tree *tree, const char *what)
{
	if (errno == EACCES || errno == EPERM)
		return "no permission to read it";
	if (errno == ENOENT)
		return "it vanished before it could be read";
	(void)snprintf(tree->reason, sizeof tree->reason, "%s: %s", what, strerror(errno));
	return tree->reason;
}

static int open_file(int folder, const char *name)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = openat(folder, name, flags | O_NOATIME);
	if (fd < 0 && errno == EPERM) /* O_NOATIME is for the owner */
		fd = openat(folder, name, flags);
	return fd;
}

/* A folder below the target, without leaving it and without following a link that took a folder's
 * place meanwhile. Longer paths than the system takes are walked in steps. */
static int open_below(int root, const char *path)
{
	struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW,
	                       .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
	                                  RESOLVE_NO_MAGICLINKS};
	int at = root;
	for (;;) {
		char step[STEP_MOST + 256 + 2];
		size_t length = strlen(path);
		if (length > STEP_MOST) {
			const char *cut = strchr(path + STEP_MOST,
			                         '/'); /* components have at most 255 bytes */
			length = cut ? (size_t)(cut - path) : length;
		}
		memcpy(step, path, length);
		step[length] = '\0';
		int next = (int)syscall(SYS_openat2, at, length > 0 ? step : ".", &how, sizeof how);
		int code = errno;
		if (at != root)
			(void)close(at);
		errno = code;
		if (next < 0 || path[length] == '\0')
			return next;
		at = next;
		path += length + 1;
	}
}

static bool is_absolute(const char *glob)
{
	return glob[0] == '/';
}

/* "/srv/scratch" is meant wherever one stands, and by whatever name the target is given. */
static bool excludes_place(struct tree *tree, const char *glob)
{
	if (!tree->is_placed || !is_absolute(glob))
		return false;
	buffer_clear(&tree->placed);
	buffer_put(&tree->placed, buffer_bytes(&tree->real));
	buffer_put(&tree->placed, bytes_from(buffer_bytes(&tree->path), tree->name.len));
	const char *path = buffer_text(&tree->placed);
	return buffer_ok(&tree->placed) && fnmatch(glob, path, 0) == 0;
}

static bool is_excluded(struct tree *tree, const char *path, const char *name)
{
	for (const char *const *glob = tree->options.excludes; glob && *glob; glob++)
		if (fnmatch(*glob, path, 0) == 0 || fnmatch(*glob, name, 0) == 0 ||
		    excludes_place(tree, *glob)) {
			(void)snprintf(tree->reason, sizeof tree->reason, "excluded by %s", *glob);
			return true;
		}
	return false;
}

static void push_pending(struct tree *tree, const char *name)
{
	size_t before = tree->pending.len;
	buffer_put(&tree->pending, buffer_bytes(&tree->below));
	if (tree->below.len > 0)
		buffer_put_u8(&tree->pending, '/');
	buffer_put_text(&tree->pending, name);
	buffer_put_u32le(&tree->pending, (uint32_t)(tree->pending.len - before));
}

static bool pop_pending(struct tree *tree)
{
	struct buffer *p = &tree->pending;
	if (p->len < 4)
		return false;
	const uint8_t *tail = p->data + p->len - 4;
	size_t length =
		tail[0] | (size_t)tail[1] << 8 | (size_t)tail[2] << 16 | (size_t)tail[3] << 24;
	buffer_clear(&tree->below);
	buffer_put(&tree->below, (struct bytes){p->data + p->len - 4 - length, length});
	p->len -= length + 4;
	return true;
}

static struct bytes full_path(struct tree *tree, const char *name)
{
	struct bytes above = buffer_bytes(&tree->name);
	buffer_clear(&tree->path);
	buffer_put(&tree->path, above);
	if (tree->below.len > 0) {
		if (above.len != 1 || above.ptr[0] != '/')
			buffer_put_u8(&tree->path, '/');
		buffer_put(&tree->path, buffer_bytes(&tree->below));
	}
	if (name) {
		if (tree->path.len != 1 || tree->path.data[0] != '/')
			buffer_put_u8(&tree->path, '/');
		buffer_put_text(&tree->path, name);
	}
	(void)buffer_text(&tree->path); /* a NUL behind it, for fnmatch */
	return buffer_bytes(&tree->path);
}

/* Opens the next folder. False when there is none left. True with out->kind set when it gives an
 * entry itself. */
static bool enter_folder(struct tree *tree, struct tree_entry *out, bool *has_entry)
{
	*has_entry = false;
	if (!pop_pending(tree))
		return false;
	*has_entry = true;
	out->path = full_path(tree, NULL);
	int folder = open_below(tree->root, buffer_text(&tree->below));
	struct stat st;
	if (folder < 0 || fstat(folder, &st) != 0) {
		out->kind = TREE_UNREACHABLE;
		out->reason = reason_of(tree, "cannot list the folder");
		if (folder >= 0)
			(void)close(folder);
		return true;
	}
	const char *skip = st.st_dev == tree->root_device ? NULL : virtual_name(folder);
	if (!skip && tree->options.one_file_system && st.st_dev != tree->root_device)
		skip = "on another file system";
	out->kind = skip ? TREE_SKIPPED : TREE_FOLDER;
	out->reason = skip;
	if (skip) {
		(void)close(folder);
		return true;
	}
	tree->folder = folder;
	tree->at = tree->end = 0;
	return true;
}

/* Why a file of the scan's own is left out, or NULL. */
static const char *own_file(const struct tree *tree, const struct stat *st)
{
	for (size_t i = 0; i < tree->options.own_count; i++) {
		const struct tree_own *own = &tree->options.own[i];
		if (st->st_ino == own->inode && st->st_dev == own->device)
			return own->what;
	}
	return NULL;
}

/* It comes when it is entered. True when it cannot be. */
static bool give_folder(struct tree *tree, const char *name, struct tree_entry *out)
{
	size_t room = tree->below.len + 1 + strlen(name) + 4; /* that it takes until then */
	if (out->path.len > PATH_LONGEST)
		out->reason = "its path is longer than a megabyte";
	else if (room > PATHS_MOST - tree->pending.len)
		out->reason = "more folders wait to be walked than can be held";
	else
		push_pending(tree, name);
	if (out->reason)
		out->kind = TREE_UNREACHABLE;
	return out->reason != NULL;
}

static bool is_known(struct tree *tree, int folder, struct bytes path)
{
	return tree->options.knows && S_ISREG(tree->stat.st_mode) && !own_file(tree, &tree->stat) &&
	       tree->options.knows(tree->options.self, folder, path, &tree->stat);
}

static void give_known(struct tree *tree, struct tree_entry *out)
{
	out->kind = TREE_KNOWN;
	out->size = (uint64_t)tree->stat.st_size;
}

/* False when it gives no entry: a folder in a file's place is entered in its turn. */
static bool give_file(struct tree *tree, const char *name, struct tree_entry *out)
{
	struct stat st;
	if (tree->options.knows &&
	    fstatat(tree->folder, name, &tree->stat, AT_SYMLINK_NOFOLLOW) == 0 &&
	    is_known(tree, tree->folder, out->path)) {
		give_known(tree, out);
		return true;
	}
	int fd = open_file(tree->folder, name);
	if (fd < 0 || fstat(fd, &st) != 0) {
		out->kind = TREE_UNREACHABLE;
		out->reason = reason_of(tree, "cannot open it");
		if (fd < 0 && fstatat(tree->folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode))
			out->size = (uint64_t)st.st_size;
	} else if (S_ISDIR(st.st_mode)) {
		(void)close(fd);
		return give_folder(tree, name, out);
	} else if (!S_ISREG(st.st_mode)) {
		out->kind = TREE_SPECIAL; /* it was a file a moment ago */
	} else if (own_file(tree, &st)) {
		out->kind = TREE_SKIPPED;
		out->reason = own_file(tree, &st);
	} else {
		out->kind = TREE_FILE;
		out->fd = fd;
		out->size = (uint64_t)st.st_size;
		tree->stat = st;
		out->stat = &tree->stat;
		return true;
	}
	if (fd >= 0)
		(void)close(fd);
	return true;
}

static unsigned char type_of(struct tree *tree, const char *name, unsigned char type)
{
	struct stat st;
	if (type != DT_UNKNOWN)
		return type;
	return fstatat(tree->folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0
	               ? (unsigned char)IFTODT(st.st_mode)
	               : (unsigned char)DT_REG;
}

static void give_link(struct tree *tree, const char *name, struct tree_entry *out)
{
	ssize_t length = readlinkat(tree->folder, name, tree->link, sizeof tree->link);
	if (length < 0) {
		out->kind = TREE_UNREACHABLE;
		out->reason = reason_of(tree, "cannot read the link");
		return;
	}
	out->kind = TREE_LINK;
	out->link = (struct bytes){(const uint8_t *)tree->link, (size_t)length};
}

/* One name of the folder in hand. False when it gives no entry (folders come when they are
 * entered). */
static bool give_entry(struct tree *tree, const struct dirent64 *entry, struct tree_entry *out)
{
	const char *name = entry->d_name;
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	out->path = full_path(tree, name);
	if (!buffer_ok(&tree->path)) { /* which ends the walk */
		out->kind = TREE_UNREACHABLE;
		return true;
	}
	if (is_excluded(tree, (const char *)tree->path.data, name)) {
		out->kind = TREE_SKIPPED;
		out->reason = tree->reason;
		return true;
	}
	switch (type_of(tree, name, entry->d_type)) {
	case DT_DIR:
		return give_folder(tree, name, out);
	case DT_LNK:
		give_link(tree, name, out);
		return true;
	case DT_REG:
		return give_file(tree, name, out);
	default:
		out->kind = TREE_SPECIAL;
		return true;
	}
}

/* More names of the folder in hand; false when it has no more, and then *failed says whether that
 * was an error. */
static bool more_names(struct tree *tree, bool *failed)
{
	long got = syscall(SYS_getdents64, tree->folder, tree->entries, sizeof tree->entries);
	*failed = got < 0;
	tree->at = 0;
	tree->end = got > 0 ? (size_t)got : 0;
	return got > 0;
}

static bool next_name(struct tree *tree, struct tree_entry *out)
{
	while (tree->at < tree->end) {
		const struct dirent64 *entry = (const void *)(tree->entries + tree->at);
		tree->at += entry->d_reclen;
		if (give_entry(tree, entry, out))
			return true;
	}
	return false;
}

static bool walk(struct tree *tree, struct tree_entry *out)
{
	for (;;) {
		bool has_entry = false, failed = false;
		if (tree->folder < 0) {
			if (!enter_folder(tree, out, &has_entry))
				return false;
			if (has_entry)
				return true;
		}
		if (next_name(tree, out))
			return true;
		if (more_names(tree, &failed))
			continue;
		out->path = full_path(tree, NULL);
		out->reason = failed ? reason_of(tree, "cannot list the folder") : NULL;
		out->kind = TREE_UNREACHABLE;
		(void)close(tree->folder);
		tree->folder = -1;
		if (failed)
			return true;
	}
}

/* The target is a file: its descriptor goes to the caller. */
static void give_root(struct tree *tree, struct tree_entry *out)
{
	out->path = buffer_bytes(&tree->name);
	bool stated = fstat(tree->root, &tree->stat) == 0;
	if (stated && is_known(tree, tree->root, out->path)) {
		give_known(tree, out);
		return;
	}
	out->kind = TREE_FILE;
	out->fd = tree->root;
	out->size = tree->root_size;
	out->stat = stated ? &tree->stat : NULL;
	tree->root = -1;
}

bool tree_next(struct tree *tree, struct tree_entry *out, struct debar_error *error)
{
	*out = (struct tree_entry){.fd = -1};
	if (tree->done)
		return false;
	if (tree->is_file) {
		tree->done = true;
		give_root(tree, out);
		return true;
	}
	bool more = walk(tree, out);
	if (!buffer_ok(&tree->pending) || !buffer_ok(&tree->path) || !buffer_ok(&tree->below)) {
		if (more && out->kind == TREE_FILE)
			(void)close(out->fd);
		(void)error_set(error, DEBAR_NO_MEMORY, 0, "no memory to walk the tree");
		more = false;
	}
	tree->done = !more;
	return more;
}

const char *tree_kind_name(const struct tree *tree)
{
	return tree->is_file ? "file" : "folder";
}

/* A device or a pipe is not opened: that alone may do something. */
static enum debar_status open_path(const char *path, int *fd, struct stat *st,
                                   struct debar_error *error)
{
	if (stat(path, st) != 0)
		return error_system(error, "%s", path);
	if (!S_ISDIR(st->st_mode) && !S_ISREG(st->st_mode))
		return error_set(error, DEBAR_INVALID, 0, "%s: neither a folder nor a file", path);
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (*fd < 0 || fstat(*fd, st) != 0)
		return error_system(error, "%s", path);
	return DEBAR_OK;
}

enum debar_status tree_check(const char *path, struct debar_error *error)
{
	struct stat st;
	int fd = -1;
	enum debar_status status = open_path(path, &fd, &st, error);
	if (fd >= 0)
		(void)close(fd);
	return status;
}

static enum debar_status open_root(struct tree *tree, const char *path, struct debar_error *error)
{
	struct stat st;
	enum debar_status status = open_path(path, &tree->root, &st, error);
	if (status != DEBAR_OK)
		return status;
	tree->is_file = S_ISREG(st.st_mode);
	tree->root_size = (uint64_t)st.st_size;
	tree->root_device = st.st_dev;
	return DEBAR_OK;
}

/* Where a folder lies, when an exclude asks and its name does not tell. */
static void find_place(struct tree *tree, const char *path)
{
	bool asked = false;
	for (const char *const *glob = tree->options.excludes; glob && *glob; glob++)
		asked |= is_absolute(*glob);
	char *real = asked && !tree->is_file ? realpath(path, NULL) : NULL;
	if (!real)
		return;
	tree->is_placed = !bytes_equal(bytes_of(real), buffer_bytes(&tree->name));
	if (strcmp(real, "/") != 0)
		buffer_put_text(&tree->real, real);
	free(real);
}

enum debar_status tree_open(const char *path, const struct tree_options *options, struct tree **out,
                            struct debar_error *error)
{
	struct tree *tree = calloc(1, sizeof *tree);
	if (!tree)
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory to walk %s", path);
	tree->options = *options;
	tree->root = tree->folder = -1;
	buffer_init(&tree->name, PATH_LONGEST);
	buffer_init(&tree->real, PATH_LONGEST);
	buffer_init(&tree->placed, (size_t)4 * PATH_LONGEST);
	buffer_init(&tree->pending, PATHS_MOST);
	buffer_init(&tree->below, (size_t)2 * PATH_LONGEST);
	buffer_init(&tree->path, (size_t)4 * PATH_LONGEST);
	enum debar_status status = open_root(tree, path, error);
	if (status != DEBAR_OK) {
		tree_close(tree);
		return status;
	}
	struct bytes name = bytes_of(path);
	while (name.len > 1 && name.ptr[name.len - 1] == '/')
		name.len--;
	buffer_put(&tree->name, name);
	buffer_put_u32le(&tree->pending, 0); /* the target itself */
	find_place(tree, path);
	if (!buffer_ok(&tree->name) || !buffer_ok(&tree->pending) || !buffer_ok(&tree->real)) {
		tree_close(tree);
		return error_set(error, DEBAR_NO_MEMORY, 0, "no memory to walk %s", path);
	}
	*out = tree;
	return DEBAR_OK;
}

void tree_close(struct tree *tree)
{
	if (!tree)
		return;
	if (tree->root >= 0)
		(void)close(tree->root);
	if (tree->folder >= 0)
		(void)close(tree->folder);
	buffer_finish(&tree->name);
	buffer_finish(&tree->real);
	buffer_finish(&tree->placed);
	buffer_finish(&tree->pending);
	buffer_finish(&tree->below);
	buffer_finish(&tree->path);
	free(tree);
}
