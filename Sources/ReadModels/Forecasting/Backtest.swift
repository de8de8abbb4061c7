public import Events
public import Projection
import Statistics

/// Scores what was predicted at a past point against what followed: DOMAIN.md sections 7, 20 and 26.
///
/// A base folded at that point, with the models fitted there, comes in together with the outcomes; nothing else is
/// looked at.
public struct Backtest: Sendable {
    private let base: Base
    private let outcomes: [Outcome]
    private let horizonDays: Int
    /// The customers with a purchase that counts, by index.
    private let buyers: [Int]
    private let histories: [BuyingHistory]

    /// A test of a base, with the outcome of each of its customers in the days after.
    public init(_ base: Base, outcomes: [Outcome], horizonDays: Int) {
        precondition(outcomes.count == base.count, "\(outcomes.count) outcomes of \(base.count) customers")
        self.base = base
        self.outcomes = outcomes
        self.horizonDays = horizonDays
        let measures = base.measures(ValueModel.self)
        let day = base.context.clock.day
        let counted = measures.indices.compactMap { index in
            measures[index].history(on: day).map { (index, $0) }
        }
        buyers = counted.map(\.0)
        histories = counted.map(\.1)
    }

    /// The test of churn risk, for a base that has the view `churn`: what is scored is the probability of no purchase
    /// within the horizon. Nil where nobody has a risk.
    public func churn() -> JSONObject? {
        let assessor = ChurnAssessor(base)
        var risks: [Double] = []
        var chosen: [Int] = []
        for (place, index) in buyers.enumerated() {
            guard let risk = assessor.assess(index).risk else { continue }
            risks.append(risk)
            chosen.append(place)
        }
        guard !risks.isEmpty else { return nil }
        let isLost = chosen.map { outcomes[buyers[$0]].purchaseDays == 0 }
        let idle = chosen.map { histories[$0].age - histories[$0].last }
        let steady = ProbabilityScore(
            chosen.map { PoissonProcess.probabilityOfNone(expected: calibrationRate(histories[$0])) },
            outcomes: isLost)
        let score = ProbabilityScore(risks, outcomes: isLost)
        let calibration = score.calibration
        return JSONObject([
            ("n", Answer.count(risks.count)), ("events", Answer.count(isLost.count { $0 })),
            ("model", .string(assessor.models.buying?.name ?? ChurnModel.fallbackName)),
            ("auc", Answer.number(score.areaUnderCurve)), ("brier", Answer.number(score.brier)),
            ("log_loss", Answer.number(score.logLoss)),
            ("top20_lift", Answer.number(score.lift())),
            (
                "calibration",
                [
                    "intercept": Answer.number(calibration?.intercept),
                    "slope": Answer.number(calibration?.slope),
                ]
            ),
            (
                "deciles",
                .array(
                    score.deciles().map { part in
                        [
                            "n": Answer.count(part.count),
                            "mean_predicted": Answer.number(part.meanPredicted),
                            "observed": Answer.number(part.observed),
                        ]
                    })
            ),
            (
                "baselines",
                [
                    "base_rate": ["brier": Answer.number(score.baseRateBrier)],
                    "recency": [
                        "auc": Answer.number(Discrimination.areaUnderCurve(idle, outcomes: isLost))
                    ],
                    "calibration_rate": [
                        "auc": Answer.number(steady.areaUnderCurve), "brier": Answer.number(steady.brier),
                    ],
                ]
            ),
        ])
    }

    /// The test of expected purchases. Nil where there is no customer with a purchase, or no model.
    public func value() -> JSONObject? {
        let projector = base.run(of: ValueModel.self).projector
        guard let buying = projector.models.buying, !buyers.isEmpty else { return nil }
        let weeks = Double(horizonDays) / 7
        let forecast = histories.map { buying.model.expectedPurchases($0, within: weeks) }
        let actual = buyers.map { Double(outcomes[$0].purchaseDays) }
        let errors = ForecastError(forecast, actual: actual)
        let steady = ForecastError(histories.map(calibrationRate), actual: actual)
        let nobody = ForecastError([Double](repeating: 0, count: actual.count), actual: actual)
        return JSONObject([
            ("n", Answer.count(actual.count)), ("model", .string(buying.name)),
            ("total_error", Answer.number(errors.total)), ("rmse", Answer.number(errors.rootMeanSquare)),
            ("mae", Answer.number(errors.meanAbsolute)), ("correlation", Answer.number(errors.correlation)),
            ("top20_hit_rate", Answer.number(topHitRate(expectedSpend(forecast), actual: spend))),
            (
                "baselines",
                [
                    "calibration_rate": [
                        "total_error": Answer.number(steady.total),
                        "rmse": Answer.number(steady.rootMeanSquare),
                        "mae": Answer.number(steady.meanAbsolute),
                        "correlation": Answer.number(steady.correlation),
                    ],
                    "nobody_buys": [
                        "total_error": Answer.number(nobody.total),
                        "rmse": Answer.number(nobody.rootMeanSquare),
                        "mae": Answer.number(nobody.meanAbsolute),
                    ],
                    "past_spend": [
                        "top20_hit_rate": Answer.number(topHitRate(pastSpend, actual: spend))
                    ],
                ]
            ),
        ])
    }

    /// The purchases expected if the customer went on as before.
    private func calibrationRate(_ history: BuyingHistory) -> Double {
        history.age > 0 ? Double(history.repeats) / history.age * Double(horizonDays) / 7 : 0
    }

    private var spend: [Double] { buyers.map { Double(outcomes[$0].spend) } }

    private var pastSpend: [Double] {
        let measures = base.measures(ValueModel.self)
        return buyers.map { Double(measures[$0].state.net) }
    }

    /// The money expected: purchases times the mean amount, or purchases alone without a model of spending.
    private func expectedSpend(_ forecast: [Double]) -> [Double] {
        let run = base.run(of: ValueModel.self)
        guard let spending = run.projector.models.spending else { return forecast }
        let currency = base.context.currency
        return zip(buyers, forecast).map { index, purchases in
            let measure = run.measures[index]
            let mean = spending.expectedAmount(
                repeats: Int(measure.state.purchaseDays) - 1, meanAmount: measure.meanRepeatAmount(currency))
            return purchases * (mean ?? 0)
        }
    }
}
