#!/usr/bin/env python3
"""Runs every `$ daybook …` line of README.md in order, in an empty folder, with the JSON block as order.json.

    tools/readme-test.py --program .build/release/daybook
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    program = os.path.abspath(parser.parse_args().program)
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    with open(os.path.join(root, "README.md"), encoding="utf-8") as file:
        readme = file.read()
    example = re.search(r"```json\n(.*?)```", readme, re.DOTALL).group(1)
    commands = re.findall(r"^\$ daybook (.*)$", readme, re.MULTILINE)
    if len(commands) < 10:
        sys.exit(f"README.md has only {len(commands)} examples: has their form changed?")
    with tempfile.TemporaryDirectory(prefix="daybook-readme-") as folder:
        os.symlink(os.path.join(root, "tools"), os.path.join(folder, "tools"))
        os.mkdir(os.path.join(folder, "bin"))
        os.symlink(program, os.path.join(folder, "bin", "daybook"))
        with open(os.path.join(folder, "order.json"), "w", encoding="utf-8") as file:
            file.write(example)
        with open(os.path.join(folder, "c42-old.json"), "w", encoding="utf-8") as file:
            file.write(example.replace("order-1001", "order-0999").replace('"c42"', '"c42-old"'))
        environment = {**os.environ, "PATH": os.path.join(folder, "bin") + ":" + os.environ["PATH"]}
        environment.pop("DAYBOOK_LEDGER", None)
        for command in commands:
            done = subprocess.run(
                "daybook " + command, shell=True, cwd=folder, env=environment, capture_output=True, text=True,
                stdin=subprocess.DEVNULL)
            if done.returncode != 0:
                sys.exit(f"README.md: daybook {command}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
    print(f"{len(commands)} examples of README.md ran")


if __name__ == "__main__":
    main()
