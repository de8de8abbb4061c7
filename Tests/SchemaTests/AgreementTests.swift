import Foundation
import Testing

@testable import Events

/// Our validator against an independent one, on examples that were spoilt in every way.
@Suite(
    .enabled(
        if: Judge.python != nil,
        "there is no Python with jsonschema here; tools/test installs it, or set DAYBOOK_PYTHON"))
struct AgreementTests {
    struct Case {
        let what: String
        let type: String
        let data: JSONValue
        let mustFail: Bool
    }

    /// What the schema alone says: rules beyond it are tested elsewhere.
    private func accepts(_ type: String, _ data: JSONValue) throws -> Bool {
        let schema = try #require(SchemaRegistry.builtIn.schema(type: type))
        let reader = JSONReader()
        try reader.parse(data.canonicalText)
        return schema.program.accepts(reader, 0, 0, sealed: false)
    }

    private func compare(_ cases: [Case]) throws {
        let verdicts = try Judge.verdicts(on: cases.map { ($0.type, $0.data) })
        try #require(verdicts.count == cases.count)
        for (test, theirs) in zip(cases, verdicts) {
            let ours = try accepts(test.type, test.data)
            #expect(
                ours == theirs,
                "\(test.type): \(test.what): ours \(ours), theirs \(theirs): \(test.data.canonicalText)")
            if test.mustFail {
                #expect(!ours, "\(test.type): \(test.what): accepted: \(test.data.canonicalText)")
            }
        }
    }

    @Test func theFilesPassTheIndependentCheck() throws {
        let python = try #require(Judge.python)
        #expect(try Judge.run(python, [Judge.script], input: Data()).status == 0)
    }

    @Test func everyWayToSpoilAMemberIsRefusedByBoth() throws {
        var cases: [Case] = []
        for (name, event) in try SchemaFolder.examples() {
            let (type, version) = try SchemaFolder.type(of: name)
            let schema = try SchemaFolder.json(name)
            let data = try #require(event["data"])
            try #require(version == 1)
            cases.append(Case(what: "the example", type: type, data: data, mustFail: false))
            for required in schema["required"]?.arrayValue ?? [] {
                let member = try #require(required.stringValue)
                cases.append(
                    Case(
                        what: "without \(member)", type: type, data: data.setting(member, nil), mustFail: true
                    ))
            }
            cases.append(
                Case(what: "an unknown member", type: type, data: data.setting("extra", 1), mustFail: true))
            for member in data.objectValue?.keys ?? [] {
                for wrong: JSONValue in [.null, .bool(true), -1, 0.5, "", "x", [], ["x"], [:], ["x": nil]] {
                    cases.append(
                        Case(
                            what: "\(member) = \(wrong.canonicalText)", type: type,
                            data: data.setting(member, wrong), mustFail: wrong == .null))
                }
            }
            for wrong: JSONValue in [.null, "x", 1, []] {
                cases.append(
                    Case(what: "data = \(wrong.canonicalText)", type: type, data: wrong, mustFail: true))
            }
        }
        #expect(cases.count > 3500)
        try compare(cases)
    }

    @Test func randomChangesAreJudgedAlikeByBoth() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let examples = try SchemaFolder.examples()
        var cases: [Case] = []
        for _ in 0..<3000 {
            let (name, event) = examples[Int.random(in: 0..<examples.count, using: &random)]
            var data = try #require(event["data"])
            for _ in 0...Int.random(in: 0...2, using: &random) { data = changed(data, using: &random) }
            let type = try SchemaFolder.type(of: name).type
            cases.append(Case(what: "seed \(seed)", type: type, data: data, mustFail: false))
        }
        try compare(cases)
    }

    private static let replacements: [JSONValue] = [
        .null, .bool(false), 0, 1, -1, 2.5, 1e12, -1e300, "", "0", "00", "12.34", "-12.34", "12.", ".5",
        "1e3",
        "12.34567", "EUR", "eur", "EURO", "in", "2026-02-28", "2026-02-30", "2026-2-1",
        "2026-02-28T10:00:00Z",
        "2026-02-28T10:00:00", "--02-29", "@17", "low", "nps", "客户", "a b", ["min": 0, "max": 10], ["min": 0],
        [], [1], ["x", "x"], ["x", "y"], [:], ["x": 1], ["x": ["y": "z"]], ["en": "Tea"],
    ]

    /// The value with one part of it replaced, removed or added to.
    private func changed(_ value: JSONValue, using random: inout SeededRandom) -> JSONValue {
        let replacement = Self.replacements[Int.random(in: 0..<Self.replacements.count, using: &random)]
        switch value {
        case .object(var object) where !object.isEmpty && Int.random(in: 0..<8, using: &random) > 0:
            let name = object.keys[Int.random(in: 0..<object.count, using: &random)]
            switch Int.random(in: 0..<6, using: &random) {
            case 0: object[name] = nil
            case 1: object[name + "x"] = replacement
            default: object[name] = changed(object[name] ?? .null, using: &random)
            }
            return .object(object)
        case .array(var elements) where !elements.isEmpty && Int.random(in: 0..<8, using: &random) > 0:
            let place = Int.random(in: 0..<elements.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: elements.remove(at: place)
            case 1: elements.append(elements[place])
            default: elements[place] = changed(elements[place], using: &random)
            }
            return .array(elements)
        default: return replacement
        }
    }
}

/// SplitMix64: random numbers that can be had again from their seed.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
