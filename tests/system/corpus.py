#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The corpus of real files beside the project, ../shared/corpus: what expected.tsv requires is found, in the whole tree, alone
and under another name; what only names the vendor, or is another vendor's, is no finding; and no file brings a reader down.
Left out, with status 77, where that corpus is not there."""
import collections
import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

BUILD, SOURCE = os.environ["BUILD"], os.environ["SOURCE"]
CORPUS = os.path.join(SOURCE, "..", "shared", "corpus")
VENDOR = "kaspersky"
CERTAINTIES = ["weak", "strong", "proven"]
PART = "files"  # the others need readers that are not written yet
SKIPPED = 77
FAILURES = ("reader crashed", "reader hung", "reader ended", "reader broke", "reader ran out", "reader tried")
# What these files are called is all that tells what they are: the form is that of any settings file.
BY_NAME = {"setup.cfg"}

Found = collections.namedtuple("Found", "nexus certainty")
passed, missed = 0, 0


def check(good, message):
    global passed, missed
    if good:
        passed += 1
    else:
        missed += 1
        print("FAILED:", message)


def scan(work, target, folder):
    """The report's one scan of `target`, which is relative to `folder`."""
    report = os.path.join(work, "report")
    done = subprocess.run([os.path.join(BUILD, "debar"), "scan", "-q", "--mentions", "--facts", "-c",
                           os.path.join(work, "case.db"), "-o", "json=" + report, target], cwd=folder, check=False, timeout=300)
    check(done.returncode in (0, 1, 3), f"{target}: status {done.returncode}")
    with open(report, encoding="utf-8") as file:
        result = json.load(file)
    check(result["complete"] is True, f"{target}: not complete")
    for gap in result["scans"][0]["gaps"]:
        check(not gap["reason"].startswith(FAILURES), f"{gap['object']}: {gap['reason']}")
    return result["scans"][0]


def file_of(path):
    return path.split("!/", 1)[0]


def by_file(result):
    """What was found of the vendor in each file. A finding stands for each file that it has evidence in."""
    found = collections.defaultdict(set)
    for row in result["findings"]:
        if row["vendor"] == VENDOR:
            for proof in row["evidence"]:
                found[file_of(proof["object"])].add(Found(row["nexus"], row["certainty"]))
    return found


def is_met(row, found):
    least = CERTAINTIES.index(row["at_least"])
    return any(one.nexus in row["nexus"].split("|") and CERTAINTIES.index(one.certainty) >= least for one in found)


def check_alone(work, row):
    """The same file by itself, and under a name that says nothing. The names are made up, but always the same."""
    path = os.path.join(CORPUS, row["path"])
    name = os.path.basename(path)
    other = name if name in BY_NAME else hashlib.sha256(name.encode()).hexdigest()[:12]
    for what, called in (("alone", name), ("renamed", other)):
        folder = tempfile.mkdtemp(dir=work)
        shutil.copyfile(path, os.path.join(folder, called))
        found = by_file(scan(work, called, folder))[called]
        check(is_met(row, found), f"{row['path']} {what}: {sorted(found)} instead of {row['nexus']}, {row['at_least']}")


def check_expected(work, found):
    with open(os.path.join(CORPUS, "expected.tsv"), encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["part"] == PART]
    required = [row for row in rows if row["required"] == "yes"]
    for row in required:
        here = found[row["path"]]
        check(is_met(row, here), f"{row['path']}: {sorted(here)} instead of {row['nexus']}, {row['at_least']} ({row['note']})")
        check_alone(work, row)
    optional = [row for row in rows if row["required"] == "optional"]
    print(f"corpus: {len(required)} required; {sum(is_met(row, found[row['path']]) for row in optional)} of {len(optional)} "
          "optional ones found")
    check(len(required) > 0, "expected.tsv requires nothing")


def check_others(files, found, facts):
    """Nothing in other vendors' files and in neutral ones; nothing but mentions where the vendor is only named."""
    marked = {file_of(fact["object"]) for fact in facts if (fact["mark"] or "").startswith(VENDOR + "/")}
    for path in files:
        group = path.split("/")[1]
        if group in "BC":
            check(not found[path] and path not in marked, f"{path}: {sorted(found[path])}, or a mark in it")
        elif group == "D":
            check(all(one.nexus == "mention" for one in found[path]), f"{path}: {sorted(found[path])}")


def main():
    if not os.path.exists(os.path.join(CORPUS, "expected.tsv")):
        print("corpus: left out: ../shared/corpus is not there")
        return SKIPPED
    files = [os.path.relpath(os.path.join(folder, name), CORPUS)
             for folder, _, names in os.walk(os.path.join(CORPUS, "files")) for name in names]
    with tempfile.TemporaryDirectory() as work:
        result = scan(work, "files", CORPUS)
        seen = {file_of(fact["object"]) for fact in result["facts"]}
        for path in files:
            check(path in seen, f"{path}: was not looked at")
        check(all(row["evidence_count"] == len(row["evidence"]) or len({file_of(e["object"]) for e in row["evidence"]}) == 1
                  for row in result["findings"] if row["nexus"] != "mention"), "a finding leaves files out of its evidence")
        found = by_file(result)
        check_expected(work, found)
        check_others(files, found, result["facts"])
    print(f"corpus: {passed} passed, {missed} failed")
    return missed != 0


if __name__ == "__main__":
    sys.exit(main())
