#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The law of the cache: whatever happens to files between two scans, one with a cache says what one without says.

Each way to change a file is tried by itself: a silent file comes to hold a mark, and the rescan must find it. Then files are
changed at random, round after round, with no time in between. Needs a file system that a cache trusts (ext4, XFS, Btrfs,
F2FS); ends with 77 where BUILD lies on another.
"""
import io
import json
import mmap
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile

BUILD = pathlib.Path(os.environ["BUILD"])
TRUSTED = {"ext2/ext3", "xfs", "btrfs", "f2fs"}
MARKED = b'{"name": "@kaspersky/hexa-ui", "version": "6.198.2"}\n'
SILENT = b'{"name": "@something/hexa-ui", "version": "6.198.2"}\n'
TAKEN_NAME = "klif.sys"  # a name that is a mark by itself
NAME = "package.json"
passed = failed = 0


def check(good, name):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print("FAILED:", name, file=sys.stderr)


class Place:
    """A folder to scan, with a cache and cases beside it."""

    def __init__(self, root):
        self.tree, self.cache, self.root = root / "tree", root / "files.cache", root
        self.tree.mkdir()

    def scan(self, *options):
        run = subprocess.run([BUILD / "debar", "scan", "-q", "--reproducible", "-m", "-j", "2", "-o", "json",
                              "-c", self.root / "case.db", *options, self.tree], capture_output=True)
        if run.returncode not in (0, 1, 3):
            sys.exit(run.stderr.decode())
        return json.loads(run.stdout)

    def fresh(self):
        return self.scan()

    def cached(self):
        return self.scan(f"--cache={self.cache}")


def remembered(report):
    return report["scans"][0]["account"]["remembered"]


def forget(report):
    """The report without what it says of the cache."""
    del report["cached"], report["scans"][0]["account"]["remembered"]
    return report


def found(report):
    return {proof["object"] for finding in report["scans"][0]["findings"] for proof in finding["evidence"]}


def same(place, name):
    cached, fresh = place.cached(), place.fresh()
    check(cached["cached"] and not fresh["cached"] and remembered(fresh) == 0, name + ": what is said of the cache")
    count, objects = remembered(cached), found(cached)
    check(forget(cached) == forget(fresh), name + ": the same with a cache and without")
    return count, objects


def put(path, data):
    path.write_bytes(data)


def restore_times(path, old):
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))


def in_place(path):
    old = path.stat()
    with open(path, "r+b", buffering=0) as file:
        file.write(MARKED)
    restore_times(path, old)


def truncated(path):
    old = path.stat()
    put(path, MARKED)
    restore_times(path, old)


def through_mapping(path):
    old = path.stat()
    with open(path, "r+b") as file, mmap.mmap(file.fileno(), 0) as view:
        view[:] = MARKED
        view.flush()
    restore_times(path, old)


def longer_and_back(path):
    old = path.stat()
    with open(path, "ab", buffering=0) as file:
        file.write(b" " * 5000)
    with open(path, "r+b", buffering=0) as file:
        file.write(MARKED)
        file.truncate(len(SILENT))
    restore_times(path, old)


def renamed_over(path):
    old, other = path.stat(), path.with_name("other")
    put(other, MARKED)
    restore_times(other, old)
    os.rename(other, path)


def linked_over(path):
    old, other = path.stat(), path.with_name("other")
    put(other, MARKED)
    restore_times(other, old)
    os.unlink(path)
    os.link(other, path)


def renamed_to_a_mark(path):
    os.rename(path, path.with_name(TAKEN_NAME))


def linked_to_a_mark(path):
    os.link(path, path.with_name(TAKEN_NAME))


def folder_renamed(path):
    os.rename(path.parent, path.parent.with_name("Kaspersky Lab"))


def become_a_folder(path):
    os.unlink(path)
    path.mkdir()
    put(path / NAME, MARKED)


def reused_inode(path):
    old = path.stat()
    for _ in range(20):  # the next file often gets the number that became free
        os.unlink(path)
        put(path, MARKED)
        if path.stat().st_ino == old.st_ino:
            break
    restore_times(path, old)


def made_sparse(path):
    old = path.stat()
    os.truncate(path, 0)
    os.truncate(path, len(SILENT))
    with open(path, "r+b", buffering=0) as file:
        os.pwrite(file.fileno(), MARKED, 0)
    restore_times(path, old)


CHANGES = [in_place, truncated, through_mapping, longer_and_back, renamed_over, linked_over, renamed_to_a_mark, linked_to_a_mark,
           become_a_folder, reused_inode, made_sparse]


def put_samples(folder):
    """Silent files of many kinds, opaque ones, damaged ones, and one that is found."""
    folder.mkdir()
    put(folder / "empty", b"")
    put(folder / "text", b"some text\n" * 50)
    put(folder / "random", random.Random(1).randbytes(200_000))
    put(folder / "damaged.zip", b"PK\x03\x04 damaged")
    with zipfile.ZipFile(folder / "inner.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for i in range(20):
            file.writestr(f"a/{i}.txt", f"member {i}\n" * 30)
    with tarfile.open(folder / "outer.tar.gz", "w:gz") as file:
        file.add(folder / "inner.zip", "inner.zip")
        body = random.Random(2).randbytes(100_000)
        about = tarfile.TarInfo("random.bin")
        about.size = len(body)
        file.addfile(about, io.BytesIO(body))
    subprocess.run(["zip", "-q", "-P", "secret", "locked.zip", "text", "random"], cwd=folder, check=True)
    shutil.copy(BUILD / "debar", folder / "program")
    with open(folder / "sparse", "wb") as file:
        file.truncate(20 << 20)
    (folder / "found").mkdir()
    put(folder / "found" / NAME, MARKED)
    os.symlink("text", folder / "link")
    os.mkfifo(folder / "fifo")


def settle():
    time.sleep(3.2)  # files that changed of late are not remembered


def try_each_change(root):
    place = Place(root)
    put_samples(place.tree / "samples")
    for change in [*CHANGES, folder_renamed]:
        folder = place.tree / change.__name__
        folder.mkdir()
        put(folder / NAME, SILENT)
    # A page that was written before the first scan and is still dirty takes another write without a trace.
    held = place.tree / "held"
    held.mkdir()
    put(held / NAME, SILENT)
    with open(held / NAME, "r+b") as file, mmap.mmap(file.fileno(), 0) as view:
        os.fsync(file.fileno())
        view[0:1] = view[0:1]
        count, _ = same(place, "files that were just made")
        count, _ = same(place, "and again")
        check(count == 0, "files that were just made are not remembered")
        settle()
        view[0:1] = view[0:1]
        count, before = same(place, "the scan that remembers")
        count, again = same(place, "nothing changed")
        check(count > 40, f"silent files are remembered: {count}")
        check(before == again, "what is found stays found")
        check(not any("held" in name for name in again), "the mapped file is silent")
        view[:] = MARKED
        for change in [*CHANGES, folder_renamed]:
            change(place.tree / change.__name__ / NAME)
        later, objects = same(place, "everything changed")
    check(0 < later < count, "what stayed as it was is still remembered")
    for name in [change.__name__ for change in CHANGES] + ["held"]:
        check(any(f"/{name}/" in one for one in objects), f"{name}: found")


def touch(path, chance):
    os.utime(path, ns=(0, chance.randrange(1 << 60)))


def change_at_random(files, chance):
    """One change of one file; what cannot be done is left."""
    path, other = chance.choice(files), chance.choice(files)
    old = path.stat() if path.exists() else None
    ways = [
        lambda: put(path, chance.choice([MARKED, SILENT, b"", b"\0" * 100])),
        lambda: os.rename(path, other),
        lambda: os.link(path, other),
        lambda: os.unlink(path),
        lambda: os.chmod(path, chance.choice([0o600, 0o644, 0o755])),
        lambda: touch(path, chance),
        lambda: in_place(path),
        lambda: through_mapping(path),
        lambda: (os.unlink(path), os.symlink(other, path)),
        lambda: put(path, chance.randbytes(40_000)),
        lambda: shutil.copy2(other, path),
    ]
    try:
        chance.choice(ways)()
        if old and chance.random() < 0.5 and path.exists():
            restore_times(path, old)
    except (OSError, ValueError, IndexError, shutil.SameFileError):
        pass


def change_round_after_round(root, seed):
    chance = random.Random(seed)
    place = Place(root)
    files = [place.tree / f"{i}" / name for i in range(6) for name in (NAME, "a.txt", TAKEN_NAME, "b.zip")]
    for path in files:
        path.parent.mkdir(exist_ok=True)
        put(path, chance.choice([MARKED, SILENT, b"text\n"]))
    most = 0
    for number in range(14):
        if number in (0, 5, 10):
            settle()
        count, _ = same(place, f"round {number} of seed {seed}")
        most = max(most, count)
        for _ in range(chance.randrange(1, 6)):
            change_at_random(files, chance)
    check(most > 0, f"seed {seed}: the cache was of use")


def main():
    kind = subprocess.run(["stat", "-f", "-c", "%T", BUILD], capture_output=True, text=True, check=True).stdout.strip()
    if kind not in TRUSTED:
        print(f"{BUILD} lies on {kind}, which no cache trusts")
        return 77
    seeds = [int(text) for text in sys.argv[1:]] or [1, 2]
    with tempfile.TemporaryDirectory(dir=BUILD) as work:
        root = pathlib.Path(work)
        (root / "each").mkdir()
        try_each_change(root / "each")
        for seed in seeds:
            (root / str(seed)).mkdir()
            change_round_after_round(root / str(seed), seed)
    print(f"cache_law: {passed} passed, {failed} failed")
    return failed > 0 or passed == 0


if __name__ == "__main__":
    sys.exit(main())
