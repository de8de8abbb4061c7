"""The rows of the benchmark: ceiling, peer and Daybook in turn, several times; medians and ratios at the end.

Only ratios of one run mean anything: the machine may be shared, so fdatasync is probed before and after.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def run(*command, **keywords):
    done = subprocess.run(command, capture_output=True, **keywords)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr.decode(errors='replace')}")
    return done.stdout.decode()


def timed(*command, **keywords):
    """Seconds of wall time, and the largest resident size of the child in MiB."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **keywords)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    if status != 0:
        sys.exit(f"{' '.join(command)} failed:\n{errors.decode(errors='replace')}")
    return seconds, usage.ru_maxrss / 1024


def size_of(folder):
    return sum(
        os.stat(os.path.join(path, name)).st_blocks * 512
        for path, _, names in os.walk(folder) for name in names)


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.samples = {}
        self.rows = []

    def note(self, name, value):
        self.samples.setdefault(name, []).append(value)

    def median(self, name):
        return statistics.median(self.samples[name])

    def row(self, name, value, unit, reference=None, ratio=None, goal=None, met=None):
        self.rows.append({
            "name": name, "value": value, "unit": unit, "reference": reference, "ratio": ratio, "goal": goal,
            "met": met})

    def tool(self, name):
        return os.path.join(self.options.tools, name)

    def daybook(self, *arguments):
        return (self.options.program, *arguments)

    def one_round(self, lines, count):
        ceiling = os.path.join(self.folder, "ceiling")
        ledger = os.path.join(self.folder, "ledger")
        for path in (ceiling, ledger):
            shutil.rmtree(path, ignore_errors=True)
        seconds = float(run(self.tool("import_ceiling"), lines, ceiling).split()[0])
        self.note("ceiling import", count / seconds)
        run(*self.daybook("init", "--ledger", ledger, "--zone", "UTC", "--currency", "USD"))
        seconds, memory = timed(*self.daybook("import", lines, "--ledger", ledger))
        self.note("import", count / seconds)
        self.note("import memory", memory)
        self.note("size", size_of(ledger) / os.stat(lines).st_size)
        customer = json.loads(run(*self.daybook("customers", "--ledger", ledger, "--limit", "1", "--json")))[0]["customer"]
        for name, arguments in {
            "rebuild": ("views", "rebuild"),
            "verify from the log": ("views", "verify"),
            "report, first": ("report", "value", "--effective-at", "2024-07-01"),
            "report, again": ("report", "value", "--effective-at", "2024-07-01"),
            "customer, cold": ("customer", customer, "--effective-at", "2024-06-30", "--json"),
            "customer, again": ("customer", customer, "--effective-at", "2024-06-30", "--json"),
            "status": ("status", "--json"),
        }.items():
            seconds, memory = timed(*self.daybook(*arguments, "--ledger", ledger))
            self.note(name, seconds)
            self.note(name + " memory", memory)
        for batch, commits in ((1, 300), (1000, 100)):
            shutil.rmtree(ceiling, ignore_errors=True)
            seconds = float(run(self.tool("append_ceiling"), lines, ceiling, str(batch), str(commits)))
            self.note(f"ceiling append {batch}", batch * commits / seconds)

    def finish(self, count):
        ratio = self.median("import") / self.median("ceiling import")
        self.row(
            "import, whole", round(self.median("import")), "events/s", round(self.median("ceiling import")),
            round(ratio, 3), ">= 0.5", ratio >= 0.5)
        self.row("import, memory", round(self.median("import memory")), "MiB")
        size = self.median("size")
        self.row("size, all in", round(size, 2), "times the JSON Lines", 1.0, round(size, 2), "<= 1.7", size <= 1.7)
        self.row("rebuild from the lane", round(count / self.median("rebuild")), "events/s")
        rate = count / self.median("verify from the log")
        self.row(
            "every fact from sealed lines", round(rate), "events/s", 1500000, round(rate / 1.5e6, 2), ">= 1.5 M/s",
            rate >= 1.5e6)
        for name, goal in (
                ("report, first", None), ("report, again", None), ("customer, cold", 0.150), ("customer, again", 0.030),
                ("status", 0.100)):
            value = self.median(name)
            self.row(
                name, round(value * 1000, 1), "ms", goal and goal * 1000, goal and round(value / goal, 2),
                goal and f"< {goal * 1000:.0f} ms", None if goal is None else value < goal)
        for batch in (1, 1000):
            self.row(f"plain LMDB, {batch} a commit", round(self.median(f"ceiling append {batch}")), "events/s")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--tools", required=True)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="daybook-bench-", dir=".build") as folder:
        bench = Bench(options, folder)
        lines = os.path.join(folder, "events.jsonl")
        run(*bench.daybook(
            "synthesize", "--profile", "benchmark", "--events", str(options.events),
            "--customers", str(options.customers), "--output", lines))
        with open(lines, "rb") as file:
            count = sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
        before = run(bench.tool("sync_probe"), os.path.join(folder, "probe"))
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
            bench.one_round(lines, count)
        after = run(bench.tool("sync_probe"), os.path.join(folder, "probe"))
        bench.finish(count)
    if options.json:
        print(json.dumps({"events": count, "rows": bench.rows}, indent=2))
        return
    print(f"{count:,} events; fdatasync best/mean ms before {before.strip()}, after {after.strip()}; medians of {options.rounds}")
    for row in bench.rows:
        verdict = {True: "met", False: "MISSED", None: ""}[row["met"]]
        reference = "" if row["reference"] is None else f"ref {row['reference']:,}"
        ratio = "" if row["ratio"] is None else f"ratio {row['ratio']}"
        print(f"{row['name']:28} {row['value']:>14,} {row['unit']:22} {reference:18} {ratio:14} {row['goal'] or '':12} {verdict}")


if __name__ == "__main__":
    main()
