#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bombs and traps: each ends within seconds and in bounded memory, leaves a gap, and is never taken for clean; and what lies
# hidden in odd places is found all the same.
. "$SOURCE/tests/system/lib.sh"
tools=$SOURCE/tests/system
seconds=30 mib=256

# look NAME STATUS OPTION... TARGET: scans within the budget; the report, in lines, is what `says` looks at.
look() {
	look_name=$1 look_status=$2
	shift 2
	"$tools/measured.py" --seconds $seconds --mib $mib --notes "$work/notes" \
		"$debar" scan -q -o json "$@" >"$work/json" 2>"$work/err"
	got=$?
	if [ $got -eq "$look_status" ]; then pass; else
		miss "$look_name: status $got instead of $look_status ($(cat "$work/notes"))"
		head -5 "$work/err" >&2
	fi
	ok "$look_name: the report is valid" "$tools/flatten.py" "$work/json"
	silent_about '^gap .*(reader crashed|reader hung|broke the rules|jail forbids|ended by itself)' "$look_name: no worker fails"
}

# trapped NAME PATTERN OPTION... TARGET: nothing is found, yet no verdict is absent, and a gap matches.
trapped() {
	trap_name=$1 trap_pattern=$2
	shift 2
	look "$trap_name" 3 "$@"
	says "^gap .*$trap_pattern" "$trap_name"
	silent_about '^verdict .* absent' "$trap_name: never absent"
}

# found NAME TARGET
found() {
	look "$1" 1 "$2"
	says '^finding .* strong' "$1"
}

mkdir "$work/made"
"$tools/make_traps.py" "$work/made" || miss 'samples cannot be made'
made=$work/made

trapped 'a bomb of nested zips' 'over the limit of bytes' "$made/bomb.zip"
trapped 'a gzip that unpacks to itself' 'depth limit' "$made/quine.gz"
trapped 'a zip with overlapping members' 'overlapping' "$made/overlapping.zip"
trapped 'members of 2^63 bytes' 'no zip member where the directory points' "$made/claims.zip"
says '^account unread 18446744073709551615' 'they are more than can be counted'
trapped 'a font with overlapping tables' 'overlap' "$made/overlapping.ttf"
trapped '200 gzips inside one another' 'depth limit' "$made/chain.gz"
trapped 'an xz with a dictionary of 4 GiB' 'memory limit' "$made/greedy.xz"
trapped 'more beginnings than are tried' 'bytes that are searched for packed parts' "$made/beginnings.bin"
trapped 'a bomb and few objects' 'over the limit of objects' --max-objects 10 "$made/bomb.zip"
trapped 'archives left closed' 'depth limit' --depth 0 "$made/hidden.zip"
found 'a member that the directory does not name' "$made/hidden.zip"
found 'one of 17,000 members of the same name' "$made/namesakes.tar"

# Things inside things.
mkdir "$work/nest"
cp "$made/marked.json" "$work/nest/package.json"
(cd "$work/nest" && tar --mtime=@0 -cf - package.json | gzip -n >in.tar.gz && zip -q in.zip in.tar.gz && ar rcD in.ar in.zip &&
	rm package.json in.tar.gz in.zip)
found 'in tar in gzip in zip in ar' "$work/nest"
mkdir "$work/locked"
cp "$made/marked.json" "$work/locked/package.json"
(cd "$work/locked" && zip -q -P secret locked.zip package.json && 7z a -psecret -mhe=on locked.7z package.json >/dev/null &&
	7z a -psecret names.7z package.json >/dev/null && rm package.json)
for name in locked.zip locked.7z names.7z; do
	trapped "encrypted: $name" 'encrypted' "$work/locked/$name"
done

# A member of the size of a known file, and so large that nobody keeps it: it may be that file.
mkdir -p "$work/acme/vendors" "$work/acme/directives" "$work/sized"
cat >"$work/acme/vendors/acme.yaml" <<EOF
schema: debar-vendor/1
id: acme
name: Acme
sources: [{id: book, is: The Book of Acme}]
entities: [{name: AO Acme, relation: parent, source: book, confidence: high}]
marks:
  - {kinds: [digest.sha256], match: exact, nexus: branded, strength: proof, confidence: high, source: book,
     rows: [{value: '$(printf '%064d' 7)', size: 73400320}]}
