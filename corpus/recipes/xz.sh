#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the xz reader: corpus/recipes/xz.sh
set -eu
mkdir -p "$(dirname "$0")/../xz"
cd "$(dirname "$0")/../xz"
python3 - <<'PYTHON'
import lzma

TEXT = b"".join(b"line %d: a made-up log of Example Lab\n" % i for i in range(60))

def xz(data, check=lzma.CHECK_CRC32, **lzma2):
    return lzma.compress(data, lzma.FORMAT_XZ, check, filters=lzma2.pop("filters", None) or [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16, **lzma2}])

def save(name, data):
    open(name, "wb").write(data)

save("text.txt.xz", xz(TEXT))
save("tape.txz", xz(TEXT, lzma.CHECK_SHA256))
save("unchecked.xz", xz(TEXT, lzma.CHECK_NONE))
save("branches.xz", xz(TEXT, filters=[{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}]))
save("empty.xz", xz(b""))
save("streams.xz", xz(TEXT[:500]) + bytes(8) + xz(b"") + xz(TEXT[500:]) + bytes(4))
save("trailing.xz", xz(TEXT) + b"MZ and what follows the stream")
# 1 GiB is declared, and nothing of it is used (filter flags 0x21, size 1, property byte 34).
large = bytearray(xz(TEXT))
large[12:24] = b"\x02\x00\x21\x01\x22\x00\x00\x00" + __import__("struct").pack("<I", __import__("zlib").crc32(b"\x02\x00\x21\x01\x22\x00\x00\x00"))
save("dictionary-over-the-limit.xz", bytes(large))
save("damaged.xz", xz(TEXT)[:80] + b"\xff" * 8 + xz(TEXT)[88:])
save("wrong-check.xz", xz(TEXT)[:-36] + b"\0" * 4 + xz(TEXT)[-32:])
save("second-cut.xz", xz(TEXT) + xz(TEXT)[:-50])
save("cut.xz", xz(TEXT)[:-60])
save("bad-bomb.xz", xz(bytes(5 << 20)))
PYTHON
