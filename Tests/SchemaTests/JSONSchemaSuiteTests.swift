import Foundation
import Testing

@testable import Events

/// The public JSON-Schema-Test-Suite, read in place. It is not part of this repository: where it does not lie
/// beside the checkout, these tests are skipped and the ones written here stand alone.
private let suite: URL = {
    let shared = ProcessInfo.processInfo.environment["DAYBOOK_SHARED"].map(URL.init(fileURLWithPath:))
    return (shared ?? SchemaFolder.root.deletingLastPathComponent().appendingPathComponent("shared"))
        .appendingPathComponent("vectors/json-schema/draft2020-12")
}()

@Suite(
    .enabled(
        if: FileManager.default.fileExists(atPath: suite.path),
        "the shared vectors are not beside this checkout; set DAYBOOK_SHARED to their folder"))
struct JSONSchemaSuiteTests {
    /// What came of the cases of one or more files.
    struct Tally {
        var groups = 0
        var refusedGroups = 0
        var refusedCases = 0
        var ran = 0
        var disagreed: [String] = []
        var refusals: [String: Int] = [:]
    }

    private func run(_ name: String, into tally: inout Tally, except: Set<String> = []) throws {
        let text = try String(contentsOf: suite.appendingPathComponent(name), encoding: .utf8)
        let reader = JSONReader()
        for group in try JSONValue(parsing: text).arrayValue ?? [] {
            let schema = try #require(group["schema"])
            let cases = try #require(group["tests"]?.arrayValue)
            let title = "\(name): \(group["description"]?.stringValue ?? "")"
            tally.groups += 1
            let program: SchemaProgram
            do throws(SchemaError) {
                program = try SchemaCompiler.compile(schema)
            } catch {
                tally.refusedGroups += 1
                tally.refusedCases += cases.count
                tally.refusals[error.keyword, default: 0] += 1
                continue
            }
            for test in cases {
                let full = "\(title): \(test["description"]?.stringValue ?? "")"
                guard !except.contains(full) else { continue }
                try reader.parse(try #require(test["data"]).canonicalText)
                tally.ran += 1
                let accepted = program.accepts(reader, 0, 0, sealed: false)
                if accepted != test["valid"]?.boolValue { tally.disagreed.append(full) }
                let place = SchemaProgram.Explanation(reader: reader, sealed: false)
                let explained = program.problem(place, 0, 0, "")
                #expect((explained == nil) == accepted, "accepting and explaining differ: \(full)")
            }
        }
    }

    @Test func requiredCasesAgreeWhereTheSubsetReachesAndAreRefusedBeyond() throws {
        var tally = Tally()
        let names = try FileManager.default.contentsOfDirectory(atPath: suite.path)
            .filter { $0.hasSuffix(".json") && $0 != "format.json" }.sorted()
        for name in names { try run(name, into: &tally) }
        print(
            """
            JSON-Schema-Test-Suite, required: \(tally.ran) cases ran, \(tally.ran - tally.disagreed.count) agreed; \
            \(tally.refusedCases) cases of \(tally.refusedGroups) schemas refused for \
            \(tally.refusals.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
            """)
        #expect(tally.disagreed.isEmpty, "\(tally.disagreed.joined(separator: "\n"))")
        #expect(tally.ran >= 400)
        let outside: Set = [
            "$anchor", "$dynamicAnchor", "$dynamicRef", "$id", "$ref", "$schema", "$vocabulary", "$defs",
            "contains",
            "contentEncoding", "contentMediaType", "contentSchema", "dependentSchemas", "dependencies",
            "else", "if",
            "maxContains", "maxProperties", "minContains", "minProperties", "not", "patternProperties",
            "pattern",
            "prefixItems", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties", "format",
            "definitions",
        ]
        #expect(Set(tally.refusals.keys).subtracting(outside).isEmpty, "\(tally.refusals)")
    }

    @Test func unknownFormatsAreRefusedAndKnownOnesEnforced() throws {
        var tally = Tally()
        try run("format.json", into: &tally)
        // Elsewhere formats are annotations; here they are checked, so the cases of the two disagree.
        #expect(tally.disagreed.allSatisfy { $0.contains("date") }, "\(tally.disagreed)")
        #expect(tally.refusals.keys.allSatisfy { $0 == "format" }, "\(tally.refusals)")
    }

    @Test func datesAndTimesAreThoseOfRFC3339() throws {
        var tally = Tally()
        let times = "optional/format/date-time.json: validation of date-time strings"
        try run("optional/format/date.json", into: &tally)
        try run(
            "optional/format/date-time.json", into: &tally,
            except: [
                // Refused here with that reason: microseconds have no place for a leap second, nor for more
                // than six decimals.
                "\(times): a valid date-time with a leap second, UTC",
                "\(times): a valid date-time with a leap second, with minus offset",
                "\(times): a second fraction of fifteen nines is valid",
            ])
        print(
            "JSON-Schema-Test-Suite, date and date-time: \(tally.ran) cases ran, disagreed: \(tally.disagreed)"
        )
        #expect(tally.disagreed.isEmpty, "\(tally.disagreed.joined(separator: "\n"))")
        #expect(tally.ran >= 60)
    }

    @Test func patternsAreThoseOfECMA262() throws {
        var tally = Tally()
        try run("optional/ecmascript-regex.json", into: &tally)
        print("JSON-Schema-Test-Suite, ECMA-262: \(tally.ran) cases ran, refused \(tally.refusals)")
        #expect(tally.disagreed.isEmpty, "\(tally.disagreed.joined(separator: "\n"))")
    }
}
