#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# scan --cache: when it is used, when it is not, what is said of it, and who is believed. The law that it changes no answer is
# in cache_law.py.
TMPDIR=$BUILD
export TMPDIR
. "$SOURCE/tests/system/lib.sh"
case $(stat -f -c %T "$work") in
ext2/ext3 | xfs | btrfs | f2fs) ;;
*) echo "cache: $work lies on a file system that no cache trusts"; exit 77 ;;
esac
export XDG_CACHE_HOME="$work/home"
cache=$work/files.cache

# notes PATTERN NAME: the last command said so on standard error.
notes() {
	if grep -Eq -e "$1" "$work/err"; then pass; else miss "$2: no note matches $1"; cat "$work/err" >&2; fi
}
no_note() {
	if [ -s "$work/err" ]; then miss "$1: a note"; cat "$work/err" >&2; else pass; fi
}
# taken WANT NAME: how many objects the last report, in JSON, took from the cache.
taken() {
	got=$(sed -n 's/.*"remembered":\([0-9]*\).*/\1/p' "$work/out")
	if [ "$got" = "$1" ]; then pass; else miss "$2: ${got:-nothing} remembered instead of $1"; fi
}
look() {
	look_name=$1
	shift
	ok "$look_name" "$debar" scan -q -o json --cache="$cache" "$@" "$work/target"
}

mkdir "$work/target"
for i in 1 2 3 4 5 6 7 8 9; do echo "content $i" >"$work/target/plain$i"; done
sleep 3.2
look 'a first scan'
taken 0 'a first scan'
no_note 'a first scan'
first=$(stat -c %i "$cache")
look 'a second scan'
taken 9 'a second scan'
no_note 'a second scan'
if [ "$(stat -c %i "$cache")" = "$first" ]; then pass; else miss 'a cache without news was written again'; fi
if [ "$(stat -c %a "$cache")" = 600 ]; then pass; else miss 'others can read the cache'; fi
look 'another number of workers' -j 1
taken 9 'another number of workers'
if command -v strace >/dev/null && strace -o "$work/calls" -e trace=openat true 2>/dev/null; then
	strace -f -o "$work/calls" -e trace=openat,open "$debar" scan -q -o csv --cache="$cache" "$work/target" >/dev/null
	if grep -q 'plain[0-9]' "$work/calls"; then miss 'a known file was opened'; else pass; fi
fi

# What the report says.
ok 'as text' "$debar" scan -q --cache="$cache" "$work/target"
says '^Cache +used: ' 'the text tells it first'
says 'of them +9 +from the cache' 'the text tells how many'
ok 'as CSV' "$debar" scan -q -o csv --cache="$cache" "$work/target"
says '^"cache",.*,9,,,"used: ' 'the table tells it'
ok 'without' "$debar" scan -q "$work/target"
silent_about '^Cache|from the cache' 'no cache, no word of it'

# The usual place.
ok 'the usual place' "$debar" scan -q -o json --cache "$work/target"
ok 'the usual place again' "$debar" scan -q -o json --cache "$work/target"
taken 9 'the usual place again'
if [ -f "$work/home/debar/files.cache" ]; then pass; else miss 'no cache in the usual place'; fi

# Other conditions.
for option in '--depth 3' '--max-bytes 1G' '--max-objects 1000' '--max-seconds 100' '--share 1M'; do
	# shellcheck disable=SC2086 # an option and its value
	look "under $option" $option
	taken 0 "under $option"
	notes 'is not used.*other policies, options or programs' "under $option"
done
look 'as before'
taken 0 'as before'
mkdir -p "$work/more/vendors"
sed 's/^id: .*/id: another/; s/kaspersky/another/g' "$SOURCE/corpus/policy/vendor.yaml" >"$work/more/vendors/another.yaml"
if "$debar" policy check "$work/more" >/dev/null 2>&1; then
	look 'under other policies' -p "$work/more"
	taken 0 'under other policies'
	notes 'other policies' 'under other policies'
