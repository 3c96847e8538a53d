#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the fatbin reader.
# usage: corpus/recipes/fatbin.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../fatbin}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '.version 8.0\n.target sm_90\n// a text for the assembler, with a word in it: sample\n%.0s' 1 2 3 4 5 6 7 8 >"$work/ptx"
zstd -q -19 --no-check "$work/ptx" -o "$work/ptx.zst"
python3 - "$work" <<'PYTHON'
import struct, sys
def put(name, data): open(name, 'wb').write(data)
plain = open(sys.argv[1] + '/ptx', 'rb').read()
zstd = open(sys.argv[1] + '/ptx.zst', 'rb').read()
def lz4_block(data): # literals only
    length, out = len(data) - 15, bytearray([0xf0])
    while length >= 255: out.append(255); length -= 255
    return bytes(out) + bytes([length]) + data
def entry(kind, flags, payload, size=0, header=64):
    padded = payload + bytes(-len(payload) % 8)
    return struct.pack('<HHIQI', kind, 0x101, header, len(padded), len(payload) if flags & 0xa000 else 0) + bytes(4) + \
        bytes(16) + struct.pack('<QQQ', flags | 0x11, 0, size) + bytes(header - 64) + padded
def binary(*entries):
    body = b''.join(entries)
    return struct.pack('<IHHQ', 0xba55ed50, 1, 16, len(body)) + body
elf = b'\x7fELF\2\1\1' + bytes(57)
put('plain', binary(entry(2, 0, elf, header=96), entry(1, 0, plain)))
put('packed', binary(entry(1, 0x8000, zstd, len(plain)), entry(1, 0x2000, lz4_block(plain), len(plain))))
put('several', binary(entry(2, 0, elf)) + bytes(8) + binary(entry(1, 0, plain)) + bytes(16))
put('trailing', binary(entry(2, 0, elf)) + b'PK\3\4 something hides here')
noise = bytes((i * 73 + (i >> 3)) % 251 for i in range(5000))
def wide(data, size): return struct.pack('<IHHQ', 0xba55ed50, 1, 16 + size, len(data)) + noise[:size] + data
behind = bytearray(entry(1, 0x8000, zstd + noise[:80], len(plain)))
behind[16:20] = struct.pack('<I', len(zstd))
put('behind', binary(bytes(behind)))
put('headers', wide(entry(2, 0, elf, header=64 + 4992).replace(bytes(4992), noise[:4992], 1), 4800))
put('damaged-zstd', binary(entry(1, 0x8000, zstd[:40], len(plain))))
put('damaged-lz4', binary(entry(1, 0x2000, b'\xff\xff\xff' + plain[:9], len(plain))))
put('no-size', binary(entry(1, 0x2000, lz4_block(plain), 0)))
put('cut', binary(entry(2, 0, elf), entry(1, 0, plain))[:-40])
put('short-header', binary(entry(2, 0, elf, header=64).replace(struct.pack('<I', 64), struct.pack('<I', 8), 1)))
PYTHON
