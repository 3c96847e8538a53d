# SPDX-License-Identifier: Apache-2.0
"""Writes one file into containers of many formats, in memory and always in the same way. libarchive, which debar is linked
with, writes what Python cannot; the rest is by hand.

A container is called with the file's path and bytes and gives the path and the bytes of the file that holds it. An archive
keeps the path inside; a stream keeps it but for a suffix; a carrier calls what it carries by a name of its own, `calls`.
"""
import base64
import bz2
import ctypes
import functools
import gzip
import hashlib
import io
import lzma
import os
import posixpath
import struct
import tarfile
import zipfile
import zlib

SOURCE = os.environ["SOURCE"]
EPOCH = (1980, 1, 1, 0, 0, 0)
REGULAR = 0o100000  # AE_IFREG
library = ctypes.CDLL("libarchive.so.13")
for function in ("archive_write_new", "archive_entry_new"):
    getattr(library, function).restype = ctypes.c_void_p
library.archive_error_string.restype = ctypes.c_char_p
library.archive_write_data.restype = ctypes.c_ssize_t


class Container:
    def __init__(self, name, write, calls=None, least=0, names=True, flat=False, by_name=False):
        self.name, self.write = name, write
        self.flat = flat  # the name that it holds is without its folders
        self.names = names  # holds a name; else what it holds is called like itself, without the suffix
        self.calls = calls  # what the member is called when not by its own path
        self.by_name = by_name  # known by its name alone: a carrier, which gives it another, hides what it is
        self.least = least  # bytes below which the format is not taken for what it is

    def __call__(self, path, body):
        return self.write(path, body)


def must(archive, status, wanted=0):
    if status < wanted:
        raise OSError(f"libarchive: {library.archive_error_string(archive)}")


@functools.lru_cache(1)
def room_of_power(power):
    return ctypes.create_string_buffer(1 << power)


def room_of(length):
    """At least that much; used again and again."""
    return room_of_power(max(24, length.bit_length()))


def with_libarchive(path, body, layout, method=None, options=None):
    """`layout` is a format's name, `method` that of a filter around it."""
    room = room_of(len(body) * 2 + (1 << 20))
    used = ctypes.c_size_t(0)
    archive = ctypes.c_void_p(library.archive_write_new())
    must(archive, library.archive_write_set_format_by_name(archive, layout.encode()))
    if method:
        must(archive, library.archive_write_add_filter_by_name(archive, method.encode()))
    if options:
        must(archive, library.archive_write_set_options(archive, options.encode()))
    must(archive, library.archive_write_set_bytes_in_last_block(archive, 1))
    must(archive, library.archive_write_open_memory(archive, room, ctypes.c_size_t(len(room)), ctypes.byref(used)))
    entry = ctypes.c_void_p(library.archive_entry_new())
    library.archive_entry_set_pathname(entry, path.encode())
    library.archive_entry_set_size(entry, ctypes.c_int64(len(body)))
    library.archive_entry_set_filetype(entry, REGULAR)
    library.archive_entry_set_perm(entry, 0o644)
    library.archive_entry_set_mtime(entry, ctypes.c_int64(0), ctypes.c_long(0))
    must(archive, library.archive_write_header(archive, entry))
    must(archive, library.archive_write_data(archive, body, ctypes.c_size_t(len(body))), len(body))
    library.archive_entry_free(entry)
    must(archive, library.archive_write_close(archive))
    library.archive_write_free(archive)
    return ctypes.string_at(room, used.value)


def archive(name, layout, suffix, options=None):
    return Container(name, lambda path, body: ("a" + suffix, with_libarchive(path, body, layout, options=options)))


def stream(name, suffix, pack, least=0, by_name=False):
    return Container(name, lambda path, body: (path + suffix, pack(body)), least=least, names=False, by_name=by_name)


def filtered(method):
    return lambda body: with_libarchive("data", body, "raw", method)


def carrier(name, file, calls, pack, least=0):
    return Container(name, lambda path, body: (file, pack(body)), calls=calls, least=least)


def tar(layout):
    def write(path, body):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=layout) as archive:
            member = tarfile.TarInfo(path)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
        return "a.tar", out.getvalue()
    return write


class Unseekable(io.RawIOBase):
    """Makes zipfile write sizes behind the data, as one does who packs into a pipe."""
    def __init__(self):
        self.parts = []

    def writable(self):
        return True

    def write(self, part):
        self.parts.append(bytes(part))
        return len(part)


