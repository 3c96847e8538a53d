#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Attempts to make debar lie: products and locked bytes where a reader or the byte account could miss them (make_lies.py).
. "$SOURCE/tests/system/lib.sh"
tools=$SOURCE/tests/system
made=$work/made

ok 'the attempts are made' "$tools/make_lies.py" "$made"
# Each attempt is a target, so that each has a verdict. Their names are without blanks.
# shellcheck disable=SC2046
"$debar" scan -q -o "json=$work/json" $(cut -f1 "$made/cases.tsv" | sed "s|^|$made/|") 2>"$work/err"
status=$?
[ $status -eq 1 ] || { miss "lies: status $status"; head -5 "$work/err" >&2; }
if "$tools/check_lies.py" "$made" "$work/json" >"$work/out"; then pass; else
	miss 'lies'
	cat "$work/out" >&2
fi
cat "$work/out"

# What says that it is empty and is not; what was left out stands beside the verdict.
ends 3 'a file of the kernel' "$debar" scan -q /proc/version
says 'it has bytes, though its size says that it has none' 'a file of the kernel'
mkdir "$work/left"
echo content >"$work/left/a"
echo content >"$work/left/b"
ends 0 'left out' "$debar" scan -q -e a "$work/left"
says '; 1 path was left out' 'left out'
silent_about 'every byte was read' 'left out'

# What looks packed in a program stays so at the limit of depth, and is a gap.
ends 3 'a program at the limit of depth' "$debar" scan -q --depth 0 "$made/elf-tgz-loaded"
says 'by the depth limit, and it looks packed' 'a program at the limit of depth'

# A large member is only searched when no reader claims it; behind a script may stand an archive.
python3 - "$made/script-before-tar" "$work/large.gz" <<'EOF'
import gzip, sys
with open(sys.argv[1], "rb") as file:
    script, archive = file.read().split(b"exit\n", 1)
with gzip.open(sys.argv[2], "wb", 1) as file:
    file.write(script + b"exit\n" + bytes(66 << 20) + archive)
EOF
ends 1 'a plain archive behind a script in a large member' "$debar" scan -q "$work/large.gz"

# What comes from standard input has no name that a reader could go by.
echo '{"name": "@kaspersky/hexa-ui", "version": "6.198.2"}' >"$work/manifest"
ends 1 'a manifest from standard input' "$debar" scan -q - <"$work/manifest"

# The last of a large file is a few bytes behind a hole.
python3 - "$work/tail" <<'EOF'
import os, sys
with open(sys.argv[1], "wb") as file:
    file.write(b"words and words\n" * 60000)
    os.pwrite(file.fileno(), b"the tail", 8 << 20)
EOF
ends 0 'a tail behind a hole' "$debar" scan -q "$work/tail"

# A mark of UTF-16 ends where a part of a large file does; its last zero is the first byte of a hole.
python3 - "$work/border" <<'EOF'
import os, sys
mark = "Lcom/kavsdk/".encode("utf-16-le")
with open(sys.argv[1], "wb") as file:
    os.pwrite(file.fileno(), b"\x01" * ((2 << 20) + 1 - len(mark)) + mark[:-1], 0)
    os.truncate(file.fileno(), 9 << 20)
EOF
ends 3 'a mark into a hole' "$debar" scan -q "$work/border"
says 'Kaspersky Mobile Security SDK' 'a mark into a hole'
finish
