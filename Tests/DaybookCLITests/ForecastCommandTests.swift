import Events
import Foundation
import Testing

/// What a person is told where there is too little to forecast from.
struct ForecastCommandTests {
    private static func shop(_ program: Program) async throws {
        _ = try await program.run("init", "--zone", "UTC", "--currency", "EUR")
        let lines = (1...9).map { day in
            #"{"specversion":"1.0","id":"\#(day)","source":"s","type":"purchase.completed","subject":"c\#(day % 3)","#
                + #""time":"2026-01-0\#(day)T10:00:00Z","data":{"total":"5.00","currency":"EUR"}}"#
        }
        let outcome = try await program.run("append", "-", input: lines.joined(separator: "\n"))
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test func aLedgerWithTooLittleSaysWhichRulesFail() async throws {
        let program = try Program()
        try await Self.shop(program)
        let outcome = try await program.run("model", "fit", "value", "--effective-at", "2026-01-31")
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("customers with an order: 3, at least 500 are needed"))
        #expect(outcome.errors.contains("days of history: 30, at least 180 are needed"))
        #expect(outcome.lastError.contains("without a model"))
        let shown = try await program.run("model", "show", "--json")
        #expect(try shown.json() == [])
        let churn = try await program.run("model", "fit", "churn")
        #expect(churn.status == 1)
    }

    @Test func aBacktestWithoutAModelIsThatOfTheReturnRates() async throws {
        let program = try Program()
        try await Self.shop(program)
        let value = try await program.run(
            "backtest", "value", "--at", "2026-01-08", "--horizon", "5d", "--known-at", "now")
        #expect(value.status == 1, "\(value.errors)")
        #expect(value.errors.contains("at least 500 are needed"))
        let early = try await program.run("backtest", "churn", "--at", "2026-01-08", "--horizon", "5d")
        #expect(early.status == 1)
        let now = try await program.run("backtest", "churn", "--at", "now", "--horizon", "5d")
        #expect(now.status == 64)
    }

    @Test func aPolicyIsSuggestedWithItsFigures() async throws {
        let program = try Program()
        try await Self.shop(program)
        let outcome = try await program.run(
            "policy", "suggest", "--effective-at", "2026-01-31", "--horizon", "10d", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let answer = try outcome.json()
        let first = answer["suggestions"]?.arrayValue?.first
        #expect(first?["parameter"] == "lifecycle.mu0_days" && first?["suggested"] == 3)
        let page = try await program.run("policy", "suggest", "--effective-at", "2026-01-31")
        #expect(page.output.contains("lifecycle.mu0_days: 50 → 3"))
    }
}
