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
# A segment that is reserved, a small picture of JFIF, Exif that is none, Adobe's resources
put('segments.jpg', start + segment(0xf0, noise(5000)) + segment(0xe0, b'JFXX\0\x10' + start + scan + b'\xff\xd9PK\3\4 hides') +
    segment(0xe1, b'Exif\0\0' + noise(5000)) + segment(0xed, b'Photoshop 3.0\x008BIM' + b'\xff' * 5000) + scan + b'\xff\xd9')
def resource(number, data, name=b''): return b'8BIM' + struct.pack('>HB', number, len(name)) + name + bytes(1 - len(name) % 2) + struct.pack('>I', len(data)) + data + bytes(len(data) % 2)
small = start + scan + b'\xff\xd9'
put('resources.jpg', start + segment(0xed, b'Photoshop 3.0\0' + resource(1005, b'odd', b'name') + resource(1036, bytes(28) + small) + resource(4000, noise(5000), b'odd') +
    resource(1033, bytes(9)) + resource(1058, b'II*\0' + noise(5000))) + segment(0xed, b'Photoshop 3.0\0' + resource(1, b'x') + noise(5000)) + scan + b'\xff\xd9')
# Colour profiles: of two parts, with something behind its only tag; cut off before the second part
tag = b'desc\0\0\0\0' + noise(64)
profile = struct.pack('>I', 144 + len(tag)) + bytes(32) + b'acsp' + bytes(88) + struct.pack('>I4sII', 1, b'desc', 144, len(tag)) + tag
parts = [segment(0xe2, b'ICC_PROFILE\0' + bytes([i + 1, 2]) + part) for i, part in enumerate([profile[:100], profile[100:] + b'behind'])]
put('profile.jpg', start + parts[0] + parts[1] + segment(0xe2, b'ICC_PROFILE\0\1\1') + scan + b'\xff\xd9')
put('cut-profile.jpg', start + parts[0] + parts[1][:9])
# Fill bytes before a marker, and one that has no segment
put('fill.jpg', start + b'\xff\xff' + segment(0xfe, b'words') + b'\xff\x01' + scan + b'\xff\xd9')
put('no-end.jpg', start + scan)
put('damaged-marker.jpg', start + b'\x00\x00' + scan + b'\xff\xd9')
put('damaged-length.jpg', start + b'\xff\xe1\0\0' + scan)
PYTHON
