#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What opens never parses: readers are linked into the worker and into no other program. The library exports what the header
# declares and nothing else, and the command line is linked with it alone. symbols.sh HEADER LIBRARY WORKER CLI OTHER...
set -eu
header=$1 library=$2 worker=$3 cli=$4
shift 4
wrong=0
complain() {
	echo "$*" >&2
	wrong=1
}

declared=$(gcc -E -P "$header" | grep -o '\bdebar_[a-z0-9_]* *(' | tr -d ' (' | LC_ALL=C sort -u)
exported=$(nm -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | LC_ALL=C sort -u)
echo "$library: $(echo "$exported" | wc -l) symbols exported"
[ -n "$declared" ] || complain "$header declares nothing"
[ "$declared" = "$exported" ] || complain "$library exports:
$exported
and $header declares:
$declared"
readelf -d "$library" | grep -q 'SONAME.*\[libdebar\.so\.0\]' || complain "$library is not libdebar.so.0"

# Sanitizers bring libraries of their own; debar's are what matters.
needed=$(readelf -d "$cli" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
echo "$needed" | grep -qx 'libdebar\.so\.0' || complain "$cli is not linked with libdebar.so.0"
for other in crypto hs sqlite3 yaml cyaml seccomp utf8proc archive jansson expat; do
	if echo "$needed" | grep -q "^lib$other\."; then complain "$cli is linked with lib$other beside libdebar"; fi
done

count_readers() {
	nm "$1" | grep -c ' [A-Za-z] reader_' || true
}
count=$(count_readers "$worker")
[ "$count" -ge 2 ] || complain "$worker has no symbols of readers: is it stripped, or nm blind?"
echo "$worker: $count symbols of readers"
for program in "$library" "$cli" "$@"; do
	count=$(count_readers "$program")
	echo "$program: $count"
	[ "$count" -eq 0 ] || complain "$program must have none"
done
exit "$wrong"
