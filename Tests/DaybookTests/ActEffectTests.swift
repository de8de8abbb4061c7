import Daybook
import Events
import Testing

@Suite("A correction is an act: what it changes is known before and after")
struct ActEffectTests {
    private static let author = Authorship(actor: "ann", reason: "entered twice")

    /// Five customers who bought; anna most.
    private static func ledger() async throws -> (LedgerFixture, Ledger) {
        let fixture = try LedgerFixture("2024-06-01T12:00:00Z")
        let ledger = try await fixture.create()
        let names = ["anna", "bert", "cleo", "dora", "emil"]
        try await ledger.append(
            names.enumerated().map { number, name in
                purchase("p\(number)", name, "2024-05-0\(number + 1)T10:00:00Z", "\(500 - number * 90).00")
            } + [purchase("p9", "anna", "2024-05-20T10:00:00Z", "400.00")])
        return (fixture, ledger)
    }

    private static func wholeBase(_ ledger: Ledger, known: UInt64) async throws -> [JSONValue] {
        try await ledger.customers(CustomerQuery(), at: Question(knownAt: .position(known)))
    }

    @Test func aPreviewSaysWhatTheActThenDoes() async throws {
        let (_, ledger) = try await Self.ledger()
        let acts: [HandAct] = [
            .void(.id("p0", source: nil)), .merge("dora", into: "emil"), .void(.position(7)),
            .correct(
                .id("p3", source: nil), data: ["total": "9000.00", "currency": "EUR"],
                time: try Instant(parsing: "2024-01-01T00:00:00Z")),
            .split("dora", from: "emil"), .void(.position(7)),
        ]
        for act in acts {
            let head = try ledger.head()
            let before = try await Self.wholeBase(ledger, known: head)
            let preview = try await ledger.preview(act, by: Self.author)
            #expect(preview.position == nil)
            #expect(try ledger.head() == head, "nothing is written")
            #expect(try await Self.wholeBase(ledger, known: head) == before, "nothing is remembered")
            let effect = try await ledger.perform(act, by: Self.author)
            #expect(effect.position == head)
            #expect(effect.changes == preview.changes, "\(act)")
            #expect(effect.others == preview.others, "\(act)")
            #expect(try await Self.wholeBase(ledger, known: head) == before, "what was known stays")
            // The same differences as between any two points.
            let compared = try await ledger.compare(
                from: Question(knownAt: .position(head)), to: Question(knownAt: .position(head + 1)),
                ComparisonQuery())
            let named = Set(effect.changes.compactMap { $0["customer"]?.stringValue })
            for change in compared {
                guard let customer = change["customer"]?.stringValue, named.contains(customer) else {
                    #expect(effect.others.contains { $0.field == change["field"]?.stringValue })
                    continue
                }
                #expect(
                    effect.changes.contains {
                        $0["customer"] == change["customer"] && $0["field"] == change["field"]
                            && $0["to"] == change["to"]
                    }, "\(act): \(change)")
            }
        }
    }

    @Test func aVoidNamesItsCustomerAndCountsTheOthers() async throws {
        let (_, ledger) = try await Self.ledger()
        let effect = try await ledger.preview(.void(.id("p0", source: nil)), by: Self.author)
        let revenue = effect.changes.first { $0["field"] == "value.net_revenue" }
        #expect(revenue?["customer"] == "anna")
        #expect(revenue?["from"] == ["amount": "900.00", "currency": "EUR"])
        #expect(revenue?["to"] == ["amount": "400.00", "currency": "EUR"])
        #expect(effect.changes.allSatisfy { $0["customer"] == "anna" })
        // Without it dora is among those who hold the first four fifths.
        let tier = effect.others.first { $0.field == "value.tier" }
        #expect(tier?.customers == 1)
        #expect(tier?.named == [["customer": "dora", "from": "B", "to": "A"]])
        #expect(effect.foldedAgain == 1)
    }

    @Test func whatLooksBackToAnEarlierDayChangesWithTheAct() async throws {
        let (_, ledger) = try await Self.ledger()
        let act = HandAct.correct(
            .id("p3", source: nil), data: ["total": "9000.00", "currency": "EUR"], time: nil)
        let head = try ledger.head()
        let preview = try await ledger.preview(act, by: Self.author)
        let effect = try await ledger.perform(act, by: Self.author)
        #expect(effect.changes == preview.changes && effect.others == preview.others)
        func drift(_ known: UInt64) async throws -> JSONValue? {
            try await ledger.customer("dora", at: Question(knownAt: .position(known)))
                .value(at: "portfolio.drift.from")
        }
        let (from, to) = (try await drift(head), try await drift(head + 1))
        #expect(from != to && from != .null)
        let change = try #require(effect.changes.first { $0["field"] == "portfolio.drift.from" })
        #expect(change["customer"] == "dora" && change["from"] == from && change["to"] == to)
    }

    @Test func onlyThoseWhomAnActIsAboutAreFoldedAgain() async throws {
        let (_, ledger) = try await Self.ledger()
        let acts: [(HandAct, Int)] = [
            (.void(.id("p0", source: nil)), 1), (.merge("dora", into: "emil"), 1),
            (.correct(.id("p3", source: nil), data: ["total": "9.00", "currency": "EUR"], time: nil), 1),
            (.split("dora", from: "emil"), 2),
        ]
        for (act, again) in acts {
            let folded = ledger.foldedCustomers
            let effect = try await ledger.perform(act, by: Self.author)
            #expect(effect.foldedAgain == again, "\(act)")
            // Once for today, and once for the day that drift looks back to.
            #expect(ledger.foldedCustomers - folded <= 2 * (5 + again), "\(act)")
        }
    }

    @Test func aMergeTakesOneIdAway() async throws {
        let (_, ledger) = try await Self.ledger()
        let effect = try await ledger.preview(.merge("dora", into: "emil"), by: Self.author)
        let ended = effect.changes.filter { $0["customer"] == "dora" }
        #expect(!ended.isEmpty && ended.allSatisfy { $0["to"] == .null })
        let undone = try await ledger.perform(.merge("dora", into: "emil"), by: Self.author)
        #expect(undone.changes == effect.changes)
        let back = try await ledger.preview(.void(.position(undone.position ?? 0)), by: Self.author)
        #expect(
            Set(back.changes.compactMap { $0["customer"]?.stringValue }) == ["dora", "emil"],
            "voiding a merge is about both")
    }

    @Test func whatWouldBeRefusedIsRefusedInThePreview() async throws {
        let (_, ledger) = try await Self.ledger()
        let acts: [HandAct] = [
            .void(.id("nothing", source: nil)), .void(.position(0)), .merge("anna", into: "anna"),
            .merge("nobody", into: "anna"), .split("anna", from: "bert"),
            .correct(.id("p1", source: nil), data: ["total": "much"], time: nil),
        ]
        for act in acts {
            await #expect(throws: LedgerError.self, "\(act)") {
                try await ledger.preview(act, by: Self.author)
            }
            await #expect(throws: LedgerError.self, "\(act)") {
                try await ledger.perform(act, by: Self.author)
            }
        }
        try await ledger.append([purchase("p10", "anna", "2024-05-21T10:00:00Z", "1.00")])
        #expect(try ledger.head() == 8)
    }
}
