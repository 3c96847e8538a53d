# SPDX-License-Identifier: Apache-2.0
"""Portable Executables made by hand, for recipes that need what no linker writes."""

import struct

from certificates import (ISSUING, ROOT, VENDOR, DIGESTS, algorithm, attribute, digest, integer,
                          octets, oid, seq, signed_data, signer_info, tlv)

ALIGN = 0x1000
SPC_INDIRECT = "1.3.6.1.4.1.311.2.1.4"


def utf16(text):
    return text.encode("utf-16-le")


def pad(data, to):
    return data + bytes(-len(data) % to)


def block(key, value=b"", children=(), words=None, kind=1):
    body = struct.pack("<HH", len(value) if words is None else words, kind) + utf16(key) + b"\0\0"
    body = pad(b"\0\0" + body, 4) + value
    for child in children:
        body = pad(body, 4) + child
    return struct.pack("<H", len(body)) + body[2:]


def version_resource(*tables):
    """Each table: its language as "040904b0", then a dictionary of strings."""
    strings = [block(lang, children=[block(k, utf16(v + "\0"), words=len(v) + 1) for k, v in t.items()])
               for lang, t in tables]
    fixed = struct.pack("<13I", 0xFEEF04BD, 0x10000, 0x10002, 3, 0x10002, 3, 0x3F, 0, 4, 1, 0, 0, 0)
    return block("VS_VERSION_INFO", fixed, kind=0, children=[
        block("StringFileInfo", children=strings),
        block("VarFileInfo", children=[block("Translation", b"\x09\x04\xb0\x04", kind=0)])])


def resources(address, tree):
    """`tree`: {type: {name: {language: data}}}; types and names are numbers or text."""
    tables, strings, leaves, datas = [], [], [], []

    def add(level):
        at = len(tables)
        tables.append([level, None])
        for child in level.values():
            if isinstance(child, dict):
                add(child)
        return at

    add(tree)
    offsets, at = [], 0
    for level, _ in tables:
        offsets.append(at)
        at += 16 + 8 * len(level)
    by_identity = {id(level): offset for (level, _), offset in zip(tables, offsets)}
    leaf_at = at
    leaf_count = sum(1 for level, _ in tables for c in level.values() if not isinstance(c, dict))
    text_at = leaf_at + 16 * leaf_count
    texts = b""
    out, data_refs = b"", []
    for level, _ in tables:
        named = sorted((k for k in level if isinstance(k, str)))
        numbered = sorted((k for k in level if not isinstance(k, str)))
        out += struct.pack("<IIHHHH", 0, 0, 0, 0, len(named), len(numbered))
        for key in named + numbered:
            ref = key
            if isinstance(key, str):
                ref = 1 << 31 | text_at + len(texts)
                texts += struct.pack("<H", len(key)) + utf16(key)
            child = level[key]
            if isinstance(child, dict):
                target = 1 << 31 | by_identity[id(child)]
            else:
                target = leaf_at + 16 * len(data_refs)
                data_refs.append(child)
            out += struct.pack("<II", ref, target)
    data_at = text_at + len(pad(texts, 8))
    leaf_bytes, blob = b"", b""
    for data in data_refs:
        leaf_bytes += struct.pack("<IIII", address + data_at + len(blob), len(data), 0, 0)
        blob += pad(data, 8)
    return out + leaf_bytes + pad(texts, 8) + blob


