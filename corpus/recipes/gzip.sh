#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the gzip reader: corpus/recipes/gzip.sh
set -eu
cd "$(dirname "$0")/../gzip"
python3 - <<'PYTHON'
import struct, zlib

TEXT = b"".join(b"line %d: a made-up log of Example Lab\n" % i for i in range(60))

def member(data, name=None, comment=None, extra=None, header_crc=False, level=9, crc=None):
    flags = (2 * header_crc) | (4 * (extra is not None)) | (8 * (name is not None)) | (16 * (comment is not None))
    head = b"\x1f\x8b\x08" + bytes([flags]) + b"\0\0\0\0" + b"\2\3"
    if extra is not None:
        head += struct.pack("<H", len(extra)) + extra
    if name is not None:
        head += name + b"\0"
    if comment is not None:
        head += comment + b"\0"
    if header_crc:
        head += struct.pack("<H", zlib.crc32(head) & 0xffff)
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    return head + body + struct.pack("<II", zlib.crc32(data) if crc is None else crc, len(data))

def save(name, data):
    open(name, "wb").write(data)

save("plain.txt.gz", member(TEXT))
save("named.gz", member(TEXT, name=b"opt/example/readme.txt"))
save("every-field.tgz", member(TEXT, extra=b"AB\x04\x00abcd", comment=b"made up", header_crc=True))
save("empty.gz", member(b""))
save("members.log.gz", member(TEXT[:700]) + member(b"", name=b"none") + member(TEXT[700:], name=b"rest.log"))
save("padded.gz", member(TEXT) + bytes(300))
save("trailing.gz", member(TEXT) + bytes(21) + b"MZ and what follows the stream")
save("cut-second.gz", member(TEXT) + member(TEXT)[:7])
save("wrong-crc.gz", member(TEXT, crc=1) + member(b"the member behind it"))
save("wrong-header-crc.gz", b"\x1f\x8b\x08\x02" + bytes(6) + b"\0\0" + member(TEXT)[10:])
save("wrong-size.gz", member(TEXT)[:-4] + b"\x01\0\0\0")
save("huge-size.gz", member(TEXT)[:-4] + b"\xff\xff\xff\xff")
save("damaged.gz", member(TEXT)[:60] + b"\xff" * 40 + member(TEXT)[100:])
save("reserved.gz", b"\x1f\x8b\x08\x20" + member(TEXT)[4:])
save("cut.gz", member(TEXT)[:-20])
save("cut-header.gz", b"\x1f\x8b\x08\x08\0\0\0\0\0\3nam")
save("large-fields.gz", member(TEXT, extra=b"extra" * 1000) + member(TEXT, comment=b"comment" * 1000))
save("bad-bomb.gz", member(bytes(5 << 20)))
PYTHON
