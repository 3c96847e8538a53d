#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the unopened reader: heads of what has no reader. corpus/recipes/unopened.sh
set -eu
mkdir -p "$(dirname "$0")/../unopened"
cd "$(dirname "$0")/../unopened"
python3 - <<'PYTHON'
import struct

def save(name, *parts):
    body = bytearray(max(at + len(part) for at, part in parts))
    for at, part in parts:
        body[at:at + len(part)] = part
    open(name, "wb").write(body)

save("squashfs.img", (0, b"hsqs"), (95, b"\0"))
save("ext.img", (1024, struct.pack("<2I", 16, 64)), (1024 + 24, struct.pack("<I", 0)), (1024 + 56, struct.pack("<2H", 0xef53, 1)), (1200, b"\0"))
save("bad-ext.img", (1024, struct.pack("<2I", 16, 64)), (1024 + 24, struct.pack("<I", 77)), (1024 + 56, struct.pack("<2H", 0xef53, 1)), (1200, b"\0"))
save("fat.img", (0, b"\xeb\x3c\x90mkfs.fat"), (54, b"FAT12   "), (510, b"\x55\xaa"))
save("ntfs.img", (0, b"\xeb\x52\x90NTFS    "), (510, b"\x55\xaa"))
save("ufs.img", (9564, b"\x54\x19\x01\x00"))
save("image.wim", (0, b"MSWIM\0\0\0\xd0\0\0\0"))
save("disk.vmdk", (0, b"KDMV\1\0\0\0"))
save("app.asar", (0, struct.pack("<4I", 4, 48, 44, 38) + b'{"files":{"a":{"size":1,"offset":"0"}}}a'))
save("hive.dat", (0, b"regf"), (40, b"\0"))
save("old.dl_", (0, b"SZDD\x88\xf0\x27\x33A\0"))
save("capture.pcapng", (0, struct.pack("<3I", 0x0a0d0d0a, 28, 0x1a2b3c4d)))
save("jffs2.img", (0, b"\x85\x19\6\x20"), (99, b"\0"))
save("jffs2-big.img", (0, b"\x19\x85\xe0\1"), (99, b"\0"))
save("super.img", (4096, b"gDla"), (4200, b"\0"))
save("pool.img", (16384, b"\1\1"), (16408, b"version"))
save("closure.nar", (0, struct.pack("<Q", 13) + b"nix-archive-1\0\0\0"))
save("home.dump", (0, b"\1\0\0\0"), (24, struct.pack("<I", 60012)))
save("classes.pack", (0, b"\xca\xfe\xd0\x0d"), (50, b"\0"))
save("old.arj", (0, b"\x60\xea\x2c\0\x22\x0b\1\x0b\0\0\2"))
save("mail.hqx", (0, b"(This file must be converted with BinHex 4.0)\n:"))
save("winmail.dat", (0, b"\x78\x9f\x3e\x22\1\0"))
save("data.accdb", (0, b"\0\1\0\0Standard ACE DB\0"))
PYTHON
