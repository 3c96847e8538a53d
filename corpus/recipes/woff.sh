#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the woff reader.
# usage: corpus/recipes/woff.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../woff}"
python3 - <<'PYTHON'
import struct, zlib
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
def base128(n): return bytes([n >> 7 | 128, n & 127]) if n > 127 else bytes([n])
def woff2(tables, metadata=b'', stream=None):
    head = b''.join(bytes([index]) + (tag if index & 63 == 63 else b'') + base128(len(data)) +
                    (base128(len(data)) if index in (10, 11) else b'') for index, tag, data in tables)
    packed = stream or brotli(b''.join(t[2] for t in tables))
    packed += bytes(-(48 + len(head) + len(packed)) % 4)
    meta = brotli(metadata) if metadata else b''
    size = 48 + len(head) + len(packed) + len(meta)
    return b'wOF2\0\1\0\0' + struct.pack('>IHHIIHHIIIII', size, len(tables), 0, 0, len(packed), 1, 0,
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
PYTHON
