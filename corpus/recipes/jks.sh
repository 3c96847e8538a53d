#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the jks reader.
# usage: corpus/recipes/jks.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../jks}"
PYTHONPATH=../recipes PYTHONDONTWRITEBYTECODE=1 python3 - <<'PYTHON'
import hashlib, struct
from certificates import *
def put(name, data): open(name, 'wb').write(data)
def text(t): return struct.pack('>H', len(t)) + t
def certificate(der, version=2): return (text(b'X.509') if version == 2 else b'') + struct.pack('>I', len(der)) + der
def trusted(name, der, version=2): return struct.pack('>I', 2) + text(name) + bytes(8) + certificate(der, version)
def key(name, data, *chain):
    return struct.pack('>I', 1) + text(name) + bytes(8) + struct.pack('>I', len(data)) + data + \
        struct.pack('>I', len(chain)) + b''.join(certificate(c) for c in chain)
def store(*entries, version=2, magic=0xfeedfeed):
    body = struct.pack('>III', magic, version, len(entries)) + b''.join(entries)
    return body + hashlib.sha1(body).digest()
put('trusted.jks', store(trusted(b'root', ROOT.der), trusted(b'issuing', ISSUING.der)))
put('old.jks', store(trusted(b'root', ROOT.der, 1), version=1))
put('key.jks', store(key(b'server', b'locked bytes', SERVER.der, ISSUING.der), trusted(b'root', ROOT.der)))
put('secret.jceks', store(struct.pack('>I', 3) + text(b'secret') + bytes(8) + b'\xac\xed\0\5', magic=0xcececece))
put('no-certificate.jks', store(trusted(b'root', b'no certificate')))
put('trailing.jks', store(trusted(b'root', ROOT.der)) + b'PK\3\4 something hides here')
put('cut.jks', store(trusted(b'root', ROOT.der))[:-30])
PYTHON
