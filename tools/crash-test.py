#!/usr/bin/env python3
"""Kills `daybook` with signal 9 at random moments of append and import, and checks what is left.

Checked with this file's own code, from the RFCs and not from Daybook's: what was acknowledged is there; a batch
is there whole or not at all; positions have no gap; recorded times never decrease; every sealed line is canonical
JSON; the Merkle root is that of the lines (RFC 6962); and `daybook views verify` finds the views equal to the log.

    tools/crash-test.py --program .build/release/daybook [--rounds 200] [--seed N]
"""
import argparse
import base64
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time


def merkle_root(lines):
    """The root of RFC 6962 section 2.1, folded from a stack of perfect subtrees."""
    stack = []
    for line in lines:
        node, size = hashlib.sha256(b"\x00" + line).digest(), 1
        while stack and stack[-1][1] == size:
            left, _ = stack.pop()
            node, size = hashlib.sha256(b"\x01" + left + node).digest(), size * 2
        stack.append((node, size))
    if not stack:
        return hashlib.sha256(b"").digest()
    node, _ = stack.pop()
    while stack:
        left, _ = stack.pop()
        node = hashlib.sha256(b"\x01" + left + node).digest()
    return node


class Ledger:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.run("init", "--zone", "Europe/London", "--currency", "GBP")

    def command(self, *arguments):
        return [self.program, *arguments, "--ledger", self.folder]

    def run(self, *arguments, check=True):
        done = subprocess.run(self.command(*arguments), capture_output=True)
        if check and done.returncode != 0:
            raise SystemExit(
                f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr.decode(errors='replace')}")
        return done

    def run_and_kill(self, seconds, *arguments):
        """True when the command had ended well before it could be killed."""
        process = subprocess.Popen(
            self.command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return False
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(arguments)} failed by itself:\n{errors.decode(errors='replace')}")
        return True

    def check(self, acknowledged, batches, completed=None):
        """The ledger against what was acknowledged (ids) and sent (lists of ids, all or none)."""
        raw = self.run("export", "--sealed").stdout
        lines = raw.split(b"\n")
        assert lines.pop() == b"", "the export does not end with a line feed"
        events = [json.loads(line) for line in lines]
        status = json.loads(self.run("status", "--json").stdout)
        assert status["position"] == len(lines), f"status says {status['position']}, export has {len(lines)} lines"
        root = merkle_root(lines)
        assert status["root"] in (base64.b64encode(root).decode(), root.hex()), "the Merkle root is not that of the lines"
        recorded = ""
        for position, (line, event) in enumerate(zip(lines, events)):
            text = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
            assert text == line, f"line {position} is not canonical"
            assert event["recordedtime"] >= recorded, f"recorded time runs backwards at {position}"
            recorded = event["recordedtime"]
        ids = [event["id"] for event in events if not event["source"].startswith("daybook:")]
        present = set(ids)
        assert len(present) == len(ids), "an event is in the log twice"
        missing = acknowledged - present
        assert not missing, f"{len(missing)} acknowledged events are lost: {sorted(missing)[:3]}"
        for batch in batches:
            there = sum(1 for name in batch if name in present)
            assert there in (0, len(batch)), f"a batch of {len(batch)} is there with {there} events"
        if completed is not None:
            assert present == completed, "the finished import differs from its file"
        self.run("views", "verify")
        return len(lines)


def event(random_source, name, customers=50):
    second = random_source.randrange(86400 * 300)
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1704067200 + second))
    body = {
        "specversion": "1.0", "id": name, "source": "urn:crash-test", "time": when,
        "subject": f"c{random_source.randrange(customers)}"}
    if random_source.random() < 0.7:
        pence = random_source.randrange(1, 9999)
        body["type"] = "purchase.completed"
        body["data"] = {"total": f"{pence // 100}.{pence % 100:02}", "currency": "GBP"}
    else:
        body["type"] = "contact.logged"
        body["data"] = {"direction": "in", "channel": random_source.choice(["phone", "email", "chat"])}
    return body


def write(path, events):
    with open(path, "w", encoding="utf-8") as file:
        for each in events:
            file.write(json.dumps(each) + "\n")


def appends(program, folder, rounds, source):
    ledger = Ledger(program, os.path.join(folder, "appends"))
    path = os.path.join(folder, "batch.jsonl")
    acknowledged, batches, killed = set(), [], 0
    write(path, [event(source, "warm-up")])
    began = time.monotonic()
    ledger.run("append", path)
    usual = time.monotonic() - began
    serial = 0
    while killed < rounds:
        batch = [event(source, f"a{serial + n}") for n in range(source.choice([1, 1, 3, 40, 400]))]
        serial += len(batch)
        names = [each["id"] for each in batch]
        write(path, batch)
        batches.append(names)
        if ledger.run_and_kill(source.uniform(0, usual * 2.5), "append", path):
            acknowledged.update(names)
        else:
            killed += 1
            if killed % 10 == 0:
                ledger.check(acknowledged, batches)
    count = ledger.check(acknowledged, batches)
    print(f"append: {killed} kills, {len(batches)} batches, {len(acknowledged)} events acknowledged, {count} in the log: whole")


def imports(program, folder, rounds, source):
    path = os.path.join(folder, "history.jsonl")
    events = [event(source, f"i{n}", customers=2000) for n in range(60000)]
    names = {each["id"] for each in events}
    write(path, events)
    began = time.monotonic()
    whole = Ledger(program, os.path.join(folder, "whole"))
    whole.run("import", path)
    usual = time.monotonic() - began
    whole.check(names, [], completed=names)
    killed = finished = 0
    while killed < rounds:
        target = os.path.join(folder, "import")
        shutil.rmtree(target, ignore_errors=True)
        ledger = Ledger(program, target)
        for _ in range(4):
            if ledger.run_and_kill(source.uniform(0, usual), "import", path):
                break
            killed += 1
            if killed % 10 == 0:
                ledger.check(set(), [])
        ledger.run("import", path)
        ledger.check(names, [], completed=names)
        finished += 1
    print(f"import: {killed} kills, {finished} imports taken up again and finished: whole")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    source = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="daybook-crash-") as folder:
        appends(os.path.abspath(options.program), folder, options.rounds, source)
        imports(os.path.abspath(options.program), folder, options.rounds, source)


if __name__ == "__main__":
    try:
        main()
    except AssertionError as failure:
        sys.exit(f"crash test failed: {failure}")
