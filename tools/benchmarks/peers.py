"""What a user would pick instead, at the same work on the same lines: DuckDB, SQLite and PostgreSQL from their
packages. Each answers a dictionary of measurements; one that is not installed answers why not.

    duckdb: pip install duckdb · PostgreSQL: apt-get install postgresql · SQLite comes with Python
"""
import glob
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import time

AGGREGATE = """
    SELECT customer, count(*) AS events, sum(total) AS revenue, max(moment) AS latest, count(DISTINCT day) AS days
    FROM events WHERE moment <= '{until}' GROUP BY customer"""
# An exponentially weighted mean of the gaps between purchases: the nearest that SQL has to a fold in order.
GAPS = """
    WITH gaps AS (
        SELECT customer, moment - lag(moment) OVER (PARTITION BY customer ORDER BY moment) AS gap,
            row_number() OVER (PARTITION BY customer ORDER BY moment DESC) AS age
        FROM events WHERE total IS NOT NULL)
    SELECT customer, sum(gap * power(0.7, age)) / sum(power(0.7, age)) FROM gaps WHERE gap IS NOT NULL
    GROUP BY customer"""


def seconds(work, rounds=3):
    """The median of some rounds."""
    times = []
    for _ in range(rounds):
        began = time.monotonic()
        work()
        times.append(time.monotonic() - began)
    return statistics.median(times)


def records(lines):
    """(customer, seconds since 1970, day, type, total or None) of each line."""
    from datetime import datetime
    with open(lines, encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            at = int(datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp())
            total = event["data"].get("total")
            yield event["subject"], at, at // 86400, event["type"], None if total is None else float(total)


def duckdb(lines, until, folder):
    try:
        import duckdb as engine
    except ImportError:
        return {"missing": "duckdb is not installed (pip install duckdb)"}
    connection = engine.connect()
    connection.execute("SET threads = 2")
    load = seconds(lambda: connection.execute(f"""
        CREATE OR REPLACE TABLE events AS SELECT subject AS customer, epoch(time::TIMESTAMP) AS moment,
            epoch(time::TIMESTAMP) // 86400 AS day, type, (data->>'total')::DOUBLE AS total
        FROM read_json('{lines}', format = 'newline_delimited', columns = {{subject: 'VARCHAR', time: 'VARCHAR',
            type: 'VARCHAR', data: 'JSON'}})"""), 1)
    latest, customer = connection.execute("SELECT max(moment), any_value(customer) FROM events").fetchone()
    return {
        "load": load,
        "aggregate": seconds(lambda: connection.execute(AGGREGATE.format(until=latest)).fetchall()),
        "gaps": seconds(lambda: connection.execute(GAPS).fetchall()),
        "as of": seconds(lambda: connection.execute(AGGREGATE.format(until=until)).fetchall()),
        "one customer": seconds(lambda: connection.execute(
            "SELECT count(*), sum(total) FROM events WHERE customer = ?", [customer]).fetchall(), 20),
    }


def sqlite(lines, until, folder):
    path = os.path.join(folder, "peer.sqlite")
    if os.path.exists(path):
        os.remove(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE events (customer TEXT, moment INTEGER, day INTEGER, type TEXT, total REAL)")
    rows = list(records(lines))
    began = time.monotonic()
    for start in range(0, len(rows), 1000):
        with connection:
            connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", rows[start:start + 1000])
    load = time.monotonic() - began
    began = time.monotonic()
    for row in rows[:500]:
        with connection:
            connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?)", row)
    single = 500 / (time.monotonic() - began)
    latest = max(row[1] for row in rows)
    return {
        "load": load, "append 1": single,
        "aggregate": seconds(lambda: connection.execute(AGGREGATE.format(until=latest).replace(
            f"'{latest}'", str(latest))).fetchall(), 1),
        "as of": seconds(lambda: connection.execute(AGGREGATE.format(until=until).replace(
            f"'{until}'", str(until))).fetchall(), 1),
    }


class Server:
    """A PostgreSQL server of its own, in a folder that goes away."""

    def __init__(self, folder):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not found:
            raise FileNotFoundError("PostgreSQL is not installed (apt-get install postgresql)")
        self.programs = found[-1]
        self.folder = os.path.join(folder, "postgres")
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.prefix = []
        if os.getuid() == 0:
            # The server refuses to run as root; its files belong to the account that its package made.
            self.prefix = ["runuser", "-u", "postgres", "--"]
            subprocess.run(["chown", "postgres", self.folder], check=True)
            parent = folder
            while parent != "/":
                os.chmod(parent, os.stat(parent).st_mode | 0o011)
                parent = os.path.dirname(parent)
        self.data = os.path.join(self.folder, "data")
        self.run("initdb", "-D", self.data, "-A", "trust", "--no-instructions")
        self.run("pg_ctl", "-D", self.data, "-w", "-l", os.path.join(self.folder, "log"), "-o",
                 f"-k {self.folder} -c listen_addresses='' -c shared_buffers=1GB", "start")

    def run(self, program, *arguments, **keywords):
        done = subprocess.run(
            [*self.prefix, os.path.join(self.programs, program), *arguments], capture_output=True, text=True,
            cwd=self.folder, **keywords)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stderr}")
        return done.stdout

    def query(self, text):
        return self.run("psql", "-h", self.folder, "-d", "postgres", "-q", "-c", text)

    def stop(self):
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def postgres(lines, until, folder):
    try:
        server = Server(folder)
    except (FileNotFoundError, RuntimeError) as error:
        return {"missing": str(error).strip()}
    try:
        table = os.path.join(server.folder, "events.tsv")
        latest = 0
        with open(table, "w", encoding="utf-8") as file:
            for customer, at, day, kind, total in records(lines):
                latest = max(latest, at)
                amount = "\\N" if total is None else total
                file.write(f"{customer}\t{at}\t{day}\t{kind}\t{amount}\n")
        server.query("CREATE TABLE events (customer text, moment bigint, day integer, type text, total float8)")
        server.query("CREATE TABLE log (position bigserial PRIMARY KEY, customer text, line text)")
        load = seconds(lambda: server.query(f"COPY events FROM '{table}'"), 1)
        script = os.path.join(server.folder, "append.sql")
        with open(script, "w", encoding="utf-8") as file:
            file.write("INSERT INTO log (customer, line) VALUES ('c', repeat('x', 187));\n")
        result = {"load": load}
        for clients in (1, 8, 64):
            report = server.run("pgbench", "-h", server.folder, "-n", "-f", script, "-c", str(clients), "-j", "2",
                                "-T", "4", "postgres")
            rate = next(line for line in report.splitlines() if line.startswith("tps"))
            result[f"append {clients}"] = float(rate.split("=")[1].split()[0])
        server.query("ANALYZE events")
        result["aggregate"] = seconds(lambda: server.query(AGGREGATE.format(until=latest)), 1)
        result["as of"] = seconds(lambda: server.query(AGGREGATE.format(until=until)), 1)
        return result
    finally:
        server.stop()
