#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes corpus/pdf: small documents with streams of several kinds.
set -eu
cd "$(dirname "$0")/../pdf"
python3 - <<'E'
import zlib

packed = zlib.compress(b"Kaspersky Lab stands in a packed stream\n" * 5, 9)
def stream(number, extra, data, length=None):
    return b"%d 0 obj\n<< /Length %s %s >>\nstream\n" % (number, length or b"%d" % len(data), extra) + data + b"\nendstream\nendobj\n"
tail = b"xref\n0 1\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
body = (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj << /Type /Catalog /Note (a stream of words) >> endobj\n" +
        stream(2, b"/Filter /FlateDecode", packed) +
        stream(3, b"/Filter [ /FlateDecode /DCTDecode ]", packed, b"9 0 R") +
        stream(4, b"/Type /EmbeddedFile", b"plain bytes") +
        stream(5, b"/Filter /DCTDecode", b"\xff\xd8\xff\xe0 picture") +
        stream(6, b"/Filter/CCITTFaxDecode", b"pixels") +
        stream(7, b"/Filter /LZWDecode", b"old"))
open("plain.pdf", "wb").write(body + tail)
open("appended.pdf", "wb").write(b"#!/bin/sh\n" + b"%PDF-1.4\n" + stream(2, b"/Filter /Fl", packed + b"hidden") + tail + b"PK\3\4 behind the end")
open("damaged.pdf", "wb").write(b"%PDF-1.4\n" + stream(2, b"/Filter /FlateDecode", packed[:30] + b"\xff" * 9) + tail)
open("cut.pdf", "wb").write(b"%PDF-1.4\n" + stream(2, b"", b"without an end")[:-20])
noise = bytes(i * 167 % 251 for i in range(600))
open("between.pdf", "wb").write(b"%PDF-1.4\n" + stream(2, b"", b"first") + noise + b"\n" + stream(3, b"/Filter /CCITTFaxDecode", b"PK\3\4 no pixels, but the beginning of an archive that a viewer shows as noise") + noise + tail)
open("no-end.pdf", "wb").write(b"%PDF-1.4\n" + stream(2, b"", b"first") + b"3 0 obj\n<< /Type")
open("encrypted.pdf", "wb").write(b"%PDF-1.4\n" + stream(2, b"", b"\x80\x81\x82") + tail.replace(b"/Root", b"/EncryptMetadata false /Encrypt 5 0 R /Root"))
# What is packed may be differences: of pixels, of a table of references, of something else
columns = b"/Filter /FlateDecode /DecodeParms << /Columns 9 /Predictor 12 >>"
open("line-ends.pdf", "wb").write(b"%PDF-1.4\n" + stream(2, b"", b"first").replace(b"stream\n", b"stream\r\n", 1) +
    b"<< /Length 5 >>\nstream\nworse\nendstream\n" + b"obj << /Length 5 >>\nstream\nwords\nendstream\n" + tail)
open("no-parts.pdf", "wb").write(noise + b"%PDF-1.4\n" + noise)
open("only-noise.pdf", "wb").write(b"%PDF-1.4\n" + noise + b"%%EOF")
open("predictor.pdf", "wb").write(b"%PDF-1.5\n" + stream(2, columns + b" /Subtype /Image", packed) + stream(3, b"/Type /XRef " + columns, packed) +
    stream(4, columns, packed) + stream(5, columns.replace(b"12", b"1"), packed) + stream(6, b"/Filter /FlateDecode /DecodeParms 9 0 R", packed) + tail)
E
