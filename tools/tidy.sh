#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs clang-tidy (.clang-tidy) over C files: tools/tidy.sh [FILE...]. Without files: those that differ from main, committed
# or not. BUILD is where compile_commands.json is (default build).
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build}
[ -f "$build/compile_commands.json" ] || { echo "tidy: no $build/compile_commands.json: run make first" >&2; exit 2; }

if [ $# -eq 0 ]; then
	base=$(git merge-base HEAD "${BASE:-main}")
	# shellcheck disable=SC2046 # names of source files have no blanks
	set -- $({ git diff --name-only --diff-filter=d "$base"; git ls-files -o --exclude-standard; } | sort -u |
		grep -E '^(src|fuzz|tests)/.*\.c$' || true)
	[ $# -gt 0 ] || { echo "tidy: no C file differs from ${BASE:-main}"; exit 0; }
fi
# The commands are gcc's: clang does not know all of its warnings, and wants to be asked twice for zeroed variables. One file
# at a time: clang-tidy 14 mistakes va_lists in the second file of a run.
printf '%s\n' "$@" | xargs -n 1 -P 2 clang-tidy -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option \
	--extra-arg=-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang
