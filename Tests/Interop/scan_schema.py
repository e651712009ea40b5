"""Holds documents, one on each line of standard input, against Docs/Schemas/tls-scan.schema.json. Prints a JSON array for each: what is
wrong with it.

Members that the schema does not know are wrong too: readers may meet them in later versions, the present one has to name all it writes.
"""

import json
import pathlib
import sys

import jsonschema

SCHEMA = json.loads((pathlib.Path(__file__).resolve().parents[2] / "Docs/Schemas/tls-scan.schema.json").read_text())


def close(schema, name=""):
    """Allows no members but those that are named; a Fact has its value named by who refers to it."""
    if isinstance(schema, dict):
        for key, value in list(schema.items()):
            close(value, key)
        if isinstance(schema.get("properties"), dict) and name != "Fact":
            schema["unevaluatedProperties"] = False
    elif isinstance(schema, list):
        for value in schema:
            close(value)


jsonschema.Draft202012Validator.check_schema(SCHEMA)
close(SCHEMA)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
for line in sys.stdin:
    print(json.dumps([f"{error.json_path} {error.message[:200]}" for error in VALIDATOR.iter_errors(json.loads(line))]))
