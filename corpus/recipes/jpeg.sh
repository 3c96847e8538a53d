#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the jpeg reader.
# usage: corpus/recipes/jpeg.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../jpeg}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
def segment(marker, data): return bytes([0xff, marker]) + struct.pack('>H', len(data) + 2) + data
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
start = b'\xff\xd8' + segment(0xe0, b'JFIF\0\1\1\0\0\1\0\1\0\0')
scan = segment(0xc0, bytes([8, 0, 1, 0, 1, 1, 1, 0x11, 0])) + segment(0xda, bytes([1, 1, 0, 0, 63, 0])) + \
    b'\x12\xff\x00\x34\xff\xd0\x56\xff\xff\x00'
put('plain.jpg', start + segment(0xe1, b'Exif\0\0II*\0' + noise(5000)) + scan + b'\xff\xd9')
put('progressive.jpg', start + scan + segment(0xda, bytes([1, 1, 0, 0, 63, 0])) + b'\x78' + b'\xff\xff\xd9')
put('trailing.jpg', start + scan + b'\xff\xd9' + b'PK\3\4 something hides here')
put('metadata.jpg', start + segment(0xe5, noise(5000)) + segment(0xfe, b'short comment') + segment(0xfe, noise(6000)) + scan + b'\xff\xd9')
put('no-end.jpg', start + scan)
put('damaged-marker.jpg', start + b'\x00\x00' + scan + b'\xff\xd9')
put('damaged-length.jpg', start + b'\xff\xe1\0\0' + scan)
PYTHON
