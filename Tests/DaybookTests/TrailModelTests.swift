import Daybook
import EventLog
import Events
import Foundation
import Testing

@Suite("Every combination of filters finds what looking at every event finds")
struct TrailModelTests {
    /// How many random questions each ledger is asked. `DAYBOOK_TRAIL_ROUNDS` sets another number.
    private static let rounds =
        ProcessInfo.processInfo.environment["DAYBOOK_TRAIL_ROUNDS"].flatMap(Int.init) ?? 1_000

    /// How a ledger is laid out and searched: with small numbers every way of searching is gone.
    struct Layout: CustomTestStringConvertible, Sendable {
        /// How many events make a run and a chunk.
        let flushCount: Int
        let search: SearchOptions
        var testDescription: String {
            "runs of \(flushCount), windows of \(search.firstCount), few \(search.fewCandidates), "
                + "many \(search.manyCandidates), long \(search.longListPart)"
        }

        init(_ flushCount: Int, window: UInt64, few: Int, many: Int, long: UInt64) {
            self.flushCount = flushCount
            var search = SearchOptions()
            search.firstCount = window
            search.fewCandidates = few
            search.manyCandidates = many
            search.longListPart = long
            self.search = search
        }
    }

    private static func randomEvent(_ index: Int, _ generator: inout SeededGenerator) -> JSONValue {
        func pick(_ values: [String]) -> String { values.randomElement(using: &generator) ?? "" }
        let day = Int.random(in: 10...28, using: &generator)
        let hour = Int.random(in: 10...23, using: &generator)
        var attributes: [(String, JSONValue)] = []
        if index % 7 > 0 { attributes.append(("authid", .string(pick(["eve", "bob", "eve", "a\"b"])))) }
        if Bool.random(using: &generator) {
            attributes.append(("correlationid", .string(pick(["r1", "r2"]))))
        }
        if Bool.random(using: &generator) { attributes.append(("causationid", .string("e\(index / 9)"))) }
        let (type, data): (String, JSONValue) =
            switch Int.random(in: 0..<3, using: &generator) {
            case 0:
                (
                    "contact.logged",
                    [
                        "direction": "in", "channel": .string(pick(["chat", "phone"])), "bulk": true,
                        "minutes": .number(Double(index % 20)),
                        "text": .string(
                            pick(["Where is it?", "Danke, Zoë", "\u{212A}ilo \"late\"", "谢谢 👍"])),
                    ]
                )
            case 1:
                (
                    "complaint.opened",
                    [
                        "complaint": .string("k\(index)"), "category": .string(pick(["late", "broken"])),
                        "product": .string(pick(["Kilo", "caf\u{65}\u{301}", "Zoë\n", "谢谢"])),
                    ]
                )
            default:
                (
                    "purchase.completed",
                    [
                        "total": .string("\(index).50"), "currency": "EUR",
                        "channel": .string(pick(["chat", "web"])),
                    ]
                )
            }
        return event(
            type, "e\(index)", customer: pick(["anna", "annie", "bert", "cleo"]),
            at: "2024-01-\(day)T\(hour):00:00Z", source: pick(["/shop", "/crm"]), attributes, data)
    }

    private static func fill(_ fixture: LedgerFixture, _ layout: Layout, seed: UInt64) async throws -> Ledger
    {
        var generator = SeededGenerator(seed: seed)
        try await fixture.create().close()
        var options = LogOptions()
        options.clock = fixture.clock
        options.flushCount = layout.flushCount
        options.valueCount = UInt64(layout.flushCount)
        options.search = layout.search
        let ledger = try Ledger(path: fixture.folder, access: .write, options: options)
        for batch in 0..<8 {
            try fixture.set("2024-02-0\(1 + batch / 2)T12:00:00Z")
            try await ledger.append((0..<5).map { Self.randomEvent(batch * 5 + $0, &generator) })
            if batch == 5 {
                _ = try await ledger.merge(
                    "annie", into: "anna", by: Authorship(actor: "bob", reason: "one person"))
            }
        }
        return ledger
    }

    @Test(arguments: [
        Layout(65_536, window: 4_096, few: 32, many: 2_048, long: 32),
        Layout(7, window: 3, few: 1, many: 2, long: 1), Layout(20, window: 8, few: 0, many: 1, long: 4),
        Layout(40, window: 1, few: 2, many: 30, long: 2), Layout(1, window: 64, few: 0, many: 5, long: 100),
    ])
    func randomQuestions(layout: Layout) async throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("seed \(seed), \(layout.testDescription), \(Self.rounds) questions")
        let fixture = try LedgerFixture("2024-02-01T12:00:00Z")
        let ledger = try await Self.fill(fixture, layout, seed: seed)
        let events = try await ledger.trail(TrailQuery()).entries.map(ModelEvent.init)
        #expect(events.count == 42)
        var generator = SeededGenerator(seed: seed + 1)
        for round in 0..<Self.rounds {
            let question = try ModelQuery(&generator)
            let expected = question.answer(events)
            let found = try await ledger.positions(of: question.query)
            guard found == expected else {
                Issue.record("seed \(seed), round \(round): \(question.query): \(found), not \(expected)")
                return
            }
            if round.isMultiple(of: 16) { try await comparePages(question, events, ledger, &generator) }
        }
    }

    /// All pages of a question, each as long as chance has it, are its whole answer.
    private func comparePages(
        _ question: ModelQuery, _ events: [ModelEvent], _ ledger: Ledger, _ generator: inout SeededGenerator
    ) async throws {
        var whole = question
        whole.query.limit = nil
        let expected = whole.answer(events)
        var found: [UInt64] = []
        var page = whole.query
        while true {
            page.limit = Int.random(in: 1...9, using: &generator)
            let trail = try await ledger.trail(page)
            found += trail.entries.map { UInt64($0["position"]?.integerValue ?? 0) }
            guard let next = trail.next else { break }
            page.after = next
        }
        #expect(found == expected, "\(whole.query)")
    }
}
