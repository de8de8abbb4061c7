#!/usr/bin/env python3
"""Checks schemas/ and its examples with an independent validator (PyPI jsonschema, Debian python3-jsonschema).

Without arguments it checks that every schema is valid JSON Schema 2020-12 and follows the conventions of
schemas/README.md, and that every type has an example that fits the envelope and its own schema.
With --judge it reads JSON Lines {"type", "version", "data"} from standard input and prints, for each, true or
false: whether the data fits. The tests compare that with Daybook's own verdict.
"""

import datetime
import json
import pathlib
import re
import sys

try:
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.exceptions import SchemaError
except ImportError:
    sys.exit("check-schemas: jsonschema is not installed; pip install jsonschema, or apt install python3-jsonschema")

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "schemas"
FORMATS = FormatChecker(formats=())


@FORMATS.checks("date", raises=ValueError)
def is_date(value):
    if not isinstance(value, str):
        return True
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    return bool(datetime.date.fromisoformat(value))


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value):
    if not isinstance(value, str):
        return True
    match = re.fullmatch(
        r"([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})", value)
    return bool(match and datetime.datetime.fromisoformat(match[1].upper()))


def load(path):
    return json.loads(path.read_text("utf-8"))


def validator(schema):
    return Draft202012Validator(schema, format_checker=FORMATS)


def schema_files():
    """The files of types, by type and version."""
    files = {}
    for path in sorted(FOLDER.glob("*.v*.json")):
        match = re.fullmatch(r"([a-z_]+(?:\.[a-z_]+)+)\.v([1-9][0-9]*)\.json", path.name)
        if match:
            files[match[1], int(match[2])] = path
    return files


def conventions(kind, version, schema):
    """What schemas/README.md asks of a schema beyond being valid, as complaints."""
    if schema.get("$id") != f"urn:daybook:schema:{kind}:v{version}":
        yield "$id is not that of its file"
    for keyword in ("$schema", "title", "description", "x-subject", "type", "properties"):
        if keyword not in schema:
            yield f"{keyword} is missing"
    if schema.get("x-subject") not in ("required", "optional", "forbidden"):
        yield "x-subject is none of required, optional, forbidden"
    if schema.get("additionalProperties") is not False:
        yield "additionalProperties is not false: unknown members would be taken"
    for name, member in schema.get("properties", {}).items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            yield f"{name} is not a lower-case name"
        if not member.get("description"):
            yield f"{name} is not described"
    for name in schema.get("required", []):
        if name not in schema["properties"]:
            yield f"{name} is required but not described"


def check():
    problems = []
    envelope = load(FOLDER / "envelope.json")
    Draft202012Validator.check_schema(envelope)
    files = schema_files()
    strangers = {path.name for path in FOLDER.glob("*.json")} - {path.name for path in files.values()}
    problems += [f"{name}: not named TYPE.vVERSION.json" for name in sorted(strangers - {"envelope.json"})]
    for (kind, version), path in files.items():
        schema = load(path)
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            problems.append(f"{path.name}: not valid JSON Schema 2020-12: {error.message}")
            continue
        problems += [f"{path.name}: {complaint}" for complaint in conventions(kind, version, schema)]
        example_path = FOLDER / "examples" / path.name
        if not example_path.exists():
            problems.append(f"{path.name}: there is no example")
            continue
        example = load(example_path)
        found = list(validator(envelope).iter_errors(example)) + list(validator(schema).iter_errors(example.get("data")))
        problems += [f"examples/{path.name}: {error.json_path}: {error.message}" for error in found]
        if example.get("type") != kind:
            problems.append(f"examples/{path.name}: its type is {example.get('type')}")
        has_subject = "subject" in example
        if schema.get("x-subject") != "optional" and has_subject != (schema.get("x-subject") == "required"):
            problems.append(f"examples/{path.name}: its subject is not as x-subject says")
    examples = {path.name for path in (FOLDER / "examples").glob("*.json")}
    problems += [f"examples/{name}: there is no such schema" for name in sorted(examples - {p.name for p in files.values()})]
    if not files:
        problems.append("there are no schemas")
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        sys.exit(1)
    print(f"{len(files)} schemas and their examples are valid", file=sys.stderr)


def judge():
    validators = {key: validator(load(path)) for key, path in schema_files().items()}
    for line in sys.stdin:
        case = json.loads(line)
        fits = validators[case["type"], case.get("version", 1)].is_valid(case["data"])
        print("true" if fits else "false")


if __name__ == "__main__":
    judge() if "--judge" in sys.argv[1:] else check()
