#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# xar archives by hand. The certificate is no certificate: only its place counts here.
set -eu
cd "$(dirname "$0")/../xar"
python3 - <<'END'
import base64, hashlib, struct, zlib

def archive(members, signature="", wrong=False):
    heap = bytes(20)
    files = ""
    for number, (name, kind, data, packed) in enumerate(members, 1):
        files += f'<file id="{number}"><name>{name}</name><type>{kind}</type>'
        if kind == "file":
            stored = zlib.compress(data, 9) if packed else data
            style = "application/x-gzip" if packed else "application/octet-stream"
            extracted = hashlib.sha1(data + b"?" * wrong).hexdigest()
            files += (f'<data><length>{len(stored)}</length><offset>{len(heap)}</offset><size>{len(data)}</size>'
                      f'<encoding style="{style}"/><extracted-checksum style="sha1">{extracted}</extracted-checksum>'
                      f'<archived-checksum style="sha1">{hashlib.sha1(stored).hexdigest()}</archived-checksum></data>')
            heap += stored
        if kind == "symlink":
            files += f'<link type="file">{data}</link>'
        files += "</file>"
    toc = ('<?xml version="1.0" encoding="UTF-8"?><xar><toc><checksum style="sha1"><offset>0</offset><size>20</size></checksum>'
           + signature + files + "</toc></xar>").encode()
    packed = zlib.compress(toc, 9)
    heap = hashlib.sha1(packed).digest() + heap[20:]
    return struct.pack(">4sHHQQI", b"xar!", 28, 1, len(packed), len(toc), 1) + packed + heap

def save(name, data):
    open(name, "wb").write(data)

TEXT = b"made up\n" * 20
certificate = base64.b64encode(b"0\x82\x01\x00 not a certificate").decode()
signature = ('<signature style="RSA"><offset>0</offset><size>0</size><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>'
             f"<X509Certificate>{certificate[:20]}\n{certificate[20:]}</X509Certificate></X509Data></KeyInfo></signature>")
members = [("Distribution", "file", TEXT, True), ("файл", "file", TEXT, False), ("folder", "directory", b"", False),
           ("link", "symlink", "Distribution", False)]
save("signed.pkg", archive(members, signature))
# What lies between two members: a signature, and something of nobody's.
plain = archive(members[:2])
start = 28 + struct.unpack(">Q", plain[8:16])[0]
first = 20 + len(zlib.compress(TEXT, 9))
toc = zlib.decompress(plain[28:start]).replace(b"<offset>%d</offset>" % first, b"<offset>%d</offset>" % (first + 5000))
toc = toc.replace(b"<toc>", b'<toc><x-signature style="CMS"><offset>%d</offset><size>4096</size></x-signature>' % first)
packed = zlib.compress(toc, 9)
between = (b"signature" * 456)[:4096] + (b"made by nobody " * 61)[:904]
save("hole.xar", plain[:8] + struct.pack(">QQI", len(packed), len(toc), 0) + packed + plain[start:start + first] + between + plain[start + first:])
save("trailing.xar", archive(members[:1]) + b"what follows the end")
save("wrong-checksum.xar", archive(members[:2], wrong=True))
save("cut.xar", archive(members[:2])[:-40])
save("damaged.xar", archive(members[:1])[:60] + b"x" * 300)
END
