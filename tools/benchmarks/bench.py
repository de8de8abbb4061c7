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

import peers


def run(*command, **keywords):
    done = subprocess.run(command, capture_output=True, **keywords)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr.decode(errors='replace')}")
    return done.stdout.decode()


def timed(*command, **keywords):
    """Seconds of wall time, and the largest memory in MiB that the child held besides mapped files."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, **keywords)
        most = 0
        while True:
            done, status, _ = os.wait4(process.pid, os.WNOHANG)
            if done:
                break
            most = max(most, anonymous_memory(process.pid))
            time.sleep(0.002 if time.monotonic() - began < 1 else 0.05)
        seconds = time.monotonic() - began
        if status != 0:
            errors.seek(0)
            sys.exit(f"{' '.join(command)} failed:\n{errors.read().decode(errors='replace')}")
    return seconds, most


def anonymous_memory(process):
    """MiB in RAM that no file backs; what is mapped of the ledger is page cache, and the kernel's to take back."""
    try:
        with open(f"/proc/{process}/status") as file:
            found = [line.split()[1] for line in file if line.startswith("RssAnon:")]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(found[0]) / 1024 if found else 0


def size_of(folder):
    return sum(
        os.stat(os.path.join(path, name)).st_blocks * 512
        for path, _, names in os.walk(folder) for name in names)


class Samples:
    """What was measured, under names; the median of each."""

    def __init__(self):
        self.values = {}
        self.missing = {}

    def note(self, name, value):
        self.values.setdefault(name, []).append(value)

    def median(self, name):
        found = self.values.get(name)
        return statistics.median(found) if found else None


class Bench:
    def __init__(self, options, folder, lines, count):
        self.options, self.folder, self.lines, self.count = options, folder, lines, count
        self.samples = Samples()
        self.half = "2024-07-01"
        self.ledger = os.path.join(folder, "ledger")

    def tool(self, name):
        return os.path.join(self.options.tools, name)

    def daybook(self, *arguments):
        return (self.options.program, *arguments)

    def measure(self, *arguments):
        return json.loads(run(self.options.measure, *arguments))

    def one_round(self):
        note = self.samples.note
        self.import_once()
        fold = json.loads(run(self.tool("fold_ceiling"), self.lines, "3"))
        for name in ("one", "two", "population"):
            note(f"ceiling fold {name}", fold[name])
        own = self.measure("fold", self.ledger, "2099-01-01", "3")
        for name in ("one", "two", "all", "lines"):
            note(f"fold {name}", own[name])
        note("fold as of", self.measure("fold", self.ledger, self.half, "3")["two"])
        self.processes()
        self.appends()

    def import_once(self):
        note, ceiling = self.samples.note, os.path.join(self.folder, "ceiling")
        for path in (ceiling, self.ledger):
            shutil.rmtree(path, ignore_errors=True)
        seconds = float(run(self.tool("import_ceiling"), self.lines, ceiling).split()[0])
        note("ceiling import", self.count / seconds)
        run(*self.daybook("init", "--ledger", self.ledger, "--zone", "UTC", "--currency", "GBP"))
        seconds, memory = timed(*self.daybook("import", self.lines, "--ledger", self.ledger))
        note("import", self.count / seconds)
        note("import memory", memory)
        note("size", size_of(self.ledger) / os.stat(self.lines).st_size)

    def processes(self):
        """Whole processes, from start to answer."""
        customer = self.customer_of(1_000)
        core = "value,lifecycle,satisfaction,churn"
        for name, arguments in {
            "rebuild": ("views", "rebuild", "--from-log"),
            "verify": ("verify",),
            "report, first": ("report", "value", "--effective-at", self.half),
            "report, again": ("report", "value", "--effective-at", self.half),
            "customer, cold": ("customer", customer, "--views", core, "--effective-at", "2024-06-30", "--json"),
            "customer, again": ("customer", customer, "--views", core, "--effective-at", "2024-06-30", "--json"),
            "all of a customer, cold": ("customer", customer, "--effective-at", "2024-06-29", "--json"),
            "all of a customer, again": ("customer", customer, "--effective-at", "2024-06-29", "--json"),
            "status": ("status", "--json"),
        }.items():
            seconds, memory = timed(*self.daybook(*arguments, "--ledger", self.ledger))
            self.samples.note(name, seconds)
            self.samples.note(name + " memory", memory)
        answer = self.measure("customer", self.ledger, customer, "2024-06-30", "200")
        self.samples.note("customer in process", answer["answer"])
        self.samples.note("customer state", answer["state"])

    def customer_of(self, most):
        """The customer with the most events that are not more than so many."""
        counts = {}
        with open(self.lines) as file:
            for line in file:
                subject = line[line.index('"subject":"') + 11:].split('"', 1)[0]
                counts[subject] = counts.get(subject, 0) + 1
        return max((count, name) for name, count in counts.items() if count <= most)[1]

    def appends(self):
        note, ceiling = self.samples.note, os.path.join(self.folder, "ceiling")
        for batch, commits in ((1, 300), (8, 300), (64, 300)):
            shutil.rmtree(ceiling, ignore_errors=True)
            seconds = float(run(self.tool("append_ceiling"), self.lines, ceiling, str(batch), str(commits)))
            note(f"ceiling append {batch}", batch * commits / seconds)
            own = self.measure("append", self.ledger, str(batch), str(batch * commits))
            note(f"append {batch}", own["rate"])

    def ask_peers(self):
        """Once: they do not change from round to round."""
        until = 1719792000  # 2024-07-01
        for name in ("duckdb", "sqlite", "postgres"):
            print(f"  {name}", file=sys.stderr)
            for what, value in getattr(peers, name)(self.lines, until, self.folder).items():
                if what == "missing":
                    self.samples.missing[name] = value
                else:
                    self.samples.note(f"{name} {what}", value)


