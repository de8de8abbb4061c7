#!/usr/bin/env python3
"""Writes what the program must know of schemas/ into its sources.

schemas/*.json go into Sources/Events/Schema/BuiltInSchemas.swift; the columns that the tables of views have in
SQL are read off schemas/answers/views/*.json and go into Sources/SQLExport/ViewColumns.swift.

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


COLUMNS_TARGET = ROOT / "Sources/SQLExport/ViewColumns.swift"
COLUMNS_HEADER = """// swift-format-ignore-file
// Written by tools/embed-schemas.py from schemas/answers/views/: change it there.

/// The columns that the schemas of rows give: "path:kind", in their order.
enum ViewColumns {
    static let texts: [(view: String, columns: StaticString)] = [
"""
COLUMNS_FOOTER = """    ]

    /// The columns of a view; nil where no schema of its rows is known.
    static func columns(of view: String) -> [(path: String, kind: SQLTable.Kind)]? {
        texts.first { $0.view == view }?.columns.description.split(separator: " ").map { column in
            let parts = column.split(separator: ":", omittingEmptySubsequences: false)
            return (String(parts[0]), SQLTable.Kind(rawValue: String(parts[1])) ?? .json)
        }
    }
}
"""
KINDS = {"string": "text", "integer": "integer", "number": "real", "boolean": "flag", "array": "json"}


def columns(schema, path):
    """The columns that a member of a row takes: objects with fixed members take one for each of these."""
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
    if len(options) != 1:
        return [(path, "json")]
    option = options[0]
    if "$ref" in option:
        name = option["$ref"].rsplit("/", 1)[-1]
        return [(path, {"money": "money", "position": "integer"}.get(name, "text"))]
    if "enum" in option:
        return [(path, "text")]
    kinds = [kind for kind in [option.get("type")] if isinstance(kind, str)] or [
        kind for kind in option.get("type", []) if kind != "null"]
    if kinds == ["object"]:
        if "properties" not in option:
            return [(path, "json")]
        return [found for name, member in option["properties"].items()
                for found in columns(member, f"{path}.{name}" if path else name)]
    return [(path, KINDS.get(kinds[0], "json") if len(kinds) == 1 else "json")]


def built_in_schemas():
    lines = []
    for name, version, document in schemas():
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        if '"##' in text:
            sys.exit(f"{name}: the text would end the Swift string")
        lines.append(f'        ("{name}", {version}, ##"{text}"##),\n')
    return HEADER + "".join(lines) + "    ]\n}\n"


def view_columns():
    lines = []
    for path in sorted((ROOT / "schemas/answers/views").glob("*.json")):
        found = " ".join(f"{name}:{kind}" for name, kind in columns(json.loads(path.read_text("utf-8")), ""))
        lines.append(f'        ("{path.stem}", "{found}"),\n')
    return COLUMNS_HEADER + "".join(lines) + COLUMNS_FOOTER


def main():
    for target, written in [(TARGET, built_in_schemas()), (COLUMNS_TARGET, view_columns())]:
        if "--check" not in sys.argv[1:]:
            target.write_text(written, "utf-8")
        elif not target.exists() or target.read_text("utf-8") != written:
            sys.exit(f"{target.relative_to(ROOT)} is not what schemas/ says: run tools/embed-schemas.py")


if __name__ == "__main__":
    main()
