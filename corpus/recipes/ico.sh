#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the ico reader.
# usage: corpus/recipes/ico.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../ico}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
def icon(pictures, kind=1, hole=b''):
    head, at, entries, body = struct.pack('<HHH', 0, kind, len(pictures)), 6 + 16 * len(pictures), b'', b''
    for p in pictures:
        entries += struct.pack('<BBBBHHII', 1, 1, 0, 0, 1, 32, len(p), at + len(body))
        body += p + hole
    return head + entries + body
bitmap = struct.pack('<IiiHH', 40, 1, 2, 1, 32) + bytes(24) + noise(8)
picture = b'\x89PNG\r\n\x1a\n' + noise(60)
put('plain.ico', icon([bitmap, bitmap]))
put('png.ico', icon([bitmap, picture]))
put('pointer.cur', icon([bitmap], 2))
put('hole.ico', icon([bitmap, noise(50)], hole=noise(80)))
# Behind the pixels; colours; a bitmap that is none; a size that no picture has
colors = struct.pack('<IiiHHIIIIII', 40, 8, 16, 1, 4, 0, 0, 0, 0, 0, 0) + bytes(64) + noise(64)
fields = struct.pack('<IiiHHIIIIII', 40, 1, 2, 1, 16, 3, 0, 0, 0, 0, 0) + bytes(12) + noise(8)
put('behind.ico', icon([bitmap + noise(80), colors + noise(9), colors + bytes(100), fields + noise(70)]))
put('no-bitmap.ico', icon([struct.pack('<IiiHH', 40, 1 << 30, 2, 1, 32) + bytes(24) + noise(80)]))
data = bytearray(icon([picture] * 3))
for i in range(3): data[6 + 16 * i + 8:6 + 16 * i + 16] = struct.pack('<II', 150, 6 + 16 * 3)
put('overlapping.ico', bytes(data))
put('bad-outside.ico', icon([bitmap])[:-1])
PYTHON
