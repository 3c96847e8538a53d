#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Scarcity and bad luck: few descriptors, a full disk, little memory, workers killed at any moment. A scan may take longer or
# leave gaps with their reasons; it never passes over a file in silence.
. "$SOURCE/tests/system/lib.sh"
tools=$SOURCE/tests/system

# Few descriptors are no reason for gaps.
mkdir "$work/many"
python3 - "$work/many" <<'EOF'
import sys
for i in range(3000):
    with open(f"{sys.argv[1]}/{i}.txt", "w") as file:
        file.write("content\n")
EOF
ends 0 'sixteen workers and 100 descriptors' sh -c "ulimit -n 100 && exec '$debar' scan -q -j 16 -o csv '$work/many'"
silent_about 'Too many open files' 'few descriptors: no gap'

# A full disk. Files of the target are read as ever; what cannot be unpacked is a gap, and the next file has its chance.
mkdir "$work/packed" "$work/small"
head -c 4000000 /dev/zero >"$work/large"
echo '{"name": "@kaspersky/hexa-ui", "version": "6.198.2"}' >"$work/package.json"
(cd "$work" && gzip -nc large >packed/large.gz && tar --mtime=@0 -czf packed/small.tar.gz package.json && cp package.json small/)
full() {
	says '"gap".*large\.gz.*no room left to unpack' "$1: what did not fit is a gap"
	says '"finding".*small\.tar\.gz' "$1: what fits is unpacked all the same"
}
ends 1 'files may not grow beyond 2 MB' sh -c "ulimit -f 4000 && exec '$debar' scan -q -j 1 -c '$work/f.db' -o csv '$work/packed'"
full 'files may not grow beyond 2 MB'
ends 2 'nor may the case beyond 16 KiB' sh -c "ulimit -f 32 && exec '$debar' scan -q -c '$work/g.db' -o csv '$work/small'"
one_line 'nor may the case beyond 16 KiB'
mkdir "$work/disk"
if mount -t tmpfs -o size=2m tmpfs "$work/disk" 2>/dev/null; then
	ends 1 'a disk of 2 MB' env TMPDIR="$work/disk" "$debar" scan -q -j 1 -o csv "$work/packed"
	full 'a disk of 2 MB'
	ends 2 'a case on a full disk' env TMPDIR="$work/disk" sh -c "head -c 3000000 /dev/zero >'$work/disk/fill' 2>/dev/null
		exec '$debar' scan -q -c '$work/disk/case.db' '$work/packed'"
	one_line 'a case on a full disk'
	umount "$work/disk"
else
	echo 'faults: no small disk can be mounted here: it was left out'
fi

# Little memory: a value that no reader can hold ends its worker, and the file becomes a gap. A sanitizer says so by what the
# jail forbids.
mkdir "$work/greedy"
cp "$work/package.json" "$work/greedy/other.json"
python3 - "$work/greedy/package.json" <<'EOF'
import sys
with open(sys.argv[1], "w") as file:
    file.write('{"name": "@kaspersky/hexa-ui", "version": "\\u0041' + "6" * (60 << 20) + '"}\n')
EOF
ends 3 'a value of 60 MiB' "$debar" scan -q -o csv "$work/greedy"
ends_by='ran out of memory'
[ -z "${SANITIZED-}" ] || ends_by='tried what its jail forbids'
says "\"gap\".*greedy/package\.json.*reader $ends_by" 'a value of 60 MiB: a gap'
silent_about '"gap".*other\.json' 'a value of 60 MiB: others are not'

# Workers that are hit at random moments: killed, crashed, stopped.
mkdir "$work/chaos"
python3 - "$work/chaos" <<'EOF'
import gzip, os, sys
packed = gzip.compress(bytes(3 << 20), 1, mtime=0)
for i in range(200):
    folder = f"{sys.argv[1]}/{i:03}"
    os.mkdir(folder)
    with open(folder + "/zeros.gz", "wb") as file:
        file.write(packed)
    with open(folder + "/package.json", "w") as file:
        file.write('{"name": "@kaspersky/hexa-ui", "version": "6.198.2"}\n')
EOF
head -c 500000000 /dev/zero | gzip -nc1 >"$work/chaos/long.gz"
"$tools/chaos.py" 1 STOP 1 "$debar" "$work/chaos" >"$work/stopped" 2>&1 &
stopped=$!
for seed in 1 2 3 4; do
	ok "workers are killed, seed $seed" "$tools/chaos.py" $seed KILL,SEGV,ABRT,BUS 30 "$debar" "$work/chaos"
	says '^hit [1-9]' "workers are killed, seed $seed: some were"
done
if wait $stopped; then pass; else
	miss 'a worker is stopped'
	cat "$work/stopped" >&2
fi

# The same while they go through containers together.
mkdir "$work/shared"
python3 - "$work/shared" <<'EOF'
import random, sys, zipfile
made = random.Random(5)
for i in range(6):
    with zipfile.ZipFile(f"{sys.argv[1]}/{i}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for j in range(300):
            archive.writestr(f"{j}/text", bytes(made.choices(b"abcdefgh \n", k=1000)) * 900)
            if j % 30 == 0: # not more in all than a report lists
                archive.writestr(f"{j}/package.json", '{"name": "@kaspersky/hexa-ui", "version": "6.198.2"}\n')
EOF
for seed in 5 6; do
	ok "workers are killed over shares, seed $seed" "$tools/chaos.py" $seed KILL,SEGV,ABRT,BUS 20 "$debar" "$work/shared" --share 50k
	says '^hit [1-9]' "workers are killed over shares, seed $seed: some were"
done

finish
