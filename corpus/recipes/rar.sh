#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# RAR archives with stored members, by hand: no free program writes RAR.
set -eu
cd "$(dirname "$0")/../rar"
python3 - <<'END'
import struct, zlib

# RAR 4, technote.txt
def block4(kind, flags, fields=b"", data=b""):
    body = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
    return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body + data

def file4(name, data, flags=0, method=0x30, kind=0x74, crc=None):
    fields = struct.pack("<IIBIIBBHI", len(data), len(data), 3, zlib.crc32(data) if crc is None else crc,
                         0x2A214A40, 20, method, len(name), 0o100644) + name
    return block4(kind, 0x8000 | flags, fields, data)

SIGNATURE4 = b"Rar!\x1a\x07\0"
MAIN4 = block4(0x73, 0, bytes(6))
END4 = block4(0x7B, 0x4000)

# RAR 5
def number(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])

def block5(kind, flags, fields=b"", data=b"", extra=b""):
    flags |= (2 if data else 0) | (1 if extra else 0)
    body = number(kind) + number(flags) + (number(len(extra)) if extra else b"") + (number(len(data)) if data else b"") + fields + extra
    body = number(len(body)) + body
    return struct.pack("<I", zlib.crc32(body)) + body + data

def file5(name, data, kind=2, method=0, extra=b"", crc=None):
    fields = number(4) + number(len(data)) + number(0o100644) + struct.pack("<I", zlib.crc32(data) if crc is None else crc)
    fields += number(method << 7) + number(1) + number(len(name)) + name
    return block5(kind, 0, fields, data, extra)

SIGNATURE5 = b"Rar!\x1a\x07\1\0"
MAIN5 = block5(1, 0, number(0))
END5 = block5(5, 0, number(0))

def save(name, data):
    open(name, "wb").write(data)

TEXT = b"made up\n" * 20
NAME = "файл.txt".encode()
save("four.rar", SIGNATURE4 + MAIN4 + file4(b"a.txt", TEXT) + file4(b"sub\\b.txt", TEXT) + END4)
save("four-no-end.rar", SIGNATURE4 + MAIN4 + file4(b"a.txt", TEXT))
save("four-comment.rar", SIGNATURE4 + MAIN4 + file4(b"CMT", b"a comment", kind=0x7A) + file4(b"a.txt", TEXT) + END4 + b"what follows")
save("four-volume.rar", SIGNATURE4 + block4(0x73, 1, bytes(6)) + file4(b"a.txt", TEXT, flags=2) + END4)
save("four-encrypted.rar", SIGNATURE4 + MAIN4 + file4(b"a.txt", TEXT[:160], flags=4) + file4(b"b.txt", TEXT) + END4)
save("four-encrypted-names.rar", SIGNATURE4 + block4(0x73, 0x80, bytes(6)) + b"\x5a" * 120)
save("four-unknown-method.rar", SIGNATURE4 + MAIN4 + file4(b"a.txt", TEXT, method=0x3A) + file4(b"b.txt", TEXT) + END4)
save("four-raw-name.rar", SIGNATURE4 + MAIN4 + file4(b"\xca\xe0\xf1\xef.exe", TEXT) + file4(b"b.txt", TEXT) + END4)
save("four-wrong-checksum.rar", SIGNATURE4 + MAIN4 + file4(b"a.txt", TEXT, crc=1) + file4(b"b.txt", TEXT) + END4)
save("four-cut.rar", (SIGNATURE4 + MAIN4 + file4(b"a.txt", TEXT) + file4(b"b.txt", TEXT))[:-50])

save("five.rar", SIGNATURE5 + MAIN5 + file5(NAME, TEXT) + file5(b"sub/b.txt", TEXT) + END5)
save("five-streams.rar", SIGNATURE5 + MAIN5 + file5(b"CMT", b"a comment", kind=3) + file5(b"a.txt", TEXT)
     + file5(b"STM", b"packed", kind=3, method=3) + file5(b"QO", b"an index", kind=3) + END5 + bytes(64))
save("five-volume.rar", SIGNATURE5 + block5(1, 0, number(1)) + file5(b"a.txt", TEXT) + block5(5, 0, number(1)))
record = number(1) + number(0) + number(0) + bytes([15]) + bytes(32)
save("five-encrypted.rar", SIGNATURE5 + MAIN5 + file5(b"a.txt", TEXT, extra=number(len(record)) + record) + file5(b"b.txt", TEXT) + END5)
save("five-encrypted-names.rar", SIGNATURE5 + block5(4, 0, number(0) + number(0) + bytes([15]) + bytes(16)) + b"\x5a" * 120)
save("five-wrong-checksum.rar", SIGNATURE5 + MAIN5 + file5(b"a.txt", TEXT, crc=1) + file5(b"b.txt", TEXT) + END5)
save("five-cut.rar", (SIGNATURE5 + MAIN5 + file5(b"a.txt", TEXT) + file5(b"b.txt", TEXT))[:-50])
END
