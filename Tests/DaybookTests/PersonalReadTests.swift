import Daybook
import Events
import Testing

@Suite("Whose personal values an answer shows")
struct PersonalReadTests {
    /// Two whose birthday is near, one of them with the address of a third, whose birthday is far.
    private static func ledger(_ fixture: LedgerFixture) async throws -> Ledger {
        let ledger = try await fixture.create()
        let people: [(name: String, birth: String, email: String)] = [
            ("anna", "1990-01-05", "one@example.com"), ("bert", "1990-06-01", "two@example.com"),
            ("cleo", "--01-03", "three@example.com"), ("dora", "1980-05-05", "One@example.com"),
        ]
        try await ledger.append(
            people.flatMap { name, birth, email in
                [
                    event(
                        "customer.registered", "r-\(name)", customer: name, at: "2023-12-01T00:00:00Z", [],
                        ["birth_date": .string(birth), "email": .string(email)]),
                    event(
                        "consent.changed", "c-\(name)", customer: name, at: "2023-12-01T00:00:00Z", [],
                        ["granted": true, "purpose": "care"]),
                ]
            })
        return ledger
    }

    private func shown(
        by ledger: Ledger, _ read: (Ledger) async throws -> JSONValue
    ) async throws -> (answer: JSONValue, customers: [String]) {
        ledger.watchReads()
        let answer = try await read(ledger)
        return (answer, try ledger.personalShown().eventCounts.keys.sorted())
    }

    @Test func aQueueShowsThoseWhomItNames() async throws {
        let ledger = try await Self.ledger(try LedgerFixture())
        var read = try await shown(by: ledger) { try await $0.queue("care", limit: nil, at: Question()) }
        #expect(read.answer["n"] == 2 && read.customers == ["anna", "cleo"])
        read = try await shown(by: ledger) { try await $0.queue("care", limit: 1, at: Question()) }
        #expect(read.answer["n"] == 2 && read.customers == ["cleo"])
    }

    @Test func aReportShowsThoseWhomItNames() async throws {
        let ledger = try await Self.ledger(try LedgerFixture())
        var read = try await shown(by: ledger) { try await $0.report("care", ReportQuery(), at: Question()) }
        #expect(read.answer["due"] == 2 && read.customers == ["anna", "cleo"])
        read = try await shown(by: ledger) { try await $0.report("profile", ReportQuery(), at: Question()) }
        #expect(read.answer["likely_duplicates"]?.arrayValue?.count == 1)
        #expect(read.customers == ["anna", "dora"])
    }

    @Test func aPageShowsItsCustomer() async throws {
        let ledger = try await Self.ledger(try LedgerFixture())
        let read = try await shown(by: ledger) { try await $0.profile(of: "bert", at: Question()) }
        #expect(read.customers == ["bert"])
    }
}
