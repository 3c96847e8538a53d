#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the cpio reader: corpus/recipes/cpio.sh
set -eu
mkdir -p "$(dirname "$0")/../cpio"
cd "$(dirname "$0")/../cpio"
python3 - <<'PYTHON'
import gzip, struct

FILE, LINK, FOLDER = 0o100644, 0o120777, 0o040755

def to(multiple, data):
    return data + bytes(-len(data) % multiple)

def new(name, data=b"", mode=FILE, magic=b"070701", total=None):
    check = sum(data) & 0xffffffff if magic == b"070702" else 0
    fields = [1, mode, 0, 0, 1, 0, len(data) if total is None else total, 0, 0, 0, 0, len(name) + 1, check]
    return to(4, to(4, magic + b"".join(b"%08X" % field for field in fields) + name + b"\0") + data)

def old(name, data=b"", mode=FILE):
    return b"070707" + b"".join(b"%06o" % field for field in [1, 1, mode, 0, 0, 1, 0]) + b"%011o%06o%011o" % (0, len(name) + 1, len(data)) + name + b"\0" + data

def binary(name, data=b"", mode=FILE, order="<"):
    size = len(data)
    fields = [0o70707, 1, 1, mode, 0, 0, 1, 0, 0, 0, len(name) + 1, size >> 16, size & 0xffff]
    return to(2, to(2, struct.pack(order + "13H", *fields) + name + b"\0") + data)

END = b"TRAILER!!!"
MEMBERS = [(b"opt", b"", FOLDER), (b"opt/readme.txt", b"made up"), (b"opt/link", b"readme.txt", LINK), (b"./opt/empty",)]
def archive(writer, **more):
    return b"".join(writer(*member, **more) for member in MEMBERS) + writer(END, **more)

def save(name, data):
    open(name, "wb").write(data)

save("new.cpio", to(512, archive(new)))
save("sums.cpio", archive(new, magic=b"070702"))
save("old.cpio", to(512, archive(old)))
save("little.cpio", archive(binary))
save("big.cpio", archive(binary, order=">"))
save("initramfs", to(512, archive(new)) + to(4, archive(new)) + bytes(16) + gzip.compress(archive(new), mtime=0))
def linked(name, inode, data=b""):
    member = new(name, data)
    return member[:6] + b"%08X" % inode + member[14:38] + b"%08X" % 2 + member[46:]
save("links.cpio", linked(b"package.json", 7) + linked(b"other", 8) + linked(b"readme.txt", 7) + linked(b"00ab", 7, b"a text") +
     linked(b"later.txt", 7) + linked(b"tool", 8, b"\0binary") + linked(b"tool2", 8) + new(END))
save("many-links.cpio", b"".join(linked(b"%d" % i, i + 1) for i in range(1026)) + linked(b"0", 1, b"text") + new(END))
save("trailing.cpio", archive(new) + b"MZ and what follows the archive")
save("trailer-with-data.cpio", new(b"a", b"x") + new(END, b"hidden in the end"))
save("wrong-sum.cpio", archive(new, magic=b"070702").replace(b"made up", b"made UP"))
save("damaged.cpio", new(b"a", b"x") + b"070701 and no more of it" + archive(new))
save("cut-member.cpio", new(b"a", b"some data", total=400))
save("no-end.cpio", new(b"a", b"some data"))
save("cut-header.cpio", archive(new)[:60])
save("bad-text-with-digits", b"070707 is what begins a cpio archive, not a text\n")
PYTHON
