#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The order law: with 1 worker, 3 or 16, and whichever ends first, the same targets give the same bytes in every format and the
same rows in the case. The tree has hostile files, large archives, archives in archives, gaps, and thousands of small files."""
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile

from containers import CONTAINERS

BUILD, SOURCE = os.environ["BUILD"], os.environ["SOURCE"]
FORMATS = ["json", "ndjson", "csv", "text"]
RUNS = [("1", []), ("3", []), ("16", []), ("16", []), ("1", ["--facts"]), ("3", ["--facts"]), ("16", ["--facts"])]
SMALL = 4000
MARKED = b'{"name": "@kaspersky/hexa-ui", "version": "6.198.2"}\n'


def save(path, body):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(body)


def make_tree(folder):
    made = random.Random(7)
    os.makedirs(os.path.join(folder, "traps"))
    subprocess.run([os.path.join(SOURCE, "tests/system/make_traps.py"), os.path.join(folder, "traps")], check=True)
    os.remove(os.path.join(folder, "traps", "bomb.zip"))  # how far one gets with it is a matter of time
    shutil.copytree(os.path.join(SOURCE, "corpus"), os.path.join(folder, "corpus"))
    for number in range(SMALL):
        body = made.choice([MARKED, b"nothing\n", made.randbytes(6000), b"PK\3\4 damaged", b"a word on Kaspersky Lab\n"])
        save(os.path.join(folder, "small", str(number % 50), str(number), "package.json"), body)
    for number, container in enumerate(CONTAINERS):
        path, body = container("lib/package.json", MARKED * 3)
        save(os.path.join(folder, "nested", str(number), path), body)
    with zipfile.ZipFile(os.path.join(folder, "large.zip"), "w") as archive:
        for number in range(300):
            archive.writestr(f"{number}/package.json", MARKED + made.randbytes(made.randrange(60000)))
        archive.writestr("opaque.bin", made.randbytes(8 << 20))


def scan(work, run, jobs, more):
    """The folder with a report in each format and the case, and the status."""
    folder = os.path.join(work, f"run {run}")
    os.mkdir(folder)
    command = [os.path.join(BUILD, "debar"), "scan", "-q", "--reproducible", "-m", "-j", jobs,
               "-c", os.path.join(folder, "case.db"), *more]
    for name in FORMATS:
        command += ["-o", f"{name}={os.path.join(folder, name)}"]
    done = subprocess.run(command + ["tree", "tree/large.zip", "tree/traps"], cwd=work, check=False)
    if done.returncode not in (0, 1, 3):
        sys.exit(f"order: debar ended with {done.returncode}")
    return folder, done.returncode


def rows_of(folder):
    """The case, table by table. Facts and gaps come in as workers find them: their rows are a set, the others' numbers count."""
    case = sqlite3.connect(os.path.join(folder, "case.db"))
    tables = [row[0] for row in case.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    rows = {}
    for table in tables:
        columns = [row[1] for row in case.execute(f"PRAGMA table_info({table})")]
        kept = ", ".join(column for column in columns if column != "number" or table not in ("fact", "gap"))
        rows[table] = sorted(case.execute(f"SELECT {kept} FROM {table}").fetchall(), key=repr)
    case.close()
    return rows


def content(path):
    with open(path, "rb") as file:
        return file.read()


def differences(one, other):
    """Which formats and which tables of two runs are not the same."""
    for name in FORMATS:
        if content(os.path.join(one, name)) != content(os.path.join(other, name)):
            yield name
    first, second = rows_of(one), rows_of(other)
    for table in sorted(set(first) | set(second)):
        if first.get(table) != second.get(table):
            yield "table " + table


def main():
    passed = failed = 0
    keep = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as temporary:
        work = keep or temporary
        make_tree(os.path.join(work, "tree"))
        first = {}
        for run, (jobs, more) in enumerate(RUNS):
            folder, status = scan(work, run, jobs, more)
            base, base_status = first.setdefault(tuple(more), (folder, status))
            if folder == base:
                if rows_of(base)["finding"] and rows_of(base)["gap"]:
                    continue
                sys.exit("order: the tree gives no findings or no gaps")
            wrong = list(differences(base, folder)) + (["status"] if status != base_status else [])
            passed, failed = passed + (not wrong), failed + bool(wrong)
            if wrong:
                print(f"FAILED: {jobs} workers {' '.join(more)}: other than with 1: {', '.join(wrong)}")
    print(f"order: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
