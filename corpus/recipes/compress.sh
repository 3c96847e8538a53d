#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the compress reader: corpus/recipes/compress.sh
set -eu
mkdir -p "$(dirname "$0")/../compress"
cd "$(dirname "$0")/../compress"
python3 - <<'PYTHON'
import random, subprocess

TEXT = b"".join(b"line %d: a made-up log of Example Lab\n" % i for i in range(60))
NOISE = random.Random(1).randbytes(3000)

def packed(data, most=16, clears=True, clear_at=()):
    bits, width, group = [], 9, 0
    table, free = {bytes([i]): i for i in range(256)}, 257 if clears else 256
    def put(code):
        bits.extend(code >> i & 1 for i in range(width))
    def align():
        nonlocal group
        while (len(bits) - group) % (width * 8):
            bits.append(0)
        group = len(bits)
    word, first = b"", True
    for i, byte in enumerate(data):
        longer = word + bytes([byte])
        if longer in table:
            word = longer
            continue
        put(table[word])
        if free < 1 << most:
            table[longer] = free
            free += 1
        # The reader defines a code one step later than the writer.
        if free - 1 > (1 << width) - 1 and width < most:
            align()
            width += 1
        word = bytes([byte])
        if i in clear_at:
            put(256)
            align()
            width, free = 9, 257
            table = {bytes([i]): i for i in range(256)}
    if word:
        put(table[word])
    while len(bits) % 8:
        bits.append(0)
    body = bytes(sum(bits[i + k] << k for k in range(8)) for i in range(0, len(bits), 8))
    return b"\x1f\x9d" + bytes([most | (0x80 if clears else 0)]) + body

def save(name, data, plain=None):
    if plain is not None: # gzip reads these files, too
        assert subprocess.run(["gzip", "-dc"], input=data, stdout=subprocess.PIPE, check=True).stdout == plain, name
    open(name, "wb").write(data)

save("text.txt.Z", packed(TEXT), TEXT)
save("noise.Z", packed(NOISE), NOISE)
save("narrow.taz", packed(TEXT, 10), TEXT)
save("without-clear.Z", packed(TEXT, 12, False), TEXT)
save("repeats.Z", packed(b"a" * 3000), b"a" * 3000)
save("clears.Z", packed(TEXT, 12, True, (400, 401, 1900)))
save("empty.Z", packed(b""), b"")
save("damaged.Z", packed(TEXT)[:60] + b"\xff" * 8 + packed(TEXT)[68:])
# Nothing but codes that clear the table, and what is void behind each
save("void.Z", b"\x1f\x9d\x90" + b"a" + bytes(8) + bytes([0, 0x81, 0x91, 0xa1, 0xb1, 0xc1, 0xd1, 0xe1, 0xf1]) * 600)
save("bad-widths.Z", b"\x1f\x9d\x88" + TEXT)
PYTHON
