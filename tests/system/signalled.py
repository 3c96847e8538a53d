#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command in a session of its own and signals it.

    signalled.py [--group] [--ignore SIGNAL] [--pipe] SECONDS:SIGNAL,... COMMAND...

SECONDS are counted from the signal before. --group: to the whole group, as a terminal does. --ignore: as nohup does.
--pipe: standard output is a pipe that nobody reads. Ends with the command's status, or 128 and the number of the signal
that ended it; 125 when it had to be killed because it went on 10 s after the last signal, 126 when a process was left
behind. Standard error of the command is passed on.
"""
import argparse
import os
import signal
import subprocess
import sys
import time

GRACE = 10


def left_behind(session):
    found = []
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        if int(fields[3]) == session and fields[0] not in "ZX":
            found.append(int(entry))
    return found


def prepare(ignored):
    for name in "INT", "TERM", "HUP":
        number = getattr(signal, "SIG" + name)
        signal.signal(number, signal.SIG_IGN if name == ignored else signal.SIG_DFL)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--group", action="store_true")
    parser.add_argument("--ignore")
    parser.add_argument("--pipe", action="store_true")
    parser.add_argument("signals")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    process = subprocess.Popen(given.command, start_new_session=True, preexec_fn=lambda: prepare(given.ignore),
                               stdout=subprocess.PIPE if given.pipe else None)
    for one in given.signals.split(","):
        seconds, name = one.split(":")
        time.sleep(float(seconds))
        number = getattr(signal, "SIG" + name)
        try:
            (os.killpg if given.group else os.kill)(process.pid, number)
        except ProcessLookupError:
            pass
    try:
        status = process.wait(GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return 125
    for _ in range(20):
        left = left_behind(process.pid)
        if not left:
            return status if status >= 0 else 128 - status
        time.sleep(0.1)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return 126


sys.exit(main())
