#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the zstd reader: corpus/recipes/zstd.sh
set -eu
mkdir -p "$(dirname "$0")/../zstd"
cd "$(dirname "$0")/../zstd"
python3 - <<'PYTHON'
import os, struct, subprocess, tempfile

TEXT = b"".join(b"line %d: a made-up log of Example Lab\n" % i for i in range(60))

def zstd(data, *options):
    return subprocess.run(["zstd", "-q", "-c", *options], input=data, stdout=subprocess.PIPE, check=True).stdout

def skippable(data, kind=0):
    return struct.pack("<II", 0x184D2A50 + kind, len(data)) + data

def save(name, data):
    open(name, "wb").write(data)

save("text.txt.zst", zstd(TEXT))
save("tape.tzst", zstd(TEXT, "--no-check", f"--stream-size={len(TEXT)}"))
save("empty.zst", zstd(b""))
save("frames.zst", zstd(TEXT[:500]) + zstd(b"") + skippable(b"a note between the frames", 3) + skippable(b"") + zstd(TEXT[500:]))
save("skippable-first.zst", skippable(b"a note before the frame", 15) + zstd(TEXT))
save("skippable-then-other", skippable(b"a note before another format") + b"MZ and so on")
save("skippable-cut", skippable(b"a note that is cut")[:-3])
save("trailing.zst", zstd(TEXT) + bytes(5) + b"MZ and what follows the frame")
save("old-version.zst", b"\x24\xb5\x2f\xfd" + zstd(TEXT)[4:])
# Frame header descriptor 4 (checksum), window byte: exponent 17 over 10, so 128 MiB.
save("window-over-the-limit.zst", b"\x28\xb5\x2f\xfd\x04\x88" + zstd(TEXT)[6:])
save("damaged.zst", zstd(TEXT)[:60] + b"\xff" * 8 + zstd(TEXT)[68:])
save("wrong-check.zst", zstd(TEXT)[:-4] + bytes(4))
save("second-cut.zst", zstd(TEXT) + zstd(TEXT)[:-30])
save("cut.zst", zstd(TEXT)[:-60])
save("bad-bomb.zst", zstd(bytes(5 << 20)))
with tempfile.TemporaryDirectory() as folder:
    dictionary = os.path.join(folder, "dictionary")
    samples = []
    for i in range(200):
        samples.append(os.path.join(folder, str(i)))
        save(samples[-1], TEXT[i * 7:i * 7 + 600] + b"%d" % i)
    subprocess.run(["zstd", "-q", "--train", *samples, "-o", dictionary, "--maxdict=512", "--dictID=7"], check=True, stderr=subprocess.DEVNULL)
    save("dictionary.zst", zstd(TEXT[:300], "-D", dictionary))
PYTHON
