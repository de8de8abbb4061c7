import Daybook
import EventLog
import Events
import Foundation
import Testing

@Suite("Who looked")
struct AccessTests {
    private static func ledger(recording: Bool) async throws -> (LedgerFixture, Ledger) {
        let fixture = try LedgerFixture()
        let policy = JSONValue.object(
            JSONObject([("access", ["record": .bool(recording)]), ("name", "test")]))
        let ledger = try await Ledger.create(
            at: fixture.folder, zone: "UTC", currency: "EUR", policy: policy, clock: fixture.clock)
        try await ledger.append([
            event(
                "customer.registered", "r1", customer: "anna", at: "2023-12-01T00:00:00Z", [],
                ["name": "Anna Berg"]),
            event(
                "customer.registered", "r2", customer: "bert", at: "2023-12-01T00:00:00Z", [],
                ["name": "Bert Dahl"]), purchase("p1", "anna", "2023-12-02T00:00:00Z", "10.00"),
        ])
        return (fixture, ledger)
    }

    @Test func thePolicySaysWhetherReadsAreWrittenDown() async throws {
        for recording in [true, false] {
            let (_, ledger) = try await Self.ledger(recording: recording)
            #expect(try ledger.recordsAccess() == recording)
        }
        let fixture = try LedgerFixture()
        #expect(try await fixture.create().recordsAccess() == false)
    }

    @Test func onlyOpenedPersonalValuesAreARead() async throws {
        let (_, ledger) = try await Self.ledger(recording: true)
        var query = TrailQuery()
        #expect(try await ledger.personalRead(of: query).eventCounts == ["anna": 1, "bert": 1])
        query.type = "purchase.completed"
        #expect(try await ledger.personalRead(of: query).isEmpty)
        query = TrailQuery()
        query.leavesSealed = true
        #expect(try await ledger.personalRead(of: query).isEmpty)
        query = TrailQuery()
        query.text = "dahl"
        #expect(try await ledger.personalRead(of: query).eventCounts == ["bert": 1])
        #expect(try await ledger.personalRead(ofEvent: .id("p1", source: nil)).isEmpty)
        #expect(try await ledger.personalRead(ofEvent: .id("r1", source: nil)).eventCounts == ["anna": 1])
        #expect(try await ledger.personalRead(ofCustomer: "anna").eventCounts == ["anna": 0])
        #expect(try await ledger.personalRead(ofCustomer: "nobody").isEmpty)
    }

    @Test func whatWasWrittenDownIsFoundByTheOneWhoWasLookedAt() async throws {
        let (_, ledger) = try await Self.ledger(recording: true)
        let anna = try await ledger.personalRead(ofCustomer: "anna")
        try ledger.recordAccess(anna, what: "customer page", by: "eve")
        var many = PersonalRead(known: 4)
        for number in 0..<21 { many.add("c\(number)", events: 2) }
        try ledger.recordAccess(many, what: "export", by: "bob")
        try ledger.recordAccess(PersonalRead(known: 4), what: "nothing", by: "bob")

        var query = TrailQuery()
        query.isAccess = true
        let all = try await ledger.trail(query).entries
        #expect(all.map { $0["actor"]?.stringValue } == ["eve", "bob"])
        #expect(all[0]["data"] == ["actor": "eve", "customer": "anna", "what": "customer page"])
        #expect(
            all[1]["data"] == [
                "actor": "bob", "what": "export", "customers": 21, "events": 42, "known": 4,
                "digest": "e728f5dd26abfef4ca4a46b856a10cf9ea51814595059187984b067f0b9efac0",
            ])
        query.customer = "anna"
        #expect(try await ledger.trail(query).entries.count == 2, "she may be among the many")
        query.customer = "bert"
        #expect(try await ledger.trail(query).entries.map { $0["actor"]?.stringValue } == ["bob"])
        query.actor = "eve"
        #expect(try await ledger.trail(query).entries.isEmpty)
        query.type = "purchase.completed"
        await #expect(throws: LedgerError.self) { try await ledger.trail(query) }
        #expect(try await ledger.customer("anna", at: Question())["customer"] == "anna")
    }

    @Test func aReadThatCannotBeWrittenDownIsRefused() async throws {
        let (fixture, ledger) = try await Self.ledger(recording: true)
        let read = try await ledger.personalRead(ofCustomer: "anna")
        // This process has it open for writing: for another handle it is as if another process had.
        let refusal = #expect(throws: LedgerError.self) {
            try Ledger.recordAccess(read, what: "page", by: "eve", inLedgerAt: fixture.folder)
        }
        #expect(refusal.map { [.locked, .notAllowed].contains($0.category) } == true)
        #expect(refusal?.message.hasPrefix("nothing is shown") == true)
        try ledger.close()
        let missing = #expect(throws: LedgerError.self) {
            try Ledger.recordAccess(read, what: "page", by: "eve", inLedgerAt: fixture.folder + "/no")
        }
        #expect(missing?.category == .notAllowed)
    }
}
