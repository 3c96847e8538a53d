#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the tar reader: corpus/recipes/tar.sh
set -eu
mkdir -p "$(dirname "$0")/../tar"
cd "$(dirname "$0")/../tar"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

mkdir -p "$folder/opt/example/bin"
echo "made up" >"$folder/opt/example/readme.txt"
ln -s ../bin/tool "$folder/opt/example/link"
ln "$folder/opt/example/readme.txt" "$folder/opt/example/readme.hard"
long=opt/a-folder-with-a-long-name-that-goes-on-and-on/and-another-one-that-goes-on-as-well-for-a-while
mkdir -p "$folder/$long"
echo "deep" >"$folder/$long/a-file-at-the-end-of-a-path-of-more-than-one-hundred-bytes.txt"
ln -s "/$long/a-target-of-more-than-one-hundred-bytes-in-a-folder-that-is-deep-down" "$folder/opt/far"
python3 - "$folder/sparse" <<'PYTHON'
import sys
with open(sys.argv[1], "wb") as file:
    file.write(b"first")
    for place in range(1, 7):
        file.seek(place * 65536)
        file.write(b"data at %d" % place)
    file.truncate(500000)
PYTHON
pack() {
	tar -C "$folder" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -b 1 "$@"
}
pax=--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime
pack -c --format=v7 opt/example >v7.tar
pack -c --format=ustar --exclude=far opt >ustar.tar
pack -c --format=gnu opt >gnu.tar
pack -c --format=pax "$pax" opt >pax.tar
for version in 0.0 0.1 1.0; do
	pack -c --format=pax "$pax" --sparse --sparse-version=$version sparse >sparse-$version.tar
done
pack -c --format=gnu --sparse sparse >sparse-gnu.tar

python3 - <<'PYTHON'
import struct

def header(name, size=0, kind=b"0", link=b"", magic=b"ustar\x0000", prefix=b"", size_field=None):
    block = bytearray(512)
    block[0:len(name)] = name
    block[100:124] = b"0000644\x000000000\x000000000\x00"
    block[124:136] = size_field or b"%011o\0" % size
    block[136:148] = b"00000000000\0"
    block[156:157] = kind
    block[157:157 + len(link)] = link
    block[257:265] = magic.ljust(8, b"\0")
    block[345:345 + len(prefix)] = prefix
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)

def padded(data):
    return data + bytes(-len(data) % 512)

def member(name, data=b"", **more):
    return header(name, len(data), **more) + padded(data)

def pax(*records, kind=b"x"):
    text = b""
    for record in records:
        length = len(record) + 2
        while len(b"%d" % length) + 2 + len(record) != length:
            length = len(b"%d" % length) + 2 + len(record)
        text += b"%d %s\n" % (length, record)
    return member(b"PaxHeaders/x", text, kind=kind)

END = bytes(1024)
A, B = member(b"a.txt", b"the first"), member(b"b.txt", b"the second")
def save(name, data):
    open(name, "wb").write(data)

save("base-256.tar", member(b"a.txt", b"nine bytes", size_field=b"\x80" + bytes(10) + b"\x0a") + END)
save("negative-size.tar", member(b"a.txt", b"lost", size_field=b"\xff" * 12) + B + END)
save("pax-size.tar", pax(b"size=9", b"path=c/renamed.txt") + header(b"a.txt", 0) + padded(b"the first") + B + END)
save("pax-global.tar", pax(b"path=all.txt", kind=b"g") + A + pax(b"path=one.txt") + B + END)
save("pax-damaged.tar", member(b"PaxHeaders/x", b"99 path=far\n", kind=b"x") + A + END)
save("large-pax.tar", pax(b"comment=" + b"comment" * 600) + A + END)
save("link-with-size.tar", header(b"l", 9, kind=b"2", link=b"a.txt") + header(b"h", 9, kind=b"1", link=b"a.txt") + B + END)
save("hard-link-with-data.tar", member(b"h", b"the data", kind=b"1", link=b"a.txt") + B + END)
save("named-by-link.tar", member(b"./store/00", b"a text") + header(b"package.json", kind=b"1", link=b"store/00") +
     pax(b"linkpath=package.json") + header(b"again.json", kind=b"1") + header(b"else/00", kind=b"1", link=b"store/00") +
     header(b"none", kind=b"1", link=b"elsewhere") + member(b"01", b"\0binary") + header(b"tool", kind=b"1", link=b"01") + END)
save("prefix.tar", member(b"file", b"x", prefix=b"usr/share") + END)
save("damaged-header.tar", A + b"\xff" * 1024 + B + END)
save("damaged-first-header.tar", A[:100] + b"\xff" + A[101:] + B + END)
save("two-archives.tar", A + END + bytes(1024) + B + END)
save("trailing.tar", A + END + b"MZ and what follows the archive")
save("long-zero-tail.tar", A + bytes(10240))
save("no-end.tar", A + B)
save("cut-member.tar", member(b"a.txt", bytes(2000))[:1000])
save("cut-header.tar", A + B[:300])
save("cut-after-long-name.tar", A + member(b"././@LongLink", b"x" * 120 + b"\0", kind=b"L"))
save("volume.tar", member(b"label", kind=b"V") + member(b"rest.bin", b"the rest", kind=b"M") + END)
save("unknown-type.tar", member(b"what", b"some data", kind=b"Q") + END)
save("sparse-huge.tar", pax(b"GNU.sparse.major=1", b"GNU.sparse.minor=0", b"GNU.sparse.name=big", b"GNU.sparse.realsize=9999999999999") + member(b"GNUSparseFile/big", padded(b"1\n0\n4\n") + b"data") + END)
save("sparse-backwards.tar", pax(b"GNU.sparse.major=1", b"GNU.sparse.minor=0", b"GNU.sparse.name=odd", b"GNU.sparse.realsize=600") + member(b"GNUSparseFile/odd", padded(b"2\n500\n4\n0\n4\n") + b"datadata") + END)
save("sparse-bad-map.tar", pax(b"GNU.sparse.major=1", b"GNU.sparse.minor=0", b"GNU.sparse.name=odd", b"GNU.sparse.realsize=600") + member(b"GNUSparseFile/odd", padded(b"900\n500\n4\n") + b"datadata") + END)
PYTHON
