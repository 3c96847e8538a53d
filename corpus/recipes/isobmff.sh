#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the isobmff reader.
# usage: corpus/recipes/isobmff.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../isobmff}"
python3 - <<'PYTHON'
import struct, zlib
def put(name, data): open(name, 'wb').write(data)
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
def box(kind, data): return struct.pack('>I', len(data) + 8) + kind + data
start = box(b'ftyp', b'isom\0\0\2\0isommp41')
put('plain.mp4', start + box(b'free', b'') + box(b'mdat', noise(30)) + box(b'moov', box(b'mvhd', bytes(20))))
put('long-box.mov', box(b'wide', b'') + struct.pack('>I4sQ', 1, b'mdat', 16 + 9) + noise(9) + struct.pack('>I', 0) + b'mdat' + noise(7))
put('picture.heic', box(b'ftyp', b'heic\0\0\0\0mif1') + box(b'meta', bytes(20)) + box(b'mdat', noise(10)))
put('picture.jp2', box(b'jP  ', b'\r\n\x87\n') + box(b'ftyp', b'jp2 \0\0\0\0jp2 ') + box(b'jp2h', b'') + box(b'jp2c', noise(9)))
put('private.mp4', start + box(b'prvt', noise(5000)) + box(b'free', noise(5000)) + box(b'skip', bytes(5000)) + box(b'mdat', b''))
# What is long and no media, at each place: private boxes, a tag's picture, what is no box, too many in one another
private, words = box(b'uuid', bytes(16) + noise(5000)), box(b'free', noise(5000))
def tags(*items): return box(b'meta', bytes(4) + box(b'hdlr', bytes(24)) + box(b'ilst', b''.join(items)))
cover = box(b'covr', box(b'data', struct.pack('>II', 13, 0) + b'\xff\xd8\xff' + noise(5000)))
deep = words
for _ in range(11): deep = box(b'udta', deep)
put('boxes.mp4', start + box(b'moov', box(b'trak', box(b'mdia', box(b'minf', box(b'stbl', box(b'stsz', noise(5000)) + words))) + private +
    box(b'udta', tags(cover, box(b'\0\0\0\1', box(b'data', bytes(8) + noise(5000)))) + bytes(4))) + box(b'udta', noise(5000)) + deep) +
    box(b'emsg', noise(5000)) + box(b'mdat', b'\x1f\x8b\x08' + noise(200)))
put('quicktime.mov', box(b'ftyp', b'qt  \0\0\0\0qt  ') + box(b'moov', box(b'meta', box(b'hdlr', bytes(24)) + private) + struct.pack('>I4sQ', 1, b'free', 16 + 5000) + noise(5000)))
put('fragments.mp4', box(b'styp', b'msdh\0\0\0\0') + box(b'moof', box(b'mfhd', bytes(8)) + box(b'traf', box(b'trun', bytes(20)) + box(b'senc', noise(5000)) + private)) +
    box(b'mdat', noise(5000)) + box(b'mfra', box(b'tfra', bytes(20)) + words))
moov = box(b'moov', box(b'mvhd', bytes(20)) + words)
put('packed.mov', box(b'moov', box(b'cmov', box(b'dcom', b'zlib') + box(b'cmvd', struct.pack('>I', len(moov)) + zlib.compress(moov)))) + box(b'mdat', noise(30)))
put('damaged-packed.mov', box(b'moov', box(b'cmov', box(b'dcom', b'zlib') + box(b'cmvd', bytes(4) + b'not zlib'))) + box(b'mdat', noise(30)))
items = box(b'iinf', bytes(20)) + box(b'iloc', bytes(20)) + box(b'iprp', box(b'ipco', box(b'colr', b'prof' + noise(5000)) + box(b'ispe', bytes(12))))
put('items.avif', box(b'ftyp', b'avif\0\0\0\0mif1') + box(b'meta', bytes(4) + box(b'hdlr', bytes(24)) + items + box(b'idat', noise(5000)) + words) + box(b'mdat', noise(30)))
put('words.jp2', box(b'jP  ', b'\r\n\x87\n') + box(b'ftyp', b'jp2 \0\0\0\0jp2 ') + box(b'jp2h', box(b'ihdr', bytes(14)) + words) + box(b'xml ', b'<x/>' * 1500) + box(b'jp2c', noise(5000)))
put('trailing.mp4', start + box(b'mdat', noise(30)) + b'PK\3\4\x14\0\0\0 something hides here')
put('cut.mp4', start + box(b'mdat', noise(30))[:-5])
put('small-box.mp4', start + struct.pack('>I', 4) + b'mdat' + noise(30))
PYTHON
