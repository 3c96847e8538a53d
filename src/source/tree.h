/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A source that walks a folder (or names one file). It has rights and understands nothing: it opens
 * files read-only and hands their descriptors on. Links are not followed, fifos and devices not
 * opened, and whatever it cannot reach comes out as an entry of its own: nothing is passed over in
 * silence.
 */
#ifndef SOURCE_TREE_H
#define SOURCE_TREE_H

#include "core/error.h"

#include "base/bytes.h"

#include <sys/stat.h>

enum tree_kind {
	TREE_FILE,       /* `fd` is open for reading, and now the caller's; `stat` is its */
	TREE_KNOWN,      /* a file that the options' `knows` spoke for: not opened */
	TREE_FOLDER,     /* its name; what is in it follows */
	TREE_LINK,       /* a symbolic link; `link` is where it points */
	TREE_SPECIAL,    /* socket, fifo or device: no bytes to look at */
	TREE_SKIPPED,    /* left out on purpose: `reason` */
	TREE_UNREACHABLE /* it is there and could not be opened: `reason`; `size` when that much is
	                    known */
};

struct tree_entry {
	enum tree_kind kind;
	struct bytes path; /* as given for the target, then as found; borrowed until the next call,
	                      as is `link` */
	struct bytes link;
	int fd;
	uint64_t size;
	const struct stat *stat; /* TREE_FILE; borrowed likewise */
	const char *reason;
};

/* A file that the scan itself writes, by identity. */
struct tree_own {
	dev_t device;
	ino_t inode;
	const char *what; /* why it is left out */
};

struct tree_options {
	bool one_file_system;
	const char *const *excludes; /* globs (fnmatch) over the whole path or its last component,
	                                and with '/' at the beginning over where it really lies;
	                                ended by NULL; may be NULL */
	const struct tree_own *own;  /* files to leave out */
	size_t own_count;
	/* Asked before a regular file is opened, unless NULL; true: it is left closed. `folder` is
	 * the open folder that it is in. */
	bool (*knows)(void *self, int folder, struct bytes path, const struct stat *stat);
	void *self;
};

struct tree;

/* Whether there is a folder or a file that may be read, as far as can be told without a walk. */
enum debar_status tree_check(const char *path, struct debar_error *error);

/* `path` is a folder or a file; a symbolic link given here is followed. */
enum debar_status tree_open(const char *path, const struct tree_options *options, struct tree **out,
                            struct debar_error *error);
void tree_close(struct tree *tree);

/* "folder" or "file". */
const char *tree_kind_name(const struct tree *tree);

/* False at the end, and when memory ran out: then *error is filled. */
bool tree_next(struct tree *tree, struct tree_entry *out, struct debar_error *error);

#endif
