#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Samples of the pem reader: certificates in text.
set -eu
cd "$(dirname "$0")/../pem"
PYTHONPATH=../recipes PYTHONDONTWRITEBYTECODE=1 python3 - <<'PY'
from certificates import *

def put(name, data):
    open(name, "wb").write(data if isinstance(data, bytes) else data.encode())

vendor = pem("CERTIFICATE", VENDOR.der)
put("bundle.pem", "# roots\n" + pem("CERTIFICATE", ROOT.der) + "subject=…\n" +
    pem("TRUSTED CERTIFICATE", ISSUING.der + seq(tlv(0x0C, b"an alias"))) +
    pem("X509 CERTIFICATE", SERVER.der).replace("\n", "\r\n"))
put("settings.json", '{"ca": "%s"}' % vendor.replace("\n", "\\n").replace("/", "\\/").replace("+", "\\u002B"))
put("source.c", "".join('\t"%s\\n"\n' % line for line in vendor.splitlines()))
put("inside.bin", b"\x7fELF\0\0" + vendor.encode() + b"\0-----BEGIN CERTIFICATE-----\0\xff")
put("message.p7b", pem("PKCS7", signed_data([ROOT, ISSUING])) + pem("CMS", signed_data([VENDOR])))
put("damaged.pem", vendor[:400] + "\n-----END CERTIFICATE-----\n" + pem("CERTIFICATE", ROOT.der))
put("cut.pem", vendor[:600])
put("bad-placeholder.md", "-----BEGIN CERTIFICATE-----\nMIIC...\n-----END CERTIFICATE-----\n-----BEGIN RSA PRIVATE KEY-----\n")
PY