class Report:
    """Rows: what was measured, beside what, and whether the goal is met."""

    def __init__(self, bench):
        self.bench, self.rows = bench, []

    def row(self, name, value, unit, reference=None, goal=None, most=False, ratio=None, note=None):
        """`goal` is the least ratio to the reference, or with `most` the largest value."""
        if ratio is None and reference and value is not None:
            ratio = value / reference
        judged = value if most else ratio
        met = None if goal is None or judged is None else (judged <= goal if most else judged >= goal)
        self.rows.append({
            "name": name, "value": value, "unit": unit, "reference": reference,
            "ratio": None if ratio is None else round(ratio, 3),
            "goal": None if goal is None else f"{'<=' if most else '>='} {goal}", "met": met, "note": note})

    def peer(self, name, value, unit, key, goal, work=None):
        """Against a peer: `work` units of it in the seconds noted under `key`, or the rate noted there."""
        peer, found = key.split(" ")[0], self.bench.samples.median(key)
        if found is not None and work is not None:
            found = work / found
        self.row(name, value, unit, found, goal, note=self.bench.samples.missing.get(peer))

    def fill(self):
        median, count = self.bench.samples.median, self.bench.count
        self.row("import, against the C importer", median("import"), "events/s", median("ceiling import"), 0.5)
        self.peer("import, against PostgreSQL COPY", median("import"), "events/s", "postgres load", 5, count)
        for name in ("import", "rebuild"):
            self.row(f"{name}, memory beyond the page cache", median(f"{name} memory"), "MiB", goal=1024, most=True)
        self.row("size, all in", median("size"), "times the lines", goal=1.7, most=True)
        one, two = count / median("fold one"), count / median("fold two")
        self.row("four core views, one core, against C", one, "events/s", count / median("ceiling fold one"), 0.6)
        self.row("the same, two cores against one", two, "events/s", one, 1.4)
        aggregate, gaps = median("duckdb aggregate"), median("duckdb gaps")
        duckdb = None if aggregate is None else count / (aggregate + gaps)
        missing = self.bench.samples.missing.get("duckdb")
        self.row("the same, against DuckDB aggregate and gaps", two, "events/s", duckdb, 5, note=missing)
        self.row("all views, time against the four", median("fold all"), "s", median("fold two"),
                 ratio=median("fold all") / median("fold two"))
        self.row("population step in C (scores, tiers)", median("ceiling fold population") * 1e3, "ms")
        self.row("four core views from sealed lines", count / median("fold lines"), "events/s", 1.5e6, 1)
        self.row("views rebuild --from-log: all views, rows, reports", count / median("rebuild"), "events/s")
        self.row("verify log and values", count / median("verify"), "events/s", 2e6, 1)
        as_of = median("fold as of")
        asked = median("duckdb as of")
        self.row("base as of half-way, against DuckDB", count / as_of, "events/s",
                 None if asked is None else count / asked, 3, note=missing)
        self.row("state of one customer, in process", median("customer state") * 1e6, "µs", goal=50, most=True)
        self.row("answer about one customer, in process", median("customer in process") * 1e6, "µs")
        for name, goal in (("customer, cold", 150), ("customer, again", 30), ("all of a customer, cold", None),
                           ("all of a customer, again", None), ("status", 100),
                           ("report, first", None), ("report, again", None)):
            self.row(f"{name}, whole process", median(name) * 1e3, "ms", goal=goal, most=goal is not None)
        for clients, raw, goal in ((1, 0.9, None), (8, 0.5, 1.5), (64, 0.5, 3)):
            rate = median(f"append {clients}")
            self.row(f"append, {clients} waiting, against plain LMDB", rate, "events/s",
                     median(f"ceiling append {clients}"), raw)
            self.peer(f"append, {clients} waiting, against PostgreSQL", rate, "events/s",
                      f"postgres append {clients}", goal)

    def print(self):
        for row in self.rows:
            value = "-" if row["value"] is None else f"{row['value']:,.{0 if row['value'] > 100 else 2}f}"
            reference = "" if row["reference"] is None else f"{row['reference']:,.0f}"
            ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}"
            verdict = {True: "met", False: "MISSED", None: row["note"] or ""}[row["met"]]
            print(f"{row['name']:45} {value:>13} {row['unit']:16} {reference:>13} {ratio:>7}  "
                  f"{row['goal'] or '':8} {verdict}")


