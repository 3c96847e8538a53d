#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the zlib reader: corpus/recipes/zlib.sh
set -eu
mkdir -p "$(dirname "$0")/../zlib"
cd "$(dirname "$0")/../zlib"
python3 - <<'PYTHON'
import random, zlib

TEXT = b"".join(b"line %d: a made-up log of Example Lab\n" % i for i in range(60))
NOISE = random.Random(1).randbytes(6000)

def save(name, data):
    open(name, "wb").write(data)

save("text.txt.zz", zlib.compress(TEXT))
save("loose-object", zlib.compress(b"blob %d\0" % len(TEXT) + TEXT, 1))
save("empty.zlib", zlib.compress(b""))
save("larger-than-the-probe", zlib.compress(NOISE + TEXT, 9))
save("damaged-behind-the-probe", zlib.compress(NOISE + TEXT, 9)[:-40] + b"\xff" * 40)
save("wrong-sum", zlib.compress(TEXT)[:-1] + b"\0")
save("cut", zlib.compress(TEXT)[:-30])
save("trailing", zlib.compress(TEXT) + bytes(8) + b"behind the stream")
save("not-a-stream", b"x^2 + y^2 = z^2 is what a text may begin with\n")
PYTHON
