#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The databases of rpm in its three forms. sqlite3 writes one; the others are written by hand.
set -eu
cd "$(dirname "$0")/../rpmdb"
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=../recipes python3 - <<'END'
import os, sqlite3, struct
from rpm_header import AGENT, BASE, LARGE, package

def save(name, data):
    open(name, "wb").write(data)

# SQLite
def sqlite(name, blobs, page_size=4096):
    if os.path.exists(name):
        os.remove(name)
    db = sqlite3.connect(name)
    db.execute(f"PRAGMA page_size={page_size}")
    db.execute("CREATE TABLE 'Before' (key TEXT)")
    db.execute("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)")
    db.executemany("INSERT INTO Packages(blob) VALUES (?)", [(blob,) for blob in blobs])
    db.commit()
    db.close()

sqlite("three__rpmdb.sqlite", [AGENT, BASE, LARGE])
sqlite("many__rpmdb.sqlite", [package(f"p{i}", paths=["/usr/bin/p"]) for i in range(60)], 512)
whole = open("three__rpmdb.sqlite", "rb").read()
save("cut__rpmdb.sqlite", whole[:-4096])
loop = bytearray(open("many__rpmdb.sqlite", "rb").read())
number = next(n for n in range(1, len(loop) // 512) if loop[n * 512] == 5) # the table's interior page
loop[number * 512 + 8:number * 512 + 12] = struct.pack(">I", number + 1) # its last child is itself
save("loop__rpmdb.sqlite", loop)
save("strange__rpmdb.sqlite", open("many__rpmdb.sqlite", "rb").read().replace(b"\0\0\3\xe8", b"\0\0\3\xe9"))
save("log__rpmdb.sqlite-wal", b"\x37\x7f\x06\x82" + bytes(60))

# ndb
def ndb(blobs, free=()):
    slots, data, at = b"", b"", 4096 // 16
    for number, blob in enumerate(blobs, 1):
        padding = bytes(-(len(blob) + 28) % 16)
        whole = b"BlbS" + struct.pack("<III", number, 1, len(blob)) + blob + padding + struct.pack("<II", 0, len(blob)) + b"BlbE"
        slots += b"Slot" + struct.pack("<III", number, at, len(whole) // 16)
        data += whole
        at += len(whole) // 16
    slots += (b"Slot" + bytes(12)) * ((4096 - 32 - len(slots)) // 16)
    return b"RpmP" + struct.pack("<IIIIIII", 0, 1, 1, len(blobs) + 1, 0, 0, 0) + slots + data

save("ndb__Packages.db", ndb([AGENT, BASE]))
save("ndb-cut__Packages.db", ndb([BASE, AGENT])[:-100])

# Berkeley DB, hash
def berkeley(blobs, order="<", page_size=1024):
    pages = [b""]
    items = [b"\1" + struct.pack(order + "I", 0), b"\1" + struct.pack(order + "I", len(blobs))]
    hash_at = 1
    pages.append(b"")
    for number, blob in enumerate(blobs, 1):
        items.append(b"\1" + struct.pack(order + "I", number))
        if len(blob) < 300:
            items.append(b"\1" + blob)
            continue
        room = page_size - 26
        parts = [blob[i:i + room] for i in range(0, len(blob), room)]
        items.append(b"\3\0\0\0" + struct.pack(order + "II", len(pages), len(blob)))
        for i, part in enumerate(parts):
            here = len(pages)
            following = here + 1 if i + 1 < len(parts) else 0
            pages.append(struct.pack(order + "QIIIHHBB", 0, here, 0, following, 1, len(part), 0, 7) + part.ljust(room, b"\0"))
    page = bytearray(page_size)
    at, offsets = page_size, []
    for item in items:
        at -= len(item)
        page[at:at + len(item)] = item
        offsets.append(at)
    page[:26] = struct.pack(order + "QIIIHHBB", 0, hash_at, 0, 0, len(items), at, 0, 13)
    page[26:26 + 2 * len(offsets)] = struct.pack(order + f"{len(offsets)}H", *offsets)
    pages[1] = bytes(page)
    meta = struct.pack(order + "QIIIIBBBBI", 0, 0, 0x061561, 9, page_size, 0, 8, 0, 0, 0)
    meta += struct.pack(order + "I", len(pages) - 1)
    pages[0] = meta.ljust(page_size, b"\0")
    return b"".join(pages)

SMALL = package("small", vendor="Example")
save("berkeley__Packages", berkeley([AGENT, LARGE, SMALL]))
save("big-endian__Packages", berkeley([AGENT, SMALL], ">"))
save("berkeley-cut__Packages", berkeley([SMALL, AGENT])[:-300])
END
