#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the matroska reader.
# usage: corpus/recipes/matroska.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../matroska}"
python3 - <<'PYTHON'
def put(name, data): open(name, 'wb').write(data)
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
def element(id, data, size=None): # sizes of 4 bytes
    return bytes.fromhex(id) + (size if size else (0x10000000 | len(data)).to_bytes(4, 'big')) + data
head = element('1a45dfa3', element('4282', b'webm'))
block = element('a3', b'\x81\0\0\0' + noise(30))
cluster = element('1f43b675', element('e7', b'\1') + block)
attached = element('1941a469', element('61a7', element('466e', b'font.ttf') + element('465c', b'\0\1\0\0 font')) +
                   element('61a7', element('465c', b'MZ nameless')))
put('plain.webm', head + element('18538067', element('1549a966', b'info') + cluster))
put('attached.mkv', head + element('18538067', element('ec', bytes(20)) + cluster + attached))
put('live.webm', head + element('18538067', cluster + element('1f43b675', block, b'\xff') + element('1f43b675', block, b'\xff'), b'\x01' + b'\xff' * 7))
put('void.mkv', head + element('18538067', element('ec', noise(5000)) + cluster) + element('ec', bytes(10)))
# What is long and no media, at each place; only blocks and what sets up a decoder is media
def long(id): return element(id, noise(5000))
group = element('a0', long('a1') + element('75a1', element('a6', element('ee', b'\1') + long('a5')) + long('ec')) + long('75a2'))
put('elements.mkv', head + element('18538067', long('1549a966') + element('1654ae6b', element('ae', long('63a2') + long('6de5'))) + long('1254c367') +
    long('4bbb') + element('1f43b675', long('a3') + long('ec') + group) + long('1c53bb6b')))
put('several-files.mkv', head + element('18538067', element('1941a469', element('61a7', element('465c', b'first') + element('466e', b'a.ttf') +
    element('465c', b'second') + element('465c', b'') + long('467e')) + long('ec'))))
put('trailing.mkv', head + element('18538067', cluster) + b'PK\3\4 something hides here')
put('cut.mkv', (head + element('18538067', cluster))[:-9])
put('long-id.mkv', head + element('18538067', cluster + b'\x08\1\2\3\4\x81x'))
put('damaged-element.mkv', head + element('18538067', cluster + b'\0\0\0\0'))
put('damaged-attachment.mkv', head + element('18538067', element('1941a469', element('61a7', element('465c', b'data', b'\x90')))))
PYTHON
