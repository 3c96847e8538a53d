#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes corpus/hex: one text as Intel HEX and as S-records.
set -eu
cd "$(dirname "$0")/../hex"
python3 - <<'E'
text = b"Kaspersky Lab stands in firmware that is written as text."

def intel(kind, address, data):
    record = bytes([len(data), address >> 8, address & 255, kind]) + data
    return ":%s%02X\r\n" % (record.hex().upper(), -sum(record) & 255)

def motorola(kind, width, address, data):
    record = bytes([len(data) + width + 1]) + address.to_bytes(width, "big") + data
    return "S%d%s%02X\n" % (kind, record.hex().upper(), ~sum(record) & 255)

def pieces(data):
    return [(at, data[at:at + 16]) for at in range(0, len(data), 16)]

whole = intel(4, 0, b"\x08\x00") + "".join(intel(0, 256 + at, part) for at, part in pieces(text))
whole += intel(0, 0x160, b"after a short hole") + intel(2, 0, b"\x10\x00") + intel(0, 0, b"elsewhere")
open("firmware.hex", "w", newline="").write(whole + intel(1, 0, b"") + "PK trailing\n")
open("damaged.hex", "w", newline="").write(whole.replace("4B61", "4B62", 1))
open("cut.hex", "w", newline="").write(whole)
out = motorola(0, 2, 0, b"header") + "".join(motorola(2, 3, 0x10000 + at, part) for at, part in pieces(text))
open("firmware.srec", "w").write(out + motorola(8, 3, 0, b""))
open("blank-lines.hex", "w", newline="").write(whole.replace("\r\n", "\r\n\r\n") + intel(1, 0, b""))
open("unknown-type.hex", "w", newline="").write(whole + intel(6, 0, b"who knows") + intel(1, 0, b""))
open("unknown-type.srec", "w").write(out + motorola(4, 0, 0, b"who knows") + motorola(8, 3, 0, b""))
E
