#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the woff reader.
# usage: corpus/recipes/woff.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../woff}"
python3 - <<'PYTHON'
import hashlib, struct, zlib
def put(name, data): open(name, 'wb').write(data)
def names(*rows):
    records, strings = b'', b''
    for platform, kind, text in rows:
        data = text.encode('utf-16-be')
        records += struct.pack('>HHHHHH', platform, 1, 0x409, kind, len(data), len(strings))
        strings += data
    return struct.pack('>HHH', 0, len(rows), 6 + len(records)) + records + strings
name = names((3, 1, 'Example Sans'), (3, 8, 'Example Foundry Ltd., a foundry for examples of fonts and of foundries'))
def woff(tables, metadata=b'', private=b'', pack=True):
    at, head, body = 44 + 20 * len(tables), b'', b''
    for tag, data in tables:
        packed = zlib.compress(data, 9) if pack else data
        packed = packed if len(packed) < len(data) else data
        head += tag + struct.pack('>IIII', at + len(body), len(packed), len(data), 0)
        body += packed + bytes(-len(packed) % 4)
    packed = zlib.compress(metadata) if metadata else b''
    meta_at = at + len(body); body += packed + bytes(-len(packed) % 4)
    private_at = at + len(body); body += private
    return b'wOFF\0\1\0\0' + struct.pack('>IHHIHHIIIII', at + len(body), len(tables), 0, 0, 1, 0,
        meta_at if metadata else 0, len(packed), len(metadata), private_at if private else 0, len(private)) + head + body
def brotli(data): # one stored block, RFC 7932 9.2
    return struct.pack('<I', (len(data) - 1) << 4 | 1 << 20)[:3] + data + b'\3'
def base128(n): return (bytes([n >> 14 | 128]) if n > 16383 else b'') + (bytes([n >> 7 & 127 | 128, n & 127]) if n > 127 else bytes([n]))
def woff2(tables, metadata=b'', stream=None, flavor=b'\0\1\0\0', collection=b'', meta=None):
    head = b''.join(bytes([index]) + (tag if index & 63 == 63 else b'') + base128(len(data)) +
                    (base128(len(data)) if index in (10, 11) else b'') for index, tag, data in tables) + collection
    packed = stream or brotli(b''.join(t[2] for t in tables))
    packed += bytes(-(48 + len(head) + len(packed)) % 4)
    meta = meta or (brotli(metadata) if metadata else b'')
    size = 48 + len(head) + len(packed) + len(meta)
    return b'wOF2' + flavor + struct.pack('>IHHIIHHIIIII', size, len(tables), 0, 0, len(packed), 1, 0,
        size - len(meta) if meta else 0, len(meta), len(metadata), 0, 0) + head + packed + meta
tables = [(b'cmap', bytes(range(40))), (b'glyf', bytes(90)), (b'name', name)]
put('plain.woff', woff(tables))
put('stored.woff', woff(tables, pack=False))
put('blocks.woff', woff(tables, b'<metadata vendor="Example Foundry"/>', b'private bytes'))
put('trailing.woff', woff(tables) + b'PK\3\4 something hides here')
data = woff(tables)
put('damaged-names.woff', data[:-20] + bytes(20))
put('damaged-directory.woff', data[:70] )
put('cut.woff', data[:-9])
second = [(0, b'', bytes(range(40))), (10, b'', bytes(range(90))), (5, b'', name), (63, b'Priv', b'tail')]
put('plain.woff2', woff2(second))
put('metadata.woff2', woff2(second, b'<metadata vendor="Example Foundry"/>'))
put('named-tag.woff2', woff2([(63, b'name', name)]))
put('damaged-stream.woff2', woff2(second, stream=b'\xffnot brotli at all'))
put('trailing.woff2', woff2(second) + b'PK\3\4 something hides here')
put('damaged-directory.woff2', woff2([(5, b'', name)]).replace(b'\5' + base128(len(name)), b'\5\xff\xff\xff\xff\xff'[:3]))
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
# Tables that are no glyphs: packed, stored, short, damaged; glyphs; more bytes of tables than there are
long = noise(5000)
put('tables.woff', woff([(b'priv', long * 2), (b'SVG ', bytes(range(256)) * 16), (b'glyf', long), (b'meta', b'short'), (b'hsh!', b''.join(hashlib.sha256(bytes([i])).digest() for i in range(170)))]))
put('damaged-table.woff', woff([(b'priv', long * 2)]).replace(b'\x78\xda', b'\x79\xda'))
data = woff([(b'priv', long * 2), (b'prIV', b'')])
put('overlapping.woff', data[:44] + data[44:64] + b'prIV' + data[48:64] + data[84:])
put('many-names.woff', woff([(b'name', struct.pack('>HHH', 0, 300, 6 + 12 * 300) + struct.pack('>HHHHHH', 1, 0, 0, 8, 7, 0) * 300 + b'Example')]))
put('tables.woff2', woff2([(63, b'priv', long), (10, b'', long), (36, b'', long), (57 | 64, b'', b'')][:3] + [(63, b'tiny', b'x'), (5, b'', name + bytes(5000))]))
put('no-names.woff2', woff2([(0, b'', bytes(range(40)))]))
put('large-names.woff2', woff2([(5, b'', name)]).replace(b'\5' + base128(len(name)), b'\5' + b'\xc0\x80\x80\0'))
stream = brotli(bytes(range(40)) + name)
put('more-tables.woff2', woff2([(0, b'', bytes(range(40))), (5, b'', name)], stream=brotli(bytes(range(40)) + name + b'behind the last') + b'and more'))
put('fewer-tables.woff2', woff2([(0, b'', bytes(range(40))), (5, b'', name)], stream=brotli(bytes(range(40)) + name[:-9])))
put('cut-behind.woff2', woff2([(0, b'', bytes(range(40)))], stream=brotli(bytes(range(99)))[:-40]))
put('collection.woff2', woff2(second, flavor=b'ttcf', collection=b'\0\1\0\0\2' + b'\1\0\1\0\0\0' + b'\4\0\1\0\0\xff\0\xfe\0\xfd\0\3\1'))
put('long-number.woff2', woff2([(0, b'', bytes(range(40)))]).replace(b'\0' + base128(40), b'\0\x90\x80\x80\x80\x80', 1))
put('damaged-metadata.woff2', woff2(second, b'<metadata/>', meta=b'\xffnot brotli'))
put('cut-metadata.woff2', woff2(second, b'<metadata/>', meta=brotli(b'<metadata/>')[:-4]))
PYTHON