def zipped(method, streamed=False):
    def write(path, body):
        out = Unseekable() if streamed else io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            archive.writestr(zipfile.ZipInfo(path, EPOCH), body, method, 1)
        return "a.zip", b"".join(out.parts) if streamed else out.getvalue()
    return write


def named_gzip(path, body):
    """The name stands in the header, and the file is called otherwise: RFC 1952, 2.3."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    packed = packer.compress(body) + packer.flush()
    head = b"\x1f\x8b\x08\x08" + bytes(5) + b"\xff" + posixpath.basename(path).encode() + b"\0"
    tail = struct.pack("<II", zlib.crc32(body), len(body))
    return posixpath.join(posixpath.dirname(path), "other.gz"), head + packed + tail


def ar(path, body):
    """BSD's long names: ar(5)."""
    name = path.encode()
    head = f"#1/{len(name)}".ljust(16) + "0".ljust(12) + "0".ljust(6) * 2 + "100644".ljust(8)
    data = name + body
    return "a.a", b"!<arch>\n" + head.encode() + str(len(data)).ljust(10).encode() + b"`\n" + data + b"\n" * (len(data) % 2)


def checksum_lha(body):
    crc = 0
    for byte in body:
        crc = crc >> 8 ^ LHA_TABLE[(crc ^ byte) & 0xFF]
    return crc


def lha_row(value):
    for _ in range(8):
        value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


LHA_TABLE = [lha_row(value) for value in range(256)]


def lha(path, body):
    """A stored member under a header of level 0."""
    name = path.encode()
    rest = b"-lh0-" + struct.pack("<IIIBB", len(body), len(body), 0x00210000, 0x20, 0) + bytes([len(name)]) + name
    rest += struct.pack("<H", checksum_lha(body))
    return "a.lzh", bytes([len(rest), sum(rest) & 0xFF]) + rest + body + b"\0"


def rar_block(kind, flags, fields=b"", data=b""):
    head = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data


def rar(path, body):
    """A stored member in RAR 4: technote.txt of UnRAR."""
    name = path.replace("/", "\\").encode()
    fields = struct.pack("<IIBIIBBHI", len(body), len(body), 3, zlib.crc32(body), 0x00210000, 20, 0x30, len(name), 0o100644)
    return "a.rar", (b"Rar!\x1a\x07\0" + rar_block(0x73, 0, bytes(6)) + rar_block(0x74, 0x8000, fields + name, body) +
                     rar_block(0x7B, 0x4000))


def cab(path, body):
    """Stored blocks of up to 32 KiB: [MS-CAB] 2."""
    name = path.replace("/", "\\").encode() + b"\0"
    blocks = [body[at:at + 32768] for at in range(0, len(body), 32768)]
    data = b"".join(struct.pack("<IHH", 0, len(block), len(block)) + block for block in blocks)
    member = struct.pack("<IIHHHH", len(body), 0, 0, 0x21, 0, 0x20) + name
    files_at = 36 + 8
    data_at = files_at + len(member)
    folder = struct.pack("<IHH", data_at, len(blocks), 0)
    head = struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, data_at + len(data), 0, files_at, 0, 3, 1, 1, 1, 0, 0, 0)
    return "a.cab", head + folder + member + data


def git_pack(body):
    head, size = bytearray([3 << 4 | len(body) & 15]), len(body) >> 4
    while size:
        head[-1] |= 0x80
        head.append(size & 127)
        size >>= 7
    pack = struct.pack(">4sII", b"PACK", 2, 1) + head + zlib.compress(body)
    return pack + hashlib.sha1(pack).digest()


def nsis(body):
    header = bytes(40)
    plain = b"".join(struct.pack("<I", len(part)) + part for part in (header, body))
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    data = packer.compress(plain) + packer.flush()
    return struct.pack("<I", 4) + b"\xef\xbe\xad\xdeNullsoftInst" + struct.pack("<II", len(header), 28 + len(data)) + data


def git_object(body):
    return b"blob %d\0" % len(body) + body


def mail(path, body):
    return "a.eml", (b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=_parting\"\n\n--=_parting\n"
                     b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
                     b"Content-Disposition: attachment; filename=\"" + path.encode() + b"\"\n\n" +
                     base64.encodebytes(body) + b"\n--=_parting--\n")


@functools.lru_cache
def rpm_head():
    """All of a sample package but its payload, which begins where the gzip does."""
    with open(os.path.join(SOURCE, "corpus/rpm/agent.rpm"), "rb") as file:
        whole = file.read()
    return whole[:whole.rindex(b"\x1f\x8b\x08")]


def rpm(path, body):
    return "a.rpm", rpm_head() + gzip.compress(with_libarchive("./" + path, body, "newc"), 1, mtime=0)


