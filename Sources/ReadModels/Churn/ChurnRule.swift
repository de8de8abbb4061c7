import Events
import Projection
import Statistics

/// How a base risk becomes a risk, and a risk a band: DOMAIN.md section 7.
struct ChurnRule: Sendable {
    /// What is known of a customer besides the purchases.
    struct Features: Sendable, Equatable {
        var openComplaint = false
        /// Of the open complaints at least one is past its target. Then it counts instead of `openComplaint`.
        var breachedComplaint = false
        var resolvedComplaint = false
        /// How many times 10 points the satisfaction lies below the population's mean; negative above it.
        var tensBelowMean = 0.0
        var isDetractor = false
        var isPromoter = false
    }

    private let openComplaint: Double
    private let breachedComplaint: Double
    private let resolvedComplaint: Double
    private let perTenBelow: Double
    private let detractor: Double
    private let promoter: Double
    private let limit: Double
    let mediumFrom: Double
    let highFrom: Double
    let horizonDays: Int
    let priorWeight: Double

    /// The rule of a policy. Adjustments that were fitted to the ledger's own customers take the place of the
    /// policy's, which are starting values.
    init(_ policy: PolicyDocument, fitted: [String: Double] = [:]) throws {
        func beta(_ name: String) throws -> Double {
            try fitted[name] ?? policy.real("churn.betas.\(name)")
        }
        openComplaint = try beta("open_complaint")
        breachedComplaint = try beta("open_complaint_breached")
        resolvedComplaint = try beta("complaint_resolved_90d")
        perTenBelow = try beta("satisfaction_per_10_points_below_prior")
        detractor = try beta("detractor")
        promoter = try beta("promoter")
        limit = try policy.real("churn.adjustment_limit")
        mediumFrom = try policy.real("churn.medium_from")
        highFrom = try policy.real("churn.high_from")
        horizonDays = try policy.whole("churn.horizon_days")
        priorWeight = try policy.real("churn.prior_weight")
    }

    /// What is added to the log odds.
    func adjustment(_ features: Features) -> Double {
        var sum = features.tensBelowMean * perTenBelow
        if features.breachedComplaint {
            sum += breachedComplaint
        } else if features.openComplaint {
            sum += openComplaint
        }
        if features.resolvedComplaint { sum += resolvedComplaint }
        if features.isDetractor { sum += detractor }
        if features.isPromoter { sum += promoter }
        return max(-limit, min(limit, sum))
    }

    /// logit(risk) = logit(base) + adjustment.
    func risk(base: Double, _ features: Features) -> Double {
        let adjustment = adjustment(features)
        let base = max(1e-6, min(1 - 1e-6, base))
        // Without an adjustment the base is the risk, to the last digit.
        guard adjustment != 0 else { return base }
        return LogOdds.probability(LogOdds.of(base) + adjustment)
    }

    /// The band of a risk, by what is printed of it.
    func band(_ risk: Double) -> String {
        let rounded = risk.rounded12
        return rounded < mediumFrom ? "low" : rounded < highFrom ? "medium" : "high"
    }
}
