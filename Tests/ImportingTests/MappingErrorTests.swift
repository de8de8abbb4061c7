import Events
import Testing

@testable import Importing

/// Mapping files that cannot be used: every complaint names its line and says what is known.
@Suite struct MappingErrorTests {
    static let head =
        "mapping: 1\nrules:\n  - name: a\n    type: t.t\n    id: $id\n    source: s\n    time: $t\n"

    @Test(arguments: [
        ("", 1, "empty"), ("mapping: 2\nrules: []", 1, "mapping: 1"), ("rules: []", 1, "mapping: 1"),
        ("mapping: 1\nmapping: 1\n", 1, "twice"), ("mapping: 1\nrule: []", 2, "unknown key \"rule\""),
        ("mapping: 1\nrules: {}", 2, "at least one rule"), ("mapping: [1\n", 2, "YAML"),
        ("mapping: 1\nrules:\n  - {name: a, typ: x}", 3, "unknown key \"typ\""),
        ("mapping: 1\nrules:\n  - {name: a, type: x, source: s, time: $t}", 3, "`id`"),
        ("mapping: 1\nzone: Mars/Base\n", 2, "zone"), ("mapping: 1\ntime_format: hello\n", 2, "unknown"),
        ("mapping: 1\nround: up\n", 2, "half_up"),
        (
            "mapping: 1\ncsv: {delimiter: ab}\nrules:\n  - {name: a, type: t.t, id: $i, source: s, time: $t}\n",
            2, "one ASCII character"
        ),
        (head + "    data:\n      a: {field: x, tabel: {}}", 9, "unknown key \"tabel\""),
        (head + "    data:\n      a: {field: x, table: missing}", 9, "no table \"missing\""),
        (head + "    data:\n      a: {field: x, each: y}", 9, "at once"),
        (head + "    data:\n      b: 1\n      a: {field: x, as: moneys}", 10, "none of"),
        (head + "    data:\n      a: {field: x, as: money}", 9, "currency"),
        (head + "    data:\n      a: $.x", 9, "inside `each`"),
        (head + "    data:\n      a: 'x$y'", 9, "dollar"),
        (head + "    data:\n      a: {split: $x}", 9, "by"), (head + "    data: 5", 8, "keys and values"),
        (head + "    data:\n      a: {field: x, rescale: {from: [1], to: [1, 5]}}", 9, "two ends"),
        (head + "    extensions: {Bad_Name: 1}", 8, "lower-case"), (head + "    id2: 1", 8, "unknown key"),
        (head + "    also: [{type: t.u}]", 8, "`id` of its own"),
        (head + "    when: {x: {above: 1}}", 8, "unknown key \"above\""),
        (head + "  - {name: a, type: t.t, id: $id, source: s, time: $t}", 8, "called \"a\""),
        (head + "    skip: true", 3, "skips"), (head.replacing("$id", with: "null"), 3, "`id`"),
    ])
    func areRefusedWithTheirLine(_ yaml: String, _ line: Int, _ words: String) throws {
        let error = #expect(throws: MappingError.self) { _ = try Mapping(yaml: yaml, file: "m.yaml") }
        #expect(error?.line == line, "\(String(describing: error))")
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }
}
