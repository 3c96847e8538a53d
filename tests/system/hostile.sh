#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A worker that crashes, hangs, floods or lies: the scan goes on, each such file becomes a gap with its reason, nothing is
# absent, and files beside it are looked at.
. "$SOURCE/tests/system/lib.sh"

mkdir "$work/bin" "$work/target"
cp "$BUILD/debar" "$BUILD/policies.pack" "$work/bin/"
cp "$BUILD/tests/hostile_worker" "$work/bin/debar-worker"
bad='crash exit flood wrong-pulse lie-serial lie-account lie-span lie-mark lie-garbage'
for name in $bad; do echo content >"$work/target/$name"; done
for i in 1 2 3 4 5 6 7 8 9; do echo content >"$work/target/plain$i"; done
debar=$work/bin/debar

ends 3 'a hostile worker leaves the verdict undecided' "$debar" scan -q -j 2 -o csv "$work/target"
for name in $bad; do says "target/$name" "the gap of $name"; done
silent_about 'target/plain' 'honest files have no gap'
says 'reader crashed \(signal 11\)' 'a crash is named'
says 'reader broke the rules' 'a lie is named'

mkdir "$work/names"
echo content >"$work/names/lie-name"
ends 0 'a match that is none is not believed' "$debar" scan -q "$work/names"

mkdir "$work/hang"
echo content >"$work/hang/hang"
echo content >"$work/hang/plain"
ends 3 'a worker that hangs is replaced' timeout 120 "$debar" scan -q -j 1 -o csv "$work/hang"
says 'reader hung' 'the hang is named'

printf '#!/bin/sh\nexit 7\n' >"$work/bin/debar-worker"
ends 2 'a worker that never starts' "$debar" scan -q "$work/names"
one_line 'a worker that never starts'
finish
