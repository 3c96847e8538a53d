#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make fuzz SECONDS=N: each fuzzer for N seconds of processor time over its corpus; fuzz/run.sh N [TARGET...] for some of them.
# New inputs are kept in fuzz-work/TARGET; a crash is kept there too and named at the end. One line each: processor seconds,
# runs, coverage, crashes. RESULTS=FILE appends the lines as rows of a table.
set -u
seconds=${1:-60}
[ $# -gt 0 ] && shift
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build-fuzz work=$root/fuzz-work
"$root/tools/setup.sh" --check
[ -f "$build/build.ninja" ] || CC=clang meson setup "$build" "$root" -Dfuzz=true -Db_sanitize=address,undefined \
	-Db_lundef=false -Dbuildtype=debugoptimized >/dev/null || exit 2
ninja -C "$build" --quiet || exit 2
if [ $# -eq 0 ]; then
	for program in "$build"/fuzz/fuzz_*; do
		[ -d "$program" ] || set -- "$@" "${program##*/fuzz_}"
	done
fi
hertz=$(getconf CLK_TCK)
bad=0

# spent PID: its processor seconds; fails when it has ended.
spent() {
	awk -v hertz="$hertz" '{ sub(/.*\) /, ""); print int(($12 + $13) / hertz) }' "/proc/$1/stat" 2>/dev/null
}

# fuzz NAME: until its time is spent, or something is found.
fuzz() {
	seeds=$root/corpus/$1 used=0
	[ -d "$seeds" ] || seeds=
	cd "$work/$1" || return 2
	# shellcheck disable=SC2086 # no seeds, no argument
	LC_ALL=C.UTF-8 "$build/fuzz/fuzz_$1" -timeout="${TIMEOUT:-60}" -rss_limit_mb=2560 -max_len=262144 -print_final_stats=1 \
		"$work/$1" $seeds >"$work/$1.log" 2>&1 &
	fuzzer=$!
	while now=$(spent $fuzzer) && [ -n "$now" ]; do
		used=$now
		[ "$used" -lt "$seconds" ] || { kill -USR1 $fuzzer; break; } # libFuzzer ends well
		sleep 1
	done
	wait $fuzzer
	status=$?
	cd "$root" || return 2
	return $status
}

for name in "$@"; do
	mkdir -p "$work/$name"
	fuzz "$name"
	status=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$name.log")
	cover=$(grep -ao 'cov: [0-9]*' "$work/$name.log" | tail -1)
	crashes=$(find "$work/$name" -name 'crash-*' -o -name 'timeout-*' -o -name 'oom-*' -o -name 'leak-*' | wc -l)
	[ "$status" -eq 0 ] && [ "$crashes" -eq 0 ] || bad=1
	echo "$name: $used s, ${runs:-0} runs, ${cover:-cov: ?}, $crashes crashes, status $status"
	[ -z "${RESULTS-}" ] || echo "| $name | $used | ${runs:-0} | ${cover#cov: } | $crashes |" >>"$RESULTS"
done
exit $bad
