#!/usr/bin/env python3
"""Rebuilds views while others append and ask, and cancels and kills rebuilds at random moments.

Checked: appends and questions go on and never fail; an answer at a fixed position never changes its bytes, whatever
is built, killed, switched or rolled back meanwhile; what is live is only ever changed by a cutover; at the end
the views equal the log, and a rebuild from the sealed lines gives the digests of one from the lane.

    tools/rebuild-test.py --program .build/release/daybook [--seconds 10] [--seed N]
"""
import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time


class Ledger:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def command(self, *arguments):
        return [self.program, *arguments, "--ledger", self.folder]

    def run(self, *arguments, text=None, allowed=(0,)):
        done = subprocess.run(self.command(*arguments), input=text, capture_output=True, text=True)
        if done.returncode not in allowed:
            raise AssertionError(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def live(self):
        return [each["generation"] for each in json.loads(self.run("views", "list", "--generations", "--json")) if each["live"]]


def purchases(source, start, count):
    for number in range(start, start + count):
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1704067200 + source.randrange(86400 * 300)))
        yield json.dumps({
            "specversion": "1.0", "id": f"e{number}", "source": "urn:rebuild-test", "time": when,
            "type": "purchase.completed", "subject": f"c{source.randrange(300)}",
            "data": {"total": f"{source.randrange(1, 99)}.00", "currency": "GBP"}})


def appends(ledger, seed, stop, failures):
    source, number = random.Random(seed), 1_000_000
    try:
        while not stop.is_set():
            count = source.choice([1, 5, 50])
            # Another writer may be at it, such as a cutover: then it is tried again.
            ledger.run("append", "-", text="\n".join(purchases(source, number, count)), allowed=(0, 5))
            number += count
    except AssertionError as failure:
        failures.append(str(failure))


def questions(ledger, expected, stop, failures):
    try:
        while not stop.is_set():
            for question, answer in expected.items():
                if ledger.run(*question) != answer:
                    raise AssertionError(f"another answer to {' '.join(question)}")
    except AssertionError as failure:
        failures.append(str(failure))


def rebuilds(ledger, source, end):
    ended = {"built": 0, "cancelled": 0, "killed": 0, "cutovers": 0, "rollbacks": 0}
    while time.monotonic() < end:
        before = ledger.live()
        arguments = ["views", "rebuild"] + (["--from-log"] if source.random() < 0.5 else [])
        process = subprocess.Popen(ledger.command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        fate = source.choice(["built", "cancelled", "killed", "killed"])
        if fate != "built":
            time.sleep(source.uniform(0, 0.4))
            process.send_signal(signal.SIGINT if fate == "cancelled" else signal.SIGKILL)
        _, errors = process.communicate()
        expected = {"built": (0,), "cancelled": (0, 130, -signal.SIGINT), "killed": (0, -signal.SIGKILL)}[fate]
        assert process.returncode in expected, f"a rebuild ended with {process.returncode}: {errors.decode()}"
        ended[fate] += 1
        assert ledger.live() == before, "a rebuild changed what is live"
        if source.random() < 0.3:
            ledger.run("views", "cutover", allowed=(0, 5))
            ended["cutovers"] += 1
        elif source.random() < 0.2:
            ledger.run("views", "rollback", allowed=(0, 3, 5))
            ended["rollbacks"] += 1
    return ended


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    source = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="daybook-rebuild-") as folder:
        ledger = Ledger(os.path.abspath(options.program), os.path.join(folder, "ledger"))
        ledger.run("init", "--zone", "Europe/London", "--currency", "GBP")
        ledger.run("append", "-", text="\n".join(purchases(source, 0, 8000)))
        ledger.run("views", "rebuild")
        point = ["--effective-at", "2024-09-30", "--known-at", "@5000", "--json"]
        expected = {tuple(question): ledger.run(*question) for question in [
            ["report", "value", *point], ["report", "lifecycle", *point], ["customer", "c7", *point]]}
        stop, failures = threading.Event(), []
        others = [
            threading.Thread(target=appends, args=(ledger, seed, stop, failures)),
            threading.Thread(target=questions, args=(ledger, expected, stop, failures)),
        ]
        for other in others:
            other.start()
        try:
            ended = rebuilds(ledger, source, time.monotonic() + options.seconds)
        finally:
            stop.set()
            for other in others:
                other.join()
        assert not failures, failures[0]
        lane = json.loads(ledger.run("views", "rebuild", "--json"))
        log = json.loads(ledger.run("views", "rebuild", "--from-log", "--json"))
        assert lane["position"] == log["position"]
        # The two stand at different moments of the same log: states know no clock.
        assert lane["digests"] == log["digests"], "the lane gives other states than the log"
        ledger.run("views", "cutover")
        ledger.run("views", "verify")
        print(", ".join(f"{count} {name}" for name, count in ended.items()) + f"; {log['position']} events: whole")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as failure:
        sys.exit(f"rebuild test failed: {failure}")
