#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the lzma reader: corpus/recipes/lzma.sh
set -eu
mkdir -p "$(dirname "$0")/../lzma"
cd "$(dirname "$0")/../lzma"
python3 - <<'PYTHON'
import lzma, random, struct

TEXT = b"".join(b"line %d: a made-up log of Example Lab\n" % i for i in range(60))

def packed(data, dict_size=1 << 16, **more):
    return lzma.compress(data, lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": dict_size, **more}])

def save(name, data):
    open(name, "wb").write(data)

save("text.txt.lzma", packed(TEXT))
save("tape.tlz", packed(TEXT, lc=0, lp=2, pb=0))
save("half-step-dictionary", packed(TEXT, 3 << 15))
save("size-known.lzma", packed(TEXT)[:5] + struct.pack("<Q", len(TEXT)) + packed(TEXT)[13:])
save("size-too-large.lzma", packed(TEXT)[:5] + struct.pack("<Q", len(TEXT) + 9) + packed(TEXT)[13:])
save("trailing.lzma", packed(TEXT) + b"MZ and what follows the stream")
save("dictionary-over-the-limit.lzma", packed(TEXT)[:1] + struct.pack("<I", 1 << 30) + packed(TEXT)[5:])
save("cut.lzma", packed(TEXT)[:-60])
save("noise", b"\x5d\0\0\x80\0" + struct.pack("<Q", 5000) + b"\0" + random.Random(1).randbytes(300))
PYTHON
