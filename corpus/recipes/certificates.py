# SPDX-License-Identifier: Apache-2.0
"""Throw-away certificates and CMS messages for recipes, the same bytes on every run.

Keys come from a seed, so none is kept and none is secret: they vouch for nothing but samples."""

import base64
import datetime
import hashlib
import random


def tlv(tag, *parts):
    body = b"".join(parts)
    length = len(body)
    if length < 128:
        return bytes([tag, length]) + body
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + body


def seq(*parts):
    return tlv(0x30, *parts)


def set_of(*parts):
    return tlv(0x31, *sorted(parts))


def octets(data):
    return tlv(0x04, data)


def integer(value):
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted):
    numbers = [int(n) for n in dotted.split(".")]
    out = bytes([numbers[0] * 40 + numbers[1]])
    for number in numbers[2:]:
        part = [number & 0x7F]
        while number > 0x7F:
            number >>= 7
            part.append(0x80 | number & 0x7F)
        out += bytes(reversed(part))
    return tlv(0x06, out)


NULL = b"\x05\x00"
DIGESTS = {
    "md5": ("1.2.840.113549.2.5", "1.2.840.113549.1.1.4"),
    "sha1": ("1.3.14.3.2.26", "1.2.840.113549.1.1.5"),
    "sha256": ("2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.11"),
    "sha384": ("2.16.840.1.101.3.4.2.2", "1.2.840.113549.1.1.12"),
}
ATTRIBUTES = {"CN": "2.5.4.3", "serialNumber": "2.5.4.5", "C": "2.5.4.6", "L": "2.5.4.7",
              "O": "2.5.4.10", "OU": "2.5.4.11"}


def algorithm(dotted):
    return seq(oid(dotted), NULL)


def digest(name, data):
    return hashlib.new(name, data).digest()


