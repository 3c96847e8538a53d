#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Case files for the fuzzer of the store: the sample scan of tests/unit/sample_scan.c, whole, interrupted, and with
# rows or a schema that no debar wrote. Small pages keep them small.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
sample=${BUILD:-$here/build}/tests/sample_report
out=$here/corpus/case
mkdir -p "$out"
rm -f "$out"/*

make_case() { # NAME SQL [partial]
	"$sample" case "$out/$1" ${3:+"$3"}
	sqlite3 "$out/$1" "$2; PRAGMA journal_mode=DELETE; PRAGMA page_size=512; VACUUM;" >/dev/null
}

make_case whole.db ''
make_case partial.db '' partial
make_case bad-enum.db 'UPDATE finding SET nexus=99'
make_case bad-view.db 'CREATE VIEW more AS SELECT * FROM finding'
make_case bad-wal.db ''
# Byte 18 and 19 of the header: 2 is write-ahead logging.
printf '\002\002' | dd of="$out/bad-wal.db" bs=1 seek=18 conv=notrunc status=none
