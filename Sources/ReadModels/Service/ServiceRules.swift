import Events
import Projection

/// How customers are served: the policy's table, whose first fitting row counts. DOMAIN.md section 25.
struct ServiceRules: Sendable {
    /// What the rules may look at.
    struct Situation: Sendable {
        var tier: String
        var stage: String
        /// The categories of the needs that are open.
        var needs: [String]
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
        private let tiers: [String]?
        private let stages: [String]?
        private let needs: [String]?

        fileprivate init(_ row: JSONValue, cadences: [String: Int]) {
            name = row["name"]?.stringValue ?? ""
            level = row["level"]?.stringValue ?? "basic"
            owner = row["owner"]?.stringValue
            cadenceDays = row["cadence_days"].map(\.integerValue) ?? cadences[level]
            respondMinutes = row["respond"]?.integerValue
            resolveMinutes = row["resolve"]?.integerValue
            strategy = row["strategy"]?.stringValue
            tiers = row["tier"]?.listed
            stages = row["stage"]?.listed
            needs = row["need"]?.listed
        }

        fileprivate func fits(_ situation: Situation) -> Bool {
            (tiers?.contains(situation.tier) ?? true) && (stages?.contains(situation.stage) ?? true)
                && (needs.map { wanted in situation.needs.contains { wanted.contains($0) } } ?? true)
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

    /// The first rule that fits; nil where the table has none.
    func rule(for situation: Situation) -> Rule? {
        rules.first { $0.fits(situation) }
    }
}
