#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the script reader: corpus/recipes/script.sh
set -eu
mkdir -p "$(dirname "$0")/../script"
cd "$(dirname "$0")/../script"
python3 - <<'PYTHON'
import io, tarfile

SCRIPT = b"#!/bin/sh\n# The archive is ustar, or cpio with 070701.\ntail -c +400 \"$0\" | tar x\nexit\n"
out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
    about = tarfile.TarInfo("opt/example/a.txt")
    about.size = 8
    archive.addfile(about, io.BytesIO(b"made up\n"))
TAR = out.getvalue()[:2048]

def member(name, body):
    head = b"070701" + b"%08x" * 13 % (1, 0o100644, 0, 0, 1, 0, len(body), 0, 0, 0, 0, len(name) + 1, 0) + name + b"\0"
    head += bytes(-len(head) % 4)
    return head + body + bytes(-len(body) % 4)

CPIO = member(b"opt/example/a.txt", b"made up\n") + member(b"TRAILER!!!", b"")

def save(name, data):
    open(name, "wb").write(data)

save("tar.run", SCRIPT + TAR)
save("cpio.run", SCRIPT + CPIO)
save("both.run", SCRIPT + CPIO + TAR)
save("damaged.run", SCRIPT + TAR[:100] + b"?" + TAR[101:])
save("none.sh", SCRIPT)
PYTHON
