#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes corpus/ole: small compound files, some of them imitations of Windows Installer packages.
set -eu
cd "$(dirname "$0")/../ole"
python3 - <<'E'
import struct

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._"

def packed(name, table=False):
    out = "\u4840" if table else ""
    while len(name) >= 2:
        out += chr(0x3800 + LETTERS.index(name[0]) + (LETTERS.index(name[1]) << 6))
        name = name[2:]
    return out + (chr(0x4800 + LETTERS.index(name)) if name else "")

def compound(streams, class_id=bytes(16), tail=b"", interleave=False):
    sectors, fat = [b""], {0: FAT}
    def add(data, step=1):
        numbers = []
        for at in range(0, len(data), 512):
            while len(sectors) in fat:
                sectors.append(b"")
            numbers.append(len(sectors))
            sectors.append(data[at:at + 512].ljust(512, b"\0"))
            if step == 2:
                fat[len(sectors)] = FREE
                sectors.append(b"between the sectors".ljust(512, b"\0"))
        for a, b in zip(numbers, numbers[1:] + [END]):
            fat[a] = b
        return numbers[0] if numbers else END
    mini, mini_fat, entries = b"", [], []
    for name, data in streams:
        if 0 < len(data) < 4096:
            start, count = len(mini_fat), -(-len(data) // 64)
            mini_fat += list(range(start + 1, start + count)) + [END]
            mini += data.ljust(count * 64, b"\0")
        else:
            start = add(data, 2 if interleave else 1)
        entries.append((name, 2, start, len(data), bytes(16)))
    entries.insert(0, ("Root Entry", 5, add(mini), len(mini), class_id))
    directory = b""
    for name, kind, start, size, clsid in entries:
        wide = name.encode("utf-16le")
        directory += wide.ljust(64, b"\0") + struct.pack("<HBBIII", len(wide) + 2, kind, 1, FREE, FREE, FREE)
        directory += clsid + bytes(20) + struct.pack("<IQ", start, size)
    first_directory = add(directory.ljust(-(-len(directory) // 512) * 512, b"\0"))
    table = b"".join(struct.pack("<I", each) for each in mini_fat)
    first_mini = add(table.ljust(-(-len(table) // 512) * 512, b"\xff"))
    sectors[0] = b"".join(struct.pack("<I", fat.get(i, FREE)) for i in range(128))
    header = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<IIIIIIIIII", 0, 1, first_directory, 0, 4096, first_mini,
                                     len(table) // 512 + 1, END, 0, 0) + b"\xff" * 108 * 4
    return header + b"".join(sectors) + tail

def summary(properties, code_page=1252):
    body, index = b"", []
    for number, value in [(1, code_page)] + properties:
        index.append((number, len(body)))
        if isinstance(value, int):
            body += struct.pack("<IHH", 2, value, 0)
        elif isinstance(value, bytes):
            body += struct.pack("<II", 30, len(value) + 1) + value + b"\0"
        else:
            body += struct.pack("<II", 31, len(value) + 1) + value.encode("utf-16le") + b"\0\0"
        body += bytes(-len(body) % 4)
    at = 8 + 8 * len(index)
    table = b"".join(struct.pack("<II", number, at + offset) for number, offset in index)
    return (struct.pack("<HHI", 0xFFFE, 0, 2) + bytes(16) + struct.pack("<I", 1) + bytes(16) +
            struct.pack("<III", 48, at + len(body), len(index)) + table + body)

def installer(rows, code_page=1252):
    strings, numbers = [], {}
    for each in [x for row in rows for x in row]:
        numbers.setdefault(each, len(strings) + 1)
        strings.append(each) if numbers[each] == len(strings) + 1 else None
    pool = struct.pack("<HH", code_page, 0)
    for each in strings:
        pool += struct.pack("<HH", len(each), 1)
    table = b"".join(struct.pack("<H", numbers[a]) for a, _ in rows)
    table += b"".join(struct.pack("<H", numbers[b]) for _, b in rows)
    return [(packed("_StringData", True), b"".join(strings)), (packed("_StringPool", True), pool),
            (packed("Property", True), table)]

MSI = bytes.fromhex("84100c0000000000c000000000000046")
rows = [(b"ProductName", b"Kaspersky Example 1.0"), (b"Manufacturer", b"AO Kaspersky Lab"),
        (b"ProductCode", b"{11111111-2222-3333-4444-555555555555}"), (b"ProductVersion", b"1.0.0.1"),
        (b"UpgradeCode", b"{66666666-2222-3333-4444-555555555555}")]
about = summary([(2, b"Installation Database"), (3, b"Kaspersky Example"), (4, b"AO Kaspersky Lab"),
                 (9, b"{99999999-2222-3333-4444-555555555555}"), (18, "WiX Toolset")])
cabinet = b"MSCF imitation " + bytes(range(256)) * 18
open("package.msi", "wb").write(compound(
    [("\5SummaryInformation", about)] + installer(rows) + [(packed("Data.cab"), cabinet)], MSI))
russian = [(b"Manufacturer", "\u0410\u041e \u00ab\u041b\u0430\u0431\u00bb".encode("cp1251"))]
open("russian.msi", "wb").write(compound(
    [("\5SummaryInformation", summary([(4, "\u0401\u043b\u043a\u0430".encode("cp1251"))], 1251))] +
    installer(russian, 1251), MSI))
open("fragments.ole", "wb").write(compound(
    [("Contents", b"one two three " * 300), ("small", b"little")], interleave=True))
open("encrypted.docx", "wb").write(compound(
    [("EncryptionInfo", b"\4\0\4\0"), ("EncryptedPackage", bytes(range(256)) * 17)]))
whole = bytearray(compound([("Contents", b"loop " * 1000)]))
whole[512 + 4 * 3:512 + 4 * 4] = struct.pack("<I", 1)
open("loop.ole", "wb").write(whole)
whole = bytearray(compound([("first", b"a" * 5000), ("second", b"b" * 5000)]))
whole[30] = 7
open("damaged.ole", "wb").write(whole)
open("cut.msi", "wb").write(open("package.msi", "rb").read()[:4608])
E
