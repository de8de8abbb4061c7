import Daybook
import Events
import Foundation
import Testing

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Trails agree with looking at every event")
struct TrailTests {
    private static func randomEvent(_ index: Int, _ generator: inout SeededGenerator) -> JSONValue {
        func pick(_ values: [String]) -> String { values.randomElement(using: &generator) ?? "" }
        let day = Int.random(in: 10...28, using: &generator)
        var attributes: [(String, JSONValue)] = [("authid", .string(pick(["eve", "bob"])))]
        if Bool.random(using: &generator) {
            attributes.append(("correlationid", .string(pick(["r1", "r2"]))))
        }
        if Bool.random(using: &generator) { attributes.append(("causationid", .string("e\(index / 2)"))) }
        let (type, data): (String, JSONValue) =
            Bool.random(using: &generator)
            ? (
                "contact.logged",
                [
                    "direction": "in", "channel": .string(pick(["chat", "phone"])),
                    "text": .string(pick(["Where is it?", "thank you", "Zoë"])),
                ]
            )
            : (
                "complaint.opened",
                ["complaint": .string("k\(index)"), "category": .string(pick(["late", "broken"]))]
            )
        return event(
            type, "e\(index)", customer: pick(["anna", "bert", "cleo"]),
            at: "2024-01-\(day)T10:00:00Z", source: pick(["/shop", "/crm"]), attributes, data)
    }

    private static func randomQuery(_ generator: inout SeededGenerator) throws -> TrailQuery {
        var query = TrailQuery()
        func sometimes(_ percent: Int, _ values: [String]) -> String? {
            Int.random(in: 0..<100, using: &generator) < percent
                ? values.randomElement(using: &generator) : nil
        }
        query.customer = sometimes(25, ["anna", "bert", "nobody"])
        query.type = sometimes(25, ["contact.logged", "complaint.opened", "complaint.*", "none.*"])
        query.actor = sometimes(20, ["eve", "bob", "zoe"])
        query.channel = sometimes(15, ["chat", "phone"])
        query.source = sometimes(15, ["/shop", "/crm"])
        query.correlation = sometimes(20, ["r1", "r2"])
        query.causation = sometimes(10, ["e1", "e2", "e3"])
        query.text = sometimes(20, ["WHERE", "zoë", "late", "it?"])
        query.from = try sometimes(20, ["2024-01-15", "2024-01-15T10:00:00Z"]).map {
            try TimeArgument(parsing: $0)
        }
        query.to = try sometimes(20, ["2024-01-20", "2024-01-22T10:00:00Z"]).map {
            try TimeArgument(parsing: $0)
        }
        query.recordedFrom = try sometimes(20, ["2024-02-02", "@7"]).map { try TimeArgument(parsing: $0) }
        query.recordedTo = try sometimes(20, ["2024-02-03", "@30"]).map { try TimeArgument(parsing: $0) }
        query.newestFirst = Bool.random(using: &generator)
        query.limit =
            Int.random(in: 0..<3, using: &generator) == 0 ? Int.random(in: 1...5, using: &generator) : nil
        query.after =
            Int.random(in: 0..<5, using: &generator) == 0 ? UInt64.random(in: 0...40, using: &generator) : nil
        return query
    }

    /// Whether an entry of the whole trail fits, by the words of the query alone.
    private static func fits(_ entry: JSONValue, _ query: TrailQuery) -> Bool {
        func equal(_ wanted: String?, _ name: String) -> Bool {
            wanted == nil || entry[name]?.stringValue == wanted
        }
        let position = UInt64(entry["position"]?.integerValue ?? 0)
        let time = entry["time"]?.stringValue ?? ""
        let recorded = entry["recorded_at"]?.stringValue ?? ""
        let type = entry["type"]?.stringValue ?? ""
        func holds(_ value: JSONValue, _ text: String) -> Bool {
            switch value {
            case .string(let found): found.lowercased().contains(text.lowercased())
            case .object(let object): object.contains { holds($0.value, text) }
            default: false
            }
        }
        func isAfter(_ argument: TimeArgument?, _ text: String) -> Bool {
            switch argument {
            case .day(let day): text.prefix(10) >= day.description
            case .instant(let instant): text.prefix(19) >= instant.description.prefix(19)
            case .position(let first): position >= first
            case .now, nil: true
            }
        }
        func isBefore(_ argument: TimeArgument?, _ text: String) -> Bool {
            switch argument {
            case .day(let day): text.prefix(10) <= day.description
            case .instant(let instant): text.prefix(19) <= instant.description.prefix(19)
            case .position(let end): position < end
            case .now, nil: true
            }
        }
        return equal(query.customer, "customer") && equal(query.actor, "actor")
            && equal(query.channel, "channel")
            && equal(query.source, "source") && equal(query.correlation, "correlation")
            && equal(query.causation, "causation")
            && (query.type.map { $0.hasSuffix(".*") ? type.hasPrefix($0.dropLast()) : type == $0 } ?? true)
            && (query.text.map { holds(entry["data"] ?? .null, $0) } ?? true)
            && isAfter(query.from, time) && isBefore(query.to, time) && isAfter(query.recordedFrom, recorded)
            && isBefore(query.recordedTo, recorded)
    }

    @Test(arguments: 0..<UInt64(6))
    func everyCombinationOfFiltersFindsExactlyWhatFits(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let fixture = try LedgerFixture("2024-02-01T12:00:00Z")
        let ledger = try await fixture.create()
        for batch in 0..<8 {
            try fixture.set("2024-02-0\(1 + batch / 2)T12:00:00Z")
            try await ledger.append((0..<5).map { Self.randomEvent(batch * 5 + $0, &generator) })
        }
        let all = try await ledger.trail(TrailQuery()).entries
        #expect(all.count == 41)
        for round in 0..<60 {
            let query = try Self.randomQuery(&generator)
            var expected = all.filter { Self.fits($0, query) }
            if query.newestFirst { expected.reverse() }
            if let after = query.after {
                expected = expected.filter { entry in
                    let position = UInt64(entry["position"]?.integerValue ?? 0)
                    return query.newestFirst ? position < after : position > after
                }
            }
            let found = try await ledger.trail(query)
            let limited = query.limit.map { Array(expected.prefix($0)) } ?? expected
            #expect(found.entries == limited, "seed \(seed), round \(round): \(query)")
            let next = limited.count < expected.count ? limited.last?["position"]?.integerValue : nil
            #expect(found.next == next.map(UInt64.init), "seed \(seed), round \(round): \(query)")
            var exported = 0
            try await ledger.export(query, sealed: true) { _ in exported += 1 }
            #expect(exported == limited.count, "seed \(seed), round \(round): \(query)")
        }
    }
}
