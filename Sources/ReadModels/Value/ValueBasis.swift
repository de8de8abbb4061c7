import Projection

/// What customers are ranked by: DOMAIN.md section 4.3, the policy's `tiers.basis`.
public enum ValueBasis: String, Codable, Sendable, CaseIterable {
    /// Net revenue of the window.
    case netRevenue = "net_revenue"
    /// Margin of the window: only where every purchase of the population that counts has a cost.
    case margin
    /// What the customer has brought in and is predicted to (``LifetimeValue``): only where models are fitted.
    case lifetimeValue = "clv"

    /// The basis that a policy wants.
    init(_ policy: PolicyDocument) throws {
        self = ValueBasis(rawValue: try policy.choice("tiers.basis")) ?? .netRevenue
    }
}

extension ValueModel.Measure {
    /// What the customer is ranked by, in minor units of the reporting currency. Who has no lifetime value, for want
    /// of a purchase, has brought in what there is.
    func ranked(by basis: ValueBasis) -> Int64 {
        switch basis {
        case .netRevenue: tierValue
        case .margin: tierMargin.amount ?? 0
        case .lifetimeValue: lifetime.amount ?? state.net
        }
    }
}
