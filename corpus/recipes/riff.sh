#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the riff reader.
# usage: corpus/recipes/riff.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../riff}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
def chunk(kind, data, size=None, order='<'):
    return kind + struct.pack(order + 'I', len(data) if size is None else size) + data + bytes(len(data) % 2)
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
form = chunk(b'fmt ', struct.pack('<HHIIHH', 1, 1, 8000, 8000, 1, 8))
sound = b'WAVE' + form + chunk(b'data', noise(41))
put('plain.wav', chunk(b'RIFF', sound))
put('picture.webp', chunk(b'RIFF', b'WEBP' + chunk(b'VP8L', noise(20)) + chunk(b'EXIF', b'camera')))
put('film.avi', chunk(b'RIFF', b'AVI ' + chunk(b'LIST', b'movi' + noise(20))) + chunk(b'RIFF', b'AVIX' + chunk(b'idx1', noise(16))))
put('big-endian.wav', chunk(b'RIFX', b'WAVE' + chunk(b'data', noise(6), order='>'), order='>'))
put('piped.wav', chunk(b'RIFF', b'WAVE' + form + chunk(b'data', noise(10), 0xffffffff), 0xffffffff))
put('trailing.wav', chunk(b'RIFF', sound) + b'PK\3\4 something hides here')
put('private.wav', chunk(b'RIFF', b'WAVE' + form + chunk(b'prvt', noise(5000)) + chunk(b'JUNK', bytes(5000)) + chunk(b'data', noise(4))))
put('damaged-chunk.wav', chunk(b'RIFF', b'WAVE' + form + chunk(b'data', noise(10), 1000)) + b'more')
put('cut.wav', chunk(b'RIFF', sound)[:-20])
PYTHON
