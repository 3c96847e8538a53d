#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Samples of the pkcs7 reader: certificate bundles, jar signatures, security catalogs.
set -eu
cd "$(dirname "$0")/../pkcs7"
PYTHONPATH=../recipes PYTHONDONTWRITEBYTECODE=1 python3 - <<'PY'
from certificates import *

DATA, TRUST_LIST = "1.2.840.113549.1.7.1", "1.3.6.1.4.1.311.10.1"

def put(name, data):
    open(name, "wb").write(data)

def name_value(name, value):
    return seq(tlv(0x1E, name.encode("utf-16-be")), integer(0x10010001),
               octets((value + "\0").encode("utf-16-le")))

def indirect(hash_name, data):
    page = seq(oid("1.3.6.1.4.1.311.2.1.15"), seq(b"\x03\x01\x00"))
    return seq(page, seq(algorithm(DIGESTS[hash_name][0]), octets(digest(hash_name, data))))

def member(identifier, *attributes):
    return seq(octets(identifier), set_of(*attributes))

def catalog(members):
    extension = seq(oid("1.3.6.1.4.1.311.12.2.1"), octets(name_value("HWID1", "root\\sampleav")))
    return seq(seq(oid("1.3.6.1.4.1.311.12.1.1")), octets(bytes(range(16))), utc(2020),
               algorithm("1.3.6.1.4.1.311.12.1.2"), seq(*members), tlv(0xA0, seq(extension)))

def message(content, content_type=TRUST_LIST, **more):
    # PKCS #7: the digest is of the content without its tag and length
    body = content[2 + (content[1] & 0x7F if content[1] > 128 else 0):]
    info = signer_info(VENDOR, content_type, body, **more)
    return signed_data([ROOT, ISSUING, VENDOR], content_type, content, [info])

driver, helper = b"a driver", b"a helper"
MEMBERS = [
    member(digest("sha1", driver).hex().upper().encode("utf-16-le") + b"\0\0",
           attribute("1.3.6.1.4.1.311.12.2.1", name_value("File", "sampleav.sys")),
           attribute("1.3.6.1.4.1.311.2.1.4", indirect("sha1", driver))),
    member(digest("sha256", helper),
           attribute("1.3.6.1.4.1.311.12.2.1", name_value("OSAttr", "2:10.0"))),
]
put("bundle.p7b", signed_data([ROOT, ISSUING, SERVER]))
put("driver.cat", message(catalog(MEMBERS)))
put("changed.cat", message(catalog(MEMBERS)).replace(b"s\0a\0m\0p\0l\0e\0a\0v", b"s\0a\0m\0p\0l\0e\0a\0x")
    .replace(digest("sha256", helper), digest("sha256", b"another")))
put("spoilt.cat", message(catalog(MEMBERS), spoil=True))
put("cut-member.cat", message(catalog([MEMBERS[0], tlv(0x30, b"\x04\x7f" + b"x" * 20)])))
put("VENDOR.RSA", signed_data([VENDOR, ISSUING], signers=[signer_info(VENDOR, DATA, b"Signature-Version: 1.0\r\n")]))
put("letter.p7m", signed_data([VENDOR], content=octets(b"Content-Type: text/plain\r\n\r\nhello"),
                              signers=[signer_info(VENDOR, DATA, b"x")]))

def indefinite(element):  # the same in BER, outermost levels without length
    head = 2 + (element[1] & 0x7F if element[1] > 128 else 0)
    return bytes([element[0], 0x80]) + element[head:] + b"\0\0"

whole = signed_data([ROOT, VENDOR])
outer = oid("1.2.840.113549.1.7.2")
inner = whole[len(whole) - (len(whole) - 4 - len(outer)):]
put("ber.p7b", b"\x30\x80" + outer + indefinite(inner) + b"\0\0")
put("trailing.p7b", signed_data([ROOT]) + b"\0\0what follows")
put("cut.p7b", whole[:700])
put("broken-certificate.p7b", whole.replace(VENDOR.der[4:20], b"\x30\x03abc" + VENDOR.der[9:20]))
PY
