import Events
import Testing

@testable import Daybook

@Suite("Conditions over customers")
struct ConditionTests {
    static let row: JSONValue = [
        "customer": "anna", "aliases": ["ann", "anne"],
        "value": [
            "tier": "A", "purchases": 3, "net_revenue": ["amount": "12.50", "currency": "EUR"],
            "first_purchase": "2024-01-05",
        ],
        "churn": ["risk": 0.25, "band": "low", "p_alive": nil],
        "lifecycle": ["ended": false, "stage": "won_back"],
    ]

    @Test(arguments: [
        (#"value.tier = "A""#, true), ("value.tier = A", true), ("value.tier != A", false),
        ("value.tier in (A, B)", true), ("value.tier not in (A, B)", false), ("not value.tier in [B]", true),
        ("value.purchases >= 3 and value.purchases <= 3", true),
        ("value.purchases > 3 or churn.risk < 0.3", true),
        ("value.net_revenue > 12.4", true), ("value.net_revenue.amount = '12.50'", true),
        ("value.net_revenue = 12.5", true), ("value.net_revenue.amount < '100'", true),
        ("value.net_revenue.amount >= 12", true), ("value.net_revenue.amount > 100", false),
        ("value.first_purchase < 2024-02-01", true), ("value.first_purchase >= 2024-02-01", false),
        ("churn.p_alive = null", true), ("churn.p_alive != null", false), ("churn.p_alive > 0", false),
        ("not churn.p_alive > 0", true), ("lifecycle.ended", false), ("lifecycle.ended = false", true),
        ("aliases = anne", true), ("aliases = anna", false),
        ("churn.risk > 0.5 and value.tier = A or customer = 'anna'", true),
        ("churn.risk > 0.5 and (value.tier = A or customer = 'anna')", false),
        (#"customer = "a\"b""#, false), ("lifecycle.stage in (won_back)", true),
    ])
    func aConditionHoldsOrNot(_ text: String, _ expected: Bool) throws {
        let condition = try Condition(parsing: text)
        #expect(condition.holds { Self.row.value(at: $0) ?? .null } == expected)
    }

    @Test(arguments: [
        ("", "character 1"), ("value.tier =", "character 13"), ("value.tier = \"A", "character 14"),
        ("value.tier A", "character 12"), ("(value.tier = A", "character 16"),
        ("value.tier = A)", "character 15"),
        ("value.tier in A", "character 15"), ("and", "character 1"), ("a = & b", "character 5"),
    ])
    func aMistakeIsToldWithItsPlace(_ text: String, _ place: String) {
        let error = #expect(throws: LedgerError.self) { try Condition(parsing: text) }
        #expect(error?.category == .usage)
        #expect(error?.message.contains(place) == true, "\(error?.message ?? "")")
    }
}
