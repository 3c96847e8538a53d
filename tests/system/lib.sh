# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What the system tests share. Each test is a script that sources this, calls `ok NAME COMMAND...` and the like, and ends
# with `finish`, which prints the counts. BUILD is the build folder, SOURCE the tree.
set -u
work=$(mktemp -d)
trap 'chmod -R u+rwx "$work" 2>/dev/null; rm -rf "$work"' EXIT
export XDG_STATE_HOME="$work/state" XDG_CONFIG_HOME="$work/config"
export LC_ALL=C.UTF-8
debar=$BUILD/debar
passed=0 failed=0

pass() {
	passed=$((passed + 1))
}

miss() {
	failed=$((failed + 1))
	echo "FAILED: $*" >&2
}

# ok NAME COMMAND...: it must end with status 0.
ok() {
	ends 0 "$@"
}

# ends STATUS NAME COMMAND...
ends() {
	ends_with=$1 ends_name=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err"
	got=$?
	if [ "$got" -eq "$ends_with" ]; then pass; else
		miss "$ends_name: status $got instead of $ends_with"
		head -5 "$work/out" "$work/err" >&2
	fi
}

# one_line NAME: the last command said just one line on standard error, beginning with "debar: ".
one_line() {
	if [ "$(wc -l <"$work/err")" -eq 1 ] && grep -q '^debar: ' "$work/err"; then pass; else
		miss "$1: not one clear line"
		head -5 "$work/err" >&2
	fi
}

# says PATTERN NAME: the last command's output has a line that matches.
says() {
	if grep -Eq -e "$1" "$work/out"; then pass; else
		miss "$2: no line matches $1"
		head -20 "$work/out" >&2
	fi
}

silent_about() {
	if grep -Eq -e "$1" "$work/out"; then
		miss "$2: a line matches $1"
		grep -E -e "$1" "$work/out" | head -5 >&2
	else pass; fi
}

# programs_into FOLDER: the programs and the pack, where anyone may run them; a tree in /root nobody else enters.
programs_into() {
	mkdir -p "$1"
	cp "$BUILD/debar" "$BUILD/libdebar.so.0" "$BUILD/debar-worker" "$BUILD/policies.pack" "$1/"
	[ -e "$1/../policies" ] || ln -s "$SOURCE/policies" "$1/../policies"
	chmod 755 "$work" "$1"
}

finish() {
	echo "$(basename "$0" .sh): $passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}
