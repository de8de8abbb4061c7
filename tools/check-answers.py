#!/usr/bin/env python3
"""Checks schemas/answers/ against the program's real answers, with an independent validator (PyPI jsonschema).

    tools/check-answers.py --program .build/release/daybook

It makes a ledger of a synthetic shop, appends the example of every event type, corrects, voids, merges and splits,
and validates what the commands answer, at several points in time. Every schema must have been used, and every
view and every report must have one.
"""

import argparse
import copy
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    from jsonschema import Draft202012Validator, FormatChecker
except ImportError:
    sys.exit("check-answers: jsonschema is not installed; pip install jsonschema, or apt install python3-jsonschema")

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "schemas" / "answers"
FORMATS = FormatChecker(formats=())


@FORMATS.checks("date", raises=ValueError)
def is_date(value):
    if not isinstance(value, str):
        return True
    return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) and datetime.date.fromisoformat(value))


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value):
    if not isinstance(value, str):
        return True
    match = re.fullmatch(r"([0-9-]{10}T[0-9:]{8})(\.[0-9]{1,6})?Z", value)
    return bool(match and datetime.datetime.fromisoformat(match[1]))


class Schemas:
    """The schemas by name, with references put in place."""

    def __init__(self):
        self.documents = {path: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.rglob("*.json"))}
        self.unused = {self.name(path) for path in self.documents} - {"common"}
        self.kept = {}

    @staticmethod
    def name(path):
        return str(path.relative_to(FOLDER).with_suffix(""))

    def resolved(self, value, path):
        if isinstance(value, list):
            return [self.resolved(element, path) for element in value]
        if not isinstance(value, dict):
            return value
        if value.get("$ref") == "#":
            return value  # A tree: the document itself, which stays the root.
        if "$ref" in value:
            file, _, pointer = value["$ref"].partition("#")
            target = (path.parent / file).resolve() if file else path
            found = self.documents[target]
            for step in filter(None, pointer.split("/")):
                found = found[step]
            if target != path:
                self.unused.discard(self.name(target))
            return self.resolved(copy.deepcopy(found), target)
        return {name: self.resolved(member, path) for name, member in value.items()}

    def validator(self, name):
        if name not in self.kept:
            path = FOLDER / f"{name}.json"
            if path not in self.documents:
                sys.exit(f"check-answers: there is no schema schemas/answers/{name}.json")
            self.unused.discard(name)
            schema = self.resolved(self.documents[path], path)
            Draft202012Validator.check_schema(schema)
            self.kept[name] = Draft202012Validator(schema, format_checker=FORMATS)
        return self.kept[name]


