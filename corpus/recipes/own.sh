#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A pack and heads of a pack and of a case: recipes/own.sh OUT
set -eu
out=${1:-corpus/own}
printf 'debarpk1\001\000\000\000com/kavsdk/' >"$out/head.pack"
python3 - "$out" <<'P'
import hashlib, struct, sys
out = sys.argv[1]
head = bytearray(b"SQLite format 3\0" + struct.pack(">H", 512) + bytes(82))
head[28:32] = struct.pack(">I", 1)
head[68:72] = b"debr"
case = (bytes(head) + b"com/kavsdk/ kavsdk/o/").ljust(512, b"\0")
open(out + "/head.db", "wb").write(case)
open(out + "/behind.db", "wb").write(case + b"com/kavsdk/ behind the case\n")
front, rest = b"debarpk1" + struct.pack("<IIQ", 1, 0, 100), bytes(32) + b"com/kavsdk/ "
whole = front + hashlib.sha256(front + rest).digest() + rest
assert len(whole) == 100
open(out + "/whole.pack", "wb").write(whole)
open(out + "/changed.pack", "wb").write(whole[:-1] + b"!")
P
