public import Events
public import Projection
import Statistics

/// The adjustments of churn risk for complaints and answers, fitted to the ledger's own customers: a logistic
/// regression of who did not come back on the features of DOMAIN.md section 7, with the base risk given.
public struct AdjustmentFit: Sendable {
    private let fit: LogisticRegression
    /// How many customers had each feature.
    private let counts: [Int]

    private static let features: [(name: String, value: @Sendable (ChurnRule.Features) -> Double)] = [
        ("open_complaint", { $0.openComplaint && !$0.breachedComplaint ? 1 : 0 }),
        ("open_complaint_breached", { $0.breachedComplaint ? 1 : 0 }),
        ("complaint_resolved_90d", { $0.resolvedComplaint ? 1 : 0 }),
        ("satisfaction_per_10_points_below_prior", { $0.tensBelowMean }),
        ("detractor", { $0.isDetractor ? 1 : 0 }),
        ("promoter", { $0.isPromoter ? 1 : 0 }),
    ]

    /// Fits to a base that has the view `churn`, and to what its customers did afterwards.
    ///
    /// Each coefficient begins at the policy's value with a standard deviation of 1, so that a feature which few
    /// have stays near it. The constant takes up what the base risk is off by; it adjusts nobody.
    ///
    /// - Throws: `TrainingError` where nothing can be learned.
    public init(_ base: Base, outcomes: [Outcome]) throws {
        let assessor = ChurnAssessor(base)
        var rows: [[Double]] = []
        var offsets: [Double] = []
        var isLost: [Bool] = []
        for index in 0..<base.count {
            let assessment = assessor.assess(index)
            guard let risk = assessment.base, assessment.lifecycle.state.isEnded == 0 else { continue }
            rows.append([1] + Self.features.map { $0.value(assessment.features) })
            offsets.append(LogOdds.of(min(max(risk, 1e-6), 1 - 1e-6)))
            isLost.append(outcomes[index].purchaseDays == 0)
        }
        let customers = try base.context.policy.whole("models.min_customers")
        guard rows.count >= customers else {
            throw TrainingError(reasons: [
                "customers with a risk at the beginning of the horizon: \(rows.count), at least \(customers) are needed"
            ])
        }
        counts = Self.features.indices.map { feature in rows.count { $0[feature + 1] != 0 } }
        guard counts.contains(where: { $0 > 0 }) else {
            throw TrainingError(reasons: ["nobody had a complaint or an answer: there is nothing to fit"])
        }
        let priors = try Self.features.map { try base.context.policy.real("churn.betas.\($0.name)") }
        guard
            let fit = LogisticRegression.fit(
                rows, outcomes: isLost, offsets: offsets, ridge: 0.5, priors: [0] + priors)
        else {
            throw TrainingError(reasons: ["the regression has no maximum for these \(rows.count) customers"])
        }
        self.fit = fit
    }

    /// The data of the event that records the fit, without the point of the training.
    public var record: (name: String, data: JSONObject) {
        TrainingRecord.record(
            FittedModels.adjustmentName, parameters, fit.logLikelihood, fit.count, "none")
    }

    /// `{churn_adjustments {params, loglik, n, standard_errors, customers}, unit}`.
    public var answer: JSONValue {
        var errors = JSONObject()
        var customers = JSONObject()
        for (index, feature) in Self.features.enumerated() {
            errors[feature.name] = Answer.number(fit.standardErrors[index + 1])
            customers[feature.name] = Answer.count(counts[index])
        }
        return [
            FittedModels.adjustmentName: [
                "params": parameters, "loglik": Answer.number(fit.logLikelihood),
                "n": Answer.count(fit.count), "standard_errors": .object(errors),
                "customers": .object(customers),
            ],
            "unit": "none",
        ]
    }

    private var parameters: JSONValue {
        var parameters = JSONObject([("constant", Answer.number(fit.coefficients[0]))])
        for (index, feature) in Self.features.enumerated() {
            parameters[feature.name] = Answer.number(fit.coefficients[index + 1])
        }
        return .object(parameters)
    }
}
