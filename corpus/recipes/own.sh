#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Heads of a pack and of a case: recipes/own.sh OUT
set -eu
out=${1:-corpus/own}
printf 'debarpk1\001\000\000\000com/kavsdk/' >"$out/head.pack"
python3 - "$out/head.db" <<'P'
import sys
head = bytearray(b"SQLite format 3\0" + bytes(84))
head[68:72] = b"debr"
open(sys.argv[1], "wb").write(bytes(head) + b"com/kavsdk/ kavsdk/o/")
P
