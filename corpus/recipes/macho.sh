#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Samples of the macho reader: images made by hand, signed with the throw-away certificates.
# usage: corpus/recipes/macho.sh
set -eu
cd "$(dirname "$0")/../macho"
PYTHONPATH=../recipes PYTHONDONTWRITEBYTECODE=1 python3 - <<'PY'
import hashlib
import struct

from certificates import *

PLIST = (b'<?xml version="1.0"?><plist version="1.0"><dict><key>CFBundleIdentifier</key>'
         b'<string>com.sample.agent</string></dict></plist>')
RIGHTS = b'<?xml version="1.0"?><plist version="1.0"><dict><key>com.sample.right</key><true/></dict></plist>'


def put(name, data):
    open(name, "wb").write(data)


def blob(magic, body):
    return struct.pack(">II", magic, len(body) + 8) + body


def directory(code, identifier=b"com.sample.agent", team=b"SAMPLE1234", kind=2, flags=0, specials=(), bits=12,
              scatter=0):
    hasher, size = {1: (hashlib.sha1, 20), 2: (hashlib.sha256, 32), 3: (hashlib.sha256, 20),
                    4: (hashlib.sha384, 48), 9: (hashlib.sha256, 32)}[kind]
    page = 1 << bits if bits else max(len(code), 1)
    pages = [hasher(code[i:i + page]).digest()[:size] for i in range(0, len(code), page)]
    slots = b"".join(hasher(s).digest()[:size] if s else bytes(size) for s in reversed(specials))
    names_at = 8 + 36 + 8
    hashes_at = names_at + len(identifier) + len(team) + 2 + len(slots)
    body = struct.pack(">IIIIIIIBBBBIII", 0x20200, flags, hashes_at, names_at, len(specials), len(pages),
                       len(code), size, kind, 0, bits, 0, scatter, names_at + len(identifier) + 1 if team else 0)
    return blob(0xfade0c02, body + identifier + b"\0" + team + b"\0" + slots + b"".join(pages))


def signature(code, signed=True, spoil=False, content=None, rights=RIGHTS, requirements=b"", room=4096, **more):
    entitlements = blob(0xfade7171, rights) if rights else b""
    required = blob(0xfade0c01, struct.pack(">I", 0) + requirements)
    primary = directory(code, specials=(b"", required, b"", b"", entitlements), **more)
    digest_name = {1: "sha1", 4: "sha384"}.get(more.get("kind", 2), "sha256")
    info = signer_info(VENDOR, "1.2.840.113549.1.7.1", content or primary, hash_name=digest_name, spoil=spoil)
    message = signed_data([ROOT, ISSUING, VENDOR], signers=[info], hash_name=digest_name) if signed else b""
    blobs = [(0, primary), (2, required)] + ([(5, entitlements)] if rights else []) + [
        (0x10000, blob(0xfade0b01, message))]
    index, body, at = b"", b"", 12 + 8 * len(blobs)
    for slot, data in blobs:
        index += struct.pack(">II", slot, at + len(body))
        body += data
    whole = struct.pack(">III", 0xfade0cc0, at + len(body), len(blobs)) + index + body
    return whole + bytes(room - len(whole))


class Image:
    def __init__(self, wide=True, big=False, kind=2):
        self.wide, self.order, self.kind = wide, ">" if big else "<", kind
        self.commands = []

    def pack(self, form, *values):
        return struct.pack(self.order + form, *values)

    def command(self, kind, body):
        body += bytes(-(len(body) + 8) % 8)
        self.commands.append(self.pack("II", kind, len(body) + 8) + body)

    def library(self, kind, path):
        self.command(kind, self.pack("IIII", 24, 0, 1, 1) + path + b"\0")

    def segment(self, name, offset, size, sections=()):
        word = "Q" if self.wide else "I"
        body = name.ljust(16, b"\0") + self.pack(word * 4, offset, size, offset, size)
        body += self.pack("IIII", 7, 5, len(sections), 0)
        for section, at, length, flags in sections:
            body += section.ljust(16, b"\0") + name.ljust(16, b"\0") + self.pack(word * 2, at, length)
            body += self.pack("IIIII", at, 0, 0, 0, flags) + bytes(12 if self.wide else 8)
        self.command(0x19 if self.wide else 1, body)

    def build(self, size):
        head = self.pack("I", 0xfeedfacf if self.wide else 0xfeedface)
        joined = b"".join(self.commands)
        head += self.pack("IIIIII", 0x0100000c if self.wide else 18, 0, self.kind, len(self.commands), len(joined),
                          0) + (bytes(4) if self.wide else b"")
        assert len(head + joined) <= size
        return head + joined + bytes(size - len(head + joined))


