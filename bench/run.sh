#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make bench: installs the peers, measures, and writes bench/RESULTS.md. TREE and SLOW_TREE choose what is scanned.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
"$here/tools/setup.sh" --bench
exec python3 "$here/bench/run.py" "${1:-$here/build}" --tree "${TREE:-/usr}" \
	--slow-tree "${SLOW_TREE:-/usr/lib/x86_64-linux-gnu}" --write "$here/bench/RESULTS.md"
