#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the ogg reader.
# usage: corpus/recipes/ogg.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../ogg}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
def laced(data): return bytes([255] * (len(data) // 255) + [len(data) % 255])
def raw(flags, stream, lengths, data):
    return b'OggS\0' + bytes([flags]) + struct.pack('<QIII', 0, stream, 0, 0) + bytes([len(lengths)]) + lengths + data
def page(flags, data, stream=7): return raw(flags, stream, laced(data), data)
def pages(data, stream=7): # one packet over several
    lengths, made, at = laced(data), [], 0
    for i in range(0, len(lengths), 16):
        part = lengths[i:i + 16]
        made.append(raw(1 if i else 0, stream, part, data[at:at + sum(part)]))
        at += sum(part)
    return made
sound = page(2, b'OpusHead\1\2') + page(0, b'OpusTags') + page(4, bytes(range(256)) * 2)
put('plain.opus', sound)
put('trailing.ogg', sound + b'PK\3\4 something hides here')
put('cut.ogg', sound[:-30])
# Long comments: within a page behind another packet, and over pages that another stream's stand between; no end
comments = b'\3vorbis' + noise(5000)
first, second = pages(comments), pages(b'\x81theora' + noise(9000), 8)
between = b''.join(a + b for a, b in zip(first, second)) + b''.join(second[len(first):])
put('comments.ogg', page(2, b'\1vorbis') + page(2, b'\x80theora', 8) + between + page(4, noise(300)))
put('comments-behind.ogg', page(2, b'\1vorbis') + raw(0, 7, b'\3' + laced(comments), b'odd' + comments) + page(4, noise(300)))
put('no-end-of-comments.ogg', page(2, b'\1vorbis') + first[0] + page(0, noise(300), 9))
# Blocks of FLAC are packets, sound is not one
put('flac.ogg', page(2, b'\x7fFLAC\1\0') + page(0, b'\4\0\0\5words') + b''.join(pages(b'\x86\0\x13\x88' + noise(5000))) + b''.join(pages(b'\xff\xf8' + noise(5000))))
# A stream of a kind that nobody knows
put('unknown-stream.ogg', page(2, b'\1vorbis') + page(2, b'private', 9) + page(0, noise(300)) + page(4, noise(600), 9) + page(4, noise(300)))
PYTHON
