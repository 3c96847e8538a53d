#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Attempts to hide a product where a reader or the byte account could miss it, a file each.

    make_lies.py FOLDER    makes them, and FOLDER/cases.tsv: name, what must come of it

What must come of it: `found` (a finding, besides gaps), `gap` (nothing found and an open gap), `open` (either). None may be
`absent`. `plain` is the other way round: harmless, and must stay absent.
"""
import base64
import binascii
import gzip
import io
import lzma
import os
import random
import struct
import sys
import tarfile
import zipfile
import zlib

RANDOM = random.Random(20170913)
NOISE = RANDOM.randbytes(64 << 10)  # stands for anything encrypted
# An indicator of the vendor's engine, in bytes that are no text.
MARK = b"\0\1\2\0KSNM;KMSH2;SMH2;APUM;Updater;SDKM\0ksn_quality_interval_ms\0\x7f\x80\x90appinfo.kli\0\1\2\3" + bytes(range(32))
NAMED = b'{"name": "@kaspersky/hexa-ui", "version": "6.198.2"}\n'  # as package.json
HEX = RANDOM.randbytes(32 << 10).hex().encode()  # text that packs to half
EPOCH = (1980, 1, 1, 0, 0, 0)
CODE = bytes(i * 7 & 0x3F for i in range(8192))  # neither text nor random


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, body in members:
            about = tarfile.TarInfo(name)
            about.size = len(body)
            archive.addfile(about, io.BytesIO(body))
    return out.getvalue()


def zipped(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in members:
            archive.writestr(zipfile.ZipInfo(name, EPOCH), body, method)
    return out.getvalue()


def gz(body):
    return gzip.compress(body, 9, mtime=0)


# A product in an archive, and so large that it is no small opaque run.
PRODUCT = [("package.json", NAMED), ("pad.txt", HEX)]
TGZ = gz(tar(PRODUCT))
ZIP = zipped(PRODUCT)


def texts():
    """What passes as text is neither opaque nor evidence by the search."""
    text = b"All work and no play makes Jack a dull boy.\n" * 40
    yield "utf16-mark-before-noise", b"\xff\xfe" + NOISE, "gap"
    yield "utf16be-mark-before-noise", b"\xfe\xff" + NOISE, "gap"
    yield "utf16-mark-before-program", b"\xff\xfe" + CODE + MARK + CODE, "found"
    yield "utf16-text-before-program", "A story, far too long.\n".encode("utf-16") * 50 + CODE + MARK, "found"
    yield "text-before-program", text + MARK, "found"
    yield "text-around-program", text * 40 + MARK + text * 40, "found"
    yield "text-before-noise", text + NOISE, "gap"
    yield "script-before-tgz", b"#!/bin/sh\n" + text + b"exit\n" + TGZ, "open"
    yield "text-that-names", text + b"appinfo.kli\n" + text, "plain"
    yield "log-that-names", text + b"\0\1 appinfo.kli\n" + text, "plain"
    yield "utf16-text-that-names", "appinfo.kli, says the log.\r\n".encode("utf-16"), "plain"


def own():
    """debar's own files quote all marks; what only begins like them does not."""
    head = bytearray(b"SQLite format 3\0" + struct.pack(">H6B", 4096, 1, 1, 0, 64, 32, 32) + bytes(76))
    head[28:32] = struct.pack(">I", 1)
    head[68:72] = b"debr"
    yield "own-case-and-program", bytes(head).ljust(4096, b"\0") + MARK, "found"
    yield "own-magic-and-program", b"debarpk1" + bytes(80) + MARK, "found"
    yield "own-size-and-program", b"debarpk1" + struct.pack("<IIQ", 1, 1, 88 + len(MARK)) + bytes(64) + MARK, "found"


def pdf(*parts, end=b"%%EOF\n"):
    return b"%PDF-1.4\n" + b"".join(parts) + end


def pdf_stream(number, body, more=b""):
    return b"%d 0 obj\n<< /Length %d %s>>\nstream\n%s\nendstream\nendobj\n" % (number, len(body), more, body)


