import Events
import Projection

/// How customers are served: the policy's table, whose first fitting row counts. DOMAIN.md section 25.
struct ServiceRules: Sendable {
    /// What the rules may look at: a customer has one of most, and any number of segments and needs.
    enum Condition: String, CaseIterable {
        case tier
        case stage
        case position
        case segment
        /// The categories of the needs that are open.
        case need
    }

    struct Rule: Sendable {
        let name: String
        let level: String
        let owner: String?
        /// Every how many days to follow up; nil for never.
        let cadenceDays: Int?
        let respondMinutes: Int?
        let resolveMinutes: Int?
        let strategy: String?
        private let conditions: [(fact: Condition, wanted: [String])]

        fileprivate init(_ row: JSONValue, cadences: [String: Int]) {
            name = row["name"]?.stringValue ?? ""
            level = row["level"]?.stringValue ?? "basic"
            owner = row["owner"]?.stringValue
            cadenceDays = row["cadence_days"].map(\.integerValue) ?? cadences[level]
            respondMinutes = row["respond"]?.integerValue
            resolveMinutes = row["resolve"]?.integerValue
            strategy = row["strategy"]?.stringValue
            conditions = Condition.allCases.compactMap { fact in
                row[fact.rawValue]?.listed.map { (fact, $0) }
            }
        }

        /// Whether every condition is met by one of what is true of a customer; asked only for what the rule names.
        fileprivate func fits(_ facts: (Condition) -> [String]) -> Bool {
            conditions.allSatisfy { condition in
                facts(condition.fact).contains { condition.wanted.contains($0) }
            }
        }
    }

    private let rules: [Rule]

    init(_ policy: PolicyDocument) throws {
        var cadences: [String: Int] = [:]
        for level in Self.levels {
            cadences[level] = try policy.wholeOrNil("service.cadence_days.\(level)")
        }
        rules = try policy.table("service.rules").map { Rule($0, cadences: cadences) }
    }

    static let levels = ["personal", "standard", "basic"]

    /// The first rule that fits what is true of a customer; nil where the table has none.
    func rule(for facts: (Condition) -> [String]) -> Rule? {
        rules.first { $0.fits(facts) }
    }
}
