#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What opens never parses: readers are linked into the worker and into no other program. symbols.sh WORKER OTHER...
set -eu
count_readers() {
	nm "$1" | grep -c ' [A-Za-z] reader_' || true
}
wrong=0
worker=$(count_readers "$1")
[ "$worker" -ge 2 ] || { echo "$1 has no symbols of readers: is it stripped, or nm blind?" >&2; wrong=1; }
echo "$1: $worker symbols of readers"
shift
for program in "$@"; do
	count=$(count_readers "$program")
	echo "$program: $count"
	[ "$count" -eq 0 ] || { echo "$program must have none" >&2; wrong=1; }
done
exit "$wrong"