EOF
{
	printf 'schema: debar-directive/1\nid: order\ntitle: The Order\nauthority: The Crown\nissued: 2020-02-29\n'
	printf 'status: in force\napplies_to: everybody\nvendors: [acme]\nsources: [{id: roll, is: The Roll}]\nscope:\n'
	for nexus in branded rebranded embedded dependency residue history contact mention; do
		echo "  - {nexus: $nexus, is: in, clause: so it is, source: roll}"
	done
} >"$work/acme/directives/order.yaml"
head -c 73400320 /dev/zero | gzip -nc1 >"$work/sized/zeros.gz"
trapped 'a large member of a known size' 'size of a known file' --policy "$work/acme" "$work/sized"
head -c 73400319 /dev/zero | gzip -nc1 >"$work/sized/zeros.gz"
look 'one byte smaller' 0 --policy "$work/acme" "$work/sized"

# Trees.
mkdir -p "$work/loop/a/b"
ln -s ../.. "$work/loop/a/b/up"
ln -s . "$work/loop/self"
ln -s loop2 "$work/loop/loop1"
ln -s loop1 "$work/loop/loop2"
look 'a loop of links' 0 "$work/loop"

truncate -s 10G "$work/sparse"
look 'a sparse file of 10 GiB' 0 "$work/sparse"
says '^account searched 10737418240' 'a hole counts'
rm "$work/sparse"

# A hole larger than all addresses is passed over at once. Not every file system has such.
if [ -w /dev/shm ] && truncate -s 4E "/dev/shm/debar-traps-$$" 2>/dev/null; then
	look 'a file of 4 EiB' 0 "/dev/shm/debar-traps-$$"
	says '^account searched 4611686018427387904' 'a hole of 4 EiB counts'
	rm "/dev/shm/debar-traps-$$"
fi

# A disk so slow that the time is over in the middle of a file.
if strace -o "$work/calls" -e trace=openat true 2>/dev/null; then
	python3 -c 'import sys; sys.stdout.write("All work and no play makes Jack a dull boy.\n" * 200000)' >"$work/slow"
	ends 3 'a slow disk' strace -f -o "$work/calls" -e trace=pread64 -e inject=pread64:delay_exit=50000 \
		"$debar" scan -q -j 1 --max-seconds 1 -o json="$work/json" "$work/slow"
	ok 'a slow disk: the report is valid' "$tools/flatten.py" "$work/json"
	says '^gap .*over the limit of time' 'a slow disk'
	says '^account searched [1-9]' 'what was read until then counts'
	silent_about '^verdict .* absent' 'a slow disk: never absent'
fi

mkdir "$work/names"
python3 - "$work/names" <<'EOF'
import os, sys
for name in (b"new\nline", b"esc\x1b[31mred\x1b]0;title\x07", b"latin\xff\xfe", b"tab\t \"quote\" \\ back", b"-rf", b"\xe2\x80\xaertl",
             b"c1 \xc2\x9b31m", b"f" * 255):
    folder = os.path.join(sys.argv[1].encode(), name)
    os.mkdir(folder)
    with open(os.path.join(folder, b"package.json"), "wb") as file:
        file.write(b'{"name": "@kaspersky/hexa-ui", "version": "6.198.2"}\n')
    with open(os.path.join(folder, b"x.zip"), "wb") as file:
        file.write(b"PK\3\4 damaged")
EOF
look 'odd names' 1 "$work/names"
for format in text csv ndjson json; do
	ends 1 "odd names as $format" "$debar" scan -q --live -o $format "$work/names"
	if cat "$work/out" "$work/err" | LC_ALL=C grep -q "$(printf '[\033\007]')"; then miss "$format: control bytes pass through"; else pass; fi
	if cat "$work/out" "$work/err" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1; then pass; else miss "$format: not UTF-8"; fi
	if cat "$work/out" "$work/err" | grep -q "$(printf '\302\233')"; then miss "$format: a C1 control passes through"; else pass; fi
done

mkdir "$work/many"
python3 - "$work/many" <<'EOF'
import os, sys
os.chdir(sys.argv[1])
for i in range(100000):
    os.close(os.open(f"{i}.txt", os.O_CREAT | os.O_WRONLY))
EOF
look '100,000 files in one folder' 0 "$work/many"
says '^objects 100000$' 'each is counted'
rm -rf "$work/many"

