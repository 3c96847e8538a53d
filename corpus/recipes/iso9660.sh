#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Disc images by genisoimage.
set -eu
corpus=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p files/folder
printf 'made up\n' >"files/folder/Установка антивируса.txt"
seq 1 100 >files/numbers.txt
ln -s numbers.txt files/link
find files -exec touch -h -d @1000000000 {} +
head -c 2048 /dev/zero | tr '\0' B >boot.img
export SOURCE_DATE_EPOCH=1000000000
make_image() {
	out=$1
	shift
	genisoimage -quiet -no-pad -input-charset utf-8 -o "$corpus/iso9660/$out" "$@" files 2>/dev/null
}
make_image plain.iso
make_image rock-ridge.iso -R
make_image joliet.iso -J
cp boot.img files/boot.img
touch -d @1000000000 files/boot.img
make_image bootable.iso -R -J -b boot.img -no-emul-boot -boot-load-size 4 -hide boot.img -hide-joliet boot.img
cd "$corpus/iso9660"
python3 - <<'END'
data = bytearray(open("plain.iso", "rb").read())
open("cut.iso", "wb").write(data[:-2048])
data[:15] = b"a boot program."
open("hybrid.iso", "wb").write(data + b"what follows the end")
udf = bytearray(open("plain.iso", "rb").read())
udf[18 * 2048:18 * 2048 + 6] = b"\0NSR02" # in place of what follows the terminator
open("udf.iso", "wb").write(udf)
END
