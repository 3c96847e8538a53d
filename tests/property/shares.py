#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The law of shares: a container that several workers go through gives the same bytes as one that one worker goes through, whatever
the number of shares and of workers. The containers are those of the corpus, and some made here with every kind of member:
packed, stored, marked, encrypted, damaged, unlisted, linked, nested, nameless."""
import io
import os
import random
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile

BUILD, SOURCE = os.environ["BUILD"], os.environ["SOURCE"]
MARKED = b'{"name": "@kaspersky/hexa-ui", "version": "6.198.2"}\n'
PROGRAM = b"\x7fELF\2\1\1" + bytes(300) + b"AO Kaspersky Lab\0\1\2\3\4" + bytes(40)
READERS = ["zip", "tar", "cpio"]
made = random.Random(11)


def nested(depth):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("package.json", MARKED)
        if depth > 0:
            archive.writestr("inner.zip", nested(depth - 1))
    return body.getvalue()


def members():
    for number in range(80):
        kind = number % 8
        if kind == 0:
            yield f"{number}/package.json", MARKED
        elif kind == 1:
            yield f"{number}/program", PROGRAM
        elif kind == 2:
            yield f"{number}/noise", made.randbytes(9000)
        elif kind == 3:
            yield f"{number}/inner.zip", nested(2)
        elif kind == 4:
            yield f"{number}/com/kavsdk/Class.class", b"\xca\xfe\xba\xbe" + bytes(20)
        else:
            yield f"{number}/text", b"nothing to see\n" * made.randrange(1, 400)


def zip_of(method):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", method) as archive:
        for name, content in members():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, method)
        link = zipfile.ZipInfo("link", (1980, 1, 1, 0, 0, 0))
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, b"/opt/kaspersky/kesl")
    return bytearray(body.getvalue())


def with_encrypted_member(body):
    """The fifth member says that it is encrypted, and its bytes are changed."""
    at = -1
    for _ in range(5):
        at = body.index(b"PK\1\2", at + 1)
    local = struct.unpack_from("<I", body, at + 42)[0]
    for flags in (at + 8, local + 6):
        body[flags] |= 1
    body[local + 60] ^= 0x55
    return body


def with_damaged_members(body):
    for at in range(len(body) // 9, len(body) * 3 // 4, len(body) // 5):
        body[at] ^= 0xFF
    return body


def with_unlisted_members(body):
    """Bytes between two members: one that no directory lists, which does not say how long it is, and something else."""
    hidden = io.BytesIO()
    with zipfile.ZipFile(hidden, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hidden/package.json", MARKED)
    local = bytearray(hidden.getvalue()[:hidden.getvalue().index(b"PK\1\2")])
    local += struct.pack("<4s", b"PK\7\x08") + local[14:26]
    local[6] |= 8
    local[14:26] = bytes(12)
    end = body.rindex(b"PK\5\6")
    directory = struct.unpack_from("<I", body, end + 16)[0]
    out = body[:directory] + local + b"something between" * 9 + body[directory:]
    struct.pack_into("<I", out, out.rindex(b"PK\5\6") + 16, directory + len(local) + 17 * 9)
    return out


def tar_of():
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in members():
            about = tarfile.TarInfo(name if name.startswith("3") else "long/" * 30 + name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/opt/kaspersky/kesl"
        archive.addfile(link)
    return bytearray(body.getvalue())


def with_damaged_header(body):
    at = body.index(b"ustar", len(body) // 2)
    body[at - 200] ^= 0xFF
    return body


def cpio_of():
    out = bytearray()

    def put(number, name, content):
        nonlocal out
        name = name.encode() + b"\0"
        fields = (number, 0o100644, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
        out += b"070701" + b"".join(b"%08X" % field for field in fields) + name
        out += bytes(-len(out) % 4) + content
        out += bytes(-len(out) % 4)

    for number, (name, content) in enumerate(members()):
        put(number, name, content)
    put(0, "TRAILER!!!", b"")
    return out


def make_tree(folder):
    for reader in READERS:
        shutil.copytree(os.path.join(SOURCE, "corpus", reader), os.path.join(folder, reader),
                        ignore=shutil.ignore_patterns("*.facts"))
    deflated, stored, tar, cpio = zip_of(zipfile.ZIP_DEFLATED), zip_of(zipfile.ZIP_STORED), tar_of(), cpio_of()
    containers = {
        "deflated.zip": deflated, "stored.zip": stored, "plain.tar": tar, "plain.cpio": cpio,
        "encrypted.zip": with_encrypted_member(bytearray(deflated)),
        "damaged.zip": with_damaged_members(bytearray(deflated)),
        "damaged-stored.zip": with_damaged_members(bytearray(stored)),
        "unlisted.zip": with_unlisted_members(bytearray(deflated)),
        "cut.zip": deflated[:len(deflated) * 2 // 3], "cut.tar": tar[:len(tar) * 2 // 3],
        "cut.cpio": cpio[:len(cpio) * 2 // 3],
        "damaged.tar": with_damaged_header(bytearray(tar)),
        "behind.tar": tar + made.randbytes(5000),
    }
    for name, body in containers.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(body)
    return sorted(containers)


def scan(folder, path, share, jobs, more):
    command = [os.path.join(BUILD, "debar"), "scan", "-q", "--reproducible", "-m", "-c", ":memory:", "-o", "json",
               "--share", share, "-j", jobs, *more, path]
    case = os.path.join(folder, "case.db")
    command[command.index(":memory:")] = case
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=False)
    os.remove(case)
    if done.returncode not in (0, 1, 3):
        sys.exit(f"shares: debar ended with {done.returncode} over {path}")
    return done.stdout, done.returncode


def main():
    compared, found = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for path in make_tree(folder) + READERS:
            for more in ([], ["--facts"]) if path not in READERS else ([],):
                whole = scan(folder, path, "0", "1", more)
                found += whole[1] == 1
                for share, jobs in (("32", "1"), ("32", "5"), ("60000", "3")):
                    compared += 1
                    if scan(folder, path, share, jobs, more) != whole:
                        sys.exit(f"shares: {path} in shares of {share} bytes, {jobs} workers: another report {more}")
    if found < 10:
        sys.exit("shares: the containers hold nothing to be found")
    print(f"shares: {compared} reports compared, {found} containers with findings")


if __name__ == "__main__":
    main()
