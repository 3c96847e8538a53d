#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# 7z archives made by p7zip: methods, solid and not, encrypted, cut, with data behind the end.
set -eu
corpus=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p "files/Касперский" files/empty-folder
seq 1 400 >files/numbers.txt
printf 'made up\n' >"files/Касперский/файл.txt"
: >files/empty.txt
find files -exec touch -h -d @1000000000 {} +

pack() {
	out=$1
	shift
	(cd files && 7z a -t7z -mtc=off -mta=off -bd "$@" "../$out" . >/dev/null)
	cp "$out" "$corpus/sevenzip/$out"
}
pack lzma2.7z -m0=lzma2
pack lzma.7z -m0=lzma -mhc=off
pack ppmd.7z -m0=ppmd:mem=1m -ms=off
pack bzip2.7z -m0=bzip2
pack deflate.7z -m0=deflate
pack bcj.7z -m0=bcj -m1=lzma2
pack copy.7z -m0=copy

# A password: the salt is random, so these two differ each time (their facts do not).
pack encrypted.7z -psecret -mhe=off
pack encrypted-names.7z -psecret -mhe=on

cd "$corpus/sevenzip"
{ cat lzma2.7z; printf 'what follows the end'; } >trailing.7z
{ cat lzma2.7z; head -c 512 /dev/zero; } >padded.7z
head -c 200 lzma2.7z >cut.7z
python3 - <<'END'
import struct, zlib
data = bytearray(open("copy.7z", "rb").read())
data[40] ^= 1 # in the first member: its checksum no longer matches
open("wrong-checksum.7z", "wb").write(data)
head = bytes([1, 0]) # a header that tells of no members, behind packed data
start = struct.pack("<QQI", 100, len(head), zlib.crc32(head))
open("hidden.7z", "wb").write(b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + b"x" * 100 + head)
END
