#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the mpeg_audio reader.
# usage: corpus/recipes/mpeg_audio.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../mpeg_audio}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
def frame(header=b'\xff\xfb\x10\xc4', size=104): return header + b'\x11' * (size - 4)
def tag(frames, version=3): # sizes of 7 bits a byte
    n = len(frames)
    return b'ID3' + bytes([version, 0, 0, n >> 21 & 127, n >> 14 & 127, n >> 7 & 127, n & 127]) + frames
def text(kind, data): return kind + struct.pack('>I', len(data)) + b'\0\0' + data
put('plain.mp3', frame() * 6)
put('low-rate.mp3', frame(b'\xff\xf3\x14\xc4', 72 * 8000 // 24000) * 30)
put('layer-1.mp1', frame(b'\xff\xff\x14\xc4', 32) * 20)
put('tagged.mp3', tag(text(b'TIT2', b'\0A song') + text(b'PRIV', noise(5000)) + text(b'APIC', noise(4500)) + bytes(20)) + frame() * 60 +
    b'TAG' + bytes(125))
put('padding.mp3', tag(text(b'TIT2', b'\0A song') + bytes(4) + noise(4200)) + frame() * 20)
put('gap-between.mp3', frame() * 20 + noise(100) + frame() * 20)
put('trailing.mp3', frame() * 20 + b'PK\3\4 something hides here')
put('bad-not-audio', frame() * 4 + noise(3000))
put('bad-tag-only', tag(text(b'TIT2', b'\0A song')))
PYTHON
