#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bytes that look random but are known not to hide anything leave no gap; the same bytes without the format do.
. "$SOURCE/tests/system/lib.sh"
mkdir "$work/known" "$work/unknown"
PYTHONDONTWRITEBYTECODE=1 python3 - "$work/known" "$work/unknown" <<'PY' || miss 'samples cannot be made'
import hashlib, struct, sys
known, unknown = sys.argv[1:]
noise = b"".join(hashlib.sha256(b"%d" % i).digest() for i in range(4000))
def put(folder, name, data): open(f"{folder}/{name}", "wb").write(data)

names = sorted(noise[i:i + 20] for i in range(0, 120000, 20))
fan = b"".join(struct.pack(">I", sum(n[0] <= i for n in names)) for i in range(256))
put(known, "pack.idx", b"\xfftOc\0\0\0\2" + fan + b"".join(names) + noise[:4 * len(names)] + bytes(4 * len(names)) + noise[:40])

def packet(tag, data): return bytes([0x80 | tag << 2 | 2]) + struct.pack(">I", len(data)) + data
put(known, "ring.gpg", packet(6, b"\4" + noise[:50000]) + packet(13, b"Sample") + packet(2, b"\4\x13\x16\x08" + bytes(4) + noise[:60000]))
put(unknown, "message.gpg", packet(6, b"\4" + noise[:50]) + packet(13, b"Sample") + packet(18, b"\1" + noise))

def encrypt(plain, key=55665):
    out = bytearray()
    for byte in plain:
        out.append(byte ^ key >> 8)
        key = (out[-1] + key) * 52845 + 22719 & 0xffff
    return bytes(out)
glyphs = b"".join(b"/g%d 400 RD " % i + noise[400 * i:400 * i + 400] + b" ND\n" for i in range(300))
font = b"%!PS-AdobeFont-1.0: Sample\ncurrentfile eexec\n"
put(known, "font", font + encrypt(b"\0\0\0\0/CharStrings 300 dict dup begin\n" + glyphs + b"end mark currentfile closefile\n"))
put(unknown, "font", font + encrypt(b"\0\0\0\0" + noise))
put(unknown, "noise", noise)
PY
ends 0 'what is known is no gap' "$debar" scan -q -o json "$work/known"
cp "$work/out" "$work/json"
ok 'the report is valid' "$SOURCE/tests/system/flatten.py" "$work/json"
silent_about '^gap ' 'what is known'
for sample in message.gpg font noise; do
	ends 3 "$sample is a gap" "$debar" scan -q -o json "$work/unknown/$sample"
done
finish
