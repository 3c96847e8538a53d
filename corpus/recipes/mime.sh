#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes corpus/mime: small messages with parts in several encodings.
set -eu
cd "$(dirname "$0")/../mime"

attachment=$(for i in 1 2 3; do echo 'Kaspersky Lab stands in a packed part.'; done | base64)
cat >plain.eml <<E
From: someone@example.com
Subject: parts
MIME-Version: 1.0
Content-Type: multipart/mixed;
	boundary="outer=="

This is a message in parts.
--outer==
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Kas=70ersky La=
b, a long line=2E
--inner
Content-Type: text/html

<p>plain</p>
--inner--
--outer==
Content-Type: application/octet-stream; name="wrong.bin"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="tool.bin"

$attachment
--outer==
Content-Transfer-Encoding: x-uuencode

begin 644 x
--outer==--
E
cat >box.mbox <<E
From someone@example.com Mon Jan  1 00:00:00 2018
Mime-Version: 1.0
Content-Transfer-Encoding: base64

$attachment

From another@example.com Mon Jan  1 00:00:00 2018
Subject: plain

words
E
cat >cut.mht <<E
MIME-Version: 1.0
Content-Type: multipart/related; boundary="b"

--b
Content-Transfer-Encoding: base64
Content-Location: http://example.com/picture

$attachment
E
