#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the isobmff reader.
# usage: corpus/recipes/isobmff.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../isobmff}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
def box(kind, data): return struct.pack('>I', len(data) + 8) + kind + data
start = box(b'ftyp', b'isom\0\0\2\0isommp41')
put('plain.mp4', start + box(b'free', b'') + box(b'mdat', noise(30)) + box(b'moov', box(b'mvhd', bytes(20))))
put('long-box.mov', box(b'wide', b'') + struct.pack('>I4sQ', 1, b'mdat', 16 + 9) + noise(9) + struct.pack('>I', 0) + b'mdat' + noise(7))
put('picture.heic', box(b'ftyp', b'heic\0\0\0\0mif1') + box(b'meta', bytes(20)) + box(b'mdat', noise(10)))
put('picture.jp2', box(b'jP  ', b'\r\n\x87\n') + box(b'ftyp', b'jp2 \0\0\0\0jp2 ') + box(b'jp2h', b'') + box(b'jp2c', noise(9)))
put('private.mp4', start + box(b'prvt', noise(5000)) + box(b'free', noise(5000)) + box(b'skip', bytes(5000)) + box(b'mdat', b''))
put('trailing.mp4', start + box(b'mdat', noise(30)) + b'PK\3\4\x14\0\0\0 something hides here')
put('cut.mp4', start + box(b'mdat', noise(30))[:-5])
put('small-box.mp4', start + struct.pack('>I', 4) + b'mdat' + noise(30))
PYTHON
