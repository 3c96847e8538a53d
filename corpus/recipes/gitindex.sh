#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the gitindex reader.
# usage: corpus/recipes/gitindex.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../gitindex}"
python3 - <<'PYTHON'
import hashlib, struct
def put(name, data): open(name, 'wb').write(data)
def index(count, make, large=0):
    names = sorted(make(b'%d' % i).digest() for i in range(count))
    fan = b''.join(struct.pack('>I', sum(n[0] <= i for n in names)) for i in range(256))
    body = b'\xfftOc\0\0\0\2' + fan + b''.join(names) + bytes(8 * count) + bytes(8 * large)
    return body + make(b'pack').digest() + make(body).digest()
plain = index(9, hashlib.sha1)
put('plain.idx', plain)
put('large.idx', index(9, hashlib.sha1, 2))
put('sha256.idx', index(5, hashlib.sha256))
put('empty.idx', index(0, hashlib.sha1))
put('longer.idx', plain + b'PK\3\4 something hides here')
put('no-names.idx', plain[:1100] + bytes(range(60)) + plain[1160:])
put('out-of-order.idx', index(9, lambda data: hashlib.sha1(data) if data else None)[:1032] + bytes(180) + plain[1212:])
put('cut.idx', plain[:-8])
put('descending.idx', plain[:8] + b'\0\0\0\7' + plain[12:])
put('bad-version.idx', plain[:7] + b'\1' + plain[8:])
PYTHON