mkdir "$work/findings"
python3 - "$work/findings" <<'EOF'
import os, sys
os.chdir(sys.argv[1])
for i in range(15000):
    os.mkdir(str(i))
    with open(f"{i}/package.json", "wb") as file:
        file.write(b'{"name": "@kaspersky/hexa-ui", "version": "6.198.2"}\n')
EOF
look '15,000 findings' 1 "$work/findings"
rm -rf "$work/findings"

python3 - "$work" <<'EOF'
import os, sys
os.chdir(sys.argv[1])
os.mkdir("deep")
at = os.open("deep", os.O_DIRECTORY)
for i in range(3000):
    os.mkdir("folder", dir_fd=at)
    below = os.open("folder", os.O_DIRECTORY, dir_fd=at)
    os.close(at)
    at = below
with open(os.open("package.json", os.O_CREAT | os.O_WRONLY, dir_fd=at), "wb") as file:
    file.write(b'{"name": "@kaspersky/hexa-ui", "version": "6.198.2"}\n')
EOF
found '3,000 folders inside one another' "$work/deep"

# The paths of folders that wait to be walked are held: these would take 146 MB.
mkdir "$work/wide"
python3 - "$work/wide" <<'EOF'
import os, sys
at = os.open(sys.argv[1], os.O_DIRECTORY)
for i in range(1900):
    os.mkdir("f" * 255, dir_fd=at)
    below = os.open("f" * 255, os.O_DIRECTORY, dir_fd=at)
    os.close(at)
    at = below
for i in range(300):
    os.mkdir(f"{i:0255}", dir_fd=at)
EOF
trapped '300 folders with paths of half a megabyte' 'more folders wait to be walked than can be held' "$work/wide"
rm -rf "$work/wide"

mkdir -p "$work/special"
mkfifo "$work/special/fifo"
python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$work/special/socket"
mknod "$work/special/null" c 1 3 2>/dev/null
mknod "$work/special/tty" c 5 0 2>/dev/null
mknod "$work/special/loop0" b 7 0 2>/dev/null
look 'pipes, sockets and devices' 0 "$work/special"

mkdir -p "$work/empty/opt/kaspersky"
look 'an empty folder with a known name' 3 "$work/empty"
says '^finding (residue|branded) weak' 'an empty folder is a trace'

# What may not be read. root reads everything.
mkdir -p "$work/private/folder" "$work/state"
echo content >"$work/private/file"
echo content >"$work/private/folder/inside"
chmod 0 "$work/private/file" "$work/private/folder"
chmod 777 "$work/state"
programs_into "$work/public"
printf '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups "%s/public/debar" "$@"\n' "$work" >"$work/as_nobody"
chmod 755 "$work/as_nobody"
plain_debar=$debar
[ "$(id -u)" -ne 0 ] || debar=$work/as_nobody
trapped 'no permission' 'private/file.*no permission' -c "$work/state/nobody.db" "$work/private"
says '^gap .*private/folder.*no permission' 'a folder that cannot be listed'
debar=$plain_debar
chmod 755 "$work/private/folder"

# A file that is cut short again and again while it is read: whole or a gap, never a lie.
python3 - "$work/shrinks" <<'EOF' &
import os, sys, time
body = b"MZ" + b"\x90" * (1 << 16)
with open(sys.argv[1], "wb") as file:
    end = time.monotonic() + 60
    while time.monotonic() < end and not os.path.exists(sys.argv[1] + ".stop"):
        file.truncate(0)
        time.sleep(0.003)
        os.pwrite(file.fileno(), b"PK\3\4" + body * 100, 0)
        file.truncate(96 << 20)
        time.sleep(0.02)
EOF
shrinker=$!
while [ ! -s "$work/shrinks" ] && kill -0 $shrinker; do sleep 0.1; done
round=0
while [ $round -lt 15 ]; do
	"$debar" scan -q -o json "$work/shrinks" >"$work/json" 2>"$work/err"
	status=$?
	if [ $status -eq 0 ] || [ $status -eq 3 ]; then pass; else miss "a file that shrinks: status $status"; cat "$work/err" >&2; fi
	ok 'a file that shrinks: the report is valid' "$tools/flatten.py" "$work/json"
	silent_about '(reader crashed|reader hung|broke the rules|jail forbids|ended by itself)' 'a file that shrinks'
	if [ $status -eq 0 ]; then silent_about '^gap' 'whole, or a gap'; else says '^gap' 'whole, or a gap'; fi
	round=$((round + 1))
done
touch "$work/shrinks.stop"
wait $shrinker
finish
