#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the archives of traps.sh in the folder given."""
import gzip
import io
import os
import random
import struct
import sys
import tarfile
import zipfile
import zlib

EPOCH = (1980, 1, 1, 0, 0, 0)
MARKED = b'{"name": "@kaspersky/hexa-ui", "version": "6.198.2"}\n'


def zip_of(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in members:
            archive.writestr(zipfile.ZipInfo(name, EPOCH), body, method, 9)
    return out.getvalue()


def bomb(wide=16, deep=4):
    """As 42.zip: each zip holds many copies of the next, the last ones 64 MiB of zeros; 4 TiB in all."""
    body = zip_of([("0.dll", bytes(64 << 20))])
    for level in range(deep):
        body = zip_of([(f"lib {i}.zip", body) for i in range(wide)])
    return body


def overlapping(count=2000):
    """David Fifield, A better zip bomb: every entry of the directory tells of the same 64 MiB."""
    whole = zip_of([("0", bytes(64 << 20))])
    start = whole.index(b"PK\1\2")
    end = whole.index(b"PK\5\6")
    entry = whole[start:end]
    entries = b"".join(entry[:46] + b"%c" % (33 + i % 90) + entry[47:] for i in range(count))
    tail = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(entries), start, 0)
    return whole[:start] + entries + tail


def hidden():
    """A member that the directory does not name."""
    whole = zip_of([("seen.txt", b"nothing\n"), ("package.json", MARKED), ("last.txt", b"nothing\n")], zipfile.ZIP_STORED)
    start, end = whole.index(b"PK\1\2"), whole.index(b"PK\5\6")
    rows = [b"PK\1\2" + row for row in whole[start:end].split(b"PK\1\2")[1:]]
    kept = rows[0] + rows[2]
    return whole[:start] + kept + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 2, 2, len(kept), start, 0)


def claims():
    """Two entries of the directory that lead nowhere, to members of 2^63 bytes each."""
    whole = zip_of([("seen.txt", b"nothing\n")], zipfile.ZIP_STORED)
    start = whole.index(b"PK\1\2")
    sizes = struct.pack("<HHQ", 1, 8, 1 << 63)
    entries = b"".join(struct.pack("<4s6H3I5H2I", b"PK\1\2", 45, 45, 0, 0, 0, 33, 0, 0xFFFFFFFF, 8, 1, len(sizes), 0, 0, 0, 0,
                                   4 + i) + b"%d" % i + sizes for i in range(2))
    end = whole.index(b"PK\5\6")
    tail = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 3, 3, end - start + len(entries), start, 0)
    return whole[:end] + entries + tail


def chain(deep=200):
    body = b"the bottom\n"
    for _ in range(deep):
        body = gzip.compress(body, 9, mtime=0)
    return body


def greedy_xz():
    """An xz whose filter asks for a dictionary of 4 GiB. The .xz File Format 1.1.0, sections 3.1 and 5.3.1."""
    import lzma
    whole = bytearray(lzma.compress(os.urandom(0) + b"nothing\n" * 1000, check=lzma.CHECK_CRC32))
    length = (whole[12] + 1) * 4
    at = whole.index(b"\x21\x01", 12) + 2  # LZMA2, one byte of properties
    whole[at] = 40  # 4 GiB - 1
    whole[12 + length - 4:12 + length] = struct.pack("<I", zlib.crc32(bytes(whole[12:12 + length - 4])))
    return bytes(whole)


def beginnings(count=270000):
    """Random bytes, in which two of every 24 could begin a stream of zlib's: more than are tried."""
    noise = random.Random(1).randbytes(22 * count)
    return b"".join(b"\x78\xda" + noise[i:i + 22] for i in range(0, len(noise), 22))


