# SPDX-License-Identifier: Apache-2.0
"""Makes rpm headers (rpm's docs/manual/format.md) for the recipes of rpm and rpmdb."""
import struct

INT32, STRING, BINARY, STRINGS, TRANSLATED = 4, 6, 7, 8, 9


def header(tags):
    """tags: (number, type, value); the blob as it stands in a database, without magic."""
    index, store = b"", b""
    for number, kind, value in tags:
        if kind == INT32:
            store += bytes(-len(store) % 4)
            data, count = b"".join(struct.pack(">I", item) for item in value), len(value)
        elif kind == STRING:
            data, count = value.encode() + b"\0", 1
        elif kind in (STRINGS, TRANSLATED):
            data, count = b"".join(item.encode() + b"\0" for item in value), len(value)
        else:
            data, count = value, len(value)
        index += struct.pack(">IIII", number, kind, len(store), count)
        store += data
    return struct.pack(">II", len(tags), len(store)) + index + store


def package(name, version="1.0", release="1", vendor=None, packager=None, requires=(), paths=(), more=()):
    tags = [(1000, STRING, name), (1001, STRING, version), (1002, STRING, release),
            (1004, TRANSLATED, ["A summary"])]
    if vendor:
        tags.append((1011, STRING, vendor))
    if packager:
        tags.append((1015, STRING, packager))
    if requires:
        tags.append((1049, STRINGS, list(requires)))
    if paths:
        folders = sorted({path.rsplit("/", 1)[0] + "/" for path in paths})
        tags.append((1116, INT32, [folders.index(path.rsplit("/", 1)[0] + "/") for path in paths]))
        tags.append((1117, STRINGS, [path.rsplit("/", 1)[1] for path in paths]))
        tags.append((1118, STRINGS, folders))
    return header(tags + list(more))


AGENT = package("klnagent64", "15.0.0", "12912", "AO Kaspersky Lab", "Kaspersky Lab <support@kaspersky.com>",
                ["/bin/sh", "perl", "rpmlib(CompressedFileNames)", "libc.so.6(GLIBC_2.4)(64bit)"],
                ["/etc/klnagent.conf", "/opt/kaspersky/klnagent64/sbin/klnagent", "/opt/kaspersky/klnagent64/sbin/klmover"])
BASE = package("filesystem", "3.16", "5.el9", "Example Linux", None, [], ["/usr/bin", "/usr/lib"])
LARGE = package("large", "2", "1", "Example", None, [f"need-{i}" for i in range(40)],
                [f"/usr/share/large/folder-{i % 7}/file-with-a-long-name-{i:05}" for i in range(150)])
