#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Caches of a few files. To be run again when the format of caches changes; each run gives other keys.
# usage: corpus/recipes/cache.sh BUILD-FOLDER
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d -p "$1")
trap 'rm -rf "$work"' EXIT
mkdir -p "$here/cache" "$work/files"
rm -f "$here/cache"/*
for i in 1 2 3 4 5 6 7 8 9; do
	echo "plain text number $i" >"$work/files/$i.txt"
done
cp "$here/zip/"*.zip "$here/gzip/"*.gz "$work/files/"
(cd "$work/files" && zip -q -P secret locked.zip 1.txt 2.txt)
sleep 3 # files changed of late are not kept
"$1/debar" scan -q -c "$work/case.db" --cache="$work/few.cache" -o csv "$work/files/1.txt" >/dev/null || [ $? -ne 2 ]
"$1/debar" scan -q -c "$work/case.db" --cache="$work/many.cache" -o csv "$work/files" >/dev/null || [ $? -ne 2 ]
cp "$work/few.cache" "$work/many.cache" "$here/cache/"
head -c 1000 "$work/many.cache" >"$here/cache/bad-cut.cache"
