#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the openpgp reader: packets with made-up numbers in them.
# usage: corpus/recipes/openpgp.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../openpgp}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
def old(tag, data, kind=1):
    return bytes([0x80 | tag << 2 | kind]) + struct.pack('>' + 'BHI'[kind], len(data)) + data
def new(tag, data, wide=False):
    size = len(data)
    length = b'\xff' + struct.pack('>I', size) if wide else bytes([size]) if size < 192 else bytes([192 + (size - 192 >> 8), size - 192 & 255])
    return bytes([0xc0 | tag]) + length + data
numbers = bytes(i * 7 & 255 for i in range(300))
key, name, signature = b'\4' + numbers, b'Sample <sample@example.org>', b'\4\x13' + numbers
put('ring.gpg', old(6, key) + old(13, name, 0) + old(2, signature) + old(14, key) + old(2, signature, 2))
put('new.pgp', new(6, key) + new(13, name) + new(2, signature, True))
put('detached.sig', old(2, signature))
put('with-message.gpg', new(6, key) + new(13, name) + new(18, b'\1' + numbers))
put('cut.gpg', (old(6, key) + old(13, name, 0) + old(2, signature))[:-9])
put('partial.gpg', new(6, key) + new(13, name) + b'\xc2\xe5' + numbers)
put('bad-old.gpg', b'\x9b\4' + numbers)
picture = b'\xff\xd8\xff\xe0' + b'no picture' * 500
head = b'\xff' + struct.pack('>I', len(picture) + 17) + b'\1\x10\0\1\1' + bytes(12)
put('picture.gpg', new(6, key) + new(17, head + picture, True) + new(13, b'name' * 1100, True))
lists = lambda form, a, b: struct.pack('>' + form, len(a)) + a + struct.pack('>' + form, len(b)) + b
put('notations.sig', old(2, b'\4\x13\x16\x08' + lists('H', b'hashed' * 800, b'not hashed' * 500) + numbers) +
    new(2, b'\6\x13\x16\x08' + lists('I', b'hashed' * 800, b'') + numbers, True) + new(2, b'\3\5\x13' + numbers * 300, True))
PYTHON
