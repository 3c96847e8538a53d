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
finish
