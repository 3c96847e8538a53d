#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the icc reader: corpus/recipes/icc.sh
set -eu
mkdir -p "$(dirname "$0")/../icc"
cd "$(dirname "$0")/../icc"
python3 - <<'PYTHON'
import struct

def profile(tags, size=None, between=b""):
    at = 132 + 12 * len(tags) + len(between)
    table = data = b""
    for name, value in tags:
        table += name + struct.pack(">2I", at + len(data), len(value))
        data += value
    size = at + len(data) if size is None else size
    head = (struct.pack(">I4sI", size, b"exam", 0x04000000) + b"mntrRGB XYZ ").ljust(36, b"\0") + b"acsp"
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + between + data

TAGS = [(b"desc", b"text\0\0\0\0made up\0"), (b"A2B0", bytes(range(256)))]
open("plain.icc", "wb").write(profile(TAGS))
open("behind.icc", "wb").write(profile(TAGS) + b"MZ behind the profile")
open("between.icc", "wb").write(profile(TAGS, between=b"a program between the parts " * 9))
noise = bytes((i * 73 + (i >> 3)) % 251 for i in range(5000))
open("elements.icc", "wb").write(profile([(b"A2B0", b"mft2\0\0\0\0" + noise), (b"B2A0", b"mft2\0\0\0\1" + noise), (b"priv", b"data\0\0\0\0" + noise), (b"tiny", b"abc")]))
shared = profile([(b"priv", noise), (b"pri2", noise)])
shared = shared[:148] + shared[136:144] + shared[156:-5000]
open("shared.icc", "wb").write(struct.pack(">I", len(shared)) + shared[4:])
open("overlapping.icc", "wb").write(struct.pack(">I", len(shared)) + shared[4:148] + struct.pack(">2I", 157, 4990) + shared[156:])
open("outside.icc", "wb").write(profile(TAGS, size=200).ljust(700, b"\1"))
open("many-tags.icc", "wb").write(profile(TAGS)[:128] + b"\xff" * 4 + profile(TAGS)[132:])
PYTHON
