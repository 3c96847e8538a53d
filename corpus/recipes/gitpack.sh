#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the gitpack reader: corpus/recipes/gitpack.sh
set -eu
mkdir -p "$(dirname "$0")/../gitpack"
cd "$(dirname "$0")/../gitpack"
python3 - <<'PYTHON'
import hashlib, struct, zlib

TEXT = b"".join(b"line %d: a made-up log of Example Lab\n" % i for i in range(60))

def head(kind, size):
    byte, size, out = kind << 4 | size & 15, size >> 4, bytearray()
    while size:
        out.append(byte | 0x80)
        byte, size = size & 127, size >> 7
    out.append(byte)
    return bytes(out)

def entry(kind, content, between=b""):
    return head(kind, len(content)) + between + zlib.compress(content)

def pack(*entries, count=None, version=2, digest=hashlib.sha1):
    body = struct.pack(">4sII", b"PACK", version, len(entries) if count is None else count) + b"".join(entries)
    return body + digest(body).digest()

def save(name, data):
    open(name, "wb").write(data)

COMMIT = entry(1, b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A <a@example.org> 0 +0000\n\nfirst\n")
BLOB, TREE = entry(3, TEXT), entry(2, b"100644 a.txt\0" + bytes(range(20)))
DELTA = entry(6, bytes([120, 130, 1, 0x90, 100, 5]) + b"other", b"\x81\x02")
save("objects.pack", pack(COMMIT, TREE, BLOB, entry(4, b"object 0\ntype commit\ntag v1\n")))
save("deltas.pack", pack(BLOB, DELTA, entry(7, b"\x05\x05\x05other", bytes(20))))
save("version-3.pack", pack(BLOB, version=3))
save("long-digest.pack", pack(BLOB, digest=hashlib.sha256))
save("empty.pack", pack())
save("behind.pack", pack(BLOB) + bytes(12) + b"something behind it")
save("cut.pack", pack(COMMIT, BLOB)[:250])
save("too-few.pack", pack(COMMIT, BLOB, count=7))
save("bad-type.pack", pack(entry(5, TEXT)))
save("damaged.pack", pack(COMMIT, BLOB[:60] + b"\0\0\0" + BLOB[63:], TREE))
save("bad-version", pack(BLOB, version=9))
REFERENCES = b"# v2 git bundle\n" + b"0123456789abcdef0123456789abcdef01234567 refs/heads/main\n"
save("plain.bundle", REFERENCES + b"\n" + pack(COMMIT, BLOB))
save("cut.bundle", REFERENCES)
PYTHON
