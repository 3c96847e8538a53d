#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the au reader.
# usage: corpus/recipes/au.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../au}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
def head(start, size, encoding=4): return b'.snd' + struct.pack('>5I', start, size, encoding, 8000, 1)
samples = bytes(i * 5 & 255 for i in range(99))
put('plain.au', head(32, 99) + b'words\0\0\0' + samples)
put('annotation.au', head(24 + 5000, 99) + bytes(range(250)) * 20 + samples)
put('piped.au', head(24, 0xffffffff) + samples)
put('cut.au', head(24, 500) + samples)
put('trailing.au', head(24, 99) + samples + b'PK\3\4 something hides here')
put('start-outside.au', head(2400, 99) + samples)
put('bad-encoding.au', head(24, 99, 77) + samples)
PYTHON
