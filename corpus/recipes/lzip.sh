#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the lzip reader: corpus/recipes/lzip.sh
set -eu
mkdir -p "$(dirname "$0")/../lzip"
cd "$(dirname "$0")/../lzip"
python3 - <<'PYTHON'
import lzma, struct, zlib

TEXT = b"".join(b"line %d: a made-up log of Example Lab\n" % i for i in range(60))

def lzip(data, dictionary=16):
    raw = lzma.compress(data, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}])
    return b"LZIP\x01" + bytes([dictionary]) + raw + struct.pack("<IQQ", zlib.crc32(data), len(data), 26 + len(raw))

def save(name, data):
    open(name, "wb").write(data)

save("text.txt.lz", lzip(TEXT))
save("members.tlz", lzip(TEXT[:500]) + lzip(TEXT[500:]))
save("trailing.lz", lzip(TEXT) + b"MZ and what follows the stream")
save("dictionary-over-the-limit.lz", lzip(TEXT, 29))
save("wrong-crc.lz", lzip(TEXT)[:-20] + bytes(20))
save("cut.lz", lzip(TEXT)[:-60])
PYTHON