def pdfs():
    plain = pdf_stream(1, b"BT (hello) Tj ET")
    yield "pdf-noise-between", pdf(plain, NOISE, b"\n", plain), "gap"
    yield "pdf-tgz-between", pdf(plain, TGZ, b"\n", plain), "open"
    yield "pdf-noise-before-end", pdf(plain, NOISE, b"\n"), "gap"
    yield "pdf-noise-without-end", pdf(plain, NOISE, end=b""), "gap"
    yield "pdf-program-between", pdf(plain, CODE, MARK, CODE, plain), "found"
    yield "pdf-cut", pdf(plain, b"2 0 obj\n<< /Type", end=b""), "gap"
    yield "pdf-mark-early", pdf(plain, b"%%EOF\n", NOISE, plain), "gap"
    yield "pdf-facsimile-is-zip", pdf(pdf_stream(1, ZIP, b"/Filter /CCITTFaxDecode ")), "found"
    yield "pdf-attachment", pdf(pdf_stream(1, zlib.compress(ZIP), b"/Filter /FlateDecode ")), "found"
    yield "pdf-behind-end", pdf(plain) + TGZ, "found"
    yield "pdf-of-text", pdf(plain, b"2 0 obj\n(" + b"line of a long table\n" * 1000 + b")\nendobj\n", plain), "plain"


def gzips():
    head = b"\x1f\x8b\x08%c\0\0\0\0\0\xff"
    body = gz(b"nothing\n")[10:]
    yield "gzip-extra-noise", head % 4 + struct.pack("<H", 65000) + NOISE[:65000] + body, "gap"
    yield "gzip-extra-zip", head % 4 + struct.pack("<H", len(ZIP)) + ZIP + body, "open"
    yield "gzip-comment-noise", head % 16 + NOISE.replace(b"\0", b"\1") + b"\0" + body, "gap"
    yield "gzip-name-noise", head % 8 + NOISE.replace(b"\0", b"\1") + b"\0" + body, "gap"
    yield "gzip-later-extra", gz(b"a") + head % 4 + struct.pack("<H", 65000) + NOISE[:65000] + body, "gap"
    yield "gzip-trailing-noise", gz(b"a") + NOISE, "gap"
    yield "gzip-trailing-zip", gz(b"a") + ZIP, "found"
    yield "gzip-trailing-program", gz(b"a") + MARK, "found"
    yield "gzip-padded-then-more", gz(b"a") + bytes(512) + TGZ, "open"
    yield "gzip-flipped", TGZ[:9000] + bytes([TGZ[9000] ^ 255]) + TGZ[9001:], "open"


def block(name, size, kind=b"0", link=b"", user=b""):
    head = bytearray(512)
    head[:len(name)] = name
    head[100:108] = b"0000644\0"
    head[108:124] = b"0000000\0" * 2
    head[124:136] = b"%011o\0" % size
    head[136:148] = b"00000000000\0"
    head[156:157] = kind
    head[157:157 + len(link)] = link
    head[257:265] = b"ustar\x0000"
    head[265:265 + len(user)] = user
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def padded(body):
    return body + bytes(-len(body) % 512)


def member(name, body, kind=b"0"):
    return block(name, len(body), kind) + padded(body)


def tars():
    first, end = member(b"a.txt", b"nothing\n"), bytes(1024)
    record = b"SCHILY.xattr.user.x=" + NOISE + b"\n"
    pax = b"%d " % (len(record) + 6) + record
    assert len(pax) == len(record) + 6
    yield "tar-pax-noise", member(b"x", pax, b"x") + first + end, "gap"
    yield "tar-pax-global-noise", member(b"x", pax, b"g") + first + end, "gap"
    mark = b"%d comment=" % (len(MARK) + 13) + MARK + b"\n"
    yield "tar-long-name-noise", member(b"././@LongLink", b"b.txt\0" + NOISE, b"L") + first + end, "gap"
    yield "tar-link-with-noise", block(b"l", len(NOISE), b"2", b"a.txt") + padded(NOISE) + first + end, "gap"
    yield "tar-folder-with-noise", block(b"d/", len(NOISE), b"5") + padded(NOISE) + first + end, "gap"
    yield "tar-volume-label-noise", member(b"label", NOISE, b"V") + first + end, "gap"
    yield "tar-unknown-type", member(b"z", TGZ, b"Z") + first + end, "found"
    yield "tar-bad-header", first + b"\1" + block(b"package.json", len(NAMED))[1:] + padded(NAMED) + end, "gap"
    yield "tar-behind-the-end", first + end + bytes(8192) + member(b"package.json", NAMED) + end, "found"
    yield "tar-noise-behind-the-end", first + end + NOISE, "gap"
    yield "tar-program-behind-the-end", first + end + MARK, "found"
    yield "tar-size-in-pax", member(b"x", b"20 size=%011d\n" % len(NAMED), b"x") + block(b"package.json", 0) + padded(NAMED) + end, "found"
    yield "tar-base256-size", member(b"n", NOISE) + end, "gap"
    yield "tar-cut", tar(PRODUCT)[:-12000], "found"