def namesakes(count=17000):
    """Members that all have one name; no two that mention the vendor look alike, and the last is more than a mention."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for i in range(count + 1):
            body = b" " * (i % 150) + b"www.kaspersky.com" + b" " * (i // 150) if i < count else MARKED
            member = tarfile.TarInfo("package.json")
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return out.getvalue()


UNIT = 5  # bytes of each instruction of the quine


def literal(length):
    return struct.pack("<BHH", 0, length, 0xFFFF ^ length)


def repeat(length):
    """A block of UNIT bytes that says the last bytes again: 2 copies of at most 10 at a distance of 17 to 32. RFC 1951, 3.2.6."""
    assert 17 <= length <= 20
    bits = [0, 1, 0]  # not the last; fixed codes
    for part in (length // 2, length - length // 2):
        bits += [(part - 2) >> (6 - i) & 1 for i in range(7)]  # codes 257 to 264 are 0000001 to 0001000
        base, code = (17, 8) if length <= 24 else (25, 9)
        bits += [code >> (4 - i) & 1 for i in range(5)]
        bits += [(length - base) >> i & 1 for i in range(3)]
    bits += [0] * 7
    assert len(bits) == UNIT * 8
    return bytes(sum(bits[i * 8 + j] << j for j in range(8)) for i in range(UNIT))


def quine_with(crc):
    """After Russ Cox, Zip files all the way down: what it unpacks to is itself."""
    head = b"\x1f\x8b\x08\x08\0\0\0\0\x02\x03self\0"
    def build(size):
        tail = literal(0)[:0] + b"\x01\0\0\xff\xff" + struct.pack("<II", crc, size)
        k = UNIT + len(tail)
        first, last = literal(len(head) + UNIT), literal(k)
        again, four = repeat(len(head) + UNIT), repeat(4 * UNIT)
        l0, l1, l4 = literal(0), literal(UNIT), literal(4 * UNIT)
        return b"".join([head, first, head, first, again, l1, again, l1, l1, l4, again, l1, l1, l4, four,
                         l4, four, l4, four, l4, four, l4, four, l0, l0, last, four, l0, l0, last, repeat(k), tail,
                         repeat(k), tail])
    return build(len(build(0)))


def quine():
    """The CRC stands in what it is the CRC of. It depends on its own bits linearly: 32 equations over GF(2)."""
    f = lambda x: zlib.crc32(quine_with(x))
    base = f(0)
    rows = []  # of f(x) + x = 0: bit i of the sum over the bits of x, then the constant
    columns = [f(1 << j) ^ base ^ (1 << j) for j in range(32)]
    for i in range(32):
        rows.append(sum((columns[j] >> i & 1) << j for j in range(32)) | (base >> i & 1) << 32)
    done, pivots = 0, []
    for j in range(32):
        found = next((r for r in range(done, 32) if rows[r] >> j & 1), None)
        if found is None:
            continue
        rows[done], rows[found] = rows[found], rows[done]
        for r in range(32):
            if r != done and rows[r] >> j & 1:
                rows[r] ^= rows[done]
        pivots.append(j)
        done += 1
    whole = quine_with(sum((rows[r] >> 32 & 1) << j for r, j in enumerate(pivots)))
    assert zlib.decompress(whole, 31) == whole, "not a quine"
    return whole


def overlapping_font(count=500, size=64 << 20):
    """Tables of no known purpose, each of which is nearly the whole font: 32 GiB to be searched."""
    at = 12 + 16 * count
    rows = b"".join(b"x%03d" % i + struct.pack(">3I", 0, at + i, size) for i in range(count))
    return b"\0\1\0\0" + struct.pack(">4H", count, 16, 0, 0) + rows + bytes(range(64)) * (size // 64) + bytes(count)


def main():
    folder = sys.argv[1]
    for name, body in {"bomb.zip": bomb(), "overlapping.zip": overlapping(), "hidden.zip": hidden(), "claims.zip": claims(),
                       "chain.gz": chain(), "greedy.xz": greedy_xz(), "quine.gz": quine(), "namesakes.tar": namesakes(),
                       "beginnings.bin": beginnings(), "overlapping.ttf": overlapping_font(),
                       "marked.json": MARKED}.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(body)


if __name__ == "__main__":
    main()
