import Daybook
import Events
import Foundation
import Testing

@Suite("Policies of a ledger")
struct PolicyLedgerTests {
    private let author = Authorship(actor: "eve", reason: "slower shop")

    private func shop(_ fixture: LedgerFixture) async throws -> Ledger {
        let ledger = try await fixture.create()
        try await ledger.append([
            purchase("p1", "anna", "2024-01-05T10:00:00Z", "20.00"),
            purchase("p2", "bert", "2024-04-08T10:00:00Z", "5.50"),
        ])
        return ledger
    }

    private func stage(_ ledger: Ledger, _ question: Question) async throws -> JSONValue? {
        try await ledger.customer("anna", at: question).value(at: "lifecycle.stage")
    }

    @Test func anAdoptedPolicyHoldsFromItsMomentOnAndThePastKeepsItsOwn() async throws {
        let fixture = try LedgerFixture("2024-05-01T12:00:00Z")
        let ledger = try await shop(fixture)
        let now = Question(effectiveAt: .instant(try Instant(parsing: "2024-05-02T00:00:00Z")))
        let before = try await stage(ledger, now)
        let answer = try await ledger.adoptPolicy(["lifecycle": ["mu0_days": 400]], by: author)
        #expect(answer["position"] == 3)
        #expect(answer["changes"] == [["parameter": "lifecycle.mu0_days", "from": 50, "to": 400]])
        #expect(try await stage(ledger, now) == "first_time")
        #expect(before != "first_time")
        let past = Question(effectiveAt: .instant(try Instant(parsing: "2024-05-01T11:00:00Z")))
        #expect(try await stage(ledger, past) == before)
        #expect(try await ledger.policy(at: now).value(at: "lifecycle.mu0_days") == 400)
        #expect(try await ledger.policy(at: past).value(at: "lifecycle.mu0_days") == 50)
        let again = try await ledger.adoptPolicy(["lifecycle": ["mu0_days": 400]], by: author)
        #expect(again["position"] == .null)
        let list = try await ledger.policies()
        #expect(list.map { $0["holds"] } == [false, true])
        #expect(list.last?["changed"] == ["lifecycle.mu0_days"])
        #expect(list.last?["actor"] == "eve")
    }

    @Test func aPlannedPolicyWaitsForItsMoment() async throws {
        let fixture = try LedgerFixture("2024-05-01T12:00:00Z")
        let ledger = try await shop(fixture)
        let start = try Instant(parsing: "2024-06-01T00:00:00Z")
        _ = try await ledger.adoptPolicy(["lifecycle": ["mu0_days": 60]], from: .instant(start), by: author)
        #expect(try await ledger.policy(at: Question()).value(at: "lifecycle.mu0_days") == 50)
        let later = Question(effectiveAt: .instant(start))
        #expect(try await ledger.policy(at: later).value(at: "lifecycle.mu0_days") == 60)
    }

    @Test func aPolicyWithMistakesIsRefusedWhole() async throws {
        let fixture = try LedgerFixture("2024-05-01T12:00:00Z")
        let ledger = try await shop(fixture)
        await #expect(throws: LedgerError.self) {
            try await ledger.adoptPolicy(["lifecycle.mu0_days": 60], by: author)
        }
        await #expect(throws: LedgerError.self) {
            try await ledger.adoptPolicy(["mu0_days": 60], by: author)
        }
        #expect(try ledger.head() == 3)
        let problem = try #require(Ledger.problems(inPolicy: ["mu0_days": 60]).first)
        #expect(problem.expected == "lifecycle.mu0_days, if that was meant")
    }

    @Test func theTextOfAPolicyNamesEveryParameterWithDefaultAndSource() async throws {
        let fixture = try LedgerFixture("2024-05-01T12:00:00Z")
        let ledger = try await shop(fixture)
        _ = try await ledger.adoptPolicy(["lifecycle": ["mu0_days": 60], "name": "spring"], by: author)
        let text = try await ledger.policyText(at: Question())
        for parameter in Ledger.policyParameters {
            let name = parameter.path.split(separator: ".").last ?? ""
            #expect(text.contains("\(name): "), "\(parameter.path)")
            #expect(text.contains(parameter.source), "\(parameter.path)")
        }
        #expect(text.contains("mu0_days: 60") && text.contains("name: \"spring\""))
        #expect(text.contains("Adopted by eve: slower shop"))
    }
}
