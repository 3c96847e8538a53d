#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Samples of the x509 reader: certificates in DER.
set -eu
cd "$(dirname "$0")/../x509"
PYTHONPATH=../recipes PYTHONDONTWRITEBYTECODE=1 python3 - <<'PY'
from certificates import *

def put(name, data):
    open(name, "wb").write(data)

put("leaf.cer", VENDOR.der)
put("server.der", SERVER.der)
put("version1.crt", Certificate([("O", "Sample Trust"), ("CN", "Old Root")], Key("old"),
                                hash_name="md5", version_1=True).der)
put("trailing.cer", ROOT.der + b"something that is no part of the certificate")
put("padded.cer", ROOT.der + bytes(8))
put("cut.cer", VENDOR.der[:500])
put("broken-inside.cer", ISSUING.der[:60] + b"\xff\xff\xff" + ISSUING.der[63:])
put("no-key.cer", VENDOR.der.replace(oid("1.2.840.113549.1.1.1"), oid("1.2.840.113549.1.1.99")))
PY
