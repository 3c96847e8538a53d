#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the aiff reader.
# usage: corpus/recipes/aiff.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../aiff}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
def chunk(name, data): return name + struct.pack('>I', len(data)) + data + b'\0' * (len(data) % 2)
def form(kind, *chunks): return chunk(b'FORM', kind + b''.join(chunks))
common, sound = chunk(b'COMM', bytes(18)), chunk(b'SSND', bytes(8) + bytes(i * 5 & 255 for i in range(91)))
put('plain.aiff', form(b'AIFF', common, sound, chunk(b'NAME', b'words')))
put('packed.aifc', form(b'AIFC', chunk(b'FVER', bytes(4)), common, sound))
put('private.aiff', form(b'AIFF', common, chunk(b'Evil', b'PK\3\4' + bytes(range(256)) * 20), sound))
put('program.aiff', form(b'AIFF', common, chunk(b'APPL', b'stoc' + bytes(range(256)) * 20), chunk(b'ID3 ', b'ID3\3\0\0\0\0\x27\x0a' + b'PRIV' +
    struct.pack('>IH', 5000, 0) + bytes(range(250)) * 20), sound))
put('trailing.aiff', form(b'AIFF', common, sound) + b'PK\3\4 something hides here')
put('cut.aiff', form(b'AIFF', common, sound)[:-20])
put('chunk-outside.aiff', form(b'AIFF', common, sound[:4] + b'\x7f' + sound[5:]))
PYTHON