def is_prime(number, source):
    for small in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if number % small == 0:
            return number == small
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(24):
        x = pow(source.randrange(2, number - 1), odd, number)
        if x in (1, number - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % number
            if x == number - 1:
                break
        else:
            return False
    return True


class Key:
    """An RSA key that follows from its name."""

    def __init__(self, name, bits=1024):
        source = random.Random("debar sample key " + name)

        def prime():
            while True:
                number = source.getrandbits(bits // 2) | 1 | 3 << (bits // 2 - 2)
                if number % 65537 != 1 and is_prime(number, source):
                    return number

        self.p, self.q = prime(), prime()
        self.n = self.p * self.q
        self.e = 65537
        self.d = pow(self.e, -1, (self.p - 1) * (self.q - 1))

    def public(self):
        bits = b"\0" + seq(integer(self.n), integer(self.e))
        return seq(algorithm("1.2.840.113549.1.1.1"), tlv(0x03, bits))

    def private_pem(self):
        der = seq(integer(0), *(integer(v) for v in (
            self.n, self.e, self.d, self.p, self.q, self.d % (self.p - 1), self.d % (self.q - 1),
            pow(self.q, -1, self.p))))
        return pem("RSA PRIVATE KEY", der)

    def sign(self, hash_name, data):
        info = seq(algorithm(DIGESTS[hash_name][0]), octets(digest(hash_name, data)))
        size = (self.n.bit_length() + 7) // 8
        padded = b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info
        return pow(int.from_bytes(padded, "big"), self.d, self.n).to_bytes(size, "big")


def name(*attributes):
    return seq(*(set_of(seq(oid(ATTRIBUTES[kind]), tlv(0x0C, value.encode())))
                 for kind, value in attributes))


def utc(year):
    return tlv(0x17, datetime.datetime(year, 1, 1).strftime("%y%m%d%H%M%SZ").encode())


class Certificate:
    def __init__(self, subject, key, issuer=None, serial=1, hosts=(), ca=False, hash_name="sha256",
                 version_1=False, years=(2016, 2036), usage=None):
        self.subject, self.key, self.serial = name(*subject), key, serial
        signer = issuer or self
        extensions = []
        if hosts:
            extensions.append(seq(oid("2.5.29.17"), octets(seq(*(tlv(0x82, h.encode()) for h in hosts)))))
        if ca:
            extensions.append(seq(oid("2.5.29.19"), b"\x01\x01\xff", octets(seq(b"\x01\x01\xff"))))
        if usage:
            extensions.append(seq(oid("2.5.29.37"), octets(seq(oid(usage)))))
        signature = algorithm(DIGESTS[hash_name][1])
        tbs = seq(b"" if version_1 else tlv(0xA0, integer(2)), integer(serial), signature,
                  signer.subject, seq(utc(years[0]), utc(years[1])), self.subject, key.public(),
                  tlv(0xA3, seq(*extensions)) if extensions else b"")
        self.issuer = signer.subject
        self.der = seq(tbs, signature, tlv(0x03, b"\0" + signer.key.sign(hash_name, tbs)))


def pem(label, der):
    text = base64.b64encode(der).decode()
    lines = "\n".join(text[i:i + 64] for i in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"


def attribute(dotted, *values):
    return seq(oid(dotted), set_of(*values))


def signer_info(certificate, content_type, content, hash_name="sha256", attributes=(), unsigned=(),
                spoil=False):
    """`content`: what the message digest is of. A spoilt signature is wrong in its last bit."""
    signed = sorted([attribute("1.2.840.113549.1.9.3", oid(content_type)),
                     attribute("1.2.840.113549.1.9.4", octets(digest(hash_name, content))),
                     *attributes])
    signature = bytearray(certificate.key.sign(hash_name, tlv(0x31, *signed)))
    signature[-1] ^= spoil
    return seq(integer(1), seq(certificate.issuer, integer(certificate.serial)),
               algorithm(DIGESTS[hash_name][0]), tlv(0xA0, *signed),
               algorithm("1.2.840.113549.1.1.1"),
               octets(signature),
               tlv(0xA1, *sorted(unsigned)) if unsigned else b"")


def signed_data(certificates, content_type="1.2.840.113549.1.7.1", content=None, signers=(),
                hash_name="sha256"):
    inner = seq(oid(content_type), tlv(0xA0, content) if content is not None else b"")
    return seq(oid("1.2.840.113549.1.7.2"), tlv(0xA0, seq(
        integer(1), set_of(algorithm(DIGESTS[hash_name][0])), inner,
        tlv(0xA0, *(c.der for c in certificates)) if certificates else b"", set_of(*signers))))


ROOT = Certificate([("C", "XX"), ("O", "Sample Trust"), ("CN", "Sample Root CA")], Key("root"),
                   serial=1, ca=True)
ISSUING = Certificate([("C", "XX"), ("O", "Sample Trust"), ("CN", "Sample Code Signing CA")],
                      Key("issuing"), ROOT, serial=0x0C01, ca=True)
VENDOR = Certificate([("serialNumber", "1027700000001"), ("C", "XX"), ("L", "Samplegrad"),
                      ("O", "Sample Antivirus, JSC"), ("OU", "Drivers"), ("CN", "Sample Antivirus, JSC")],
                     Key("vendor"), ISSUING, serial=0x0A61BCDEF0123456789A)
SERVER = Certificate([("O", "Пример"), ("CN", "update.sample.example")], Key("server"), ISSUING,
                     serial=0xBEEF, hosts=("update.sample.example", "*.ksn.sample.example."))

# Chains that hold to the end, and ones that almost do.
CODE, STAMPING, SERVING = "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.1"
NAME = [("O", "Sample Antivirus, JSC"), ("CN", "Sample Antivirus, JSC")]
SIGNER = Certificate(NAME, Key("signer"), ISSUING, serial=0x51, usage=CODE, years=(2019, 2023))
STAMPER = Certificate([("O", "Sample Trust"), ("CN", "Sample Time")], Key("stamper"), ISSUING, serial=0x52, usage=STAMPING)
OTHER_STAMPER = Certificate([("CN", "Time of Nobody")], Key("other stamper"), serial=0x53, usage=STAMPING)
SERVING_SIGNER = Certificate(NAME, Key("signer"), ISSUING, serial=0x54, usage=SERVING)
MD5_SIGNER = Certificate(NAME, Key("signer"), ISSUING, serial=0x55, usage=CODE, hash_name="md5")
UNDER_SERVER = Certificate(NAME, Key("signer"), SERVER, serial=0x56, usage=CODE)
OLD_ISSUING = Certificate([("CN", "Sample Old CA")], Key("old issuing"), ROOT, serial=0x57, ca=True, years=(2016, 2018))
UNDER_OLD = Certificate(NAME, Key("signer"), OLD_ISSUING, serial=0x58, usage=CODE)
FALSE_ROOT = Certificate([("C", "XX"), ("O", "Sample Trust"), ("CN", "Sample Root CA")], Key("false root"), serial=1, ca=True)
UNDER_FALSE = Certificate(NAME, Key("signer"), FALSE_ROOT, serial=0x59, usage=CODE)