def program(signed=4096, encrypted=0, **form):
    """4 KiB of head, 512 bytes of code and sections, `signed` bytes for a signature."""
    image, at = Image(**form), 2048
    image.segment(b"__TEXT", 0, at + 512, [
        (b"__text", at, 64, 0), (b"__info_plist", at + 64, len(PLIST), 0), (b"__bss", 0, 99, 1),
        (b"__bundle", at + 448, 64, 0)])
    image.library(0xd, b"@rpath/libsample.dylib")
    image.library(0xc, b"/usr/lib/libSystem.B.dylib")
    image.library(0x80000018, b"/Library/Frameworks/Sample.framework/Sample")
    image.library(0x8000001f, b"@loader_path/libother.dylib")
    image.command(2, image.pack("IIII", at + 400, 1, at + 420, 20))
    if encrypted:
        image.command(0x2c, image.pack("IIII", at, 64, 1, 0))
    if signed:
        image.command(0x1d, image.pack("II", at + 512, signed))
    code = image.build(at) + b"\x90" * 64 + PLIST
    code += bytes(at + 448 - len(code)) + b"xar!" + bytes(range(60))
    return code


def make(name, change=None, tail=b"", encrypted=0, **more):
    code = program(encrypted=encrypted)
    whole = code + signature(code, **more) + tail
    put(name, change(whole) if change else whole)


def flip(at):
    return lambda data: data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


put("plain", program(signed=0))
put("ppc-32be", program(signed=0, wide=False, big=True))
make("signed")
make("signed-sha1", kind=1)
make("signed-sha384-one-page", kind=4, bits=0)
make("signed-cut-digest", kind=3)
make("changed-page", flip(2050))
make("changed-rights", lambda d: d.replace(b"com.sample.right", b"com.sample.wrong"))
make("unknown-digest", kind=9)
make("scattered", scatter=60)
make("spoilt", spoil=True)
make("another-directory", content=b"some other directory")
make("adhoc", signed=False, flags=2, team=b"")
make("encrypted", encrypted=1)
make("overlay", tail=b"PK\3\4 something hides here")
make("damaged-directory", lambda d: d.replace(b"\xfa\xde\x0c\x02", b"\xfa\xde\x0c\x03"))
make("damaged-message", lambda d: d.replace(bytes.fromhex("06092a864886f70d010702"), bytes(11)))
make("hidden-in-signature", lambda d: d[:-100] + bytes(range(100)))
put("cut", program()[:2300])
# code behind what was signed, before the signature
code = program()
put("unsigned-tail", code + signature(code[:-100]))

image = Image(kind=1)
image.segment(b"", 1024, 64, [(b"__text", 1024, 64, 0)])
image.command(0xb, image.pack("18I", *([0] * 18)))
put("object.o", image.build(1024) + b"\x90" * 64)
image.command(0xc, image.pack("IIII", 4000, 0, 1, 1))
put("damaged-library", image.build(1024) + b"\x90" * 64)
image.commands.append(image.pack("II", 0xc, 4))
put("damaged-command", image.build(1024) + b"\x90" * 64)
image = Image(kind=10)
image.segment(b"__TEXT", 0, 1 << 20)
put("symbols.dSYM", image.build(512))


def fat(images, wide=False):
    at, head, body = 128, struct.pack(">II", 0xcafebabf if wide else 0xcafebabe, len(images)), b""
    for processor, kind, data in images:
        head += struct.pack(">IIQQII" if wide else ">IIIII", processor, kind, at + len(body), len(data), 4,
                            *([0] if wide else []))
        body += data + bytes(-len(data) % 16)
    return head + bytes(128 - len(head)) + body


small = Image().build(64)
put("universal", fat([(0x01000007, 3, small), (0x0100000c, 2, small), (99, 0, small)]))
put("universal-64", fat([(12, 9, small), (7, 3, small)], wide=True) + b"PK\3\4 something hides here")
put("universal-of-itself", struct.pack(">IIIIIII", 0xcafebabe, 1, 7, 3, 0, 300, 4) + bytes(range(136)) * 2)
put("universal-outside", fat([(7, 3, small)])[:150])
put("bad-class", struct.pack(">IHH", 0xcafebabe, 0, 52) + bytes(40))
PY
