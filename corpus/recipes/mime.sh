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

# Names in words, in percents and in sections; comments; a boundary in sections; no version of MIME.
cat >names.emlx <<E
2048      
From: someone@example.com
MIME-version: 1.0
Content-Type: (in parts) multipart/mixed; boundary*0="a;"; boundary*1=b

--a;b
Content-transfer-encoding: (coded) BASE64
Content-Disposition: attachment; filename="=?utf-8?B?cGFja2FnZQ==?= =?utf-8?Q?=2Ejson?="

$attachment
--a;b
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename*=UTF-8'en'a%20name%2Ejson

$attachment
--a;b
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename*0*=iso-8859-1''one%5F; filename*1="two;\\"three.txt"

$attachment
--a;b
Content-Type: text/plain; name="C:\\folder\\file; one.txt" (a comment)

words
--a;b--
E
# What gateways add stands before the field that tells.
{
	printf '\357\273\277'
	for i in $(seq 150); do printf 'X-Gateway-%d: %060d\n\tgoes on\n' "$i" "$i"; done
	printf 'Content-Transfer-Encoding: base64\n\n%s\n' "$attachment"
} >long-header.eml
# The first message of a mailbox is plain.
cat >plain-first.mbox <<E
From someone@example.com Mon Jan  1 00:00:00 2018
Subject: plain

words
From another@example.com Mon Jan  1 00:00:00 2018
Content-Transfer-Encoding: base64

$attachment
E
cat >no-boundary.eml <<E
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary*0="b"

--b
Content-Transfer-Encoding: base64

$attachment
--b--
E
printf 'From: someone@example.com\nMIME-Version: 1.0\n\n' >only-header.eml
# A closed part, and then too many in one another: both are told of.
{
	printf 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b0\n\n'
	printf -- '--b0\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n'
	for i in $(seq 16); do printf -- '--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n' $((i - 1)) "$i"; done
} >deep.eml
# The one too many is written in pieces, so that it stands nowhere in the file.
{
	printf 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b0\n\n'
	for i in $(seq 15); do printf -- '--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n' $((i - 1)) "$i"; done
	printf -- '--b15\nContent-Type: multipart/mixed; boundary*0="b"; boundary*1="16"\n\n'
} >deep-pieces.eml
# No field but the type says that it is MIME; a long part with an escape at the end of each piece; a damaged part.
{
	printf 'From: someone@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: quoted-printable\n\n'
	for i in $(seq 2000); do printf '=4Baspersky=0A'; done
	printf -- '\n--b\nContent-Transfer-Encoding: base64\n\nV29yZHM=and more\n--b--\n'
} >only-type.eml
