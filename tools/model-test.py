#!/usr/bin/env python3
"""Random histories through the program and through tools/model.py: every answer must agree, on both axes.

Histories hold late events, duplicates, refunds by order and by event, other currencies, corrections that move
time, voids of voids, merges and splits. The seed is printed; `--seed` repeats a run.

    tools/model-test.py --program .build/release/daybook [--histories 5] [--events 400] [--seed N]
"""
import argparse
import datetime
import json
import os
import random
import subprocess
import sys
import tempfile

import model

START = datetime.datetime(2023, 1, 1, tzinfo=datetime.timezone.utc)
CORE = "value,lifecycle,satisfaction,complaints,interaction"


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + (f".{moment.microsecond:06}" if moment.microsecond else "") + "Z"


class History:
    """A plausible history in the order in which it was recorded."""

    def __init__(self, source, count):
        self.source, self.events = source, []
        self.customers = [f"c{n}" for n in range(max(4, count // 25))]
        self.merged = set()
        self.edges = {}
        self.voided = set()
        recorded = START
        while len(self.events) < count:
            recorded += datetime.timedelta(minutes=source.choice([0, 7, 25, 600, 3000]))
            late = source.choice([0, 0, 0, 0, source.uniform(0, 3), source.uniform(0, 200)])
            happened = recorded - datetime.timedelta(days=late)
            if source.random() < 0.05:
                happened = happened.replace(hour=23, minute=59, second=59, microsecond=999999)
            made = self.one(min(happened, recorded))
            if made is not None:
                made["recordedtime"] = text(recorded)
                self.events.append(made)

    def pick(self, *kinds):
        candidates = [event for event in self.events if event["type"] in kinds]
        return self.source.choice(candidates) if candidates else None

    def purchase_data(self):
        chance = self.source
        pence = chance.choice([0, 500, chance.randrange(1, 20000)])
        data = {"total": f"{pence // 100}.{pence % 100:02}", "currency": "GBP"}
        if chance.random() < 0.15:
            data["currency"] = "EUR"
            if chance.random() < 0.6:
                data["fx"] = chance.choice(["0.85", "0.8765432", "1.005"])
        if chance.random() < 0.6:
            data["order"] = f"o{chance.randrange(len(self.events) + 1) // 2}"
        return data

    def survey_data(self):
        chance = self.source
        scale = chance.choice(["csat5", "csat5", "nps", "ces7", {"min": 0, "max": 4}])
        low, high = {"csat5": (1, 5), "nps": (0, 10), "ces7": (1, 7)}.get(scale if isinstance(scale, str) else "", (0, 4))
        data = {
            "survey": chance.choice(["spring", "autumn"]), "dimension": chance.choice(["product", "service"]),
            "scale": scale, "score": chance.randint(low, high)}
        if chance.random() < 0.4:
            data["response"] = f"r{chance.randrange(6)}"
        if chance.random() < 0.3:
            data["question"] = f"q{chance.randrange(2)}"
        return data

    def one(self, happened):
        chance = self.source
        event = {
            "specversion": "1.0", "id": f"e{len(self.events)}", "source": chance.choice(["urn:shop", "urn:shop", "urn:till"]),
            "subject": chance.choice(self.customers), "time": text(happened)}
        kind = chance.choices(
            ["purchase", "return", "contact", "complaint", "survey", "end", "other", "void", "correct", "merge", "split"],
            [40, 8, 14, 12, 14, 1, 3, 4, 4, 1.5, 0.7])[0]
        if kind == "purchase":
            return event | {"type": "purchase.completed", "data": self.purchase_data()}
        if kind == "return":
            data = {"amount": f"{chance.choice([5, 200, 10])}.00", "currency": "GBP"}
            bought = self.pick("purchase.completed")
            if bought is not None and chance.random() < 0.85:
                event["subject"] = bought["subject"] if chance.random() < 0.95 else event["subject"]
                if chance.random() < 0.5:
                    data["amount"], data["currency"] = bought["data"]["total"], bought["data"]["currency"]
                    if "fx" in bought["data"]:
                        data["fx"] = bought["data"]["fx"]
                if "order" in bought["data"] and chance.random() < 0.7:
                    data["order"] = bought["data"]["order"]
                else:
                    event["source"], data["event"] = bought["source"], bought["id"]
            if chance.random() < 0.1:
                event["time"] = text(datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00")) - datetime.timedelta(days=30))
            return event | {"type": "purchase.returned", "data": data}
        if kind == "contact":
            data = {"direction": chance.choice(["in", "out"]), "channel": chance.choice(["phone", "email", "chat"])}
            if chance.random() < 0.2:
                data["thread"] = f"t{chance.randrange(5)}"
            if chance.random() < 0.15:
                data["bulk"] = True
            return event | {"type": "contact.logged", "data": data}
        if kind == "complaint":
            step = chance.choice(["opened", "opened", "acknowledged", "replied", "resolved", "reopened", "closed", "waiting", "resumed"])
            data = {"complaint": f"k{chance.randrange(4)}"}
            if step == "replied":
                data["by"] = chance.choice(["human", "auto"])
            return event | {"type": f"complaint.{step}", "data": data}
        if kind == "survey":
            return event | {"type": "survey.answered", "data": self.survey_data()}
        if kind == "end":
            return event | {"type": "relationship.ended", "data": {"code": "moved"}}
        if kind == "other":
            return event | {"type": "interest.declared", "data": {"interest": "sailing"}}
        if kind == "void":
            target = self.pick(
                "purchase.completed", "purchase.returned", "contact.logged", "survey.answered", "event.voided",
                "event.corrected", "complaint.resolved", "customer.merged")
            if target is None:
                return None
            return event | {
                "type": "event.voided", "data": {"source": target["source"], "id": target["id"], "reason": "wrong"}}
        if kind == "correct":
            target = self.pick("purchase.completed", "survey.answered")
            if target is None:
                return None
            data = self.purchase_data() if target["type"] == "purchase.completed" else self.survey_data()
            body = {"source": target["source"], "id": target["id"], "reason": "typing error", "data": data}
            if chance.random() < 0.3:
                body["time"] = text(datetime.datetime.fromisoformat(target["time"].replace("Z", "+00:00")) - datetime.timedelta(days=chance.randrange(40)))
            return event | {"type": "event.corrected", "data": body}
        if kind == "merge":
            ends, goes_on = chance.sample(self.customers, 2)
            if ends in self.merged or goes_on in self.merged:
                return None
            self.merged.add(ends)
            self.edges[ends] = goes_on
            return event | {"type": "customer.merged", "subject": ends, "data": {"into": goes_on, "reason": "same person"}}
        if not self.edges:
            return None
        free = chance.choice(sorted(self.edges))
        return event | {"type": "customer.split", "subject": free, "data": {"from": self.edges.pop(free), "reason": "not the same"}}


def shown(value, path):
    """A value of the program as the model gives it."""
    for name in path.split("."):
        if value is None:
            return None
        value = value[name]
    if isinstance(value, dict) and "amount" in value:
        return model.minor(value["amount"])
    return value


def same(ours, theirs):
    if isinstance(ours, float) or isinstance(theirs, float):
        if ours is None or theirs is None:
            return ours == theirs
        return abs(ours - theirs) <= 1e-9 * max(1, abs(ours))
    return ours == theirs


def compare(run, log, known, effective, label):
    arguments = ["customers", "--json", "--views", CORE, "--known-at", f"@{known}", "--effective-at", effective]
    theirs = {row["customer"]: row for row in json.loads(run(*arguments))}
    instant = (
        model.end_of_day(datetime.date.fromisoformat(effective), model.DEFAULTS["zone"])
        if len(effective) == 10 else model.microseconds(effective))
    ours = model.answer(log, known, instant)
    if sorted(ours) != sorted(theirs):
        sys.exit(f"{label}: customers differ: only model {sorted(set(ours) - set(theirs))}, "
                 f"only program {sorted(set(theirs) - set(ours))}")
    checked = 0
    for name, fields in ours.items():
        for path, value in fields.items():
            found = shown(theirs[name], path)
            checked += 1
            if not same(value, found):
                sys.exit(f"{label}: {name} {path}: the model says {value!r}, the program {found!r}\n"
                         f"  daybook {' '.join(arguments)}")
    return checked


def one_history(program, folder, source, count, label):
    ledger = os.path.join(folder, "ledger")
    path = os.path.join(folder, "history.jsonl")
    history = History(source, count).events
    duplicates = [source.choice(history) for _ in range(count // 20)]
    with open(path, "w", encoding="utf-8") as file:
        for event in history:
            file.write(json.dumps(event) + "\n")
            if duplicates and source.random() < 0.05:
                earlier = duplicates.pop()
                if history.index(earlier) <= history.index(event):
                    file.write(json.dumps(earlier) + "\n")

    def run(*arguments):
        done = subprocess.run([program, *arguments, "--ledger", ledger], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{label}: daybook {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    run("init", "--zone", model.DEFAULTS["zone"], "--currency", model.DEFAULTS["currency"])
    run("import", path, "--recorded", "field")
    log = [json.loads(line) for line in run("export", "--sealed").splitlines()]
    times = sorted(event["time"] for event in history)
    checked = 0
    for known in [len(log)] + [source.randrange(1, len(log) + 1) for _ in range(6)]:
        for effective in (source.choice(times)[:10], source.choice(times), "2026-01-31"):
            checked += compare(run, log, known, effective, label)
    run("views", "rebuild")
    checked += compare(run, log, len(log), "2024-06-30", label + ", rebuilt")
    root = model.Knowledge(log, len(log)).root
    for filters in range(12):
        # The program refuses a span whose end lies before its beginning.
        first, last = sorted((source.choice(times), source.choice(times)), key=model.microseconds)
        chosen = source.sample([
            ("--customer", source.choice(history)["subject"], lambda e, v: root(e.get("subject", "")) == root(v)),
            ("--type", source.choice(history)["type"], lambda e, v: e["type"] == v),
            ("--source", source.choice(history)["source"], lambda e, v: e["source"] == v),
            ("--from", first, lambda e, v: model.microseconds(e["time"]) >= model.microseconds(v)),
            ("--to", last, lambda e, v: model.microseconds(e["time"]) <= model.microseconds(v)),
            ("--channel", "phone", lambda e, v: e["data"].get("channel") == v),
        ], source.randrange(1, 4))
        arguments = [word for option, value, _ in chosen for word in (option, value)]
        found = [row["position"] for row in json.loads(run("trail", *arguments, "--limit", "100000", "--json"))]
        wanted = [place for place, event in enumerate(log) if all(test(event, value) for _, value, test in chosen)]
        if sorted(found) != wanted:
            sys.exit(f"{label}: trail {' '.join(arguments)}: {len(found)} rows, the model {len(wanted)}: "
                     f"{sorted(set(found) ^ set(wanted))[:5]}")
        checked += 1
    return checked


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--histories", type=int, default=5)
    parser.add_argument("--events", type=int, default=400)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    checked = 0
    for number in range(options.histories):
        source = random.Random(seed + number)
        with tempfile.TemporaryDirectory(prefix="daybook-model-") as folder:
            checked += one_history(
                os.path.abspath(options.program), folder, source, source.randrange(20, options.events),
                f"history {number} (seed {seed + number}, alone: --seed {seed + number} --histories 1)")
    print(f"{options.histories} histories, {checked} values compared: all agree")


if __name__ == "__main__":
    main()
