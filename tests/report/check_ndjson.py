#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the rows of -o ndjson as their users' programs do: check_ndjson.py REPORT_SCHEMA NDJSON_SCHEMA < ROWS.

Prints the types of the rows, and what the last one says.
"""
import json
import sys

import jsonschema


def no_doubles(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), keys
    return dict(pairs)


def moved(schema, old, new):
    """The schema with its references begun anew."""
    if isinstance(schema, dict):
        return {key: new + value[len(old):] if key == "$ref" and value.startswith(old) else moved(value, old, new)
                for key, value in schema.items() if key != "$id"}
    return [moved(each, old, new) for each in schema] if isinstance(schema, list) else schema


def row_validator(report_schema, schema):
    """Both in one: the jsonschema of Debian 12 does not follow references inside of another URN."""
    one = moved(schema, report_schema["$id"] + "#", "#/$defs/report")
    one["$defs"]["report"] = moved(report_schema, "#", "#/$defs/report")
    jsonschema.Draft202012Validator.check_schema(one)
    return jsonschema.Draft202012Validator(one)


def check_order(rows):
    assert rows[0]["type"] in ("start", "scan"), rows[0]
    assert rows[-1]["type"] == "end", rows[-1]
    assert [row["type"] for row in rows].count("end") == 1
    known = set()
    for row in rows:
        if row["type"] == "target":
            assert row["target"] == len(known), row
            known.add(row["target"])
        assert "target" not in row or row["target"] in known, row


def check_counts(rows):
    """Each gap comes once, and each verdict names findings that came."""
    for account in (row for row in rows if row["type"] == "account"):
        gaps = [row for row in rows if row["type"] == "gap" and row["target"] == account["target"]]
        assert len(gaps) == account["gaps"]["count"], account
        assert sum(row["bytes"] for row in gaps) == account["gaps"]["bytes"] or len(gaps) > 1000, account
        assert sum(not row["accepted"] for row in gaps) == account["gaps"]["open"], account
    findings = {row["id"] for row in rows if row["type"] == "finding"}
    for row in rows:
        assert row["type"] != "verdict" or findings.issuperset(row["findings"]), row


def read_rows(text, validator):
    assert text.endswith("\n")
    rows = [json.loads(line, object_pairs_hook=no_doubles) for line in text[:-1].split("\n")]
    for row in rows:
        validator.validate(row)
    check_order(rows)
    return rows


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main():
    validator = row_validator(load(sys.argv[1]), load(sys.argv[2]))
    rows = read_rows(sys.stdin.buffer.read().decode("utf-8"), validator)  # strict: always well-formed
    check_counts(rows)
    for row in rows:
        print(row["type"], row.get("object", ""), row.get("accepted", ""))
    print(json.dumps(rows[-1]))


if __name__ == "__main__":
    main()
