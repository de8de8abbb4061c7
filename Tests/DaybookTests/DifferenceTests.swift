import Daybook
import Events
import Foundation
import Testing

@Suite("Differences in the words of the business")
struct DifferenceTests {
    private let author = Authorship(actor: "eve", reason: "test")

    private func shop(_ fixture: LedgerFixture) async throws -> Ledger {
        let ledger = try await fixture.create()
        var events: [JSONValue] = []
        for index in 0..<40 {
            let month = 1 + index % 4
            events.append(
                purchase(
                    "p\(index)", "c\(index % 12)", "2024-0\(month)-1\(index % 10)T10:00:00Z",
                    "\(1 + (index * 37) % 90).00"))
        }
        try await ledger.append(events)
        return ledger
    }

    /// Customers by the value of a field.
    private func counts(_ ledger: Ledger, _ field: String, _ question: Question) async throws -> [String: Int]
    {
        var counts: [String: Int] = [:]
        for row in try await ledger.customers(CustomerQuery(), at: question) {
            counts[row.value(at: field)?.stringValue ?? "", default: 0] += 1
        }
        return counts
    }

    @Test func whatATrialSaysIsWhatAdoptingDoes() async throws {
        let fixture = try LedgerFixture("2024-05-20T12:00:00Z")
        let ledger = try await shop(fixture)
        let moment = Question(effectiveAt: .instant(try Instant(parsing: "2024-05-20T12:00:00Z")))
        let head = try ledger.head()
        let policy: JSONValue = ["lifecycle": ["mu0_days": 12], "tiers": ["a_share": 0.5]]
        let trial = try await ledger.tryPolicy(policy, at: moment)
        #expect(try ledger.head() == head)
        let before = try await counts(ledger, "lifecycle.stage", moment)
        _ = try await ledger.adoptPolicy(policy, by: author)
        let after = try await counts(ledger, "lifecycle.stage", moment)
        var moved = 0
        for total in trial["totals"]?.arrayValue ?? [] where total["field"] == "lifecycle.stage" {
            let stage = total["value"]?.stringValue ?? ""
            #expect(total["before"]?.integerValue == before[stage, default: 0], "\(stage)")
            #expect(total["after"]?.integerValue == after[stage, default: 0], "\(stage)")
            moved += 1
        }
        #expect(moved > 1)
        let changes = trial["changes"]?.arrayValue ?? []
        #expect(!changes.isEmpty && changes.allSatisfy { $0["cause"] == "policy" })
        let flows = trial["flows"]?.arrayValue?.compactMap { $0["customers"]?.integerValue }.reduce(0, +)
        #expect(flows == changes.count)
        let again = try await ledger.tryPolicy(policy, at: moment)
        #expect(again["changes"] == [] && again["moved"] == 0 && again["parameters"] == [])
        #expect(trial["tried"] == again["policy"])
    }

    @Test func theDecidingEventIsTheOneWithoutWhichTheValueWouldBeAnother() async throws {
        let fixture = try LedgerFixture("2024-03-20T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([
            purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00"),
            purchase("p2", "anna", "2024-01-15T10:00:00Z", "20.00"),
            purchase("p3", "bert", "2024-03-15T10:00:00Z", "20.00"),
        ])
        // With an interval of 10 days anna is gone; without her second purchase she would be too, but then she
        // would never have been more than a first-time buyer, which churned says nothing of.
        let trial = try await ledger.tryPolicy(
            ["lifecycle": ["mu0_days": 10, "floor_dormant_days": 5, "floor_churn_days": 10]], at: Question(),
            fields: ["lifecycle.stage", "value.purchases"])
        let changes = trial["changes"]?.arrayValue ?? []
        #expect(changes.count == 1)
        #expect(changes.first?["customer"] == "anna")
        #expect(changes.first?["to"] == "churned")
        #expect(changes.first?["events"] == [1])
    }

    @Test func whoIsMovedByOthersIsNotSaidToHaveMoved() async throws {
        let fixture = try LedgerFixture("2024-02-01T12:00:00Z")
        let ledger = try await fixture.create()
        try await ledger.append([
            purchase("p1", "anna", "2024-01-05T10:00:00Z", "100.00"),
            purchase("p2", "bert", "2024-01-05T10:00:00Z", "10.00"),
        ])
        try await ledger.append([purchase("p3", "carl", "2024-02-01T11:00:00Z", "9000.00")])
        let changes = try await ledger.compare(
            from: Question(effectiveAt: .instant(try Instant(parsing: "2024-02-01T10:00:00Z"))),
            to: Question(effectiveAt: .instant(try Instant(parsing: "2024-02-01T11:30:00Z"))),
            ComparisonQuery(fields: ["value.tier"]))
        let anna = try #require(changes.first { $0["customer"] == "anna" })
        #expect(anna["from"] == "A" && anna["to"] == "C")
        #expect(anna["cause"] == "event" && anna["by_others"] == true && anna["events"] == [])
        let carl = try #require(changes.first { $0["customer"] == "carl" })
        #expect(carl["by_others"] == false && carl["events"] == [3])
    }

    @Test func aComparisonForthAndBackSaysTheSame() async throws {
        let fixture = try LedgerFixture("2024-05-20T12:00:00Z")
        let ledger = try await shop(fixture)
        let early = Question(
            effectiveAt: .day(LocalDay(year: 2024, month: 2, day: 28)!), knownAt: .position(30))
        let forth = try await ledger.compare(from: early, to: Question(), ComparisonQuery())
        let back = try await ledger.compare(from: Question(), to: early, ComparisonQuery())
        #expect(!forth.isEmpty)
        #expect(
            forth.map { [$0["customer"], $0["field"], $0["from"], $0["to"]] }
                == back.map { [$0["customer"], $0["field"], $0["to"], $0["from"]] })
        #expect(try await ledger.compare(from: early, to: early, ComparisonQuery()).isEmpty)
        let token = try #require(
            try await ledger.report("value", ReportQuery(), at: early)["token"]?.stringValue)
        let named = try await ledger.compare(
            from: Question(try ReportToken(parsing: token)), to: Question(), ComparisonQuery())
        #expect(named.map { $0["to"] } == forth.map { $0["to"] })
    }
}
