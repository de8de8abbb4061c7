#!/usr/bin/env python3
"""Writes schemas/*.json into Sources/Events/Schema/BuiltInSchemas.swift, so that they are part of the program.

Run it after every change in schemas/; a test fails while the two differ. With --check it writes nothing and
exits 1 where they differ.
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "Sources/Events/Schema/BuiltInSchemas.swift"
HEADER = """// swift-format-ignore-file
// Written by tools/embed-schemas.py from schemas/: change it there.

/// The schemas of schemas/, as text, sorted by type and version.
enum BuiltInSchemas {
    static let all: [(type: String, version: Int, text: StaticString)] = [
"""


def schemas():
    """The type, version and document of every schema file, sorted."""
    found = []
    for path in (ROOT / "schemas").glob("*.v*.json"):
        match = re.fullmatch(r"([a-z0-9_.]+)\.v([1-9][0-9]*)\.json", path.name)
        if not match:
            sys.exit(f"{path}: expected the name TYPE.vVERSION.json")
        found.append((match[1], int(match[2]), json.loads(path.read_text("utf-8"))))
    return sorted(found, key=lambda schema: schema[:2])


def main():
    lines = []
    for name, version, document in schemas():
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        if '"##' in text:
            sys.exit(f"{name}: the text would end the Swift string")
        lines.append(f'        ("{name}", {version}, ##"{text}"##),\n')
    written = HEADER + "".join(lines) + "    ]\n}\n"
    if "--check" in sys.argv[1:]:
        if TARGET.read_text("utf-8") != written:
            sys.exit(f"{TARGET.relative_to(ROOT)} is not what schemas/ says: run tools/embed-schemas.py")
    else:
        TARGET.write_text(written, "utf-8")


if __name__ == "__main__":
    main()
