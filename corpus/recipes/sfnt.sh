#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the sfnt reader.
# usage: corpus/recipes/sfnt.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../sfnt}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
def names(*rows): # (platform, name id, text)
    records, strings = b'', b''
    for platform, kind, text in rows:
        data = text.encode('ascii' if platform == 1 else 'utf-16-be')
        records += struct.pack('>HHHHHH', platform, 1, 0x409, kind, len(data), len(strings))
        strings += data
    return struct.pack('>HHH', 0, len(rows), 6 + len(records)) + records + strings
def font(tables, magic=b'\0\1\0\0', base=0, hole=b'', lie=0):
    at, head, body = base + 12 + 16 * len(tables), magic + struct.pack('>HHHH', len(tables), 16, 0, 0), b''
    for tag, data in tables:
        head += tag + struct.pack('>III', 0, at + len(body), len(data) + lie)
        body += data + bytes(-len(data) % 4) + hole
    return head + body
name = names((1, 8, 'Example Foundry'), (3, 1, 'Example Sans'), (3, 8, 'Example Foundry Ltd.'), (3, 8, 'AO \u041f\u0440\u0438\u043c\u0435\u0440'))
tables = [(b'cmap', bytes(20)), (b'glyf', bytes(range(90))), (b'name', name)]
put('plain.ttf', font(tables))
put('plain.otf', font(tables, b'OTTO'))
first = font(tables, base=20)
put('collection.ttc', b'ttcf\0\1\0\0' + struct.pack('>III', 2, 20, 20 + len(first)) + first + font(tables, base=20 + len(first)))
put('hole.ttf', font(tables, hole=bytes(range(100))))
put('trailing.ttf', font(tables) + b'PK\3\4 something hides here')
put('table-outside.ttf', font(tables, lie=1000))
put('damaged-names.ttf', font([(b'name', name[:30]), (b'post', bytes(range(32)))]))
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
# What is long and no glyph; signatures; glyphs that are plainly something else
def signatures(*blocks, lie=0):
    at, head, body = 8 + 12 * len(blocks), struct.pack('>IHH', 1, len(blocks), 0), b''
    for data in blocks:
        head += struct.pack('>III', 1, len(data) + 8, at + len(body) + lie)
        body += struct.pack('>HHI', 0, 0, len(data)) + data
    return head + body
put('tables.ttf', font([(b'CFF ', noise(5000)), (b'DSIG', signatures(b'first', b'', noise(300))), (b'SVG ', noise(5000)), (b'glyf', b'PK\3\4' + noise(90)),
    (b'meta', noise(5000)), (b'priv', noise(5000)), (b'sbix', noise(5000))]))
put('no-signatures.ttf', font([(b'DSIG', signatures())]))
put('damaged-signatures.ttf', font([(b'DSIG', signatures(noise(5000), lie=4))]))
put('overlapping-signatures.ttf', font([(b'DSIG', signatures(noise(5000), b'x', lie=-20))]))
# The fonts of a collection share a table; another overlaps what there is
shared = [(b'priv', noise(5000)), (b'name', name)]
first = font(shared, base=36)
put('shared.ttc', b'ttcf\0\2\0\0' + struct.pack('>IIIIII', 2, 36, 36 + len(first), 0x44534947, len(signatures(b'signed')), 36 + len(first) + 44) + b'\0\0\0\0' + first + first[:44] + signatures(b'signed'))
overlapping = font([(b'priv', noise(15000)), (b'prIV', b'')])
put('overlapping.ttf', overlapping[:36] + struct.pack('>II', 64, 14000) + overlapping[44:])
put('many-names.ttf', font([(b'name', struct.pack('>HHH', 0, 300, 6 + 12 * 300) + struct.pack('>HHHHHH', 1, 0, 0, 8, 7, 0) * 300 + b'Example')]))
put('many-tables.ttc', b'ttcf\0\1\0\0' + struct.pack('>I', 256) + struct.pack('>I', 1036) * 256 + font([(b'head', bytes(54))] * 17, base=1036))
put('bad-tag.ttf', font([(b'\1\2\3\4', bytes(20))]))
put('many-fonts.ttc', b'ttcf\0\1\0\0' + struct.pack('>I', 1 << 20) + b'\0\0\0\x10' * 40)
put('bad-cut-directory.ttf', font(tables)[:40])
PYTHON
