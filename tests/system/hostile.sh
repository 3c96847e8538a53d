#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A worker that crashes, hangs, floods or lies: the scan goes on, each such file becomes a gap with its reason, nothing is
# absent, and files beside it are looked at.
. "$SOURCE/tests/system/lib.sh"

mkdir "$work/bin" "$work/target"
cp "$BUILD/debar" "$BUILD/libdebar.so.0" "$BUILD/policies.pack" "$work/bin/"
cp "$BUILD/tests/hostile_worker" "$work/bin/debar-worker"
bad='crash exit flood wrong-pulse lie-serial lie-account lie-unread lie-opaque lie-span lie-mark
	lie-garbage greet-again greet-problem greet-flood'
for name in $bad; do echo content >"$work/target/$name"; done
for i in 1 2 3 4 5 6 7 8 9; do echo content >"$work/target/plain$i"; done
debar=$work/bin/debar

ends 3 'a hostile worker leaves the verdict undecided' "$debar" scan -q -j 2 -o csv "$work/target"
for name in $bad; do says "target/$name" "the gap of $name"; done
silent_about 'target/plain' 'honest files have no gap'
says 'reader crashed \(signal 11\)' 'a crash is named'
says 'reader broke the rules' 'a lie is named'
cat >"$work/deaf_to_children.py" <<'EOF'
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])
EOF
ends 3 'started by one who ignores his children' python3 "$work/deaf_to_children.py" "$debar" scan -q -o csv "$work/target/crash"
says 'reader crashed \(signal 11\)' 'a crash is named all the same'

# A container in two shares: one that is lost takes the bytes of the container with it, whichever it is.
mkdir "$work/shared"
for name in share-head share-tail share-atoms share-flood share-moved; do echo content >"$work/shared/$name"; done
ends 3 'a share that is lost' "$debar" scan -q -j 2 --share 4 -o csv "$work/shared"
for name in share-head share-tail share-atoms share-flood share-moved; do says "^\"gap\".*shared/$name\"" "$name: a gap"; done
says 'share-atoms.*reader broke the rules' 'what lies behind the end is a lie'
"$debar" scan -q -j 2 --share 4 -o json "$work/shared" >"$work/out"
says '"read":0,' 'a share that is lost: nothing of the container counts as read'
says '"unread":40' 'a share that is lost: all of it is unread'
ends 3 'a small file is not shared out' "$debar" scan -q -j 2 -o csv "$work/shared"
says 'share-tail.*reader broke the rules' 'a small file is not shared out: to say so is a lie'

mkdir "$work/names"
echo content >"$work/names/lie-name"
ends 0 'a match that is none is not believed' "$debar" scan -q "$work/names"

# A worker that would change what it reads, the policies, or what its host looks at: it cannot.
mkdir -p "$work/scribbled" "$work/own/vendors"
echo content >"$work/scribbled/scribble"
ln -s "$SOURCE/policies" "$work/policies"
cat >"$work/own/vendors/own.yaml" <<'EOF'
schema: debar-vendor/1
id: own
name: Own
sources: [{id: here, is: this test}]
entities: [{name: 'Own, JSC', relation: self, source: here, confidence: high}]
marks: [{kinds: [pe.company], nexus: branded, strength: identity, confidence: high, source: here, rows: [{value: Own}]}]
EOF
ends 0 'what a worker is given stays as it is' "$debar" scan -q -o csv "$work/scribbled"
ends 0 'so do policies of the own' "$debar" scan -q -o csv -p "$work/own" "$work/scribbled"
echo content | ends 0 'and standard input' "$debar" scan -q -o csv -

# A worker that says 6 MiB of each of 60 files before it is done with the first of them.
mkdir "$work/hoard"
i=0
while [ $i -lt 60 ]; do
	echo content >"$work/hoard/hoard-$i"
	i=$((i + 1))
done
ends 0 'what is said is held within bounds' "$SOURCE/tests/system/measured.py" --seconds 60 --mib 200 --notes "$work/notes" \
	"$debar" scan -q -j 1 "$work/hoard"

# Each of these takes its time, so they run side by side.
mkdir "$work/hang" "$work/dither" "$work/chatter" "$work/deaf" "$work/more"
for case in hang dither chatter; do
	for name in $case plain1 plain2; do echo content >"$work/$case/$name"; done
done
echo content >"$work/deaf/deaf"
# Long paths fill the way to a worker that takes no message.
python3 - "$work/more" <<'EOF'
import os, sys
folder = "/".join([sys.argv[1]] + ["folder" * 40] * 4)
os.makedirs(folder)
for i in range(4000):
    open(f"{folder}/{i}", "w").close()
EOF
for case in hang dither chatter deaf; do
	(timeout 150 "$debar" scan -q -j 1 --max-seconds 1 -c "$work/$case.db" -o csv "$work/$case" "$work/more" \
		>"$work/$case.out" 2>"$work/$case.err"
		echo $? >"$work/$case.status") &
done
wait
ended() {
	cat "$work/$1.out"
	cat "$work/$1.err" >&2
	return "$(cat "$work/$1.status")"
}
for case in hang dither chatter deaf; do
	ends 3 "$case: the worker is replaced" ended $case
	says "$case/$case\"," "$case: its file is a gap"
	silent_about "$case/plain" "$case: others are not"
done
ended hang >"$work/out"
says 'reader hung' 'the hang is named'
for case in dither chatter; do
	ended $case >"$work/out"
	says 'over the limit of time' "$case: the time spent is named"
done

printf '#!/bin/sh\nexit 7\n' >"$work/bin/debar-worker"
ends 2 'a worker that never starts' "$debar" scan -q "$work/names"
one_line 'a worker that never starts'
finish
