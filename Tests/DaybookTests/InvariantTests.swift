import Daybook
import Events
import Foundation
import Testing

@Suite("What must hold for every ledger")
struct InvariantTests {
    @Test func nothingLearnedOrHappenedLaterChangesAnAnswer() async throws {
        let fixture = try LedgerFixture("2024-01-10T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([
            purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00"),
            purchase("p2", "bert", "2024-01-08T10:00:00Z", "5.50"),
        ])
        let question = Question(
            effectiveAt: .instant(try Instant(parsing: "2024-01-09T00:00:00Z")), knownAt: .position(3))
        let before = try await ledger.customers(CustomerQuery(), at: question)
        let report = try await ledger.report("value", ReportQuery(every: .month), at: question)
        try fixture.set("2024-05-10T12:00:00Z")
        try await ledger.append([
            purchase("p3", "anna", "2024-01-06T10:00:00Z", "1000.00"),
            purchase("p4", "carl", "2024-01-07T10:00:00Z", "9.00"),
        ])
        _ = try await ledger.void(.id("p1", source: nil), by: Authorship(actor: "eve", reason: "r"))
        _ = try await ledger.merge("bert", into: "anna", by: Authorship(actor: "eve", reason: "r"))
        #expect(try await ledger.customers(CustomerQuery(), at: question) == before)
        #expect(try await ledger.report("value", ReportQuery(every: .month), at: question) == report)
        let reopened: [JSONValue] = try await {
            try ledger.close()
            let reader = try await fixture.open(writing: false)
            return try await reader.customers(CustomerQuery(), at: question)
        }()
        #expect(reopened == before)
    }

    /// Deliveries repeat themselves: whatever comes again, alone or among others, counts once.
    @Test(arguments: UInt64(1)..<5)
    func whatComesTwiceCountsOnce(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let events = (0..<80).map { number in
            let customer = "c\(Int.random(in: 1...9, using: &generator))"
            let day = String(Int.random(in: 10...28, using: &generator))
            return purchase(
                "p\(number)", customer, "2023-11-\(day)T10:00:00Z",
                "\(Int.random(in: 1...99, using: &generator)).00")
        }
        var answers: [[JSONValue]] = []
        for repeats in [false, true] {
            let fixture = try LedgerFixture("2024-01-10T12:00:00Z")
            let ledger = try await fixture.create()
            var rest = events[...]
            while !rest.isEmpty {
                let batch = rest.prefix(Int.random(in: 1...20, using: &generator))
                rest = rest.dropFirst(batch.count)
                let seen = events[..<rest.startIndex].shuffled(using: &generator).prefix(9)
                try await ledger.append(Array(batch) + (repeats ? Array(seen) : []))
            }
            #expect(try ledger.head() == 81, "seed \(seed)")
            answers.append(
                try await ledger.customers(CustomerQuery(), at: Question()).map { answer in
                    var answer = answer.objectValue ?? JSONObject()
                    // A token names its ledger.
                    answer["token"] = nil
                    return .object(answer)
                })
        }
        #expect(answers[0] == answers[1], "seed \(seed)")
    }

    @Test func aDateIsTheEndOfThatLocalDayOnBothAxes() async throws {
        let fixture = try LedgerFixture("2024-01-10T15:59:00Z")
        let ledger = try await fixture.create(zone: "Asia/Shanghai", currency: "CNY")
        // 23:59 of the 10th in Shanghai.
        try await ledger.append([
            event(
                "customer.registered", "r1", customer: "anna", at: "2024-01-10T15:59:59.999999Z", [], [:])
        ])
        try fixture.set("2024-01-10T16:00:00Z")
        try await ledger.append([
            event("customer.registered", "r2", customer: "bert", at: "2024-01-10T16:00:00Z", [], [:])
        ])
        let day = TimeArgument.day(LocalDay(year: 2024, month: 1, day: 10)!)
        func names(_ question: Question) async throws -> [String] {
            try await ledger.customers(CustomerQuery(), at: question).compactMap {
                $0["customer"]?.stringValue
            }
        }
        try fixture.set("2024-02-01T00:00:00Z")
        #expect(try await names(Question(effectiveAt: day)) == ["anna"])
        #expect(try await names(Question(knownAt: day)) == ["anna"])
        #expect(try await names(Question()) == ["anna", "bert"])
    }

    @Test func aComparisonTellsItsCausesApart() async throws {
        let fixture = try LedgerFixture("2024-01-10T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([
            purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00"),
            purchase("p2", "bert", "2024-01-05T10:00:00Z", "20.00"),
            purchase("p3", "carl", "2024-01-05T10:00:00Z", "20.00"),
            purchase("p4", "dora", "2024-01-05T10:00:00Z", "20.00"),
        ])
        try fixture.set("2024-12-10T12:00:00Z")
        try await ledger.append([
            purchase("p5", "bert", "2024-12-01T10:00:00Z", "5.00"),
            purchase("p6", "carl", "2024-01-06T10:00:00Z", "5.00"),
        ])
        let void = try await ledger.void(.id("p4", source: nil), by: Authorship(actor: "eve", reason: "r"))
        let changes = try await ledger.compare(
            from: Question(
                effectiveAt: .instant(try Instant(parsing: "2024-01-10T12:00:00Z")), knownAt: .position(5)),
            to: Question(), ComparisonQuery(fields: ["value.purchases", "lifecycle.stage"]))
        func cause(_ customer: String, _ field: String) -> JSONValue? {
            changes.first { $0["customer"] == .string(customer) && $0["field"] == .string(field) }?["cause"]
        }
        #expect(cause("anna", "lifecycle.stage") == "time")
        #expect(cause("anna", "value.purchases") == nil)
        #expect(cause("bert", "value.purchases") == "event")
        #expect(cause("carl", "value.purchases") == "late_knowledge")
        #expect(cause("dora", "value.purchases") == "correction")
        let dora = changes.first { $0["customer"] == "dora" && $0["field"] == "value.purchases" }
        #expect(dora?["events"] == [.number(Double(void))])
    }

    /// A misspelt field would be one that never changes.
    @Test func aFieldThatIsNotThereIsAnError() async throws {
        let fixture = try LedgerFixture("2024-01-10T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00")])
        let past = Question(effectiveAt: .instant(try Instant(parsing: "2024-01-01T00:00:00Z")))
        for (field, category) in [
            ("value.teir", LedgerError.Category.usage), ("worth.tier", .notFound), ("agents.x", .notFound),
        ] {
            let errors = [
                await #expect(throws: LedgerError.self) {
                    try await ledger.compare(from: past, to: Question(), ComparisonQuery(fields: [field]))
                },
                await #expect(throws: LedgerError.self) {
                    try await ledger.history(of: "anna", fields: [field], at: Question())
                },
                await #expect(throws: LedgerError.self) {
                    try await ledger.customers(CustomerQuery(columns: [field]), at: Question())
                },
                await #expect(throws: LedgerError.self) {
                    try await ledger.tryPolicy([:], at: Question(), fields: [field])
                },
            ]
            #expect(errors.allSatisfy { $0?.category == category }, "\(field)")
        }
        let columns = ["value.tier", "value.rfm.group", "segments", "customer", "position"]
        #expect(
            try await ledger.customers(CustomerQuery(columns: columns), at: Question()).count == 1)
    }

    @Test func expectationsAreCheckedAndAllProblemsAreTold() async throws {
        let fixture = try LedgerFixture("2024-01-10T12:00:00Z")
        let ledger = try await fixture.create()
        let first = purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00")
        try await ledger.append([first], expecting: RevisionExpectation.none)
        let conflict = await #expect(throws: LedgerError.self) {
            try await ledger.append(
                [purchase("p2", "anna", "2024-01-05T10:00:00Z", "1.00")], expecting: .revision(4))
        }
        #expect(conflict?.category == .conflict)
        let different = await #expect(throws: LedgerError.self) {
            try await ledger.append([purchase("p1", "anna", "2024-01-05T10:00:00Z", "1.00")])
        }
        #expect(different?.category == .conflict)
        let noType =
            #"{"specversion":"1.0","id":"x","source":"/s","type":"no.such","time":"2024-01-01T00:00:00Z"}"#
        let lines = [#"{"specversion":"1.0"}"#, first.canonicalText, noType].joined(separator: "\n")
        let bad = await #expect(throws: LedgerError.self) { try await ledger.append(Array(lines.utf8)) }
        #expect(bad?.category == .badData)
        #expect(bad?.problems.map(\.line) == [1, 3])
        #expect(try ledger.head() == 2)
    }

    @Test func aSecondWriterIsToldAndReadersGoOn() async throws {
        let fixture = try LedgerFixture("2024-01-10T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00")])
        try await ledger.wait(for: 2)
        let late = await #expect(throws: LedgerError.self) {
            try await ledger.wait(for: 99, timeoutSeconds: 0.05)
        }
        #expect(late?.category == .retry)
        let future = await #expect(throws: LedgerError.self) {
            try await ledger.customer("anna", at: Question(knownAt: .position(99)))
        }
        #expect(future?.category == .notFound)
    }
}
