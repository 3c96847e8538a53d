#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reads generated reports as their users' programs do: check_report.py SAMPLE_REPORT SCHEMA NDJSON_SCHEMA."""
import csv
import io
import json
import subprocess
import sys

import jsonschema

from check_ndjson import load, no_doubles, read_rows, row_validator

MENTIONS, REPRODUCIBLE, FACTS = 1, 2, 4


def report(*arguments):
    run = subprocess.run([sys.argv[1], *map(str, arguments)], stdout=subprocess.PIPE, check=True)
    return run.stdout.decode("utf-8")  # strict: a report is always well-formed


def refuses_anything_else(schema, path="$"):
    """Every object type says what else it allows."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            assert "additionalProperties" in schema, path
            assert schema["additionalProperties"] is not True, path
        for key, value in schema.items():
            refuses_anything_else(value, f"{path}.{key}")


def check_json(validator, flags, *partial):
    document = json.loads(report("json", flags, *partial), object_pairs_hook=no_doubles)
    validator.validate(document)
    assert ("timing" in document) == (not flags & REPRODUCIBLE)
    assert document["complete"] == (not partial)
    scan = document["scans"][0]
    assert ("facts" in scan) == bool(flags & FACTS)
    assert len(scan["findings"]) == (4 if flags & MENTIONS else 3)
    assert scan["findings"][1]["where"] == "a\nb\x1b[2J\u202e\\xff\\\\.exe"
    assert scan["gaps"][0]["bytes"] == 2**64 - 1
    assert scan["gaps"][3]["accepted_by"] == "smaller than 4096 bytes"
    verdicts = [verdict["verdict"] for verdict in document["scans"][1]["verdicts"]]
    assert verdicts == (["undecided"] * 2 if partial else ["absent", "undecided"])
    return document


def check_ndjson(document, validator):
    lines = read_rows(report("ndjson", MENTIONS | FACTS), validator)
    assert lines[0]["type"] == "scan" and lines[0]["schema"] == "debar-report/1"
    assert lines[-1] == {"type": "end", "complete": True}
    for kind, name in (("finding", "findings"), ("gap", "gaps"), ("fact", "facts"), ("verdict", "verdicts")):
        rows = [{key: value for key, value in line.items() if key not in ("type", "target")}
                for line in lines if line["type"] == kind and line["target"] == 0]
        assert rows == document["scans"][0][name], kind


def check_csv():
    rows = list(csv.reader(io.StringIO(report("csv", MENTIONS), newline=""), strict=True))
    assert all(len(row) == len(rows[0]) for row in rows)
    kinds = [row[0] for row in rows]
    assert kinds[0] == "row" and kinds.count("finding") == 4
    assert kinds.count("gap") == 6 and kinds.count("verdict") == 4
    for row in rows:
        for cell in row:
            assert not cell.startswith(tuple("=+-@\t\r\n")), cell
            assert "\n" not in cell and "\x1b" not in cell
    assert any(cell == "'=HYPERLINK(\"http://x\")" for row in rows for cell in row)


def main():
    schema, row_schema = load(sys.argv[2]), load(sys.argv[3])
    refuses_anything_else(schema)
    refuses_anything_else(row_schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for flags in (0, MENTIONS, REPRODUCIBLE, FACTS):
        check_json(validator, flags)
    check_json(validator, 0, "partial")
    check_ndjson(check_json(validator, MENTIONS | FACTS), row_validator(schema, row_schema))
    check_csv()


main()
