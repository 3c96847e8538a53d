#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make fuzz SECONDS=N: each fuzzer for N seconds over its corpus; fuzz/run.sh N [TARGET...] for some of them. New inputs are kept
# in fuzz-work/TARGET; a crash is kept there too and named at the end. One line each: runs, coverage, crashes.
set -u
seconds=${1:-60}
[ $# -gt 0 ] && shift
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build-fuzz work=$root/fuzz-work
"$root/tools/setup.sh" --check
[ -f "$build/build.ninja" ] || CC=clang meson setup "$build" "$root" -Dfuzz=true -Db_sanitize=address,undefined \
	-Db_lundef=false -Dbuildtype=debugoptimized >/dev/null || exit 2
ninja -C "$build" --quiet || exit 2
[ $# -gt 0 ] || set -- $(cd "$build/fuzz" && ls | grep '^fuzz_[a-z0-9_]*$' | sed 's/^fuzz_//')
bad=0
for name in "$@"; do
	mkdir -p "$work/$name"
	seeds=$root/corpus/$name
	[ -d "$seeds" ] || seeds=
	# shellcheck disable=SC2086 # no seeds, no argument
	(cd "$work/$name" && LC_ALL=C.UTF-8 "$build/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2560 \
		-max_len=262144 -print_final_stats=1 "$work/$name" $seeds >"$work/$name.log" 2>&1)
	status=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$name.log")
	cover=$(grep -o 'cov: [0-9]*' "$work/$name.log" | tail -1)
	[ "$status" -eq 0 ] || bad=1
	echo "$name: ${runs:-0} runs, ${cover:-cov: ?}, status $status"
done
exit $bad
