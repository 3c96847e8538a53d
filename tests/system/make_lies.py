#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Attempts to hide a product where a reader or the byte account could miss it, a file each.

    make_lies.py FOLDER    makes them, and FOLDER/cases.tsv: name, what must come of it

What must come of it: `found` (a finding, besides gaps), `gap` (nothing found and an open gap), `open` (either). None may be
`absent`. `plain` is the other way round: harmless, and must stay absent.
"""
import base64
import binascii
import bz2
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

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../corpus/recipes"))
import bitstream

RANDOM = random.Random(20170913)
NOISE = RANDOM.randbytes(64 << 10)  # stands for anything encrypted
# An indicator of the vendor's engine, in bytes that are no text.
MARK = b"\0\1\2\0KSNM;KMSH2;SMH2;APUM;Updater;SDKM\0ksn_quality_interval_ms\0\x7f\x80\x90appinfo.kli\0\1\2\3" + bytes(range(32))
NAMED = b'{"name": "@kaspersky/hexa-ui", "version": "6.198.2"}\n'  # as package.json
WORDS = " ".join("".join(RANDOM.choices("abcdefgh", k=7)) for _ in range(10000)).encode()  # packs to less than half
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
PRODUCT = [("package.json", NAMED), ("pad.txt", WORDS)]
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
    yield "script-before-tgz", b"#!/bin/sh\n" + text + b"exit\n" + TGZ, "found"
    yield "script-before-tar", b"#!/bin/sh\n" + text + b"exit\n" + tar(PRODUCT), "found"
    yield "script-before-cpio", b"#!/bin/sh\n" + text + b"exit\n" + cpio_member(b"package.json", NAMED) + cpio_member(b"TRAILER!!!", b""), "found"
    yield "text-that-names", text + b"appinfo.kli\n" + text, "plain"
    yield "log-that-names", text + b"\0\1 appinfo.kli\n" + text, "plain"
    yield "utf16-text-that-names", "appinfo.kli, says the log.\r\n".encode("utf-16"), "plain"


def around_samples():
    """Noise with a plain page in each 32 KiB, always at the same place: where the sample might be."""
    for place in range(0, 32, 4):
        blocks = []
        for _ in range(32):
            noise = bytearray(RANDOM.randbytes(32 << 10))
            noise[place << 10:(place + 4) << 10] = CODE[:4 << 10]
            blocks.append(bytes(noise))
        yield f"noise-around-page-{place // 4}", b"".join(blocks), "gap"


def small_noise():
    """A little noise amid much that is plain, wherever it stands."""
    for plain, kind in (CODE, "code"), (b"All work and no play makes Jack a dull boy.\n" * 200, "text"):
        for place in range(1, 9):
            yield f"noise-amid-{kind}-{place}", plain * 4 + plain[:place * 777] + NOISE[:12 << 10] + plain * 9, "gap"


def embedded():
    """A product that is packed amid other bytes, where no format tells of it."""
    packed = {"gzip": TGZ, "zlib": zlib.compress(tar(PRODUCT)), "xz": lzma.compress(tar(PRODUCT)),
              "bzip2": bz2.compress(tar(PRODUCT))}
    for name, body in packed.items():
        yield f"embedded-{name}", CODE * 9 + body + CODE * 9, "found"
        yield f"embedded-{name}-unaligned", CODE * 9 + b"1234567" + body + b"x" + NOISE, "found"
        left = "gap" if name == "bzip2" else "found"  # its only block is lost; of the others what stands before the damage is read
        yield f"embedded-{name}-cut", CODE * 9 + body[:-30], left
        yield f"embedded-{name}-broken", CODE * 9 + body[:-40] + bytes(40) + CODE, left
    small = [("package.json", NAMED), ("pad.txt", WORDS[:22000])]
    packed = {"gzip": gz(tar(small)), "zlib": zlib.compress(tar(small), 9), "xz": lzma.compress(tar(small))}
    for name, body in packed.items():
        assert 8 << 10 < len(body) < 11 << 10, len(body)
        for place in range(1, 9):
            yield f"embedded-small-{name}-{place}", CODE + bytes(place * 3777) + body + CODE * 9, "found"
    pieces = b"".join(zlib.compress(WORDS[i:i + 4096]) for i in range(0, len(WORDS), 4096))
    squashfs = b"hsqs" + struct.pack("<4I6H2Q", 3, 0, 131072, 1, 1, 17, 0, 1, 4, 0, 0, 96 + len(pieces)).ljust(92, b"\0")
    jffs2 = b"\x85\x19\2\xe0" + struct.pack("<I", 68)
    jffs2 += struct.pack("<I", ~zlib.crc32(jffs2, 0xffffffff) & 0xffffffff) + bytes(56)
    yield "embedded-squashfs", CODE * 9 + squashfs + pieces + CODE * 9, "gap"
    yield "embedded-jffs2", CODE * 9 + jffs2 + pieces + CODE * 9, "gap"
    yield "embedded-squashfs-before-tgz", CODE * 9 + squashfs + pieces + TGZ + CODE * 9, "found"
    yield "embedded-in-noise", NOISE + TGZ + NOISE, "found"
    yield "embedded-twice", CODE + gz(CODE + TGZ + CODE) + NOISE + CODE, "found"


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
    yield "tar-named-by-link", member(b"./store/00ab", NAMED) + block(b"package.json", 0, b"1", b"store/00ab") + end, "found"
    yield "tar-named-by-second-link", member(b"00ab", NAMED) + block(b"x", 0, b"1", b"00ab") + block(b"package.json", 0, b"1", b"x") + end, "found"
    yield "tar-cut", tar(PRODUCT)[:-12000], "found"


def cpio_member(name, body, links=1):
    head = b"070701" + b"%08x" * 13 % (1, 0o100644, 0, 0, links, 0, len(body), 0, 0, 0, 0, len(name) + 1, 0)
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
    yield "cpio-named-by-first-link", cpio_member(b"package.json", b"", 2) + cpio_member(b"00ab", NAMED, 2) + end, "found"
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


def zip_entry(name, body, method=0, extra=b"", comment=b"", flags=0, size=None, crc=None):
    """A local header with data, and its row in the directory for `at`."""
    crc = zlib.crc32(body) if crc is None else crc
    size = len(body) if size is None else size
    common = struct.pack("<5H3I2H", 20, flags, method, 0, 33, crc, len(body), size, len(name), len(extra))
    local = b"PK\3\4" + common + name + extra + body
    row = lambda at: b"PK\1\2" + struct.pack("<H", 20) + common + struct.pack("<3H2I", len(comment), 0, 0, 0, at) + name + extra + comment
    return local, row


def zip_of(entries, between=b"", comment=b"", before_end=b""):
    body, rows = b"", b""
    for local, row in entries:
        rows += row(len(body))
        body += local + between
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(entries), len(entries), len(rows), len(body), len(comment))
    return body + rows + before_end + end + comment


def zips():
    plain, named = zip_entry(b"a.txt", b"nothing\n"), zip_entry(b"package.json", NAMED)
    extra = struct.pack("<2H", 0x7777, 60000) + NOISE[:60000]
    yield "zip-plain", zip_of([plain]), "plain"
    yield "zip-extra-noise", zip_of([zip_entry(b"a.txt", b"nothing\n", extra=extra)]), "gap"
    yield "zip-entry-comment-noise", zip_of([zip_entry(b"a.txt", b"nothing\n", comment=NOISE[:60000])]), "gap"
    yield "zip-comment-noise", zip_of([plain], comment=NOISE[:60000]), "gap"
    yield "zip-comment-tgz", zip_of([plain], comment=TGZ), "found"
    yield "zip-comment-program", zip_of([plain], comment=MARK), "found"
    yield "zip-between-tgz", zip_of([plain, plain], between=TGZ), "open"
    yield "zip-between-noise", zip_of([plain, plain], between=NOISE), "gap"
    yield "zip-before-end-noise", zip_of([plain], before_end=NOISE), "gap"
    yield "zip-trailing-noise", zip_of([plain]) + NOISE, "gap"
    yield "zip-trailing-tgz", zip_of([plain]) + TGZ, "found"
    yield "zip-behind-zip", zip_of([plain]) + zip_of([named]), "found"
    yield "zip-before-zip", zip_of([named]) + zip_of([plain]), "found"
    yield "zip-noise-before", NOISE + zip_of([plain]), "gap"
    yield "zip-program-before", MARK + zip_of([plain]), "found"
    for method in 1, 6, 10, 18, 97, 98, 200:
        yield f"zip-method-{method}", zip_of([zip_entry(b"x", NOISE, method)]), "gap"
    yield "zip-wrong-method", zip_of([zip_entry(b"x", NOISE, 8)]), "gap"
    yield "zip-lying-size", zip_of([zip_entry(b"x", TGZ, size=5)]), "open"
    yield "zip-names-as-folder", zip_of([zip_entry(b"folder/", NOISE)]), "gap"
    yield "zip-class-in-war", zipped([("WEB-INF/lib/a.jar", zipped([("com/kavsdk/shared/X.class", b"\xca\xfe\xba\xbe" + bytes(20))]))]), "found"
    unicode = struct.pack("<2HBI", 0x7075, 17, 1, zlib.crc32(b"a.txt")) + b"package.json"
    yield "zip-named-in-unicode", zip_of([zip_entry(b"a.txt", NAMED, extra=unicode)]), "found"
    unicode = struct.pack("<2HBI", 0x7075, 10, 1, zlib.crc32(b"package.json")) + b"a.txt"
    yield "zip-named-otherwise-in-unicode", zip_of([zip_entry(b"package.json", NAMED, extra=unicode)]), "found"
    yield "zip-name-with-zero", zip_of([zip_entry(b"package.json\0.txt", NAMED)]), "found"
    yield "zip-hidden-by-jpeg", b"\xff\xd8\xff\xfe\0\x0acomment!" + b"\xff\xd9" + ZIP, "found"
    yield "zip-in-tail-of-text", b"plain text, line after line\n" * 1000 + ZIP, "found"


def streams():
    yield "xz-padding-then-tgz", lzma.compress(b"a") + bytes(8) + TGZ, "open"
    yield "xz-trailing-noise", lzma.compress(b"a") + NOISE, "gap"
    yield "xz-second-cut", lzma.compress(b"a") + lzma.compress(WORDS)[:-5000], "gap"
    yield "xz-cut", lzma.compress(WORDS)[:-5000], "gap"
    yield "lzma-of-product", lzma.compress(tar(PRODUCT), lzma.FORMAT_ALONE), "found"
    yield "lzma-trailing-noise", lzma.compress(b"a" * 9999, lzma.FORMAT_ALONE) + NOISE, "gap"
    yield "lzma-raw", lzma.compress(WORDS, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2}]), "gap"
    yield "deflate-raw", TGZ[10:-8], "gap"
    yield "zlib-of-product", zlib.compress(tar(PRODUCT)), "found"
    yield "zlib-trailing-noise", zlib.compress(b"a") + NOISE, "gap"
    yield "zlib-dictionary", b"\x78\xbb" + zlib.compress(WORDS)[2:], "gap"
    import bz2
    yield "bzip2-trailing-noise", bz2.compress(b"a") + NOISE, "gap"
    yield "bzip2-trailing-zip", bz2.compress(b"a") + ZIP, "found"
    yield "bzip2-cut", bz2.compress(WORDS)[:-5000], "gap"
    frame = b"\x28\xb5\x2f\xfd\x20\x04\x21\0\0test"
    skippable = b"\x50\x2a\x4d\x18" + struct.pack("<I", len(NOISE)) + NOISE
    yield "zstd-skippable-noise", frame + skippable, "gap"
    yield "zstd-skippable-first", skippable + frame, "gap"
    yield "zstd-skippable-tgz", frame + b"\x5f\x2a\x4d\x18" + struct.pack("<I", len(TGZ)) + TGZ, "found"
    yield "zstd-dictionary", b"\x28\xb5\x2f\xfd\x21\x07\x04\x21\0\0test" + NOISE, "gap"
    yield "zstd-trailing-noise", frame + NOISE, "gap"
    yield "zstd-old-version", b"\x27\xb5\x2f\xfd" + NOISE, "gap"
    lz4 = b"\x04\x22\x4d\x18\x60\x40\x82\4\0\0\x80test\0\0\0\0"
    yield "lz4-trailing-noise", lz4 + NOISE, "gap"
    yield "lz4-skippable-noise", lz4 + skippable, "gap"
    named = NAMED[:-2] + b', "lockfileVersion": 3}'
    literals = b"\xf0" + bytes([len(named) - 15]) + named  # one block without matches
    yield "lz4-of-firefox", b"mozLz40\0" + struct.pack("<I", len(named)) + literals, "found"
    yield "lz4-of-firefox-empty", b"mozLz40\0" + bytes(5) + NOISE, "gap"
    yield "lz4-of-firefox-behind", b"mozLz40\0" + struct.pack("<I", len(named)) + literals + NOISE, "gap"
    yield "compress-cut-to-noise", b"\x1f\x9d\x90" + NOISE, "gap"
    yield "lzop", b"\x89LZO\0\r\n\x1a\n" + NOISE, "gap"
    block = lambda body: (len(body) - 1 << 4 | 1 << 20).to_bytes(3, "little") + body  # RFC 7932, 9.2
    passed = (3 << 1 | 2 << 4 | len(NOISE) - 1 << 6).to_bytes(3, "little") + NOISE
    yield "plain.br", block(WORDS[:60000]) + b"\3", "plain"
    yield "metadata.br", block(WORDS[:60000]) + passed * 2 + b"\3", "gap"
    yield "product.br", block(TGZ[:65536]) + b"\3", "found"
    yield "brotli-like", NOISE, "gap"
    yield "snappy-frame", b"\xff\6\0\0sNaPpY" + NOISE, "gap"


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def pictures():
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0))
    data, end = chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b"")
    yield "png-plain", head + data + end, "plain"
    yield "png-behind-end-tgz", head + data + end + TGZ, "found"
    yield "png-behind-end-noise", head + data + end + NOISE, "gap"
    yield "png-behind-end-program", head + data + end + MARK, "found"
    yield "png-text-tgz", head + chunk(b"tEXt", b"Comment\0" + TGZ) + data + end, "found"
    yield "png-text-noise", head + chunk(b"tEXt", b"Comment\0" + NOISE) + data + end, "gap"
    yield "png-packed-text", head + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(CODE + MARK)) + data + end, "found"
    yield "png-private-chunk", head + chunk(b"prVt", TGZ) + data + end, "found"
    yield "png-profile-noise", head + chunk(b"iCCP", b"x\0\0" + NOISE) + data + end, "gap"
    yield "png-exif-tgz", head + chunk(b"eXIf", TGZ) + data + end, "found"
    yield "png-text-program", head + chunk(b"tEXt", MARK) + data + end, "found"
    def segment(marker, body):
        return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body
    picture = b"\xff\xda\0\x08\1\1\0\0\x3f\0" + b"\x55" * 40 + b"\xff\xd9"
    yield "jpeg-plain", b"\xff\xd8" + segment(0xe0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + picture, "plain"
    yield "jpeg-comment-tgz", b"\xff\xd8" + segment(0xfe, TGZ) + picture, "found"
    yield "jpeg-comment-noise", b"\xff\xd8" + segment(0xfe, NOISE[:60000]) + picture, "gap"
    yield "jpeg-app-noise", b"\xff\xd8" + segment(0xe7, NOISE[:60000]) + picture, "gap"
    yield "jpeg-exif-zip", b"\xff\xd8" + segment(0xe1, b"Exif\0\0" + ZIP) + picture, "found"
    yield "jpeg-exif-noise", b"\xff\xd8" + segment(0xe1, b"Exif\0\0" + NOISE[:60000]) + picture, "gap"
    yield "jpeg-profile-noise", b"\xff\xd8" + segment(0xe2, b"ICC_PROFILE\0\1\1" + NOISE[:60000]) + picture, "gap"
    yield "jpeg-jfif-noise", b"\xff\xd8" + segment(0xe0, b"JFIF\0" + NOISE[:60000]) + picture, "gap"
    yield "jpeg-behind-end-noise", b"\xff\xd8" + picture + NOISE, "gap"
    yield "jpeg-behind-end-program", b"\xff\xd8" + picture + MARK, "found"
    yield "jpeg-comment-program", b"\xff\xd8" + segment(0xfe, MARK) + picture, "found"
    gif = b"GIF89a\1\0\1\0\0\0\0"
    frame, end = b"\x2c\0\0\0\0\1\0\1\0\0\2\2D\1\0", b";"
    blocks = lambda body: b"".join(bytes([len(body[i:i + 255])]) + body[i:i + 255] for i in range(0, len(body), 255)) + b"\0"
    yield "gif-plain", gif + frame + end, "plain"
    yield "gif-comment-noise", gif + b"\x21\xfe" + blocks(NOISE) + frame + end, "gap"
    yield "gif-app-noise", gif + b"\x21\xff\x0bWHATEVER1.0" + blocks(NOISE) + frame + end, "gap"
    yield "gif-unknown-extension", gif + b"\x21\x77" + blocks(NOISE) + frame + end, "gap"
    yield "gif-behind-end-zip", gif + frame + end + ZIP, "found"
    yield "gif-behind-end-noise", gif + frame + end + NOISE, "gap"
    yield "ico-png-behind", b"\0\0\1\0\1\0\1\1\0\0\1\0\x20\0" + struct.pack("<2I", 40, 22) + struct.pack("<I", 40) + bytes(36) + NOISE, "gap"
    yield "bmp-noise", b"BM" + struct.pack("<3I", 54 + len(NOISE), 0, 54) + struct.pack("<3I2H6I", 40, 128, 128, 1, 32, 0, 0, 0, 0, 0, 0) + NOISE, "gap"


def box(kind, body):
    return struct.pack(">I", len(body) + 8) + kind + body


def media():
    ftyp = box(b"ftyp", b"isom\0\0\2\0isom")
    moov = box(b"moov", box(b"mvhd", bytes(100)))
    yield "mp4-plain", ftyp + moov + box(b"mdat", NOISE), "plain"
    yield "mp4-free-noise", ftyp + moov + box(b"free", NOISE), "gap"
    yield "mp4-free-tgz", ftyp + moov + box(b"free", TGZ), "found"
    yield "mp4-skip-noise", ftyp + moov + box(b"skip", NOISE), "gap"
    yield "mp4-uuid-noise", ftyp + moov + box(b"uuid", bytes(range(16)) + NOISE), "gap"
    yield "mp4-unknown-box", ftyp + moov + box(b"abcd", NOISE), "gap"
    yield "mp4-udta-tgz", ftyp + box(b"moov", box(b"mvhd", bytes(100)) + box(b"udta", box(b"\xa9cmt", TGZ))), "found"
    yield "mp4-udta-noise", ftyp + box(b"moov", box(b"mvhd", bytes(100)) + box(b"udta", box(b"abcd", NOISE))), "gap"
    yield "mp4-mdat-zip", ftyp + moov + box(b"mdat", ZIP), "found"
    yield "mp4-trailing-noise", ftyp + moov + box(b"mdat", b"x" * 99) + NOISE, "gap"
    riff = lambda kind, body: b"RIFF" + struct.pack("<I", len(body) + 4) + kind + body
    part = lambda kind, body: kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
    form = part(b"fmt ", struct.pack("<2H2I2H", 1, 1, 8000, 8000, 1, 8))
    yield "wav-plain", riff(b"WAVE", form + part(b"data", NOISE)), "plain"
    yield "wav-junk-noise", riff(b"WAVE", form + part(b"JUNK", NOISE) + part(b"data", b"xx")), "gap"
    yield "wav-unknown-chunk", riff(b"WAVE", form + part(b"abcd", NOISE) + part(b"data", b"xx")), "gap"
    yield "wav-behind-end", riff(b"WAVE", form + part(b"data", b"xx")) + TGZ, "found"
    flac = b"fLaC"
    info = bytes(10) + bytes([0x0a, 0xc4, 0x42, 0xf0]) + bytes(20)
    yield "flac-padding-noise", flac + b"\0\0\0\x22" + info + b"\x81" + struct.pack(">I", len(NOISE))[1:] + NOISE, "gap"
    yield "flac-app-noise", flac + b"\0\0\0\x22" + info + b"\x82" + struct.pack(">I", len(NOISE))[1:] + NOISE, "gap"
    yield "flac-comment-noise", flac + b"\0\0\0\x22" + info + b"\x84" + struct.pack(">I", len(NOISE))[1:] + NOISE, "gap"
    yield "wav-list-noise", riff(b"WAVE", form + part(b"LIST", b"INFO" + NOISE) + part(b"data", b"xx")), "gap"
    yield "webp-exif-tgz", riff(b"WEBP", part(b"VP8 ", b"xx") + part(b"EXIF", TGZ)), "found"
    yield "webp-exif", riff(b"WEBP", part(b"VP8 ", b"xx") + part(b"EXIF", b"II*\0" + NOISE)), "plain"
    size = len(NOISE) + 10
    sync = bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    tag = b"ID3\3\0\0" + sync + b"PRIV" + struct.pack(">I", len(NOISE)) + b"\0\0" + NOISE
    frames = (b"\xff\xfb\x90\x00" + bytes(413)) * 8
    yield "mp3-plain", frames, "plain"
    yield "mp3-private-noise", tag + frames, "gap"
    yield "mp3-noise-between", frames + NOISE + frames, "gap"
    yield "mp3-noise-behind", frames + NOISE, "gap"
    yield "ogg-is-not", b"OggS" + NOISE, "gap"


def inside_media():
    """Below the top of a format: where there is neither sound nor pixels, and nobody who plays it looks."""
    ftyp, sound = box(b"ftyp", b"isom\0\0\2\0isom"), box(b"mdat", bytes(99))
    def moov(*boxes):
        return ftyp + box(b"moov", box(b"mvhd", bytes(100)) + b"".join(boxes)) + sound
    def tag(kind, body):
        return box(b"udta", box(b"meta", bytes(4) + box(b"hdlr", bytes(24)) + box(b"ilst", box(kind, box(b"data", struct.pack(">2I", 13, 0) + body)))))
    yield "mp4-track-noise", moov(box(b"trak", box(b"free", NOISE))), "gap"
    yield "mp4-track-media-tgz", moov(box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", box(b"uuid", bytes(16) + TGZ)))))), "found"
    yield "mp4-fragment-noise", ftyp + box(b"moof", box(b"traf", box(b"skip", NOISE))) + sound, "gap"
    yield "mp4-cover-noise", moov(tag(b"covr", NOISE)), "gap"
    yield "mp4-cover-tgz", moov(tag(b"covr", TGZ)), "found"
    yield "mp4-numbered-tag-noise", moov(tag(b"\0\0\0\1", NOISE)), "gap"
    packed = box(b"moov", box(b"cmov", box(b"dcom", b"zlib") + box(b"cmvd", bytes(4) + zlib.compress(moov(box(b"udta", box(b"abcd", TGZ)))))))
    yield "mov-packed-tgz", packed + sound, "found"
    yield "mov-packed-noise", box(b"moov", box(b"cmov", box(b"cmvd", NOISE))) + sound, "gap"
    yield "heic-item-noise", ftyp + box(b"meta", bytes(4) + box(b"hdlr", bytes(24)) + box(b"iprp", box(b"ipco", box(b"abcd", NOISE)))) + sound, "gap"
    yield "mp4-mdat-tgz", ftyp + box(b"mdat", TGZ), "found"

    def element(kind, body):
        return bytes.fromhex(kind) + (0x10000000 | len(body)).to_bytes(4, "big") + body
    def mkv(*elements):
        return element("1a45dfa3", element("4282", b"webm")) + element("18538067", b"".join(elements))
    block = element("a3", b"\x81\0\0\0" + NOISE)
    yield "mkv-plain", mkv(element("1549a966", b""), element("1f43b675", block)), "plain"
    yield "mkv-tags-noise", mkv(element("1254c367", NOISE)), "gap"
    yield "mkv-unknown-tgz", mkv(element("4bbb", TGZ)), "found"
    yield "mkv-void-in-cluster", mkv(element("1f43b675", block + element("ec", NOISE))), "gap"
    yield "mkv-first-of-two-files", mkv(element("1941a469", element("61a7", element("465c", TGZ) + element("465c", b"x")))), "found"

    def page(flags, body, stream=1):
        pages = b""
        for at in range(0, len(body) + 1, 255 * 255):
            part = body[at:at + 255 * 255]
            lengths = bytes([255] * (len(part) // 255)) + (bytes([len(part) % 255]) if len(part) < 255 * 255 else b"")
            pages += b"OggS\0" + bytes([flags | (1 if at else 0)]) + struct.pack("<Q3IB", 0, stream, 0, 0, len(lengths)) + lengths + part
        return pages
    head = page(2, b"OpusHead\1\2")
    yield "ogg-plain", head + page(0, b"OpusTags") + page(4, NOISE), "plain"
    yield "ogg-comments-noise", head + page(0, b"OpusTags" + NOISE + NOISE), "gap"
    yield "ogg-short-comments-noise", head + page(0, b"OpusTags" + NOISE[:9000]), "gap"
    yield "ogg-unknown-stream", head + page(2, TGZ, 2), "found"
    yield "ogg-unknown-stream-noise", head + page(2, b"x", 2) + page(0, NOISE, 2), "gap"

    frames = (b"\xff\xfb\x90\x00" + bytes(413)) * 200
    def id3(body, version=3, flags=0):
        size = len(body)
        return b"ID3" + bytes([version, 0, flags, size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127]) + body
    def frame(kind, body, flags=0):
        return kind + struct.pack(">I", len(body)) + bytes([0, flags]) + body
    file = b"\0application/zip\0a.zip\0\0" + ZIP
    yield "mp3-picture-noise", id3(frame(b"APIC", b"\0image/png\0\3\0" + NOISE)) + frames, "gap"
    yield "mp3-picture-tgz", id3(frame(b"APIC", b"\0image/png\0\3\0" + TGZ)) + frames, "found"
    yield "mp3-file", id3(frame(b"GEOB", file)) + frames, "found"
    yield "mp3-text-noise", id3(frame(b"TXXX", NOISE)) + frames, "gap"
    yield "mp3-packed-frame", id3(frame(b"PRIV", bytes(4) + zlib.compress(TGZ), 0x80)) + frames, "found"
    yield "mp3-locked-frame", id3(frame(b"TIT2", NOISE, 0x40)) + frames, "gap"
    yield "mp3-old-tag", id3(b"GEO" + struct.pack(">I", len(file))[1:] + file, 2) + frames, "found"
    yield "mp3-old-tag-noise", id3(b"TT2" + struct.pack(">I", len(NOISE))[1:] + NOISE, 2) + frames, "gap"
    yield "mp3-unsynchronised", id3(frame(b"GEOB", b"\0x\0a\0\0" + TGZ).replace(b"\xff", b"\xff\0"), 3, 0x80) + frames, "found"
    yield "mp3-extended-header", id3(struct.pack(">IHI", 6, 0, 0) + frame(b"GEOB", file), 3, 0x40) + frames, "found"
    info = b"\0\0\0\x22" + bytes(10) + bytes([0x0a, 0xc4, 0x42, 0xf0]) + bytes(20)
    def picture(body):
        block = struct.pack(">2I", 3, 0) + bytes(4) + bytes(16) + struct.pack(">I", len(body)) + body
        return b"fLaC" + info + b"\x86" + struct.pack(">I", len(block))[1:] + block
    yield "flac-picture-noise", picture(NOISE), "gap"
    yield "flac-picture-tgz", picture(TGZ), "found"
    part = lambda kind, body: kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
    riff = lambda kind, body: part(b"RIFF", kind + body)
    form, behind = part(b"fmt ", struct.pack("<2H2I2H", 1, 1, 8000, 8000, 1, 8)), part(b"JUNK", NOISE)
    yield "wav-tag-file", riff(b"WAVE", form + part(b"data", b"xx") + part(b"id3 ", id3(frame(b"GEOB", file)))), "found"
    yield "wav-tag-noise", riff(b"WAVE", form + part(b"data", b"xx") + part(b"id3 ", NOISE)), "gap"
    wide = b"RF64\xff\xff\xff\xffWAVE" + part(b"ds64", struct.pack("<3QI", 100 + len(behind), 50, 0, 0)) + form + b"data\xff\xff\xff\xff" + bytes(50)
    wide = wide[:20] + struct.pack("<Q", len(wide) + len(behind) - 8) + wide[28:]
    yield "wav-wide-junk", wide + behind, "gap"
    yield "wav-wide-behind-end", wide[:20] + struct.pack("<Q", len(wide) - 8) + wide[28:] + TGZ, "found"
    yield "avi-list-noise", riff(b"AVI ", part(b"LIST", b"movi" + part(b"00dc", bytes(90)) + behind)), "gap"
    yield "avi-header-tgz", riff(b"AVI ", part(b"LIST", b"hdrl" + part(b"LIST", b"strl" + part(b"strd", TGZ)))), "found"
    yield "webp-frame-noise", riff(b"WEBP", part(b"ANMF", bytes(16) + behind)), "gap"
    yield "webp-profile-noise", riff(b"WEBP", part(b"ICCP", NOISE)), "gap"
    yield "ani-icon-tgz", riff(b"ACON", part(b"LIST", b"fram" + part(b"icon", TGZ))), "found"
    yield "midi-noise", riff(b"RMID", part(b"data", NOISE)), "gap"
    big = lambda kind, body: kind + struct.pack(">I", len(body)) + body + bytes(len(body) % 2)
    yield "aiff-program-noise", big(b"FORM", b"AIFF" + big(b"COMM", bytes(18)) + big(b"APPL", NOISE)), "gap"
    yield "aiff-tag-file", big(b"FORM", b"AIFF" + big(b"COMM", bytes(18)) + big(b"ID3 ", id3(frame(b"GEOB", file)))), "found"
    yield "au-annotation-tgz", b".snd" + struct.pack(">5I", 24 + len(TGZ), 4, 1, 8000, 1) + TGZ + bytes(4), "found"
    yield "au-cut", b".snd" + struct.pack(">5I", 24, 400, 1, 8000, 1) + bytes(200), "gap"


def inside_pictures():
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    for kind in b"PLTE", b"gIFx", b"eXIf", b"sPLT", b"tRNS":
        yield f"png-{kind.decode()}-noise", head + chunk(kind, NOISE) + data, "gap"
    yield "png-short-profile", head + chunk(b"iCCP", b"x\0\0" + zlib.compress(CODE + MARK)) + data, "found"
    def profile(body):
        return struct.pack(">I", 144 + len(body)).ljust(36, b"\0") + b"acsp" + bytes(88) + struct.pack(">I4s2I", 1, b"priv", 144, len(body)) + body
    def segment(marker, body):
        return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body
    def jpeg(*segments):
        return b"\xff\xd8" + b"".join(segments) + b"\xff\xda\0\x08\1\1\0\0\x3f\0" + b"\x55" * 40 + b"\xff\xd9"
    def cut(body, size=60000):
        parts = [body[at:at + size] for at in range(0, len(body), size)]
        return [segment(0xe2, b"ICC_PROFILE\0" + bytes([i + 1, len(parts)]) + part) for i, part in enumerate(parts)]
    yield "jpeg-reserved-noise", jpeg(segment(0xf7, NOISE[:60000])), "gap"
    yield "jpeg-table-noise", jpeg(segment(0xc4, NOISE[:60000])), "gap"
    yield "jpeg-resources-noise", jpeg(segment(0xed, b"Photoshop 3.0\0" + b"8BIM\x0f\xa0\0\0" + struct.pack(">I", 60000) + NOISE[:60000])), "gap"
    yield "jpeg-resources-behind", jpeg(segment(0xed, b"Photoshop 3.0\0" + b"8BIM" + NOISE[:60000])), "gap"
    yield "jpeg-thumbnail-noise", jpeg(segment(0xe0, b"JFXX\0\x10\xff\xd8" + NOISE[:60000])), "gap"
    yield "jpeg-later-profile-noise", jpeg(*cut(profile(b"curv" + bytes(60000)) + NOISE)), "gap"
    yield "jpeg-profile-element", jpeg(*cut(profile(b"text\0\0\0\0" + NOISE))), "gap"
    yield "icc-element-noise", profile(NOISE), "gap"
    yield "icc-element-tgz", profile(TGZ), "found"
    yield "icc-table", profile(b"mft2\0\0\0\0" + NOISE), "plain"
    bitmap = struct.pack("<I2i2H6I", 40, 1, 2, 1, 32, 0, 0, 0, 0, 0, 0) + bytes(8)
    icon = lambda body: b"\0\0\1\0\1\0\1\1\0\0\1\0\x20\0" + struct.pack("<2I", len(body), 22) + body
    yield "ico-plain", icon(bitmap), "plain"
    yield "ico-behind-pixels", icon(bitmap + TGZ), "found"


def others():
    """Numbers that look random and are not encrypted, by format: only as many as there can be."""
    yield "openpgp-trust-noise", b"\x99\1\x0d\4" + bytes(range(256)) + bytes(12) + b"\xcc\xff" + struct.pack(">I", len(NOISE)) + NOISE, "gap"
    count = len(NOISE) // 28
    yield "gitindex-noise", b"\xfftOc\0\0\0\2" + struct.pack(">I", count) * 256 + NOISE[:28 * count] + bytes(40), "gap"
    yield "type1-noise", b"%!PS-AdobeFont-1.0: x\n" + NOISE + b"eexec\n", "gap"
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../corpus/jks/trusted.jks"), "rb") as file:
        yield "jks-name-program", file.read().replace(b"\0\4root", struct.pack(">H", len(MARK)) + MARK), "found"
    parms = b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 9 >> "
    yield "pdf-predictor", pdf(pdf_stream(1, zlib.compress(bytes(a ^ b for a, b in zip(ZIP, bytes(9) + ZIP))), parms)), "gap"


def fonts():
    def font(*more):
        tables = [(b"cmap", bytes(50)), (b"glyf", NOISE), (b"head", bytes(54)), (b"loca", bytes(8)), (b"name", bytes(6)), *more]
        at, rows, data = 12 + 16 * len(tables), b"", b""
        for tag, table in tables:
            rows += tag + struct.pack(">3I", 0, at + len(data), len(table))
            data += aligned(table)
        return b"\0\1\0\0" + struct.pack(">4H", len(tables), 16, 0, 0) + rows + data
    yield "font-plain", font(), "plain"
    yield "font-unknown-table", font((b"zzzz", NOISE)), "gap"
    yield "font-unknown-tgz", font((b"zzzz", TGZ)), "found"
    yield "font-behind-end", font() + TGZ, "found"
    yield "font-signature-noise", font((b"DSIG", NOISE)), "gap"
    yield "font-signature-tgz", font((b"DSIG", struct.pack(">I2H3I2HI", 1, 1, 0, 1, len(TGZ) + 8, 20, 0, 0, len(TGZ)) + TGZ)), "found"
    yield "font-words-noise", font((b"meta", NOISE)), "gap"
    yield "font-pictures-tgz", font((b"SVG ", struct.pack(">HIIH2H2I", 0, 10, 0, 1, 0, 0, 14, len(TGZ)) + TGZ)), "found"
    def woff(tag, packed, size):
        return (b"wOFF\0\1\0\0" + struct.pack(">I2HI2H5I", 64 + len(packed), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0) +
                tag + struct.pack(">4I", 64, len(packed), size, 0) + packed)
    yield "woff-glyphs", woff(b"glyf", zlib.compress(NOISE)[:60000], len(NOISE)), "plain"
    yield "woff-table-tgz", woff(b"zzzz", zlib.compress(TGZ + CODE), len(TGZ + CODE)), "found"
    yield "woff-table-noise", woff(b"zzzz", NOISE, len(NOISE)), "gap"
    stored = lambda body: struct.pack("<I", (len(body) - 1) << 4 | 1 << 20)[:3] + body + b"\3"  # RFC 7932, 9.2
    def woff2(directory, body):
        return b"wOF2\0\1\0\0" + struct.pack(">I2H2I2H5I", 48 + len(directory) + len(body), 1, 0, 0, len(body), 1, 0, 0, 0, 0, 0, 0) + directory + body
    size = lambda n: bytes([n >> 14 | 128, n >> 7 & 127 | 128, n & 127])
    yield "woff2-table-tgz", woff2(b"\x3fzzzz" + size(len(TGZ)), stored(TGZ)), "found"
    yield "woff2-behind-tables", woff2(b"\xcb" + size(100), stored(bytes(100) + TGZ)), "found"
    yield "woff2-behind-stream", woff2(b"\0" + size(100), stored(bytes(100)) + TGZ), "found"


def mails():
    head = b"From: a@example.org\nTo: b@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=X\n\n"
    coded = base64.encodebytes(ZIP)
    yield "mail-attachment", head + b"--X\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n\n" + coded + b"--X--\n", "found"
    yield "mail-preamble-noise", head + NOISE + b"\n--X\nContent-Type: text/plain\n\nhello\n--X--\n", "gap"
    yield "mail-epilogue-tgz", head + b"--X\nContent-Type: text/plain\n\nhello\n--X--\n" + TGZ, "open"
    yield "mail-binary", head + b"--X\nContent-Transfer-Encoding: binary\n\n" + ZIP + b"\n--X--\n", "found"
    yield "mail-unknown-coding", head + b"--X\nContent-Transfer-Encoding: x-yenc\n\n" + NOISE + b"\n--X--\n", "gap"
    part = b"Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n" + coded
    yield "mail-behind-its-length", b"12345     \n" + head + b"--X\n" + part + b"--X--\n", "found"
    yield "mail-behind-byte-order-mark", b"\xef\xbb\xbf" + head + b"--X\n" + part + b"--X--\n", "found"
    yield "mail-behind-gateways", b"X-Gateway: passed\n" * 2000 + head + b"--X\n" + part + b"--X--\n", "found"
    yield "mail-without-version", b"From: a\nContent-type: multipart/mixed; boundary=X\n\n--X\n" + part.replace(b"Transfer-Encoding: base64", b"transfer-encoding: BASE64") + b"--X--\n", "found"
    yield "mail-boundary-in-sections", head.replace(b"=X", b'*0="X;"; boundary*1=Y') + b"--X;Y\n" + part + b"--X;Y--\n", "found"
    yield "mail-comments", head.replace(b"multipart", b"(in parts) multipart") + b"--X\n" + part.replace(b": base64", b": (coded) base64") + b"--X--\n", "found"
    yield "mail-second-of-mailbox", b"From a\nSubject: x\n\n" + b"plain words\n" * 1000 + b"From b\n" + part, "found"
    yield "mail-header-noise", head.replace(b"MIME", b"X-Noise: " + NOISE.replace(b"\n", b"\1") + b"\nMIME") + b"--X\n\nhello\n--X--\n", "gap"
    named = b"--X\nContent-Disposition: attachment; %s\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(NAMED) + b"--X--\n"
    for name, field in ("in-percents", b"filename*=UTF-8''package%2Ejson"), ("in-words", b'filename="=?utf-8?B?cGFja2FnZQ==?=\n =?utf-8?q?=2Ejson?="'), \
            ("in-sections", b'filename*0="package."; filename*1=json'):
        yield f"mail-name-{name}", head + named % field, "found"
    yield "base64-of-noise", base64.encodebytes(NOISE), "gap"
    yield "base64-of-zip", base64.encodebytes(ZIP), "found"
    yield "base64-one-line", base64.b64encode(ZIP), "found"
    yield "base64-url-safe", base64.urlsafe_b64encode(NOISE), "open"
    key = lambda tag, body: bytes([0xc0 | tag, 255]) + struct.pack(">I", len(body)) + body
    ring = key(6, b"\4" + NOISE[:300])
    yield "ring-plain", ring + key(13, b"somebody") + key(2, b"\3\5" + NOISE[:300]), "plain"
    yield "ring-attribute-noise", ring + key(17, NOISE), "gap"
    yield "ring-attribute-tgz", ring + key(17, TGZ), "found"
    yield "ring-notation-noise", ring + key(2, b"\4\x13\x16\x08" + struct.pack(">H", 60000) + NOISE[:60000] + b"\0\0" + NOISE[:300]), "gap"
    yield "ring-large-number", ring + key(6, b"\4" + NOISE + NOISE), "gap"
    yield "hex-of-noise", binascii.hexlify(NOISE), "open"
    yield "hex-of-zip", binascii.hexlify(ZIP), "open"
    yield "json-of-base64", b'{"name": "a", "data": "' + base64.b64encode(ZIP).replace(b"/", b"\\/").replace(b"+", b"\\u002B") + b'"}\n', "found"
    yield "html-of-base64", b'<a href="data:application/zip;base64,' + base64.b64encode(ZIP) + b'">get it</a>\n', "found"
    yield "script-of-base64", b"#!/bin/sh\nbase64 -d <<'EOF' | tar xz\n" + base64.encodebytes(TGZ) + b"EOF\n", "found"
    yield "xml-of-noise", b"<a>\n" + base64.encodebytes(NOISE) + b"</a>\n", "gap"
    yield "rtf-of-zip", b"{\\rtf1{\\object{\\*\\objdata " + b"\n".join(binascii.hexlify(ZIP)[i:i + 128] for i in range(0, 2 * len(ZIP), 128)) + b"}}}", "found"
    yield "strings-of-base64", b"X = (\n" + b"".join(b"    b'" + line + b"'\n" for line in base64.encodebytes(ZIP).splitlines()) + b")\n", "found"
    yield "sql-of-zip", b"INSERT INTO a VALUES (0x" + binascii.hexlify(ZIP) + b");\n", "found"
    received = b"Received: from a.example.org by b.example.org; Thu, 1 Jan 2026 00:00:00 +0000\n" * 200
    part = b"--X\nContent-Transfer-Encoding: base64\n\n" + coded + b"--X--\n"
    yield "mail-long-header", received + head + part, "found"
    yield "mail-old-first", b"From a@example.org Thu Jan  1 00:00:00 2026\nSubject: x\n\n" + b"words\n" * 3000 + b"\nFrom a@example.org Thu Jan  1 00:00:00 2026\n" + head + part, "found"
    yield "mail-no-boundary", head.replace(b"boundary=", b"boundary*0=") + part, "found"
    yield "mail-header-program", head.replace(b"To:", b"X-Odd: " + MARK.replace(b"\n", b"x") + b"\nTo:") + part.replace(coded, b""), "found"
    yield "utf7", "com/kavsdk/ ksn_quality_interval_ms".encode("utf-7"), "plain"


def elf(body, sections=(), loaded=None):
    """ELF64 with one segment over the first `loaded` bytes of the file, and sections of no segment."""
    head = 64 + 56
    names = b"\0" + b"".join(name + b"\0" for name, _ in sections) + b".names\0"
    image, rows, at = body, [bytes(64)], 1
    for name, data in (*sections, (b".names", names)):
        kind = 3 if data is names else 1
        rows.append(struct.pack("<2I4Q2I2Q", at, kind, 0, 0, head + len(image), len(data), 0, 0, 1, 0))
        at += len(name) + 1
        image += data
    table = head + len(image)
    loaded = head + len(body) if loaded is None else loaded
    return (b"\x7fELF\2\1\1".ljust(16, b"\0") + struct.pack("<2HI3QI6H", 2, 62, 1, 0, 64, table, 0, 64, 56, 1, 64, len(rows), len(rows) - 1) +
            struct.pack("<2I6Q", 1, 5, 0, 0, 0, loaded, loaded, 4096) + image + b"".join(rows))


def relocatable(data):
    """ELF64 object file of one section, and a symbol that calls all of it one object. The data begins with a block."""
    symbols = bytes(24) + struct.pack("<IBBHQQ", 1, 0x11, 0, 1, 0, len(data))
    names = b"\0object\0.data\0.symtab\0"
    at = 65536
    parts = [(8, 1, 3, data, 0, 0), (14, 2, 0, symbols, 3, 24), (1, 3, 0, names, 0, 0)]
    rows, image = [bytes(64)], b""
    for name, kind, flags, part, link, each in parts:
        rows.append(struct.pack("<2I4Q2I2Q", name, kind, flags, 0, at + len(image), len(part), link, 0, 8, each))
        image += part + bytes(-len(part) % 8)
    head = b"\x7fELF\2\1\1".ljust(16, b"\0") + struct.pack("<2HI3QI6H", 1, 62, 1, 0, 0, at + len(image), 0, 64, 0, 0, 64, len(rows), 3)
    return head.ljust(at, b"\0") + image + b"".join(rows)


def pe(body, behind=b"", stub=b""):
    """PE32+ with one section."""
    new = (64 + len(stub) + 7) & ~7
    head = (b"MZ".ljust(60, b"\0") + struct.pack("<I", new) + stub).ljust(new, b"\0") + b"PE\0\0"
    head += struct.pack("<2H3I2H", 0x8664, 1, 0, 0, 0, 240, 0x22)
    at = (len(head) + 240 + 40 + 511) & ~511
    size = (len(body) + 511) & ~511
    head += struct.pack("<HBB5IQ2I6H4I2H4Q2I", 0x20b, 14, 0, size, 0, 0, 0x1000, 0x1000, 0x140000000, 0x1000, 512, 6, 0, 0, 0, 6, 0, 0,
                        0x1000 + ((size + 4095) & ~4095), at, 0, 3, 0, 1 << 20, 4096, 1 << 20, 4096, 0, 16) + bytes(128)
    head += b".data\0\0\0" + struct.pack("<4I", len(body), 0x1000, size, at) + bytes(12) + struct.pack("<I", 0xC0000040)
    return head.ljust(at, b"\0") + body.ljust(size, b"\0") + behind


def programs():
    code = CODE * 16  # 128 KiB
    module = bitstream.module("appinfo.kli")  # in characters of 6 and of 7 bits
    yield "bitcode", module.replace(b"appinfo.kli", bytes(11)), "found"
    yield "bitcode-in-section", elf(code, [(b".llvmbc", module.replace(b"appinfo.kli", bytes(11)))]), "found"
    yield "elf-plain", elf(code), "plain"
    yield "elf-noise", elf(NOISE * 8), "gap"
    yield "elf-tables", elf(code + NOISE + code), "plain"  # as much as curves have
    yield "elf-many-tables", elf((code + NOISE * 2) * 8), "gap"
    yield "elf-overlay", elf(code) + NOISE, "gap"
    yield "elf-overlay-tgz", elf(code) + TGZ, "found"
    yield "elf-overlay-program", elf(code) + MARK, "found"
    yield "elf-program", elf(code + MARK + code), "found"
    yield "elf-without-sections", elf(code)[:-192] + NOISE, "open"
    yield "elf-section", elf(code, [(b".blob", NOISE)]), "gap"
    yield "elf-debug-section", elf(code, [(b".debug_blob", NOISE * 6)]), "gap"
    yield "elf-zip-section", elf(code, [(b".blob", ZIP)]), "found"
    yield "elf-zip-behind", elf(code) + ZIP, "found"
    yield "elf-zip-loaded", elf(code + ZIP), "found"
    yield "elf-tgz-loaded", elf(code + TGZ + code, [(b"payload", TGZ)]), "found"
    for name, packed in ("tgz", TGZ), ("zlib", zlib.compress(tar(PRODUCT))):
        yield f"elf-{name}-as-object", relocatable((packed + CODE * 8)[:98304]), "found"
    yield "elf-upx", elf(bytes(4) + b"UPX!" + NOISE), "gap"
    yield "elf-cut", elf(code + code)[:-99999], "gap"
    yield "pe-plain", pe(code), "plain"
    yield "pe-noise", pe(NOISE * 8), "gap"
    yield "pe-overlay", pe(code, NOISE), "gap"
    yield "pe-overlay-tgz", pe(code, TGZ), "found"
    yield "pe-overlay-zip", pe(code, ZIP), "found"
    yield "pe-zip-inside", pe(code + ZIP + code), "found"
    yield "pe-stub", pe(code, stub=NOISE), "gap"
    yield "pe-stub-program", pe(code, stub=MARK), "found"
    yield "pe-program", pe(code + MARK + code), "found"
    yield "pe-behind-pdf", pdf(pdf_stream(1, b"BT ET")) + pe(code + MARK), "found"
    yield "plist-noise", b'<?xml version="1.0"?>\n<plist version="1.0"><dict><key>a</key><string>' + b"text of a list\n" * 9000 + NOISE + b"</string></dict></plist>", "gap"
    yield "class-noise", b"\xca\xfe\xba\xbe\0\0\0\x34\0\1\0\x21\0\0" + NOISE, "gap"


def put(size, *parts):
    body = bytearray(size)
    for at, part in parts:
        body[at:at + len(part)] = part
    return bytes(body)


def images():
    """Plain images of what has no reader: whatever lies in them, names and all, goes unseen."""
    yield "ext4", put(2 << 20, (1024, struct.pack("<2I", 16, 64)), (1080, b"\x53\xef\1\0"), (1 << 20, NAMED)), "gap"
    yield "btrfs", put(2 << 20, (65600, b"_BHRfS_M"), (1 << 20, NAMED)), "gap"
    yield "ufs2", put(2 << 20, (66908, b"\x19\x01\x54\x19"), (1 << 20, NAMED)), "gap"
    entry = b"\x80\0\0\0\x83\0\0\0" + struct.pack("<2I", 2048, 2048)
    yield "disk", put(2 << 20, (446, entry), (510, b"\x55\xaa"), (1 << 20, NAMED)), "gap"
    yield "gpt", put(2 << 20, (512, b"EFI PART"), (1 << 20, NAMED)), "gap"
    yield "squashfs-in-tar", tar([("rootfs.img", b"hsqs" + bytes(9000))]), "gap"
    yield "squashfs-behind-elf", elf(CODE) + b"hsqs" + CODE, "gap"
    yield "wim-stored", b"MSWIM\0\0\0" + bytes(200) + NAMED, "gap"
    yield "asar", struct.pack("<4I", 4, 90, 86, 80) + b'{"files":{"package.json":{"size":53,"offset":"0"}}}'.ljust(84) + NAMED, "gap"
    yield "arj-stored", b"\x60\xea\x2c\0\x22\x0b\1\x0b\0\0\2" + bytes(99) + NAMED, "gap"
    yield "android-super", put(2 << 20, (4096, b"gDla"), (1 << 20, NAMED)), "gap"
    yield "nix-archive", struct.pack("<Q", 13) + b"nix-archive-1\0\0\0" + NAMED, "gap"
    yield "outlook-attachment", b"\x78\x9f\x3e\x22" + bytes(99) + NAMED, "gap"
    yield "snappy", b"\xff\6\0\0sNaPpY" + NAMED, "gap"
    yield "boot-sector", put(512, (510, b"\x55\xaa")), "plain"


def both(value, width):
    return value.to_bytes(width, "little") + value.to_bytes(width, "big")


def iso(body, hidden=b"", more=b""):
    """A disc of one file, and bytes that no folder tells of."""
    def sectors(data):
        return data + bytes(-len(data) % 2048)
    def record(name, at, size, flags=0):
        whole = bytes(1) + both(at, 4) + both(size, 4) + bytes(7) + bytes([flags, 0, 0]) + both(1, 2) + bytes([len(name)]) + name
        whole += bytes((len(whole) + 1) % 2)
        return bytes([len(whole) + 1]) + whole
    folder = sectors(record(b"\0", 19, 2048, 2) + record(b"\1", 19, 2048, 2) + record(b"A.TXT;1", 20, len(body)))
    table = sectors(b"\1\0" + struct.pack("<IH", 19, 1) + b"\0\0")
    files = sectors(body) + sectors(hidden) + bytes(16384)
    count = 20 + len(files) // 2048
    volume = (b"\1CD001\1\0" + b" " * 64 + bytes(8) + both(count, 4) + bytes(32) + both(1, 2) + both(1, 2) + both(2048, 2) + both(10, 4) +
              struct.pack("<2I", 18, 0) + struct.pack(">2I", 18, 0) + record(b"\0", 19, 2048, 2)).ljust(881, b" ") + b"\1\0"
    return bytes(32768) + sectors(volume) + sectors(b"\xffCD001\1") + table + folder + files + more


def cab(body, hole=b"", reserve=b""):
    """A cabinet of one stored file."""
    blocks = b"".join(struct.pack("<I2H", 0, len(body[i:i + 32768]), len(body[i:i + 32768])) + body[i:i + 32768] for i in range(0, len(body), 32768))
    count = (len(body) + 32767) // 32768
    name = struct.pack("<2I4H", len(body), 0, 0, 0, 0, 0x20) + b"package.json\0"
    more = struct.pack("<H2B", len(reserve), 0, 0) + reserve if reserve else b""
    head = 36 + len(more)
    data_at = head + 8 + len(name) + len(hole)
    return (b"MSCF" + struct.pack("<5I2B5H", 0, data_at + len(blocks), 0, head + 8, 0, 3, 1, 1, 1, 4 if reserve else 0, 0, 0) + more +
            struct.pack("<I2H", data_at, count, 0) + name + hole + blocks)


def xar(body, hole=b""):
    """An archive of one stored file behind a hole in the heap."""
    toc = b"<xar><toc><file id='1'><name>a.txt</name><type>file</type><data><length>%d</length><offset>%d</offset><size>%d</size></data></file></toc></xar>"
    toc %= len(body), len(hole), len(body)
    packed = zlib.compress(toc)
    return b"xar!" + struct.pack(">2H2QI", 28, 1, len(packed), len(toc), 0) + packed + hole + body


def rar_block(kind, fields=b"", data=b"", extra=b""):
    def variable(value):
        out = b""
        while value > 127:
            out += bytes([value & 127 | 128])
            value >>= 7
        return out + bytes([value])
    flags = (1 if extra else 0) | (2 if data else 0)
    head = variable(kind) + variable(flags) + (variable(len(extra)) if extra else b"") + (variable(len(data)) if data else b"") + fields + extra
    head = variable(len(head)) + head
    return struct.pack("<I", zlib.crc32(head)) + head + data


def rar(*blocks):
    name = b"\4\5\0" + struct.pack("<I", zlib.crc32(b"hello")) + b"\0\1\5a.txt"
    return b"Rar!\x1a\7\1\0" + rar_block(1, b"\0") + b"".join(blocks) + rar_block(2, name, b"hello") + rar_block(5, b"\0")


def discs():
    yield "iso-plain", iso(b"nothing\n"), "plain"
    yield "iso-noise-in-no-file", iso(b"nothing\n", NOISE), "gap"
    yield "iso-tgz-in-no-file", iso(b"nothing\n", TGZ), "found"
    yield "iso-behind-the-end", iso(b"nothing\n", more=TGZ), "found"
    yield "iso-of-noise", iso(NOISE), "gap"
    yield "cab-plain", cab(b"nothing\n"), "plain"
    yield "cab-product", cab(NAMED), "found"
    yield "cab-noise-in-a-hole", cab(b"nothing\n", NOISE), "gap"
    yield "cab-tgz-in-a-hole", cab(b"nothing\n", TGZ), "found"
    yield "cab-reserve", cab(b"nothing\n", reserve=NOISE[:60000]), "gap"
    yield "cab-behind-the-end", cab(b"nothing\n") + TGZ, "found"
    yield "cab-cut", cab(b"nothing\n" * 9999)[:-9000], "gap"
    yield "xar-plain", xar(b"nothing\n"), "plain"
    yield "xar-noise-in-a-hole", xar(b"nothing\n", NOISE), "gap"
    yield "xar-tgz-in-a-hole", xar(b"nothing\n", TGZ), "found"
    yield "xar-behind-the-end", xar(b"nothing\n") + TGZ, "found"
    yield "rar-plain", rar(), "plain"
    yield "rar-unknown-block", rar(rar_block(9, b"", NOISE)), "gap"
    yield "rar-unknown-service", rar(rar_block(3, b"\0\0\0\0\1\3ODD", TGZ)), "found"
    yield "rar-large-header", rar(rar_block(9, NOISE)), "gap"
    yield "rar-behind-the-end", rar() + TGZ, "found"


def git_object(kind, body):
    size, first = len(body) >> 4, kind << 4 | len(body) & 15
    head = bytes([first | (128 if size else 0)])
    while size:
        head, size = head + bytes([size & 127 | (128 if size > 127 else 0)]), size >> 7
    return head + zlib.compress(body)


def stores():
    """Files under no name of their own."""
    pack = b"PACK" + struct.pack(">2I", 2, 1) + git_object(3, NAMED)
    yield "git-pack", pack + bytes(20), "found"
    yield "git-object", zlib.compress(b"blob %d\0" % len(NAMED) + NAMED), "found"
    needs = b'{"dependencies": {"ui": "https://registry.npmjs.org/@kaspersky/hexa-ui/-/hexa-ui-6.198.2.tgz"}}'
    yield "0123456789abcdef0123456789abcdef01234567", needs, "found"
    yield "89abcdef0123456789abcdef0123456789abcdef-exec", NAMED, "found"


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "cases.tsv"), "w") as cases:
        for group in GROUPS:
            for name, body, outcome in group():
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(body)
                print(name, outcome, sep="\t", file=cases)


GROUPS = [texts, own, pdfs, gzips, tars, cpios, ars, rpms, zips, streams, pictures, media, inside_pictures, inside_media, others, fonts, mails,
          programs, images, discs, stores, around_samples, small_noise, embedded]

if __name__ == "__main__":
    main()
