/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/layout.h"

/* Folders that hold one folder for each product or vendor. */
static const char *const parents[] = {"opt",
                                      "var/opt",
                                      "usr/lib",
                                      "usr/local",
                                      "usr/share",
                                      "Program Files",
                                      "ProgramData",
                                      "Applications",
                                      "Program Files (x86)",
                                      "Library/Application Support"};

static const char *const databases[] = {
	"var/lib/dpkg",   "var/lib/rpm",    "usr/lib/sysimage/rpm", "lib/apk/db",
	"usr/lib/apk/db", "var/lib/pacman", "Library/Receipts",     "private/var/db/receipts",
	"var/db/receipts"};

static const char *const systems[] = {"opt",     "var",     "usr",           "etc",
                                      "lib",     "lib64",   "bin",           "sbin",
                                      "Library", "System",  "Applications",  "ProgramData",
                                      "Windows", "private", "Program Files", "Program Files (x86)"};

static const char *const not_systems[] = {
	"var/cache",       "var/tmp",  "var/lib/docker", "var/lib/containers", "var/lib/containerd",
	"var/spool",       "var/www",  "usr/src",        "usr/local/src",      "private/tmp",
	"private/var/tmp", "var/mail", "var/backups",    "Windows/Temp",       "var/lib/libvirt"};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* Does `path` begin with these whole components? */
static bool begins_with(struct bytes path, const char *folder)
{
	struct bytes wanted = bytes_of(folder);
	return bytes_start_with_nocase(path, wanted) &&
	       (path.len == wanted.len || path.ptr[wanted.len] == '/');
}

static const char *beginning_of(struct bytes path, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (begins_with(path, list[i]))
			return list[i];
	return NULL;
}

struct layout layout_of_product(struct bytes path)
{
	for (size_t at = 0; at < path.len; at++) {
		if (at > 0 && path.ptr[at - 1] != '/')
			continue;
		const char *parent = beginning_of(bytes_from(path, at), parents, COUNT(parents));
		if (!parent)
			continue;
		size_t host = at + bytes_of(parent).len + 1, start = host;
		while (host < path.len && path.ptr[host] != '/')
			host++;
		if (host > start)
			return (struct layout){true, at, host};
	}
	return (struct layout){0};
}

struct layout layout_of_database(struct bytes path)
{
	for (size_t at = 0; at < path.len; at++) {
		if (at > 0 && path.ptr[at - 1] != '/')
			continue;
		if (beginning_of(bytes_from(path, at), databases, COUNT(databases)))
			return (struct layout){true, at, path.len};
	}
	return (struct layout){0};
}

bool layout_is_system(struct bytes inside)
{
	return beginning_of(inside, systems, COUNT(systems)) &&
	       !beginning_of(inside, not_systems, COUNT(not_systems));
}
