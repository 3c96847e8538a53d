#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the gif reader.
# usage: corpus/recipes/gif.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../gif}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
start = b'GIF89a' + struct.pack('<HHBBB', 1, 1, 0x80, 0, 0) + bytes(6)
image = b'\x2c' + struct.pack('<HHHHB', 0, 0, 1, 1, 0) + b'\2\2\x4c\1\0'
local = b'\x2c' + struct.pack('<HHHHB', 0, 0, 1, 1, 0x80) + bytes(6) + b'\2\2\x4c\1\0'
comment = b'\x21\xfe\x05words\0'
put('plain.gif', start + comment + image + b'\x3b')
put('animated.gif', b'GIF87a' + struct.pack('<HHBBB', 1, 1, 0, 0, 0) + b'\x21\xf9\4\0\0\0\0\0' + image + b'\0' + local + b'\x3b')
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
def blocks(data): return b''.join(bytes([len(data[i:i + 255])]) + data[i:i + 255] for i in range(0, len(data), 255)) + b'\0'
# Long comments, and what programs keep here; XMP is text that only looks like blocks
put('extensions.gif', start + b'\x21\xfe' + blocks(noise(5000)) + b'\x21\xff' + b'\x0bSAMPLE  1.0' + blocks(noise(5000)) +
    b'\x21\xff\x0bXMP DataXMP' + b'<x>' + b' ' * 5000 + b'</x>\1' + bytes(range(255, -1, -1)) + b'\0' + image + b'\x3b')
put('no-trailer.gif', start + image)
put('trailing.gif', start + image + b'\x3b' + b'PK\3\4 something hides here')
put('damaged-block.gif', start + image + b'\x77' + b'rest')
put('cut.gif', (start + image)[:-3])
put('cut-header.gif', start[:9])
PYTHON