def portable(sections, directories=None, wide=True, stub=b"", align=ALIGN, symbols=b"",
             symbol_count=0, between=b"", overlay=b"", dll=False, optional_extra=0):
    """`sections`: (name, data) or (name, data, address); `directories`: {index: (address, size)}."""
    new_header = 64 + len(pad(stub, 8))
    optional_size = (112 if wide else 96) + 16 * 8
    headers = new_header + 24 + optional_size + 40 * len(sections)
    headers_size = -(-headers // 512) * 512
    table, raw = b"", b""
    address = ALIGN
    for name, data, *where in sections:
        address = where[0] if where else address
        at = headers_size + len(raw)
        table += struct.pack("<8sIIIIIIHHI", name.encode(), len(data), address,
                             len(pad(data, 512)), at, 0, 0, 0, 0, 0xE0000060)
        raw += pad(data, 512) + between
        address += -(-len(data) // ALIGN) * ALIGN
    symbols_at = headers_size + len(raw) if symbols else 0
    coff = struct.pack("<HHIIIHH", 0x8664 if wide else 0x14C, len(sections), 0, symbols_at,
                       symbol_count, optional_size, 0x2022 if dll else 0x22)
    base = 0x140000000 if wide else 0x400000
    optional = struct.pack("<HBBIIIII", 0x20B if wide else 0x10B, 14, 0, 0, 0, 0, ALIGN, ALIGN)
    optional += struct.pack("<Q", base) if wide else struct.pack("<II", ALIGN, base)
    optional += struct.pack("<IIHHHHHHIIIIHH", align, 512 if align >= 4096 else align, 6, 0, 0, 0, 6, 0, 0,
                            address, headers_size, 0, 3, 0x160)
    optional += struct.pack("<4Q" if wide else "<4I", 1 << 20, 4096, 1 << 20, 4096)
    optional += struct.pack("<II", 0, 16)
    for index in range(16):
        optional += struct.pack("<II", *(directories or {}).get(index, (0, 0)))
    head = b"MZ" + bytes(58) + struct.pack("<I", new_header) + pad(stub, 8)
    image = pad(head + b"PE\0\0" + coff + optional + table, 512) + raw + symbols + overlay
    return image


def with_resources(tree, **more):
    data = resources(ALIGN, tree)
    return portable([(".rsrc", data)], {2: (ALIGN, len(data))}, **more)


def hash_places(image):
    header = struct.unpack_from("<I", image, 60)[0]
    wide = struct.unpack_from("<H", image, header + 24)[0] == 0x20B
    return header + 24 + 64, header + 24 + (112 if wide else 96) + 32


def image_digest(hash_name, image):
    checksum, entry = hash_places(image)
    return digest(hash_name, image[:checksum] + image[checksum + 4:entry] + image[entry + 8:])


def indirect_data(hash_name, image):
    page = seq(oid("1.3.6.1.4.1.311.2.1.15"), seq(b"\x03\x01\x00", b"\xa0\x04\xa2\x02\x80\x00"))
    return seq(page, seq(algorithm(DIGESTS[hash_name][0]), octets(image_digest(hash_name, image))))


def opus(program, unicode=True):
    name = tlv(0x80, program.encode("utf-16-be")) if unicode else tlv(0x81, program.encode())
    return attribute("1.3.6.1.4.1.311.2.1.12", seq(tlv(0xA0, name)))


def contents(element):
    return element[2 + (element[1] & 0x7F if element[1] > 128 else 0):]


def authenticode(image, certificates=(ROOT, ISSUING, VENDOR), hash_name="sha256", **more):
    """The message; the image must be padded to eight bytes already."""
    content = indirect_data(hash_name, image)
    info = signer_info(certificates[-1], SPC_INDIRECT, contents(content), hash_name, **more)
    return signed_data(certificates, SPC_INDIRECT, content, [info], hash_name)


def entry(message, kind=2, trailer=b""):
    body = message + trailer
    return pad(struct.pack("<IHH", len(body) + 8, 0x200, kind) + body, 8)


def attach(image, *entries):
    _, directory = hash_places(image)
    table = b"".join(entries)
    return image[:directory] + struct.pack("<II", len(image), len(table)) + image[directory + 8:] + table


def signature_of(info):
    """The signature in a SignerInfo without unsigned attributes: its last element."""
    return info[-128:]


def counter_signature(info, year=2020, certificate=None):
    from certificates import utc
    time = attribute("1.2.840.113549.1.9.5", utc(year))
    return attribute("1.2.840.113549.1.9.6", signer_info(
        certificate or ISSUING, "1.2.840.113549.1.7.1", signature_of(info), attributes=[time]))


def time_stamp(info, when="20210203040506.7Z", certificates=(ROOT,)):
    stamp = seq(integer(1), oid("1.2.3.4"), seq(algorithm(DIGESTS["sha256"][0]),
                octets(digest("sha256", signature_of(info)))), integer(7), tlv(0x18, when.encode()))
    kind = "1.2.840.113549.1.9.16.1.4"
    message = signed_data(certificates, kind, octets(stamp), [signer_info(certificates[-1], kind, stamp)])
    return attribute("1.3.6.1.4.1.311.3.3.1", message)
