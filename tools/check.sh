#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs every test: tools/check.sh BUILD. First all suites in BUILD, then (unless CHECK_FAST=1) all but style once more under
# AddressSanitizer and UndefinedBehaviorSanitizer, whole programs and jailed workers included, in build-asan. The last line says
#   N passed, N failed, N skipped
# and the status is 0 only when tests ran and none failed.
set -u
[ $# -eq 1 ] || { echo "usage: tools/check.sh BUILD" >&2; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
JOBS=${JOBS:-2}
passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log" "$log.status"' EXIT

# count LABEL: the number behind it in meson's summary.
count() {
	awk -v label="$1" 'index($0, label) == 1 { sum += substr($0, length(label) + 1) } END { print sum + 0 }' "$log"
}

# run NAME BUILD [OPTION...]: builds, and runs the tests that meson's options choose.
run() {
	name=$1 build=$2
	shift 2
	echo "== $name"
	if ! ninja -C "$build" -j "$JOBS" --quiet; then
		echo "check: $name does not build" >&2
		failed=$((failed + 1))
		return
	fi
	# The status is kept aside: a pipe's is that of its last command.
	{ meson test -C "$build" --no-rebuild --print-errorlogs --num-processes "$JOBS" "$@"; echo $? >"$log.status"; } 2>&1 |
		tee "$log"
	bad=$(($(count 'Fail:') + $(count 'Unexpected Pass:') + $(count 'Timeout:')))
	passed=$((passed + $(count 'Ok:') + $(count 'Expected Fail:')))
	skipped=$((skipped + $(count 'Skipped:')))
	# Meson itself may end badly: a test program that is missing, a broken definition.
	[ "$bad" -gt 0 ] || [ "$(cat "$log.status")" = 0 ] || bad=1
	failed=$((failed + bad))
}

run 'every suite' "$1"
if [ "${CHECK_FAST:-0}" != 1 ]; then
	asan=$root/build-asan
	[ -f "$asan/build.ninja" ] ||
		CC=clang meson setup "$asan" "$root" -Db_sanitize=address,undefined -Db_lundef=false \
			-Dbuildtype=debugoptimized >/dev/null
	run 'under sanitizers' "$asan" --no-suite style --timeout-multiplier 4
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
