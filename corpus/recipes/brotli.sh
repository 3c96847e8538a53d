#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the brotli reader. The streams are made of uncompressed blocks (RFC 7932, 9.2), by hand.
# usage: corpus/recipes/brotli.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../brotli}"
python3 - <<'PYTHON'
def put(name, data): open(name, 'wb').write(data)
def stored(data): # a window of 16 bits, one uncompressed block, the last and empty one
    bits, count = 0, 0
    def add(value, width):
        nonlocal bits, count
        bits |= value << count; count += width
    add(0, 1); add(0, 1); add(0, 2); add(len(data) - 1, 16); add(1, 1)
    head = bits.to_bytes((count + 7) // 8, 'little')
    return head + data + b'\3'
text = b'function sample() { return "a word"; }\n' * 40
put('script.js.br', stored(text))
put('map.brotli', stored(text))
put('trailing.br', stored(text) + b'PK\3\4 something hides here')
put('cut.br', stored(text)[:-100])
put('damaged.br', stored(text)[:-1] + b'\x0e')
# Blocks of metadata, which decoders pass over (RFC 7932, 9.2): few bytes, and many
def metadata(data): return (3 << 1 | 2 << 4 | len(data) - 1 << 6).to_bytes(3, 'little') + data
put('metadata.br', stored(text)[:-1] + metadata(b'words ' * 200) + stored(text)[:-1].replace(stored(text)[:3], (len(text) - 1 << 3 | 1 << 19).to_bytes(3, 'little'), 1) + b'\3')
put('passed-over.br', stored(text)[:-1] + metadata(b'\x90' * 40000) * 2 + b'\3')
put('bad-other.br', b'\xff\xff no brotli at all')
PYTHON
