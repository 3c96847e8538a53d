#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a report in JSON and prints it in lines for grep. Ends with 1 when it is not valid JSON in UTF-8.

    verdict DIRECTIVE VERDICT
    account CLASS BYTES
    gap CLASS BYTES "OBJECT" REASON
    finding NEXUS CERTAINTY PRODUCT "WHERE" VERSION OBJECTS
    reach PRODUCT WORD...
    evidence FACT "VALUE" "OBJECT"
    whole yes|no
"""
import json
import sys


def main():
    with open(sys.argv[1], "rb") as file:
        report = json.loads(file.read().decode("utf-8", "strict"))
    print("whole", "yes" if report["complete"] else "no")
    for scan in report["scans"]:
        for row in scan["verdicts"]:
            print("verdict", row["directive"], row["verdict"])
        for name, count in scan["account"]["bytes"].items():
            print("account", name, count)
        print("objects", scan["account"]["objects"])
        for row in scan["gaps"]:
            print("gap", row["class"], row["bytes"], json.dumps(row["object"]), row["reason"])
        for row in scan["findings"]:
            print("finding", row["nexus"], row["certainty"], row["product"], json.dumps(row["where"]),
                  row["version"], row["objects"])
            print("reach", row["product"], " ".join(row["reach"]))
            for proof in row["evidence"]:
                print("evidence", proof["fact"], json.dumps(proof["value"]), json.dumps(proof["object"]))


if __name__ == "__main__":
    main()
