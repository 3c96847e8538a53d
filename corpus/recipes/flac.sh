#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the flac reader.
# usage: corpus/recipes/flac.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../flac}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
def crc8(data):
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8): crc = (crc << 1 ^ (7 if crc & 128 else 0)) & 255
    return crc
def crc16(data):
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8): crc = (crc << 1 ^ (0x8005 if crc & 32768 else 0)) & 65535
    return struct.pack('>H', crc)
def block(kind, data, last=False): return bytes([kind | (128 if last else 0)]) + struct.pack('>I', len(data))[1:] + data
def info(longest): return struct.pack('>HH', 4096, 4096) + b'\0\0\0' + struct.pack('>I', longest)[1:] + b'\x0a\xc4\x40\xf0' + bytes(20)
def frame(number, extra=b''):
    header = b'\xff\xf8' + (b'\x69\x08' if extra else b'\xc9\x08') + bytes([number]) + extra
    data = header + bytes([crc8(header)]) + b'\x22' * 20
    return data + crc16(data)
sound = b''.join(frame(i) for i in range(5)) + frame(5, b'\x40')
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
put('plain.flac', b'fLaC' + block(0, info(40)) + block(4, b'comments') + block(1, bytes(5000), True) + sound)
put('trailing.flac', b'fLaC' + block(0, info(40), True) + sound + bytes(20) + b'PK\3\4 something hides here')
put('padding.flac', b'fLaC' + block(0, info(0)) + block(1, noise(5000)) + block(2, noise(5000)) + block(6, noise(5000), True) + sound)
# A cover, one of no known form, one that is shorter than its block; a longest frame that no frame can have
def picture(data): return struct.pack('>II', 3, 9) + b'image/png' + struct.pack('>I', 5) + b'cover' + bytes(16) + struct.pack('>I', len(data)) + data
put('pictures.flac', b'fLaC' + block(0, info(1 << 23)) + block(6, picture(noise(50))) + block(6, b'\xff' * 8 + noise(5000)) +
    block(6, picture(b'') + noise(5000), True) + sound + bytes(9))
put('cut-frame.flac', b'fLaC' + block(0, info(40), True) + sound[:-1])
def other(head):
    head += bytes([crc8(head)])
    return head + bytes(9) + crc16(head + bytes(9))
# Numbers of two bytes; sizes and rates that follow them, of one byte and of two
put('frames.flac', b'fLaC' + block(0, info(40), True) + other(b'\xff\xf8\xc9\x08\xc2\x80') + other(b'\xff\xf8\xcc\x08\1\x30') + other(b'\xff\xf8\x6d\x08\2\x10\1\0') + other(b'\xff\xf8\x7e\x08\3\1\0\1\0'))
put('no-frames.flac', b'fLaC' + block(0, info(40), True) + b'not a frame at all')
put('cut.flac', b'fLaC' + block(0, info(40)) + block(4, b'comments')[:6])
PYTHON
