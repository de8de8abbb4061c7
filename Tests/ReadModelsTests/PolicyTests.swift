import Events
import Projection
import ReadModels
import Testing

@Suite("Policies")
struct PolicyTests {
    @Test func theFirstPolicyIsValidAndSaysEverything() {
        #expect(CorePolicy.problems(in: CorePolicy.standard).isEmpty)
        for parameter in CorePolicy.parameters {
            #expect(CorePolicy.standard.value(at: parameter.path) == parameter.standard, "\(parameter.path)")
            #expect(!parameter.meaning.isEmpty && !parameter.source.isEmpty)
        }
        #expect(CorePolicy.standard.value(at: "lifecycle.mu0_days") == 50)
    }

    @Test func anEmptyPolicyMeansTheDefaults() throws {
        let facts = (0..<9).map { Fact.purchase(1, day: Int32($0 * 20), amount: 100, position: UInt64($0)) }
        let standard = try MemoryBase.fold(facts, MemoryBase.context(day: "1971-01-01"))
        let empty = try MemoryBase.fold(facts, MemoryBase.context(day: "1971-01-01", policy: [:]))
        #expect(MemoryBase.everything(standard) == MemoryBase.everything(empty))
    }

    @Test(
        arguments: [
            (
                ["lifecycle": ["mu0_days": 0]],
                "policy lifecycle.mu0_days: expected a whole number from 1 to 3650, found 0"
            ),
            (
                ["lifecycle": ["mu0_days": 49.5]],
                "policy lifecycle.mu0_days: expected a whole number from 1 to 3650, found 49.5"
            ),
            (
                ["lifecycle": ["theta_churn": 1]],
                "policy lifecycle.theta_churn: expected at least lifecycle.theta_dormant, which is 2, found 1"
            ),
            (["churn": ["betas": 3]], "policy churn.betas: expected an object, found 3"),
            (
                ["tiers": ["basis": "marge"]],
                "policy tiers.basis: expected one of net_revenue, margin, clv, found \"marge\""
            ),
            (
                ["grades": ["topp": 0.1]],
                "policy grades.topp: expected one of bottom, top, found an unknown parameter"
            ),
            ([1], "policy policy: expected an object, found array"),
        ] as [(JSONValue, String)])
    func mistakesAreNamed(policy: JSONValue, message: String) {
        #expect(CorePolicy.problems(in: policy).map(\.description) == [message])
    }

    @Test func labelsAreFree() {
        #expect(CorePolicy.problems(in: ["labels": ["A": "VIP"], "name": "n"]).isEmpty)
    }

    @Test func parametersChangeRows() throws {
        let facts = [Fact.purchase(1, day: 0, amount: 100, position: 0)]
        let policy: JSONValue = ["lifecycle": ["mu0_days": 10, "floor_dormant_days": 15]]
        let base = try MemoryBase.fold(facts, MemoryBase.context(day: "1970-01-21", policy: policy))
        #expect(MemoryBase.row("lifecycle", 0, base)["stage"] == "dormant")
        #expect(MemoryBase.row("lifecycle", 0, base)["since"] == "1970-01-21")
    }

    @Test func aWindowLimitsFrequencyAndMoneyOnly() throws {
        let facts = [
            Fact.purchase(1, day: 0, amount: 9_000, position: 0),
            Fact.purchase(1, day: 360, amount: 100, position: 1),
            Fact.purchase(2, day: 361, amount: 200, position: 2),
        ]
        let policy: JSONValue = ["rfm": ["window_days": 30], "tiers": ["window_days": 30]]
        let base = try MemoryBase.fold(facts, MemoryBase.context(day: "1971-01-01", policy: policy))
        let first = MemoryBase.row("value", 0, base)
        let second = MemoryBase.row("value", 1, base)
        #expect(first.value(at: "rfm.m") == 1 && second.value(at: "rfm.m") == 3)
        #expect(first.value(at: "rfm.f") == 1 && second.value(at: "rfm.f") == 1)
        #expect(first.value(at: "net_revenue.amount") == "91.00")
        #expect(second["tier"] == "A" && first["tier"] == "A")
        #expect(first["stars"] == 1 && second["stars"] == 3)
    }
}
