#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scans a folder while its workers are hit by signals at random moments, and compares with a scan left in peace.

    chaos.py SEED SIGNAL[,SIGNAL...] COUNT DEBAR FOLDER [OPTION...]

COUNT workers are hit. Ends with 0 when the scan came to its end, each file that had evidence has it still or is a gap with
a reason, and nothing else is different; prints how many were hit, and the reasons of new gaps.
"""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

NEVER_KNOWN = ("reader", "the file became")


def workers(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def start(debar, folder, case):
    command = [debar, "scan", "-q", "-j", "2", "--reproducible", "-c", case, "-o", "json", *sys.argv[6:], folder]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def finish(process):
    report = json.loads(process.communicate(timeout=120)[0])
    scan = report["scans"][0]
    evidence = {(proof["object"], proof["fact"], proof["value"]) for row in scan["findings"] for proof in row["evidence"]}
    gaps = {(row["object"], row["reason"]) for row in scan["gaps"]}
    return process.returncode, report["complete"], evidence, gaps


def hit(process, signals, count):
    hits = 0
    time.sleep(0.1)
    while process.poll() is None and hits < count:
        running = workers(process.pid)
        try:
            os.kill(random.choice(running), random.choice(signals))
            hits += 1
        except (IndexError, ProcessLookupError):
            pass  # between two workers
        time.sleep(random.uniform(0.03, 0.15))
    return hits


def main():
    random.seed(int(sys.argv[1]))
    signals = [signal.Signals["SIG" + name] for name in sys.argv[2].split(",")]
    count, debar, folder = int(sys.argv[3]), sys.argv[4], sys.argv[5]
    with tempfile.TemporaryDirectory() as cases:
        status, complete, evidence, gaps = finish(start(debar, folder, cases + "/peace.db"))
        if not complete or not evidence:
            sys.exit("the scan in peace found nothing")
        process = start(debar, folder, cases + "/chaos.db")
        hits = hit(process, signals, count)
        got_status, got_complete, got_evidence, got_gaps = finish(process)
    new = got_gaps - gaps
    print(f"hit {hits} workers; new gaps:", *sorted({reason for _, reason in new}), sep="\n  ")
    if not got_complete:
        sys.exit("the scan is not complete")
    lost = [row for row in evidence - got_evidence if not any(row[0].startswith(where) for where, _ in new)]
    if lost:
        sys.exit(f"evidence was lost without a gap: {lost[0]}")
    if got_evidence - evidence or gaps - got_gaps:
        sys.exit("the report says what the one in peace does not")
    if not new and got_status != status or got_status not in (1, 3):
        sys.exit(f"the status is {got_status}")
    if not all(reason.startswith(NEVER_KNOWN) for _, reason in new):
        sys.exit("a gap has an odd reason")


if __name__ == "__main__":
    main()
