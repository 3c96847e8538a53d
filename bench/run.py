#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures debar against the tools that people use today, whole processes, page cache warm.

    bench/run.py BUILD [--tree DIR] [--runs N] [--only NAME] [--write FILE]

Each comparison runs both sides in turn (A B A B ...) and gives the median of the ratios, so that a machine whose speed
drifts does not decide. Peak memory is the sum of the resident sets of all processes, sampled every 10 ms.
"""
import argparse
import atexit
import datetime
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

ATOMS = {"PK\x05\x06"}  # looked for besides the marks


def children_of(pid):
    found, pending = [], [pid]
    while pending:
        one = pending.pop()
        found.append(one)
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                pending += map(int, open(f"/proc/{one}/task/{task}/children").read().split())
        except OSError:
            pass
    return found


def resident(pid):
    try:
        for line in open(f"/proc/{pid}/status"):
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


class Peak(threading.Thread):
    """Samples what a process and its children hold."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.kib, self.over = pid, 0, threading.Event()

    def run(self):
        while not self.over.wait(0.01):
            self.kib = max(self.kib, sum(map(resident, children_of(self.pid))))


def run(command, memory=False):
    """Seconds, and peak MiB when asked."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = Peak(process.pid) if memory else None
    if peak:
        peak.start()
    process.wait()
    seconds = time.monotonic() - start
    if peak:
        peak.over.set()
        peak.join()
    return seconds, (peak.kib / 1024 if peak else 0)


def pinned(cores, command):
    return ["taskset", "-c", ",".join(map(str, cores)), *command]


def compare(name, ours, theirs, runs):
    run(ours), run(theirs)  # warm
    pairs = [(run(ours)[0], run(theirs)[0]) for _ in range(runs)]
    ratio = statistics.median(a / b for a, b in pairs)
    return {"name": name, "ours": statistics.median(a for a, _ in pairs),
            "theirs": statistics.median(b for _, b in pairs), "ratio": ratio}


def byte_marks(debar):
    """The values of the byte marks in the shipped pack."""
    out = subprocess.run([debar, "policy", "marks", "bytes"], capture_output=True, check=True).stdout
    return [line.split(b"\t")[2].decode() for line in out.splitlines()]


def write_yara(marks, path):
    rows = []
    for i, mark in enumerate(marks):
        text = "".join(f"\\x{byte:02x}" for byte in mark.encode())
        wide = " ascii wide nocase" if mark.isascii() else ""
        rows.append(f'rule m{i} {{ strings: $a = "{text}"{wide} condition: $a }}')
    path.write_text("\n".join(rows))


def write_clamav(marks, path):
    rows = []
    for i, mark in enumerate(marks):
        flags = "::iwa" if mark.isascii() else ""
        rows.append(f"Mark.{i};Engine:81-255,Target:0;0;{mark.encode().hex()}{flags}")
    path.write_text("\n".join(rows) + "\n")


def write_zip(tree, path, most):
    """Files of the tree, up to `most` bytes in all."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for folder, _, names in os.walk(tree):
            for name in names:
                one = os.path.join(folder, name)
                if not os.path.islink(one) and os.path.isfile(one) and most > 0:
                    most -= os.path.getsize(one)
                    archive.write(one)
    return str(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--tree", default="/usr")
    parser.add_argument("--slow-tree", default="/usr/lib/x86_64-linux-gnu", help="for peers that take minutes")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only")
    parser.add_argument("--write", type=pathlib.Path)
    given = parser.parse_args()
    debar = str(given.build / "debar")
    work = pathlib.Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, work, True)
    case = str(work / "case.db")
    marks = byte_marks(debar)
    write_yara(marks, work / "marks.yar")
    (work / "clam").mkdir()
    write_clamav(marks, work / "clam" / "marks.ldb")
    (work / "literals").write_text("\n".join(marks) + "\n")

    def scan(tree, jobs, *more):
        return [debar, "scan", "-q", "-c", case, "-j", str(jobs), "-o", "csv", *more, tree]

    closed = ("--depth", "0")
    cat = ["sh", "-c", f"find {given.tree} -type f -print0 | xargs -0 cat >/dev/null"]
    slow = given.slow_tree
    cached = scan(given.tree, 2, f"--cache={work / 'files.cache'}")
    find = ["find", given.tree, "-type", "f"]  # a name and a type; with -size also what stat says
    if not given.only or given.only.startswith("cache"):
        run(cached)  # remembers
    large = write_zip(slow, work / "large.zip", 1 << 30) if given.only in (None, "share") else None
    plans = [
        ("cache", "rescan with --cache against find", None, "<=", cached, find),
        ("cache-stat", "the same, against find that asks for each size", None, "<=", cached, [*find, "-size", "+1"]),
        ("read-1", "search against reading (find and xargs cat), archives closed, one core", 1.1, "<=",
         pinned([0], scan(given.tree, 1, *closed)), pinned([0], cat)),
        ("read-2", "the same, two cores", 0.65, "<=",
         pinned([0, 1], scan(given.tree, 2, *closed)), pinned([0, 1], cat)),
        ("share", "one zip of 1 GB, unpacked, on two cores against one", None, "<=",
         scan(large, 2), scan(large, 1, "--share", "0")),
        ("yara", "against yara -r -p 2, archives closed", 15, ">=",
         scan(slow, 2, *closed), ["yara", "-r", "-p", "2", "-w", str(work / "marks.yar"), slow]),
        ("clamav", "against clamscan -r, archives open", 20, ">=",
         scan(slow, 2), ["clamscan", "-r", "--quiet", "-d", str(work / "clam"), slow]),
        ("ripgrep", "against rg -uuu -a -i -F", 10, ">=",
         scan(slow, 2, *closed), ["rg", "-uuu", "-a", "-i", "-F", "-c", "-f", str(work / "literals"), slow]),
    ]
    rows = []
    for key, title, bar, sense, ours, theirs in plans:
        if given.only and given.only != key:
            continue
        runs = given.runs if key.startswith(("read", "cache", "share")) else min(given.runs, 3)
        result = compare(title, ours, theirs, runs)
        value = result["ratio"] if sense == "<=" else 1 / result["ratio"]
        if bar is None:
            wanted = reached = "-"
        else:
            wanted = f"{sense} {bar}"
            reached = "yes" if (value <= bar if sense == "<=" else value >= bar) else "NO"
        rows.append(f"| {title} | {wanted} | {value:.2f} | {reached} | "
                    f"{result['ours']:.2f} s : {result['theirs']:.2f} s |")
        print(rows[-1], flush=True)
    if not given.only or given.only == "memory":
        peak = max(run(scan(given.tree, 2), memory=True)[1] for _ in range(2))
        rows.append(f"| peak memory, host and 2 workers, archives open | <= 256 MiB | {peak:.0f} MiB | "
                    f"{'yes' if peak <= 256 else 'NO'} | sum of resident sets |")
        print(rows[-1], flush=True)
    if not given.only or given.only == "start":
        small = work / "small"
        small.write_text("nothing\n")
        times = sorted(run(scan(str(small), 1))[0] for _ in range(21))
        middle = times[len(times) // 2] * 1000
        rows.append(f"| start-up on one small file | <= 30 ms | {middle:.0f} ms | "
                    f"{'yes' if middle <= 30 else 'NO'} | median of 21 |")
        print(rows[-1], flush=True)
    if given.write:
        files = sum(len(names) for _, _, names in os.walk(given.tree))
        head = [f"## {datetime.date.today()}: {platform.machine()}, {os.cpu_count()} cores, {files} files in {given.tree}, "
                f"{len(marks)} byte marks, slow peers on {slow}", "",
                "| what | bar | measured | reached | medians |", "|---|---|---|---|---|", *rows, ""]
        old = given.write.read_text() if given.write.exists() else "# Results\n\nWritten by `make bench`; newest first.\n"
        title, _, rest = old.partition("\n## ")
        given.write.write_text(title.rstrip() + "\n\n" + "\n".join(head) + ("\n## " + rest if rest else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
