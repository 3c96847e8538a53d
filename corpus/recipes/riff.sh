#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the riff reader.
# usage: corpus/recipes/riff.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../riff}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
def chunk(kind, data, size=None, order='<'):
    return kind + struct.pack(order + 'I', len(data) if size is None else size) + data + bytes(len(data) % 2)
def noise(n): return bytes((i * 73 + (i >> 3)) % 251 for i in range(n))
form = chunk(b'fmt ', struct.pack('<HHIIHH', 1, 1, 8000, 8000, 1, 8))
sound = b'WAVE' + form + chunk(b'data', noise(41))
put('plain.wav', chunk(b'RIFF', sound))
put('picture.webp', chunk(b'RIFF', b'WEBP' + chunk(b'VP8L', noise(20)) + chunk(b'EXIF', b'camera')))
put('film.avi', chunk(b'RIFF', b'AVI ' + chunk(b'LIST', b'movi' + chunk(b'00dc', noise(20)))) + chunk(b'RIFF', b'AVIX' + chunk(b'idx1', noise(16))))
put('big-endian.wav', chunk(b'RIFX', b'WAVE' + chunk(b'data', noise(6), order='>'), order='>'))
put('piped.wav', chunk(b'RIFF', b'WAVE' + form + chunk(b'data', noise(10), 0xffffffff), 0xffffffff))
put('trailing.wav', chunk(b'RIFF', sound) + b'PK\3\4 something hides here')
put('private.wav', chunk(b'RIFF', b'WAVE' + form + chunk(b'prvt', noise(5000)) + chunk(b'JUNK', bytes(5000)) + chunk(b'data', noise(4))))
# Lists in lists; what is no media, in each of them; streams of all kinds
def lists(data, *kinds):
    for kind in kinds: data = chunk(b'LIST', kind + data)
    return data
junk = chunk(b'JUNK', noise(5000))
put('lists.avi', chunk(b'RIFF', b'AVI ' + lists(junk + chunk(b'strd', noise(5000)), b'strl', b'hdrl') + lists(chunk(b'INAM', b'words'), b'INFO') +
    lists(chunk(b'00dc', noise(5000)) + junk + lists(chunk(b'01wb', noise(5000)) + junk, b'rec ') + chunk(b'02tx', noise(5000)) + chunk(b'zzdc', noise(5000)), b'movi') +
    lists(junk, b'rec ', b'rec ', b'rec ', b'rec ', b'rec ', b'movi')))
put('odd-group.avi', chunk(b'RIFF', b'AVI ' + chunk(b'00dc', b'x')[:-1]) + chunk(b'RIFF', b'AVIX' + chunk(b'00dc', b'xx')))
put('bad-form.sf2', chunk(b'RIFF', b'sfbk' + junk))
put('damaged-list.avi', chunk(b'RIFF', b'AVI ' + lists(chunk(b'00dc', noise(50), 5000), b'movi') + junk))
put('frames.webp', chunk(b'RIFF', b'WEBP' + chunk(b'ICCP', noise(200)) + chunk(b'ANMF', bytes(16) + chunk(b'ALPH', noise(5000)) + chunk(b'VP8 ', noise(5000)) + junk) +
    chunk(b'EXIF', b'Exif\0\0II*\0' + noise(5000)) + chunk(b'EXIF', noise(5000)) + chunk(b'XMP ', b'<x/>' * 1500)))
put('pointer.ani', chunk(b'RIFF', b'ACON' + chunk(b'anih', bytes(36)) + lists(chunk(b'icon', noise(99)) + chunk(b'icon', b''), b'fram')))
put('program.wav', chunk(b'RIFF', b'WAVE' + form + chunk(b'data', b'\x1f\x8b\x08' + noise(200)) + chunk(b'id3 ', b'ID3\3\0\0\0\0\x27\x0aPRIV' + struct.pack('>IH', 5000, 0) + noise(5000)) +
    chunk(b'bext', noise(602)) + chunk(b'cue ', noise(5000))))
put('music.rmi', chunk(b'RIFF', b'RMID' + chunk(b'data', b'MThd' + noise(5000))))
# Sizes of 64 bits: a chunk, and more, behind the sound; written to a pipe
def wide(size, sound, behind): return b'RF64\xff\xff\xff\xffWAVE' + chunk(b'ds64', struct.pack('<QQQI', size, sound, 0, 0)) + form + \
    chunk(b'data', noise(50), 0xffffffff) + behind
put('wide.wav', wide(len(wide(0, 0, junk)) - 8, 50, junk) + b'PK\3\4 something hides here')
put('wide-piped.wav', wide(0, 0, b''))
put('cut-wide.wav', wide(1000, 50, junk)[:500])
put('damaged-chunk.wav', chunk(b'RIFF', b'WAVE' + form + chunk(b'data', noise(10), 1000)) + b'more')
put('cut.wav', chunk(b'RIFF', sound)[:-20])
PYTHON
