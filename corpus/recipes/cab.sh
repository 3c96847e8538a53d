#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Cabinets by gcab, and by hand what gcab cannot make.
set -eu
corpus=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir sub
seq 1 400 >numbers.txt
printf 'made up\n' >sub/файл.txt
find . -exec touch -d @1000000000 {} +
TZ=UTC gcab -c -z "$corpus/cab/mszip.cab" numbers.txt sub/файл.txt
TZ=UTC gcab -c -n "$corpus/cab/stored.cab" numbers.txt
cd "$corpus/cab"
python3 - <<'END'
import struct

def checksum(data, seed=0):
    for i in range(0, len(data) - len(data) % 4, 4):
        seed ^= struct.unpack_from("<I", data, i)[0]
    rest = data[len(data) - len(data) % 4:]
    return seed ^ int.from_bytes(rest, "big") if rest else seed

def cabinet(name, data, flags=0, reserve=b"", method=0, names=b"", wrong=0):
    head_size = 36 + (4 + len(reserve) if flags & 4 else 0) + len(names)
    files_at = head_size + 8
    data_at = files_at + 16 + len(name) + 1
    size = data_at + 8 + len(data)
    head = struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, size, 0, files_at, 0, 3, 1, 1, 1, flags, 7, 0)
    if flags & 4:
        head += struct.pack("<HBB", len(reserve), 0, 0) + reserve
    head += names
    folder = struct.pack("<IHH", data_at, 1, method)
    file = struct.pack("<IIHHHH", len(data), 0, 0, 0x2000, 0, 0x20) + name + b"\0"
    sizes = struct.pack("<HH", len(data), len(data))
    block = struct.pack("<I", checksum(sizes, checksum(data)) ^ wrong) + sizes + data
    return head + folder + file + block

def save(name, data):
    open(name, "wb").write(data)

TEXT = b"made up text 4!!" * 8
save("plain.cab", cabinet(b"a.txt", TEXT))
save("signed.cab", cabinet(b"a.txt", TEXT, flags=4, reserve=b"\0\0\x10\0" + b"\x99\0\0\0" + b"\x14\0\0\0" + bytes(8)) + b"0\x82 a signature would")
save("not-last.cab", cabinet(b"a.txt", TEXT, flags=2, names=b"two.cab\0disk 2\0"))
save("quantum.cab", cabinet(b"a.txt", TEXT, method=0x1472))
save("wrong-checksum.cab", cabinet(b"a.txt", TEXT, wrong=1))
save("raw-name.cab", cabinet(b"\xca\xe0\xf1\xef.exe", TEXT))
save("cut.cab", cabinet(b"a.txt", TEXT)[:-40])
END
