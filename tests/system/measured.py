#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command and watches it: its time, and what it and its children hold in memory together.

    measured.py --seconds N --mib N --notes FILE COMMAND...

Ends with the command's status; 124 when it took too long, 125 when it took too much memory. The notes say how much.
"""
import argparse
import os
import subprocess
import sys
import threading
import time


def family(pid):
    found, pending = [], [pid]
    while pending:
        one = pending.pop()
        found.append(one)
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                with open(f"/proc/{one}/task/{task}/children") as file:
                    pending += map(int, file.read().split())
        except OSError:
            pass
    return found


def resident(pid):
    try:
        with open(f"/proc/{pid}/status") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("VmRSS:")), 0)
    except OSError:
        return 0


def watch(process, over, peak):
    while not over.wait(0.02):
        peak[0] = max(peak[0], sum(map(resident, family(process.pid))) / 1024)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--mib", type=float, required=True)
    parser.add_argument("--notes", required=True)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    start, over, peak = time.monotonic(), threading.Event(), [0.0]
    process = subprocess.Popen(given.command)
    watcher = threading.Thread(target=watch, args=(process, over, peak))
    watcher.start()
    try:
        status = process.wait(given.seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        status = 124
    over.set()
    watcher.join()
    if status >= 0 and status != 124 and peak[0] > given.mib:
        status = 125
    with open(given.notes, "w") as notes:
        print(f"{time.monotonic() - start:.1f} s, {peak[0]:.0f} MiB", file=notes)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