@functools.lru_cache
def sample(path):
    with open(os.path.join(SOURCE, "corpus", path), "rb") as file:
        return file.read()


def intel_hex(body):
    lines = []
    def record(kind, address, data):
        row = struct.pack(">BHB", len(data), address, kind) + data
        lines.append(b":" + (row + bytes([-sum(row) & 0xFF])).hex().upper().encode() + b"\n")
    for at in range(0, len(body), 32):
        if at % 0x10000 == 0:
            record(4, 0, struct.pack(">H", at >> 16))
        record(0, at & 0xFFFF, body[at:at + 32])
    record(1, 0, b"")
    return b"".join(lines)


def pdf(body):
    packed = zlib.compress(body, 1)
    return (b"%PDF-1.4\n1 0 obj\n<</Filter/FlateDecode/Length " + str(len(packed)).encode() + b">>\nstream\n" + packed +
            b"\nendstream\nendobj\ntrailer\n<<>>\n%%EOF\n")


def behind(path, calls):
    """What is appended to a program or a picture. Holes of less than 64 bytes are none."""
    return carrier("behind-" + posixpath.dirname(path), posixpath.basename(path), calls,
                   lambda body: sample(path) + body)


def brotli(body):
    """Blocks that are not packed, and an empty last one: RFC 7932, 9. The window's size comes first."""
    out = b""
    for at in range(0, len(body), 1 << 16):
        part = body[at:at + (1 << 16)]
        head = (len(part) - 1) << 3 | 1 << 19
        out += (head if out else head << 1).to_bytes(3, "little") + part
    return out + b"\3" if out else b"\6"


STREAMS = [
    stream("gzip", ".gz", lambda body: gzip.compress(body, 1, mtime=0)),
    Container("gzip-named", named_gzip, flat=True),
    stream("zlib", ".zz", lambda body: zlib.compress(body, 6)),
    stream("bzip2", ".bz2", lambda body: bz2.compress(body, 1)),
    stream("xz", ".xz", lambda body: lzma.compress(body, preset=0)),
    stream("lzma", ".lzma", lambda body: lzma.compress(body, lzma.FORMAT_ALONE, preset=0)),
    stream("lzip", ".lz", filtered("lzip")),
    stream("zstd", ".zst", filtered("zstd")),
    stream("lz4", ".lz4", filtered("lz4")),
    stream("brotli", ".br", brotli, by_name=True),
    stream("compress", ".Z", filtered("compress")),
    stream("base64", ".b64", base64.encodebytes, least=48),  # 64 letters
]
ARCHIVES = [
    Container("tar-ustar", tar(tarfile.USTAR_FORMAT)),
    Container("tar-gnu", tar(tarfile.GNU_FORMAT)),
    Container("tar-pax", tar(tarfile.PAX_FORMAT)),
    archive("cpio-new", "newc", ".cpio"),
    archive("cpio-old", "odc", ".cpio"),
    archive("cpio-binary", "bin", ".cpio"),
    Container("ar", ar),
    Container("zip-stored", zipped(zipfile.ZIP_STORED)),
    Container("zip-deflated", zipped(zipfile.ZIP_DEFLATED)),
    Container("zip-bzip2", zipped(zipfile.ZIP_BZIP2)),
    Container("zip-lzma", zipped(zipfile.ZIP_LZMA)),
    Container("zip-streamed", zipped(zipfile.ZIP_DEFLATED, streamed=True)),
    archive("7z-stored", "7zip", ".7z", "compression=store"),
    archive("7z-lzma", "7zip", ".7z", "compression=lzma1,compression-level=1"),
    archive("xar", "xar", ".xar"),
    archive("iso", "iso9660", ".iso", "!pad"),
    Container("cab", cab),
    Container("lha", lha),
    Container("rar", rar),
    Container("mail", mail),
    Container("rpm", rpm),
]
CARRIERS = [
    carrier("hex", "a.hex", "0x00000000", intel_hex),
    carrier("pdf", "a.pdf", "object 1", pdf),
    carrier("nsis", "a.bin", "file 1", nsis),
    carrier("git-pack", "a.pack", "blob at 12", git_pack),
    carrier("git-object", "0123456789", "file", git_object, least=1),
    behind("png/plain.png", "trailing data"),
    behind("gif/plain.gif", "trailing data"),
    behind("elf/lib64.so", "overlay"),
    behind("pe/by-hand.exe", "overlay"),
]
CONTAINERS = STREAMS + ARCHIVES + CARRIERS