def synthesize(options, folder, events):
    lines = os.path.join(folder, f"events-{events}.jsonl")
    run(options.program, "synthesize", "--profile", "benchmark", "--events", str(events), "--customers",
        str(max(1, options.customers * events // 2_000_000)), "--output", lines)
    with open(lines, "rb") as file:
        return lines, sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--measure", required=True)
    parser.add_argument("--tools", required=True)
    parser.add_argument("--events", default="2000000", help="sizes, by commas: 1000000,2000000,5000000,10000000")
    parser.add_argument("--customers", type=int, default=100_000, help="for two million events")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory(prefix="daybook-bench-", dir="/var/tmp") as folder:
        for events in map(int, options.events.split(",")):
            lines, count = synthesize(options, folder, events)
            bench = Bench(options, folder, lines, count)
            before = run(bench.tool("sync_probe"), os.path.join(folder, "probe")).strip()
            for number in range(options.rounds):
                print(f"{count:,} events, round {number + 1} of {options.rounds}", file=sys.stderr)
                bench.one_round()
            if not options.no_peers:
                bench.ask_peers()
            after = run(bench.tool("sync_probe"), os.path.join(folder, "probe")).strip()
            report = Report(bench)
            report.fill()
            results.append({"events": count, "fdatasync_ms": {"before": before, "after": after}, "rows": report.rows})
            if not options.json:
                print(f"\n{count:,} events; fdatasync best/mean ms {before} before, {after} after; "
                      f"medians of {options.rounds}")
                report.print()
                sys.stdout.flush()
            os.remove(lines)
    if options.json:
        print(json.dumps(results[0] if len(results) == 1 else {"sizes": results}, indent=2))
        return
    if len(results) > 1:
        print("\nGrowth")
        for place, row in enumerate(results[0]["rows"]):
            cells = [result["rows"][place]["value"] for result in results]
            print(f"{row['name']:45} " + " ".join("-" if c is None else f"{c:>14,.2f}" for c in cells))


if __name__ == "__main__":
    main()
