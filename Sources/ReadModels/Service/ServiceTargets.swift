import Events
import Projection

/// How long things may take, by severity and tier: a table of the policy whose first fitting row counts.
struct ServiceTargets: Sendable {
    private struct Row: Sendable {
        let severities: [String]?
        let tiers: [String]?
        let minutes: [String: Int64]
    }

    private let standard: [String: Int64]
    private let rows: [Row]

    /// The targets of a table.
    ///
    /// - Parameter standard: by the name of a target, the path of the parameter that holds without a row.
    init(_ policy: PolicyDocument, table: String, standard: [String: String]) throws {
        var minutes: [String: Int64] = [:]
        for (name, path) in standard { minutes[name] = Int64(try policy.whole(path)) }
        self.standard = minutes
        rows = try policy.table(table).map { row in
            var minutes: [String: Int64] = [:]
            for name in standard.keys {
                if let value = row[name]?.integerValue { minutes[name] = Int64(value) }
            }
            return Row(severities: row["severity"]?.listed, tiers: row["tier"]?.listed, minutes: minutes)
        }
    }

    /// A target in business minutes.
    func minutes(_ name: String, severity: Int, tier: String) -> Int64 {
        for row in rows {
            guard row.severities?.contains(CorePolicy.severities[severity]) ?? true,
                row.tiers?.contains(tier) ?? true
            else { continue }
            if let minutes = row.minutes[name] { return minutes }
        }
        return standard[name] ?? 0
    }
}
