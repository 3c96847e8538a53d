#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the bzip2 reader: corpus/recipes/bzip2.sh
set -eu
mkdir -p "$(dirname "$0")/../bzip2"
cd "$(dirname "$0")/../bzip2"
python3 - <<'PYTHON'
import bz2

TEXT = b"".join(b"line %d: a made-up log of Example Lab\n" % i for i in range(60))

def save(name, data):
    open(name, "wb").write(data)

save("text.txt.bz2", bz2.compress(TEXT))
save("tape.tbz2", bz2.compress(TEXT, 1))
save("empty.bz2", bz2.compress(b""))
save("streams.bz2", bz2.compress(TEXT[:500]) + bz2.compress(b"") + bz2.compress(TEXT[500:]))
save("trailing.bz2", bz2.compress(TEXT) + b"MZ and what follows the stream")
save("damaged.bz2", bz2.compress(TEXT)[:60] + b"\xff" * 8 + bz2.compress(TEXT)[68:])
save("wrong-crc.bz2", bz2.compress(TEXT)[:10] + bytes(4) + bz2.compress(TEXT)[14:])
save("second-cut.bz2", bz2.compress(TEXT) + bz2.compress(TEXT)[:-50])
save("cut.bz2", bz2.compress(TEXT)[:-60])
save("cut-header.bz2", bz2.compress(TEXT)[:7])
save("bad-bomb.bz2", bz2.compress(bytes(5 << 20)))
PYTHON
