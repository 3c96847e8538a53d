#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The public header compiles alone, without a warning, in each language and with each compiler that its users may have.
# header.sh HEADER
set -u
header=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '#include "%s"\n#include "%s"\nint used(void);\nint used(void)\n{\n\treturn (int)DEBAR_OK;\n}\n' "$header" "$header" >"$work/alone.c"
cp "$work/alone.c" "$work/alone.cc"
wrong=0
compiles() {
	if "$@" -Wall -Wextra -Werror -pedantic -c -o "$work/alone.o"; then
		echo "$*: fine"
	else
		echo "FAILED: $*" >&2
		wrong=1
	fi
}
for compiler in gcc clang x86_64-w64-mingw32-gcc; do
	for standard in c99 c11 c17; do compiles $compiler -std=$standard "$work/alone.c"; done
done
for compiler in g++ clang++; do
	for standard in c++11 c++17; do compiles $compiler -std=$standard "$work/alone.cc"; done
done
exit "$wrong"
