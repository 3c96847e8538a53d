#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the embedded reader: corpus/recipes/embedded.sh
set -eu
mkdir -p "$(dirname "$0")/../embedded"
cd "$(dirname "$0")/../embedded"
python3 - <<'PYTHON'
import bz2, gzip, lzma, random, struct, subprocess, tempfile, os, zlib

made = random.Random(1)
TEXT = b"".join(b"line %d: a made-up log of Example Lab %d\n" % (i, made.randrange(10**9)) for i in range(60))
CODE = bytes(made.choices(b"\x48\x89\xe5\x55\x8b\x00\x01\xc3\xe8", k=700))
NOISE = made.randbytes(500)

def run(*command, data):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "text")
        open(path, "wb").write(data)
        os.utime(path, (0, 0))
        done = subprocess.run([part.replace("FOLDER", folder) for part in command], check=True, cwd=folder, capture_output=True)
        out = os.path.join(folder, "out.7z")
        return open(out, "rb").read() if os.path.exists(out) else done.stdout

def save(name, data):
    open(name, "wb").write(data)

ZIPPED = gzip.compress(TEXT, 9, mtime=0)
ZSTD = run("zstd", "-qc", "--no-check", "text", data=TEXT)
LZ4 = run("lz4", "-qc", "text", data=TEXT)
SEVEN = run("7z", "a", "-bd", "-mtm=off", "-mtc=off", "-mta=off", "out.7z", "text", data=TEXT)
save("gzip", CODE + ZIPPED + CODE)
save("every-zlib-level", CODE.join(zlib.compress(TEXT, level) for level in (0, 1, 3, 6, 9)) + CODE)
save("one-behind-another", ZIPPED + ZIPPED + CODE + zlib.compress(TEXT) + ZIPPED)
save("xz", CODE + lzma.compress(TEXT, preset=1) + NOISE)
LARGE = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 128 << 20}]
save("xz-large-dictionary", CODE + lzma.compress(TEXT, filters=LARGE) + NOISE)
save("zstd", CODE + ZSTD + NOISE)
save("lz4", CODE + LZ4 + NOISE)
save("bzip2", CODE + bz2.compress(TEXT, 1) + NOISE)
save("sevenzip", CODE + SEVEN + NOISE)
CABINET = open("../cab/plain.cab", "rb").read()
save("cab", CODE + CABINET + NOISE)
save("wrong-sum", CODE + gzip.compress(TEXT * 40, 9, mtime=0)[:-8] + bytes(8) + CODE)
save("cut", CODE + ZIPPED[:-20])
save("damaged", CODE + ZIPPED[:300] + b"\0\0" + ZIPPED[302:] + CODE + b"\x28\xb5\x2f\xfd" + NOISE + b"MSCF" + NOISE)
save("magics-alone", b"".join(CODE[:90] + magic for magic in (b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"BZh9", b"7z\xbc\xaf\x27\x1c",
     b"\x04\x22\x4d\x18", b"\x28\xb5\x2f\xfd", b"MSCF", b"\x78\x9c")))
save("too-short", CODE + zlib.compress(b"short") + CODE)
save("whole", ZIPPED)
# File systems as firmware has them: their heads, and files packed piece by piece.
PIECES = b"".join(zlib.compress(TEXT[i:i + 400]) for i in range(0, len(TEXT), 400))
def squashfs(order, major, length):
    return (b"hsqs" if order == "<" else b"sqsh") + struct.pack(order + "4I6H2Q", 3, 0, 4096, 1, 1, 12, 0, 1, major, 0, 0, length)
def v3(order):
    head = struct.pack(order + "6I4H", 3, 0, 0, 0, 0, 0, 3, 1, 0, 16)
    return ((b"hsqs" if order == "<" else b"sqsh") + head).ljust(119, b"\0")
def node(order):
    head = struct.pack(order + "2HI", 0x1985, 0xe002, 68)
    return head + struct.pack(order + "I", zlib.crc32(head, 0xffffffff) ^ 0xffffffff) + bytes(56)
ubi = b"UBI#\1" + bytes(11) + struct.pack(">3I", 64, 128, 1) + bytes(32)
ubi += struct.pack(">I", zlib.crc32(ubi) ^ 0xffffffff)
def cramfs(order, length):
    return struct.pack(order + "4I", 0x28cd3d45, length, 0, 0) + b"Compressed ROMFS" + bytes(44)
for name, order in ("", "<"), ("-big", ">"):
    head = squashfs(order, 4, 96 + len(PIECES)).ljust(96, b"\0")
    save("squashfs" + name, CODE + head + PIECES + CODE + ZIPPED)
    save("squashfs-3" + name, CODE + v3(order) + PIECES + CODE)
    save("cramfs" + name, CODE + cramfs(order, 76 + len(PIECES)) + PIECES + CODE)
    save("jffs2" + name, CODE + node(order) + PIECES + node(order) + CODE)
save("squashfs-padded", squashfs("<", 4, 96 + len(PIECES)).ljust(96, b"\0") + PIECES + bytes(700) + CODE + squashfs("<", 4, 96 + len(PIECES)).ljust(96, b"\0") + PIECES)
save("squashfs-cut", CODE + squashfs("<", 4, 1 << 20).ljust(96, b"\0") + PIECES)
save("squashfs-not", CODE + squashfs("<", 9, 200).ljust(96, b"\0") + b"UBI#\1" + PIECES + b"\x85\x19\1\xe0" + PIECES + b"\x45\x3d\xcd\x28" + PIECES)
save("ubi", CODE + ubi + PIECES + ubi + PIECES)
save("ubi-alone", ubi + PIECES + ubi + PIECES)
PYTHON
