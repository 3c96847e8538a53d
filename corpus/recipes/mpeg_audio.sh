#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the mpeg_audio reader.
# usage: corpus/recipes/mpeg_audio.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../mpeg_audio}"
python3 - <<'PYTHON'
import struct, zlib
def put(name, data): open(name, 'wb').write(data)
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
def frame(header=b'\xff\xfb\x10\xc4', size=104): return header + b'\x11' * (size - 4)
def seven(n): return bytes([n >> 21 & 127, n >> 14 & 127, n >> 7 & 127, n & 127]) # bits a byte
def tag(frames, version=3, flags=0): return b'ID3' + bytes([version, 0, flags]) + seven(len(frames)) + frames
def text(kind, data, flags=0): return kind + struct.pack('>I', len(data)) + bytes([0, flags]) + data
def text2(kind, data): return kind + struct.pack('>I', len(data))[1:] + data
def text4(kind, data, flags=0): return kind + seven(len(data)) + bytes([0, flags]) + data
put('plain.mp3', frame() * 6)
put('low-rate.mp3', frame(b'\xff\xf3\x14\xc4', 72 * 8000 // 24000) * 30)
put('layer-1.mp1', frame(b'\xff\xff\x14\xc4', 32) * 20)
put('tagged.mp3', tag(text(b'TIT2', b'\0A song') + text(b'PRIV', noise(5000)) + text(b'APIC', noise(4500)) + bytes(20)) + frame() * 60 +
    b'TAG' + bytes(125))
def aac(size, sampling=4): return b'\xff\xf1' + bytes([0x40 | sampling << 2, 0x80 | size >> 11, size >> 3 & 255, (size & 7) << 5 | 0x1f, 0xfc]) + b'\x22' * (size - 7)
put('plain.aac', b''.join(aac(100 + i) for i in range(9)))
put('trailing.aac', tag(text(b'TIT2', b'\0A song')) + aac(200) * 9 + b'PK\3\4 something hides here')
put('bad-sampling.aac', aac(100, 13) * 9)
put('padding.mp3', tag(text(b'TIT2', b'\0A song') + bytes(4) + noise(4200)) + frame() * 20)
put('gap-between.mp3', frame() * 20 + noise(100) + frame() * 20)
put('trailing.mp3', frame() * 20 + b'PK\3\4 something hides here')
# Pictures and files in a tag, in each of its versions; what is packed, locked, grouped, made free of what looks like sound
picture = b'\xff\xd8\xff\xe0\0\x10JFIF' + noise(500)
file = b'PK\3\4' + noise(40)
put('version-2.mp3', tag(text2(b'TT2', b'\0A song') + text2(b'PIC', b'\0JPG\3cover\0' + picture) +
    text2(b'GEO', b'\0application/zip\0a.zip\0words\0' + file) + bytes(9), 2) + frame() * 60)
put('version-3.mp3', tag(struct.pack('>IHI', 6, 0, 0) + text(b'APIC', b'\0image/jpeg\0\3cover\0' + picture) +
    text(b'GEOB', b'\1application/zip\0' + 'a.zip\0words\0'.encode('utf-16-le') + file) + text(b'TXXX', b'\0' + b'long ' * 1000) +
    text(b'WCOM', struct.pack('>I', 6000) + zlib.compress(b'packed words' * 500), 0x80) + text(b'PRIV', b'\1' + noise(5000), 0x40), 3, 0x40) + frame() * 200)
put('version-4.mp3', tag(seven(6) + b'\1\0' + text4(b'APIC', b'\3image/jpeg\0\3cover\0' + picture.replace(b'\xff', b'\xff\0'), 0x02) +
    text4(b'PRIV', b'\7' + seven(6000) + zlib.compress(b'packed words' * 500), 0x49) + text4(b'PRIV', noise(5000).replace(b'\xff', b'\xff\0'), 0x02), 4, 0x40) + frame() * 120)
put('unsynchronised.mp3', tag(text(b'APIC', b'\0image/jpeg\0\3cover\0' + picture).replace(b'\xff', b'\xff\0'), 3, 0x80) + frame() * 60)
put('damaged-frame.mp3', tag(text(b'PRIV', b'\0\0\0\0not zlib', 0x80)) + frame() * 60)
put('no-picture.mp3', tag(text(b'APIC', b'\0image/jpeg')) + frame() * 60)
put('version-9.mp3', tag(noise(5000), 9) + frame() * 60)
put('tag-alone', tag(text(b'TIT2', b'\0A song') + text(b'PRIV', noise(5000))) + bytes(9))
put('bad-not-audio', frame() * 4 + noise(3000))
put('bad-tag-only', tag(text(b'TIT2', b'\0A song'))[:-3])
PYTHON
