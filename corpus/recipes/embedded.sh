#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the embedded reader: corpus/recipes/embedded.sh
set -eu
mkdir -p "$(dirname "$0")/../embedded"
cd "$(dirname "$0")/../embedded"
python3 - <<'PYTHON'
import bz2, gzip, lzma, random, struct, subprocess, tempfile, os, zlib

made = random.Random(1)
TEXT = b"".join(b"line %d: a made-up log of Example Lab %d\n" % (i, made.randrange(10**9)) for i in range(60))
CODE = bytes(made.choices(b"\x48\x89\xe5\x55\x8b\x00\x01\xc3\xe8", k=700))
NOISE = made.randbytes(500)

def run(*command, data):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "text")
        open(path, "wb").write(data)
        os.utime(path, (0, 0))
        done = subprocess.run([part.replace("FOLDER", folder) for part in command], check=True, cwd=folder, capture_output=True)
        out = os.path.join(folder, "out.7z")
        return open(out, "rb").read() if os.path.exists(out) else done.stdout

def save(name, data):
    open(name, "wb").write(data)

ZIPPED = gzip.compress(TEXT, 9, mtime=0)
ZSTD = run("zstd", "-qc", "--no-check", "text", data=TEXT)
LZ4 = run("lz4", "-qc", "text", data=TEXT)
SEVEN = run("7z", "a", "-bd", "-mtm=off", "-mtc=off", "-mta=off", "out.7z", "text", data=TEXT)
save("gzip", CODE + ZIPPED + CODE)
save("every-zlib-level", CODE.join(zlib.compress(TEXT, level) for level in (0, 1, 3, 6, 9)) + CODE)
save("one-behind-another", ZIPPED + ZIPPED + CODE + zlib.compress(TEXT) + ZIPPED)
save("xz", CODE + lzma.compress(TEXT, preset=1) + NOISE)
LARGE = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 128 << 20}]
save("xz-large-dictionary", CODE + lzma.compress(TEXT, filters=LARGE) + NOISE)
save("zstd", CODE + ZSTD + NOISE)
save("lz4", CODE + LZ4 + NOISE)
save("bzip2", CODE + bz2.compress(TEXT, 1) + NOISE)
save("sevenzip", CODE + SEVEN + NOISE)
CABINET = open("../cab/plain.cab", "rb").read()
save("cab", CODE + CABINET + NOISE)
save("wrong-sum", CODE + gzip.compress(TEXT * 40, 9, mtime=0)[:-8] + bytes(8) + CODE)
save("cut", CODE + ZIPPED[:-20])
save("damaged", CODE + ZIPPED[:300] + b"\0\0" + ZIPPED[302:] + CODE + b"\x28\xb5\x2f\xfd" + NOISE + b"MSCF" + NOISE)
save("magics-alone", b"".join(CODE[:90] + magic for magic in (b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"BZh9", b"7z\xbc\xaf\x27\x1c",
     b"\x04\x22\x4d\x18", b"\x28\xb5\x2f\xfd", b"MSCF", b"\x78\x9c")))
save("too-short", CODE + zlib.compress(b"short") + CODE)
save("whole", ZIPPED)
PYTHON
