import Daybook
import Events
import Foundation
import Testing

@Suite("Queues for people")
struct QueueTests {
    /// Regular buyers of the same shop of whom some stopped coming; the last of them is the one that spent most.
    private static func ledger(_ fixture: LedgerFixture) async throws -> Ledger {
        let ledger = try await fixture.create()
        var events: [JSONValue] = []
        for customer in 0..<30 {
            for month in 1...(customer < 20 ? 12 : 6) {
                let date = "2023-\(month < 10 ? "0" : "")\(month)-10T10:00:00Z"
                events.append(
                    purchase(
                        "e\(customer)-\(month)", "c\(customer)", date, customer == 7 ? "900.00" : "20.00"))
            }
        }
        try await ledger.append(events)
        return ledger
    }

    @Test func everyQueueOfTheCatalogueAnswers() async throws {
        let fixture = try LedgerFixture("2024-02-20T12:00:00Z")
        let ledger = try await Self.ledger(fixture)
        #expect(!Ledger.queues.isEmpty && Set(Ledger.queues.map(\.name)).count == Ledger.queues.count)
        for queue in Ledger.queues {
            let answer = try await ledger.queue(queue.name, limit: nil, at: Question())
            #expect(answer["queue"] == .string(queue.name) && answer["token"] != nil)
            let entries = try #require(answer["entries"]?.arrayValue, "\(queue.name)")
            #expect(answer["n"]?.integerValue == entries.count)
            for (place, entry) in entries.enumerated() {
                #expect(entry["rank"]?.integerValue == place + 1)
                #expect(entry["customer"]?.stringValue?.isEmpty == false)
                let reasons = entry["reasons"]?.arrayValue ?? []
                #expect(!reasons.isEmpty, "\(queue.name) says why")
                #expect(
                    reasons.allSatisfy { $0["text"]?.stringValue?.isEmpty == false && $0["events"] != nil })
            }
        }
    }

    @Test func theRiskQueueHasNobodyWhoIsGoneAndBeginsWithTheMostValue() async throws {
        let fixture = try LedgerFixture("2024-02-20T12:00:00Z")
        let ledger = try await Self.ledger(fixture)
        let answer = try await ledger.queue("at-risk", limit: nil, at: Question())
        let entries = answer["entries"]?.arrayValue ?? []
        #expect(!entries.isEmpty)
        #expect(entries.allSatisfy { $0["stage"] != "churned" && $0["stage"] != "prospect" })
        #expect(entries.first?["customer"] == "c7", "\(entries.first ?? .null)")
        let first = try await ledger.queue("at-risk", limit: 1, at: Question())
        #expect(first["entries"]?.arrayValue?.count == 1 && first["n"] == answer["n"])
    }

    @Test func anUnknownQueueIsRefusedByName() async throws {
        let fixture = try LedgerFixture()
        let ledger = try await fixture.create()
        await #expect(throws: LedgerError.self) {
            try await ledger.queue("nobody", limit: nil, at: Question())
        }
    }
}