class Check:
    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.schemas = Schemas()
        self.problems = []
        self.count = 0

    def run(self, *arguments, expecting=(0,), text=None):
        environment = {**os.environ, "DAYBOOK_LEDGER": os.path.join(self.folder, "ledger")}
        done = subprocess.run(
            [self.program, *arguments], capture_output=True, text=True, env=environment, cwd=self.folder,
            input=text, stdin=subprocess.DEVNULL if text is None else None)
        if done.returncode not in expecting:
            sys.exit(f"daybook {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def reports(self):
        """The names of all reports, as the program tells somebody who asks for another one."""
        environment = {**os.environ, "DAYBOOK_LEDGER": os.path.join(self.folder, "ledger")}
        told = subprocess.run(
            [self.program, "report", "no-such-report"], capture_output=True, text=True, env=environment).stderr
        return re.search("there are ([a-z0-9_, ]+)", told)[1].split(", ")

    def answer(self, schema, *arguments, expecting=(0,), text=None):
        answer = json.loads(self.run(*arguments, "--json", expecting=expecting, text=text))
        self.fits(schema, answer, arguments)
        return answer

    def fits(self, schema, answer, arguments):
        self.count += 1
        for error in self.schemas.validator(schema).iter_errors(answer):
            self.problems.append(f"{schema}: daybook {' '.join(arguments)}: {error.json_path}: {error.message[:300]}")


def make_ledger(check):
    check.answer("status", "init", "--zone", "Europe/Berlin", "--currency", "GBP")
    check.run("synthesize", "--customers", "80", "--days", "500", "--seed", "4", "--output", "shop.jsonl")
    check.answer("import", "import", "shop.jsonl", "--recorded", "field", "--dry-run")
    check.answer("import", "import", "shop.jsonl", "--recorded", "field")
    written = 0
    for path in sorted((ROOT / "schemas" / "examples").glob("*.json")):
        event = json.loads(path.read_text("utf-8"))
        event.pop("recordedtime", None)
        # Voids, corrections, merges and splits are made below, about events that are there.
        if event["type"].startswith("event.") or event["type"] in ("customer.merged", "customer.split"):
            continue
        done = check.run("append", "-", "--json", text=json.dumps(event), expecting=(0, 65, 77))
        written += bool(done)
    if written < 40:
        sys.exit(f"check-answers: only {written} examples could be appended")


def amend(check):
    trail = check.answer("trail", "trail", "--type", "purchase.completed", "--limit", "3")
    first, second = trail[0], trail[1]
    check.answer("amend", "void", f"@{first['position']}", "--reason", "test", "--actor", "test", "--dry-run")
    check.answer("amend", "void", f"@{first['position']}", "--reason", "test", "--actor", "test")
    corrected = json.dumps({**second["data"], "store": "checked"})
    check.answer(
        "amend", "correct", f"@{second['position']}", "--data", corrected, "--reason", "test", "--actor", "test")
    ids = [row["customer"] for row in check.answer("customers", "customers", "--views", "value", "--limit", "3")]
    check.answer("amend", "merge", ids[0], ids[1], "--reason", "test", "--actor", "test")
    check.answer("amend", "merge", ids[2], ids[1], "--reason", "test", "--actor", "test")
    check.answer("amend", "split", ids[2], ids[1], "--reason", "test", "--actor", "test")
    return first, second, ids


def ask(check, first, second, ids):
    points = [[], ["--effective-at", "2024-09-30"], ["--effective-at", "2024-09-30", "--known-at", "@1500"]]
    views = [view["name"] for view in check.answer("views-list", "views", "list")]
    reports = check.reports()
    for point in points:
        rows = check.answer("customers", "customers", *point)
        check.answer("customer", "customer", rows[0]["customer"], *point)
        for name in reports:
            check.answer(f"reports/{name}", "report", name, *point)
    for name in reports:
        check.answer(f"reports/{name}", "report", name, "--every", "month")
    row = rows[0]
    for view in [view for view in views if view in row]:
        # A row that is a list is explained as a whole.
        for field in [f"{view}.{member}" for member in row[view]] if isinstance(row[view], dict) else [view]:
            check.answer("explain", "explain", row["customer"], field)
    check.answer("customer-profile", "customer", row["customer"], "--profile")
    for queue in ["at-risk", "win-back"]:
        for point in points:
            check.answer("queue", queue, *point)
    check.answer("reports/base", "report", "base", "--from", "2024-06-30", "--window", "365d")
    check.answer("customer-history", "customer", ids[1], "--history", "value.tier,lifecycle.stage")
    check.answer("compare", "compare", "--from", "2024-06-30", "--to", "2024-12-31")
    check.answer("trail", "trail", "--limit", "500")
    check.answer("trail-paged", "trail", "--limit", "5", "--paged")
    caused = [event for event in check.answer("trail", "trail") if event["causation"]]
    check.answer("trail-tree", "trail", "--causation", caused[0]["causation"], "--tree")
    for position in [0, 1, first["position"], second["position"]]:
        check.answer("event", "event", f"@{position}")


def keep(check):
    check.answer("views-rebuild", "views", "rebuild")
    check.answer("views-verify", "views", "verify")
    check.answer("views-rebuild", "views", "rebuild", "--from-log")
    check.answer("views-diff", "views", "diff")
    check.answer("views-cutover", "views", "cutover", "--actor", "test")
    check.answer("views-cutover", "views", "rollback", "--actor", "test")
    check.answer("views-history", "views", "history")
    check.answer("views-generations", "views", "list", "--generations")
    token = check.answer("reports/value", "report", "value", "--effective-at", "2024-06-30")["token"]
    check.answer("late", "late", "--check", token)
    check.answer("status", "status")
    check.answer("doctor", "doctor")
    check.answer("attest", "attest", "--actor", "test")
    check.answer("schema-list", "schema", "list")
    own = {"$id": "urn:daybook:schema:workshop.booked:v1", "type": "object", "title": "Workshop booked",
           "x-subject": "required", "properties": {"seats": {"type": "integer"}}, "additionalProperties": False}
    check.answer("schema-add", "schema", "add", "-", text=json.dumps(own))
    event = json.loads((ROOT / "schemas" / "examples" / "contact.logged.v1.json").read_text("utf-8"))
    event["id"] = "check-answers"
    event.pop("recordedtime", None)
    for _ in range(2):
        check.answer("append", "append", "-", text=json.dumps(event))
    wrong = json.dumps({**event, "data": {"channel": 7}})
    check.answer("schema-check", "schema", "check", "-", text=wrong, expecting=(1, 65))
    check.answer("sql", "sql", "SELECT tier, count(*) AS n, sum(net_revenue_minor) AS minor FROM value GROUP BY tier")
    check.answer("sql-schema", "sql", "--schema")


def prove(check, first, ids):
    check.answer("checkpoint", "checkpoint")
    key = check.answer("public-key", "checkpoint", "--public-key")["public_key"]
    files = {"checkpoint.txt": ["checkpoint"], "inclusion.txt": ["prove", "inclusion", f"@{first['position']}"]}
    for name, command in files.items():
        pathlib.Path(check.folder, name).write_text(check.run(*command))
    bundles = {
        "proof-customer": ["prove", "customer", ids[1]], "proof-row": ["prove", "row", ids[1], "value"],
        "proof-consistency": ["prove", "consistency", "--from", "checkpoint.txt"]}
    for schema, command in bundles.items():
        files[f"{schema}.json"] = command
        text = check.run(*command)
        pathlib.Path(check.folder, f"{schema}.json").write_text(text)
        check.fits(schema, json.loads(text), command)
    for name in files:
        check.answer("check-proof", "check-proof", name, "--key", key)
    check.answer("check-proof", "check-proof", *files, "--key", key)
    check.answer("verify", "verify", "--log", "--values", "--views", "--checkpoint", "checkpoint.txt", "--key", key)
    check.answer("evidence", "evidence", ids[1], "--output", "evidence")


def predict(check):
    policy = check.answer("policy-show", "policy", "show")
    policy["models"] = {**policy["models"], "min_customers": 20, "min_history_days": 30, "recent_order_days": 1000}
    pathlib.Path(check.folder, "policy.json").write_text(json.dumps(policy))
    check.answer("policy-try", "policy", "try", "policy.json", "--effective-at", "2024-06-30")
    check.answer(
        "policy-adopt", "policy", "adopt", "policy.json", "--reason", "test", "--actor", "test", "--effective-at",
        "2024-01-01")
    end = ["--effective-at", "2025-03-31"]
    check.answer("model-fit-value", "model", "fit", "value", *end)
    check.answer("model-fit-churn", "model", "fit", "churn", *end)
    check.answer("model-show", "model", "show")
    for family in ["churn", "value"]:
        check.answer(
            f"backtest-{family}", "backtest", family, "--at", "2024-10-31", "--horizon", "60d", "--every", "4w",
            "--known-at", "now")
    check.answer("policy-suggest", "policy", "suggest", *end)
    # With a model, rows and reports say more.
    check.answer("customers", "customers", *end)
    check.answer("reports/churn", "report", "churn", *end)
    check.answer("policy-list", "policy", "list")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    program = os.path.abspath(parser.parse_args().program)
    with tempfile.TemporaryDirectory(prefix="daybook-answers-") as folder:
        check = Check(program, folder)
        make_ledger(check)
        first, second, ids = amend(check)
        ask(check, first, second, ids)
        keep(check)
        prove(check, first, ids)
        predict(check)
    check.problems += [f"{name}: no answer was checked against it" for name in sorted(check.schemas.unused)]
    for problem in check.problems[:200]:
        print(problem, file=sys.stderr)
    if check.problems:
        sys.exit(1)
    print(f"{check.count} answers fit {len(check.schemas.documents) - 1} schemas", file=sys.stderr)


if __name__ == "__main__":
    main()