def cpio_member(name, body):
    head = b"070701" + b"%08x" * 13 % (1, 0o100644, 0, 0, 1, 0, len(body), 0, 0, 0, 0, len(name) + 1, 0)
    return aligned(aligned(head + name + b"\0") + body)


def aligned(body):
    return body + bytes(-len(body) % 4)


def cpios():
    end = cpio_member(b"TRAILER!!!", b"")
    yield "cpio-behind-trailer", cpio_member(b"a", b"nothing") + end + cpio_member(b"package.json", NAMED) + end, "found"
    yield "cpio-noise-behind-trailer", cpio_member(b"a", b"nothing") + end + NOISE, "gap"
    yield "cpio-tgz-behind-trailer", cpio_member(b"a", b"nothing") + end + bytes(512) + TGZ, "found"
    yield "cpio-long-name", cpio_member(NOISE.replace(b"\0", b"\1"), b"nothing") + end, "gap"
    yield "cpio-trailer-with-body", cpio_member(b"a", b"nothing") + cpio_member(b"TRAILER!!!", NOISE), "gap"
    yield "cpio-without-trailer", cpio_member(b"a", b"nothing"), "gap"


def ar_member(name, body):
    return b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (name, 0, 0, 0, b"644", len(body)) + body + b"\n" * (len(body) % 2)


def ars():
    yield "ar-names-noise", b"!<arch>\n" + ar_member(b"//", NOISE) + ar_member(b"a/", b"x"), "gap"
    yield "ar-symbols-noise", b"!<arch>\n" + ar_member(b"/", NOISE) + ar_member(b"a/", b"x"), "gap"
    yield "ar-bsd-symbols-noise", b"!<arch>\n" + ar_member(b"__.SYMDEF", NOISE), "gap"
    yield "ar-behind-bad-header", b"!<arch>\n" + ar_member(b"a/", b"xx") + b"?" * 60 + ar_member(b"package.json/", NAMED), "gap"
    yield "ar-trailing", b"!<arch>\n" + ar_member(b"a/", b"xx") + TGZ, "open"
    yield "deb-odd-member", b"!<arch>\n" + ar_member(b"debian-binary", b"2.0\n") + ar_member(b"_extra", TGZ), "found"


def rpm(header, payload):
    def table(values):
        index = store = b""
        for tag, value in values:
            index += struct.pack(">4I", tag, 6, len(store), 1)
            store += value + b"\0"
        return b"\x8e\xad\xe8\1\0\0\0\0" + struct.pack(">2I", len(values), len(store)) + index + store
    signature = table([(1000, b"x")])
    lead = b"\xed\xab\xee\xdb\3\0".ljust(96, b"\0")
    return lead + signature + bytes(-len(signature) % 8) + table([(1000, b"tool"), (1001, b"1"), *header]) + payload


def rpms():
    payload = gz(cpio_member(b"a", b"nothing") + cpio_member(b"TRAILER!!!", b""))
    yield "rpm-plain", rpm([], payload), "plain"
    yield "rpm-script-program", rpm([(1024, MARK.replace(b"\0", b"\1"))], payload), "found"
    yield "rpm-tag-noise", rpm([(9999, NOISE)], payload), "gap"
    yield "rpm-odd-payload", rpm([], NOISE), "gap"
    yield "rpm-zip-payload", rpm([], ZIP), "found"


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "cases.tsv"), "w") as cases:
        for group in GROUPS:
            for name, body, outcome in group():
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(body)
                print(name, outcome, sep="\t", file=cases)


GROUPS = [texts, own, pdfs, gzips, tars, cpios, ars, rpms]

if __name__ == "__main__":
    main()
