#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the png reader.
# usage: corpus/recipes/png.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../png}"
python3 - <<'PYTHON'
import struct, zlib
def put(name, data): open(name, 'wb').write(data)
def chunk(kind, data): return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
start = b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 0, 0, 0, 0))
pixels, end = chunk(b'IDAT', zlib.compress(b'\0\0')), chunk(b'IEND', b'')
put('plain.png', start + chunk(b'tEXt', b'Software\0painter') + pixels + end)
put('padded.png', start + pixels + end + bytes(40))
put('trailing.png', start + pixels + end + b'PK\3\4 something hides here')
put('private.png', start + chunk(b'prVt', noise(5000)) + chunk(b'smLl', b'small') + pixels + end)
put('text.png', start + chunk(b'zTXt', b'Comment\0\0' + zlib.compress(b'packed words')) +
    chunk(b'iTXt', b'XML:com.adobe.xmp\0\0\0\0\0' + b'<x/>') + chunk(b'iTXt', b'Title\0\1\0en\0\0' + zlib.compress(b'more words')) +
    chunk(b'zTXt', b'Odd\0\7what') + chunk(b'iTXt', b'Long\0\0\0\0\0' + noise(5000)) + pixels + end)
put('latin.png', start + chunk(b'tEXt', b'Comment\0' + noise(5000)) + chunk(b'tEXt', b'Small\0PK\3\4' + noise(80)) + chunk(b'tEXt', noise(5000).replace(b'\0', b'x')) + pixels + end)
# Frames of an animation; Exif, and what is none; a profile; a chunk that never is that long
put('frames.png', start + chunk(b'acTL', struct.pack('>II', 2, 0)) + chunk(b'fcTL', bytes(26)) + pixels + chunk(b'fcTL', bytes(26)) +
    chunk(b'fdAT', struct.pack('>I', 2) + noise(5000)) + end)
put('metadata.png', start + chunk(b'iCCP', b'small\0\0' + zlib.compress(b'a colour profile')) + chunk(b'eXIf', b'MM\0*' + noise(5000)) +
    chunk(b'eXIf', noise(5000)) + chunk(b'gIFx', noise(5000)) + chunk(b'PLTE', noise(6000)) + pixels + end)
put('damaged-text-head.png', start + chunk(b'iTXt', b'Title\0\1\7en\0\0' + noise(90)) + chunk(b'iTXt', b'no end') + pixels + end)
put('damaged-profile.png', start + chunk(b'iCCP', b'small\0\0not zlib') + pixels + end)
put('bad-text-stream.png', start + chunk(b'zTXt', b'Comment\0\0' + zlib.compress(b'packed words')[:9]) + pixels + end)
put('damaged-text.png', start + chunk(b'zTXt', b'Comment\0\0not zlib') + pixels + end)
put('damaged-length.png', start + struct.pack('>I', 1 << 31) + b'IDAT' + b'rest')
put('no-end.png', start + pixels)
PYTHON
