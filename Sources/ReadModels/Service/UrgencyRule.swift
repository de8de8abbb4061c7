import Projection

/// How urgent a matter is: DOMAIN.md section 10. It grows with the time that has passed of what was promised, so
/// that nobody waits for ever.
struct UrgencyRule: Sendable {
    private let bases: [Double]

    init(_ policy: PolicyDocument) throws {
        bases = try CorePolicy.severities.map { try policy.real("priority.urgency.\($0)") }
    }

    /// max(base of the severity, min(1, elapsed / target)); a target of nothing is past at once.
    func urgency(severity: Int, elapsed: Int64, target: Int64) -> Double {
        let passed = target > 0 ? min(1, max(0, Double(elapsed)) / Double(target)) : 1
        return max(bases[severity], passed)
    }
}
