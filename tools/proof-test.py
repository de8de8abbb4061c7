#!/usr/bin/env python3
"""Feeds real proofs, and thousands of changed ones, to `daybook check-proof` and to tools/verify.py.

    tools/proof-test.py --program .build/release/daybook [--changes N] [--seed N]

Every change of a member, a byte, an order, an index, a size or a root must be refused by both.
"""
import argparse
import base64
import json
import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import verify  # noqa: E402


class Bench:
    """A ledger in a folder, and the program that keeps it."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.environment = {**os.environ, "DAYBOOK_LEDGER": os.path.join(folder, "ledger")}

    def run(self, *arguments, stdin=None, status=0):
        done = subprocess.run(
            [self.program, *arguments], env=self.environment, cwd=self.folder, input=stdin, capture_output=True,
            text=True)
        if done.returncode != status:
            sys.exit(f"daybook {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def append(self, first, count):
        lines = []
        for number in range(first, first + count):
            data = {"order": f"o{number}", "total": f"{number}.50", "currency": "GBP"}
            lines.append(json.dumps({
                "specversion": "1.0", "id": f"e{number}", "source": "urn:test", "type": "purchase.completed",
                "subject": f"c{number % 7}", "time": "2026-01-02T03:04:05Z", "data": data}))
        self.run("append", "-", stdin="\n".join(lines))


def text_changes(data, chance):
    """Changes of single bytes, and what is left when the text breaks off."""
    for place in range(len(data)):
        yield data[:place]
        yield data[:place] + data[place + 1:]
        yield data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1:]
        yield data[:place] + bytes([chance.choice(b"A0/+= \n{\"")]) + data[place:]
    lines = data.split(b"\n")
    for place in range(len(lines) - 1):
        yield b"\n".join(lines[:place] + [lines[place + 1], lines[place]] + lines[place + 2:])
        yield b"\n".join(lines[:place] + lines[place + 1:])
        yield b"\n".join(lines[:place] + [lines[place]] + lines[place:])


def values(value, path=()):
    """All values within a value, with the way to each."""
    yield path, value
    if isinstance(value, dict):
        for name in value:
            yield from values(value[name], path + (name,))
    elif isinstance(value, list):
        for place, element in enumerate(value):
            yield from values(element, path + (place,))


def replaced(value, path, made):
    if not path:
        return made
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], made)
    return copy


def other_values(value, chance):
    """Other values in the place of one."""
    yield from (None, True, -1, "", [], {})
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from (value - 1, value + 1, value + 256, value * 2 + 1, 0, 2**63, value + 0.5)
    if isinstance(value, str):
        for _ in range(6):
            place = chance.randrange(len(value) + 1)
            yield value[:place] + chance.choice("Aa0\n /é") + value[place:]
            yield value[:place] + value[place + 1:]
            yield value[:place]
        yield value.swapcase()
    if isinstance(value, list):
        for place in range(len(value)):
            yield value[:place] + value[place + 1:]
            yield value[:place] + [value[place]] + value[place:]
            if place:
                yield value[:place - 1] + [value[place], value[place - 1]] + value[place + 1:]
        yield list(reversed(value))
        yield value + [base64.b64encode(bytes(32)).decode()]
    if isinstance(value, dict):
        for name in value:
            yield {other: value[other] for other in value if other != name}
        yield {**value, "more": 1}


def bundle_changes(data, chance):
    """Changes of what a bundle says. White space and spellings of JSON say nothing."""
    bundle = json.loads(data)
    for path, value in values(bundle):
        for other in other_values(value, chance):
            made = replaced(bundle, path, other)
            if made != bundle:
                yield json.dumps(made, ensure_ascii=False).encode()
    for place in range(0, len(data.rstrip()), 7):
        yield data[:place]
    for _ in range(400):
        place = chance.randrange(len(data))
        made = data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1:]
        try:
            if json.loads(made) == bundle:
                continue
        except ValueError:
            pass
        yield made


def in_python(data, trust):
    try:
        verify.check_proof(data, trust)
        return True
    except verify.Invalid:
        return False


def make_proofs(bench):
    """The proofs by name, the ledger's key, and notes that are true but not the proofs' own."""
    bench.run("init", "--zone", "UTC", "--currency", "GBP", "--origin", "log.example/test")
    bench.append(0, 4)
    notes = [bench.run("checkpoint")]
    with open(os.path.join(bench.folder, "earlier"), "w", encoding="utf-8") as file:
        file.write(notes[0])
    bench.append(4, 263)
    notes.append(bench.run("checkpoint"))
    bench.append(267, 33)
    bench.run("merge", "c2", "c1", "--reason", "same person", "--actor", "ann")
    bench.run("views", "rebuild")
    bench.run("attest", "--actor", "ann")
    proofs = {
        "checkpoint": bench.run("checkpoint"),
        "inclusion": bench.run("prove", "inclusion", "e200"),
        "first": bench.run("prove", "inclusion", "@0"),
        "consistency": bench.run("prove", "consistency", "--from", "earlier"),
        "customer": bench.run("prove", "customer", "c5"),
        "row": bench.run("prove", "row", "c1", "value"),
    }
    return {name: text.encode() for name, text in proofs.items()}, bench.run("checkpoint", "--public-key"), notes


def old_roots(name, data, notes):
    """The proof with a true checkpoint of another size in the place of its own."""
    for note in notes:
        if name in ("inclusion", "first"):
            yield data[:data.index(b"\n\n") + 2] + note.encode()
        elif data.startswith(b"{"):
            bundle = json.loads(data)
            for member in ("checkpoint", "later", "earlier"):
                if member in bundle and bundle[member] != note:
                    yield json.dumps({**bundle, member: note}, ensure_ascii=False).encode()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--changes", type=int, default=800, help="how many changes of each proof")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="daybook-proofs-") as folder:
        bench = Bench(os.path.abspath(options.program), folder)
        proofs, key, notes = make_proofs(bench)
        trust = verify.Trust([key])
        changed = []
        for name, data in proofs.items():
            if not in_python(data, trust):
                sys.exit(f"verify.py refuses the true proof {name}")
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
            changes = bundle_changes(data, chance) if data.startswith(b"{") else text_changes(data, chance)
            made = {*changes, *old_roots(name, data, notes)} - {data}
            chosen = chance.sample(sorted(made), min(len(made), options.changes))
            changed += [(name, one) for one in chosen]
        bench.run("check-proof", *proofs, "--key", key.strip())
        names = []
        for number, (name, data) in enumerate(changed):
            if in_python(data, trust):
                sys.exit(f"verify.py accepts a changed proof of {name}: {data!r}")
            path = f"changed-{number}"
            with open(os.path.join(folder, path), "wb") as file:
                file.write(data)
            names.append(path)
        for first in range(0, len(names), 1000):
            part = names[first:first + 1000]
            answers = json.loads(bench.run("check-proof", *part, "--key", key.strip(), "--json", status=2))
            for place, answer in enumerate(answers):
                if answer["holds"] is not False:
                    sys.exit(f"check-proof accepts a changed proof: {changed[first + place]!r}")
            if len(answers) != len(part):
                sys.exit("check-proof did not look at every file")
    print(f"{len(proofs)} proofs hold, {len(changed)} changed ones are refused by both")


if __name__ == "__main__":
    main()