else
	miss 'the other policies are no policies'
fi
ends 2 'with every fact' "$debar" scan -q --facts --cache="$cache" "$work/target"
one_line 'with every fact'

# A cache that is damaged, somebody else's, or no file: not used, told, and made anew.
spoil() {
	look 'a whole cache'
	look 'a whole cache again'
	taken 9 'a whole cache again'
	spoil_name=$1
	shift
	"$@"
	look "$spoil_name"
	taken 0 "$spoil_name"
	notes 'is not used, and made anew: ' "$spoil_name"
}
spoil 'cut' truncate -s 500 "$cache"
spoil 'with a byte turned over' sh -c 'printf x | dd of="$0" bs=1 seek=200 conv=notrunc 2>/dev/null' "$cache"
spoil 'empty' truncate -s 0 "$cache"
spoil 'of others to write' chmod 666 "$cache"
spoil 'a link' sh -c 'mv "$0" "$0.real" && ln -s "$0.real" "$0"' "$cache"
spoil 'a pipe' sh -c 'rm "$0" && mkfifo "$0"' "$cache"
[ "$(id -u)" -ne 0 ] || spoil 'of another user' chown 65534 "$cache"
rm "$cache"
mkdir "$cache"
look 'a folder in its place'
taken 0 'a folder in its place'
notes 'was not written' 'a folder in its place'
rmdir "$cache"

# An interrupted scan leaves the cache as it was.
look 'before the interruption'
before=$(sha256sum <"$cache")
mkdir "$work/big"
head -c 300000000 /dev/zero | tr '\0' 'a' >"$work/big/text"
i=0
while [ $i -lt 40 ]; do ln "$work/big/text" "$work/big/$i"; i=$((i + 1)); done
sleep 2.2
"$debar" scan -q -j 1 -o json -o ndjson="$work/rows" --cache="$cache" "$work/target" "$work/big" >"$work/out" 2>"$work/err" &
scanning=$!
until grep -q '"target","target":1,' "$work/rows" 2>/dev/null || ! kill -0 $scanning; do sleep 0.1; done
kill -TERM $scanning # what a shell starts in the background does not hear SIGINT
wait $scanning
if grep -q '"complete":false' "$work/out"; then pass; else miss 'the scan was over before it was interrupted'; fi
if [ "$(sha256sum <"$cache")" = "$before" ]; then pass; else miss 'an interrupted scan wrote the cache'; fi
rm -rf "$work/big"

# Two targets share one cache; one given twice is kept once.
mkdir "$work/second"
echo other >"$work/second/file"
sleep 3.2
ok 'a second target' "$debar" scan -q -o json --cache="$cache" "$work/second" "$work/second"
ok 'a second target again' "$debar" scan -q -o json --cache="$cache" "$work/second/file"
taken 1 'a file as a target'
look 'the first target'
taken 9 'the first target'

# A file system that is not to be relied on.
if [ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ] && [ -w /dev/shm ]; then
	elsewhere=$(mktemp -d -p /dev/shm)
	echo content >"$elsewhere/file"
	sleep 3.2
	ok 'files in memory' "$debar" scan -q -o json --cache="$cache" "$elsewhere"
	notes 'change times cannot be relied on' 'files in memory'
	ok 'files in memory again' "$debar" scan -q -o json --cache="$cache" "$elsewhere"
	taken 0 'files in memory again'
	rm -rf "$elsewhere"
fi

# Readers without an identity, and those that fail over a file.
mkdir "$work/bin"
cp "$BUILD/debar" "$BUILD/libdebar.so.0" "$BUILD/policies.pack" "$work/bin/"
cp "$BUILD/tests/hostile_worker" "$work/bin/debar-worker"
debar=$work/bin/debar
look 'readers without an identity'
notes 'no cache is used' 'readers without an identity'
finish
