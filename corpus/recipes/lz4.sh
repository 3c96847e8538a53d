#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the lz4 reader: corpus/recipes/lz4.sh
set -eu
mkdir -p "$(dirname "$0")/../lz4"
cd "$(dirname "$0")/../lz4"
python3 - <<'PYTHON'
import struct, subprocess

TEXT = b"".join(b"line %d: a made-up log of Example Lab\n" % i for i in range(60))

def lz4(data, *options):
    return subprocess.run(["lz4", "-q", "-c", *options], input=data, stdout=subprocess.PIPE, check=True).stdout

def save(name, data):
    open(name, "wb").write(data)

LEGACY = lz4(TEXT, "-l")
save("text.txt.lz4", lz4(TEXT))
save("tape.tlz4", lz4(TEXT, "-BD", "-BX", "-B4"))
save("empty.lz4", lz4(b""))
save("frames.lz4", lz4(TEXT[:500]) + LEGACY + struct.pack("<II", 0x184D2A50, 4) + b"note" + lz4(TEXT[500:]))
save("skippable-first", struct.pack("<II", 0x184D2A51, 4) + b"note" + lz4(TEXT))
save("legacy", LEGACY)
save("legacy-kernel", LEGACY + struct.pack("<I", len(TEXT)))
save("legacy-padded", LEGACY + bytes(64))
save("legacy-frames", LEGACY + LEGACY + lz4(TEXT))
save("legacy-damaged", LEGACY[:8] + b"\xff" * 20 + LEGACY[28:])
save("legacy-cut", LEGACY[:-9])
save("trailing.lz4", lz4(TEXT) + b"MZ and what follows the frame")
save("dictionary.lz4", b"\x04\x22\x4d\x18\x65" + lz4(TEXT)[5:])
save("damaged.lz4", lz4(TEXT)[:40] + b"\xff" * 8 + lz4(TEXT)[48:])
save("wrong-check.lz4", lz4(TEXT)[:-4] + bytes(4))
save("cut.lz4", lz4(TEXT)[:-60])
# One block, as it lies in a frame: behind 7 bytes of header and 4 of size, before 4 of the end.
BLOCK = lz4(TEXT, "--no-frame-crc")[11:-4]
MOZILLA = b"mozLz40\0" + struct.pack("<I", len(TEXT)) + BLOCK
save("addons.json.lz4", MOZILLA)
save("search.jsonlz4", MOZILLA)
save("cut.mozlz4", MOZILLA[:-9])
save("wrong-size.mozlz4", MOZILLA[:8] + struct.pack("<I", len(TEXT) + 1) + BLOCK)
save("huge.mozlz4", MOZILLA[:8] + b"\xff" * 4 + BLOCK)
save("head.mozlz4", MOZILLA[:10])
save("empty.mozlz4", MOZILLA[:8] + bytes(5))
save("none-but-more.mozlz4", MOZILLA[:8] + bytes(4) + BLOCK)
PYTHON
