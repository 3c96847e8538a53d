#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The wrapping law: what debar says of a sample, it says of the sample inside any container, and inside containers inside
containers. Every sample of corpus/ goes into every container that containers.py can write, and into chains of three in
which each container stands in each other. Facts and gaps of the sample must all be there; where they are is left aside.

    wrapping.py [--keep FOLDER] [--only GLOB]
"""
import argparse
import collections
import fnmatch
import json
import os
import posixpath
import random
import re
import subprocess
import sys
import tempfile
import time

from containers import CONTAINERS, SOURCE

BUILD = os.environ["BUILD"]
OTHER = {"case", "policy", "pack", "recipes"}  # not samples of a reader
DEEP = 20  # containers: samples are nested, too
CHAINS = 3  # of each sample
SHOWN = 5
NUMBER = re.compile(r"/k(\d+)/")
WINDOW = 64 << 10  # the search goes over windows that are multiples of it
FEW = {"gzip", "zstd", "tar-gnu", "zip-deflated", "7z-stored", "behind-elf"}  # for what is large
# Nobody can keep everything that might become an archive at its end: a large member is only searched, and a gap says so.
LARGE = "made/large with a zip behind"
LARGE_GAP = "an archive may lie in a large member that was only searched"


def from_corpus(sample):
    def load():
        with open(os.path.join(SOURCE, "corpus", sample), "rb") as file:
            return file.read()
    return load


def marked_text(length):
    """Marks over and near the bounds of windows, more of them than one object may show."""
    text = bytearray(b"a line of plain text, made up\n" * (length // 30))
    for i, at in enumerate(range(WINDOW, len(text) - WINDOW, WINDOW)):
        mark = (b"@kaspersky/", b"kaspersky", b"com/kaspersky", b"klnagent")[i % 4]
        text[at - i % 13:at - i % 13 + len(mark)] = mark
    return bytes(text)


def mixed(length):
    """Stretches of random bytes, text and zeros that begin and end anywhere."""
    made = random.Random(1)
    body = bytearray()
    while len(body) < length:
        size = made.randrange(1, 3 * WINDOW)
        body += made.choice((made.randbytes(size), bytes(size), b"a line of text\n" * (size // 15)))
    return bytes(body)


def samples():
    """What it is called, the path that it goes by (see fuzz/replay.c), what loads it, and whether it is large."""
    for folder in sorted(set(os.listdir(os.path.join(SOURCE, "corpus"))) - OTHER):
        for name in sorted(os.listdir(os.path.join(SOURCE, "corpus", folder))):
            if not name.endswith(".facts"):
                sample = f"{folder}/{name}"
                yield sample, name.split("__", 1)[-1].replace("%", "/"), from_corpus(sample), False
    yield "made/long text", "long.txt", lambda: marked_text(1 << 20), False
    yield "made/mixed", "mixed.bin", lambda: mixed(1 << 20), False
    yield "made/large text", "large.txt", lambda: marked_text(70 << 20), True
    yield LARGE, "large.bin", lambda: marked_text(70 << 20) + from_corpus("zip/hidden.zip")(), True


class Tree:
    """The files to be scanned, each in a folder with a number."""
    def __init__(self, folder):
        self.folder, self.about, self.known = folder, [], {}

    def add(self, about, path, body):
        number = len(self.about)
        self.about.append(about)
        full = os.path.join(self.folder, f"k{number}", path)
        os.makedirs(os.path.dirname(full))
        with open(full, "wb") as file:
            file.write(body)
        return number

    def plain(self, sample, path, body):
        """The sample by itself under that name; written once."""
        key = (sample, path)
        if key not in self.known:
            self.known[key] = self.add(f"{sample} as {path}", path, body)
        return self.known[key]


def chains(count):
    """Chains so that every container comes to stand in every other, and then on in the same way: deterministic."""
    total = len(CONTAINERS)
    for i in range(count):
        inner, step = i % total, i // total % total
        yield CONTAINERS[inner], CONTAINERS[(inner + step) % total], CONTAINERS[(inner + 2 * step + 7) % total]


def wrap(path, body, chain):
    """From the inside to the outside. None when a container would not be taken for one; and what the sample is called."""
    called = path
    is_named = is_flat = False  # by a container inside; and without its folders
    by_name = False  # what is outermost so far
    for container in chain:
        if len(body) < container.least or (by_name and container.calls):
            return None
        by_name = container.by_name or (by_name and not container.names)
        path, body = container(path, body)
        if not is_named and container.calls:
            called = container.calls
        elif container.calls and is_flat:
            called = posixpath.join(posixpath.dirname(container.calls), posixpath.basename(called))
        if container.names:
            is_named, is_flat = True, container.flat
    return path, body, called


def fill(tree, only):
    """Writes everything; gives (number of the wrapped, number of the plain one)."""
    pairs = []
    listed = [row for row in samples() if fnmatch.fnmatch(row[0], only)]
    more = chains(len(listed) * CHAINS)
    for sample, path, load, is_large in listed:
        body = load()
        ways = [(container,) for container in CONTAINERS if not is_large or container.name in FEW]
        if not is_large:
            ways += [next(more) for _ in range(CHAINS)]
        for chain in ways:
            wrapped = wrap(path, body, chain)
            if wrapped is None:
                continue
            outer, packed, called = wrapped
            about = " in ".join([sample] + [container.name for container in chain])
            pairs.append((tree.add(about, outer, packed), tree.plain(sample, called, body)))
    return pairs


def scan(tree, state):
    """What is said of each number: (facts, gaps), counted."""
    said = [(collections.Counter(), collections.Counter()) for _ in tree.about]
    report = os.path.join(state, "report")
    done = subprocess.run([os.path.join(BUILD, "debar"), "scan", "-q", "--facts", "--mentions", "--depth", str(DEEP), "-c",
                           os.path.join(state, "case.db"), "-o", "ndjson=" + report, tree.folder],
                          env={**os.environ, "MALLOC_PERTURB_": "165"}, check=False)
    if done.returncode not in (0, 1, 3):
        sys.exit(f"wrapping: debar ended with {done.returncode}")
    with open(report, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            found = NUMBER.search(row.get("object", ""))
            if not found:
                continue
            facts, gaps = said[int(found.group(1))]
            if row["type"] == "gap":
                gaps[(row["class"], row["bytes"], row["reason"])] += 1
            elif row["type"] == "fact" and not is_place(row, tree.folder):
                facts[(row["fact"], row["value"], tuple(row["span"]), row["size"], row["mark"])] += 1
    return said


def is_place(row, folder):
    """The path of a file on disk."""
    return row["fact"] == "file.path" and "!/" not in row["object"]


def lost(about, plain, wrapped):
    """What was said of the plain sample and is not of the wrapped one; rows of (facts, gaps)."""
    facts, gaps = plain[0] - wrapped[0], plain[1] - wrapped[1]
    if about.startswith(LARGE) and any(row[2] == LARGE_GAP for row in wrapped[1]):
        facts.clear()
    rows = [("fact", row) for row in facts] + [("gap", row) for row in gaps]
    return rows if plain[0] else [("everything: no fact of the plain sample", ())]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep")
    parser.add_argument("--only", default="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as state:
        tree = Tree(options.keep or os.path.join(state, "tree"))
        begun = time.monotonic()
        pairs = fill(tree, options.only)
        written = time.monotonic()
        said = scan(tree, state)
        print(f"{len(tree.about)} files: written in {written - begun:.0f} s, scanned in {time.monotonic() - written:.0f} s")
    wrong = 0
    for wrapped, plain in pairs:
        rows = lost(tree.about[wrapped], said[plain], said[wrapped])
        if not rows:
            continue
        wrong += 1
        print(f"FAILED: {tree.about[wrapped]} (k{wrapped}; plain k{plain})")
        for kind, row in rows[:SHOWN]:
            print("  lost", kind, *row)
    print(f"wrapping: {len(pairs) - wrong} passed, {wrong} failed")
    return wrong != 0 or not pairs


if __name__ == "__main__":
    sys.exit(main())
