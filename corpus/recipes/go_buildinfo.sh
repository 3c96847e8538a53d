#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the go_buildinfo reader: what the Go linker leaves, without a program around it.
# usage: corpus/recipes/go_buildinfo.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../go_buildinfo}"
python3 - <<'PYTHON'
first, last = bytes.fromhex('3077af0c9274080241e1c107e6d618e6'), bytes.fromhex('f932433186182072008242104116d8f2')
text = (b'path\texample.com/agent/cmd/agent\nmod\texample.com/agent\t(devel)\t\n'
        b'dep\tgithub.com/example-lab/sdk\tv1.2.0\th1:AAAA=\ndep\tgolang.org/x/sys\tv0.1.0\n'
        b'=>\tgithub.com/fork/sys\tv0.1.1\th1:BBBB=\nbuild\t-compiler=gc\nbuild\tCGO_ENABLED=0\n')
header = b'\xff Go buildinf:\x08'
def varint(n): return bytes([n & 127 | 128, n >> 7]) if n > 127 else bytes([n])
def put(name, data): open(name, 'wb').write(data)
framed = first + text + last
put('inline', b'\x7fELF not really' + header + b'\2' + bytes(16) + varint(8) + b'go1.21.0' +
    varint(len(framed)) + framed + bytes(32))
# Go 1.12 to 1.17: pointers to strings that lie elsewhere, before or after
put('pointers', framed + b'go1.16.4' + bytes(8) + header + b'\0' + bytes(16) + b'MZ')
# a tool that knows the sentinels, and has no modules of its own
put('sentinels-in-code', header + b'\2' + bytes(16) + first + b'code' + first + last + b'mod\tnot/this\tv1\n')
put('unended', header + b'\2' + bytes(16) + first + text)
put('no-modules', header + b'\2' + bytes(16) + b'\x08go1.21.0\0')
PYTHON
