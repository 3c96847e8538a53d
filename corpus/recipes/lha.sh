#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# LHA archives with stored members, of all header levels.
set -eu
cd "$(dirname "$0")/../lha"
python3 - <<'END'
import struct

def crc16(data, crc=0):
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc

def level0(name, data, method=b"-lh0-", crc=None):
    body = method + struct.pack("<IIIBB", len(data), len(data), 0x2A214A40, 0x20, 0)
    body += bytes([len(name)]) + name + struct.pack("<H", crc16(data) if crc is None else crc)
    return bytes([len(body), sum(body) & 255]) + body + data

def level1(name, data, more=b""):
    extra = b"\x02dir\xff" + struct.pack("<H", len(more)) + more
    body = b"-lh0-" + struct.pack("<IIIBB", len(data) + len(extra), len(data), 0x2A214A40, 0x20, 1)
    body += bytes([len(name)]) + name + struct.pack("<H", crc16(data)) + b"U" + struct.pack("<H", len(extra) - len(more))
    return bytes([len(body), sum(body) & 255]) + body + extra + data

def level2(name, data, more=b""):
    def header(crc):
        extra = struct.pack("<HBH", 5, 0, crc) + more + struct.pack("<HB", 3 + len(name), 1) + name + struct.pack("<H", 0)
        body = b"-lh0-" + struct.pack("<IIIBB", len(data), len(data), 1000000000, 0x20, 2)
        body += struct.pack("<H", crc16(data)) + b"U" + extra
        return struct.pack("<H", len(body) + 2) + body
    return header(crc16(header(0))) + data

def level3(name, data):
    def header(crc):
        extra = struct.pack("<IBH", 7, 0, crc) + struct.pack("<IB", 5 + len(name), 1) + name + struct.pack("<I", 0)
        body = struct.pack("<H", 4) + b"-lh0-" + struct.pack("<IIIBB", len(data), len(data), 1000000000, 0x20, 3)
        body += struct.pack("<H", crc16(data)) + b"U"
        return body + struct.pack("<I", len(body) + 4 + len(extra)) + extra
    return header(crc16(header(0))) + data

def save(name, data):
    open(name, "wb").write(data)

TEXT = b"made up\n" * 20
save("levels.lzh", level0(b"zero.txt", TEXT) + level1(b"one.txt", TEXT) + level2(b"two.txt", TEXT) + b"\0")
save("raw-name.lzh", level0(b"\x83\x4a\x83\x58\x83\x79.exe", TEXT) + b"\0")
save("wrong-checksum.lzh", level0(b"a.txt", TEXT, crc=1) + level0(b"b.txt", TEXT) + b"\0")
save("unknown-method.lzh", level0(b"a.txt", TEXT, method=b"-lh9-") + level0(b"b.txt", TEXT) + b"\0")
save("trailing.lzh", level0(b"a.txt", TEXT) + b"\0" + b"what follows the end")
# Headers that are long, and packed bytes that no member needs
NOISE = bytes((i * 73 + (i >> 3)) % 251 for i in range(5000))
save("headers.lzh", level1(b"one.txt", TEXT, b"\x77" + NOISE + b"\0\0") + level2(b"two.txt", TEXT, struct.pack("<HB", 3 + len(NOISE), 0x77) + NOISE) + b"\0")
slack = level0(b"a.txt", bytes(9) + NOISE, method=b"-lh5-")
slack = slack[:2] + slack[2:11] + struct.pack("<I", 1) + slack[15:]
save("slack.lzh", slack[:1] + bytes([sum(slack[2:2 + slack[0]]) & 255]) + slack[2:] + level0(b"b.txt", TEXT) + b"\0")
save("level-3.lzh", level3(b"three.txt", TEXT) + b"\0")
save("cut.lzh", (level0(b"a.txt", TEXT) + level0(b"b.txt", TEXT))[:-50])
END
