#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails when a source folder includes a folder it may not. The table is the architecture."""
import pathlib
import re
import sys

MAY_INCLUDE = {
    "base": set(),
    "core": {"base"},
    "reader": {"base", "core"},
    "source": {"base", "core"},
    "policy": {"base", "core"},
    "wire": {"base", "core"},
    "store": {"base", "core"},
    "report": {"base", "core"},
    "jail": {"base"},
    "inspect": {"base", "core", "policy", "wire"},
    "scan": {"base", "core", "source", "policy", "wire", "jail", "store"},
    "api": {"base", "core", "source", "policy", "wire", "jail", "store", "report", "scan"},
}
# Programs differ: the command line lives on the public header, the worker below it.
PROGRAMS = {"worker.c": {"base", "core", "inspect", "wire", "jail", "policy"},
            "compile.c": {"base", "core", "policy"}}
COMMAND_LINE = {"base"}


def allowed(path, home):
    if home == "bin":
        return PROGRAMS.get(path.name, COMMAND_LINE)
    return MAY_INCLUDE[home]


def main(root):
    bad = 0
    for path in sorted((root / "src").rglob("*.[ch]")):
        home = path.relative_to(root / "src").parts[0]
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+"([^/"]+)/[^"]+\.h"', line)
            if found and found[1] != home and found[1] not in allowed(path, home):
                print(f"{path}:{number}: {home}/ may not include {found[1]}/")
                bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
