#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the nsis reader, the data behind the program: corpus/recipes/nsis.sh
set -eu
mkdir -p "$(dirname "$0")/../nsis"
cd "$(dirname "$0")/../nsis"
python3 - <<'PYTHON'
import lzma, struct, zlib

TEXT = b"".join(b"line %d: a made-up log of Example Lab\n" % i for i in range(60))
HEADER = b"\x80\0\0\0" + bytes(60) + "Example Setup".encode("utf-16-le") + bytes(8)
FILES = [TEXT, b"\x7fELF" + bytes(90), b"", b"short"]

def deflate(data):
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    return z.compress(data) + z.flush()

def pack_lzma(data):
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16, "lc": 3, "lp": 0, "pb": 2}]
    return b"\x5d" + struct.pack("<I", 1 << 16) + lzma.compress(data, lzma.FORMAT_RAW, filters=filters)

def first(data, flags=0, total=None, header=len(HEADER)):
    tail = b"" if flags & 4 else b"\1\2\3\4"
    total = 28 + len(data) + len(tail) if total is None else total
    return struct.pack("<I", flags) + b"\xef\xbe\xad\xdeNullsoftInst" + struct.pack("<II", header, total) + data + tail

def sized(data, packed=False):
    return struct.pack("<I", len(data) | packed << 31) + data

def save(name, data):
    open(name, "wb").write(data)

PLAIN = b"".join(sized(part) for part in [HEADER, *FILES])
save("stored", first(PLAIN))
save("without-sum", first(PLAIN, 4))
for name, pack in (("deflate", deflate), ("lzma", pack_lzma)):
    save(name, first(b"".join(sized(pack(part), True) for part in [HEADER, *FILES[:2]]) + sized(FILES[3])))
    save(name + "-solid", first(pack(PLAIN)))
save("bzip2", first(sized(b"\x31\0\6" + bytes(40), True) + sized(FILES[3])))
save("bzip2-solid", first(b"\x31\0\x29" + bytes(60)))
save("behind", first(PLAIN) + bytes(9) + b"something behind it, long enough to be one")
save("inside-behind", first(pack_lzma(PLAIN) + bytes(range(1, 100))))
save("cut", first(pack_lzma(PLAIN))[:-60])
save("cut-stored", first(PLAIN)[:-120])
save("too-short-inside", first(deflate(PLAIN[:-3])))
save("wrong-header-size", first(deflate(PLAIN), header=9))
save("damaged", first(deflate(PLAIN)[:70] + b"\xff" * 30 + deflate(PLAIN)[100:]))
save("no-room", first(b"", total=5))
PYTHON
