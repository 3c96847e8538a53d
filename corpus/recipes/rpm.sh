#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# rpm package files, by hand: rpmbuild's carry the time and the machine's name.
set -eu
cd "$(dirname "$0")/../rpm"
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=../recipes python3 - <<'END'
import gzip, lzma, struct
from rpm_header import AGENT, INT32, STRING, STRINGS, header

MAGIC = b"\x8e\xad\xe8\x01\0\0\0\0"
CPIO = b"070701" + b"0" * 104 # stands for an archive: only its place counts here

def rpm(main, payload, signature=((1000, INT32, [1]), (269, STRING, "a" * 40))):
    lead = struct.pack(">4sBBHH66sHH16x", b"\xed\xab\xee\xdb", 3, 0, 0, 1, b"klnagent64-15.0.0-12912", 1, 5)
    signature = MAGIC + header(list(signature))
    return lead + signature + bytes(-len(signature) % 8) + MAGIC + main + payload

def save(name, data):
    open(name, "wb").write(data)

packed = gzip.compress(CPIO, 9, mtime=0)
save("agent.rpm", rpm(AGENT, packed))
save("xz.rpm", rpm(AGENT, lzma.compress(CPIO, preset=6)))
save("plain.rpm", rpm(AGENT, CPIO))
save("old-paths.rpm", rpm(header([(1000, STRING, "old"), (1001, STRING, "1"), (1027, STRINGS, ["/bin/old", "/etc/old"])]), packed))
save("no-name.rpm", rpm(header([(1001, STRING, "1")]), packed))
save("strange-folders.rpm", rpm(header([(1000, STRING, "strange"), (1116, INT32, [0, 9]), (1117, STRINGS, ["a", "b", "c"]),
                                        (1118, STRINGS, ["/x/"])]), packed))
save("cut.rpm", rpm(AGENT, packed)[:500])
save("cut-payload.rpm", rpm(AGENT, packed)[:-20])
END
