#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the ogg reader.
# usage: corpus/recipes/ogg.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../ogg}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
def page(number, flags, data):
    lengths = bytes([255] * (len(data) // 255) + [len(data) % 255])
    return b'OggS\0' + bytes([flags]) + struct.pack('<QIII', 0, 7, number, 0) + bytes([len(lengths)]) + lengths + data
sound = page(0, 2, b'OpusHead\1\2') + page(1, 0, b'OpusTags') + page(2, 4, bytes(range(256)) * 2)
put('plain.opus', sound)
put('trailing.ogg', sound + b'PK\3\4 something hides here')
put('cut.ogg', sound[:-30])
PYTHON
