#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the coded reader: corpus/recipes/coded.sh
set -eu
mkdir -p "$(dirname "$0")/../coded"
cd "$(dirname "$0")/../coded"
python3 - <<'PYTHON'
import base64, json, random, urllib.parse

made = random.Random(1)
BODY = made.randbytes(4200) + b"MZ, a made-up program of Example Lab\n"
LETTERS = base64.b64encode(BODY)
DIGITS = BODY.hex().encode()
PROSE = b"Words of a made-up document, line by line.\n" * 60

def save(name, data):
    open(name, "wb").write(data)

def rows(text, width, between):
    return between.join(text[i:i + width] for i in range(0, len(text), width))

save("data.html", PROSE + b'<a href="data:application/octet-stream;base64,' + LETTERS + b'">get it</a>\n' + PROSE)
save("escaped.json", json.dumps({"name": "a", "data": rows(LETTERS, 76, b"\n").decode(), "more": LETTERS.decode()}).replace("/", "\\/").replace("+", "\\u002b").encode())
save("form.txt", b"name=a&data=" + urllib.parse.quote(LETTERS, safe="").encode() + b"&end=1\n")
save("heredoc.sh", b"#!/bin/sh\nbase64 -d <<'EOF' | tar xz\n" + rows(LETTERS, 76, b"\n") + b"\nEOF\n")
save("entry.ldif", b"dn: cn=a\njpegPhoto:: " + LETTERS[:64] + b"\n " + rows(LETTERS[64:], 75, b"\n ") + b"\ncn: a\n")
save("references.xml", b"<a><b>" + rows(LETTERS, 64, b"&#13;&#xA;") + b"</b></a>\n")
save("block.yaml", b"kind: Secret\ndata:\n  a: |\n" + rows(LETTERS, 100, b"\r\n").replace(b"\r\n", b"\r\n    ").join((b"    ", b"\n")) + b"  b: c\n")
save("twice.txt", LETTERS + b"\n\n" + PROSE + LETTERS + b"," + LETTERS + b"\n")
save("object.rtf", b"{\\rtf1{\\object\\objemb{\\*\\objdata " + rows(DIGITS, 128, b"\r\n") + b"}}}")
save("dump.sql", b"INSERT INTO a VALUES (1, 0x" + DIGITS + b"), (2, X'" + DIGITS.upper() + b"'), (3, '\\\\x" + DIGITS + b"');\n")
save("long.js", b"var x = " + b" +\n  ".join(b'"' + LETTERS[i:i + 76] + b'"' for i in range(0, len(LETTERS), 76)) + b";\n")
save("long.py", b"X = (\n" + b"".join(b"    b'" + LETTERS[i:i + 64] + b"'\n" for i in range(0, len(LETTERS), 64)) + b")\n")
save("long.c", b"static const char *x =" + b"".join(b'\r\n\t"' + DIGITS[i:i + 64] + b'"' for i in range(0, len(DIGITS), 64)) + b";\r\n")
save("font.pfa", b"%!PS-AdobeFont-1.0: Made-up\n/FontName /Made-up def\ncurrentfile eexec\n" + rows(DIGITS, 64, b"\n") + b"\n" + rows(b"0" * 512, 64, b"\n") + b"\ncleartomark\n")
# None of these is any: too short, of one kind of letters, of words, of lines without order.
save("none.txt", PROSE + LETTERS[:5000] + b"\n" + PROSE + b"acgt" * 2000 + b"\n" + b"\n".join(b"Ab1z" * i for i in range(1, 90)) + b"\n" + DIGITS[:8000] + b"\n")
PYTHON
