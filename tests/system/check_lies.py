#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares a report on the files of make_lies.py with what must come of each: check_lies.py FOLDER REPORT.json

Prints a line for each that came out otherwise, then the counts. Ends with 1 when there is one."""
import json
import os
import sys


def outcome_of(scan):
    verdicts = {row["verdict"] for row in scan["verdicts"]}
    findings = [row for row in scan["findings"] if row["nexus"] != "mention"]
    if verdicts == {"absent"}:
        return "absent"
    return "found" if findings else "gap"


def main():
    folder, report = sys.argv[1:]
    with open(report, "rb") as file:
        scans = {os.path.basename(scan["target"]["name"]): scan for scan in json.load(file)["scans"]}
    with open(os.path.join(folder, "cases.tsv")) as file:
        cases = [line.rstrip("\n").split("\t") for line in file]
    failed = 0
    for name, wanted in cases:
        scan = scans.get(name)
        got = outcome_of(scan) if scan else "missing"
        account = {key: size for key, size in scan["account"]["bytes"].items() if size} if scan else {}
        if got == wanted or (wanted == "open" and got in ("found", "gap")) or (wanted == "plain" and got == "absent"):
            continue
        failed += 1
        gaps = [(row["class"], row["bytes"], row["object"][len(folder):], row["reason"]) for row in scan["gaps"]][:4] if scan else []
        print(f"{name}: {got} instead of {wanted}; {account}; {gaps}")
    print(f"lies: {len(cases) - failed} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
