/// Where a customer stands between value and outlook: DOMAIN.md section 24.
public enum CustomerPosition: String, Sendable, CaseIterable {
    /// High value, no high risk.
    case value
    /// High value, about to leave.
    case migrating
    /// Lower value that may grow.
    case potential
    /// Lower value, gone quiet.
    case frozen
    /// Everybody else.
    case ordinary
}
