#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the bitcode reader, bit by bit; compiled.bc is from a compiler.
set -eu
cd "$(dirname "$0")/../bitcode"
PYTHONPATH=../recipes python3 -B - <<'PYTHON'
from struct import pack
from bitstream import ARRAY, BLOB, FIXED, VARIABLE, Bits, module

plain = module("appinfo.kli")


def sample(name, data):
    open(name, "wb").write(data)


sample("plain.bc", plain)
sample("swift.swiftmodule", module("appinfo.kli", b"\xe2\x9c\xa8\x0e"))
sample("header.pch", module("appinfo.kli", b"CPCH"))
sample("wrapped.bc", pack("<5I", 0x0B17C0DE, 0, 20, len(plain), 7) + plain)
sample("wrapped-far.bc", pack("<5I", 0x0B17C0DE, 0, 120, len(plain), 7) + b"what is hidden in between" * 4 + plain + b"\0" * 8)
sample("two.bc", plain + module("com.kaspersky.two"))
sample("trailing.bc", plain + b"PK, and whatever else was put here")
sample("cut.bc", plain[:-8])
deep = Bits()
for _ in range(70):
    deep.enter(8, 2)
sample("too-deep.bc", deep.bytes())
many = Bits().enter(8)
for _ in range(1100):
    many.define(("literal", 1))
sample("too-many.bc", many.end().bytes())
endless = Bits().enter(8).define(("literal", 1), ARRAY, (FIXED, 0)).number(4).variable(1 << 40, 6)
sample("endless-array.bc", endless.end().bytes())
sample("long-blob.bc", Bits().enter(8).define(("literal", 1), BLOB).number(4).variable(1 << 40, 6).end().bytes())
sample("not-defined.bc", Bits().enter(8).number(9).end().bytes())
sample("crash-wide-number.bc", Bits().enter(8).define((VARIABLE, 178)).number(4).put(0, 32).end().bytes())
sample("array-first.bc", Bits().enter(8).define(ARRAY).end().bytes())
sample("bad-magic-alone", b"BC\xc0\xde as someone's text quotes it")
PYTHON
printf 'const char name[] = "appinfo.kli";\nconst char *f(void) { return name; }\n' |
	clang -target x86_64-linux-gnu -x c -c -O1 -emit-llvm -o compiled.bc -
